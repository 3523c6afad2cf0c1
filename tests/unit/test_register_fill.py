"""What the form of a new customer takes over from a register, and what of one's own stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry
from crm_tui.domain.register_fill import addresses_of, fill
from crm_tui.domain.register_update import Which

EMPTY: dict[str, Any] = dict.fromkeys(
    ("name", "vat_number", "business_id", "email", "phone", "website", "industry", "description")
)
EQUINOR = RegisterEntry(
    country="NO",
    number="923609016",
    name="EQUINOR ASA",
    postal=RegisterAddress(lines=("Postboks 8500",), postal_code="4035", city="STAVANGER", country="NO"),
    email="post@equinor.example",
    phones=("51 99 00 00",),
    website="www.equinor.example",
    industry="Utvinning av råolje",
    vat_registered=True,
    fetched_at=datetime(2026, 11, 18, 12, 0, tzinfo=UTC),
)


def test_all_that_the_register_has_fills_an_empty_form() -> None:
    filling = fill(EQUINOR, EMPTY, {}, {"utvinning av råolje": 7})
    assert filling.values == {
        "name": "EQUINOR ASA",
        "vat_number": "NO923609016MVA",
        "business_id": "923609016",
        "email": "post@equinor.example",
        "phone": "+47 51 99 00 00",
        "website": "www.equinor.example",
        "industry": 7,
    }
    assert filling.other == {}
    assert fill(EQUINOR, EMPTY, {}, {}).values["industry"] is None


def test_what_was_typed_stays_but_for_what_says_which_company_it_is() -> None:
    typed = EMPTY | {"name": "equinor", "vat_number": "923609016", "email": "me@equinor.example", "website": ""}
    filling = fill(EQUINOR, typed, {}, {})
    assert (filling.values["name"], filling.values["vat_number"]) == ("EQUINOR ASA", "NO923609016MVA")
    assert filling.values["website"] == "www.equinor.example"
    assert "email" not in filling.values
    assert filling.other == {"email": "post@equinor.example"}
    assert fill(EQUINOR, typed | {"email": "post@equinor.example"}, {}, {}).other == {}


def test_another_company_replaces_what_the_first_one_filled_in() -> None:
    first = fill(EQUINOR, EMPTY, {}, {}).values
    other = replace(EQUINOR, number="974760673", name="Other AS", email=None, website="www.other.example")
    filling = fill(other, EMPTY | first | {"phone": "+47 22 00 00 00"}, first, {})
    assert filling.values["email"] is None
    assert filling.values["website"] == "www.other.example"
    assert filling.other == {"phone": "+47 51 99 00 00"}


@pytest.mark.parametrize(("registered", "vat"), [(True, "NO923609016MVA"), (None, "NO923609016MVA"), (False, None)])
def test_who_is_not_registered_for_vat_has_a_business_id_alone(registered: bool | None, vat: str | None) -> None:
    entry = replace(EQUINOR, vat_registered=registered)
    filling = fill(entry, EMPTY | {"vat_number": "NO 923 609 016 MVA"}, {}, {})
    assert (filling.values["vat_number"], filling.values["business_id"]) == (vat, "923609016")


def test_a_deleted_company_leaves_what_was_typed() -> None:
    entry = replace(EQUINOR, name=None, email=None, phones=(), website=None, industry=None, postal=None)
    filling = fill(entry, EMPTY | {"name": "Mine", "email": "me@mine.example"}, {}, {})
    assert "name" not in filling.values
    assert "email" not in filling.values
    assert (addresses_of(entry), addresses_of(EQUINOR)) == ((), (Which.POSTAL,))
