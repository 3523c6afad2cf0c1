"""``crm-tui update-customer``: a customer beside its business register, and what changed there taken over as one
change. What is taken unless it is named is what the dialog on the card ticks at first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import tzinfo
from typing import NamedTuple

from crm_tui.cli import CONFLICT, DONE, ERROR, complain
from crm_tui.cli.comparing import cell
from crm_tui.cli.opening import open_existing
from crm_tui.cli.register import as_object
from crm_tui.cli.registers import asking, business_registers, origin_of, warning_of
from crm_tui.cli.settings_file import read_settings
from crm_tui.cli.tables import as_json, tab_separated, table
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, Denied
from crm_tui.domain.permissions import Action, may
from crm_tui.domain.register_entry import SOURCES, RegisterEntry
from crm_tui.domain.register_update import Compared, OnCard, Take, Which, compare, first_shown, update_of
from crm_tui.domain.vat import register_country
from crm_tui.registers.port import Registers
from crm_tui.store.on_card import Cards
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.zones import zone_of

_HEADER = ("", "what", "on the card", "in the register", "")
_TSV_HEADER = ("what", "ours", "theirs", "verdict", "taken")


class _Outcome(NamedTuple):
    """A customer compared with its register, and what of it is taken."""

    card: OnCard
    entry: RegisterEntry
    which: Which
    rows: tuple[Compared, ...]
    taken: frozenset[Take]

    @property
    def words(self) -> str:
        """What is taken: ``name, address``."""
        return ", ".join(take for take in Take if take in self.taken)


def run(arguments: argparse.Namespace) -> int:
    """Compare, and write what is taken."""
    settings = read_settings()
    registers = business_registers(settings.registers)
    with closing(open_existing(arguments)) as store:
        customer = store.customers.by_number(arguments.number)
        if not arguments.dry_run:
            _need_edit(store)
        outcome = _compared(store, registers, customer, arguments)
        if isinstance(outcome, str):
            complain(f"customer {customer.number}, {clean(customer.name)}, is not updated from a register: {outcome}.")
            return ERROR
        if not arguments.json:
            _print(outcome, tsv=arguments.tsv)
        if outcome.taken and not arguments.dry_run:
            try:
                _take(store, outcome)
            except Conflict as error:
                complain(f"{error} Nothing was taken: run the command again to compare anew.")
                return CONFLICT
    if arguments.json:
        print(as_json(_object(outcome, dry_run=arguments.dry_run), is_terminal=sys.stdout.isatty()))
    _say(outcome, arguments, zone_of(settings.time_zone))
    return DONE


def _need_edit(store: Store) -> None:
    """Who may not write learns it before the register is asked; the store refuses in either case."""
    decision = may(store.users.me().profile, Action.EDIT, Kind.CUSTOMER)
    if decision.missing:
        raise Denied("change customers", decision.missing)


def _compared(store: Store, registers: Registers, customer: Customer, arguments: argparse.Namespace) -> _Outcome | str:
    """The comparison, or why there is none."""
    if customer.is_internal:
        return "it is your own company, which can't be changed here"
    card = Cards(store).of(customer)
    country = card.headquarters.country if card.headquarters else None
    choice = register_country(card.customer.vat_number, country)
    if choice.business_id is None or choice.country is None:
        return choice.reason or "no register knows it"
    with asking(SOURCES[choice.country].value) as stop:
        entry = registers.look_up(choice.business_id, choice.country, stop=stop)
    which = Which.POSTAL if arguments.postal else first_shown(entry)
    rows = compare(card, entry, which)
    return _Outcome(card, entry, which, rows, _chosen(rows, arguments.take))


def _chosen(rows: Sequence[Compared], named: Collection[Take] | None) -> frozenset[Take]:
    if named is None:
        return frozenset(row.take for row in rows if row.is_proposed)
    return frozenset(row.take for row in rows if row.take in named and row.can_be_taken)


def _take(store: Store, outcome: _Outcome) -> None:
    store.customers.take_from_register(update_of(outcome.card, outcome.entry, outcome.which, outcome.taken))


# -- telling ------------------------------------------------------------------------------------------------------


def _print(outcome: _Outcome, *, tsv: bool) -> None:
    if tsv:
        lines = tab_separated(_TSV_HEADER, [_values(row, outcome.taken) for row in outcome.rows])
    else:
        lines = table(_HEADER, [_cells(row, outcome.taken) for row in outcome.rows])
    for line in lines:
        print(line)


def _values(row: Compared, taken: Collection[Take]) -> tuple[str, ...]:
    is_taken = "yes" if row.take in taken else "no"
    return (row.take, cell(row, row.ours), cell(row, row.theirs), row.verdict, is_taken)


def _cells(row: Compared, taken: Collection[Take]) -> tuple[str, ...]:
    verdict = ": ".join(filter(None, (row.verdict, row.refusal or row.note)))
    return ("[x]" if row.take in taken else "[ ]", row.take, cell(row, row.ours), cell(row, row.theirs), verdict)


def _object(outcome: _Outcome, *, dry_run: bool) -> dict[str, object]:
    return {
        "customer": outcome.card.customer.number,
        "register": as_object(outcome.entry),
        "address": outcome.which,
        "rows": [
            {
                "what": row.take,
                "ours": row.ours,
                "theirs": row.theirs,
                "verdict": row.verdict,
                "refusal": row.refusal or None,
                "note": row.note or None,
                "proposed": row.is_proposed,
                "taken": row.take in outcome.taken,
            }
            for row in outcome.rows
        ],
        "changed": bool(outcome.taken) and not dry_run,
    }


def _say(outcome: _Outcome, arguments: argparse.Namespace, zone: tzinfo) -> None:
    """Where it is from, what was asked for and not taken, and what became of the customer."""
    warning = warning_of(outcome.entry)
    if warning:
        complain(warning)
    complain(f"{origin_of(outcome.entry, zone)}.")
    for row in outcome.rows:
        if arguments.take and row.take in arguments.take and not row.can_be_taken:
            complain(f"{row.take} is not taken: {row.refusal or _WHY_NOT[row.verdict]}.")
    customer = outcome.card.customer.number
    if not outcome.taken:
        complain(f"nothing to take: customer {customer} stays as it is.")
    elif arguments.dry_run:
        complain(f"this was a trial, nothing was changed; it would take: {outcome.words}.")
    else:
        complain(f"customer {customer} took: {outcome.words}. To take it back, open crm-tui and press u (undo).")


_WHY_NOT = {"same": "it is the same already", "not published": "the register does not publish it"}
