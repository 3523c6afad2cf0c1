"""Dates as people type them, alone and at the end of a line."""

from __future__ import annotations

import contextlib
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.errors import Invalid
from crm_tui.domain.natural_dates import When, parse_when, split_when

TODAY = date(2026, 11, 18)  # a Wednesday
FRIDAY = date(2026, 11, 20)
CHRISTMAS = date(2026, 12, 24)


def said(text: str) -> str | None:
    """What a text means, as ``2026-11-20 14:00``."""
    return shown(parse_when(text, today=TODAY))


def shown(when: When | None) -> str | None:
    if when is None:
        return None
    return f"{when.day} {when.time:%H:%M}" if when.time else str(when.day)


@pytest.mark.parametrize(
    ("texts", "meaning"),
    [
        ("today | Today | tonight | tänään | TÄNÄÄN | i dag | idag", "2026-11-18"),
        ("tomorrow | huomenna | i morgen |  tomorrow  ", "2026-11-19"),
        ("ylihuomenna | fri | Friday | this fri | on friday | by fri | pe | perjantaina | fre | fredag", "2026-11-20"),
        ("thu | thurs | to | torstai | tor | torsdag", "2026-11-19"),
        ("sat | la | lør | lørdag | LØR", "2026-11-21"),
        ("sun | su | sunnuntai | søn | søndag", "2026-11-22"),
        ("mon | ma | man | mandag | next week", "2026-11-23"),
        ("tue | ti | tiistai | tir | tirsdag | next tue", "2026-11-24"),
        ("wed | ke | keskiviikko | ons | onsdag | in a week | +1w | +7d", "2026-11-25"),
        ("next fri | fri next week | next week fri | next Friday", "2026-11-27"),
        ("+3d | in 3 days | + 3 days", "2026-11-21"),
        ("+2w | in 2 weeks", "2026-12-02"),
        ("+1m | in a month | in 1 month", "2026-12-18"),
        ("+1y", "2027-11-18"),
        ("end of month | end of the month | eom | EOM", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("24.12. | 24.12 | 24.12.2026 | 24.12.26 | 24/12 | 24/12/2026 | 2026-12-24", "2026-12-24"),
        ("24 dec | 24. dec | 24th Dec | dec 24 | December 24th, 2026 | 24 December 2026", "2026-12-24"),
        ("24. joulukuuta | 24. desember | 24 des | thu 24.12. | Thursday, 24 Dec", "2026-12-24"),
        ("18 nov | 18.11.", "2026-11-18"),
        ("17 nov | 17.11.", "2027-11-17"),
        ("17.11", "2026-11-18 17:11"),
        ("29.2.", "2028-02-29"),
        ("14.2.1974 | 14 Feb 1974", "1974-02-14"),
        ("14:00 | 14.00 | 2pm | 2 pm | 2:00 pm | at 14 | at 2pm | klo 14 | klo 14.00 | kl. 14 | today 14:00",
         "2026-11-18 14:00"),
        ("9am | 9 AM | 9:00 | 09:00", "2026-11-18 09:00"),
        ("12 am | 0:00", "2026-11-18 00:00"),
        ("12 pm", "2026-11-18 12:00"),
        ("fri 14:00 | 14:00 fri | on Friday at 14 | pe klo 14 | fre kl. 14 | fri 20.11. 14:00", "2026-11-20 14:00"),
        ("5.6 klo 14 | 5.6. 14:00 | 5 June at 2 pm", "2027-06-05 14:00"),
        ("4 Nov 2025 16:20 | 2025-11-04 16:20", "2025-11-04 16:20"),
    ],
)  # fmt: skip
def test_what_people_type(texts: str, meaning: str) -> None:
    assert {text: said(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), meaning)


@pytest.mark.parametrize("text", ["", "may", "March", "dec", "24", "14", "Eeva", "fri fri", "3d", "in days", "-3d"])
def test_what_is_no_date(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31.2.", "Feb has only 28 or 29 days"),
        ("31.4.", "Apr has only 30 days"),
        ("29.2.2027", "Feb 2027 has only 28 days"),
        ("2027-02-29", "Feb 2027 has only 28 days"),
        ("31 nov", "Nov has only 30 days"),
        ("24.13.", "no month 13"),
        ("12/24", "day first"),
        ("32.1.", "24.12."),
        ("thu 20.11.", "20 Nov 2026 is a Friday, not a Thursday"),
        ("25:00", "between 0:00 and 23:59"),
        ("fri 14:60", "between 0:00 and 23:59"),
        ("13pm", "1 and 12 with am or pm"),
        ("+9999y", "too far away"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_would_be_right(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_when(text, today=TODAY, field="due")
    assert caught.value.field == "due"
    assert reason in caught.value.reason


def test_a_month_later_is_its_last_day_at_most() -> None:
    assert parse_when("+1m", today=date(2027, 1, 31)) == When(date(2027, 2, 28), None)


@pytest.mark.parametrize(
    ("line", "text", "when"),
    [
        ("Call Eeva about cranes fri 14:00", "Call Eeva about cranes", "2026-11-20 14:00"),
        ("Call Eeva on Friday at 2 pm", "Call Eeva", "2026-11-20 14:00"),
        ("Call  Eeva,  fri ", "Call  Eeva", "2026-11-20"),
        ("Send offer by fri", "Send offer", "2026-11-20"),
        ("Send offer +3d", "Send offer", "2026-11-21"),
        ("Send offer in 2 weeks", "Send offer", "2026-12-02"),
        ("Call Eeva 24/12", "Call Eeva", "2026-12-24"),
        ("Call Eeva 24.12.", "Call Eeva", "2026-12-24"),
        ("Invoice end of month", "Invoice", "2026-11-30"),
        ("Palaveri ma klo 14.30", "Palaveri", "2026-11-23 14:30"),
        ("Palaveri to klo 14", "Palaveri", "2026-11-19 14:00"),
        ("Ring Eeva søn", "Ring Eeva", "2026-11-22"),
        ("Talk to the man fri", "Talk to the man", "2026-11-20"),
        ("Friday call Eeva", "call Eeva", "2026-11-20"),
        ("Tomorrow: call Eeva", "call Eeva", "2026-11-19"),
        ("In 3 days call Eeva", "call Eeva", "2026-11-21"),
        ("Prepare Monday meeting tomorrow", "Prepare Monday meeting", "2026-11-19"),
        ("Plan May 5", "Plan", "2027-05-05"),
    ],
)
def test_a_line_gives_its_date_away(line: str, text: str, when: str) -> None:
    name, found = split_when(line, TODAY)
    assert (name, shown(found)) == (text, when)


@pytest.mark.parametrize(
    "line",
    [
        "Meet the March team", "Plan May", "Call April", "Friday", "Friday 14:00", "next friday", "31.2.",
        "Soita ma", "Call Tor", "Move on to", "Seat next to", "Who to talk to", "la la la", "Eeva's son",
        "Read part 1/2", "Pay 14.50", "Upgrade to 5.6", "Version 2.10", "Score 99/100", "Fix 12/24", "Ratio 25:75",
        "Meeting 9:00 to 14:00", "Change the time to 14:00", "Extend it to 24.12.", "Move Monday meeting to Friday",
        "Minutes of 24.11.", "Keep it open until fri", "Report for next month", "Trip fri - sun", "Check mon fri",
        "Mon and Tue off", "Sun is shining", "Sat nav repair", "Call Eeva tomorrow about cranes", "Agent 007", ", fri",
    ],
)  # fmt: skip
def test_words_inside_a_sentence_are_left_alone(line: str) -> None:
    assert split_when(line, TODAY) == (line, None)


@pytest.mark.parametrize(("line", "reason"), [("Call Eeva 31.2.", "Feb has"), ("Call Eeva thu 20.11.", "is a Friday")])
def test_a_date_that_does_not_exist_is_said(line: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        split_when(line, TODAY)


_PIECES = (
    "fri to ma next this in on at by klo kl 14 14:00 14.30 9 am pm 24.12. 31.2. 24/12 24 dec 24. may 2026 0000-00-00"
    " 9999-12-31 + +3d +9999m days week month end of eom tomorrow i morgen , . : Eeva"
)
_TEXTS = st.text(st.characters()) | st.lists(st.sampled_from(_PIECES.split()), max_size=10).map(" ".join)


@given(_TEXTS, st.dates())
def test_nothing_that_is_typed_raises_anything_but_invalid(text: str, today: date) -> None:
    with contextlib.suppress(Invalid):
        parse_when(text, today=today)
    with contextlib.suppress(Invalid):
        name, _ = split_when(text, today)
        assert name in text
        assert bool(name) == bool(text.strip())


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.times().map(lambda t: time(t.hour, t.minute)))
def test_every_written_date_is_read_back(day: date, at: time) -> None:
    forms = (f"{day}", f"{day.day}.{day.month}.{day.year}", f"{day:%d %b %Y}", f"{day:%A} {day.day} {day:%B %Y}")
    for form in forms:
        assert parse_when(f"{form} {at:%H:%M}", today=TODAY) == When(day, at)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["mon", "wed", "sun"]))
def test_a_weekday_is_within_the_next_seven_days(today: date, name: str) -> None:
    found = parse_when(name, today=today)
    assert found is not None
    assert today < found.day <= today + timedelta(days=7)
    assert f"{found.day:%a}".lower() == name
