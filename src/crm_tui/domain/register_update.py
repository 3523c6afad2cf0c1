"""What a customer may take from its register: ours and theirs compared, and what is ticked as a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.addresses import Address
from crm_tui.domain.countries import country_name
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.emails import check_email
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text, identity
from crm_tui.domain.phones import normalise, phone_display
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry
from crm_tui.domain.websites import check_website


class Take(StrEnum):
    """What can be taken, in the order in which it is shown and by the names of the command line."""

    NAME = "name"
    ADDRESS = "address"
    EMAIL = "e-mail"
    WEBSITE = "website"
    PHONE = "phone"
    INDUSTRY = "industry"


class Verdict(StrEnum):
    """How ours and theirs stand to each other."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    MISSING = "not published"


class Which(StrEnum):
    """Which address of the register is compared and taken."""

    VISITING = "visiting"
    POSTAL = "postal"

    @property
    def other(self) -> Which:
        """The other one."""
        return Which.POSTAL if self is Which.VISITING else Which.VISITING


class OnCard(NamedTuple):
    """What of the card is compared: the customer, its headquarters, and what its industry is called. ``home`` is the
    organization's country, for phone numbers of customers without one; ``industries`` are those that may be taken, in
    whatever capitals, None where missing ones can be made."""

    customer: Customer
    headquarters: Address | None
    industry: str | None
    home: str
    industries: frozenset[str] | None = None


class Compared(NamedTuple):
    """A row: the lines of ours and of theirs, the latter as they would be written. ``is_proposed``: ticked at first;
    ``refusal``: why it can't be taken although it differs."""

    take: Take
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    verdict: Verdict
    is_proposed: bool
    refusal: str = ""

    @property
    def can_be_taken(self) -> bool:
        """Whether a tick would change something."""
        return self.verdict in (Verdict.CHANGED, Verdict.NEW) and not self.refusal


class RegisterPlace(Struct, frozen=True, kw_only=True):
    """An address to be written; ``which`` says what a new one is used for."""

    line1: str | None
    line2: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    which: Which


class RegisterUpdate(Struct, frozen=True, kw_only=True):
    """What is taken, as one change of the customer and of its headquarters. ``headquarters`` and its revision are what
    was compared; None: there was no address, and ``place`` becomes the first one. ``industry`` is taken by its name,
    and made where the list lacks it. ``source`` is what the change log says it is from."""

    customer: int
    revision: int
    change: CustomerChange
    headquarters: int | None = None
    headquarters_revision: int | None = None
    place: RegisterPlace | None = None
    industry: str | None = None
    source: str


def address_of(entry: RegisterEntry, which: Which) -> RegisterAddress | None:
    """The wanted address of the register, if it has it; a country alone is none."""
    found = entry.visiting if which is Which.VISITING else entry.postal
    return found if found is not None and (found.lines or found.postal_code or found.city) else None


def first_shown(entry: RegisterEntry) -> Which:
    """The visiting address, unless there is only the postal one."""
    has_only_postal = address_of(entry, Which.VISITING) is None and address_of(entry, Which.POSTAL) is not None
    return Which.POSTAL if has_only_postal else Which.VISITING


def compare(card: OnCard, entry: RegisterEntry, which: Which) -> tuple[Compared, ...]:
    """Ours and theirs, a row for each that can be taken."""
    return tuple(_compared(take, card, entry, which) for take in Take)


def update_of(card: OnCard, entry: RegisterEntry, which: Which, takes: Collection[Take]) -> RegisterUpdate:
    """What is ticked, as a change; a row that can't be taken changes nothing."""
    taken = {row.take: row.theirs for row in compare(card, entry, which) if row.take in takes and row.can_be_taken}
    headquarters = card.headquarters
    found = address_of(entry, which)
    return RegisterUpdate(
        customer=card.customer.id,
        revision=card.customer.revision,
        change=CustomerChange(
            name=_one(taken, Take.NAME),
            email=_one(taken, Take.EMAIL),
            website=_one(taken, Take.WEBSITE),
            phone=_one(taken, Take.PHONE),
        ),
        headquarters=headquarters.id if headquarters else None,
        headquarters_revision=headquarters.revision if headquarters else None,
        place=place_of(found, which, headquarters) if found is not None and Take.ADDRESS in taken else None,
        industry=taken[Take.INDUSTRY][0] if Take.INDUSTRY in taken else None,
        source=source_of(entry),
    )


def source_of(entry: RegisterEntry) -> str:
    """What the change log says a change is from: ``PRH, business id 0112038-9``."""
    name = "business id" if entry.country == "FI" else "organization number"
    return f"{entry.source.value}, {name} {entry.number}"


def place_of(found: RegisterAddress, which: Which, ours: Address | None = None) -> RegisterPlace:
    """An address of the register as it is written to the card: a city in capitals as names are written, unless it is
    ours, which stays as it is spelled. A country that is not told stays ours."""
    city = found.city
    if city is not None:
        city = ours.city if ours and ours.city and _plain(ours.city) == _plain(city) else _place_name(city)
    return RegisterPlace(
        line1=found.lines[0] if found.lines else None,
        line2=", ".join(found.lines[1:]) or None,
        postal_code=found.postal_code,
        city=city,
        country=found.country or (ours.country if ours else None),
        which=which,
    )


def in_words(take: Take, lines: Sequence[str]) -> tuple[str, ...]:
    """One side of a row for people: the country of an address by its name."""
    if take is Take.ADDRESS and lines:
        return (*lines[:-1], country_name(lines[-1]))
    return tuple(lines)


def phone_of(entry: RegisterEntry) -> str | None:
    """The first phone of the register, in international form."""
    return phone_display(entry.phones[0], entry.country)[0] if entry.phones else None


# -- comparing ----------------------------------------------------------------------------------------------------


def _compared(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> Compared:
    ours, theirs = _ours(take, card), _theirs(take, card, entry, which)
    if not theirs:
        verdict = Verdict.MISSING
    elif not ours:
        verdict = Verdict.NEW
    else:
        verdict = Verdict.SAME if _is_same(take, card, entry, which) else Verdict.CHANGED
    differs = verdict in (Verdict.NEW, Verdict.CHANGED)
    refusal = _refusal(take, card, theirs) if differs else ""
    is_proposed = differs and not refusal and not entry.state.is_over and not _loses(take, card, entry, which)
    return Compared(take, ours, theirs, verdict, is_proposed, refusal)


def _loses(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> bool:
    """Whether something of ours would go that may well be better: what an industry is called is up to the user's own
    list, and some registers know of an address no more than the city."""
    match take:
        case Take.INDUSTRY:
            return card.industry is not None
        case Take.ADDRESS:
            ours, theirs = card.headquarters, address_of(entry, which)
            return bool(ours and theirs and (ours.line1 or ours.line2) and not theirs.lines)
        case _:
            return False


def _refusal(take: Take, card: OnCard, theirs: tuple[str, ...]) -> str:
    """Why what a register has can't be on a card: registers check little of what they are told."""
    if take is Take.INDUSTRY and card.industries is not None:
        known = {identity(name) for name in card.industries}
        if identity(theirs[0]) not in known:
            return "your list of industries has no such one"
    check: Callable[[str, str], object] = {Take.EMAIL: check_email, Take.WEBSITE: check_website}.get(take, check_text)
    try:
        for line in theirs:
            check(take.value, line)
    except Invalid as error:
        return error.reason
    return ""


def _ours(take: Take, card: OnCard) -> tuple[str, ...]:
    customer, place = card.customer, card.headquarters
    match take:
        case Take.NAME:
            return _lines(customer.name)
        case Take.ADDRESS:
            if place is None:
                return ()
            return _place_lines(place.line1, place.line2, place.postal_code, place.city, place.country)
        case Take.EMAIL:
            return _lines(customer.email)
        case Take.WEBSITE:
            return _lines(customer.website)
        case Take.PHONE:
            return _lines(customer.phone)
        case Take.INDUSTRY:
            return _lines(card.industry)


def _theirs(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> tuple[str, ...]:
    match take:
        case Take.NAME:
            return _lines(entry.name)
        case Take.ADDRESS:
            found = address_of(entry, which)
            if found is None:
                return ()
            place = place_of(found, which, card.headquarters)
            return _place_lines(place.line1, place.line2, place.postal_code, place.city, place.country)
        case Take.EMAIL:
            return _lines(entry.email)
        case Take.WEBSITE:
            return _lines(entry.website)
        case Take.PHONE:
            return _lines(phone_of(entry))
        case Take.INDUSTRY:
            return _lines(entry.industry)


def _is_same(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> bool:
    ours, theirs = _ours(take, card), _theirs(take, card, entry, which)
    match take:
        case Take.WEBSITE:
            return _site(ours[0]) == _site(theirs[0])
        case Take.PHONE:
            known = {_number(phone, entry.country) for phone in entry.phones}
            # where ours is from can't be told: it may be of any of the two countries
            return any(_number(ours[0], region) in known for region in (_region(card), entry.country))
        case Take.ADDRESS:
            return _same_place(card.headquarters, address_of(entry, which))
        case _:
            return _plain(ours[0]) == _plain(theirs[0])


def _same_place(ours: Address | None, theirs: RegisterAddress | None) -> bool:
    """Where lines break does not matter, nor a country that we left out."""
    if ours is None or theirs is None:
        return False
    countries = ours.country is None or theirs.country is None or ours.country == theirs.country
    return countries and _plain(ours.line1, ours.line2, ours.postal_code, ours.city) == _plain(
        *theirs.lines, theirs.postal_code, theirs.city
    )


def _plain(*texts: str | None) -> str:
    """Without capitals, and blanks and commas as one blank."""
    return " ".join(identity(" ".join(filter(None, texts))).replace(",", " ").split())


def _site(website: str) -> str:
    plain = identity(website)
    for prefix in ("https://", "http://", "www."):
        plain = plain.removeprefix(prefix)
    return plain.rstrip("/")


def _number(phone: str, region: str | None) -> str:
    return normalise(phone, region).e164 or "".join(c for c in phone if c.isdecimal()) or phone


def _region(card: OnCard) -> str:
    country = card.headquarters.country if card.headquarters else None
    return country or card.home


# -- writing ------------------------------------------------------------------------------------------------------

#: words inside of names of places that stay small: Mo i Rana
_SMALL = ("i", "og", "på", "ved", "am", "an", "der")


def _place_name(city: str) -> str:
    """A city in capitals as names are written; any other one as it is. A postal code of another country that stands
    before it stays: ``SE-114 56 STOCKHOLM``."""
    if not city.isupper():
        return city
    words = [word if any(map(str.isdigit, word)) else _capitalized(word.lower()) for word in city.split()]
    return " ".join(word.lower() if place and word.lower() in _SMALL else word for place, word in enumerate(words))


def _capitalized(word: str) -> str:
    """Each part of a double name, and what is in brackets, too."""
    return "".join(c.upper() if not place or word[place - 1] in "-/(" else c for place, c in enumerate(word))


def _lines(text: str | None) -> tuple[str, ...]:
    return (text,) if text and text.strip() else ()


def _place_lines(
    line1: str | None, line2: str | None, postal_code: str | None, city: str | None, country: str | None
) -> tuple[str, ...]:
    """The lines of an address, the country as its code in the last one: it is a name where it is shown."""
    place = " ".join(filter(None, (postal_code, city)))
    return tuple(filter(None, (line1, line2, place, country)))


def _one(taken: dict[Take, tuple[str, ...]], take: Take) -> str | UnsetType:
    return taken[take][0] if take in taken else UNSET
