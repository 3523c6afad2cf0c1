"""What the form of a new customer takes over from a register, and what of one's own stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from crm_tui.domain.errors import Invalid
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry
from crm_tui.domain.register_fill import addresses_of, check_one_company, fill, goes_with, is_of, number_in
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


@pytest.mark.parametrize(
    ("registered", "typed", "vat"),
    [
        (True, None, "NO923609016MVA"),
        (None, None, None),  # nobody said that it has one
        (None, "NO 923 609 016", "NO923609016MVA"),
        (None, "NO974760673MVA", None),
        (False, "NO 923 609 016 MVA", None),
    ],
)
def test_only_who_is_registered_for_vat_or_was_typed_so_gets_a_vat_number(
    registered: bool | None, typed: str | None, vat: str | None
) -> None:
    entry = replace(EQUINOR, vat_registered=registered)
    filling = fill(entry, EMPTY | {"vat_number": typed}, {}, {})
    assert (filling.values["vat_number"], filling.values["business_id"]) == (vat, "923609016")


def test_what_an_entry_filled_in_goes_with_it_unless_it_was_typed_over() -> None:
    filled = fill(EQUINOR, EMPTY, {}, {"utvinning av råolje": 7}).values
    now = EMPTY | filled | {"vat_number": "SE556012579001", "email": "me@equinor.example", "description": "mine"}
    gone = goes_with(filled, now)
    assert gone == dict.fromkeys(("name", "business_id", "phone", "website", "industry"))
    assert goes_with(filled, EMPTY) == {}


@pytest.mark.parametrize(
    ("vat", "business_id", "is_kept"),
    [
        ("NO923609016MVA", "923609016", True),
        ("no 923 609 016", "923 609 016", True),
        (None, "923609016", True),
        ("NO923609016MVA", None, True),
        (None, None, False),
        ("SE556012579001", "923609016", False),
        ("NO974760673MVA", "923609016", False),
        ("NO923609016MVA", "0112038-9", False),
        ("NO92360901", "923609016", False),
    ],
)
def test_an_entry_is_of_the_form_as_long_as_its_numbers_are(
    vat: str | None, business_id: str | None, is_kept: bool
) -> None:
    assert is_of(EQUINOR, vat, business_id) is is_kept


def test_two_numbers_of_two_companies_are_refused_in_words() -> None:
    with pytest.raises(Invalid, match="another company than the VAT number, whose business id is 0112038-9") as refused:
        check_one_company("FI01120389", "923609016", "FI")
    assert refused.value.field == "business_id"
    for vat, business_id in (
        ("FI01120389", "0112038-9"),
        ("NO 923 609 016 MVA", "923609016"),
        ("SE556012579001", "0112038-9"),  # no register tells whose it is
        ("FI01120389", "none yet"),
        ("FI01120389", None),
        (None, "0112038-9"),
    ):
        check_one_company(vat, business_id, "FI")


def test_a_number_is_one_wherever_it_is_typed_and_a_name_is_none() -> None:
    for text, home, number in (
        ("2646674-9", "FI", ("FI", "2646674-9")),
        ("2646674-9", "NO", ("FI", "2646674-9")),
        ("FI01120389", "SE", ("FI", "0112038-9")),
        ("923 609 016", "FI", ("NO", "923609016")),
        ("no 923 609 016 mva", "FI", ("NO", "923609016")),
    ):
        assert number_in(text, home) == number
    for text in ("Nokia 01120389", "01120389 Oy", "3M", "1881", "2646674-8", "SE556012579001", "", "9" * 200, "../x"):
        assert number_in(text, "FI") is None
    # it is no name of the company, so the register's takes its place, or none
    filling = fill(replace(EQUINOR, name=None), EMPTY | {"name": "923 609 016"}, {}, {})
    assert filling.values["name"] is None


def test_a_deleted_company_leaves_what_was_typed() -> None:
    entry = replace(EQUINOR, name=None, email=None, phones=(), website=None, industry=None, postal=None)
    filling = fill(entry, EMPTY | {"name": "Mine", "email": "me@mine.example"}, {}, {})
    assert "name" not in filling.values
    assert "email" not in filling.values
    assert (addresses_of(entry), addresses_of(EQUINOR)) == ((), (Which.POSTAL,))
