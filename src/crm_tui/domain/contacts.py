"""Contacts: the people at a customer."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.customers import require
from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.normalise import check_text

#: what is said after a person was erased (rule 8)
ERASURE_NOTE = (
    "The person is erased from this store. Backups, exports and copies of the file still hold them:"
    " see to those yourself."
)


class PhoneKind(StrEnum):
    """What a number is for."""

    MOBILE = "mobile"
    WORK = "work"
    HOME = "home"
    FAX = "fax"
    OTHER = "other"


class EmailKind(StrEnum):
    """What an e-mail address is for."""

    WORK = "work"
    PRIVATE = "private"
    OTHER = "other"


class Phone(Struct, frozen=True, forbid_unknown_fields=True):
    """A phone number as it was typed; ``do_not_use`` keeps it out of mailing lists and quick copies."""

    number: str
    kind: PhoneKind = PhoneKind.WORK
    do_not_use: bool = False


class Email(Struct, frozen=True, forbid_unknown_fields=True):
    """An e-mail address as it was typed."""

    address: str
    kind: EmailKind = EmailKind.WORK
    do_not_use: bool = False


class ContactFields(Struct, frozen=True, kw_only=True):
    """What a person enters. ``role`` and ``keywords`` are registry ids, ``address`` one of the customer's."""

    customer: int
    first_name: str
    last_name: str
    title: str | None = None
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    address: int | None = None
    role: int | None = None
    keywords: tuple[int, ...] = ()
    language: str | None = None
    description: str | None = None
    date_of_birth: date | None = None
    email_allowed: bool = True
    is_active: bool = True


class NewContact(ContactFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact to be created."""


class Contact(ContactFields, Imported, frozen=True, kw_only=True):
    """A stored contact. Of a deleted one only the id is left: its names are blank and the rest is empty."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    is_deleted: bool = False


class ContactChange(Change, frozen=True, kw_only=True):
    """Changed fields of a contact."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    title: str | None | UnsetType = UNSET
    emails: tuple[Email, ...] | UnsetType = UNSET
    phones: tuple[Phone, ...] | UnsetType = UNSET
    address: int | None | UnsetType = UNSET
    role: int | None | UnsetType = UNSET
    keywords: tuple[int, ...] | UnsetType = UNSET
    language: str | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    date_of_birth: date | None | UnsetType = UNSET
    email_allowed: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


def check_contact(contact: ContactFields) -> None:
    """Raise Invalid unless both names are there and every text can be stored (rule 6)."""
    require(contact.first_name, "first_name")
    require(contact.last_name, "last_name")
    for field in ("title", "description"):
        value = getattr(contact, field)
        if value is not None:
            check_text(field, value)
    for email in contact.emails:
        require(email.address, "emails")
    for phone in contact.phones:
        require(phone.number, "phones")
