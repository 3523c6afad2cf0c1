"""The business registers as the settings say, and what the commands that ask them share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo

from crm_tui.cli.progress import Progress
from crm_tui.domain.countries import country_name
from crm_tui.domain.errors import Interrupted
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState
from crm_tui.domain.register_update import source_of
from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.pace import Pace
from crm_tui.registers.port import Registers
from crm_tui.registers.settings import RegisterSettings
from crm_tui.text import clean
from crm_tui.waiting.stop import Stop


def business_registers(settings: RegisterSettings, per_second: float | None = None) -> Registers:
    """Both registers, asked at most so many times a second. Nothing of the network is loaded before one is asked."""
    return BusinessRegisters(settings, pace=Pace(per_second) if per_second is not None else None)


@contextmanager
def asking(what: str) -> Iterator[Stop]:
    """While a register is asked: says so on a terminal, where Esc ends the question at once. Raises
    KeyboardInterrupt then."""
    stop = Stop()
    with Progress(f"Asking {what}", stop.set) as progress:
        progress.say(f"Asking {what}")
        try:
            yield stop
        except Interrupted:
            raise KeyboardInterrupt from None


def lines_of(address: RegisterAddress | None) -> tuple[str, ...]:
    """An address as the register writes it, the country by its name."""
    if address is None:
        return ()
    place = " ".join(filter(None, (address.postal_code, address.city)))
    country = country_name(address.country) if address.country else None
    return tuple(filter(None, (*address.lines, place, country)))


def state_of(entry: RegisterEntry) -> str:
    """``active``, ``ceased since 2019-05-02``."""
    return f"{entry.state} since {entry.since}" if entry.since else str(entry.state)


def read_of(entry: RegisterEntry, zone: tzinfo) -> str:
    """When it was read, with what its licence asks for: ``2026-11-18 14:02, PRH, CC BY 4.0``."""
    return f"{_read_at(entry, zone)}, {entry.attribution}"


def origin_of(entry: RegisterEntry, zone: tzinfo) -> str:
    """Where it is from, in full: ``PRH, business id 0112038-9, read 2026-11-18 14:02 (CC BY 4.0)``."""
    licence = entry.attribution.removeprefix(f"{entry.source.value}, ")
    return f"{source_of(entry)}, read {_read_at(entry, zone)} ({licence})"


def _read_at(entry: RegisterEntry, zone: tzinfo) -> str:
    return f"{entry.fetched_at.astimezone(zone):%Y-%m-%d %H:%M}"


def warning_of(entry: RegisterEntry) -> str:
    """What is to be known of a company that is not active, as a sentence; empty of one that is."""
    if entry.state is RegisterState.ACTIVE:
        return ""
    nothing = " Nothing of it is proposed to be taken." if entry.state.is_over else ""
    return clean(f"{entry.name or entry.number}: {state_of(entry)}, says {entry.source}.{nothing}")
