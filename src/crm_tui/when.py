"""Dates and times for people: relative in lists, absolute in dialogs. Pure: "now" and the time zone are
given.

Where a time is due or happened, `zone` is the user's; `now` is any aware time. Days are counted in that zone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from crm_tui.domain.natural_dates import When

DateStyle = Literal["short", "iso"]
"""`12 Nov` and `4 Nov 2025 16:20`, or `2025-11-12` and `2025-11-04 16:20`."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def absolute_date(day: date, style: DateStyle = "short") -> str:
    """A whole date: `4 Nov 2025`."""
    return day.isoformat() if style == "iso" else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def absolute(moment: datetime, zone: tzinfo, style: DateStyle = "short") -> str:
    """A whole date with the time in the user's zone: `4 Nov 2025 16:20`."""
    local = moment.astimezone(zone)
    return f"{absolute_date(local.date(), style)} {local:%H:%M}"


def short_date(day: date, today: date, style: DateStyle = "short") -> str:
    """A date as lists show it: `12 Nov`, with the year if it is another one: `9 Dec 24`."""
    if style == "iso":
        return day.isoformat()
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year % 100:02}"


def ago(moment: datetime, now: datetime, zone: tzinfo, style: DateStyle = "short") -> str:
    """When something happened: `now`, `5 min ago`, `2 h ago`, `yesterday`, `Fri`, `12 Nov`, `9 Dec 24`."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    passed = here - local
    if timedelta() <= passed < timedelta(minutes=1):
        return "now"
    if timedelta() <= passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if timedelta() <= passed and local.date() == here.date():
        return f"{passed // timedelta(hours=1)} h ago"
    return day_ago(local.date(), here.date(), style)


def day_ago(day: date, today: date, style: DateStyle = "short") -> str:
    """The day something happened: `today`, `yesterday`, `Fri` within a week, then the date."""
    days = (today - day).days
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    if 1 < days < 7:
        return _DAYS[day.weekday()]
    return short_date(day, today, style)


def due(day: date, today: date, style: DateStyle = "short") -> str:
    """When it is due: `3 d late`, `28 y late`, `today`, `tomorrow`, `Mon 24 Nov` within two weeks, else the date."""
    days = (day - today).days
    if days < -999:
        return f"{-days // 365} y late"
    if days < 0:
        return f"{-days} d late"
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days < 14 and style == "short":
        return f"{_DAYS[day.weekday()]} {short_date(day, today, style)}"
    return short_date(day, today, style)


def starts(moment: datetime, now: datetime, zone: tzinfo, style: DateStyle = "short") -> str:
    """When a calendar entry begins: `today 14:00`, `Thu 14:00` within a week, then the date alone."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - here.date()).days
    if days == 0:
        return f"today {local:%H:%M}"
    if 0 < days < 7:
        return f"{_DAYS[local.weekday()]} {local:%H:%M}"
    return due(local.date(), here.date(), style) if days > 0 else day_ago(local.date(), here.date(), style)


def describe(when: When, today: date, style: DateStyle = "short") -> str:
    """How typed words were understood: `today 14:00`, `tomorrow`, `Fri 20 Nov 14:00`, `Sat 5 Jun 27`."""
    days = (when.day - today).days
    if style == "short" and days in (0, 1):
        day = "tomorrow" if days else "today"
    else:
        day = short_date(when.day, today, style)
        day = day if style == "iso" else f"{_DAYS[when.day.weekday()]} {day}"
    return f"{day} {when.time:%H:%M}" if when.time is not None else day


def span(first: date, last: date, today: date, style: DateStyle = "short") -> str:
    """Several days: `1–5 Dec`, `22 Dec – 6 Jan 27`."""
    if first == last:
        return short_date(first, today, style)
    if style == "short" and (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{short_date(last, today)}"
    return f"{short_date(first, today, style)} – {short_date(last, today, style)}"
