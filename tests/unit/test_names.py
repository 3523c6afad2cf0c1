"""Names as lists show them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.names import DELETED_CONTACT, contact_name, initials, short_name, split_name


@pytest.mark.parametrize(
    ("name", "letters", "short"),
    [
        ("Sanna Virtanen", "SV", "Sanna V."),
        ("Sanna Maria Virtanen", "SV", "Sanna V."),
        ("  sanna   virtanen ", "SV", "sanna V."),
        ("Anna-Liisa Åström", "AÅ", "Anna-Liisa Å."),
        ("Sanna", "S", "Sanna"),
        ("", "", ""),
        ("'Olle' (Nordin)", "ON", "'Olle' N."),
        ("Sanna -", "S", "Sanna -"),
        ("ßen ßon", "ßß", "ßen ß."),
    ],
)
def test_initials_and_short_names(name: str, letters: str, short: str) -> None:
    assert initials(name) == letters
    assert short_name(name) == short


@given(st.text(st.characters()))
def test_initials_are_at_most_two_letters(name: str) -> None:
    assert len(initials(name)) <= 2
    assert all(letter.isalnum() for letter in initials(name))
    assert len(short_name(name)) <= len(name) + 1


def test_a_deleted_contact_has_no_name_left() -> None:
    assert contact_name("Eeva ", " Lahti") == "Eeva Lahti"
    assert contact_name(None, "Lahti") == "Lahti"
    assert contact_name("", "") == contact_name(None, None) == DELETED_CONTACT == "Deleted Contact"


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Anna-Liisa Åström", "Anna-Liisa", "Åström"),
        ("Ludwig van der Rohe", "Ludwig", "van der Rohe"),
        ("Lahti, Eeva Maria", "Eeva Maria", "Lahti"),
        (" Eeva ", "Eeva", ""),
        ("", "", ""),
    ],
)
def test_a_full_name_is_taken_apart(full: str, first: str, last: str) -> None:
    assert split_name(full) == (first, last)
