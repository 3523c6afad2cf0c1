"""``crm-tui note`` and ``crm-tui todo``: one thing added to a customer, from the shell."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from crm_tui.cli import DONE, USAGE, complain
from crm_tui.cli.opening import clock, open_existing
from crm_tui.cli.settings_file import read_settings
from crm_tui.config import Settings
from crm_tui.domain.activities import NewNote
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import AlreadySaved, Invalid, NotFound
from crm_tui.domain.todo_line import check_said, meant
from crm_tui.store.cases import CaseChoice
from crm_tui.store.open_cases import open_cases
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.when import describe
from crm_tui.zones import zone_of

_PAGE = 500
_FROM_STANDARD_INPUT = "-"


def run(arguments: argparse.Namespace) -> int:
    """Add it, and say what was added; under a key that was used before nothing is added again."""
    settings = read_settings()
    text = _text(arguments.text)
    if not text:
        complain("there is nothing to add: say it after the number, or give it on standard input with -")
        return USAGE
    add = _add_note if arguments.command == "note" else _add_todo
    with closing(open_existing(arguments)) as store:
        customer = store.customers.by_number(arguments.number)
        writer = store.once(arguments.once) if arguments.once else store
        try:
            added = add(store, writer, customer, text, arguments.case, settings)
        except AlreadySaved:
            complain(f"saved already under the key {arguments.once}; nothing was added.")
            return DONE
    print(clean(f"Added to {customer.number} {customer.name}: {added}"))
    _say_how_back(settings, arguments)
    return DONE


def _text(words: list[str]) -> str:
    """What was typed, or is on standard input. Raises Invalid for what is no text."""
    if words != [_FROM_STANDARD_INPUT]:
        return " ".join(words).strip()
    try:
        return sys.stdin.read().strip()
    except UnicodeDecodeError as error:
        raise Invalid(
            "standard input", f"is not text in {error.encoding}; convert it, for example with iconv"
        ) from error


def _add_note(store: Store, writer: Store, customer: Customer, text: str, case: int | None, settings: Settings) -> str:
    on = _case(store, customer, case) if case is not None else None
    writer.notes.create(NewNote(customer=customer.id, text=text, case=on))
    where = f" on {case}" if case is not None else ""
    return f"note{where}, “{_short(text)}”"


def _add_todo(store: Store, writer: Store, customer: Customer, text: str, case: int | None, settings: Settings) -> str:
    zone = zone_of(settings.time_zone)
    today = clock().astimezone(zone).date()
    if case is not None:
        _case(store, customer, case)
    line = f"{text} @{case}" if case is not None else text
    try:
        todo = meant(line, open_cases(store, customer.id, today), today)
        check_said(todo)
    except Invalid as error:
        raise Invalid("to-do" if error.field == "line" else error.field, error.reason) from error
    writer.activities.create(todo.new(customer.id, today, zone))
    of = f" of {todo.case.name}" if todo.case else ""
    due = describe(todo.when, today, settings.dates) if todo.when else "today"
    return f"{todo.kind.value}{of}, “{_short(todo.name)}”, due {due}"


def _case(store: Store, customer: Customer, number: int) -> int:
    """The id of a case of the customer, open or over."""
    today = clock().date()
    request = PageRequest(limit=_PAGE)
    while True:
        page = store.cases.listed(customer.id, CaseChoice.ALL, request, today)
        found = next((row.case.id for row in page.rows if row.case.number == number), None)
        if found is not None:
            return found
        if not page.more or not page.cursors:
            raise NotFound(f"case of {customer.name} with the number", number)
        request = PageRequest(limit=_PAGE, after=page.cursors[-1])


def _short(text: str) -> str:
    """Its first line, or what fits."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def _say_how_back(settings: Settings, arguments: argparse.Namespace) -> None:
    """The way back is the screen's: undo knows what was added here, too."""
    key = settings.keys.shown("app.undo")
    press = f"press {key}" if key else "choose Undo in the palette"
    complain(f"to take it back, {press} in crm-tui; it is the newest of your changes there.")
