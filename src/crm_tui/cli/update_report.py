"""What a comparison of all customers with a register found, as a table, as TSV or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from crm_tui.cli.progress import grouped
from crm_tui.cli.tables import as_json, tab_separated, table

HEADER = ("customer", "name", "id", "what", "ours", "theirs", "verdict")


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


class Report:
    """What was found, in the order of sections, and within them of customers."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self.looked_up = 0

    def add(self, finding: Finding) -> None:
        """Note something."""
        self._findings.append(finding)

    @property
    def findings(self) -> Sequence[Finding]:
        """All lines."""
        return sorted(self._findings, key=lambda finding: finding.section)  # stable: customers stay in their order

    @property
    def missing(self) -> int:
        """How many the register does not have."""
        return self._customers(Section.MISSING)

    @property
    def failed(self) -> int:
        """How many could not be asked for."""
        return self._customers(Section.FAILED)

    def written(self, form: str, *, is_terminal: bool) -> list[str]:
        """The lines of it; ``form`` is table, tsv or json."""
        findings = self.findings
        if form == "json":
            return [as_json([_object(finding) for finding in findings], is_terminal=is_terminal)]
        rows = [tuple(map(str, finding[1:])) for finding in findings]
        if form == "tsv":
            return tab_separated(HEADER, rows)
        return table(HEADER, rows, numbers=("customer",)) if rows else []

    def summary(self) -> str:
        """``320 customers looked up: 41 differ in 63 fields, 2 not active any more …``"""
        fields = Counter(finding.section for finding in self._findings)
        differ = self._customers(Section.DIFFERS)
        in_fields = f" in {_counted(fields[Section.DIFFERS], 'field')}" if differ else ""
        more = {
            Section.STATE: "not active",
            Section.MISSING: "not in the register",
            Section.NO_NUMBER: "with a number that can't be looked up",
            Section.FAILED: "not answered for",
        }
        said = [f"{grouped(self._customers(section))} {words}" for section, words in more.items() if fields[section]]
        differing = f"{grouped(differ)} differ{'s' * (differ == 1)}{in_fields}"
        return ", ".join([f"{_counted(self.looked_up, 'customer')} looked up: {differing}", *said])

    def _customers(self, section: Section) -> int:
        return len({finding.number for finding in self._findings if finding.section is section})


def _counted(number: int, what: str) -> str:
    return f"{grouped(number)} {what}{'' if number == 1 else 's'}"


def _object(finding: Finding) -> dict[str, object]:
    values: tuple[object, ...] = finding[1:]
    return {name: None if value == "" else value for name, value in zip(HEADER, values, strict=True)}
