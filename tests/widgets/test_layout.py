"""Each widget is told its size, whoever has looked at the layout before it was drawn, and frames may wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from textual.app import App
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
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


class Holding(App[None]):
    """Lets all frames wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []

    def holds_back(self, regions: Iterable[Region], draw: Callable[[], None]) -> bool:
        self.waiting.append(draw)
        return True


class Counted(Widget):
    """Notes the texts that it is drawn with."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.drawn = "", list[str]()
        self.styles.height = 1

    def render_line(self, y: int) -> Strip:
        self.drawn.append(self.text)
        return Strip.blank(self.size.width)


@pytest.mark.parametrize("screen", [Plain, Modal])
async def test_of_frames_that_wait_only_the_last_is_drawn(screen: type[Screen[None]]) -> None:
    app = Holding()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen())
        one, other = Counted(), Counted()
        await app.screen.mount(one, other)
        await pilot.pause()
        for text in ("k", "ka", "kal"):
            for widget in (one, other):
                widget.text = text
                widget.refresh()
            await pilot.pause()
        assert one.drawn == other.drawn == []
        app.waiting[-1]()
        assert one.drawn == other.drawn == ["kal"]
        app.waiting[0]()  # nothing waits any more
        assert one.drawn == ["kal"]


async def test_a_frame_that_waited_is_not_drawn_over_another_screen() -> None:
    app = Holding()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Plain())
        behind = Counted()
        await app.screen.mount(behind)
        await pilot.pause()
        of_the_first = app.waiting[-1]
        await app.push_screen(Plain())
        await pilot.pause()
        of_the_first()
        assert behind.drawn == []
        await app.pop_screen()
        await pilot.pause()
        app.waiting[-1]()
        assert behind.drawn == [""]
