"""The business registers for the demo company: on this machine, over real HTTP, without a network."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING

from crm_tui.domain.register_entry import RegisterEntry, RegisterHits
from crm_tui.domain.vat import RegisterCountry
from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.port import Registers
from crm_tui.store.port import Store
from crm_tui.waiting.stop import Stop

if TYPE_CHECKING:
    from crm_tui.registers.double import RegistersDouble


def local_double(store: Store, today: dt.date) -> RegistersDouble:
    """The local double, which knows the customers of the store, too."""
    from crm_tui.demo.register_answers import DemoRegisters
    from crm_tui.registers.double import RegistersDouble

    return RegistersDouble(DemoRegisters(store, today))


class LocalRegisters:
    """Begins to serve when it is first asked, so that looking around starts no sooner; until it is closed."""

    def __init__(self, store: Store, today: dt.date) -> None:
        self._store = store
        self._today = today
        self._lock = Lock()
        self._serving = ExitStack()
        self._client: Registers | None = None

    def look_up(self, number: str, customer_country: str | None = None, *, stop: Stop | None = None) -> RegisterEntry:
        """See Registers."""
        return self._asked().look_up(number, customer_country, stop=stop)

    def search(self, country: RegisterCountry, name: str, *, stop: Stop | None = None) -> RegisterHits:
        """See Registers."""
        return self._asked().search(country, name, stop=stop)

    def close(self) -> None:
        """Serve no more."""
        with self._lock:
            self._client = None
            self._serving.close()

    def _asked(self) -> Registers:
        with self._lock:
            if self._client is None:
                double = self._serving.enter_context(local_double(self._store, self._today))
                self._client = BusinessRegisters(double.settings)
            return self._client
