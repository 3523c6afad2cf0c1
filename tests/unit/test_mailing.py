"""Who is on a mailing list, and under which address (rule 9)."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from crm_tui.domain.contacts import Contact, Email, EmailKind
from crm_tui.domain.mailing import Include, LeftOut, Place, place, usable

WHEN = dt.datetime(2026, 11, 18, tzinfo=dt.UTC)
FREE, MARKED, NONE = Email("free@x.example"), Email("marked@x.example", do_not_use=True), Email("n/a")


def contact(*emails: Email, is_active: bool = True, email_allowed: bool = True) -> Contact:
    return Contact(
        id=1, revision=1, created_at=WHEN, created_by=None, updated_at=WHEN, updated_by=None, customer=1,
        first_name="Liisa", last_name="Laine", emails=emails, is_active=is_active, email_allowed=email_allowed,
    )  # fmt: skip


def reason(is_active: bool, customer: bool, allowed: bool, emails: tuple[Email, ...]) -> LeftOut | None:
    """The table of the rule, written down a second time."""
    if not is_active:
        return LeftOut.INACTIVE
    if not customer:
        return LeftOut.CUSTOMER_INACTIVE
    if not allowed:
        return LeftOut.NOT_ALLOWED
    if emails == (MARKED,):
        return LeftOut.DO_NOT_USE
    return LeftOut.NO_ADDRESS if not emails or emails == (NONE,) else None


BOOLS = (True, False)
ADDRESSES = ((FREE,), (MARKED, FREE), (MARKED,), (NONE,), ())


@pytest.mark.parametrize("emails", ADDRESSES)
@pytest.mark.parametrize(("is_active", "customer", "allowed"), product(BOOLS, BOOLS, BOOLS))
def test_truth_table(is_active: bool, customer: bool, allowed: bool, emails: tuple[Email, ...]) -> None:
    found = place(contact(*emails, is_active=is_active, email_allowed=allowed), customer_is_active=customer)
    expected = reason(is_active, customer, allowed, emails)
    assert found == Place(None if expected else FREE.address, expected)


@pytest.mark.parametrize(("is_active", "customer", "allowed"), product(BOOLS, BOOLS, BOOLS))
@pytest.mark.parametrize("emails", ADDRESSES)
@pytest.mark.parametrize("include", [frozenset({one}) for one in Include] + [frozenset(Include)])
def test_what_is_asked_for_is_taken_and_nothing_else(
    is_active: bool, customer: bool, allowed: bool, emails: tuple[Email, ...], include: frozenset[Include]
) -> None:
    found = place(
        contact(*emails, is_active=is_active, email_allowed=allowed), customer_is_active=customer, include=include
    )
    is_asked = Include.INACTIVE in include
    expected = reason(is_active or is_asked, customer or is_asked, allowed or Include.NOT_ALLOWED in include, emails)
    if expected is LeftOut.DO_NOT_USE and Include.DO_NOT_USE in include:
        assert found == Place(MARKED.address, None)
    else:
        assert found == Place(None if expected else FREE.address, expected)


def test_the_first_usable_address_is_taken_as_it_is_written() -> None:
    emails = (MARKED, NONE, Email(" A.B@X.example "), FREE, Email("p@x.example", EmailKind.PRIVATE))
    everyone = frozenset(Include)
    assert place(contact(*emails), customer_is_active=True).address == "A.B@X.example"
    assert place(contact(*emails), customer_is_active=True, include=everyone).address == "A.B@X.example"


def test_an_address_that_is_marked_once_is_marked() -> None:
    twice = contact(Email("Free@x.example"), Email("free@X.example", do_not_use=True))
    assert place(twice, customer_is_active=True) == Place(None, LeftOut.DO_NOT_USE)


@pytest.mark.parametrize(
    "address",
    ["a@x.example, b@x.example", "a@x.example\nb@x.example", "a@", "@x", "a@b@c", "a,b@x.example", "a<b@x.example>"],
)
def test_what_is_no_single_address_is_none(address: str) -> None:
    assert place(contact(Email(address)), customer_is_active=True) == Place(None, LeftOut.NO_ADDRESS)


def test_all_usable_addresses_are_valid_unmarked_and_distinct() -> None:
    person = contact(
        Email("Marked@x.example"), NONE, Email(" c@x.example ", EmailKind.PRIVATE), Email("a,b@x.example"),
        Email("C@X.example"), MARKED, FREE,
    )  # fmt: skip
    expected = (Email("c@x.example", EmailKind.PRIVATE), FREE)
    assert usable(person) == usable(person, frozenset(Include)) == expected
    assert place(person, customer_is_active=True).address == "c@x.example"


def test_of_marked_addresses_the_first_is_usable_if_asked_and_if_no_other_is() -> None:
    person = contact(NONE, Email("m@x.example", EmailKind.WORK, do_not_use=True), MARKED)
    assert usable(person) == ()
    assert usable(person, {Include.DO_NOT_USE}) == (Email("m@x.example", EmailKind.WORK),)
