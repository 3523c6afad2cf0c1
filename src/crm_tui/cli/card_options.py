"""The options of the commands about one customer: ``note`` and ``todo``."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_to(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the parser; ``add`` makes one with its name and what it does."""
    note = add("note", "add a note to a customer")
    _adding(note, "the note; - reads it from standard input", "about the case with this number")
    todo = add("todo", "add a to-do to a customer; a date at its end is when it is due")
    what = "what to do, and when: send offer fri 14:00, call back +3d, check welds @2104; - reads standard input"
    _adding(todo, what, "on the case with this number, as @N does; on a project it is a task")


def _adding(parser: argparse.ArgumentParser, text: str, case: str) -> None:
    parser.add_argument("number", type=int, metavar="NUMBER", help="the number of the customer")
    parser.add_argument("text", nargs="+", metavar="TEXT", help=text)
    parser.add_argument("--case", type=int, metavar="N", help=case)
    once = "add it at most once under this key, however often it is tried"
    parser.add_argument("--once", metavar="KEY", help=once)
