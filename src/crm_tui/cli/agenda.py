"""``crm-tui agenda``: what the actor has to do next, over all customers."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from contextlib import closing
from typing import Any

from crm_tui.cli import DONE, NOTHING_FOUND, complain
from crm_tui.cli.opening import clock, open_existing
from crm_tui.cli.progress import grouped
from crm_tui.cli.settings_file import read_settings
from crm_tui.cli.tables import as_json, tab_separated, table
from crm_tui.domain.activities import TICKED
from crm_tui.store.activities import AgendaRow, FeedPart
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store
from crm_tui.zones import zone_of

_DAY = dt.timedelta(days=1)
_HEADER = ("when", "kind", "name", "customer", "case")
_PAGE = 200


def run(arguments: argparse.Namespace) -> int:
    """List them, soonest first."""
    zone = zone_of(read_settings().time_zone)
    now = clock()
    today = now.astimezone(zone).date()
    with closing(open_existing(arguments)) as store:
        rows = planned(store, now, zone, today + arguments.days * _DAY)
        counted = store.activities.agenda_counts(now, today).planned
    if arguments.json:
        print(as_json([_object(row, today) for row in rows], is_terminal=sys.stdout.isatty()))
    elif rows:
        cells = [_cells(row, zone, today, iso=arguments.tsv) for row in rows]
        for line in tab_separated(_HEADER, cells) if arguments.tsv else table(_HEADER, cells):
            print(line)
    _say(len(rows), counted, arguments.days)
    return DONE if rows else NOTHING_FOUND


def planned(store: Store, now: dt.datetime, zone: dt.tzinfo, last: dt.date) -> list[AgendaRow]:
    """What is late, under way, or planned up to a day."""
    rows: list[AgendaRow] = []
    request = PageRequest(limit=_PAGE)
    while True:
        page = store.activities.agenda(FeedPart.PLANNED, request, now, now.astimezone(zone).date())
        for row in page.rows:
            day = day_of(row, zone)
            # plain dates and instants stand in one order, in which a day abroad may begin earlier
            if day is None or day > last + _DAY:
                return rows
            if day <= last:
                rows.append(row)
        if not page.more or not page.cursors:
            return rows
        request = PageRequest(limit=_PAGE, after=page.cursors[-1])


def day_of(row: AgendaRow, zone: dt.tzinfo) -> dt.date | None:
    """The day on which it is due or begins."""
    return row.row.at.astimezone(zone).date() if row.row.at else row.row.on


def _is_late(row: AgendaRow, today: dt.date) -> bool:
    return row.row.kind in TICKED and row.row.on is not None and row.row.on < today


def _cells(row: AgendaRow, zone: dt.tzinfo, today: dt.date, *, iso: bool) -> tuple[str, ...]:
    case = f"{row.row.case_number} {row.case_name}" if row.case_name else ""
    return (_when(row, zone, today, iso=iso), row.row.kind, row.row.name, row.customer_name or "", case)


def _when(row: AgendaRow, zone: dt.tzinfo, today: dt.date, *, iso: bool) -> str:
    """``2026-11-20 14:00``; for people also the weekday, and what is late."""
    day = day_of(row, zone)
    if day is None:
        return ""
    time = f" {row.row.at.astimezone(zone):%H:%M}" if row.row.at else ""
    if iso:
        return f"{day}{time}"
    return f"{day:%a} {day}{time}{' late' if _is_late(row, today) else ''}"


def _object(row: AgendaRow, today: dt.date) -> dict[str, Any]:
    one = row.row
    return {
        "id": one.id, "kind": one.kind, "type": one.type_name, "name": one.name, "at": one.at, "on": one.on,
        "until": one.until, "late": _is_late(row, today), "customer": row.customer,
        "customer_name": row.customer_name, "case_number": one.case_number, "case_name": row.case_name,
    }  # fmt: skip


def _say(shown: int, counted: Count, days: int) -> None:
    """What the list does not show."""
    rest = counted.number - shown
    if rest > 0:
        more = f"{'more than ' if counted.capped else ''}{grouped(rest)} more"
        complain(f"{more} planned later than in {days} days, or without a date; --days N looks further.")
    elif not shown:
        complain("nothing is planned for you.")
