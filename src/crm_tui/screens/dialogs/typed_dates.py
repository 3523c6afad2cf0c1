"""Plain dates as people type them into forms."""

from __future__ import annotations

from datetime import date

from crm_tui.domain.errors import Invalid
from crm_tui.domain.natural_dates import When, parse_when
from crm_tui.when import absolute_date, describe


def day_of(field: str, typed: str, today: date) -> date:
    """The day that was typed; Invalid for what is none, and for a time of day."""
    found = parse_when(typed, today=today, field=field)
    if found is None or found.time is not None:
        raise Invalid(field, "a date such as tomorrow, fri, +3d or 24.12.")
    return found.day


def shown_day(field: str, typed: str, today: date) -> str:
    """How it was understood; nothing where it was typed whole."""
    day = day_of(field, typed, today)
    return "" if typed == absolute_date(day) else describe(When(day, None), today)
