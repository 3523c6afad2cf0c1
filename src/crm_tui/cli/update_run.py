"""One run through all customers of a country: which of them a register may know, what it says, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import NamedTuple, Protocol

from crm_tui.cli.comparing import cell
from crm_tui.cli.kept_answers import Kept, KeptAnswers
from crm_tui.cli.registers import state_of
from crm_tui.cli.update_report import Finding, Report, Section
from crm_tui.domain.errors import Invalid, NotFound, NotInRegister, RegisterFailed
from crm_tui.domain.register_entry import RegisterEntry, RegisterState
from crm_tui.domain.register_update import compare, first_shown
from crm_tui.domain.vat import RegisterCountry, register_number, vat_country
from crm_tui.registers.port import Registers
from crm_tui.store.customers import RegisteredCustomer
from crm_tui.store.on_card import Cards
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

#: failures in a row after which a register is taken to be out of reach
MOST_FAILURES = 5
#: customers that are read at once
_PAGE = 500
_MINUTE, _HOUR = 60, 3600


class Candidate(NamedTuple):
    """A customer of the country: its id in the register, or why it can't be looked up."""

    row: RegisteredCustomer
    id: str | None
    reason: str = ""


class Clock(Protocol):
    """Tells the present instant."""

    def __call__(self) -> datetime: ...


class Step(Protocol):
    """Is told how far it is; raises KeyboardInterrupt when the user wants to stop."""

    def __call__(self, done: int, total: int | None = None, left: str = "") -> None: ...


class Run:
    """``done`` of ``total`` customers with an id are compared. Answers are kept as they come."""

    def __init__(
        self, store: Store, registers: Registers, country: RegisterCountry, kept: KeptAnswers, clock: Clock
    ) -> None:
        self.country = country
        self.done = self.total = 0
        self._store = store
        self._registers = registers
        self._kept = kept
        self._clock = clock
        self._cards = Cards(store)
        self._report = Report()
        self._to_ask = self._asked = self._failures = 0
        self._began = 0.0

    def through(self, step: Step) -> Report:
        """Compare all of them. Raises RegisterFailed after MOST_FAILURES in a row."""
        for candidate in self._candidates():
            if candidate.id is not None:
                self.total += 1
                self._to_ask += candidate.id not in self._kept
        self._began = monotonic()
        for candidate in self._candidates():
            step(self.done, self.total, self._time_left())
            self._compare(candidate)
        return self._report

    # -- which --------------------------------------------------------------------------------------------------

    def _candidates(self) -> Iterator[Candidate]:
        """Page by page, as there may be very many."""
        request = PageRequest(limit=_PAGE)
        while True:
            page = self._store.customers.registered(request)
            for row in page.rows:
                candidate = candidate_of(row, self.country)
                if candidate is not None:
                    yield candidate
            if not page.more or not page.cursors:
                return
            request = PageRequest(limit=_PAGE, after=page.cursors[-1])

    # -- asking -------------------------------------------------------------------------------------------------

    def _compare(self, candidate: Candidate) -> None:
        if candidate.id is None:
            number = candidate.row.vat_number or candidate.row.business_id or ""
            self._note(candidate, Section.NO_NUMBER, "number", ours=number, verdict=candidate.reason)
            return
        try:
            answer = self._kept.get(candidate.id) or self._ask(candidate.id)
        except RegisterFailed as error:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                raise
            self._note(candidate, Section.FAILED, verdict=f"not answered: {error.what}")
        else:
            self._report.looked_up += 1
            if answer.entry is None:
                self._note(candidate, Section.MISSING, verdict="not in the register")
            else:
                self._beside(candidate, answer.entry)
        self.done += 1

    def _ask(self, number: str) -> Kept:
        """What the register says, kept before it is used."""
        self._asked += 1
        try:
            entry = self._registers.look_up(number, self.country)
            answer = Kept(id=number, at=self._clock(), entry=entry)
        except NotInRegister:
            answer = Kept(id=number, at=self._clock())
        self._failures = 0
        self._kept.keep(answer)
        return answer

    def _time_left(self) -> str:
        if not self._asked:
            return ""
        left = (self._to_ask - self._asked) * (monotonic() - self._began) / self._asked
        if left < _MINUTE:
            return "less than a minute left"
        return f"about {left / _MINUTE:.0f} min left" if left < _HOUR else f"about {left / _HOUR:.1f} h left"

    # -- comparing ----------------------------------------------------------------------------------------------

    def _beside(self, candidate: Candidate, entry: RegisterEntry) -> None:
        """What the card's dialog would propose, and what has to be known of the company."""
        try:
            card = self._cards.of(self._store.customers.get(candidate.row.id))
        except NotFound:
            return  # deleted, or its headquarters was, since it was listed
        if entry.state is not RegisterState.ACTIVE:
            self._note(candidate, Section.STATE, "state", theirs=state_of(entry), verdict="not active")
        for row in compare(card, entry, first_shown(entry)):
            if row.is_proposed:
                ours, theirs = cell(row, row.ours), cell(row, row.theirs)
                self._note(candidate, Section.DIFFERS, row.take, ours=ours, theirs=theirs, verdict=row.verdict)

    def _note(
        self, about: Candidate, section: Section, what: str = "", ours: str = "", theirs: str = "", verdict: str = ""
    ) -> None:
        row = about.row
        self._report.add(Finding(section, row.number, row.name, about.id or "", what, ours, theirs, verdict))


def candidate_of(row: RegisteredCustomer, country: RegisterCountry) -> Candidate | None:
    """How a customer is known in the register of a country: by its VAT number, else by its business id; None for one
    of another country."""
    reason = ""
    for number in (row.vat_number, row.business_id):
        if number is None or not number.strip() or vat_country(number, row.country) != country:
            continue
        try:
            return Candidate(row, register_number(number, row.country).id)
        except Invalid as error:
            reason = reason or error.reason
    return Candidate(row, None, reason) if reason else None
