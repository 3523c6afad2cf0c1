"""What a comparison of all customers with a register found, as a table, as TSV or as JSON."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import IntEnum
from typing import IO, NamedTuple

import msgspec

from crm_tui.cli.progress import grouped
from crm_tui.cli.tables import json_lines, tab_separated_lines, table_lines
from crm_tui.domain.errors import Unavailable

HEADER = ("customer", "name", "id", "what", "ours", "theirs", "verdict")
#: bytes of a section that are kept in memory
_IN_MEMORY = 1_000_000


class Section(IntEnum):
    """What a line is about, in the order in which they are listed."""

    STATE = 0
    DIFFERS = 1
    MISSING = 2
    NO_NUMBER = 3
    FAILED = 4


class Finding(NamedTuple):
    """A line of the report; ``number`` is that of the customer, ``id`` the one that the register knows."""

    section: Section
    number: int
    name: str
    id: str
    what: str
    ours: str
    theirs: str
    verdict: str


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        folder = f"{tempfile.gettempdir()}: {error.strerror or error}"
        raise Unavailable(f"The report can't be kept in {folder}; set TMPDIR to a folder with room.") from error


class Report:
    """What was found, in the order of sections, and within them of customers, who come one after the other.

    There may be millions of lines: those of each section wait in a temporary file without a name."""

    def __init__(self) -> None:
        self.looked_up = 0
        self._open = ExitStack()
        self._files: dict[Section, IO[bytes]] = {}
        self._lines: Counter[Section] = Counter()
        self._customers: Counter[Section] = Counter()
        self._last: dict[Section, int] = {}

    def add(self, finding: Finding) -> None:
        """Note something. Raises Unavailable."""
        section = finding.section
        with _room():
            if section not in self._files:
                self._files[section] = self._open.enter_context(_file())
            self._files[section].write(msgspec.json.encode(finding) + b"\n")
        self._lines[section] += 1
        self._customers[section] += self._last.get(section) != finding.number
        self._last[section] = finding.number

    def close(self) -> None:
        """Forget all of it."""
        with suppress(OSError):  # of what could not be written, which is not wanted any more
            self._open.close()

    def __len__(self) -> int:
        return self._lines.total()

    def __iter__(self) -> Iterator[Finding]:
        for section in sorted(self._files):
            with _room():
                self._files[section].seek(0)
            for line in self._files[section]:
                yield msgspec.json.decode(line, type=Finding)

    @property
    def missing(self) -> int:
        """How many the register does not have."""
        return self._customers[Section.MISSING]

    @property
    def failed(self) -> int:
        """How many could not be asked for."""
        return self._customers[Section.FAILED]

    def written(self, form: str, *, is_terminal: bool) -> Iterator[str]:
        """The lines of it; ``form`` is table, tsv or json."""
        if form == "json":
            return json_lines(map(_object, self), is_terminal=is_terminal)
        if form == "tsv":
            return tab_separated_lines(HEADER, _Rows(self))
        return table_lines(HEADER, _Rows(self), numbers=("customer",)) if self._lines else iter(())

    def summary(self) -> str:
        """``320 customers looked up: 41 differ in 63 fields, 2 not active any more …``"""
        differ = self._customers[Section.DIFFERS]
        in_fields = f" in {_counted(self._lines[Section.DIFFERS], 'field')}" if differ else ""
        more = {
            Section.STATE: "not active",
            Section.MISSING: "not in the register",
            Section.NO_NUMBER: "with a number that can't be looked up",
            Section.FAILED: "not answered for",
        }
        said = [
            f"{grouped(self._customers[section])} {words}" for section, words in more.items() if self._lines[section]
        ]
        differing = f"{grouped(differ)} differ{'s' * (differ == 1)}{in_fields}"
        return ", ".join([f"{_counted(self.looked_up, 'customer')} looked up: {differing}", *said])


def _file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


class _Rows:
    """The cells of a report, which may be gone through again and again."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return (tuple(map(str, finding[1:])) for finding in self._report)


def _counted(number: int, what: str) -> str:
    return f"{grouped(number)} {what}{'' if number == 1 else 's'}"


def _object(finding: Finding) -> dict[str, object]:
    values: tuple[object, ...] = finding[1:]
    return {name: None if value == "" else value for name, value in zip(HEADER, values, strict=True)}
