"""Dates as people type them: ``tomorrow``, ``fri 14:00``, ``+3d``, ``24.12.``, ``next month``, ``huomenna``.

Own code, since dateparser costs 0.1 s to import, reads “Meet the March team” and “Plan May” as dates, and says
nothing of what is wrong with 31.2.; parsedatetime knows neither Finnish nor Norwegian.

A **weekday** is the next such day after today, so the name of today's weekday means a week from today. ``next fri``
and ``fri next week`` are the Friday of next week (weeks begin on Monday), ``next week`` is its Monday, ``next month``
the first of it, ``end of month`` the last day of this one. A date **without a year** is the next such date, today
included. A date in figures has its day first. A **time** alone is today's, also if that is over.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from crm_tui.domain import date_words as words_of
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import fold
from crm_tui.domain.periods import Month

_MOST_WORDS = 9  # "on fri 24 dec 2026 at 2 pm" has eight
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class When(NamedTuple):
    """A day, and the time of it if one was said."""

    day: dt.date
    time: dt.time | None


class _Doubtful(Invalid):
    """Figures that are no date, so in a sentence they are probably something else."""


#: says which day it is, seen from today; raises Invalid or OverflowError
_Day = Callable[[dt.date], dt.date]


class _Found(NamedTuple):
    day: _Day
    time: dt.time | None


def parse_when(text: str, *, today: dt.date, field: str = "date") -> When | None:
    """The day, and the time, that ``text`` means as a whole; None if it means none.

    Raises Invalid for what looks like a date or time and is none (31.2., fri 25:00).
    """
    phrase = _phrase(text.split())
    found = _read(phrase)
    if found is not None:
        return _resolved(found, today, field)
    if any((match := pattern.fullmatch(phrase)) and _is_time(match) for pattern in _TIMES):
        raise Invalid(field, "a time is between 0:00 and 23:59, or 1 and 12 with am or pm")
    return None


def split_when(line: str, today: dt.date, *, field: str = "line") -> tuple[str, When | None]:
    """A to-do in one line: what is to be done, and when, if its end says so, or else its beginning.

    Dates inside a sentence stay in it, as do those that depend on a word before them (“until Friday”), several
    in a row, and single words and figures that also mean something else (May, ma, 5.6). A line that is only a
    date is the name of a to-do. Raises Invalid for a date at its place that does not exist (31.2.).
    """
    whole = line.strip()
    spans = [match.span() for match in re.finditer(r"\S+", line)]
    words = [line[first:last] for first, last in spans]
    if not words or _read(_phrase(words)) is not None:
        return whole, None
    if count := _count_at_end(words):
        text, date_words = line[: spans[-count - 1][1]], words[-count:]
    elif count := _count_at_beginning(words):
        text, date_words = line[spans[count][0] :], words[:count]
    else:
        return whole, None
    found = _read(_phrase(date_words))
    text = text.strip().rstrip(",;").rstrip()
    if found is None or not text:
        return whole, None
    try:
        return text, _resolved(found, today, field)
    except _Doubtful:
        return whole, None


def _count_at_end(words: Sequence[str]) -> int:
    """How many words at the end are a date to be taken off; 0 for none."""
    for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        if _stands_alone(words[-count:]):
            before = words[-count - 1]
            is_tied = _plain(before) in words_of.TIES or _is_another_date(before)
            return 0 if is_tied else count
    return 0


def _count_at_beginning(words: Sequence[str]) -> int:
    """How many words at the beginning are a date to be taken off; 0 for none."""
    for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        if _stands_alone(words[:count]):
            after = words[count]
            is_word = count == 1 and _plain(words[0]) in words_of.ALSO_FIRST_WORDS
            is_tied = _plain(after) in words_of.JOINTS or _is_another_date(after)
            return 0 if is_word or is_tied else count
    return 0


def _stands_alone(words: Sequence[str]) -> bool:
    """Whether these words of a sentence are a date, and not probably something else."""
    spelled = " ".join(_bare(word.casefold()) for word in words)
    fraction = words_of.FRACTION.fullmatch(spelled)
    if words_of.ALSO_TEXT.fullmatch(spelled) or (fraction and int(fraction[1]) < int(fraction[2])):
        return False
    return _read(_phrase(words)) is not None


def _is_another_date(word: str) -> bool:
    plain = _plain(word)
    return _read(plain) is not None and not (plain.isalpha() and words_of.ALSO_TEXT.fullmatch(plain))


def _plain(word: str) -> str:
    return _bare(fold(word))


def _bare(word: str) -> str:
    """Without what follows a word in a sentence; a number keeps its dot."""
    word = word.rstrip(",;:")
    return word[:-1] if word.endswith(".") and word[:-1].isalpha() else word


def _phrase(words: Sequence[str]) -> str:
    return " ".join(map(_plain, words)) if len(words) <= _MOST_WORDS else ""


def _resolved(found: _Found, today: dt.date, field: str) -> When:
    """The day itself; raises Invalid with the name of the field that was typed."""
    try:
        return When(found.day(today), found.time)
    except Invalid as error:
        raise type(error)(field, error.reason) from error
    except OverflowError as error:
        raise Invalid(field, "is too far away; name a date before the year 10000") from error


# Reading: what a phrase says, whatever day it is today


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_TIMES = tuple(map(_compiled, (words_of.TIME, rf"(?P<rest>.+?) {words_of.TIME}", rf"{words_of.TIME} (?P<rest>.+)")))


def _read(phrase: str) -> _Found | None:
    """What a plain phrase says as a whole; None if it is no date."""
    lead = words_of.LEAD.match(phrase)
    phrase = phrase[lead.end() :] if lead else phrase
    for pattern in _TIMES:
        match = pattern.fullmatch(phrase)
        at = _time(match) if match and (_is_time(match) or _is_hour(match)) else None
        if match is None or at is None:
            continue
        rest = match.groupdict().get("rest")
        day = _read_day(rest) if rest else _after_days
        if day is not None:
            return _Found(day, at)
    day = _read_day(phrase)
    return _Found(day, None) if day is not None else None


def _is_time(match: re.Match[str]) -> bool:
    """Whether it says so itself: a bare number is none."""
    return any(match[part] for part in ("at", "minute", "half"))


def _is_hour(match: re.Match[str]) -> bool:
    """Whether a bare number is an hour: right behind the name of a day, as in “tomorrow 9”."""
    day = match.groupdict().get("rest") or ""
    is_named = day in words_of.DAYS or (day in words_of.WEEKDAYS and len(day) > 2)
    return is_named and match.start("rest") == 0


def _time(match: re.Match[str]) -> dt.time | None:
    """The time of day, if there is such a one."""
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _read_day(phrase: str) -> _Day | None:
    lead = words_of.LEAD.match(phrase)
    phrase = phrase[lead.end() :] if lead else phrase
    for pattern, reader in _FORMS:
        match = pattern.fullmatch(phrase)
        day = reader(match) if match else None
        if day is not None:
            return day
    return None


def _read_named(match: re.Match[str]) -> _Day | None:
    days = words_of.DAYS.get(match["named"])
    return partial(_after_days, days=days) if days is not None else None


def _read_weekday(match: re.Match[str]) -> _Day | None:
    weekday = words_of.WEEKDAYS.get(match["weekday"])
    return partial(_next_weekday, weekday=weekday) if weekday is not None else None


def _read_next_week(match: re.Match[str]) -> _Day | None:
    weekday = words_of.WEEKDAYS.get(match["weekday"] or "mon")
    return partial(_of_next_week, weekday=weekday) if weekday is not None else None


def _read_distance(match: re.Match[str]) -> _Day:
    count, unit = match["count"], match["unit"][0]
    number = int(count) if count.isdigit() else 1
    if unit in "dw":
        return partial(_after_days, days=number * (7 if unit == "w" else 1))
    return partial(_after_months, months=number * (12 if unit == "y" else 1))


def _read_month_begin(_: re.Match[str]) -> _Day:
    return lambda today: Month.of(today).plus(1).first_day


def _read_month_end(_: re.Match[str]) -> _Day:
    return lambda today: Month.of(today).last_day


def _read_date(match: re.Match[str]) -> _Day | None:
    month, year = match["month"], match.groupdict().get("year")
    number = int(month) if month.isdigit() else words_of.MONTHS.get(month)
    if number is None:
        return None
    full_year = int(year) + (2000 if len(year) == 2 else 0) if year else None
    return partial(_on_date, day=int(match["day"]), month=number, year=full_year)


def _read_weekday_and_date(match: re.Match[str]) -> _Day | None:
    weekday = words_of.WEEKDAYS.get(match["weekday"])
    if weekday is None or (day := _read_day(match["date"])) is None:
        return None
    return partial(_on_that_weekday, day=day, weekday=weekday)


_WEEKDAY, _MONTH = "(?P<weekday>[a-z]+)", "(?P<month>[a-z]+)"
_ORDINAL = r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?"
_YEAR = r"(?: (?P<year>\d{4}))?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Day | None]], ...] = tuple(
    (_compiled(pattern), reader)
    for pattern, reader in (
        ("(?P<named>[a-z]+(?: [a-z]+)?)", _read_named),
        (rf"(?:this )?{_WEEKDAY}", _read_weekday),
        (rf"next {_WEEKDAY}", _read_next_week),
        (rf"{_WEEKDAY} next week", _read_next_week),
        (rf"next week(?: {_WEEKDAY})?", _read_next_week),
        (r"next month", _read_month_begin),
        (r"eom|end of (?:the )?month", _read_month_end),
        (r"\+ ?(?P<count>\d{1,4}) ?(?P<unit>[dwmy]|days?|weeks?|months?|years?)", _read_distance),
        (r"in (?P<count>\d{1,4}|an?|one) (?P<unit>days?|weeks?|months?|years?)", _read_distance),
        (r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?", _read_date),
        (r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d\d)", _read_date),
        (r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?", _read_date),
        (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _read_date),
        (rf"{_ORDINAL}(?: of)? {_MONTH}{_YEAR}", _read_date),
        (rf"{_MONTH} {_ORDINAL}{_YEAR}", _read_date),
        (rf"{_WEEKDAY} (?P<date>\S*\d.*)", _read_weekday_and_date),
    )
)


# Resolving: which day that is, seen from today


def _after_days(today: dt.date, days: int = 0) -> dt.date:
    return today + dt.timedelta(days=days)


def _after_months(today: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last one."""
    last = Month.of(today).plus(months).last_day
    return last.replace(day=min(today.day, last.day))


def _next_weekday(today: dt.date, weekday: int) -> dt.date:
    return _after_days(today, (weekday - today.weekday() - 1) % 7 + 1)


def _of_next_week(today: dt.date, weekday: int) -> dt.date:
    return _after_days(today, 7 - today.weekday() + weekday)


def _on_that_weekday(today: dt.date, day: _Day, weekday: int) -> dt.date:
    found = day(today)
    if found.weekday() != weekday:
        shown = f"{found.day} {_MONTH_NAMES[found.month - 1]} {found.year}"
        raise Invalid("date", f"{shown} is a {_DAY_NAMES[found.weekday()]}, not a {_DAY_NAMES[weekday]}")
    return found


def _on_date(today: dt.date, day: int, month: int, year: int | None) -> dt.date:
    """The day of that year, or else the next such day from today on."""
    if not 1 <= month <= 12:
        raise _Doubtful("date", f"there is no month {month}; a date is written day first, such as 24.12.")
    if not 1 <= day <= 31 or year == 0:
        raise _Doubtful("date", "a date is written as 24.12., 24 Dec or 2026-12-24")
    name = _MONTH_NAMES[month - 1]
    if year is not None:
        longest = monthrange(year, month)[1]
        if day > longest:
            raise Invalid("date", f"{name} {year} has only {longest} days")
        return dt.date(year, month, day)
    for some_year in range(today.year, today.year + 9):  # two leap years are eight years apart at most
        if day <= monthrange(some_year, month)[1] and (some_year, month, day) >= (today.year, today.month, today.day):
            if some_year > dt.MAXYEAR:
                raise OverflowError
            return dt.date(some_year, month, day)
    longest_ever = "28 or 29" if month == 2 else "30"
    raise Invalid("date", f"{name} has only {longest_ever} days")
