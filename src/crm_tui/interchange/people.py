"""People as files give them, made into contacts, customers and addresses; CSV and vCard both end here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from crm_tui.domain.contacts import Email, EmailKind, Phone, PhoneKind
from crm_tui.domain.emails import check_email
from crm_tui.domain.errors import Invalid
from crm_tui.interchange.cells import Notices, Place
from crm_tui.interchange.names import UNKNOWN, digest, name_of_email, organization_ref, split_name
from crm_tui.interchange.records import ContactRecord, CustomerRecord, Record
from crm_tui.interchange.values import BadValue

MAX_VALUES = 100  # of each sort that one person may have

_PHONE_KINDS = {
    PhoneKind.FAX: "fax faksi faks telefax",
    PhoneKind.OTHER: "pager other assistant car callback isdn telex radio",
    PhoneKind.MOBILE: "mobile cell cellular iphone handy mobil matkapuhelin",
    PhoneKind.HOME: "home private personal koti hjem hem privat",
    PhoneKind.WORK: "work business main office company työ jobb arbete arbeit",
}
_EMAIL_KINDS = {
    EmailKind.OTHER: "other",
    EmailKind.PRIVATE: "home private personal koti hjem hem privat",
    EmailKind.WORK: "work business main office company työ jobb arbete arbeit",
}


_SYSTEM_LABELS = frozenset(("my contacts", "mycontacts"))  # what Android and Google file everybody under


class Person(Struct, kw_only=True):
    """A person of a file. ``ref`` is empty where the file has no id; ``places`` are (is home, place)."""

    line: int
    ref: str = ""
    first_name: str = ""
    last_name: str = ""
    full_name: str = ""
    organization: str = ""
    organization_ref: str = ""
    title: str = ""
    role: str = ""
    emails: list[Email] = []
    phones: list[Phone] = []
    places: list[tuple[bool, Place]] = []
    keywords: list[str] = []
    website: str = ""
    language: str = ""
    description: str = ""
    date_of_birth: dt.date | None = None


@lru_cache(maxsize=1_000)
def phone_kind(label: str) -> PhoneKind:
    """What a number is for, by its label in a file (``Work Fax``, ``iPhone``); blank is work."""
    words = label.casefold().replace("_", " ").split()
    for kind, known in _PHONE_KINDS.items():
        if any(word in known.split() for word in words):
            return kind
    return PhoneKind.OTHER if words else PhoneKind.WORK


@lru_cache(maxsize=1_000)
def email_kind(label: str) -> EmailKind:
    """What an e-mail address is for, by its label in a file; blank is work."""
    words = label.casefold().replace("_", " ").split()
    for kind, known in _EMAIL_KINDS.items():
        if any(word in known.split() for word in words):
            return kind
    return EmailKind.OTHER if words else EmailKind.WORK


def labels(words: Iterable[str]) -> list[str]:
    """The labels that say something, without those that address books give to everybody."""
    stripped = (word.strip() for word in words)
    return [w for w in stripped if w and not w.startswith("* ") and w.casefold() not in _SYSTEM_LABELS]


class People:
    """Makes records of people; colleagues bring their customer and address under the same references."""

    def __init__(self, source: str, notices: Notices) -> None:
        self._source = source
        self._notices = notices

    def records(self, person: Person) -> list[Record]:
        """The person's customer and addresses, and the contact last.

        A company without a person becomes a customer only. Raises BadValue for a person of whom nothing is
        known.
        """
        for values in (person.emails, person.phones, person.places, person.keywords):
            if len(values) > MAX_VALUES:
                raise BadValue(f"more than {MAX_VALUES} numbers, addresses or labels")
        self._drop_bad_emails(person)
        name = self._name(person)
        if name is None:
            return [self._company(person)]
        first, last = name
        ref = person.ref or f"{self._source}:{self._fingerprint(person, first, last)}"
        customer_ref, records = self._customer(person, f"{first} {last}", ref)
        address_ref = self._addresses(person, customer_ref, records)
        records.append(
            ContactRecord(
                line=person.line,
                external_ref=ref,
                customer_ref=customer_ref,
                first_name=first,
                last_name=last,
                organization=person.organization,
                title=person.title,
                role=person.role,
                emails=tuple(person.emails),
                phones=tuple(person.phones),
                address_ref=address_ref,
                keywords=tuple(dict.fromkeys(person.keywords)),
                language=person.language,
                description=person.description,
                date_of_birth=person.date_of_birth,
            )
        )
        return records

    def _note(self, person: Person, text: str) -> None:
        self._notices.add(person.line, text)

    def _drop_bad_emails(self, person: Person) -> None:
        for email in list(person.emails):
            try:
                check_email("email", email.address)
            except Invalid as error:
                self._note(person, f"“{email.address[:60]}” is left out: {error.reason}")
                person.emails.remove(email)

    def _name(self, person: Person) -> tuple[str, str] | None:
        """(first, last), or None for a company without a person."""
        first, last = person.first_name, person.last_name
        full = "" if person.full_name == person.organization else person.full_name
        if not (first or last) or (not (first and last) and len(full.split()) > 1):
            first, last = split_name(full) if full else (first, last)
        if first or last:
            if UNKNOWN in (first or UNKNOWN, last or UNKNOWN):
                self._note(person, f"“{first or last}” has only one name: the other is written as {UNKNOWN}")
            return first or UNKNOWN, last or UNKNOWN
        if person.organization:
            return None
        if person.emails:
            self._note(person, "no name: taken from the e-mail address")
            return name_of_email(person.emails[0].address)
        raise BadValue("neither a name, an organisation nor an e-mail address")

    def _fingerprint(self, person: Person, first: str, last: str) -> str:
        email = person.emails[0].address if person.emails else ""
        return digest(*(part.casefold() for part in (first, last, person.organization, email)))

    def _company(self, person: Person) -> CustomerRecord:
        fax = next((p.number for p in person.phones if p.kind is PhoneKind.FAX), "")
        phone = next((p.number for p in person.phones if p.kind is not PhoneKind.FAX), "")
        return CustomerRecord(
            line=person.line,
            external_ref=person.organization_ref or organization_ref(person.organization),
            name=person.organization,
            email=person.emails[0].address if person.emails else "",
            phone=phone,
            fax=fax,
            website=person.website,
            description=person.description,
        )

    def _customer(self, person: Person, name: str, ref: str) -> tuple[str, list[Record]]:
        """(reference of the person's customer, the customer)."""
        if not person.organization and not person.organization_ref:
            self._note(person, f"{name} has no organisation: becomes a customer of their own name")
            customer = CustomerRecord(line=person.line, external_ref=f"{ref}:customer", name=name)
            return customer.external_ref, [customer]
        customer_ref = person.organization_ref or organization_ref(person.organization)
        if not person.organization:
            return customer_ref, []  # an id only: the customer comes from another file
        customer = CustomerRecord(
            line=person.line,
            external_ref=customer_ref,
            name=person.organization,
            by_name=True,
            website=person.website,
        )
        return customer_ref, [customer]

    def _addresses(self, person: Person, customer_ref: str, records: list[Record]) -> str:
        """Add the person's addresses; returns the reference of the one where they work."""
        has_organization = bool(person.organization or person.organization_ref)
        first = ""
        for is_home, place in sorted(person.places, key=lambda pair: pair[0]):
            if is_home and has_organization:
                self._note(person, "home address left out: addresses here are those of the customer")
                continue
            ref = f"{customer_ref}:address:{digest(place.key())[:12]}"
            records.append(place.record(person.line, ref, customer_ref, visiting=True))
            first = first or ref
        return first
