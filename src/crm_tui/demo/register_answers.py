"""What the two registers would say of the demo company's customers, in the shapes in which they say it.

Most is as the card has it, written as registers write it; the rest goes by the number, so that what was taken over is
the same at the next look: some moved, some got a website or another name, some went out of business, and some the
register does not know.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum, auto
from typing import Any

from crm_tui.demo.companies import REGISTERED
from crm_tui.domain.addresses import Address
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.domain.vat import RegisterCountry, RegisterNumber, register_number
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

Answer = dict[str, Any]
#: customers that are looked at for one that has a number, or a name
_MOST = 100
#: ids of the customers that are real companies
REAL = frozenset(register_number(known.vat).id for known in REGISTERED)
#: the customer whose card the guide shows has moved, and has a website now
_KALLAVESI = "Kallavesi Marine Engineering"


class _Story(Enum):
    """What the register knows that the card does not."""

    SAME = auto()
    MOVED = auto()
    WEBSITE = auto()
    RENAMED = auto()
    REACHED = auto()
    CEASED = auto()
    BANKRUPT = auto()
    LIQUIDATION = auto()
    UNKNOWN = auto()


_STORIES = (
    *(_Story.SAME,) * 5, _Story.MOVED, _Story.MOVED, _Story.WEBSITE, _Story.WEBSITE, _Story.RENAMED, _Story.REACHED,
    _Story.CEASED, _Story.BANKRUPT, _Story.LIQUIDATION, _Story.UNKNOWN,
)  # fmt: skip


class DemoRegisters:
    """Both registers, as far as the customers of a store are in them."""

    def __init__(self, store: Store, today: dt.date) -> None:
        self._store = store
        self._today = today

    def find(self, number: str) -> Answer | None:
        """The answer about a company by its id, ``0112038-9`` or ``923609016``; None: the register has it not."""
        for customer, home in self._customers(number):
            known = _number_of(customer, home)
            if known is not None and known.id == number:
                return self._answer(customer, home, known)
        return None

    def search(self, country: RegisterCountry, name: str) -> list[Answer]:
        """The answers about companies that are called so."""
        found = []
        for customer, home in self._customers(name):
            known = _number_of(customer, home)
            if known is not None and known.country == country:
                found.append(self._answer(customer, home, known))
        return [answer for answer in found if answer is not None]

    def _customers(self, text: str) -> list[tuple[Customer, Address | None]]:
        """Customers that are found by a text, with their headquarters."""
        store, found = self._store, []
        for row in store.customers.page(CustomerQuery(text=text, active=None), PageRequest(limit=_MOST)).rows:
            try:
                addresses = store.addresses.of_customer(row.id)
                found.append((store.customers.get(row.id), next(iter(addresses), None)))
            except NotFound:
                continue  # deleted since
        return found

    def _answer(self, customer: Customer, home: Address | None, known: RegisterNumber) -> Answer | None:
        if known.id in REAL:
            return None  # their real answers come with the program
        story = _story(customer, known)
        if story is _Story.UNKNOWN:
            return None
        return (_finnish if known.country == "FI" else _norwegian)(customer, home, known.id, story, self._today)


def _number_of(customer: Customer, home: Address | None) -> RegisterNumber | None:
    try:
        return register_number(customer.vat_number or "", home.country if home else None)
    except Invalid:
        return None


def _story(customer: Customer, known: RegisterNumber) -> _Story:
    if customer.name.startswith(_KALLAVESI):
        return _Story.MOVED
    return _STORIES[_sum(known.id) % len(_STORIES)]


def _sum(number: str) -> int:
    return sum(place * int(digit) for place, digit in enumerate(filter(str.isdecimal, number), start=1))


def _name(customer: Customer, story: _Story) -> str:
    """A new name has another word before the company form."""
    name = customer.name
    if story is _Story.RENAMED and " nordic " not in name.casefold():
        first, _, form = name.rpartition(" ")
        return f"{first} Nordic {form}"
    return name


def _site(customer: Customer, story: _Story) -> str | None:
    if story is _Story.WEBSITE or customer.name.startswith(_KALLAVESI):
        return f"www.{(customer.email or '').partition('@')[2] or 'kallavesi.example'}"
    return customer.website


# -- Finland ------------------------------------------------------------------------------------------------------


def _finnish(customer: Customer, home: Address | None, number: str, story: _Story, today: dt.date) -> Answer:
    """In the shape of a company of PRH's open data, version 3. Cities are in capitals, now and then a name is."""
    founded = "1998-05-04"
    ended = (today - dt.timedelta(days=40)).isoformat()
    is_over = story is _Story.CEASED
    situation = {_Story.BANKRUPT: "KONK", _Story.LIQUIDATION: "SELTILA"}.get(story)
    site, name = _site(customer, story), _name(customer, story)
    if customer.name.startswith(_KALLAVESI):
        name = name.upper()
    answer: Answer = {
        "businessId": {"value": number, "registrationDate": founded, "source": "3"},
        "names": [
            {"name": name, "type": "1", "registrationDate": founded, "version": 1, "source": "1"}
            | ({"endDate": ended} if is_over else {})
        ],
        "companySituations": [{"type": situation, "registrationDate": ended, "source": "1"}] if situation else [],
        "registeredEntries": [
            _registered("1", "2", "1", founded),
            _registered("6", "1", "80", founded) | ({"endDate": ended} if is_over else {}),
        ],
        "addresses": [_finnish_address(1, home, number, story), _finnish_box(number, home)] if home else [],
        "tradeRegisterStatus": "4" if is_over else "1",
        "registrationDate": founded,
        "lastModified": f"{ended}T08:00:00",
    }
    if is_over:
        answer["endDate"] = ended
    if site:
        answer["website"] = {"url": site, "registrationDate": founded, "source": "0"}
    return answer


def _registered(register: str, authority: str, kind: str, day: str) -> Answer:
    return {"type": kind, "register": register, "authority": authority, "registrationDate": day}


def _finnish_address(kind: int, home: Address, number: str, story: _Story) -> Answer:
    street, building = (home.line1 or "").strip(), ""
    if story is _Story.MOVED:
        street, building = "Satamakatu", f"{2 + _sum(number) % 80} B 11"
    elif street and street.rpartition(" ")[2].isdecimal():
        street, _, building = street.rpartition(" ")
    return {
        "type": kind,
        "street": street,
        "buildingNumber": building,
        "postCode": home.postal_code or "",
        "postOffices": [{"city": (home.city or "").upper(), "languageCode": "1", "municipalityCode": "000"}],
        "source": "0",
    }


def _finnish_box(number: str, home: Address) -> Answer:
    return {
        "type": 2,
        "postOfficeBox": str(100 + _sum(number) % 800),
        "postCode": home.postal_code or "",
        "postOffices": [{"city": (home.city or "").upper(), "languageCode": "1", "municipalityCode": "000"}],
        "source": "0",
    }


# -- Norway -------------------------------------------------------------------------------------------------------


def _norwegian(customer: Customer, home: Address | None, number: str, story: _Story, today: dt.date) -> Answer:
    """In the shape of an enhet of Enhetsregisteret, version 2: names are in capitals."""
    ended = (today - dt.timedelta(days=40)).isoformat()
    if story is _Story.CEASED:
        return {"organisasjonsnummer": number, "navn": _name(customer, story).upper(), "slettedato": ended}
    answer: Answer = {
        "organisasjonsnummer": number,
        "navn": _name(customer, story).upper(),
        "organisasjonsform": {"kode": "AS", "beskrivelse": "Aksjeselskap"},
        "registrertIMvaregisteret": True,
        "konkurs": story is _Story.BANKRUPT,
        "underAvvikling": story is _Story.LIQUIDATION,
        "underTvangsavviklingEllerTvangsopplosning": False,
    }
    if story is _Story.BANKRUPT:
        answer["konkursdato"] = ended
    if site := _site(customer, story):
        answer["hjemmeside"] = site
    if story is _Story.REACHED:
        answer |= {"epostadresse": f"post@{(customer.email or 'firma.example').partition('@')[2]}"}
    if customer.phone:
        answer["telefon"] = customer.phone.removeprefix("+47 ")
    if home is not None:
        line = f"Havnegata {2 + _sum(number) % 80}" if story is _Story.MOVED else home.line1
        place = {"postnummer": home.postal_code, "poststed": (home.city or "").upper(), "land": "Norge"}
        place |= {"landkode": home.country or "NO"}
        answer["forretningsadresse"] = place | {"adresse": [line]}
        answer["postadresse"] = place | {"adresse": [f"Postboks {100 + _sum(number) % 800}"]}
    return answer
