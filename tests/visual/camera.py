"""Takes a picture of the program after something was done in it, and compares it with the one that is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.conftest import SnapCompare
from tests.driver import Crm, crm_app
from textual.pilot import Pilot

from crm_tui.registers.port import Registers
from crm_tui.store.sql.store import SqlStore

Act = Callable[[Crm], Awaitable[None]]
_WIDE = pytest.param((200, 60), id="200x60")
#: the widest with the long runs: what it shows is in the others, too, with less room
SIZES = [
    *(pytest.param((width, height), id=f"{width}x{height}") for width, height in ((80, 24), (120, 40))),
    pytest.param(*_WIDE.values, id=_WIDE.id, marks=pytest.mark.soak),
]
#: where the room itself is what is looked at
EVERY_SIZE = [*SIZES[:-1], _WIDE]
#: for pictures of which there are many: the smallest size with the tests, all of them with the long runs
MOSTLY_LATER = [SIZES[0], *(pytest.param(*size.values, id=size.id, marks=pytest.mark.soak) for size in SIZES[1:])]
THEMES = ["crm-light", pytest.param("crm-contrast", marks=pytest.mark.soak), "ansi-dark"]


class Camera:
    """Takes a picture of the program after something was done in it."""

    def __init__(self, compare: SnapCompare, open_sample: Callable[[str], SqlStore], folder: Path) -> None:
        self._compare = compare
        self._open = open_sample
        self._folder = folder

    def __call__(
        self, act: Act, *, size: tuple[int, int] = (120, 40), theme: str = "crm-dark", login: str = "sanna",
        registers: Registers | None = None,
    ) -> bool:  # fmt: skip
        """Whether it looks as it did."""
        app = crm_app(self._open(login), self._folder, theme=theme, registers=registers)

        async def run(pilot: Pilot[None]) -> None:
            crm = Crm(app, pilot)
            await crm.settle()
            await act(crm)
            await crm.rest()

        return self._compare(app, terminal_size=size, run_before=run)
