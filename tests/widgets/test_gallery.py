"""Pictures of the widgets in every size and colour scheme. Look at them when they change."""

import pytest
from tests.conftest import SnapCompare
from tests.widgets.gallery import CardGallery, CustomersGallery
from textual.pilot import Pilot

from crm_tui.widgets.choose import ChooseDialog, command_choices
from crm_tui.widgets.command_target import commands_here

SIZES = [("crm-dark", (120, 40)), ("crm-dark", (80, 24)), ("crm-dark", (180, 50)), ("crm-light", (120, 40)),
         ("crm-contrast", (80, 24)), ("ansi-dark", (80, 24)), ("nord", (80, 24))]  # fmt: skip


@pytest.mark.parametrize(("theme", "size"), SIZES)
def test_card(theme: str, size: tuple[int, int], snap_compare: SnapCompare) -> None:
    assert snap_compare(CardGallery(theme), terminal_size=size)


@pytest.mark.parametrize(("theme", "size"), SIZES[:2] + SIZES[4:])
def test_customers(theme: str, size: tuple[int, int], snap_compare: SnapCompare) -> None:
    assert snap_compare(CustomersGallery(theme), terminal_size=size)


@pytest.mark.parametrize("theme", ["crm-dark", "crm-light", "ansi-dark"])
def test_help(theme: str, snap_compare: SnapCompare) -> None:
    app = CardGallery(theme)

    async def open_help(pilot: Pilot[None]) -> None:
        await pilot.pause()
        choices = command_choices(commands_here(app.screen, app.keys), grouped=True)
        await app.push_screen(ChooseDialog("Help", choices))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=open_help)


def test_palette(snap_compare: SnapCompare) -> None:
    app = CardGallery()

    async def search(pilot: Pilot[None]) -> None:
        await pilot.pause()
        choices = command_choices(commands_here(app.screen, app.keys))
        await app.push_screen(ChooseDialog("Commands", choices, search=True))
        await pilot.press("c", "u", "s")

    assert snap_compare(app, terminal_size=(120, 40), run_before=search)


def test_too_small(snap_compare: SnapCompare) -> None:
    assert snap_compare(CardGallery(), terminal_size=(50, 12))
