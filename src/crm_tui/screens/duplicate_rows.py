"""Pairs that may be the same, as rows of a table. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from crm_tui.domain.entities import Kind
from crm_tui.screens.present import Clock
from crm_tui.store.duplicates import Dismissed, Pair, Side
from crm_tui.widgets.bars import share_bar
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.rows import Row

_BAR = 5
LIKELY_COLUMNS = (
    Column("score", "Score", width=_BAR + 4),
    Column("first", "One", width=18, flex=3),
    Column("second", "The other", width=18, flex=3),
    Column("reasons", "Why", width=26, flex=4, style="muted", drop=1),
)
DISMISSED_COLUMNS = (
    Column("first", "One", width=20, flex=3),
    Column("second", "The other", width=20, flex=3),
    Column("when", "Dismissed", width=9, style="muted"),
    Column("who", "By", width=14, flex=1, style="muted", drop=1),
)
#: what a kind is called in sentences
WORDS = {Kind.CUSTOMER: "customers", Kind.CONTACT: "contacts"}


def pair_id(pair: Pair | Dismissed) -> str:
    """What names a row."""
    return f"{pair.first.id} {pair.second.id}"


def pair_row(pair: Pair) -> Row:
    """A pair as a row: how alike, both with what tells them apart, and why."""
    bar = cell(share_bar(pair.score, _BAR), f" {pair.score:>3}")
    return Row(pair_id(pair), (bar, *_sides(pair), ", ".join(pair.reasons)))


def dismissed_row(pair: Dismissed, clock: Clock) -> Row:
    """A pair that was said to be none."""
    return Row(pair_id(pair), (*_sides(pair), clock.ago(pair.at), pair.by_name or ""))


def without(pairs: Iterable[Pair], dismissed: Iterable[Dismissed], gone: set[int]) -> list[Pair]:
    """The pairs that are still to be decided."""
    none = {frozenset((each.first.id, each.second.id)) for each in dismissed}
    return [
        pair
        for pair in pairs
        if frozenset((pair.first.id, pair.second.id)) not in none and not gone & {pair.first.id, pair.second.id}
    ]


def side_name(side: Side, kind: Kind) -> str:
    """One of a pair in a menu."""
    return f"{side.name} of {side.customer_name}" if kind is Kind.CONTACT else f"{side.name}  {side.detail}"


def _sides(pair: Pair | Dismissed) -> tuple[Cell, Cell]:
    first, second = pair.first, pair.second
    by_customer = first.customer != second.customer and pair.kind is Kind.CONTACT
    return _side(first, by_customer), _side(second, by_customer)


def _side(side: Side, by_customer: bool) -> Cell:
    detail = side.customer_name if by_customer else side.detail
    state = ("", "") if side.is_active else ("  ○ inactive", "muted")
    return cell((side.name, "name"), state, (f"  {detail}", "muted"))
