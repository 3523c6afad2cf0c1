"""The registers of Finland and Norway, asked over the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from crm_tui.domain.errors import Invalid, NotInRegister
from crm_tui.domain.normalise import check_text
from crm_tui.domain.register_entry import SOURCES, RegisterEntry, RegisterHits, RegisterSource
from crm_tui.domain.vat import RegisterCountry, register_number
from crm_tui.registers.pace import Pace
from crm_tui.registers.port import MOST_HITS
from crm_tui.registers.settings import RegisterSettings
from crm_tui.waiting.clock import Clock, SystemClock
from crm_tui.waiting.limits import OutOfTime, TimeLimit, wait_for
from crm_tui.waiting.stop import Stop

if TYPE_CHECKING:
    from crm_tui.registers.connecting import Way
    from crm_tui.registers.fetching import Answer

#: characters of a name that are looked for
LONGEST_NAME = 100
_UNIT = "application/vnd.brreg.enhetsregisteret.enhet.v2+json"
_SUBUNIT = "application/vnd.brreg.enhetsregisteret.underenhet.v2+json"

T = TypeVar("T")


class BusinessRegisters:
    """Both registers behind the port of registers.port. ``pace`` keeps the requests of many calls apart."""

    def __init__(
        self, settings: RegisterSettings | None = None, *, clock: Clock | None = None, pace: Pace | None = None
    ) -> None:
        self._settings = settings or RegisterSettings()
        self._clock = clock or SystemClock()
        self._pace = pace

    def look_up(self, number: str, customer_country: str | None = None, *, stop: Stop | None = None) -> RegisterEntry:
        """The company with this VAT number or id; see Registers."""
        country, checked = register_number(number, customer_country)
        look_up = _look_up_finnish if country == "FI" else _look_up_norwegian
        return self._asked(country, lambda call: look_up(call, checked), stop)

    def search(self, country: RegisterCountry, name: str, *, stop: Stop | None = None) -> RegisterHits:
        """The first companies that the register finds by a name; see Registers."""
        check_text("name", name)
        wanted = " ".join(name.split())[:LONGEST_NAME].strip()
        if not any(character.isalnum() for character in wanted):
            raise Invalid("name", "write a letter or a digit at least, to look for a company by its name")
        search = _search_finnish if country == "FI" else _search_norwegian
        return self._asked(country, lambda call: search(call, wanted), stop)

    def _asked(self, country: RegisterCountry, work: Callable[[_Call], T], stop: Stop | None) -> T:
        """Have ``work`` done in its time."""
        settings, source = self._settings, SOURCES[country]
        base = settings.prh if source is RegisterSource.PRH else settings.brreg
        limit = TimeLimit(settings.seconds, self._clock)
        call = _Call(source, base, settings.proxy, limit, set(), self._pace)
        try:
            return wait_for(lambda: work(call), limit, stop)
        except OutOfTime:
            from crm_tui.registers import failures

            raise failures.too_late(failures.asked_at(source, base), settings.seconds) from None


class _Call(NamedTuple):
    """One look-up or search; ``again`` has why it was asked again. What needs httpx is imported here, in the thread
    that asks."""

    source: RegisterSource
    base: str
    proxy: str | None
    limit: TimeLimit
    again: set[str]
    pace: Pace | None

    def get(self, path: str, query: dict[str, str] | None = None, accept: str = "application/json") -> Answer:
        """The answer to one question."""
        from crm_tui.registers.fetching import Question, fetch

        return fetch(Question(self.base + path, accept, query), self._way, self.limit, self.again, self.pace)

    def read(self, parse: Callable[[], T], answer: Answer, is_right: Callable[[T], bool] = lambda _: True) -> T:
        """What an answer says. Raises RegisterFailed for one that is none, or one to another question."""
        from crm_tui.registers import failures
        from crm_tui.registers.reading import Unreadable

        try:
            parsed = parse()
        except Unreadable:
            is_page = answer.body.lstrip()[:1] == b"<"
            why = failures.A_PAGE if is_page else failures.OTHER_FORM
            raise failures.unreadable(self._way.asked, answer.status, why) from None
        if not is_right(parsed):
            raise failures.unreadable(self._way.asked, answer.status, failures.OTHER_COMPANY)
        return parsed

    def refuse(self, answer: Answer) -> Exception:
        """The failure that this status is, where it is not foreseen."""
        from crm_tui.registers import failures

        return failures.refused(self._way.asked, answer.status)

    @property
    def _way(self) -> Way:
        from crm_tui.registers.connecting import way_to

        return way_to(self.source, self.base, self.proxy)


# -- Finland ------------------------------------------------------------------------------------------------------


def _companies(call: _Call, query: dict[str, str]) -> tuple[Answer, tuple[RegisterEntry, ...], int]:
    from crm_tui.registers import prh

    answer = call.get("/companies", query)
    if answer.status != 200:
        raise call.refuse(answer)
    found, total = call.read(lambda: prh.entries(answer.body, call.limit.clock.now()), answer)
    return answer, found, total


def _look_up_finnish(call: _Call, number: str) -> RegisterEntry:
    answer, found, _ = _companies(call, {"businessId": number})
    if not found:
        raise NotInRegister(
            call.source.value,
            number,
            f"{call.source.value} has no company {number} in the register's open data "
            "(sole traders and some bodies are left out).",
        )
    return call.read(lambda: found[0], answer, lambda entry: len(found) == 1 and entry.number == number)


def _search_finnish(call: _Call, name: str) -> RegisterHits:
    _, found, total = _companies(call, {"name": name, "page": "1"})
    return RegisterHits(source=call.source, entries=found[:MOST_HITS], total=total)


# -- Norway -------------------------------------------------------------------------------------------------------


def _look_up_norwegian(call: _Call, number: str) -> RegisterEntry:
    from crm_tui.registers import brreg

    is_subunit = False
    answer = call.get(f"/enheter/{number}", accept=_UNIT)
    if _is_unknown(call, answer):
        is_subunit = True
        answer = call.get(f"/underenheter/{number}", accept=_SUBUNIT)
        if _is_unknown(call, answer):
            sentence = f"{call.source.value} has no company with the organization number {number}; check the digits."
            raise NotInRegister(call.source.value, number, sentence)
    now = call.limit.clock.now()
    if answer.status == 410:
        return brreg.removed(number, now)
    return call.read(
        lambda: brreg.entry(answer.body, now, subunit=is_subunit), answer, lambda entry: entry.number == number
    )


def _is_unknown(call: _Call, answer: Answer) -> bool:
    """An empty answer, or one in JSON, says that there is no such company; a page, that there is no such address."""
    if answer.status != 404:
        return False
    if answer.body.strip()[:1] not in (b"", b"{"):
        raise call.refuse(answer)
    return True


def _search_norwegian(call: _Call, name: str) -> RegisterHits:
    from crm_tui.registers import brreg

    answer = call.get("/enheter", {"navn": name, "size": str(MOST_HITS), "page": "0"})
    if answer.status != 200:
        raise call.refuse(answer)
    found, total = call.read(lambda: brreg.hits(answer.body, call.limit.clock.now()), answer)
    return RegisterHits(source=call.source, entries=found[:MOST_HITS], total=total)
