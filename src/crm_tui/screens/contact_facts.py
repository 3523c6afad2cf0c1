"""A contact in words: what is known of the person, what of it can be copied and opened. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.contacts import Contact, Email, Phone
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import person
from crm_tui.when import absolute_date
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.facts import Fact, whole


def details(contact: Contact, keywords: Sequence[str], language: str | None) -> list[Fact]:
    """What is known of a person besides name and role."""
    found = [
        Fact("E-mail", [_email(email) for email in contact.emails], True),
        Fact("Phone", [_phone(phone) for phone in contact.phones], True),
        Fact("Title", contact.title or ""),
        Fact("Keywords", ", ".join(keywords), True),
        Fact("Language", language or contact.language or ""),
        Fact("Born", absolute_date(contact.date_of_birth) if contact.date_of_birth else ""),
        Fact("About", contact.description or "", True),
    ]
    told = [fact for fact in found if fact.value]
    if not contact.email_allowed:
        told.append(Fact("", cell(("! no e-mail allowed", "warn"))))
    return told or [whole(cell(("Nothing more is known.", "muted")))]


def copies(contact: Contact) -> list[Copy]:
    """What of a person can be copied; what is not to be used is left out."""
    if contact.is_deleted:
        return []
    return [
        *(Copy(f"Phone, {phone.kind.value}", phone.number) for phone in contact.phones if not phone.do_not_use),
        *(Copy(f"E-mail, {email.kind.value}", email.address) for email in contact.emails if not email.do_not_use),
        Copy("Name", person(contact).plain),
        *([Copy("Title", contact.title)] if contact.title else []),
    ]


def links(contact: Contact) -> list[Copy]:
    """How a person can be called and written to."""
    return [
        *(Copy("Call", f"tel:{phone.number}") for phone in contact.phones if not phone.do_not_use),
        *(Copy("Write", f"mailto:{email.address}") for email in contact.emails if not email.do_not_use),
    ]


def _email(email: Email) -> Cell:
    return cell(email.address, (f"  {email.kind.value}", "muted"), _unused(email.do_not_use))


def _phone(phone: Phone) -> Cell:
    return cell(phone.number, (f"  {phone.kind.value}", "muted"), _unused(phone.do_not_use))


def _unused(do_not_use: bool) -> Cell:
    return cell((", ", "muted"), ("! do not use", "warn")) if do_not_use else cell("")
