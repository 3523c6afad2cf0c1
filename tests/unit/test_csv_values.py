"""Cells to dates, numbers, money and countries; what could mean two things is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from crm_tui.domain.countries import COUNTRIES, country_code, country_name
from crm_tui.domain.money import Money
from crm_tui.interchange.cells import Currencies, Place
from crm_tui.interchange.names import login_of, name_of_email, salesforce_id, split_name
from crm_tui.interchange.values import BadValue, Habits, Partial, parse_date, parse_number


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("", None),
        ("1996-07-04", dt.date(1996, 7, 4)),
        ("1996-07-04 00:00:00.000", dt.date(1996, 7, 4)),
        ("2006-04-15T03:23:15.000Z", dt.date(2006, 4, 15)),
        ("2009-07-14T14:14:45+02:00", dt.date(2009, 7, 14)),
        ("2026/3/9", dt.date(2026, 3, 9)),
        ("19800322", dt.date(1980, 3, 22)),
        ("20120305T131933Z", dt.date(2012, 3, 5)),
        ("3.4.2026", dt.date(2026, 4, 3)),
        ("31.12.2026 14:05", dt.date(2026, 12, 31)),
        ("07/15/2009 02:14:45+0800", dt.date(2009, 7, 15)),
        ("15/07/2009", dt.date(2009, 7, 15)),
        ("15-07-2009", dt.date(2009, 7, 15)),
        ("5/5/2009 2:14 PM", dt.date(2009, 5, 5)),
        (" 2024-02-29 ", dt.date(2024, 2, 29)),
    ],
)
def test_dates_that_leave_no_doubt(cell: str, day: dt.date | None) -> None:
    assert parse_date(cell, Habits()) == day


@pytest.mark.parametrize(
    "cell",
    ["2023-02-29", "31.4.2026", "2009\\7\\14 22:14:45+0800", "2009-07/14 02:14:45-0800", "7/14/09", "1/2/3",
     "13/13/2009", "yesterday", "45000", "0000-00-00", "1e9", "2009-07-14Tnoon"],
)  # fmt: skip
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(BadValue):
        parse_date(cell, Habits())


@pytest.mark.parametrize("cell", ["--0203", "--02-03", "1985", "1985-04"])
def test_a_date_with_a_part_missing_is_told_apart(cell: str) -> None:
    with pytest.raises(Partial):
        parse_date(cell, Habits())


def test_the_column_decides_which_comes_first() -> None:
    for decisive, expected in (("07/15/2009", dt.date(2009, 3, 4)), ("15/07/2009", dt.date(2009, 4, 3))):
        habits = Habits()
        habits.learn_date(decisive)
        assert parse_date("03/04/2009", habits) == expected


def test_a_column_that_shows_neither_or_both_decides_nothing() -> None:
    contradictory = Habits()
    contradictory.learn_date("07/15/2009")
    contradictory.learn_date("15/07/2009")
    for habits in (Habits(), contradictory):
        with pytest.raises(BadValue, match="--date-order"):
            parse_date("03/04/2009", habits)
    assert parse_date("15/07/2009", contradictory) == dt.date(2009, 7, 15)
    assert parse_date("03/04/2009", Habits(date_order="dmy")) == dt.date(2009, 4, 3)


@pytest.mark.parametrize(
    ("cell", "number", "currency"),
    [
        ("440.0", "440.0", ""),
        ("1863.4", "1863.4", ""),
        ("6.0E7", "6.0E7", ""),
        ("8.48E10", "8.48E10", ""),
        ("1 234,50", "1234.50", ""),
        ("1\u00a0234\u00a0567", "1234567", ""),
        ("1.234,50", "1234.50", ""),
        ("1,234.50", "1234.50", ""),
        ("1,234,567", "1234567", ""),
        ("1.234.567", "1234567", ""),
        ("1'234.50", "1234.50", ""),
        ("12,34,567.00", "1234567.00", ""),
        ("0.125", "0.125", ""),
        ("1234.567", "1234.567", ""),
        ("-12", "-12", ""),
        ("−12,5", "-12.5", ""),
        ("(12.00)", "-12.00", ""),
        ("€ 99", "99", "EUR"),
        ("99,90 €", "99.90", "EUR"),
        ("EUR 5", "5", "EUR"),
        ("5 SEK", "5", "SEK"),
        ("$5", "5", "$"),
        ("50 %", "50", ""),
    ],
)
def test_numbers_that_leave_no_doubt(cell: str, number: str, currency: str) -> None:
    found = parse_number(cell, Habits())
    assert found == (Decimal(number), currency)


@pytest.mark.parametrize(
    "cell", ["abc", "1,2,3", "12.34.56", "1.234,567,890", "€", "1e999", "9" * 40, "1 2 3", "--1", "NaN", "inf"]
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(BadValue):
        parse_number(cell, Habits())


def test_the_column_decides_what_a_mark_means() -> None:
    with pytest.raises(BadValue, match="--decimal-mark"):
        parse_number("1,234", Habits())
    for decisive, number in (("0,5", "1.234"), ("0.5", "1234")):
        habits = Habits()
        habits.learn_number(decisive)
        assert parse_number("1,234", habits) == (Decimal(number), "")
    assert parse_number("1,234", Habits(decimal_mark=",")) == (Decimal("1.234"), "")


def test_the_currency_is_the_rows_else_the_persons_else_the_organisations() -> None:
    number = Decimal("12.5")
    assert Currencies("USD", "EUR").money(number, "", "sek") == Money(1250, "SEK")
    assert Currencies("USD", "EUR").money(number, "GBP", "") == Money(1250, "GBP")
    assert Currencies("USD", "EUR").money(number, "$", "") == Money(1250, "USD")
    assert Currencies("", "EUR").money(number, "", "") == Money(1250, "EUR")
    assert Currencies("", "JPY").money(Decimal("12"), "", "") == Money(12, "JPY")


@pytest.mark.parametrize(
    ("currencies", "number", "sign", "column", "message"),
    [
        (Currencies("", "EUR"), "5", "$", "", "--currency"),
        (Currencies("", ""), "5", "", "", "no currency"),
        (Currencies("", "EUR"), "5", "", "dollars", "no currency code"),
        (Currencies("", "EUR"), "5.001", "", "", "more decimals"),
        (Currencies("", "JPY"), "5.5", "", "", "more decimals"),
        (Currencies("", "EUR"), "1e14", "", "", "too large"),
    ],
)
def test_amounts_that_are_refused(currencies: Currencies, number: str, sign: str, column: str, message: str) -> None:
    with pytest.raises(BadValue, match=message):
        currencies.money(Decimal(number), sign, column)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Finland", "FI"), ("Suomi", "FI"), ("fi", "FI"), ("FIN", "FI"), ("Norge", "NO"), ("NOREG", "NO"),
        ("Sverige", "SE"), ("USA", "US"), ("U.S.A.", "US"), ("United States of America", "US"), ("UK", "GB"),
        ("Great Britain", "GB"),
        ("Deutschland", "DE"), ("México", "MX"), ("mexico", "MX"), ("Cote d'Ivoire", "CI"), ("Türkei", "TR"),
        ("Trinidad & Tobago", "TT"), ("Viet Nam", "VN"), ("日本", "JP"), ("Россия", "RU"), (" Ireland ", "IE"),
        ("Atlantis", None), ("", None), ("XX", None),
    ],
)  # fmt: skip
def test_countries_as_files_write_them(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_every_country_is_known_by_its_code_and_by_its_name() -> None:
    assert len(COUNTRIES) == 249
    for code, name in COUNTRIES.items():
        assert country_code(code) == country_code(name) == code
        assert country_name(code) == name
    assert country_name("ZZ") == "ZZ"


def test_an_unknown_country_is_kept_as_a_line() -> None:
    place, unknown = Place.of(["1 Main Street"], "123", "Town", "", "Yugoslavia")
    assert place == Place("1 Main Street", "Yugoslavia", "123", "Town", "", "")
    assert unknown == "Yugoslavia"


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Maria Anders", "Maria", "Anders"),
        ("José Pedro Freyre", "José Pedro", "Freyre"),
        ("Isabel de Castro", "Isabel", "de Castro"),
        ("Ludwig van der Rohe", "Ludwig", "van der Rohe"),
        ("de Castro", "de", "Castro"),
        ("Doe, John", "John", "Doe"),
        ("Val2", "Val2", "?"),
        ("", "", "?"),
    ],
)
def test_names_are_split(full: str, first: str, last: str) -> None:
    assert split_name(full) == (first, last)


def test_names_made_of_other_things() -> None:
    assert name_of_email("john.doe@example.org") == ("John", "Doe")
    assert name_of_email("sales@example.org") == ("sales", "?")
    assert login_of("Änne", "O'Hara Øst") == "anne.oharaost"
    assert login_of("日", "本") == "user"


def test_record_ids_of_15_and_18_characters_are_the_same() -> None:
    assert salesforce_id("001x0000002xLCV") == "001x0000002xLCVAA2"
    assert salesforce_id("006x0000001YtCr") == "006x0000001YtCrAAK"
    assert salesforce_id("001x0000002xLCVAA2") == "001x0000002xLCVAA2"
    assert salesforce_id("short") == "short"
