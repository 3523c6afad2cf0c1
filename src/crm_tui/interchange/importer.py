"""An import from its plans to its report.

Files are read and checked from end to end (``plan.read``) before this begins. It writes them under one run, in
batches that are short, so that others can work meanwhile, and that keep the records of a row together. What
fails or is stopped half-way is taken back.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import CrmError
from crm_tui.domain.history import ImportRun
from crm_tui.interchange.cells import Notice, Notices
from crm_tui.interchange.items import import_items
from crm_tui.interchange.plan import ImportPlan
from crm_tui.store.history import ImportItem, ImportResult, Imports, Outcome, UndoReport

#: told how many of how many records are written; what it raises stops the import
Progress = Callable[[int, int], None]

_BATCH = 1_000
_LONGEST_SOURCE = 200
#: what rows are mainly, in the order in which files are written: what others point to comes first
_MAIN_KINDS = {
    "user": Kind.USER,
    "customer": Kind.CUSTOMER,
    "contact": Kind.CONTACT,
    "case": Kind.CASE,
    "order": Kind.CASE,
    "invoice": Kind.INVOICE,
    "forecast": Kind.FORECAST,
    "actual": Kind.ACTUAL,
}


class FileReport:
    """What became of a file: ``rows`` read, records by outcome and kind, rows ``refused`` with line and reason,
    and ``notices`` about rows that were taken."""

    def __init__(self, plan: ImportPlan) -> None:
        self.path = plan.path
        self.rows = plan.rows_read
        self.records: dict[Outcome, Counter[Kind]] = {outcome: Counter() for outcome in Outcome}
        self.refused = _going_on(plan.refused, plan.refused_count)
        self.notices = _going_on(plan.notices, plan.notice_count)
        self._main_kind = _MAIN_KINDS[kind_of(plan)]
        self._refused_line = 0

    @property
    def taken(self) -> int:
        """How many records are in the store now, be it since before."""
        return sum(sum(of.values()) for outcome, of in self.records.items() if outcome is not Outcome.REFUSED)

    def add(self, line: int, kind: Kind, result: ImportResult) -> None:
        """Count a record. Of a row, the first reason says it all: what hangs on it is refused with it."""
        self.records[result.outcome][kind] += 1
        if result.outcome is Outcome.REFUSED and line != self._refused_line:
            self._refused_line = line
            whose = "" if kind is self._main_kind else f"its {kind.value}: "
            self.refused.add(line, whose + result.reason)


class Report:
    """What an import did, or would do: ``run`` is None for one that was only tried."""

    def __init__(self, files: Sequence[FileReport], run: ImportRun | None = None) -> None:
        self.files = tuple(files)
        self.run = run


class TakenBack(CrmError):
    """An import that was stopped or failed (``__cause__``), and of which nothing is left but ``undone.kept``;
    ``undone`` is None where taking it back failed as well."""

    def __init__(self, run: int, why: BaseException, undone: UndoReport | None) -> None:
        began = f"The import failed: {why}" if isinstance(why, CrmError) else "The import was stopped."
        if undone is None:
            ended = f"What was written of it is there still: crm-tui import --undo {run} takes it back."
        elif undone.kept:
            ended = f"It was taken back, except what was changed meanwhile: {'; '.join(undone.kept)}."
        else:
            ended = "It was taken back: nothing of it is left."
        super().__init__(f"{began} {ended}")
        self.undone = undone


def kind_of(plan: ImportPlan) -> str:
    """What the rows of a file are: one of ``formats.KINDS``; vCards are contacts."""
    return plan.mapping.kind if plan.mapping else "contact"


def in_order(plans: Iterable[ImportPlan]) -> list[ImportPlan]:
    """Files so that each finds what it points to in those before it."""
    order = list(_MAIN_KINDS)
    return sorted(plans, key=lambda plan: order.index(kind_of(plan)))


def write(imports: Imports, plans: Iterable[ImportPlan], *, currency: str, progress: Progress) -> Report:
    """Write the files under one run. ``currency`` is the organisation's.

    Raises TakenBack where it failed or ``progress`` raised KeyboardInterrupt, and errors of the port where it
    could not even begin.
    """
    plans = in_order(plans)
    reports = [FileReport(plan) for plan in plans]
    total = sum(plan.counts.total() for plan in plans)
    done = 0
    run = imports.begin(_source(plans))
    try:
        for plan, report in zip(plans, reports, strict=True):
            known = imports.known(Kind.USER, _owners(plan))
            for batch in _batches(_items(plan, currency, known, report)):
                progress(done, total)
                for item, result in zip(batch, imports.write(run, batch), strict=True):
                    report.add(item.line, item.kind, result)
                done += len(batch)
        ended = imports.finish(run, sum(plan.refused_count for plan in plans))
    except BaseException as error:  # ctrl+c as well: whatever ends the writing, nothing of the run may stay
        stopped = TakenBack(run, error, _undo(imports, run))
        if isinstance(error, CrmError | KeyboardInterrupt):
            raise stopped from error
        raise
    return Report(reports, ended)


def check(imports: Imports, plans: Iterable[ImportPlan], *, currency: str, progress: Progress) -> Report:
    """What ``write`` would do; changes nothing."""
    plans = in_order(plans)
    reports = [FileReport(plan) for plan in plans]
    total = sum(plan.counts.total() for plan in plans)
    users = _would_be_known(imports, plans, currency)
    written: list[tuple[FileReport, int, Kind]] = []

    def items() -> Iterator[ImportItem]:
        for plan, report in zip(plans, reports, strict=True):
            for item in _items(plan, currency, users, report):
                progress(len(written), total)
                written.append((report, item.line, item.kind))
                yield item

    for (report, line, kind), result in zip(written, imports.check(items()), strict=True):
        report.add(line, kind, result)
    return Report(reports)


def _would_be_known(imports: Imports, plans: Sequence[ImportPlan], currency: str) -> frozenset[str]:
    """The users whom the store knows, or would know once the files of users are written."""
    owners: set[str] = set().union(*map(_owners, plans))
    users = [item for plan in plans if kind_of(plan) == "user" for item in _items(plan, currency, (), FileReport(plan))]
    results = imports.check(users)
    taken = {item.external_ref for item, result in zip(users, results, strict=True) if not result.reason}
    return imports.known(Kind.USER, owners) | taken


def _items(plan: ImportPlan, currency: str, known_users: Collection[str], report: FileReport) -> Iterator[ImportItem]:
    return import_items(plan.records(), currency=currency, known_users=known_users, note=report.notices.add)


def _owners(plan: ImportPlan) -> set[str]:
    return {ref for record in plan.records() if (ref := getattr(record, "owner_ref", ""))}


def _batches(items: Iterable[ImportItem]) -> Iterator[list[ImportItem]]:
    """Batches of at least _BATCH records (the last one apart) that end where a row does."""
    batch: list[ImportItem] = []
    for _, row in groupby(items, key=attrgetter("line")):
        batch += row
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _going_on(listed: Iterable[Notice], count: int) -> Notices:
    """Notices to which more can be added, those of the plan staying as they are."""
    notices = Notices()
    notices.listed += listed
    notices.count = count
    return notices


def _undo(imports: Imports, run: int) -> UndoReport | None:
    try:
        return imports.undo(run, failed=True)
    except (CrmError, KeyboardInterrupt):
        return None  # TakenBack says so, and how to do it later


def _source(plans: Sequence[ImportPlan]) -> str:
    names = ", ".join(_name(plan.path) for plan in plans)
    return names if len(names) <= _LONGEST_SOURCE else f"{names[: _LONGEST_SOURCE - 1]}…"


def _name(path: Path) -> str:
    """The name of a file as text: names of files need not be."""
    return os.fsencode(path.name).decode("utf-8", "replace")
