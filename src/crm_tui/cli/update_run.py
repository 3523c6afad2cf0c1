"""One run through all customers of a country: which of them a register may know, what it says, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import NamedTuple, Protocol

from crm_tui.cli.comparing import cell
from crm_tui.cli.kept_answers import Kept, KeptAnswers
from crm_tui.cli.registers import state_of
from crm_tui.cli.update_report import Finding, Report, Section
from crm_tui.domain.errors import Interrupted, Invalid, NotFound, NotInRegister, RegisterFailed
from crm_tui.domain.register_entry import SOURCES, RegisterEntry, RegisterState
from crm_tui.domain.register_update import compare, first_shown
from crm_tui.domain.vat import RegisterCountry, check_vat, register_number, vat_country
from crm_tui.registers.failures import is_about_one, wanted_wait
from crm_tui.registers.port import Registers
from crm_tui.store.customers import RegisteredCustomer
from crm_tui.store.on_card import Cards
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.waiting.clock import Clock
from crm_tui.waiting.stop import Stop

#: failures of the way or the machine in a row after which a register is taken to be out of reach
MOST_FAILURES = 5
#: customers in a row without an answer, for whatever reason, after which something else than they is the matter
MOST_UNANSWERED = 50
#: seconds that a question waits, in all, for a register that wants to be left alone
_PATIENCE = 300.0
#: customers that are read at once
_PAGE = 500
_MINUTE, _HOUR = 60, 3600


class Candidate(NamedTuple):
    """A customer of the country: its id in the register, or the reason why it can't be looked up; ``first`` is what
    has to be done on the card before anything can be taken."""

    row: RegisteredCustomer
    id: str | None
    reason: str = ""
    first: str = ""


class Teller(Protocol):
    """Tells the user how far it is, and what is waited for; raises KeyboardInterrupt when the user wants to stop."""

    def step(self, done: int, total: int | None = None, left: str = "") -> None: ...

    def say(self, text: str) -> None: ...


class Run:
    """``done`` of ``total`` customers with an id are compared; ``report`` has what was found so far. Answers are kept
    as they come. ``why`` and ``resume_at`` tell of a run that ended early: words, and when the register wants to be
    asked again."""

    def __init__(
        self,
        store: Store,
        registers: Registers,
        country: RegisterCountry,
        kept: KeptAnswers,
        report: Report,
        clock: Clock,
    ) -> None:
        self.country = country
        self.report = report
        self.done = self.total = 0
        self.why = ""
        self.resume_at: datetime | None = None
        self._store = store
        self._registers = registers
        self._kept = kept
        self._clock = clock
        self._cards = Cards(store)
        self._to_ask = self._asked = self._failures = self._unanswered = 0
        self._began = 0.0

    def through(self, teller: Teller, stop: Stop) -> None:
        """Compare all of them; ``stop`` ends a question at once. Raises RegisterFailed where it makes no sense to go
        on, Unavailable, and KeyboardInterrupt."""
        for candidate in self._candidates():
            if candidate.id is not None:
                self.total += 1
                self._to_ask += candidate.id not in self._kept
        self._began = self._clock.monotonic()
        try:
            for candidate in self._candidates():
                teller.step(self.done, self.total, self._time_left())
                self._compare(candidate, teller, stop)
        except Interrupted:
            raise KeyboardInterrupt from None

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

    def _compare(self, candidate: Candidate, teller: Teller, stop: Stop) -> None:
        if candidate.id is None:
            number = candidate.row.vat_number or candidate.row.business_id or ""
            self._note(candidate, Section.NO_NUMBER, "number", ours=number, verdict=candidate.reason)
            return
        try:
            answer = self._kept.get(candidate.id) or self._patiently(candidate.id, teller, stop)
        except RegisterFailed as error:
            self._note(candidate, Section.FAILED, verdict=f"not answered: {error.what}")
            self.done += 1
            self._count(error)
            return
        self._failures = self._unanswered = 0
        self.report.looked_up += 1
        if answer.entry is None:
            self._note(candidate, Section.MISSING, verdict="not in the register")
        else:
            self._beside(candidate, answer.entry)
        self.done += 1

    def _count(self, error: RegisterFailed) -> None:
        """Count a failure, and raise it if it is the last one to be borne."""
        self._unanswered += 1
        self._failures += not is_about_one(error)
        wait = wanted_wait(error)
        if wait is not None:
            self.resume_at = self._clock.now() + timedelta(seconds=wait)
        elif self._failures >= MOST_FAILURES:
            self.why = f"after {MOST_FAILURES} failures in a row"
        elif self._unanswered >= MOST_UNANSWERED:
            self.why = f"after {MOST_UNANSWERED} customers in a row without an answer"
        else:
            return
        raise error

    def _patiently(self, number: str, teller: Teller, stop: Stop) -> Kept:
        """What the register says, as soon as it wants to be asked."""
        self._asked += 1
        patience = _PATIENCE
        while True:
            try:
                return self._ask(number, stop)
            except RegisterFailed as error:
                wait = wanted_wait(error)
                if wait is None or wait > patience:
                    raise
                patience -= wait
                self._leave_alone(wait, teller, stop)

    def _ask(self, number: str, stop: Stop) -> Kept:
        """What the register says, kept before it is used."""
        try:
            entry = self._registers.look_up(number, self.country, stop=stop)
            answer = Kept(id=number, at=self._clock.now(), entry=entry)
        except NotInRegister:
            answer = Kept(id=number, at=self._clock.now())
        self._kept.keep(answer)
        return answer

    def _leave_alone(self, seconds: float, teller: Teller, stop: Stop) -> None:
        """Let the time go by. Raises Interrupted when it is stopped."""
        stopped = Event()
        stop.then(stopped.set)
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 0 and not stop.is_set:
            teller.say(f"{SOURCES[self.country].value} wants to be left alone for {left:.0f} s")
            self._clock.wait(min(left, 1.0), stopped)
        stop.forget(stopped.set)
        if stop.is_set:
            raise Interrupted

    def _time_left(self) -> str:
        if not self._asked:
            return ""
        left = (self._to_ask - self._asked) * (self._clock.monotonic() - self._began) / self._asked
        if left < _MINUTE:
            return "less than a minute left"
        return f"about {left / _MINUTE:.0f} min left" if left < _HOUR else f"about {left / _HOUR:.1f} h left"

    # -- comparing ----------------------------------------------------------------------------------------------

    def _beside(self, candidate: Candidate, entry: RegisterEntry) -> None:
        """What the card's dialog would propose, and what has to be known of the company."""
        try:
            card = self._cards.of(self._store.customers.get(candidate.row.id))
        except NotFound:
            return  # deleted since it was listed
        if entry.state is not RegisterState.ACTIVE:
            self._note(candidate, Section.STATE, "state", theirs=state_of(entry), verdict="not active")
        for row in compare(card, entry, first_shown(entry)):
            if row.is_proposed:
                ours, theirs = cell(row, row.ours), cell(row, row.theirs)
                verdict = f"{row.verdict}; {candidate.first}" if candidate.first else row.verdict
                self._note(candidate, Section.DIFFERS, row.take, ours=ours, theirs=theirs, verdict=verdict)

    def _note(
        self, about: Candidate, section: Section, what: str = "", ours: str = "", theirs: str = "", verdict: str = ""
    ) -> None:
        row = about.row
        self.report.add(Finding(section, row.number, row.name, about.id or "", what, ours, theirs, verdict))


def candidate_of(row: RegisteredCustomer, country: RegisterCountry) -> Candidate | None:
    """How a customer is known in the register of a country: by its VAT number, else by its business id; None for one
    of another country."""
    reason = ""
    for number in (row.vat_number, row.business_id):
        if number is None or not number.strip() or vat_country(number, row.country) != country:
            continue
        try:
            found = register_number(number, row.country).id
        except Invalid as error:
            reason = reason or error.reason
        else:
            return Candidate(row, found, first="" if number is row.vat_number else _first(row, found))
    return Candidate(row, None, reason) if reason else None


def _first(row: RegisteredCustomer, number: str) -> str:
    """What to do before anything can be taken for a customer that is known by its business id (rule 14)."""
    vat = check_vat(number, None).canonical
    if row.vat_number and row.vat_number.strip():
        return f"its VAT number leads elsewhere: change it to {vat} first"
    return f"has no VAT number: add {vat} first"
