"""What an import tells: the mapping it chose, what became of the rows, and why some were refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from crm_tui.cli.progress import grouped
from crm_tui.domain.entities import Kind
from crm_tui.interchange.cells import Notice, Notices
from crm_tui.interchange.csv_out import csv_lines
from crm_tui.interchange.files import new_file
from crm_tui.interchange.importer import FileReport, Report
from crm_tui.interchange.plan import ImportPlan
from crm_tui.store.history import Outcome
from crm_tui.text import clean

_MOST_REFUSED = 20
_MOST_NOTICES = 5
_PLURALS = {Kind.ADDRESS: "addresses"}


def say(line: str) -> None:
    """A line of the report; what comes from files and from the store is in it, so it is cleaned."""
    print(clean(line))


def say_mapping(plan: ImportPlan) -> None:
    """How a file was read and what its columns were taken for."""
    separator = f", separated by {plan.separator}" if plan.separator else ""
    say(f"{plan.path}: {plan.encoding}{separator}")
    for line in plan.mapping.lines() if plan.mapping else (plan.format,):
        say(f"  {line}")


def say_report(report: Report) -> None:
    """What became of each file, and how to take it back."""
    for file in report.files:
        _say_file(file, is_done=report.run is not None)
    if report.run is None:
        say("This was a trial: nothing was changed.")
    elif not (report.run.created or report.run.updated):
        say(f"Import {report.run.id} is done: nothing in the store was changed.")
    else:
        say(f"Import {report.run.id} is done; crm-tui import --undo {report.run.id} takes it back.")


def write_refused(report: Report, path: Path, check_room: Callable[[], None]) -> None:
    """The refused rows of all files as CSV, in a file that is not there yet. Raises Taken, Unavailable."""
    with new_file(path, check_room=check_room) as stream:
        for line in csv_lines(("file", "line", "reason"), _refused_rows(report)):
            stream.write(line.encode("utf-8", "replace"))


def counted(number: int, kind: Kind) -> str:
    """``1 address``, ``91 customers``."""
    name = kind.value if number == 1 else _PLURALS.get(kind, f"{kind.value}s")
    return f"{grouped(number)} {name}"


def _say_file(file: FileReport, *, is_done: bool) -> None:
    rows = f"{grouped(file.rows)} row{'s' * (file.rows != 1)}"
    say(f"{file.path}: {rows} read, {grouped(file.refused.count) if file.refused.count else 'none'} refused.")
    verb = "" if is_done else "would be "
    for outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED):
        if file.records[outcome]:
            say(f"  {verb}{outcome.value}: {_sums(file.records[outcome])}")
    _say_notices("refused", file.refused, _MOST_REFUSED)
    _say_notices("to know", file.notices, _MOST_NOTICES)


def _sums(of: Counter[Kind]) -> str:
    return ", ".join(counted(number, kind) for kind, number in of.most_common())


def _say_notices(title: str, notices: Notices, most: int) -> None:
    if not notices.count:
        return
    say(f"  {title}:")
    shown = _by_line(notices)[:most]
    for notice in shown:
        say(f"    line {notice.line}: {notice.text}")
    if notices.count > len(shown):
        say(f"    and {grouped(notices.count - len(shown))} more")


def _by_line(notices: Notices) -> list[Notice]:
    return sorted(notices.listed, key=lambda notice: notice.line)


def _refused_rows(report: Report) -> Iterator[tuple[str, str, str]]:
    for file in report.files:
        listed = _by_line(file.refused)
        yield from ((str(file.path), str(notice.line), notice.text) for notice in listed)
        if file.refused.count > len(listed):
            yield str(file.path), "", f"and {file.refused.count - len(listed)} more"
