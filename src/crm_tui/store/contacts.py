"""Contacts of a customer, and across customers."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from crm_tui.domain.contacts import Contact, ContactChange, NewContact
from crm_tui.store.paging import Count, Page, PageRequest


class ContactRow(Struct, frozen=True, kw_only=True):
    """A contact with the names of what it points to; ``updated_by_name`` for the dialog's audit line."""

    contact: Contact
    role_name: str | None
    language_name: str | None
    keyword_names: tuple[str, ...]
    created_by_name: str | None
    updated_by_name: str | None


class ContactQuery(Struct, frozen=True, kw_only=True):
    """What the contacts of all customers are narrowed to; all that is set must fit. ``text`` is what was typed: each
    word begins one of the contact or of its customer (inside of words is looked where nobody has such a word), and
    ``city:``, ``owner:``, ``keyword:`` and ``role:`` are understood. ``keyword`` and ``role`` are the contact's,
    ``owner``, ``industry`` and ``segment`` those of its customer.

    ``active``: True leaves out inactive contacts and those of inactive customers, None leaves out nobody, and False
    leaves only those that True leaves out."""

    text: str = ""
    keyword: int | None = None
    role: int | None = None
    owner: int | None = None
    industry: int | None = None
    segment: int | None = None
    active: bool | None = True


class PersonRow(Struct, frozen=True, kw_only=True):
    """A contact among those of all customers."""

    contact: Contact
    role_name: str | None
    language_name: str | None
    keyword_names: tuple[str, ...]
    customer_name: str
    customer_number: int
    customer_is_active: bool


class Contacts(Protocol):
    """Lists are ordered by last name, then first name; deleted contacts are never in them."""

    def across(self, query: ContactQuery, request: PageRequest) -> Page[PersonRow]:
        """Contacts of all customers; none are left out because of their number. Denied without customers: read."""
        ...

    def count_across(self, query: ContactQuery, *, exact: bool = False) -> Count:
        """How many there are; capped unless ``exact``."""
        ...

    def of_customer(self, customer: int, request: PageRequest, *, inactive: bool = False) -> Page[ContactRow]: ...
    def count(self, customer: int) -> tuple[Count, Count]:
        """Active and inactive ones."""
        ...

    def get(self, contact: int) -> Contact: ...
    def create(self, new: NewContact) -> Contact: ...
    def update(self, contact: int, revision: int, change: ContactChange) -> Contact: ...
    def delete(self, contact: int, revision: int) -> tuple[int, ...]:
        """Erase the person (rule 8): only the id is left; it can't be undone. Returns the ids of all contacts of whom
        drafts may tell of the person: themselves, and with whom they were merged. What the user must see to themselves
        says domain.contacts.ERASURE_NOTE."""
        ...
