"""Contacts of customers: seen with customers *read*, written with *edit*. Deleting one erases the person (rule 8)."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict, replace

from crm_tui.domain.contacts import Contact, ContactChange, ContactFields, NewContact, check_contact
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.permissions import Action
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.contacts import ContactQuery, ContactRow, PersonRow
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.sql import checks, erasure, keyset, references
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.people import LABELS, People
from crm_tui.store.sql.tables import CONTACT, changed_fields, columns, decode, width
from crm_tui.store.sql.write import expect_revision, get

_ACTIVE, _INACTIVE = (
    f"contact k WHERE k.customer_id = :customer AND k.is_active = {flag} AND k.is_deleted = 0" for flag in (1, 0)
)


class SqlContacts(Facet):
    """The Contacts facet."""

    def across(self, query: ContactQuery, request: PageRequest) -> Page[PersonRow]:
        """Contacts of all customers, by name."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CONTACT)
            return People(con, query).page(request)

    def count_across(self, query: ContactQuery, *, exact: bool = False) -> Count:
        """How many there are; counted to the end only if ``exact``."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CONTACT)
            return People(con, query).count(exact=exact)

    def of_customer(self, customer: int, request: PageRequest, *, inactive: bool = False) -> Page[ContactRow]:
        """Active contacts by name; with ``inactive`` all but the deleted ones."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CONTACT)
            references.check_customer(con, customer)
            found = keyset.find(con, sources(inactive=inactive), {"customer": customer}, request)
            return found.page({row.contact.id: row for row in _rows(con, found.ids())})

    def count(self, customer: int) -> tuple[Count, Count]:
        """Active and inactive ones."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CONTACT)
            references.check_customer(con, customer)
            bound = {"customer": customer}
            return keyset.count(con, [_ACTIVE], bound), keyset.count(con, [_INACTIVE], bound)

    def get(self, contact: int) -> Contact:
        """One contact; of a deleted one only the id is left."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CONTACT)
            return get(con, CONTACT, contact)

    def create(self, new: NewContact) -> Contact:
        """Add a contact."""
        with self._writing("create contact") as (work, rights):
            rights.need(Action.ADD, Kind.CONTACT)
            checks.open_customer(work.con, new.customer)
            check_fields(work.con, new, None)
            return work.insert(CONTACT, asdict(new) | {"is_deleted": False})

    def update(self, contact: int, revision: int, change: ContactChange) -> Contact:
        """Change a contact; an inactive one can be activated so."""
        with self._writing("update contact") as (work, rights):
            rights.need(Action.EDIT, Kind.CONTACT)
            before = present(work.con, contact)
            checks.open_customer(work.con, before.customer)
            expect_revision(Kind.CONTACT, before, revision, change)
            check_fields(work.con, replace(before, **changed_fields(change)), before)
            return work.update(CONTACT, before, change)

    def delete(self, contact: int, revision: int) -> tuple[int, ...]:
        """Erase the person; it can't be undone. Returns whom drafts about the person may be kept with."""
        with self._writing("delete contact") as (work, rights):
            rights.need(Action.DELETE, Kind.CONTACT)
            before = present(work.con, contact)
            checks.open_customer(work.con, before.customer)
            expect_revision(Kind.CONTACT, before, revision, None)
            people = erasure.erase_contact(work, before)
        self._binding.database.overwrite_erased()
        return people


def sources(*, inactive: bool) -> tuple[Source, ...]:
    """The contacts of :customer, by last name and then first name."""
    ranges = (_ACTIVE, _INACTIVE) if inactive else (_ACTIVE,)
    return tuple(Source(rows, ("k.name_key",), "k.id") for rows in ranges)


def _rows(con: Connection, ids: str) -> list[ContactRow]:
    rows = con.execute(
        f"SELECT {columns(CONTACT, 'k')}, {LABELS}, cu.name, uu.name"
        " FROM contact k LEFT JOIN registry_value r ON r.id = k.role_id"
        " LEFT JOIN crm_user cu ON cu.id = k.created_by LEFT JOIN crm_user uu ON uu.id = k.updated_by"
        " WHERE k.id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> ContactRow:
    role, language, keywords, created_by, updated_by = row[width(CONTACT) :]
    return ContactRow(
        contact=decode(CONTACT, row),
        role_name=role,
        language_name=language,
        keyword_names=keyset.names(keywords),
        created_by_name=created_by,
        updated_by_name=updated_by,
    )


def present(con: Connection, contact: int) -> Contact:
    """A contact who is not deleted; NotFound without one."""
    found = get(con, CONTACT, contact)
    if found.is_deleted:
        raise NotFound(Kind.CONTACT.value, contact)
    return found


def check_fields(con: Connection, contact: ContactFields, before: Contact | None) -> None:
    """Raise Invalid for a contact that a rule refuses; what it had ``before`` stays allowed."""
    check_contact(contact)
    checks.choice(con, "role", RegistryKind.CONTACT_ROLE, contact.role, before.role if before else None)
    keywords = before.keywords if before else ()
    checks.choices(con, "keywords", RegistryKind.KEYWORD, contact.keywords, keywords)
    if contact.address is not None:
        references.check_address(con, contact.address, contact.customer)
