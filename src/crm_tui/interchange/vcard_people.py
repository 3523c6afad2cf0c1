"""What a card says about a person."""

from __future__ import annotations

import datetime as dt

from crm_tui.domain.contacts import Email, EmailKind, Phone
from crm_tui.interchange.cells import MAX_DESCRIPTION, MAX_TEXT, Notices, Place
from crm_tui.interchange.names import digest
from crm_tui.interchange.people import MAX_VALUES, Person, email_kind, labels, phone_kind
from crm_tui.interchange.rows import MAX_NAME
from crm_tui.interchange.values import BadValue, Habits, Partial, parse_date
from crm_tui.interchange.vcard import Card, Property, raw_parts, split_value, unescape

#: words of TYPE that do not say what a number or address is for
_NEUTRAL = frozenset(
    (
        "pref",
        "voice",
        "msg",
        "text",
        "video",
        "internet",
        "x400",
        "intl",
        "dom",
        "postal",
        "parcel",
        "textphone",
    )
)
_PASSING = frozenset(("REV", "PRODID", "VERSION"))  # differ between two exports of the same card


def person_of(card: Card, notices: Notices) -> Person:
    """The person of a card; what can't be taken over is told. BadValue for texts beyond all measure."""
    for name in dict.fromkeys(card.damaged):
        notices.add(card.line, f"{name}: some bytes can't be read and are shown as �")
    first, last = _names(card)
    return Person(
        line=card.line,
        ref=_ref(card),
        first_name=first,
        last_name=last,
        full_name=_short(card, "FN", MAX_NAME),
        organization=_checked("ORG", next(iter(_organizations(card)), ""), MAX_NAME),
        title=_short(card, "TITLE", MAX_TEXT),
        role=_short(card, "ROLE", MAX_TEXT),
        emails=_emails(card),
        phones=_phones(card),
        places=_places(card, notices),
        keywords=labels(word for prop in card.all("CATEGORIES") for word in split_value(prop.value, ",")),
        website=next((unescape(url.value).strip() for url in card.all("URL") if "home" not in url.types), ""),
        language=next((unescape(prop.value).strip() for prop in _preferred(card, "LANG")), ""),
        description=_checked("NOTE", "\n".join(unescape(p.value) for p in card.all("NOTE")), MAX_DESCRIPTION),
        date_of_birth=_birthday(card, notices),
    )


def _ref(card: Card) -> str:
    """Its UID, else a digest of what it says."""
    if uid := card.text("UID"):
        return f"vcard:{uid.removeprefix('urn:uuid:')[:200]}"
    said = sorted(f"{prop.name}:{prop.value}" for prop in card.properties if prop.name not in _PASSING)
    return f"vcard:{digest(*said)}"


def _names(card: Card) -> tuple[str, str]:
    """(given and further names, family name)."""
    for prop in card.all("N"):
        parts = [" ".join(filter(None, split_value(part, ","))) for part in raw_parts(prop.value, ";")]
        family, given, further = (*parts, "", "", "")[:3]
        if family or given:
            first = " ".join(filter(None, (given, further)))
            return _checked("N", first, MAX_NAME), _checked("N", family, MAX_NAME)
    return "", ""


def _organizations(card: Card) -> list[str]:
    names = (split_value(prop.value, ";")[0] for prop in card.all("ORG"))
    return [name for name in names if name]


def _emails(card: Card) -> list[Email]:
    emails: dict[str, Email] = {}
    for prop in _preferred(card, "EMAIL"):
        address = unescape(prop.value).strip()
        address = _checked("EMAIL", address.removeprefix("mailto:"), MAX_TEXT)
        if address:
            emails.setdefault(address.casefold(), Email(address, email_kind(_label(card, prop))))
    return list(emails.values())


def _phones(card: Card) -> list[Phone]:
    phones: dict[tuple[str, str], Phone] = {}
    for prop in _preferred(card, "TEL"):
        number = _checked("TEL", unescape(prop.value).strip(), MAX_TEXT)
        if number.lower().startswith("tel:"):
            number = number[4:].replace(";ext=", " ext. ")
        if number:
            kind = phone_kind(_label(card, prop))
            phones.setdefault((number, kind), Phone(number, kind))
    return list(phones.values())


def _places(card: Card, notices: Notices) -> list[tuple[bool, Place]]:
    places = []
    for prop in _preferred(card, "ADR"):
        _checked("ADR", prop.value, MAX_TEXT)
        parts = (*split_value(prop.value, ";"), *[""] * 7)
        box, extended, street, city, region, postal_code, country = parts[:7]
        lines = [line.strip() for part in (street, extended, box) for line in part.splitlines()]
        place, unknown = Place.of([line for line in lines if line], postal_code, city, region, country)
        if unknown:
            notices.add(card.line, f"country “{unknown[:60]}” is not known: kept as a line of the address")
        if place is not None:
            places.append((email_kind(_label(card, prop)) is EmailKind.PRIVATE, place))
    return places


def _birthday(card: Card, notices: Notices) -> dt.date | None:
    text = card.text("BDAY")
    try:
        return parse_date(text, Habits())
    except (Partial, BadValue) as error:
        notices.add(card.line, f"BDAY: {error}, left out")
        return None


def _preferred(card: Card, name: str) -> list[Property]:
    """The properties of that name, the preferred ones first; as many as show that there are too many."""

    def rank(prop: Property) -> int:
        number = "".join(prop.params.get("PREF", ()))
        if number.isascii() and number.isdigit():
            return int(number[:3])
        return 1 if "pref" in prop.types or "PREF" in prop.params else 101

    return sorted(card.all(name)[: MAX_VALUES + 1], key=rank)


def _label(card: Card, prop: Property) -> str:
    """What it is for, in words: its types, else the label that Apple puts beside it."""
    words = prop.types - _NEUTRAL
    if words or not prop.group:
        return " ".join(sorted(words))
    beside = (p.value for p in card.all("X-ABLABEL") if p.group == prop.group)
    label = next(beside, "")
    return label.removeprefix("_$!<").removesuffix(">!$_")


def _short(card: Card, name: str, most: int) -> str:
    return _checked(name, card.text(name), most)


def _checked(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise BadValue(f"{name}: longer than {most:,} characters")
    return text
