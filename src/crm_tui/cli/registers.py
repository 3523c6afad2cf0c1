"""The business registers as the settings say, and what the commands that ask them share."""

from __future__ import annotations

from threading import Lock

from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterHits
from crm_tui.domain.vat import RegisterCountry
from crm_tui.registers.port import Registers, Stop
from crm_tui.registers.settings import RegisterSettings
from crm_tui.text import clean


class RegistersWhenAsked:
    """The registers, whose clients are loaded when one is asked for the first time: most runs never do."""

    def __init__(self, settings: RegisterSettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._clients: Registers | None = None

    def look_up(self, number: str, customer_country: str | None = None, *, stop: Stop | None = None) -> RegisterEntry:
        """The company with this VAT number or id."""
        return self._loaded().look_up(number, customer_country, stop=stop)

    def search(self, country: RegisterCountry, name: str, *, stop: Stop | None = None) -> RegisterHits:
        """The first companies that a register finds by a name."""
        return self._loaded().search(country, name, stop=stop)

    def _loaded(self) -> Registers:
        with self._lock:
            if self._clients is None:
                from crm_tui.registers.clients import BusinessRegisters

                self._clients = BusinessRegisters(self._settings)
            return self._clients


def lines_of(address: RegisterAddress | None) -> tuple[str, ...]:
    """An address as the register writes it, the country as its code."""
    if address is None:
        return ()
    place = " ".join(filter(None, (address.postal_code, address.city)))
    return tuple(filter(None, (*address.lines, place, address.country)))


def state_of(entry: RegisterEntry) -> str:
    """``active``, ``ceased since 2019-05-02``."""
    return f"{entry.state} since {entry.since}" if entry.since else str(entry.state)


def warning_of(entry: RegisterEntry) -> str:
    """What is to be known of a company that is not active, as a sentence; empty of one that is."""
    if entry.state == "active":
        return ""
    nothing = " Nothing of it is proposed to be taken." if entry.state.is_over else ""
    return clean(f"{entry.name or entry.number} is {state_of(entry)}, says {entry.source}.{nothing}")
