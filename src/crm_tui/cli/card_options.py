"""The options of the commands about one customer: ``show``, ``note`` and ``todo``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

#: the tabs of the card, by name and by number
TABS = ("contact", "sales", "collaboration", "financials", "settings")
#: more digits are no number of ours, and more than a store can look for
_MOST_DIGITS = 15


def add_to(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the parser; ``add`` makes one with its name and what it does."""
    _show(add("show", "print the card of a customer as text, or as JSON"))
    note = add("note", "add a note to a customer")
    _adding(note, "the note; - reads it from standard input", "about the case with this number")
    todo = add("todo", "add a to-do to a customer; a date at its end is when it is due")
    what = "what to do, and when: send offer fri 14:00, call back +3d, check welds @2104; - reads standard input"
    _adding(todo, what, "on the case with this number, as @N does; on a project it is a task")


def _show(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    words = (
        "the number of the customer, an id as find --ids prints it (contact:42), or words that find it:"
        " a name, a person, a phone number, a case or an invoice"
    )
    add("words", nargs="+", metavar="NUMBER|ID|WORDS", help=words)
    numbers = tuple(str(number) for number in range(1, len(TABS) + 1))
    add("--tab", choices=(*numbers, *TABS), help="one tab of the card alone")
    add("--all", action="store_true", help="inactive contacts and closed cases, too; finds inactive customers as well")
    add("--limit", type=_lines, default=20, metavar="N", help="at most N lines of each list (20 unless given)")
    add("--json", action="store_true", help="as JSON")


def _lines(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 5 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text}: a whole number from 1 to 99999")
    return int(text)


def shown_number(text: str) -> int:
    """A number of ours; argparse says what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise argparse.ArgumentTypeError(f"{text}: a number, as the list shows it")
    return int(text)


def _adding(parser: argparse.ArgumentParser, text: str, case: str) -> None:
    parser.add_argument("number", type=shown_number, metavar="NUMBER", help="the number of the customer")
    parser.add_argument("text", nargs="+", metavar="TEXT", help=text)
    parser.add_argument("--case", type=shown_number, metavar="N", help=case)
    once = "add it at most once under this key, however often it is tried"
    parser.add_argument("--once", metavar="KEY", help=once)
