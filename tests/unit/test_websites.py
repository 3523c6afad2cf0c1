"""Websites are kept as typed; what could be something else is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.errors import Invalid
from crm_tui.domain.websites import check_website


@pytest.mark.parametrize(
    "text",
    ["www.kallavesi.example", "kallavesi.example/fi?a=1#b", "https://kallavesi.example", "HTTP://Kallavesi.Example/",
     "kallavesi.example:8080/fi", "http://localhost:8000", "häme.example", "http://[::1]:80/", "192.0.2.1",
     "kallavesi.example./a:b", "kallavesi.example/@eeva", "my_shop.example", "kallavesi.example?to=mailto:eeva"],
)  # fmt: skip
def test_a_website_is_kept_as_typed_but_for_blanks_around_it(text: str) -> None:
    assert check_website("website", f"  {text}\n") == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "with a dot in it"),
        ("kallavesi", "with a dot in it"),
        ("https://", "with a dot in it"),
        (".example", "with a dot in it"),
        ("-kallavesi.example", "with a dot in it"),
        ("a<b.example", "with a dot in it"),
        ("kalla vesi.example", "no blanks"),
        ("kalla\x1bvesi.example", "no blanks or control characters"),
        ("kalla\u202evesi.example", "no blanks or control characters"),
        ("javascript:alert(1)", "begins with https://"),
        ("mailto:eeva@kallavesi.example", "begins with https://"),
        ("ftp://kallavesi.example", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("eeva:secret@kallavesi.example", "begins with https://"),  # eeva could be a scheme
        ("http://eeva:secret@kallavesi.example", "user name or password"),
        ("https://eeva@kallavesi.example", "user name or password"),
        ("kallavesi.example:http", "port"),
        ("kallavesi.example:99999", "port"),
        ("http://[::1", "port"),
        ("a." * 1100, "at most 2048"),
        ("a\0b.example", "NUL"),
    ],
)
def test_what_can_not_be_one_is_refused_with_what_would_be_right(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_website("website", text)
    assert caught.value.field == "website"
    assert reason in caught.value.reason


@given(st.text(st.characters() | st.sampled_from(":/@[].#?%-"), max_size=40))
def test_anything_typed_is_kept_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert check_website("website", text) == text.strip()
