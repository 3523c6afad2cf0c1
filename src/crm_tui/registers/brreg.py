"""The answers of the Norwegian register (Enhetsregisteret, v2): one unit, one sub-unit, or the hits of a search."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState
from crm_tui.registers.reading import (
    Code,
    Count,
    Item,
    Line,
    Text,
    Unreadable,
    country_code,
    day,
    postal_code,
    read,
    read_each,
)

_ORGANIZATION_NUMBER = re.compile("[0-9]{9}")


# -- the shape of an answer: the fields that are read ---------------------------------------------------------------


class Address(Struct, frozen=True, rename="camel"):
    """An address; abroad it has no postal code of its own: that stands in the city, ``poststed``."""

    adresse: Annotated[tuple[Line, ...], Meta(max_length=10)] = ()
    postnummer: Code = ""
    poststed: Line = ""
    landkode: Text = ""


class Industry(Struct, frozen=True, rename="camel"):
    """A code of the industry, and what it means in Norwegian."""

    kode: Text = ""
    beskrivelse: Text = ""


class Unit(Struct, frozen=True, rename="camel"):
    """A company or another body (enhet), or a place of business of one (underenhet)."""

    organisasjonsnummer: Code
    navn: Text = ""
    forretningsadresse: Address = Address()
    beliggenhetsadresse: Address = Address()
    postadresse: Address = Address()
    epostadresse: Text = ""
    telefon: Text = ""
    mobil: Text = ""
    hjemmeside: Text = ""
    naeringskode1: Industry = Industry()
    registrert_i_mvaregisteret: bool | None = None
    slettedato: Text = ""
    nedleggelsesdato: Text = ""
    konkurs: bool = False
    konkursdato: Text = ""
    under_tvangsavvikling_eller_tvangsopplosning: bool = False
    under_avvikling: bool = False
    under_avvikling_dato: Text = ""


class Units(Struct, frozen=True):
    """The Units of a page of hits, in the order of the register."""

    enheter: tuple[Item, ...] = ()


class Page(Struct, frozen=True, rename="camel"):
    """Which page it is, of how many hits."""

    total_elements: Count


class Search(Struct, frozen=True):
    """A page of hits; without any it has no units at all."""

    page: Page
    embedded: Units = field(name="_embedded", default=Units())


# -- reading it -----------------------------------------------------------------------------------------------------


def entry(body: bytes, fetched_at: datetime, *, subunit: bool = False) -> RegisterEntry:
    """The unit, or the sub-unit, of an answer; a deleted one too. Raises Unreadable."""
    return _entry(read(body, Unit), fetched_at, subunit)


def removed(number: str, fetched_at: datetime) -> RegisterEntry:
    """A unit that was removed on legal grounds (410): nothing of its answer may be kept but that."""
    return RegisterEntry(country="NO", number=number, state=RegisterState.REMOVED, fetched_at=fetched_at)


def hits(body: bytes, fetched_at: datetime) -> tuple[tuple[RegisterEntry, ...], int]:
    """The units of a page of hits that can be read, and how many there are in all. Raises Unreadable if none can."""
    search = read(body, Search)
    units = search.embedded.enheter
    found = read_each(units, lambda item: _entry(read(item, Unit), fetched_at, is_subunit=False))
    return found, max(int(search.page.total_elements), len(units))


def _entry(unit: Unit, fetched_at: datetime, is_subunit: bool) -> RegisterEntry:
    number = str(unit.organisasjonsnummer)
    if not _ORGANIZATION_NUMBER.fullmatch(number):
        raise Unreadable("an organization number that is none")
    state, since = _state(unit)
    return RegisterEntry(
        country="NO",
        number=number,
        name=unit.navn or None,
        visiting=_address(unit.beliggenhetsadresse if is_subunit else unit.forretningsadresse),
        postal=_address(unit.postadresse),
        email=unit.epostadresse or None,
        phones=tuple(dict.fromkeys(filter(None, (unit.telefon, unit.mobil)))),
        website=unit.hjemmeside or None,
        industry_code=unit.naeringskode1.kode or None,
        industry=unit.naeringskode1.beskrivelse or None,
        vat_registered=unit.registrert_i_mvaregisteret,
        state=state,
        since=since,
        is_subunit=is_subunit,
        fetched_at=fetched_at,
    )


def _state(unit: Unit) -> tuple[RegisterState, date | None]:
    """The gravest thing that is told, and since when."""
    if unit.slettedato:
        return RegisterState.DELETED, day(unit.slettedato)
    if unit.nedleggelsesdato:  # of a sub-unit, which stays in the register for a while after it was closed
        return RegisterState.CEASED, day(unit.nedleggelsesdato)
    if unit.konkurs:
        return RegisterState.BANKRUPT, day(unit.konkursdato)
    if unit.under_tvangsavvikling_eller_tvangsopplosning:
        return RegisterState.LIQUIDATION, None
    if unit.under_avvikling:
        return RegisterState.LIQUIDATION, day(unit.under_avvikling_dato)
    return RegisterState.ACTIVE, None


def _address(address: Address) -> RegisterAddress | None:
    """The address, if it says where it is."""
    if not (address.adresse or address.postnummer or address.poststed):
        return None
    return RegisterAddress(
        lines=address.adresse,
        postal_code=postal_code(address.postnummer, 4),
        city=address.poststed or None,
        country=country_code(address.landkode),
    )
