"""Rows of several lines: how the cursor takes them, and how one that is higher than the view is read to its end."""

from __future__ import annotations

from textual.app import App, ComposeResult

from crm_tui.themes import THEMES, variable_defaults
from crm_tui.widgets.columns import Column
from crm_tui.widgets.tall_rows import TallRow, TallRows, View

COLUMNS = (Column("text", width=5, flex=1),)


def rows(**heights: int) -> list[TallRow]:
    """Rows of so many lines: ``name 1``, ``name 2`` …"""
    return [TallRow(name, tuple((f"{name} {line + 1}",) for line in range(lines))) for name, lines in heights.items()]


class Tall(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.views: list[View] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(THEMES[0].name)

    def compose(self) -> ComposeResult:
        yield TallRows(COLUMNS)

    def on_tall_rows_view_changed(self, event: TallRows.ViewChanged) -> None:
        self.views.append(event.view)


async def test_a_row_higher_than_the_view_is_read_to_its_end_before_the_cursor_leaves_it() -> None:
    app = Tall()
    async with app.run_test(size=(20, 4)) as pilot:
        tall = app.query_one(TallRows)
        tall.styles.height = 4

        def shown() -> list[str]:
            return [tall.render_line(y).text.strip() for y in range(4)]

        tall.set_rows(COLUMNS, rows(a=2, b=9, c=2))
        await pilot.pause()
        assert shown() == ["▌a 1", "▌a 2", "b 1", "b 2"]
        tall.step(1)
        assert shown() == ["▌b 1", "▌b 2", "▌b 3", "▌b 4"]
        tall.step(1)
        assert shown()[0] == "▌b 4"
        tall.set_rows(COLUMNS, rows(a=2, b=9, c=2))  # as a tick does
        assert shown()[0] == "▌b 4"
        tall.step(tall.page)
        assert shown() == ["▌b 6", "▌b 7", "▌b 8", "▌b 9"]
        tall.step(1)
        assert shown() == ["b 8", "b 9", "▌c 1", "▌c 2"]
        tall.step(-1)
        assert shown() == ["▌b 6", "▌b 7", "▌b 8", "▌b 9"]
        tall.step(-1)
        assert shown()[0] == "▌b 3"
        tall.step(-1)
        assert shown()[0] == "▌b 1"
        tall.step(-1)
        assert shown() == ["▌a 1", "▌a 2", "b 1", "b 2"]
        tall.to_last()
        assert shown() == ["b 8", "b 9", "▌c 1", "▌c 2"]
        tall.move_to_id("b")
        tall.to_first()
        assert shown()[0] == "▌a 1"
        await pilot.pause()
        assert View(1, 2, 3, above=False, below=True) in app.views
        assert View(2, 2, 3, above=True, below=True) in app.views
        assert View(2, 3, 3, above=True, below=False) in app.views


async def test_rows_that_fit_are_in_view_whole_when_the_cursor_is_on_them() -> None:
    app = Tall()
    async with app.run_test(size=(20, 5)) as pilot:
        tall = app.query_one(TallRows)
        tall.styles.height = 5
        heights = {"a": 2, "b": 3, "c": 1, "d": 4}
        tall.set_rows(COLUMNS, rows(**heights))
        await pilot.pause()
        for name in ("b", "c", "d", "c", "b", "a", "d", "a"):
            tall.move_to_id(name)
            text = [tall.render_line(y).text.strip() for y in range(5)]
            assert [line for line in text if "▌" in line] == [f"▌{name} {line + 1}" for line in range(heights[name])]
        tall.set_rows(COLUMNS, [])
        tall.step(1)
        tall.to_last()
        assert tall.cursor_row is None
