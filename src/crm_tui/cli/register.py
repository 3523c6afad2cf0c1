"""``crm-tui register``: what the business registers of Finland and Norway say of a company, without any store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from msgspec import to_builtins

from crm_tui.cli import DONE, NOTHING_FOUND, USAGE, complain, exit_code
from crm_tui.cli.progress import grouped
from crm_tui.cli.registers import asking, business_registers, lines_of, read_of, state_of, warning_of
from crm_tui.cli.settings_file import read_settings
from crm_tui.cli.tables import as_json, tab_separated, table
from crm_tui.domain.errors import RegisterFailed
from crm_tui.domain.register_entry import SOURCES, RegisterEntry, RegisterHits
from crm_tui.registers.port import Registers
from crm_tui.text import clean, pad, width
from crm_tui.zones import zone_of

_HITS_HEADER = ("id", "country", "name", "address", "state")
_TSV_HEADER = (
    "id", "country", "name", "other_names", "state", "since", "vat_registered", "visiting_address", "postal_address",
    "email", "phones", "website", "industry_code", "industry", "read_at", "attribution",
)  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Look a number up, or find companies by name."""
    number = " ".join(arguments.number).strip()
    name = (arguments.name or "").strip()
    if bool(number) == bool(name):
        complain("name one company: crm-tui register FI01120389, or crm-tui register --name TEXT")
        return USAGE
    settings = read_settings()
    registers = business_registers(settings.registers)
    if name:
        return _find(registers, name, arguments)
    with asking("the register") as stop:
        entry = registers.look_up(number, arguments.of_country, stop=stop)
    if arguments.json or arguments.tsv:
        _print([entry], arguments)
    else:
        for line in _described(entry, zone_of(settings.time_zone)):
            print(line)
    return DONE


# -- one company --------------------------------------------------------------------------------------------------


def _described(entry: RegisterEntry, zone: tzinfo) -> list[str]:
    """Everything that is known of it, a name and a value on each line."""
    told = {True: "yes", False: "no", None: ""}[entry.vat_registered]
    industry = " ".join(filter(None, (entry.industry_code, entry.industry)))
    rows: list[tuple[str, list[str | None]]] = [
        ("name", [entry.name]),
        ("other names", list(entry.other_names)),
        (_id_name(entry), [entry.number]),
        ("state", [state_of(entry)]),
        ("registered for VAT", [told]),
        ("visiting address", list(lines_of(entry.visiting))),
        ("postal address", list(lines_of(entry.postal))),
        ("e-mail", [entry.email]),
        ("phone", list(entry.phones)),
        ("website", [entry.website]),
        ("industry", [industry]),
        ("read", [read_of(entry, zone)]),
    ]
    widest = max(width(label) for label, _ in rows)
    lines = [
        f"{pad(label if place == 0 else '', widest)}  {clean(value)}"
        for label, values in rows
        for place, value in enumerate(filter(None, values))
    ]
    warning = warning_of(entry)
    return [f"! {warning}", *lines] if warning else lines


def _id_name(entry: RegisterEntry) -> str:
    if entry.country == "FI":
        return "business id"
    return "organization no." if not entry.is_subunit else "sub-unit no."


# -- companies by name --------------------------------------------------------------------------------------------


def _find(registers: Registers, name: str, arguments: argparse.Namespace) -> int:
    """Ask one register or all of them; one that fails does not take away what another one found."""
    wanted = [arguments.of_country] if arguments.of_country else list(SOURCES)
    found: list[RegisterHits] = []
    failed = DONE
    for country in wanted:
        try:
            with asking(SOURCES[country].value) as stop:
                found.append(registers.search(country, name, stop=stop))
        except RegisterFailed as error:
            complain(str(error))
            failed = exit_code(error)
    entries = [entry for hits in found for entry in hits.entries]
    if arguments.json or arguments.tsv:
        _print(entries, arguments)
    elif entries:
        for line in table(_HITS_HEADER, [_hit(entry) for entry in entries]):
            print(line)
    for hits in found:
        complain(_counted(hits))
    return failed or (DONE if entries else NOTHING_FOUND)


def _hit(entry: RegisterEntry) -> tuple[str, ...]:
    address = ", ".join(lines_of(entry.visiting or entry.postal))
    return (entry.number, entry.country, entry.name or "", address, state_of(entry))


def _counted(hits: RegisterHits) -> str:
    """``Brønnøysundregistrene, NLOD 2.0: the first 20 of 1 204 companies.``"""
    attribution = hits.source.attribution
    if not hits.total:
        return f"{attribution}: no company with that name."
    companies = f"{grouped(hits.total)} compan{'y' if hits.total == 1 else 'ies'}"
    first = f"the first {grouped(len(hits.entries))} of " if hits.total > len(hits.entries) else ""
    return f"{attribution}: {first}{companies}."


# -- for programs -------------------------------------------------------------------------------------------------


def _print(entries: Sequence[RegisterEntry], arguments: argparse.Namespace) -> None:
    if arguments.tsv:
        for line in tab_separated(_TSV_HEADER, [_cells(entry) for entry in entries]):
            print(line)
        return
    listed = [as_object(entry) for entry in entries]
    is_one = not arguments.name
    print(as_json(listed[0] if is_one else listed, is_terminal=sys.stdout.isatty()))


def as_object(entry: RegisterEntry) -> dict[str, Any]:
    """An entry for a program, with what its licence asks to be shown."""
    return {**to_builtins(entry), "source": entry.source.value, "attribution": entry.attribution}


def _cells(entry: RegisterEntry) -> tuple[str, ...]:
    told = {True: "yes", False: "no", None: ""}[entry.vat_registered]
    return (
        entry.number, entry.country, entry.name or "", "; ".join(entry.other_names), entry.state,
        str(entry.since or ""), told, ", ".join(lines_of(entry.visiting)), ", ".join(lines_of(entry.postal)),
        entry.email or "", "; ".join(entry.phones), entry.website or "", entry.industry_code or "",
        entry.industry or "", entry.fetched_at.isoformat(timespec="seconds"), entry.attribution,
    )  # fmt: skip
