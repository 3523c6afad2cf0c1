"""The answers of the Finnish register (PRH's open data, v3): companies by business id or by name, in one shape."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

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
    plain,
    postal_code,
    read,
    read_each,
)

_BUSINESS_ID = re.compile("[0-9]{7}-[0-9]")

# Codes of PRH, see its /description?code=... (TLAJI, KIELI, REK, REK_KDI).
_MAIN_NAME, _PARALLEL_NAME, _TRADE_NAME = "1", "2", "3"
_FINNISH, _SWEDISH, _ENGLISH = "1", "2", "3"
_VISITING, _POSTAL = "1", "2"
_TRADE_REGISTER, _VAT_REGISTER = "1", "6"
_REGISTERED, _CEASED = "1", "4"
_SITUATIONS = (
    ("KONK", RegisterState.BANKRUPT),
    ("SELTILA", RegisterState.LIQUIDATION),
    ("SANE", RegisterState.RESTRUCTURING),
)


# -- the shape of an answer: the fields that are read ---------------------------------------------------------------


class BusinessId(Struct, frozen=True, rename="camel"):
    """The id, with its hyphen."""

    value: Text


class Name(Struct, frozen=True, rename="camel"):
    """A name, in use while it has no end date."""

    name: Text = ""
    type: Code = ""
    registration_date: Text = ""
    end_date: Text = ""


class Description(Struct, frozen=True, rename="camel"):
    """What a code means, in one language."""

    language_code: Code = ""
    description: Text = ""


class BusinessLine(Struct, frozen=True, rename="camel"):
    """The industry."""

    type: Code = ""
    descriptions: tuple[Description, ...] = ()


class Website(Struct, frozen=True, rename="camel"):
    """The website, as a rule without a scheme."""

    url: Text = ""


class Situation(Struct, frozen=True, rename="camel"):
    """Bankruptcy, liquidation or restructuring, over once it has an end date."""

    type: Text = ""
    registration_date: Text = ""
    end_date: Text = ""


class Registration(Struct, frozen=True, rename="camel"):
    """An entry in one of the registers of Finland."""

    type: Code = ""
    register: Code = ""
    registration_date: Text = ""
    end_date: Text = ""


class PostOffice(Struct, frozen=True, rename="camel"):
    """A city, in one language."""

    city: Line = ""
    language_code: Code = ""


class Address(Struct, frozen=True, rename="camel"):
    """An address: a post office box, a street in its parts, or one free line."""

    type: Code = ""
    co: Line = ""
    post_office_box: Code = ""
    street: Line = ""
    building_number: Code = ""
    entrance: Text = ""
    apartment_number: Code = ""
    apartment_id_suffix: Text = ""
    free_address_line: Text = ""
    post_code: Code = ""
    post_offices: tuple[PostOffice, ...] = ()
    country: Text = ""
    registration_date: Text = ""


class Company(Struct, frozen=True, rename="camel"):
    """A company."""

    business_id: BusinessId
    names: Annotated[tuple[Name, ...], Meta(max_length=500)] = ()
    main_business_line: BusinessLine = BusinessLine()
    website: Website = Website()
    company_situations: tuple[Situation, ...] = ()
    registered_entries: tuple[Registration, ...] | None = None
    addresses: tuple[Address, ...] = ()
    trade_register_status: Code = ""
    end_date: Text = ""


class CompanyResult(Struct, frozen=True, rename="camel"):
    """A whole answer, with Companies. Nothing found is an answer too."""

    total_results: Count
    companies: tuple[Item, ...] = ()


# -- reading it -----------------------------------------------------------------------------------------------------


def entries(body: bytes, fetched_at: datetime) -> tuple[tuple[RegisterEntry, ...], int]:
    """The companies of an answer that can be read, and how many there are in all. Raises Unreadable if none can."""
    result = read(body, CompanyResult)
    total = max(int(result.total_results), len(result.companies))
    if total and not result.companies:
        raise Unreadable(f"{total} companies were found and none is told of")
    return read_each(result.companies, lambda item: _entry(read(item, Company), fetched_at)), total


def _entry(company: Company, fetched_at: datetime) -> RegisterEntry:
    number = company.business_id.value
    if not _BUSINESS_ID.fullmatch(number):
        raise Unreadable("a business id that is none")
    state, since = _state(company)
    name = _main_name(company.names)
    line = company.main_business_line
    return RegisterEntry(
        country="FI",
        number=number,
        name=name,
        other_names=_other_names(company.names, name),
        visiting=_address(company.addresses, _VISITING),
        postal=_address(company.addresses, _POSTAL),
        website=company.website.url or None,
        industry_code=str(line.type) or None,
        industry=_in_language(
            ((each.language_code, each.description) for each in line.descriptions), _ENGLISH, _FINNISH, _SWEDISH
        ),
        vat_registered=_is_vat_registered(company.registered_entries),
        state=state,
        since=since,
        fetched_at=fetched_at,
    )


def _main_name(names: Iterable[Name]) -> str | None:
    """The newest main name in use; of a company that has none any more, the last one."""
    own = [each for each in names if str(each.type) == _MAIN_NAME and each.name]
    current = [each for each in own if not each.end_date]
    if current:
        return max(current, key=_since).name
    return max(own, key=lambda each: day(each.end_date) or date.min).name if own else None


def _other_names(names: Iterable[Name], main: str | None) -> tuple[str, ...]:
    """Names in use besides the main one: parallel names (in other languages) first, then trade names."""
    kinds = (_MAIN_NAME, _PARALLEL_NAME, _TRADE_NAME)
    current = [each for each in names if str(each.type) in kinds and not each.end_date]
    current.sort(key=lambda each: str(each.type))
    return tuple(dict.fromkeys(each.name for each in current if each.name and each.name != main))


def _state(company: Company) -> tuple[RegisterState, date | None]:
    """What became of it, and since when."""
    ended = _end_in_trade_register(company)
    if company.end_date or ended is not None or str(company.trade_register_status) == _CEASED:
        return RegisterState.CEASED, day(company.end_date or (ended.registration_date if ended else ""))
    for code, state in _SITUATIONS:
        for situation in company.company_situations:
            if situation.type == code and not situation.end_date:
                return state, day(situation.registration_date)
    return RegisterState.ACTIVE, None


def _end_in_trade_register(company: Company) -> Registration | None:
    """Its entry as a ceased company, where it was not registered again later. It says what ``tradeRegisterStatus``
    says, unless that says otherwise."""
    status = str(company.trade_register_status)
    if status not in ("", _CEASED):
        return None
    kinds = (_CEASED,) if status else (_CEASED, _REGISTERED)
    own = [
        entry
        for entry in company.registered_entries or ()
        if str(entry.register) == _TRADE_REGISTER and str(entry.type) in kinds and not entry.end_date
    ]
    last = max(own, key=lambda entry: (_since(entry), str(entry.type) == _CEASED), default=None)
    return last if last is not None and str(last.type) == _CEASED else None


def _is_vat_registered(registered: tuple[Registration, ...] | None) -> bool | None:
    if registered is None:
        return None
    return any(str(entry.register) == _VAT_REGISTER and not entry.end_date for entry in registered)


def _since(dated: Name | Registration | Address) -> date:
    return day(dated.registration_date) or date.min


def _address(addresses: Iterable[Address], kind: str) -> RegisterAddress | None:
    """The newest address of a kind that says where it is."""
    for address in sorted(addresses, key=_since, reverse=True):
        if str(address.type) != kind:
            continue
        lines = tuple(filter(None, (_care_of(address.co), _line(address))))
        city = _in_language(
            ((each.language_code, each.city) for each in address.post_offices), _FINNISH, _SWEDISH, any_other=True
        )
        code = postal_code(address.post_code, 5)
        if lines or code or city:
            return RegisterAddress(
                lines=lines,
                postal_code=code,
                city=city,
                country=country_code(address.country) if address.country else "FI",
            )
    return None


def _care_of(co: str) -> str:
    return co if not co or co.casefold().startswith("c/o") else f"c/o {co}"


def _line(address: Address) -> str:
    """``PL 226``, ``Mechelininkatu 18 B 52a``, or the free line, where underscores stand for blanks."""
    if address.post_office_box:
        return f"PL {address.post_office_box}"
    if address.street:
        apartment = f"{address.apartment_number}{address.apartment_id_suffix}"
        return " ".join(filter(None, (address.street, str(address.building_number), address.entrance, apartment)))
    return plain(address.free_address_line.replace("_", " "))


def _in_language(texts: Iterable[tuple[Code, str]], *wanted: str, any_other: bool = False) -> str | None:
    """The text in the first of the wanted languages that has one."""
    by_language = {str(language): text for language, text in reversed(list(texts)) if text}
    found = next((by_language[language] for language in wanted if language in by_language), None)
    if found is None and any_other:
        return next(reversed(by_language.values()), None)
    return found
