"""Import runs: batches written under one id, found again by it, and taken back by it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Away, Invalid, MaybeSaved, NotFound
from crm_tui.domain.history import ImportRun, ImportState
from crm_tui.domain.leaves import check_texts
from crm_tui.domain.normalise import check_text
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.history import ImportItem, ImportResult, Outcome, UndoReport
from crm_tui.store.sql import rights as rights_of
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.history_seen import is_seen
from crm_tui.store.sql.import_batch import Batch
from crm_tui.store.sql.import_references import look_up
from crm_tui.store.sql.import_undo import Undoing
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import instant
from crm_tui.store.sql.write import Change

_ACTION = "import"
_CHECKED_AT_ONCE = 500
_IN_PART = (
    "The database went away while the import was taken back, and part of it is taken back: take it back again once the"
    " database is there."
)


class _TakenBack(Exception):
    """Ends the transaction of a check."""


class SqlImports(Facet):
    """Imports over the embedded store. Importing takes customers: edit; kinds of records may take more."""

    def begin(self, source: str) -> int:
        """Start a run; ``source`` says what is imported. Returns its id."""
        with self._writing() as (work, rights):
            _need(rights)
            check_text("source", source)
            return int(
                work.con.execute(
                    "INSERT INTO import_run (started_at, actor_id, source, state) VALUES (?, ?, ?, ?) RETURNING id",
                    (instant(work.now), rights.user, source, ImportState.RUNNING.value),
                ).get
            )

    def write(self, run: int, items: Sequence[ImportItem]) -> tuple[ImportResult, ...]:
        """Write a batch in one transaction; a refused record never stops the others."""
        try:
            return self._write(run, items)
        except self._binding.database.broken:  # one of them does not fit what is stored: find out which
            return tuple(result for item in items for result in self._write_alone(run, item))

    def check(self, items: Iterable[ImportItem]) -> tuple[ImportResult, ...]:
        """What ``write`` would do; nothing is kept. Others can't write until it is done."""
        results: list[ImportResult] = []
        remaining = iter(items)
        try:
            with self._writing(_ACTION) as (work, rights):
                _need(rights)
                while batch := list(islice(remaining, _CHECKED_AT_ONCE)):
                    results += self._check(work, rights, batch)
                raise _TakenBack
        except _TakenBack:
            return tuple(results)

    def known(self, kind: Kind, refs: Collection[str]) -> frozenset[str]:
        """Those of the external references that mean something."""
        with self._reading() as (con, rights):
            _need(rights)
            check_texts(tuple(refs), "refs")
            found = look_up(con, kind, refs)
            return frozenset(ref for ref, key in found.items() if is_seen(con, rights, kind, key))

    def finish(self, run: int, refused_before: int = 0) -> ImportRun:
        """End a run; ``refused_before`` rows of the file never became records."""
        with self._writing() as (work, rights):
            _need_running(work.con, run, rights)
            work.con.execute(
                "UPDATE import_run SET state = ?, finished_at = ?, refused = refused + ? WHERE id = ?",
                (ImportState.DONE.value, instant(work.now), refused_before, run),
            )
            return _runs(work.con, run)[0]

    def list(self) -> tuple[ImportRun, ...]:
        """All runs, the newest first."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see imports")
            return _runs(con)

    def undo(self, run: int, *, failed: bool = False) -> UndoReport:
        """Take a run back, one of its batches after the other, so that others can work meanwhile; if it is
        interrupted, it can be asked for again. A run that was left running can be taken back as well.

        ``failed`` says that the import itself gave up. Raises NotFound for no such run, Invalid for one that is
        taken back already, and MaybeSaved where the database went after the first batch."""
        with self._reading() as (con, rights):
            _need_own(con, run, rights)
            changes = Undoing.changes_of(con, run)
        undoing, is_begun = Undoing(run), False
        try:
            for change in changes:
                self._take_back(undoing, run, change)
                is_begun = True
            return self._end_undo(undoing, run, ImportState.FAILED if failed else ImportState.UNDONE)
        except Away as error:
            if is_begun:
                raise MaybeSaved(_IN_PART) from error
            raise

    def _take_back(self, undoing: Undoing, run: int, change: int) -> None:
        with self._binding.database.writing() as con:
            rights = rights_of.load(con, self._binding.login)
            _need_own(con, run, rights)
            work = Change(con, rights.user, self._now(), action="undo import", undoes=change)
            undoing.take_back(work, rights, change)

    def _end_undo(self, undoing: Undoing, run: int, state: ImportState) -> UndoReport:
        with self._writing() as (work, _):
            undoing.finish(work)
            work.con.execute(
                "UPDATE import_run SET state = ?, finished_at = ? WHERE id = ?", (state.value, instant(work.now), run)
            )
            return undoing.report(work)

    def _write(self, run: int, items: Sequence[ImportItem]) -> tuple[ImportResult, ...]:
        with self._writing(_ACTION, import_id=run) as (work, rights):
            _need_running(work.con, run, rights)
            results = _write_batch(work, rights, items)
            _count(work.con, run, results)
            return results

    def _check(self, work: Change, rights: Rights, items: Sequence[ImportItem]) -> tuple[ImportResult, ...]:
        try:
            with work.con:  # a savepoint
                results = _write_batch(Change(work.con, rights.user, work.now, action=_ACTION), rights, items)
            return results
        except work.con.dialect.broken as error:
            if len(items) == 1:
                return (_does_not_fit(error),)
            return tuple(result for item in items for result in self._check(work, rights, [item]))

    def _write_alone(self, run: int, item: ImportItem) -> tuple[ImportResult, ...]:
        try:
            return self._write(run, [item])
        except self._binding.database.broken as error:
            refused = (_does_not_fit(error),)
            with self._writing() as (work, _):
                _count(work.con, run, refused)
            return refused


def _does_not_fit(error: Exception) -> ImportResult:
    return ImportResult(Outcome.REFUSED, f"does not fit what is stored ({error})")


def _write_batch(work: Change, rights: Rights, items: Sequence[ImportItem]) -> tuple[ImportResult, ...]:
    batch = Batch(work, rights, items)
    results = tuple([batch.write(item) for item in items])
    batch.finish()
    return results


def _count(con: Connection, run: int, results: Sequence[ImportResult]) -> None:
    counted = Counter(result.outcome for result in results)
    sums = ", ".join(f"{outcome.value} = {outcome.value} + ?" for outcome in Outcome)
    con.execute(f"UPDATE import_run SET {sums} WHERE id = ?", (*(counted[outcome] for outcome in Outcome), run))


def _need(rights: Rights) -> None:
    rights.need_customers(CustomerLevel.EDIT, "import")


def _need_own(con: Connection, run: int, rights: Rights) -> ImportRun:
    """The run, if it can be taken back by this actor: their own, or any by an administrator."""
    _need(rights)
    found = _runs(con, run)
    if not found:
        raise NotFound("import", run)
    if found[0].actor != rights.user:
        rights.need_admin("take back an import of somebody else")
    if found[0].state in (ImportState.FAILED, ImportState.UNDONE):
        raise Invalid("import", f"{run} is taken back already")
    return found[0]


def _need_running(con: Connection, run: int, rights: Rights) -> None:
    _need(rights)
    found = _runs(con, run)
    if not found:
        raise NotFound("import", run)
    if found[0].state is not ImportState.RUNNING or found[0].actor != rights.user:
        raise Invalid("import", f"{run} is not one that you are running")


def _runs(con: Connection, run: int | None = None) -> tuple[ImportRun, ...]:
    rows = con.execute(
        "SELECT r.id, r.started_at, r.finished_at, r.actor_id, coalesce(u.name, ''), r.source, r.state, r.created,"
        " r.updated, r.unchanged, r.refused FROM import_run r LEFT JOIN crm_user u ON u.id = r.actor_id"
        f"{'' if run is None else ' WHERE r.id = :run'} ORDER BY r.id DESC",
        {} if run is None else {"run": run},
    )
    return tuple(
        ImportRun(
            id=key,
            started_at=dt.datetime.fromisoformat(started),
            finished_at=dt.datetime.fromisoformat(finished) if finished else None,
            actor=actor,
            actor_name=name,
            source=source,
            state=ImportState(state),
            created=created,
            updated=updated,
            unchanged=unchanged,
            refused=refused,
        )
        for key, started, finished, actor, name, source, state, created, updated, unchanged, refused in rows
    )
