"""``crm-tui duplicates``: customers or contacts that may be the same, the likeliest first, or the note that two are
not. Customers are named by their numbers, contacts by the ids that are listed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import closing
from functools import partial

from msgspec.structs import replace

from crm_tui.cli import DONE, NOTHING_FOUND, complain
from crm_tui.cli.opening import open_existing
from crm_tui.cli.progress import Progress, grouped
from crm_tui.cli.tables import as_json, tab_separated, table
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.likeness import LIKELY
from crm_tui.store.duplicates import Pair, Pairs, Side
from crm_tui.store.port import Store

KINDS = {"customers": Kind.CUSTOMER, "contacts": Kind.CONTACT}
_HEADERS = {
    Kind.CUSTOMER: ("score", "number", "customer", "number", "customer", "reasons"),
    Kind.CONTACT: ("score", "id", "contact", "customer", "id", "contact", "customer", "reasons"),
}
_TSV_HEADERS = {
    Kind.CUSTOMER: ("score", "number", "customer", "other_number", "other_customer", "reasons"),
    Kind.CONTACT: (
        "score", "id", "contact", "customer", "other_id", "other_contact", "other_customer", "reasons",
    ),
}  # fmt: skip
_NUMBERS = frozenset(("score", "number", "id"))


def run(arguments: argparse.Namespace) -> int:
    """List them, or note that two are none."""
    kind = KINDS[arguments.kind]
    with closing(open_existing(arguments)) as store:
        if arguments.dismiss:
            return _dismiss(store, kind, *arguments.dismiss)
        with Progress(f"Comparing {arguments.kind}") as progress:
            least = LIKELY if arguments.min is None else arguments.min
            found = store.duplicates.pairs(kind, limit=arguments.limit, least=least, compared=progress.step)
        numbers = _numbers(store, kind, found)
    found = _present(found, numbers)
    if not found.pairs and not arguments.json:
        complain(f"no duplicates among {grouped(found.compared)} {arguments.kind}.")
        return NOTHING_FOUND
    _print(found, kind, numbers, arguments)
    return DONE if found.pairs else NOTHING_FOUND


def _dismiss(store: Store, kind: Kind, one: int, other: int) -> int:
    if kind is Kind.CUSTOMER:
        one, other = (store.customers.by_number(number).id for number in (one, other))
    store.duplicates.dismiss(kind, one, other)
    return DONE


def _numbers(store: Store, kind: Kind, found: Pairs) -> Mapping[int, int]:
    """What the two of each pair are called by: id -> number; without customers that went since they were compared."""
    ids = {side.id for pair in found.pairs for side in (pair.first, pair.second)}
    if kind is Kind.CONTACT:
        return {key: key for key in ids}
    numbers = {}
    for key in ids:
        try:
            numbers[key] = store.customers.get(key).number
        except NotFound:
            continue
    return numbers


def _present(found: Pairs, numbers: Mapping[int, int]) -> Pairs:
    """The pairs of which both are there."""
    pairs = tuple(pair for pair in found.pairs if pair.first.id in numbers and pair.second.id in numbers)
    return replace(found, pairs=pairs, total=found.total - len(found.pairs) + len(pairs))


def _print(found: Pairs, kind: Kind, numbers: Mapping[int, int], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(as_json([_as_json(pair, numbers) for pair in found.pairs], is_terminal=sys.stdout.isatty()))
        return
    rows = [_cells(pair, kind, numbers) for pair in found.pairs]
    as_tabs, as_table = partial(tab_separated, _TSV_HEADERS[kind]), partial(table, _HEADERS[kind], numbers=_NUMBERS)
    for line in (as_tabs if arguments.tsv else as_table)(rows):
        print(line)
    shown = f"the likeliest {grouped(len(rows))} of " if found.total > len(rows) else ""
    pairs = f"{grouped(found.total)} pair{'' if found.total == 1 else 's'}"
    complain(f"{shown}{pairs} among {grouped(found.compared)} {arguments.kind}.")


def _cells(pair: Pair, kind: Kind, numbers: Mapping[int, int]) -> tuple[str, ...]:
    sides = [cell for side in (pair.first, pair.second) for cell in _side(side, kind, numbers)]
    return (str(pair.score), *sides, "; ".join(pair.reasons))


def _side(side: Side, kind: Kind, numbers: Mapping[int, int]) -> tuple[str, ...]:
    name = side.name if side.is_active else f"{side.name} (inactive)"
    customer = (side.customer_name,) if kind is Kind.CONTACT else ()
    return (str(numbers[side.id]), name, *customer)


def _as_json(pair: Pair, numbers: Mapping[int, int]) -> dict[str, object]:
    return {
        "score": pair.score,
        "reasons": pair.reasons,
        "first": _side_json(pair.first, numbers),
        "second": _side_json(pair.second, numbers),
    }


def _side_json(side: Side, numbers: Mapping[int, int]) -> dict[str, object]:
    return {
        "number": numbers[side.id],
        "name": side.name,
        "detail": side.detail,
        "customer": side.customer_name,
        "is_active": side.is_active,
    }
