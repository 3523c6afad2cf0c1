"""Contacts of all customers as a mailing list (rule 9): collected from a store, and written as CSV, vCard, JSON, or
addresses alone. The screen and the command line both use this, so that both give the same bytes.

A list carries what is needed to write to people: names, title, role, customer, addresses and numbers that may be used,
keywords and language. Descriptions and dates of birth stay in the store.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, json
from msgspec.structs import asdict, replace

from crm_tui.domain.contacts import Contact, Email, Phone
from crm_tui.domain.mailing import NOBODY_ELSE, Include, LeftOut, Place, place, usable
from crm_tui.interchange.csv_out import csv_lines
from crm_tui.interchange.files import any_room, new_file
from crm_tui.interchange.records import ContactRecord
from crm_tui.interchange.vcard_out import write_vcard
from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

_PAGE = 500
_HEAD = ("E-mail", "First name", "Last name", "Title", "Role", "Company", "Customer number", "Phone", "Keywords",
         "Language")  # fmt: skip


class Format(StrEnum):
    """What a mailing list can be written as; the value is the ending of the file's name."""

    CSV = "csv"
    VCARD = "vcf"
    JSON = "json"
    EMAILS = "txt"


class Entry(Struct, frozen=True, kw_only=True):
    """Somebody on a mailing list, with all addresses and numbers that may be used; ``email`` and ``phone`` are the
    first of them."""

    contact: int
    email: str
    first_name: str
    last_name: str
    title: str | None
    role: str | None
    customer_name: str
    customer_number: int
    phone: str | None
    keywords: tuple[str, ...]
    language: str | None
    uid: str
    emails: tuple[Email, ...]
    phones: tuple[Phone, ...]


class MailingList(Struct, frozen=True, kw_only=True):
    """The entries in the order of the list, and how many contacts were left out for which reason."""

    entries: tuple[Entry, ...]
    left_out: Mapping[LeftOut, int]


class _Stopped(Exception):
    """The user wants no list after all."""


def collect(
    store: Store,
    query: ContactQuery,
    include: Collection[Include] = NOBODY_ELSE,
    *,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda done: None,
) -> MailingList | None:
    """All contacts that a list reaches, or None if ``stop`` said so. Inactive ones are looked at even where the list
    hides them: ``include`` says whether they are taken, and those that are not are counted."""
    entries: list[Entry] = []
    left_out: Counter[LeftOut] = Counter()
    everybody = replace(query, active=None) if query.active else query
    try:
        for row in rows(store, everybody, stop=stop, progress=progress):
            found = place_of(row, include)
            if found.left_out is not None:
                left_out[found.left_out] += 1
            else:
                entries.append(_entry(row, usable(row.contact, include)))
    except _Stopped:
        return None
    return MailingList(
        entries=tuple(entries), left_out={reason: left_out[reason] for reason in LeftOut if left_out[reason]}
    )


def rows(
    store: Store,
    query: ContactQuery,
    *,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[PersonRow]:
    """All contacts of a list, page by page."""
    request = PageRequest(limit=_PAGE)
    done = 0
    while True:
        page = store.contacts.across(query, request)
        yield from page.rows
        done += len(page.rows)
        progress(done)
        if stop():
            raise _Stopped
        if not page.more or not page.cursors:
            return
        request = PageRequest(limit=_PAGE, after=page.cursors[-1])


def place_of(row: PersonRow, include: Collection[Include] = NOBODY_ELSE) -> Place:
    """Under which address a contact is on a mailing list, or why not."""
    return place(row.contact, customer_is_active=row.customer_is_active, include=include)


def write_mailing_list(
    collected: MailingList,
    path: Path,
    form: Format,
    *,
    overwrite: bool = False,
    check_room: Callable[[], None] = any_room,
    stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Write it to a file; False if ``stop`` said so before it was whole, and there is no file then. Raises Taken
    where the file exists and ``overwrite`` is not set."""
    try:
        with new_file(path, overwrite=overwrite, check_room=check_room) as file:
            for part in written(collected, form):
                if stop():
                    raise _Stopped
                file.write(part)
    except _Stopped:
        return False
    return True


def written(collected: MailingList, form: Format) -> Iterator[bytes]:
    """A mailing list as the bytes of a file."""
    write = {Format.CSV: _csv, Format.VCARD: _vcard, Format.JSON: _json, Format.EMAILS: _emails}[form]
    for part in write(collected.entries):
        yield part.encode("utf-8", "replace")


def first_phone(contact: Contact) -> str | None:
    """The first number that may be used."""
    return next((phone.number for phone in contact.phones if not phone.do_not_use), None)


def _entry(row: PersonRow, addresses: tuple[Email, ...]) -> Entry:
    contact = row.contact
    return Entry(
        contact=contact.id,
        email=addresses[0].address,
        first_name=contact.first_name,
        last_name=contact.last_name,
        title=contact.title,
        role=row.role_name,
        customer_name=row.customer_name,
        customer_number=row.customer_number,
        phone=first_phone(contact),
        keywords=row.keyword_names,
        language=contact.language,
        uid=contact.external_ref or _uid(contact),
        emails=addresses,
        phones=tuple(phone for phone in contact.phones if not phone.do_not_use),
    )


def _uid(contact: Contact) -> str:
    """The same at every export, and no one else's in another store."""
    return (
        f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'crm-tui contact {contact.id} {contact.created_at.isoformat()}')}"
    )


def _csv(entries: Iterable[Entry]) -> Iterator[str]:
    yield from csv_lines(_HEAD, map(_cells, entries), phone_columns=frozenset({"Phone"}))


def _cells(entry: Entry) -> tuple[str, ...]:
    return (
        entry.email, entry.first_name, entry.last_name, entry.title or "", entry.role or "", entry.customer_name,
        str(entry.customer_number), entry.phone or "", "; ".join(entry.keywords), entry.language or "",
    )  # fmt: skip


def _vcard(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield write_vcard([_record(entry)])


def _record(entry: Entry) -> ContactRecord:
    return ContactRecord(
        line=0,
        external_ref=entry.uid,
        customer_ref="",
        first_name=entry.first_name,
        last_name=entry.last_name,
        organization=entry.customer_name,
        title=entry.title or "",
        role=entry.role or "",
        emails=entry.emails,
        phones=entry.phones,
        keywords=entry.keywords,
        language=entry.language or "",
    )


def _json(entries: Iterable[Entry]) -> Iterator[str]:
    """A list of objects, one a line."""
    yield "["
    for number, entry in enumerate(entries):
        shown = {name: value for name, value in asdict(entry).items() if name not in ("uid", "emails", "phones")}
        yield ("," if number else "") + "\n" + json.encode(shown).decode()
    yield "\n]\n"


def _emails(entries: Iterable[Entry]) -> Iterator[str]:
    """One address a line, each once: as the first who has it writes it."""
    distinct: dict[str, str] = {}
    for entry in entries:
        distinct.setdefault(entry.email.casefold(), entry.email)
    yield from (f"{address}\n" for address in distinct.values())
