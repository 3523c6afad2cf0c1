"""VAT numbers: one canonical form, the country's own rules, and which register knows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.errors import Invalid
from crm_tui.domain.vat import check_vat, register_country, register_number

COUNTRIES = st.sampled_from(["FI", "NO", "SE", "GR", "AT", "US", "CH", "", None])


@pytest.mark.parametrize("text", ["FI01120389", "fi 0112038-9", "0112038-9", "01120389", "112038-9", "FI-0112038-9"])
def test_finnish(text: str) -> None:
    number = check_vat(text, "FI")
    assert number.country == "FI"
    assert number.canonical == number.display == "FI01120389"
    assert number.business_id == "0112038-9"


@pytest.mark.parametrize("real", ["FI01120389", "FI23365096", "FI26466749"])
def test_real_finnish_numbers(real: str) -> None:
    assert check_vat(real, None).canonical == real


@pytest.mark.parametrize(
    "text", ["923609016", "NO923609016", "NO 923 609 016 MVA", "923.609.016 mva", "no-923-609-016-MVA"]
)
def test_norwegian(text: str) -> None:
    number = check_vat(text, "NO")
    assert number.country == "NO"
    assert number.canonical == "NO923609016MVA"
    assert number.business_id == "923609016"
    assert number.display == "NO 923 609 016 MVA"


def test_the_country_is_told_by_prefix_then_customer_then_length() -> None:
    assert check_vat("NO923609016", "FI").country == "NO"
    assert check_vat("923609016MVA", "FI").country == "NO"
    assert check_vat("01120389", None).country == "FI"
    assert check_vat("923609016", None).country == "NO"
    assert check_vat("SE556056625801", "FI").country == "SE"


@pytest.mark.parametrize(
    ("text", "country", "says"),
    [
        ("FI01120388", "FI", "FI and 8 digits"),
        ("FI00000000", None, "FI and 8 digits"),
        ("0000000-0", "FI", "FI and 8 digits"),
        ("FI123", None, "FI and 8 digits"),
        ("hello", "FI", "FI and 8 digits"),
        ("923609016", "FI", "FI and 8 digits"),
        ("923609017", "NO", "9 digits and MVA"),
        ("NO000000000MVA", None, "9 digits and MVA"),
        ("01120389", "NO", "9 digits and MVA"),
        ("SE556056625802", None, "SE and 12 digits"),
        ("EL123456789", None, "EL and 9 digits"),
        ("DE1", None, "DE and 9 digits"),
        ("  ", "FI", "empty"),
        ("FI0112\x000389", "FI", "NUL"),
    ],
)
def test_refused_in_the_words_of_the_country(text: str, country: str | None, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refusal:
        check_vat(text, country)
    assert refusal.value.field == "vat_number"


@pytest.mark.parametrize(
    ("text", "customer", "country", "canonical"),
    [
        ("SE 556056-6258 01", "SE", "SE", "SE556056625801"),
        ("556056625801", "SE", "SE", "SE556056625801"),
        ("DE 136 695 976", None, "DE", "DE136695976"),
        ("ATU 57194903", None, "AT", "ATU57194903"),
        ("U57194903", "AT", "AT", "ATU57194903"),
        ("EL 094259216", None, "GR", "EL094259216"),
        ("GR 094259216", None, "GR", "EL094259216"),
        ("094259216", "GR", "GR", "EL094259216"),
    ],
)
def test_other_eu_countries(text: str, customer: str | None, country: str, canonical: str) -> None:
    number = check_vat(text, customer)
    assert (number.country, number.canonical, number.business_id) == (country, canonical, None)


@pytest.mark.parametrize(
    ("text", "customer", "country"),
    [
        ("12-3456789", "US", "US"),
        ("CHE-123.456.788 MWST", "CH", "CH"),
        ("GB 980 7806 84", "FI", "GB"),
        ("x", None, None),
    ],
)
def test_others_are_kept_as_typed(text: str, customer: str | None, country: str | None) -> None:
    number = check_vat(f" {text} ", customer)
    assert number.canonical == number.display == text
    assert number.country == country
    assert number.business_id is None


@given(st.text(st.characters()), COUNTRIES)
def test_any_text_is_taken_or_refused(text: str, country: str | None) -> None:
    try:
        number = check_vat(text, country)
    except Invalid:
        assert register_country(text, country).country is None
        return
    assert number.canonical
    assert check_vat(number.canonical, number.country) == check_vat(number.display, number.country) == number


@pytest.mark.parametrize(
    ("text", "customer", "country", "number"),
    [
        ("FI01120389", None, "FI", "0112038-9"),
        ("FI23365096", "NO", "FI", "2336509-6"),
        ("fi 2646674-9", "SE", "FI", "2646674-9"),
        ("01120389", None, "FI", "0112038-9"),
        ("0112038-9", "FI", "FI", "0112038-9"),
        ("112038-9", None, "FI", "0112038-9"),
        ("FI112038-9", None, "FI", "0112038-9"),
        ("NO 923609016 MVA", None, "NO", "923609016"),
        ("923609016", None, "NO", "923609016"),
        ("923609016", "NO", "NO", "923609016"),
        ("923 609 016 mva", "FI", "NO", "923609016"),
        ("no-923.609.016", "FI", "NO", "923609016"),
        ("\u00a0NO\u202f923\u202f609\u202f016 ", None, "NO", "923609016"),
    ],
)
def test_what_a_register_can_be_asked_for(text: str, customer: str | None, country: str, number: str) -> None:
    assert register_number(text, customer) == (country, number)


@pytest.mark.parametrize(
    ("text", "customer", "says"),
    [
        ("", None, "empty"),
        (" \t ", "FI", "empty"),
        ("../../x", "FI", "FI and 8 digits"),
        ("../../x", None, "only Finnish and Norwegian"),
        ("0112038-9/../1", "FI", "FI and 8 digits"),
        ("923609016?x=1", "NO", "9 digits and MVA"),
        ("1" * 200, "FI", "FI and 8 digits"),
        ("1" * 200, None, "only Finnish and Norwegian"),
        ("FI00000000", None, "FI and 8 digits"),
        ("NO000000000", None, "9 digits and MVA"),
        ("FIFI01120389", None, "FI and 8 digits"),
        ("FI\n01120389", None, "FI and 8 digits"),
        ("NO\n923609016", None, "9 digits and MVA"),
        ("NONO923609016", None, "9 digits and MVA"),
        ("FI０１１２０３８９", None, "FI and 8 digits"),
        ("FI01120389\u200b", None, "FI and 8 digits"),
        ("FI01120388", None, "FI and 8 digits"),
        ("923609016", "FI", "FI and 8 digits"),
        ("01120389", "NO", "9 digits and MVA"),
        ("01120389", "SE", "SE and 12 digits"),
        ("SE556056625801", "FI", "only Finnish and Norwegian"),
        ("Kallavesi Oy", "US", "only Finnish and Norwegian"),
    ],
)
def test_what_never_leaves_the_machine(text: str, customer: str | None, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        register_number(text, customer)


@given(st.text(st.sampled_from("0123456789FINOMVA -.\n"), max_size=16), COUNTRIES)
def test_what_goes_to_a_register_is_a_checked_number(text: str, country: str | None) -> None:
    choice = register_country(text, country)
    assert (choice.country is None) == (choice.business_id is None) == (choice.reason is not None)
    if choice.business_id is not None:
        digits = choice.business_id.replace("-", "")
        assert digits.isascii()
        assert digits.isdigit()
        assert len(digits) == {"FI": 8, "NO": 9}[str(choice.country)]


def test_register_country() -> None:
    assert register_country("0112038-9", "FI") == ("FI", "0112038-9", None)
    assert register_country("NO 923609016 MVA", "SE") == ("NO", "923609016", None)
    for vat, country, says in [
        (None, "FI", "no VAT number"),
        (" ", "FI", "no VAT number"),
        ("FI01120388", "FI", "FI and 8 digits"),
        ("SE556056625801", "FI", "only Finnish and Norwegian"),
        ("GB 980 7806 84", "FI", "only Finnish and Norwegian"),
    ]:
        choice = register_country(vat, country)
        assert choice.country is None
        assert says in (choice.reason or "")
