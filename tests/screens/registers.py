"""Registers that answer what a test gives them, at once or when they are let go."""

from __future__ import annotations

from threading import Event

from crm_tui.domain.errors import CrmError, Interrupted, NotInRegister
from crm_tui.domain.register_entry import SOURCES, RegisterEntry, RegisterHits
from crm_tui.domain.vat import RegisterCountry, register_number
from crm_tui.registers.port import MOST_HITS
from crm_tui.waiting.stop import Stop


class FakeRegisters:
    """``entries`` by their number; ``failure`` is raised instead, once it is given. While ``held`` nothing is
    answered. ``asked`` has the numbers and names that came."""

    def __init__(self, *entries: RegisterEntry) -> None:
        self.entries = {entry.number: entry for entry in entries}
        self.failure: CrmError | None = None
        self.asked: list[str] = []
        self._waiting: list[str] = []
        self._may_go = Event()
        self._may_go.set()

    def hold(self) -> None:
        """Answer nothing until let go, or stopped."""
        self._may_go.clear()

    def let_go(self) -> None:
        """Answer again."""
        self._may_go.set()

    @property
    def waiting(self) -> int:
        """How many questions are held back."""
        return 0 if self._may_go.is_set() else len(self._waiting)

    def look_up(self, number: str, customer_country: str | None = None, *, stop: Stop | None = None) -> RegisterEntry:
        asked = register_number(number, customer_country)
        self._come(asked.id, stop)
        found = self.entries.get(asked.id)
        if found is None:
            source = SOURCES[asked.country].value
            raise NotInRegister(source, asked.id, f"{source} has no company with the id {asked.id}.")
        return found

    def search(self, country: RegisterCountry, name: str, *, stop: Stop | None = None) -> RegisterHits:
        self._come(name, stop)
        wanted = name.casefold()
        found = [
            entry
            for entry in self.entries.values()
            if entry.country == country and wanted in (entry.name or "").casefold()
        ]
        return RegisterHits(source=SOURCES[country], entries=tuple(found[:MOST_HITS]), total=len(found))

    def _come(self, asked: str, stop: Stop | None) -> None:
        self.asked.append(asked)
        if stop is not None:
            stop.then(self._may_go.set)
        self._waiting.append(asked)
        is_let_go = self._may_go.wait(20)
        self._waiting.remove(asked)
        if not is_let_go:
            raise AssertionError("a held register was never let go")
        if stop is not None and stop.is_set:
            raise Interrupted
        if self.failure is not None:
            raise self.failure
