"""What a customer may take from its register: ours and theirs compared, and what is ticked as a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.addresses import Address
from crm_tui.domain.alike import has_extension, plain_text, same_phone, same_site
from crm_tui.domain.countries import country_name
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.emails import check_email
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text, identity
from crm_tui.domain.phones import phone_display
from crm_tui.domain.place_names import place_name
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry
from crm_tui.domain.vat import RegisterNumber
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


class Choices(NamedTuple):
    """What can be chosen here: names of ``industries``, those of ``disabled`` ones, whether the user ``can_add`` one,
    and codes of ``countries``."""

    industries: frozenset[str]
    disabled: frozenset[str]
    can_add: bool
    countries: frozenset[str]


class OnCard(NamedTuple):
    """What of the card is compared: the customer, its headquarters, and what its industry is called. ``home`` is the
    organization's country, for phone numbers of customers without one."""

    customer: Customer
    headquarters: Address | None
    industry: str | None
    home: str
    choices: Choices


class Compared(NamedTuple):
    """A row: the lines of ours and of theirs, the latter as they would be written; a region among ours is one that
    would go. ``is_proposed``: ticked at first; ``refusal``: why it can't be taken although it differs; ``note``: what
    else comes of taking it."""

    take: Take
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    verdict: Verdict
    is_proposed: bool
    refusal: str = ""
    note: str = ""

    @property
    def can_be_taken(self) -> bool:
        """Whether a tick would change something."""
        return self.verdict in (Verdict.CHANGED, Verdict.NEW) and not self.refusal


class RegisterPlace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address to be written; ``which`` says what a new one is used for."""

    line1: str | None
    line2: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    which: Which


class RegisterUpdate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is taken, as one change of the customer and of its headquarters. ``number`` is the company that was
    compared: the customer's VAT number has to lead to it. ``headquarters`` and its revision are what was compared;
    None: there was no address, and ``place`` becomes the first one. ``industry`` is taken by its name, and made where
    the list lacks it. ``source`` is what the change log says it is from."""

    customer: int
    revision: int
    number: RegisterNumber
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
        number=RegisterNumber(entry.country, entry.number),
        change=CustomerChange(
            name=_one(taken, Take.NAME),
            email=_one(taken, Take.EMAIL),
            website=_one(taken, Take.WEBSITE),
            phone=_one(taken, Take.PHONE),
        ),
        headquarters=headquarters.id if headquarters else None,
        headquarters_revision=headquarters.revision if headquarters else None,
        place=place_of(found, which, headquarters, card.choices.countries)
        if found is not None and Take.ADDRESS in taken
        else None,
        industry=taken[Take.INDUSTRY][0] if Take.INDUSTRY in taken else None,
        source=source_of(entry),
    )


def source_of(entry: RegisterEntry) -> str:
    """What the change log says a change is from: ``PRH, business id 0112038-9``."""
    name = "business id" if entry.country == "FI" else "organization number"
    return f"{entry.source.value}, {name} {entry.number}"


def place_of(
    found: RegisterAddress, which: Which, ours: Address | None = None, countries: Collection[str] | None = None
) -> RegisterPlace:
    """An address of the register as it is written to the card: a city in capitals as names are written, unless it is
    ours, which stays as it is spelled.

    What the register lacks blanks nothing of ours where it belongs to the rest: an address without a city keeps ours
    and its postal code; in the same city one without a street keeps ours, and our street without a postal code keeps
    that. A street and a city together are another place. A country that is not told stays ours; one that is not among
    the ``countries`` that can be chosen here is left out, unless it is ours."""
    lines, postal_code = found.lines, found.postal_code
    city = place_name(found.city) if found.city else None
    country = found.country or (ours.country if ours else None)
    if ours is not None and (city is None or plain_text(city) == plain_text(ours.city)):
        city, our_lines = ours.city, tuple(filter(None, (ours.line1, ours.line2)))
        is_another = found.city and lines and plain_text(*lines) != plain_text(*our_lines)
        postal_code = postal_code or (None if is_another else ours.postal_code)
        lines = lines or our_lines
    if countries is not None and country not in countries and (ours is None or country != ours.country):
        country = None
    return RegisterPlace(
        line1=lines[0] if lines else None,
        line2=", ".join(lines[1:]) or None,
        postal_code=postal_code,
        city=city,
        country=country,
        which=which,
    )


def region_of(place: RegisterPlace, ours: Address) -> str | None:
    """The region of our address when it becomes this place: no register tells it, so it stays while the city does."""
    return ours.region if place.city == ours.city else None


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
    ours, theirs = _ours(take, card, entry, which), _theirs(take, card, entry, which)
    if not theirs:
        verdict = Verdict.MISSING
    elif not ours:
        verdict = Verdict.NEW
    else:
        verdict = Verdict.SAME if _is_same(take, card, entry, which) else Verdict.CHANGED
    if verdict in (Verdict.MISSING, Verdict.SAME):
        return Compared(take, ours, theirs, verdict, is_proposed=False)
    refusal = _refusal(take, card, theirs)
    is_proposed = not refusal and not entry.state.is_over and not _is_doubtful(take, card, entry, which)
    return Compared(
        take, ours, theirs, verdict, is_proposed, refusal, "" if refusal else _note(take, card, entry, which)
    )


def _is_doubtful(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> bool:
    """Whether it is left to the user to tick: what an industry is called is up to the user's own list, a number behind
    a switchboard was chosen, and some registers know of an address no more than a part, or a country that can't be
    chosen."""
    if take is Take.INDUSTRY:
        return card.industry is not None or not _has(card.choices.industries, entry.industry)
    if take is Take.PHONE:
        return has_extension(card.customer.phone or "", _regions(card, entry))
    ours, theirs = card.headquarters, address_of(entry, which)
    if take is not Take.ADDRESS or ours is None or theirs is None:
        return False
    place = place_of(theirs, which, ours, card.choices.countries)
    return bool(
        ((ours.line1 or ours.line2) and not theirs.lines)
        or (ours.city and not theirs.city)
        or (ours.postal_code and not place.postal_code and place.city == ours.city)
        or (ours.country and not place.country)
    )


def _refusal(take: Take, card: OnCard, theirs: tuple[str, ...]) -> str:
    """Why what a register has can't be on a card: registers check little of what they are told."""
    if take is Take.INDUSTRY and not _has(card.choices.industries, theirs[0]):
        if _has(card.choices.disabled, theirs[0]):
            return "it is disabled in your list of industries"
        if not card.choices.can_add:
            return "your list of industries has no such one"
    check: Callable[[str, str], object] = {Take.EMAIL: check_email, Take.WEBSITE: check_website}.get(take, check_text)
    try:
        for line in theirs:
            check(take.value, line)
    except Invalid as error:
        return error.reason
    return ""


def _note(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> str:
    """What comes of taking it that the row does not show."""
    if take is Take.INDUSTRY and not _has(card.choices.industries, entry.industry):
        return "taking it adds it to your list of industries"
    found = address_of(entry, which)
    if take is not Take.ADDRESS or found is None:
        return ""
    place = place_of(found, which, card.headquarters, card.choices.countries)
    if found.country and place.country is None:
        return f"{country_name(found.country)} can't be chosen here: the country is left out"
    return ""


def _has(industries: Collection[str], name: str | None) -> bool:
    return plain_text(name) in map(plain_text, industries)


def _ours(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> tuple[str, ...]:
    customer = card.customer
    match take:
        case Take.NAME:
            return _lines(customer.name)
        case Take.ADDRESS:
            return _our_place(card, address_of(entry, which), which)
        case Take.EMAIL:
            return _lines(customer.email)
        case Take.WEBSITE:
            return _lines(customer.website)
        case Take.PHONE:
            return _lines(customer.phone)
        case Take.INDUSTRY:
            return _lines(card.industry)


def _our_place(card: OnCard, theirs: RegisterAddress | None, which: Which) -> tuple[str, ...]:
    """Our address, with its region where that would go."""
    ours = card.headquarters
    if ours is None:
        return ()
    goes = theirs is not None and region_of(place_of(theirs, which, ours), ours) is None
    return _place_lines(ours, ours.region if goes else None)


def _theirs(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> tuple[str, ...]:
    match take:
        case Take.NAME:
            return _lines(entry.name)
        case Take.ADDRESS:
            found = address_of(entry, which)
            return _place_lines(place_of(found, which, card.headquarters, card.choices.countries)) if found else ()
        case Take.EMAIL:
            return _lines(entry.email)
        case Take.WEBSITE:
            return _lines(entry.website)
        case Take.PHONE:
            return _lines(_same_phone(card, entry) or phone_of(entry))
        case Take.INDUSTRY:
            return _lines(entry.industry)


def _is_same(take: Take, card: OnCard, entry: RegisterEntry, which: Which) -> bool:
    ours, theirs = _ours(take, card, entry, which), _theirs(take, card, entry, which)
    match take:
        case Take.EMAIL:  # of which each letter counts
            return identity(ours[0]) == identity(theirs[0])
        case Take.WEBSITE:
            return same_site(ours[0], theirs[0])
        case Take.PHONE:
            return _same_phone(card, entry) is not None
        case Take.ADDRESS:
            return _is_same_place(card.headquarters, address_of(entry, which), which)
        case _:
            return plain_text(ours[0]) == plain_text(theirs[0])


def _is_same_place(ours: Address | None, theirs: RegisterAddress | None, which: Which) -> bool:
    """Where lines break does not matter, nor a country that we left out."""
    if ours is None or theirs is None:
        return False
    place = place_of(theirs, which, ours)
    countries = ours.country is None or place.country == ours.country
    return countries and plain_text(ours.line1, ours.line2, ours.postal_code, ours.city) == plain_text(
        place.line1, place.line2, place.postal_code, place.city
    )


def _same_phone(card: OnCard, entry: RegisterEntry) -> str | None:
    """The phone of the register that is ours, in international form."""
    ours, regions = card.customer.phone, _regions(card, entry)
    same = (phone for phone in entry.phones if ours and same_phone(ours, phone, regions, entry.country))
    return next((phone_display(phone, entry.country)[0] for phone in same), None)


def _regions(card: OnCard, entry: RegisterEntry) -> tuple[str, str]:
    """Where our phone may be from, which can't be told: any of the two countries."""
    country = card.headquarters.country if card.headquarters else None
    return country or card.home, entry.country


# -- writing ------------------------------------------------------------------------------------------------------


def _lines(text: str | None) -> tuple[str, ...]:
    return (text,) if text and text.strip() else ()


def _place_lines(place: Address | RegisterPlace, region: str | None = None) -> tuple[str, ...]:
    """The lines of an address, the country as its code in the last one: it is a name where it is shown."""
    city = " ".join(filter(None, (place.postal_code, place.city)))
    return tuple(filter(None, (place.line1, place.line2, city, region, place.country)))


def _one(taken: dict[Take, tuple[str, ...]], take: Take) -> str | UnsetType:
    return taken[take][0] if take in taken else UNSET
