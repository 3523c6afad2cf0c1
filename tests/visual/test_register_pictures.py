"""Pictures of a customer beside its business register. Look at each one before it is kept."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.driver import Crm
from tests.screens.registers import FakeRegisters
from tests.screens.test_update_details import ENTRY, SILENT
from tests.visual.camera import SIZES, Camera

from crm_tui.domain.register_entry import RegisterState


async def update(crm: Crm) -> None:
    await crm.open("Kallavesi")
    await crm.press("V")


async def moved(crm: Crm) -> None:
    """The cursor on another row, which can't be taken; the postal address shown."""
    await update(crm)
    await crm.press("p", "j")


@pytest.mark.parametrize("size", SIZES)
def test_sizes(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(update, size=size, registers=FakeRegisters(ENTRY))


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
def test_theme(theme: str, looks_the_same: Camera) -> None:
    registers = FakeRegisters(replace(ENTRY, email="none at all"))
    assert looks_the_same(moved, theme=theme, size=(80, 24), registers=registers)


def test_bankrupt(looks_the_same: Camera) -> None:
    registers = FakeRegisters(replace(ENTRY, state=RegisterState.BANKRUPT, since=date(2026, 3, 1)))
    assert looks_the_same(update, registers=registers)


def test_failed(looks_the_same: Camera) -> None:
    registers = FakeRegisters(ENTRY)
    registers.failure = SILENT
    assert looks_the_same(update, size=(80, 24), registers=registers)
