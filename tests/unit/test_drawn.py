"""Data on its way to the screen: no markup, no control characters, widths as they were counted."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widgets import DataTable, Static

from crm_tui.drawn import ControlFilter, cell, content, content_lines, highlighted

BLACK = Color(0, 0, 0)
texts = st.text(st.characters(exclude_categories=()), max_size=20)


def filtered(*segments: Segment) -> list[Segment]:
    return ControlFilter().apply(list(segments), BLACK)


def test_data_is_no_markup() -> None:
    name = "[bold]Acme[/bold] [/] [@click=app.quit]x[/]"
    assert content(name).plain == cell(name).plain == name
    assert content(name).spans == []
    assert cell(name).spans == []


def test_lines_are_kept_where_asked_for() -> None:
    assert content("a\nb\x1b").plain == "a b"
    assert content_lines("a\r\nb\x1b").plain == "a\nb"


def test_matches_are_marked_in_what_is_shown() -> None:
    shown = highlighted("\x1bÅbo Akademi", ["abo"], lambda c: c.casefold().replace("å", "a"), "bold")
    assert shown.plain == "Åbo Akademi"
    assert [(span.start, span.end, span.style) for span in shown.spans] == [(0, 3, "bold")]


@given(st.lists(texts, min_size=1, max_size=4))
def test_the_filter_changes_no_width_and_lets_nothing_pass(parts: list[str]) -> None:
    after = filtered(*(Segment(part) for part in parts))
    for part, segment in zip(parts, after, strict=True):
        assert cell_len(segment.text) == cell_len(part)
        segment.text.encode("utf-8")
        assert not [c for c in segment.text if ord(c) < 32 or 127 <= ord(c) < 160 or "\u202a" <= c <= "\u202e"]


def test_harmless_lines_pass_untouched() -> None:
    segments = [Segment("Åbo – ☃", Style(bold=True)), Segment(" "), Segment("漢字 é")]
    assert ControlFilter().apply(segments, BLACK) is segments


def test_styles_stay_but_links_go() -> None:
    link = Style(bold=True, link="http://x\x1b]52;c;eA==\x07")
    (after,) = filtered(Segment("text", link))
    assert after.style is not None
    assert after.style.link is None
    assert after.style.bold


async def test_both_kinds_are_drawn_by_the_widgets_they_are_for() -> None:
    name = "Acme [b]\x1b[31m & Co"

    class Drawn(App[None]):
        def compose(self) -> ComposeResult:
            yield Static(content(name))
            yield DataTable[Text]()

        def on_mount(self) -> None:
            table = self.query_one(DataTable)
            table.add_column("name")
            table.add_row(cell(name))

    app = Drawn()
    async with app.run_test() as pilot:
        await pilot.pause()
        await asyncio.sleep(0)
        lines = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
    assert len([line for line in lines if "Acme [b][31m & Co" in line]) == 2
