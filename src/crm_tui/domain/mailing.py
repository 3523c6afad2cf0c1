"""Mailing lists (rule 9): which address of a contact goes into one, and why a contact is left out.

The first reason that applies is the one that is told, in the order of LeftOut. What is asked for in spite of a reason
(Include) is looked at further: an inactive contact without an address is left out all the same.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from crm_tui.domain.contacts import Contact, Email
from crm_tui.domain.emails import check_email
from crm_tui.domain.errors import Invalid


class LeftOut(StrEnum):
    """Why a contact is not on a mailing list."""

    INACTIVE = "inactive"
    CUSTOMER_INACTIVE = "customer inactive"
    NOT_ALLOWED = "e-mail not allowed"
    DO_NOT_USE = "“do not use” addresses only"
    NO_ADDRESS = "no address"


class Include(StrEnum):
    """Whom a mailing list takes only if asked: inactive contacts and those of inactive customers, those who do not
    allow e-mail, and those of whom only addresses marked "do not use" are known."""

    INACTIVE = "inactive"
    NOT_ALLOWED = "not-allowed"
    DO_NOT_USE = "do-not-use"


#: what stands between addresses, or around one, in the lines of a mail (RFC 5322, 3.2.3)
_SPECIAL = frozenset(',;:<>()[]"\\')
#: nobody who has to be asked for
NOBODY_ELSE: frozenset[Include] = frozenset()


class Place(Struct, frozen=True):
    """The address under which a contact is on a mailing list, or why they are not; one of both is None."""

    address: str | None
    left_out: LeftOut | None


def place(contact: Contact, *, customer_is_active: bool, include: Collection[Include] = NOBODY_ELSE) -> Place:
    """Under the first of their usable addresses, unless something keeps them off the list."""
    reason = _barred(contact, customer_is_active, include)
    if reason is not None:
        return Place(None, reason)
    addresses = usable(contact, include)
    if addresses:
        return Place(addresses[0].address, None)
    return Place(None, LeftOut.DO_NOT_USE if _valid(contact) else LeftOut.NO_ADDRESS)


def usable(contact: Contact, include: Collection[Include] = NOBODY_ELSE) -> tuple[Email, ...]:
    """The addresses of a contact that a mailing list may carry, each once, in their order; one marked "do not use" only
    if asked and where no other is known. An address that stands there twice is marked if one of them is."""
    known = _valid(contact)
    marked = {email.address.strip().casefold() for email in contact.emails if email.do_not_use}
    free = tuple(email for key, email in known.items() if key not in marked)
    return free or (tuple(known.values())[:1] if Include.DO_NOT_USE in include else ())


def _valid(contact: Contact) -> dict[str, Email]:
    """What is an address at all, capitals aside, as the first of those that are the same is written."""
    known: dict[str, Email] = {}
    for email in contact.emails:
        address = _written(email.address)
        if address is not None:
            known.setdefault(address.casefold(), Email(address, email.kind))
    return known


def _barred(contact: Contact, customer_is_active: bool, include: Collection[Include]) -> LeftOut | None:
    if Include.INACTIVE not in include:
        if not contact.is_active:
            return LeftOut.INACTIVE
        if not customer_is_active:
            return LeftOut.CUSTOMER_INACTIVE
    if not contact.email_allowed and Include.NOT_ALLOWED not in include:
        return LeftOut.NOT_ALLOWED
    return None


def _written(address: str) -> str | None:
    """An address as a mail program takes it; None for what is none, such as ``n/a``, or would be read as several."""
    try:
        written = check_email("email", address)
    except Invalid:
        return None
    return written if _SPECIAL.isdisjoint(written) else None
