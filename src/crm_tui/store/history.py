"""The change log, import runs, and the whole store in and out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from crm_tui.domain.entities import Kind
from crm_tui.domain.history import ChangeLine, ImportRun
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.undo import Settled, UndoStep


class History(Protocol):
    """Who changed what and when, newest first; lines of hidden fields are left out. And undo and redo: of the
    actor's own changes of the last 30 days, as new changes."""

    def of_customer(self, customer: int, request: PageRequest, *, kinds: Sequence[Kind] = ()) -> Page[ChangeLine]: ...
    def of_entity(self, kind: Kind, entity: int, request: PageRequest) -> Page[ChangeLine]: ...
    def steps(self, request: PageRequest) -> Page[UndoStep]:
        """What can be undone, newest first; what is undone already is marked."""
        ...

    def undo(self, change: int | None = None, *, settled: Sequence[Settled] = ()) -> UndoStep:
        """Take back a change, or the newest one that is in effect. Raises NotUndoable where there is none, or
        where something newer stands against it, and UndoConflict for fields that changed since and are not
        settled."""
        ...

    def redo(self, change: int | None = None, *, settled: Sequence[Settled] = ()) -> UndoStep:
        """Make a change again that was undone, or the one undone last unless the actor changed something new after
        it. Raises what undo raises."""
        ...


class Outcome(StrEnum):
    """What became of an imported record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


#: begins a reference that is the number of a customer, a case or an invoice
BY_NUMBER = "number:"


class ImportItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer, address, contact, user, case, invoice, forecast or actual figures to be written; other kinds are
    refused. ``external_ref`` finds what an earlier run made of it; figures are found by their case and month.

    ``fields`` are the entity's fields by name; ``refs`` are fields that point to other records by their
    external reference, or by BY_NUMBER and their number (a tuple for fields that hold several); ``registry``
    fields choose registry values by name and create missing ones. ``by_name``: a customer of this name who is
    there already is meant, and stays as it is.

    Amounts of figures and invoices may be Decimals, in units of the currency of their case; where ``fields`` name
    a currency, it has to be that one.
    """

    kind: Kind
    external_ref: str
    fields: dict[str, Any]
    refs: dict[str, str | tuple[str, ...]] = {}
    registry: dict[str, tuple[str, ...]] = {}
    line: int
    by_name: bool = False


class ImportResult(Struct, frozen=True):
    """What became of an item; ``reason`` says why it was refused."""

    outcome: Outcome
    reason: str = ""


class UndoReport(Struct, frozen=True, kw_only=True):
    """What taking back a run did: how much went, and what is kept because it was changed since."""

    removed: int
    restored: int
    kept: tuple[str, ...]


class Imports(Protocol):
    """Import runs: written in short batches under one id, so that others can work meanwhile."""

    def begin(self, source: str) -> int: ...
    def write(self, run: int, items: Sequence[ImportItem]) -> tuple[ImportResult, ...]:
        """One transaction; a refused item never stops the others."""
        ...

    def check(self, items: Iterable[ImportItem]) -> tuple[ImportResult, ...]:
        """What ``write`` would do, in a transaction that is rolled back (``--dry-run``)."""
        ...

    def known(self, kind: Kind, refs: Collection[str]) -> frozenset[str]:
        """Those of the external references that mean something, created by an import or found to be the same."""
        ...

    def finish(self, run: int, refused_before: int = 0) -> ImportRun: ...
    def list(self) -> tuple[ImportRun, ...]: ...
    def undo(self, run: int, *, failed: bool = False) -> UndoReport: ...


#: told what is being written, and how many rows are
Progress = Callable[[str, int], None]


class Portable(Protocol):
    """The whole store as plain records, for ``crm-tui export --all`` and back."""

    def dump(self) -> Generator[tuple[str, dict[str, Any]], None, None]:
        """(table, row) of every row, in an order in which they can be loaded; needs an administrator who sees
        all customers, cases and money. Private entries of others are in it, too: it comes back to the letter. Close
        it if it is not read to its end."""
        ...

    def load(self, records: Iterable[tuple[str, dict[str, Any]]], progress: Progress | None = None) -> int:
        """Into an empty store, to the letter; returns how many rows. Invalid where the store is not empty."""
        ...
