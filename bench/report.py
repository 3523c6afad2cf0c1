"""What was measured, as a table of Markdown: every row with its target, where it has one."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import apsw

REMARKS = Path(__file__).with_name("remarks")


class Row(NamedTuple):
    """A line of the table. ``ratio`` is to what ``what`` says; ``met`` is None for a row without a target."""

    what: str
    value: str
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    growth: tuple[str, ...] = ()  # at each size, for the table of how cost grows: then it is no line of its part


class Part(NamedTuple):
    """The rows of one module of the benchmarks, and how long it took."""

    name: str
    title: str
    rows: Sequence[Row]
    seconds: float


def at_most(what: str, value: float, most: float, unit: str, *, ratio: str = "", digits: int = 0) -> Row:
    """A row that is met by a value of at most ``most``."""
    shown = f"{value:,.{digits}f}{unit}"
    # what is shown is what is judged: 1.30 meets 1.3
    return Row(what, shown, ratio, f"≤ {most:,g}{unit}", round(value, digits) <= most)


def ratio_at_most(what: str, value: float, most: float, base: str, *, shown: str) -> Row:
    """A row that is met by a ratio of at most ``most`` to ``base``."""
    return Row(what, shown, f"{value:.2f} × {base}", f"≤ {most:g} × {base}", round(value, 2) <= most)


def grows(what: str, values: Mapping[int, float], sizes: Sequence[int], unit: str, *, digits: int = 0) -> Row:
    """A line of the table of how cost grows with the store."""
    shown = (f"{values[size]:,.{digits}f}{unit}" if size in values else "" for size in sizes)
    return Row(what, "", growth=tuple(shown))


def whole(parts: Iterable[Part], sizes: Sequence[int], peers: Sequence[str]) -> str:
    """The report."""
    done = list(parts)
    lines = ["# What crm-tui costs", "", *_machine(sizes, peers), "", *_summary(_rows(done)), *_growth(done, sizes)]
    for part in done:
        lines += ["", *_section(part)]
    return "\n".join(lines) + "\n"


def renewed(report: str, parts: Iterable[Part], sizes: Sequence[int]) -> str:
    """A report with the sections of these parts made anew, or added; what was measured of the others stays."""
    for part in parts:
        section = "\n".join(_section(part, *_alone(sizes)))
        before, _, rest = report.partition(f"## {part.title}\n")
        after = "".join(rest.partition("\n## ")[1:])
        report = f"{before.rstrip()}\n\n{section}\n{after}"
        if _head(sizes) in report:
            for row in part.rows:
                if row.growth:
                    report = re.sub(rf"(?m)^\| {re.escape(row.what)} \|.*$", _grown(row), report)
    top, _, tables = report.partition("\n## ")
    above = re.split(r"\n\d+ of \d+ targets met", top)[0]
    return "\n".join([above, *_summary(_judged(report))]) + f"\n\n## {tables}"


def _alone(sizes: Sequence[int]) -> Iterator[str]:
    """Lines that say when a part was measured by itself."""
    customers = ", ".join(f"{size:,}" for size in sizes)
    yield f"Measured by itself on {dt.date.today().isoformat()}, {customers} customers;"  # noqa: DTZ011
    yield f"load of the last 15 minutes, this run included: {os.getloadavg()[2]:.1f}."
    yield ""


def _judged(report: str) -> Iterator[Row]:
    """The rows of a report that have a target."""
    for line in report.splitlines():
        cells = [cell.strip() for cell in line.split(" | ")]
        if line.startswith("| ") and len(cells) == 5 and cells[-1] in ("met |", "**missed** |"):
            what, value, ratio, target, verdict = cells
            yield Row(what.removeprefix("| "), value, ratio, target, verdict == "met |")


def _section(part: Part, *said: str) -> Iterator[str]:
    yield from (f"## {part.title}", "", *said)
    yield from _table([row for row in part.rows if not row.growth])
    remark = REMARKS / f"{part.name}.md"
    if remark.exists():
        yield from ("", remark.read_text("utf-8").strip())


def _machine(sizes: Sequence[int], peers: Sequence[str]) -> Iterator[str]:
    names = ", ".join(f"{name} {version(name)}" for name in ("textual", "rich", "msgspec"))
    yield f"{dt.date.today().isoformat()}, {', '.join(f'{size:,}' for size in sizes)} customers."  # noqa: DTZ011
    yield ""
    yield f"- Machine: {os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}"
    yield f"- Load of the last 15 minutes, this run included (about 1 by itself): {os.getloadavg()[2]:.1f}"
    yield f"- Python {platform.python_version()}, SQLite {apsw.sqlite_lib_version()}, {names}"
    yield f"- Peers: {', '.join(peers) or 'none'}"
    yield ""
    yield "Bytes are exact. Times are of a machine that does other things, too: base and ours in turns, medians unless"
    yield "p95 is said, so that ratios hold where times do not. “Processor” is the time that the program computed."


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _rows(parts: Iterable[Part]) -> Iterator[Row]:
    return (row for part in parts for row in part.rows if row.met is not None)


def _summary(judged: Iterable[Row]) -> Iterator[str]:
    rows = list(judged)
    missed = [row for row in rows if not row.met]
    yield f"{len(rows) - len(missed)} of {len(rows)} targets met." + (" Missed:" if missed else "")
    yield ""
    for row in missed:
        value = row.ratio if "×" in row.target else f"{row.value} ({row.ratio})" if row.ratio else row.value
        yield f"- {row.what}: {value}, target {row.target}"


def _growth(parts: Sequence[Part], sizes: Sequence[int]) -> list[str]:
    rows = [row for part in parts for row in part.rows if row.growth]
    if not rows or len(sizes) == 1:
        return []
    head = ["", "## How cost grows with the number of customers", "", _head(sizes), f"|---|{'---:|' * len(sizes)}"]
    return head + [_grown(row) for row in rows]


def _head(sizes: Sequence[int]) -> str:
    return f"| | {' | '.join(f'{size:,}' for size in sizes)} |"


def _grown(row: Row) -> str:
    return f"| {row.what} | {' | '.join(row.growth)} |"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| what | measured | ratio | target | |"
    yield "|---|---:|---:|---:|---|"
    words = {True: "met", False: "**missed**", None: ""}
    for row in rows:
        yield f"| {row.what} | {row.value} | {row.ratio} | {row.target} | {words[row.met]} |"
