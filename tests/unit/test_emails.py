"""E-mail addresses: what was mistyped is said, what works is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.emails import check_email
from crm_tui.domain.errors import Invalid


@pytest.mark.parametrize(
    "text", ["eeva.lahti@kallavesi.example", " a@b ", "o'brien+tag@sub.example", "käyttäjä@lähde.example"]
)
def test_takes_what_works(text: str) -> None:
    assert check_email("email", text) == text.strip()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("eeva.lahti", "one @"),
        ("", "one @"),
        ("a@b@c", "one @"),
        ("@b", "name before"),
        ("a@", "domain after"),
        ("a b@c", "no blanks"),
        ("a@b\x1b[31m", "control"),
        ("a@b\u200b", "control"),
        ("a@b..example", "dots"),
        ("a@example.", "dots"),
        ("a" * 250 + "@b.example", "254"),
        ("a\0@b", "NUL"),
    ],
)
def test_says_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refusal:
        check_email("emails", text)
    assert refusal.value.field == "emails"


@given(st.text(st.characters()))
def test_what_is_taken_is_taken_again(text: str) -> None:
    try:
        address = check_email("email", text)
    except Invalid:
        return
    assert check_email("email", address) == address
    assert address.isprintable()
