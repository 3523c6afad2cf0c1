"""Whatever is typed, and however much of it: the question who looks like it has an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from tests.store.conformance import given

from crm_tui.domain.contacts import Email, NewContact, Phone
from crm_tui.domain.customers import NewCustomer
from crm_tui.store.port import Store

NAUGHTY: list[str] = json.loads((Path(__file__).parents[2] / "data/naughty/blns.json").read_text("utf-8"))
#: what has a meaning in addresses, numbers or full-text queries, among letters of several kinds and sizes
_CHARACTERS = "ab z09.-_@:/[]()*\"'^+&,;x\x00\t\n\u200b\u202eäßﬁİ٣日☃"
#: as it is halfway through typing
_TYPED = st.text(_CHARACTERS, max_size=8) | st.text(max_size=6) | st.sampled_from(NAUGHTY)
_ADDRESSES = st.builds("{}@{}.{}".format, st.sampled_from(("x", "liisa", "", ".")), _TYPED, _TYPED) | _TYPED
#: the fixtures are empty but for what is made once
_ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def at(store: Store) -> int:
    """A customer with a contact."""
    customer = given.customer(store, "Aalto Energia Oy", email="info@aalto.example", website="aalto.example")
    given.contact(store, customer, "Liisa", "Laine", emails=(Email("liisa@aalto.example"),))
    return customer.id


@_ANY
@drawn(first=_TYPED, last=_TYPED, email=_ADDRESSES, phone=_TYPED)
@example(first="Liisa", last="Laine", email="liisa@-.-", phone="")
@example(first="Liisa", last="Laine", email="x@'.'", phone="")
def test_any_contact_half_typed(store: Store, at: int, first: str, last: str, email: str, phone: str) -> None:
    new = NewContact(
        customer=at, first_name=first, last_name=last, emails=(Email(email), Email("")), phones=(Phone(phone),)
    )
    store.duplicates.like_contact(new)


@_ANY
@drawn(name=_TYPED, number=_TYPED, phone=_TYPED, website=_TYPED, email=_ADDRESSES)
@example(name="Aalto", number="", phone="", website="-.-", email="x@-.-")
def test_any_customer_half_typed(
    store: Store, at: int, name: str, number: str, phone: str, website: str, email: str
) -> None:
    new = NewCustomer(
        name=name, vat_number=number, business_id=number, phone=phone, website=website, email=email
    )  # fmt: skip
    store.duplicates.like_customer(new)
    store.duplicates.like_customer(NewCustomer(name="Aalto", website=f"https://{website}", email=email))


def test_naughty_strings_are_typed(store: Store, at: int) -> None:
    for text in NAUGHTY:
        who = NewContact(customer=at, first_name=text, last_name="Laine", emails=(Email(f"liisa@{text}.{text}"),))
        store.duplicates.like_contact(who)
        store.duplicates.like_customer(
            NewCustomer(name=text, vat_number=text, phone=text, website=text, email=f"x@{text}.{text}")
        )


def test_an_address_without_letters_hides_nobody_who_is_alike(store: Store, at: int) -> None:
    """What can't be looked for is left out; the rest is."""
    who = NewContact(
        customer=at, first_name="Lisa", last_name="Laine", emails=(Email("x@-.-"), Email("liisa@aalto.example"))
    )
    (likely,) = store.duplicates.like_contact(who)
    assert likely.name == "Liisa Laine"
