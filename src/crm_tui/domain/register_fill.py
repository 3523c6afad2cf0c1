"""What the form of a new customer takes over from its register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from crm_tui.domain.register_entry import RegisterEntry
from crm_tui.domain.register_update import Which, address_of, phone_of
from crm_tui.domain.vat import RegisterNumber, check_vat

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
    for field, theirs in _theirs(entry, industries).items():
        ours = typed.get(field)
        is_typed = ours not in (None, "") and ours != before.get(field)
        if theirs is not None and (field in _TELLING or not is_typed):
            values[field] = theirs
        elif theirs is not None and theirs != ours:
            other[field] = theirs
        elif not is_typed or (field == "vat_number" and entry.vat_registered is False):
            values[field] = None
    return Filling(values, other)


def _theirs(entry: RegisterEntry, industries: Mapping[str, int]) -> dict[str, Any]:
    """What the register has for each field. Who is not registered for VAT has no VAT number."""
    vat = check_vat(entry.number, entry.country).canonical if entry.vat_registered is not False else None
    return {
        "name": entry.name,
        "vat_number": vat,
        "business_id": entry.number,
        "email": entry.email,
        "phone": phone_of(entry),
        "website": entry.website,
        "industry": industries.get(entry.industry.casefold()) if entry.industry else None,
    }
