"""What a copy goes from and to: where it comes from gives batches, which write themselves to where it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from crm_tui.store.sql.copy_state import State
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Contents


class Target(Protocol):
    """The new store, which is not whole yet."""

    @property
    def con(self) -> Connection:
        """The one connection to it, without checks of references."""
        ...

    @property
    def contents(self) -> Contents: ...

    def transaction(self) -> AbstractContextManager[None]:
        """What is written is there at the end, or not at all if it raises."""
        ...

    def state(self) -> State | None:
        """How far it is; None where nothing was copied yet."""
        ...

    def keep(self, state: State) -> None:
        """Remember in this transaction how far it is."""
        ...

    def begin(self) -> State:
        """Empty it, and take away what makes writing slow."""
        ...

    def settle(self) -> None:
        """What is left to do when all is written, in no transaction. Raises Invalid, naming a row, if one points to
        what is not there."""
        ...

    def publish(self) -> None:
        """From now on it is a store like any other."""
        ...

    @property
    def undone(self) -> str:
        """What people do to take away all that was copied, as the beginning of a sentence."""
        ...


class Batch(Protocol):
    """What is copied at once. Batches are used in the order in which they come, each once."""

    @property
    def name(self) -> str:
        """What it is a part of, for people."""
        ...

    def write(self, target: Target) -> None:
        """Write it, in a transaction of the target. Raises Invalid for what does not fit."""
        ...

    def said(self) -> tuple[int, bytes]:
        """How many rows it has, and what tells them from all others; after it was written, or instead."""
        ...

    def check(self) -> None:
        """Raise Corrupt where a content is not what its row says."""
        ...


class Source(Protocol):
    """The store that is copied."""

    def batches(self) -> Generator[Batch, None, None]:
        """All of it, as of one moment; the same batches as long as nobody changes anything."""
        ...

    def copied(self, target: Target) -> Iterator[Batch]:
        """The same, read from what was written."""
        ...

    def derive(self, target: Target, now: dt.datetime) -> None:
        """Write what follows from many rows, and is in none of the batches."""
        ...
