"""Asking the local double without waiting: a clock that goes only when it is waited for."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event

from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.double import RegistersDouble

NOKIA, EQUINOR = "0112038-9", "923609016"


class StillClock:
    """Remembers how long it was waited for; the present instant is the real one, as the double's is."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return sum(self.waits)

    def wait(self, seconds: float, until: Event) -> None:
        self.waits.append(seconds)


class HeldClock(StillClock):
    """Lets no time go by until the wait is ended from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.is_waiting = Event()

    def wait(self, seconds: float, until: Event) -> None:
        self.is_waiting.set()
        assert until.wait(20), "a wait was never ended"


def registers_of(
    double: RegistersDouble, *, seconds: float = 10.0, clock: StillClock | None = None
) -> BusinessRegisters:
    """The real client, led to the double."""
    return BusinessRegisters(double.settings._replace(seconds=seconds), clock=clock)
