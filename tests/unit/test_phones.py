"""Phone numbers are understood where they can be, and never lost."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.contacts import PhoneKind
from crm_tui.domain.phones import digit_forms, normalise, phone_display, phone_kind


@pytest.mark.parametrize("raw", ["+358 40 555 0143", "040-555 0143", " 0405550143", "00358 (0)40 5550143"])
def test_finnish_forms_are_one_number(raw: str) -> None:
    number = normalise(raw, "FI")
    assert number.raw == raw
    assert number.e164 == "+358405550143"
    assert number.display == "+358 40 5550143"
    assert number.is_valid
    assert digit_forms(raw, "FI") == ("358405550143", "0405550143", "405550143")


def test_00_is_international_where_the_region_is_unknown_or_dials_otherwise() -> None:
    assert normalise("00358 40 5550143", None).e164 == "+358405550143"
    assert normalise("00358 40 5550143", "US").e164 == "+358405550143"


def test_the_region_decides_about_national_numbers() -> None:
    assert normalise("22 22 55 55", "NO").e164 == "+4722225555"
    assert normalise("22 22 55 55", "no").e164 == "+4722225555"
    assert not normalise("22 22 55 55", None).is_valid


def test_an_extension_is_kept() -> None:
    number = normalise("09 123 4567 ext. 12", "FI")
    assert (number.e164, number.extension) == ("+35891234567", "12")
    assert "12" in number.display
    assert digit_forms("09 123 4567 ext. 12", "FI") == ("35891234567", "091234567", "91234567", "12")


@pytest.mark.parametrize("raw", ["12", "call reception", "", "+999 1", "(06) 12", "0" * 300])
def test_an_invalid_number_is_kept_as_typed_and_flagged(raw: str) -> None:
    number = normalise(raw, "FI")
    assert number.raw == raw
    assert number.e164 is None
    assert not number.is_valid
    assert number.display == raw.strip()


def test_a_form_shows_the_international_form_or_warns() -> None:
    assert phone_display(" 040 5550143", "FI") == ("+358 40 5550143", None)
    assert phone_display("09 123 4567 ext. 12", "FI")[0].endswith("12")
    shown, warning = phone_display(" call reception ", "FI")
    assert shown == "call reception"
    assert warning == "No numbering plan knows this number; it is kept as typed."
    assert phone_display("  ", "FI") == ("", None)


@given(st.text(st.characters()), st.sampled_from(["FI", "NO", "ZZ", "", None]))
def test_nothing_is_lost_whatever_was_typed(raw: str, region: str | None) -> None:
    number = normalise(raw, region)
    assert number.raw == raw
    assert number.is_valid or number.display == raw.strip()
    assert all(form.isdigit() for form in digit_forms(raw, region))


@given(st.from_regex(r"0(4[0-9]|50)[0-9]{5,7}", fullmatch=True))
def test_e164_is_its_own_normal_form(raw: str) -> None:
    number = normalise(raw, "FI")
    if number.e164 is not None:
        assert normalise(number.e164, None).e164 == number.e164
        assert normalise(number.display, None).e164 == number.e164


@pytest.mark.parametrize(
    ("raw", "region", "kind"),
    [
        ("040 555 0143", "FI", PhoneKind.MOBILE),
        ("017 555 0147", "FI", PhoneKind.WORK),
        ("010 345 6789", "FI", PhoneKind.WORK),
        ("92055031", "NO", PhoneKind.MOBILE),
        ("55550218", "NO", PhoneKind.WORK),
        ("+44 20 7946 0958", "FI", PhoneKind.WORK),
        ("+358 40 555 0143 ext. 7", None, PhoneKind.MOBILE),
        ("212 555 0199", "US", None),
        ("0800 98 765", "FI", None),
        ("017 555 0147", None, None),
        ("12", "FI", None),
        ("call reception", "FI", None),
        ("", "FI", None),
        ("0" * 300, "FI", None),
    ],
)
def test_the_plan_tells_the_kind_of_a_number_or_nothing(raw: str, region: str | None, kind: PhoneKind | None) -> None:
    assert phone_kind(raw, region) == kind


def test_nothing_of_the_numbering_plans_is_loaded_before_the_first_number() -> None:
    code = (
        "import sys, crm_tui.domain.phones, crm_tui.screens.dialogs.contact_form; print('phonenumbers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
