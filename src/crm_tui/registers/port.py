"""The registers as the rest of the program knows them.

Calls are synchronous, take a few seconds at most, and are made in worker threads. Failures are NotInRegister,
RegisterFailed, Invalid for what is no number of a register, and Interrupted for a call that was stopped.
"""

from __future__ import annotations

from typing import Protocol

from crm_tui.domain.register_entry import RegisterEntry, RegisterHits
from crm_tui.domain.vat import RegisterCountry
from crm_tui.waiting.stop import Stop

#: how many of those that a register found by name are shown
MOST_HITS = 20


class Registers(Protocol):
    """The registers of all countries that can be asked."""

    def look_up(self, number: str, customer_country: str | None = None, *, stop: Stop | None = None) -> RegisterEntry:
        """The company with this VAT number or id, in the register of its country (domain.vat.register_number). What
        is no such number raises Invalid and never leaves the machine."""
        ...

    def search(self, country: RegisterCountry, name: str, *, stop: Stop | None = None) -> RegisterHits:
        """The first MOST_HITS companies that the register finds by a name."""
        ...
