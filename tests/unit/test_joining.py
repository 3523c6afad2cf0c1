"""What two that are the same have together: each thing once, as the first one has it."""

import pytest

from crm_tui.domain.contacts import Email, EmailKind, Phone, PhoneKind
from crm_tui.domain.joining import joined_emails, joined_ids, joined_phones, joined_text


def test_an_address_in_other_capitals_is_one() -> None:
    one = (Email("Eeva@Lahtinen.example"), Email("info@lahtinen.example", EmailKind.OTHER))
    other = (Email("eeva@lahtinen.example ", EmailKind.PRIVATE), Email("new@lahtinen.example"))
    assert joined_emails(one, other) == (*one, other[1])
    assert joined_emails(other, one) == (*other, one[1])


def test_what_one_says_must_not_be_used_must_not_be_used() -> None:
    one, other = (Email("a@b.example"),), (Email("A@B.example", do_not_use=True),)
    assert joined_emails(one, other) == (Email("a@b.example", do_not_use=True),)
    assert joined_emails(other, one) == other


@pytest.mark.parametrize("spelled", ["040 5550143", "+358405550143", "+358 40 555-0143", "00358 40 5550143"])
def test_a_number_in_another_form_is_one(spelled: str) -> None:
    one = (Phone("+358 40 555 0143", PhoneKind.MOBILE),)
    assert joined_phones(one, (Phone(spelled),), "FI") == one


def test_extensions_and_numbers_that_no_plan_knows_are_kept() -> None:
    one = (Phone("+358 9 5550143 ext. 12"), Phone("12 ask for Eeva"))
    other = (Phone("+358 9 5550143 ext. 13"), Phone("12 Ask for Eeva"), Phone("123"))
    assert joined_phones(one, other, "FI") == (*one, other[0], other[2])


def test_texts_that_hold_each_other_are_one() -> None:
    assert joined_text("Calls at night.", "Calls at night.\n") == "Calls at night."
    assert joined_text("At night.", "Calls. At night. Always.") == "Calls. At night. Always."
    assert joined_text("One.\n", "\nTwo.") == "One.\n\nTwo."
    assert joined_ids((3, 1), (1, 2)) == (3, 1, 2)
