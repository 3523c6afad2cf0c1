"""Dates and times for people."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui import when
from crm_tui.domain.natural_dates import When

HELSINKI = ZoneInfo("Europe/Helsinki")
TODAY = date(2025, 11, 18)  # a Tuesday
NOW = datetime(2025, 11, 18, 14, 30, tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("hours", "text"),
    [(0, "now"), (0.2, "12 min ago"), (2.5, "2 h ago"), (14, "14 h ago"), (15, "yesterday"),
     (24, "yesterday"), (24 * 4, "Fri"), (24 * 7, "11 Nov"), (24 * 400, "14 Oct 24"), (-30, "19 Nov")],
)  # fmt: skip
def test_ago(hours: float, text: str) -> None:
    assert when.ago(NOW - timedelta(hours=hours), NOW, HELSINKI) == text


def test_days_are_counted_in_the_users_zone() -> None:
    moment = datetime(2025, 11, 17, 22, 30, tzinfo=UTC)  # half past midnight in Helsinki
    assert when.ago(moment, NOW, HELSINKI) == "14 h ago"
    assert when.absolute(moment, HELSINKI) == "18 Nov 2025 00:30"


@pytest.mark.parametrize(
    ("days", "text"),
    [(-3, "3 d late"), (0, "today"), (1, "tomorrow"), (2, "Thu 20 Nov"), (13, "Mon 1 Dec"), (14, "2 Dec"),
     (60, "17 Jan 26")],
)  # fmt: skip
def test_due(days: int, text: str) -> None:
    assert when.due(TODAY + timedelta(days=days), TODAY) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [(1, "today 15:30"), (48, "Thu 14:30"), (24 * 9, "Thu 27 Nov"), (-24, "yesterday"), (-24 * 30, "19 Oct")],
)
def test_starts(hours: int, text: str) -> None:
    assert when.starts(NOW + timedelta(hours=hours), NOW, HELSINKI) == text


def test_typed_dates_are_described_beyond_doubt() -> None:
    at = time(14, 0)
    assert when.describe(When(TODAY, at), TODAY) == "today 14:00"
    assert when.describe(When(TODAY + timedelta(days=1), None), TODAY) == "tomorrow"
    assert when.describe(When(date(2025, 11, 21), at), TODAY) == "Fri 21 Nov 14:00"
    assert when.describe(When(date(2026, 6, 5), None), TODAY) == "Fri 5 Jun 26"
    assert when.describe(When(TODAY, at), TODAY, "iso") == "2025-11-18 14:00"


def test_spans_of_days() -> None:
    assert when.span(date(2025, 12, 1), date(2025, 12, 5), TODAY) == "1–5 Dec"
    assert when.span(date(2025, 12, 22), date(2026, 1, 6), TODAY) == "22 Dec – 6 Jan 26"
    assert when.span(TODAY, TODAY, TODAY) == "18 Nov"


def test_iso_dates_everywhere() -> None:
    assert when.short_date(TODAY, TODAY, "iso") == "2025-11-18"
    assert when.absolute(NOW, HELSINKI, "iso") == "2025-11-18 14:30"
    assert when.due(TODAY + timedelta(days=5), TODAY, "iso") == "2025-11-23"
    assert when.span(TODAY, TODAY + timedelta(days=1), TODAY, "iso") == "2025-11-18 – 2025-11-19"


@given(st.integers(0, 7_000_000_000), st.sampled_from([-1, 0, 1]))
def test_any_moment_has_a_short_text(seconds: int, side: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert 0 < len(when.ago(moment, NOW + timedelta(days=side), HELSINKI)) <= 10


def test_what_is_late_for_years_says_so_in_years() -> None:
    today = date(2026, 11, 18)
    assert when.due(date(2026, 11, 12), today) == "6 d late"
    assert when.due(date(1998, 5, 7), today) == "28 y late"
