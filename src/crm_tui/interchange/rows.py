"""Rows of customers, contacts and users, made into records."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from crm_tui.domain.contacts import Email, EmailKind, Phone, PhoneKind
from crm_tui.domain.emails import check_email
from crm_tui.domain.errors import Invalid
from crm_tui.interchange.cells import MAX_DESCRIPTION, Cells, Currencies, Notices, Place
from crm_tui.interchange.formats import Mapping
from crm_tui.interchange.names import UNKNOWN, login_of, organization_ref, split_name
from crm_tui.interchange.people import People, Person, email_kind, labels, phone_kind
from crm_tui.interchange.records import ContactRecord, CustomerRecord, Record, UserRecord
from crm_tui.interchange.values import BadValue

MAX_NAME = 500
_ADDRESS_FIELD = re.compile(r"((?:home_)?address\d*)_")
_PHONE_FIELD = re.compile(r"(?:(work|mobile|home|other)_)?phone\d*|(fax)\d*")
_EMAIL_FIELD = re.compile(r"email\d*")


class CustomerRows:
    """A company a row: the customer, up to two addresses, and the contact where the row names one."""

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._source = mapping.source
        self._owners = mapping.owners
        self._currencies = currencies
        self._prefixes = address_prefixes(mapping.columns)

    def records(self, cells: Cells) -> list[Record]:
        name = cells.text("name", most=MAX_NAME)
        if not name:
            raise BadValue("the customer has no name")
        if cells.flag("is_deleted"):
            raise BadValue("marked as deleted in the file")
        customer = self._customer(cells, name)
        addresses = self._addresses(cells, customer)
        contact = self._contact(cells, customer, addresses[0].external_ref if addresses else "")
        if contact:
            customer = replace(customer, fax="")  # the contact has it now
        return [customer, *addresses, *contact]

    def _customer(self, cells: Cells, name: str) -> CustomerRecord:
        return CustomerRecord(
            line=cells.line,
            external_ref=cells.ref("id", self._source) or organization_ref(name),
            name=name,
            number=cells.count("number"),
            description=cells.text("description", most=MAX_DESCRIPTION),
            vat_number=cells.text("vat_number"),
            business_id=cells.text("business_id"),
            industry=cells.text("industry"),
            email=cells.text("email"),
            phone=cells.text("phone"),
            fax=cells.text("fax"),
            website=cells.text("website"),
            employees=cells.count("employees"),
            annual_revenue=cells.money("annual_revenue", self._currencies),
            owner_ref=cells.ref("owner", self._owners) if self._owners else "",
        )

    def _addresses(self, cells: Cells, customer: CustomerRecord) -> list[Record]:
        places: dict[str, Place] = {}
        for prefix in self._prefixes:
            place = cells.place(prefix)
            if place is not None and place.key() not in {other.key() for other in places.values()}:
                places[prefix] = place
        return [
            place.record(
                cells.line,
                f"{customer.external_ref}:{prefix}",
                customer.external_ref,
                billing=position == 0,
                postal=position == 0,
                visiting=position > 0 or len(places) == 1,
            )
            for position, (prefix, place) in enumerate(places.items())
        ]

    def _contact(self, cells: Cells, customer: CustomerRecord, address_ref: str) -> list[Record]:
        first, last = person_name(cells, "contact_")
        if not first and not last:
            return []
        if UNKNOWN in (first, last):
            cells.note(f"“{first}” has only one name: the other is written as {UNKNOWN}")
        numbers = {
            PhoneKind.WORK: cells.text("contact_phone") or customer.phone,
            PhoneKind.MOBILE: cells.text("contact_mobile"),
            PhoneKind.FAX: customer.fax,
        }
        email = cells.text("contact_email")
        contact = ContactRecord(
            line=cells.line,
            external_ref=f"{customer.external_ref}:contact",
            customer_ref=customer.external_ref,
            first_name=first,
            last_name=last,
            organization=customer.name,
            title=cells.text("contact_title"),
            emails=(Email(email),) if email else (),
            phones=tuple(Phone(number, kind) for kind, number in numbers.items() if number),
            address_ref=address_ref,
        )
        return [contact]


class ContactRows:
    """A person a row, with the customer they work for."""

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._source, self._customers = mapping.source, mapping.customers
        self._people = People(mapping.source, notices)
        fields = mapping.columns
        self._prefixes = address_prefixes(fields)
        self._phones = [(f, m[1] or m[2] or "") for f in sorted(fields) if (m := _PHONE_FIELD.fullmatch(f))]
        self._emails = [f for f in sorted(fields) if _EMAIL_FIELD.fullmatch(f)]

    def records(self, cells: Cells) -> list[Record]:
        return self._people.records(self._person(cells))

    def _person(self, cells: Cells) -> Person:
        first = " ".join(filter(None, (cells.text("first_name", most=MAX_NAME), cells.text("middle_name"))))
        companies = cells.text("organization_id")
        organization = cells.text("organization", most=MAX_NAME)
        if ";" in companies:  # several, the first of which is the primary one
            companies, organization = companies.split(";")[0].strip(), organization.split(";")[0].strip()
        return Person(
            line=cells.line,
            ref=cells.ref("id", self._source),
            first_name=first,
            last_name=cells.text("last_name", most=MAX_NAME),
            full_name=cells.text("name", most=MAX_NAME),
            organization=organization,
            organization_ref=f"{self._customers}:{companies}" if companies and self._customers else "",
            title=cells.text("title"),
            role=cells.text("role"),
            emails=self._email_list(cells),
            phones=self._phone_list(cells),
            places=self._places(cells),
            keywords=labels(re.split(r" ::: |[;,]", cells.text("keywords"))),
            website=cells.text("website"),
            language=cells.text("language"),
            description=cells.text("description", most=MAX_DESCRIPTION),
            date_of_birth=cells.date("date_of_birth"),
        )

    def _email_list(self, cells: Cells) -> list[Email]:
        emails: dict[str, Email] = {}
        for field in self._emails:
            kind = email_kind(_label(cells, field))
            for address in _values(cells.text(field)):
                emails.setdefault(address.casefold(), Email(address, kind))
        return list(emails.values())

    def _phone_list(self, cells: Cells) -> list[Phone]:
        phones: dict[tuple[str, str], Phone] = {}
        for field, fixed in self._phones:
            kind = phone_kind(fixed or _label(cells, field))
            for number in _values(cells.text(field)):
                phones.setdefault((number, kind), Phone(number, kind))
        return list(phones.values())

    def _places(self, cells: Cells) -> list[tuple[bool, Place]]:
        places = []
        for prefix in self._prefixes:
            place = cells.place(prefix)
            if place is not None:
                is_home = prefix.startswith("home") or email_kind(_label(cells, prefix)) is EmailKind.PRIVATE
                places.append((is_home, place))
        return places


class UserRows:
    """A user a row; a login is made of the name where the row has none."""

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._source = mapping.source
        self._notices = notices
        self._logins: set[str] = set()

    def records(self, cells: Cells) -> list[Record]:
        first, last = person_name(cells, "")
        name = " ".join(part for part in (first, last) if part and part != UNKNOWN)
        if not name:
            raise BadValue("the user has no name")
        login = self._free_login(cells.text("login") or login_of(first, last.replace(UNKNOWN, "")))
        user = UserRecord(
            line=cells.line,
            external_ref=cells.ref("id", self._source) or f"{self._source}:{login}",
            name=name,
            login=login,
            email=self._email(cells),
            superior_ref=cells.ref("superior", self._source),
        )
        return [user]

    def _email(self, cells: Cells) -> str:
        text = cells.text("email")
        try:
            return check_email("email", text) if text else ""
        except Invalid as error:
            self._notices.add(cells.line, f"“{text[:60]}” is left out: {error.reason}")
            return ""

    def _free_login(self, wanted: str) -> str:
        login, number = wanted, 2
        while login in self._logins:
            login, number = f"{wanted}{number}", number + 1
        self._logins.add(login)
        return login


def address_prefixes(fields: Iterable[str]) -> list[str]:
    """The beginnings of the address fields that a mapping fills, the first address first."""
    found = {match[1] for field in fields if (match := _ADDRESS_FIELD.match(field))}
    return sorted(found, key=lambda prefix: (prefix.startswith("home"), len(prefix), prefix))


def person_name(cells: Cells, prefix: str) -> tuple[str, str]:
    """(first, last) from the two fields, or from the full name; both empty where there is none."""
    first = cells.text(f"{prefix}first_name", most=MAX_NAME)
    last = cells.text(f"{prefix}last_name", most=MAX_NAME)
    full = cells.text(f"{prefix}name", most=MAX_NAME)
    if first or last:
        return first or UNKNOWN, last or UNKNOWN
    return split_name(full) if full else ("", "")


def _label(cells: Cells, field: str) -> str:
    """The label beside a numbered field; a star before it marks the preferred one."""
    return cells.text(f"{field}_kind").removeprefix("* ")


def _values(text: str) -> list[str]:
    """Google puts several values into one cell."""
    return [value.strip() for value in text.split(" ::: ") if value.strip()]
