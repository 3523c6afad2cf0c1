"""Money: reading, writing, and never adding up two currencies."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType

from crm_tui.domain.errors import Invalid
from crm_tui.domain.money import (
    LIMIT,
    Money,
    Totals,
    check_amount,
    format_amount,
    format_money,
    margin,
    margin_percent,
    minor_digits,
    parse,
    sum_by_currency,
    weighted,
)

CURRENCIES = st.sampled_from(["EUR", "NOK", "USD", "JPY", "KWD", "CLF"])
MONEY = st.builds(Money, st.integers(-LIMIT, LIMIT), CURRENCIES)


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("1 234,50", "EUR", 123450),
        ("1\u202f234,5", "EUR", 123450),
        ("1'234.50", "EUR", 123450),
        ("1,234.50", "EUR", 123450),
        ("1.234,50", "EUR", 123450),
        ("1.234.567", "EUR", 123456700),
        ("1234", "EUR", 123400),
        (".5", "EUR", 50),
        ("0.05", "EUR", 5),
        ("-12", "EUR", -1200),
        ("−12,00", "EUR", -1200),
        ("+12", "EUR", 1200),
        ("-€ 99", "EUR", -9900),
        ("€ 99", "EUR", 9900),
        ("99 EUR", "EUR", 9900),
        ("99 kr", "NOK", 9900),
        ("32.3800", "USD", 3238),
        ("0.125", "KWD", 125),
        ("1,234", "KWD", 1234),
        ("1 500", "JPY", 1500),
        ("1500.00", "JPY", 1500),
        ("0", "JPY", 0),
    ],
)
def test_reads_what_people_and_files_write(text: str, currency: str, amount: int) -> None:
    assert parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency", "says"),
    [
        ("1,234", "EUR", "two amounts"),
        ("12.500", "EUR", "two amounts"),
        ("0,125", "EUR", "2 decimals"),
        ("1,2345", "EUR", "2 decimals"),
        ("12,5", "JPY", "no decimals"),
        ("", "EUR", "not an amount"),
        ("-", "EUR", "not an amount"),
        ("--1", "EUR", "not an amount"),
        ("12,34,56", "EUR", "not an amount"),
        ("1.23.456", "EUR", "not an amount"),
        ("12 USD", "EUR", "not an amount"),
        ("1e5", "EUR", "not an amount"),
        ("NaN", "EUR", "not an amount"),
        ("١٢", "EUR", "not an amount"),
        ("1" * 20, "EUR", "too large"),
    ],
)
def test_refuses_with_a_reason(text: str, currency: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refusal:
        parse(text, currency, field="expected_value")
    assert refusal.value.field == "expected_value"


@pytest.mark.parametrize(("decimal", "amount"), [(",", 123), (".", 123400)])
def test_a_known_decimal_mark_leaves_nothing_to_guess(decimal: Literal[".", ","], amount: int) -> None:
    assert parse("1,230" if decimal == "," else "1,234", "EUR", decimal=decimal) == euros(amount)


@given(MONEY)
def test_what_is_written_is_read_back(money: Money) -> None:
    assert parse(format_money(money, with_cents=True), money.currency, decimal=".") == money
    assert parse(format_money(money, with_cents=True), money.currency) == money


@given(st.text(), CURRENCIES)
def test_any_text_is_read_or_refused(text: str, currency: str) -> None:
    try:
        money = parse(text, currency)
    except Invalid:
        return
    assert abs(money.amount) <= LIMIT


@pytest.mark.parametrize(
    ("money", "auto", "without", "with_cents"),
    [
        (euros(18420000), "184 200 EUR", "184 200 EUR", "184 200.00 EUR"),
        (euros(-123450), "−1 234.50 EUR", "−1 235 EUR", "−1 234.50 EUR"),
        (euros(-49), "−0.49 EUR", "0 EUR", "−0.49 EUR"),
        (euros(0), "0 EUR", "0 EUR", "0.00 EUR"),
        (Money(1234567, "JPY"), "1 234 567 JPY", "1 234 567 JPY", "1 234 567 JPY"),
        (Money(1005, "KWD"), "1.005 KWD", "1 KWD", "1.005 KWD"),
    ],
)
def test_formats(money: Money, auto: str, without: str, with_cents: str) -> None:
    assert format_money(money) == auto
    assert format_money(money, with_cents=False) == without
    assert format_money(money, with_cents=True) == with_cents


def test_the_blank_can_be_one_that_does_not_break() -> None:
    assert format_money(euros(123400), blank="\u202f") == "1\u202f234\u202fEUR"
    assert format_amount(euros(123400)) == "1 234"


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XYZ", 2)])
def test_minor_digits(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize("currency", ["eur", "EU", "", "EURO", "E1R", "ÄÄÄ"])
def test_a_currency_is_a_code(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"amount": 1, "currency": currency}, Money)


def test_two_currencies_never_meet() -> None:
    krone = Money(1, "NOK")
    for meet in (
        lambda: euros(1) + krone,
        lambda: euros(1) - krone,
        lambda: euros(1) < krone,
        lambda: euros(1) <= krone,
        lambda: euros(1) > krone,
        lambda: euros(1) >= krone,
        lambda: margin_percent(krone, euros(1)),
        lambda: margin(euros(1), krone, None),
    ):
        with pytest.raises(ValueError, match="EUR"):
            meet()
    assert euros(1) != krone


@given(st.lists(st.one_of(MONEY, st.none(), st.just(UNSET))))
def test_sums_are_per_currency_and_say_what_they_left_out(figures: list[Money | UnsetType | None]) -> None:
    totals = sum_by_currency(figures)
    assert totals.left_out == figures.count(UNSET)
    shown = [figure for figure in figures if isinstance(figure, Money)]
    assert [m.currency for m in totals.amounts] == sorted({m.currency for m in shown})
    for currency in ("EUR", "NOK", "SEK"):
        assert totals.of(currency).amount == sum(m.amount for m in shown if m.currency == currency)


def test_no_figures_sum_to_nothing() -> None:
    assert sum_by_currency([]) == Totals((), 0)


@pytest.mark.parametrize(
    ("amount", "percent", "expected"),
    [
        (100, 50, 50),
        (101, 50, 51),
        (-101, 50, -51),
        (1, 49, 0),
        (1, 50, 1),
        (333, 10, 33),
        (7, 100, 7),
        (7, 0, 0),
    ],
)
def test_weighting_rounds_half_up(amount: int, percent: int, expected: int) -> None:
    assert weighted(euros(amount), percent) == euros(expected)


@given(MONEY, st.integers(0, 100))
def test_weighting_is_within_half_a_minor_unit(money: Money, percent: int) -> None:
    assert abs(weighted(money, percent).amount * 100 - money.amount * percent) <= 50
    assert weighted(-money, percent) == -weighted(money, percent)


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_probability_is_a_percent(percent: int) -> None:
    with pytest.raises(Invalid):
        weighted(euros(1), percent)


def test_margin() -> None:
    assert margin(euros(1000), euros(600), euros(150)) == euros(250)
    assert margin(euros(1000), None, None) == euros(1000)
    assert margin(None, euros(600), None) == euros(-600)
    assert margin(None, None, None) is None
    assert margin(euros(1000), UNSET, None) is UNSET
    assert margin(UNSET, None, None) is UNSET


def test_margin_percent() -> None:
    assert margin_percent(euros(250), euros(1000)) == 25
    assert margin_percent(euros(1), euros(3)) == 33
    assert margin_percent(euros(5745), euros(10_000)) == 57  # 57.45, rounded once
    assert margin_percent(euros(5750), euros(10_000)) == 58
    assert margin_percent(euros(-1), euros(16)) == -6
    assert margin_percent(euros(-1), euros(8)) == -13  # 12.5
    assert margin_percent(euros(-100), euros(0)) is None
    assert margin_percent(euros(-100), euros(-5)) is None


def test_amounts_that_a_sum_could_not_hold_are_refused() -> None:
    check_amount("total", LIMIT)
    check_amount("total", -LIMIT)
    for amount in (LIMIT + 1, -LIMIT - 1):
        with pytest.raises(Invalid):
            check_amount("total", amount)
