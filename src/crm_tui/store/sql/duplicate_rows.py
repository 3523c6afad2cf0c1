"""Rows as they are compared for duplicates, and as people tell them apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import json

from crm_tui.domain import likeness_channels as channels
from crm_tui.domain.contacts import ContactFields, Email, Phone
from crm_tui.domain.customers import CustomerFields
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.likeness_companies import Company
from crm_tui.domain.likeness_names import company_words, tokens
from crm_tui.domain.likeness_people import Person
from crm_tui.domain.normalise import fold, name_key, words
from crm_tui.domain.vat import check_vat
from crm_tui.store.duplicates import Side
from crm_tui.store.sql.customer_card import first_phone
from crm_tui.store.sql.dialect import Connection

#: whether several are called by this word
Common = Callable[[str], bool]

_EMAILS = json.Decoder(tuple[Email, ...])
_PHONES = json.Decoder(tuple[Phone, ...])
_LISTED = "(SELECT value FROM json_each(?))"


def addresses_of(text: str) -> list[str]:
    """The e-mail addresses of a contact's stored JSON, in one form."""
    return [channels.email(email.address) for email in _EMAILS.decode(text)] if text != "[]" else []


def numbers_of(text: str) -> list[str]:
    """The phone numbers of a contact's stored JSON, as typed."""
    return [phone.number for phone in _PHONES.decode(text)] if text != "[]" else []


def people(con: Connection, keys: Sequence[int], region: str | None, is_common: Common) -> dict[int, Person]:
    """Contacts by id; ``region`` reads their phone numbers. Erased ones are left out."""
    rows = con.execute(
        "SELECT p.id, p.first_name, p.last_name, p.emails, p.phones, p.date_of_birth, p.customer_id, c.name"
        f" FROM contact p JOIN customer c ON c.id = p.customer_id WHERE p.id IN {_LISTED} AND p.is_deleted = 0",
        (_ids(keys),),
    )
    return {
        key: _person(
            first, last, addresses_of(emails), numbers_of(phones), born and dt.date.fromisoformat(born),
            customer, name, region, is_common,
        )
        for key, first, last, emails, phones, born, customer, name in rows
    }  # fmt: skip


def person_of(contact: ContactFields, customer_name: str, region: str | None, is_common: Common) -> Person:
    """A contact that is being typed."""
    return _person(
        contact.first_name,
        contact.last_name,
        [channels.email(email.address) for email in contact.emails],
        [phone.number for phone in contact.phones],
        contact.date_of_birth,
        contact.customer,
        customer_name,
        region,
        is_common,
    )


def _person(
    first: str,
    last: str,
    emails: list[str],
    numbers: list[str],
    born: dt.date | None,
    customer: int,
    name: str,
    region: str | None,
    is_common: Common,
) -> Person:
    forms = {number: channels.phone(number, region) for number in numbers}
    firsts, lasts = tokens(first), tokens(last)
    return Person(
        first=firsts,
        last=lasts,
        emails=tuple(emails),
        phones=tuple(form for form in forms.values() if form),
        mobiles=frozenset(form for raw, form in forms.items() if channels.is_mobile(raw, region)),
        tails=frozenset(tail for tail in map(channels.phone_tail, numbers) if len(tail) == channels.TAIL),
        born=born,
        customer=customer,
        company=company_words(name)[0],
        rare=frozenset(word for word in (*firsts, *lasts) if not is_common(word)),
    )


def companies(con: Connection, keys: Sequence[int], region: str | None, is_common: Common) -> dict[int, Company]:
    """Customers by id; ``region`` reads phone numbers of those without a country. The own company is left out."""
    rows = con.execute(
        "SELECT c.id, c.name, c.vat_number, c.business_id, c.email, c.phone, c.website, a.city, a.postal_code,"
        " a.country"
        " FROM customer c LEFT JOIN address a ON a.id = c.headquarters_id"
        f" WHERE c.id IN {_LISTED} AND c.is_internal = 0",
        (_ids(keys),),
    )
    return {
        key: _company(name, vat, business_id, email, phone, website, city, postal_code, country, region, is_common)
        for key, name, vat, business_id, email, phone, website, city, postal_code, country in rows
    }


def company_of(customer: CustomerFields, place: tuple[Any, Any, Any], region: str | None, is_common: Common) -> Company:
    """A customer that is being typed; ``place`` is city, postal code and country of its headquarters."""
    return _company(
        customer.name, customer.vat_number, customer.business_id, customer.email, customer.phone, customer.website,
        *place, region, is_common,
    )  # fmt: skip


def _company(
    name: str,
    vat: str | None,
    business_id: str | None,
    email: str | None,
    phone: str | None,
    website: str | None,
    city: str | None,
    postal_code: str | None,
    country: str | None,
    region: str | None,
    is_common: Common,
) -> Company:
    core, forms = company_words(name)
    number, ids = identifiers(vat, business_id, country)
    address = channels.email(email) if email else None
    return Company(
        words=core,
        forms=forms,
        vat=number,
        ids=frozenset(ids),
        email=address,
        phone=channels.phone(phone, country or region) if phone else None,
        domains=frozenset(own_domains(address, website)),
        city=name_key(city or ""),
        postal_code="".join(words(postal_code or "")),
        country=country or "",
        rare=frozenset(word for word in core if not is_common(word)),
    )


def identifiers(vat: str | None, business_id: str | None, country: str | None) -> tuple[str | None, list[str]]:
    """The VAT number in its form, if it is valid, and all that registers call the company: Finnish and Norwegian VAT
    numbers are made of business ids."""
    number, ids = None, []
    if vat and vat.strip():
        try:
            checked = check_vat(vat, country)
        except Invalid:
            ids.append(_compact(vat))
        else:
            number = checked.canonical
            ids.append(_compact(checked.business_id or checked.canonical))
    if business_id and business_id.strip():
        ids.append(_compact(business_id))
    return number, [key for key in dict.fromkeys(ids) if key]


def own_domains(email: str | None, website: str | None) -> list[str]:
    """The domains of an address and a website that belong to one company."""
    found = [channels.domain(text) for text in (email, website) if text]
    return [host for host in dict.fromkeys(found) if host]


def _compact(text: str) -> str:
    compact = "".join(words(fold(text)))
    return compact.removeprefix("fi").removeprefix("no").removesuffix("mva")


def sides(con: Connection, kind: Kind, keys: Iterable[int]) -> dict[int, Side]:
    """Rows as people tell them apart."""
    return _contact_sides(con, keys) if kind is Kind.CONTACT else _customer_sides(con, keys)


def _customer_sides(con: Connection, keys: Iterable[int]) -> dict[int, Side]:
    rows = con.execute(
        "SELECT id, name, number, vat_number, city, phone, email, is_active FROM customer"
        f" WHERE id IN {_LISTED} AND is_internal = 0",
        (_ids(keys),),
    )
    return {
        key: Side(
            id=key,
            name=name,
            detail=_joined(number, city, vat, phone, email),
            customer=key,
            customer_name=name,
            is_active=bool(is_active),
        )
        for key, name, number, vat, city, phone, email, is_active in rows
    }


def _contact_sides(con: Connection, keys: Iterable[int]) -> dict[int, Side]:
    rows = con.execute(
        "SELECT p.id, trim(p.first_name || ' ' || p.last_name), p.title, p.emails, p.phones, c.id, c.name,"
        " p.is_active = 1 AND c.is_active = 1 FROM contact p JOIN customer c ON c.id = p.customer_id"
        f" WHERE p.id IN {_LISTED} AND p.is_deleted = 0",
        (_ids(keys),),
    )
    return {
        key: Side(
            id=key,
            name=name,
            detail=_joined(title, first_phone(phones), next((e.address for e in _EMAILS.decode(emails)), None)),
            customer=customer,
            customer_name=customer_name,
            is_active=bool(is_active),
        )
        for key, name, title, emails, phones, customer, customer_name, is_active in rows
    }


def _joined(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part)


def _ids(keys: Iterable[int]) -> str:
    return json.encode(list(keys)).decode()
