"""Months and windows of months."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.errors import Invalid
from crm_tui.domain.periods import Month, months_from, window

MONTHS = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))
NEAR = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


def test_six_months_around_november() -> None:
    assert [month.label for month in window(date(2025, 11, 22))] == [
        "Sep 2025",
        "Oct 2025",
        "Nov 2025",
        "Dec 2025",
        "Jan 2026",
        "Feb 2026",
    ]
    assert window(date(2025, 11, 22), 1) == (Month(2025, 11),)
    assert window(date(2025, 11, 22), 12)[4] == Month(2025, 11)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 36))
def test_a_window_holds_its_day_and_has_no_gaps(day: date, count: int) -> None:
    months = window(day, count)
    assert len(months) == count
    assert Month.of(day) in months
    assert all(after.since(before) == 1 for before, after in pairwise(months))


@given(NEAR, st.integers(-1000, 1000))
def test_arithmetic(month: Month, count: int) -> None:
    later = month.plus(count)
    assert later.plus(-count) == month
    assert later.since(month) == count
    assert (later > month) == (count > 0)
    assert months_from(month, 3)[2] == month.plus(2)


@given(MONTHS)
def test_days(month: Month) -> None:
    assert month.first_day.day == 1
    assert Month.of(month.first_day) == Month.of(month.last_day) == month
    assert month.last_day == date.max or Month.of(month.last_day.fromordinal(month.last_day.toordinal() + 1)) != month


@given(MONTHS)
def test_what_is_written_is_read_back(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.parse(f"{month.month}/{month.year:04}") == month
    if month.year >= 1000:
        assert Month.parse(month.label) == month


@pytest.mark.parametrize("text", ["2025-09", "9/2025", "09.2025", "Sep 2025", "september 2025", " 2025 9 "])
def test_reads_what_people_write(text: str) -> None:
    assert Month.parse(text) == Month(2025, 9)


@pytest.mark.parametrize(
    "text", ["", "2025", "2025-13", "2025-00", "0000-01", "x 2025", "1/25", "2025-09-01", "9/٢٠٢٥"]
)
def test_refuses_what_is_no_month(text: str) -> None:
    with pytest.raises(Invalid, match="2025-09") as refusal:
        Month.parse(text, "from")
    assert refusal.value.field == "from"


@pytest.mark.parametrize(("month", "count"), [(Month(9999, 12), 1), (Month(1, 1), -1)])
def test_the_calendar_ends(month: Month, count: int) -> None:
    with pytest.raises(OverflowError):
        month.plus(count)


@given(st.text())
def test_any_text_is_a_month_or_refused(text: str) -> None:
    try:
        month = Month.parse(text)
    except Invalid:
        return
    assert month.first_day
