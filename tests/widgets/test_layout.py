"""Each widget is told its size, whoever has looked at the layout before it was drawn."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from crm_tui.widgets.layout import ToldSizes


class Probe(Widget):
    """Notes the sizes that it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[int] = []

    def on_resize(self) -> None:
        self.told.append(self.size.width)


class Plain(ToldSizes, Screen[None]):
    """A screen as ours are."""


class Modal(ToldSizes, ModalScreen[None]):
    """A dialog as ours are."""


@pytest.mark.parametrize("screen", [Plain, Modal])
async def test_a_look_at_a_new_widget_does_not_take_its_size_from_it(screen: type[Screen[None]]) -> None:
    app = App[None]()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen())
        await pilot.pause()
        probe = Probe()
        await app.screen.mount(probe)
        app.screen._compositor.update_widgets({probe})  # it wants to be drawn, and is not placed yet
        assert probe.region.width == 80  # somebody asks where it is
        await pilot.pause()
        assert probe.told == [80]


@pytest.mark.parametrize("screen", [Plain, Modal])
async def test_a_look_at_a_new_layout_does_not_take_its_size_from_a_widget(screen: type[Screen[None]]) -> None:
    app = App[None]()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen())
        probe = Probe()
        await app.screen.mount(probe)
        await pilot.pause()
        probe.styles.width = 40
        probe._check_refresh()  # it says that it wants another layout
        app.screen._compositor._full_map_invalidated = True
        assert probe.region.width == 40
        await pilot.pause()
        assert probe.told == [80, 40]
