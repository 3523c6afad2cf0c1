"""Copying a whole store into a new one, whichever database each of them is in.

Records go over in their order, in batches; with each batch the new store keeps how many there were, and a checksum of
them. A copy that was interrupted reads again from the start, which costs a fraction of writing, and goes on writing
where it was: if what it read is what it had read then, all of it is of one moment. If not, it begins anew.

Until all is there and was compared, nobody opens the new store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import groupby, islice
from typing import Any, NamedTuple, Protocol

from crm_tui.domain.errors import Corrupt, Invalid
from crm_tui.store.history import Progress
from crm_tui.store.sql import loading, portable
from crm_tui.store.sql.checksums import Checksums
from crm_tui.store.sql.contents import ContentLoader
from crm_tui.store.sql.copy_state import State
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Contents
from crm_tui.store.sql.portable import Record

#: rows that are written at a time
_BATCH = 2_000
_CONTENT = "content"


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

    def need_references(self) -> None:
        """Raise Invalid, naming a row, if one points to what is not there."""
        ...

    def publish(self) -> None:
        """From now on it is a store like any other."""
        ...


class Copied(NamedTuple):
    """What was copied: rows by table, parts of contents among them. ``began_anew``: what an earlier copy had done was
    of another state of the store."""

    tables: dict[str, int]
    began_anew: bool

    @property
    def records(self) -> int:
        """All of them."""
        return sum(self.tables.values())


def copy(
    read: Callable[[], Generator[Record, None, None]], target: Target, now: dt.datetime, progress: Progress
) -> Copied:
    """Copy all records that ``read`` begins to give into ``target``, compare, and publish it. What ``progress`` raises
    ends it, as does every error; the same call then goes on. Raises Corrupt where the copy is not the same."""
    copying = _Copying(target, progress)
    began_anew = False
    state = target.state() or target.begin()
    while True:
        with closing(read()) as records:
            if copying.pass_over(records, state):
                copying.take(records, state)
                break
        began_anew, state = True, target.begin()
        copying = _Copying(target, progress)
    copying.finish(now)
    copying.compare()
    target.publish()
    return Copied({name: rows for name, (rows, _) in copying.sums.tables().items()}, began_anew)


class _Copying:
    """One run."""

    def __init__(self, target: Target, tell: Progress) -> None:
        self._target = target
        self._tell = tell
        self.sums = Checksums()

    def pass_over(self, records: Iterator[Record], state: State) -> bool:
        """Read what is copied already; false if that is not what was read then."""
        for name, row in islice(records, state.records):
            self.sums.add(name, row)
            self._tell(f"{name} (copied already)", self.sums.records)
        return (self.sums.records, self.sums.so_far) == (state.records, state.checksum) or not state.records

    def take(self, records: Iterator[Record], state: State) -> None:
        """Copy the rest."""
        target = self._target
        unfinished = [name for name in target.contents.kept() if name.startswith(".")]
        if unfinished:
            target.contents.discard(unfinished)
        loader = ContentLoader(target.con, target.contents)
        for (name, _), group in groupby(records, _together):
            rows = (row for _, row in group)
            if name == _CONTENT:
                for _ in loader.write(self._summed(name, rows)):
                    pass
                self._keep(state)
            else:
                self._take_rows(name, rows, state)
            self._tell(name, self.sums.records)

    def finish(self, now: dt.datetime) -> None:
        """What is derived from many rows."""
        state = self._target.state()
        assert state is not None  # noqa: S101 - it was begun
        with self._target.transaction(), _fitting(self._target.con):
            loading.finish(self._target.con, state.anew, now, lambda what: self._tell(what, self.sums.records))
            self._target.need_references()
            self._target.keep(state._replace(anew=()))

    def compare(self) -> None:
        """Raise Corrupt unless each table of the copy has as many rows as were read, and the same ones; of contents all
        bytes are read."""
        stored = Checksums()
        for name, row in portable.records(self._target.con, self._target.contents):
            stored.add(name, row)
            self._tell(f"comparing {name}", stored.records)
        wanted, found = self.sums.tables(), stored.tables()
        different = [name for name in {**wanted, **found} if wanted.get(name) != found.get(name)]
        if different:
            raise Corrupt(
                f"The copy is not what was read ({', '.join(different)}), so it was not put into use: something else"
                " wrote to it, or its disk is not to be trusted. Delete it, and copy again."
            )

    def _take_rows(self, name: str, rows: Iterator[Mapping[str, Any]], state: State) -> None:
        write = None
        while batch := list(islice(rows, _BATCH)):
            for row in batch:
                self.sums.add(name, row)
            with self._target.transaction(), _fitting(self._target.con):
                write = write or loading.writer(self._target.con, loading.table_of(name))
                write(batch)
                self._target.keep(State(self.sums.records, self.sums.so_far, state.anew))
            self._tell(name, self.sums.records)

    def _keep(self, state: State) -> None:
        with self._target.transaction():
            self._target.keep(State(self.sums.records, self.sums.so_far, state.anew))

    def _summed(self, name: str, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            self.sums.add(name, row)
            yield row


def _together(record: Record) -> tuple[str, Any]:
    """What is written at once: the rows of a table in batches, a content whole."""
    name, row = record
    return name, row.get("key") if name == _CONTENT else None


@contextmanager
def _fitting(con: Connection) -> Iterator[None]:
    try:
        yield
    except con.dialect.broken as error:
        raise Invalid("records", f"do not fit together ({error})") from error
