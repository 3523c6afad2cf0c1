"""The customers list as a file: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import UNSET, json

from crm_tui.domain.money import format_amount
from crm_tui.interchange.csv_out import csv_lines
from crm_tui.interchange.files import any_room, new_file
from crm_tui.store.customers import CustomerQuery, CustomerRow, Sum
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store

_PAGE = 500
_HEAD = ("Number", "Name", "City", "Owner", "Phone", "Open value", "Last activity", "Active")


class _Stopped(Exception):
    """The user wants no file after all."""


def write_customers(
    store: Store,
    query: CustomerQuery,
    path: Path,
    *,
    overwrite: bool = False,
    check_room: Callable[[], None] = any_room,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda done: None,
) -> Count | None:
    """Write all customers that a list reaches; returns how many, capped where the list itself is cut off and more
    match, or None if ``stop`` said so (then there is no file).

    Raises Taken where the file exists and ``overwrite`` is not set.
    """
    number = 0

    def counted() -> Iterator[CustomerRow]:
        nonlocal number
        for row in _rows(store, query):
            if number % _PAGE == 0:
                if stop():
                    raise _Stopped
                progress(number)
            number += 1
            yield row

    try:
        with new_file(path, overwrite=overwrite, check_room=check_room) as file:
            for line in _json(counted()) if path.suffix == ".json" else _csv(counted()):
                file.write(line.encode())
    except _Stopped:
        return None
    return Count(number, store.customers.count(query, exact=True).capped)


def _rows(store: Store, query: CustomerQuery) -> Iterator[CustomerRow]:
    request = PageRequest(limit=_PAGE)
    while True:
        page = store.customers.page(query, request)
        yield from page.rows
        if not page.more or not page.cursors:
            return
        request = PageRequest(limit=_PAGE, after=page.cursors[-1])


def _csv(rows: Iterator[CustomerRow]) -> Iterator[str]:
    yield from csv_lines(_HEAD, map(_cells, rows), phone_columns=frozenset({"Phone"}))


def _cells(row: CustomerRow) -> tuple[str, ...]:
    last = row.last_activity.isoformat(timespec="seconds") if row.last_activity else ""
    value = "hidden" if row.open_value is UNSET else _sum(row.open_value)
    return (
        str(row.number), row.name, row.city or "", row.owner_name or "", row.phone or "", value, last,
        "yes" if row.is_active else "no",
    )  # fmt: skip


def _sum(total: Sum) -> str:
    amounts = [f"{format_amount(each, True, blank='')} {each.currency}" for each in total.amounts]
    return " + ".join(amounts) + (f" (+ {total.left_out} hidden)" if total.left_out else "")


def _json(rows: Iterator[CustomerRow]) -> Iterator[str]:
    """A list of objects, one a line; hidden figures are left out."""
    yield "["
    for place, row in enumerate(rows):
        yield ("," if place else "") + "\n" + json.encode(_object(row)).decode()
    yield "\n]\n"


def _object(row: CustomerRow) -> dict[str, Any]:
    found = {field: getattr(row, field) for field in row.__struct_fields__}
    return {field: value for field, value in found.items() if value is not UNSET}
