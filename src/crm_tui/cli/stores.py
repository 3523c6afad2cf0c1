"""``crm-tui stores``: the stores that are known, where they are, and whether they answer."""

from __future__ import annotations

import argparse
import sys

from crm_tui.cli import DONE, NOTHING_FOUND, complain, known_stores
from crm_tui.cli.opening import login_of, place_of
from crm_tui.cli.progress import grouped
from crm_tui.cli.tables import as_json, tab_separated, table
from crm_tui.text import clean

_HEADER = ("name", "kind", "answers", "user", "customers", "version", "where")


def run(arguments: argparse.Namespace) -> int:
    """List them, or copy one."""
    if arguments.stores == "copy":
        from crm_tui.cli import stores_copy

        return stores_copy.run(arguments)
    found = known_stores.asked(login_of(arguments), place_of(arguments))
    if arguments.json:
        print(as_json([_described(each) for each in found], is_terminal=sys.stdout.isatty()))
    elif found:
        rows = [_row(each, is_plain=arguments.tsv) for each in found]
        lines = tab_separated(_HEADER, rows) if arguments.tsv else table(_HEADER, rows, numbers=("customers",))
        for line in lines:
            print(line)
        for each in found if not arguments.tsv else ():
            if each.trouble:
                complain(f"{clean(each.place.name)}: {each.trouble}")
    else:
        complain("there is none yet: crm-tui makes one, and docs/CONFIG.md says how others get a name")
    return DONE if found else NOTHING_FOUND


def _row(known: known_stores.Known, *, is_plain: bool) -> tuple[str, ...]:
    mark = " *" if known.is_default and not is_plain else ""
    customers = "" if known.customers is None else str(known.customers) if is_plain else grouped(known.customers)
    answers = "no" if known.trouble else "yes"
    return (known.place.name + mark, known.place.kind, answers, known.user, customers, known.version, known.place.where)


def _described(known: known_stores.Known) -> dict[str, object]:
    return {
        "name": known.place.name,
        "kind": known.place.kind,
        "where": known.place.where,
        "is_default": known.is_default,
        "answers": not known.trouble,
        "trouble": known.trouble or None,
        "user": known.user or None,
        "customers": known.customers,
        "version": known.version or None,
    }
