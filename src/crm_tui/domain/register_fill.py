"""What the form of a new customer takes over from its register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from crm_tui.domain.errors import Invalid
from crm_tui.domain.register_entry import RegisterEntry
from crm_tui.domain.register_update import Which, address_of, phone_of
from crm_tui.domain.vat import RegisterNumber, check_vat, register_number

#: fields that say which company it is: the register's take the place of what was typed
_TELLING = ("name", "vat_number", "business_id")


class Filling(NamedTuple):
    """The ``values`` to be put into fields, by their names; ``other`` ones are those of fields of which one's own is
    kept."""

    values: dict[str, Any]
    other: dict[str, Any]


def number_of(entry: RegisterEntry) -> RegisterNumber:
    """The id of a company in its register."""
    return RegisterNumber(entry.country, entry.number)


def number_in(text: str | None, home: str | None) -> RegisterNumber | None:
    """The id that a register can be asked for, where a text is nothing but such a number; ``home`` is the country of
    those that do not tell."""
    if not text:
        return None
    for country in (home, None) if home in ("FI", "NO") else (home,):
        try:
            return register_number(text, country)
        except Invalid:
            continue
    return None


def is_of(entry: RegisterEntry, vat: str | None, business_id: str | None) -> bool:
    """Whether a form with these numbers is still about the company of an entry: it has one at least, and none of
    another."""
    numbers = [number for number in (vat, business_id) if number]
    return bool(numbers) and all(number_in(number, entry.country) == number_of(entry) for number in numbers)


def check_one_company(vat: str | None, business_id: str | None, home: str | None) -> None:
    """Raises Invalid where the two numbers are known to be of two companies."""
    first, second = number_in(vat, home), number_in(business_id, home)
    if first is not None and second is not None and first != second:
        reason = f"belongs to another company than the VAT number, whose business id is {first.id}; correct one of them"
        raise Invalid("business_id", reason)


def addresses_of(entry: RegisterEntry) -> tuple[Which, ...]:
    """The addresses that the register has, the visiting one first."""
    return tuple(which for which in Which if address_of(entry, which) is not None)


def fill(
    entry: RegisterEntry, typed: Mapping[str, Any], before: Mapping[str, Any], industries: Mapping[str, int]
) -> Filling:
    """What of an entry gets into a form that has ``typed`` in its fields: name, VAT number and business id always,
    anything else where nothing was typed. ``before`` is what another company's entry filled in: it was not typed, and
    goes. ``industries`` has the ids of those that may be chosen, by their folded names."""
    values: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for field, theirs in _theirs(entry, typed, industries).items():
        ours = typed.get(field)
        is_typed = ours not in (None, "") and ours != before.get(field)
        if theirs is not None and (field in _TELLING or not is_typed):
            values[field] = theirs
        elif theirs is not None and theirs != ours:
            other[field] = theirs
        elif not is_typed or (field in _TELLING and not _is_name(field, ours, entry)):
            values[field] = None
    return Filling(values, other)


def goes_with(filled: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What goes out of a form that has ``now`` in its fields with the entry that ``filled`` it: what was not typed
    over."""
    return {name: None for name, value in filled.items() if value is not None and now.get(name) == value}


def _is_name(field: str, typed: Any, entry: RegisterEntry) -> bool:
    """Whether that is what somebody calls the company, and not its number."""
    return field == "name" and number_in(typed, entry.country) is None


def _theirs(entry: RegisterEntry, typed: Mapping[str, Any], industries: Mapping[str, int]) -> dict[str, Any]:
    """What the register has for each field. A VAT number it has of those who are registered for VAT; where it does not
    say who is, one that was typed is believed."""
    is_typed = number_in(typed.get("vat_number"), entry.country) == number_of(entry)
    has_vat = is_typed if entry.vat_registered is None else entry.vat_registered
    return {
        "name": entry.name,
        "vat_number": check_vat(entry.number, entry.country).canonical if has_vat else None,
        "business_id": entry.number,
        "email": entry.email,
        "phone": phone_of(entry),
        "website": entry.website,
        "industry": industries.get(entry.industry.casefold()) if entry.industry else None,
    }
