"""The table: a million rows, a cursor that stays where it was, and little painting."""

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from crm_tui.keymap import resolve
from crm_tui.themes import THEMES, variable_defaults
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.rows import BLANK, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column("name", "Name", width=10, flex=1, match=True),
    Column("number", "No.", width=8, align="right"),
)


class TableApp(App[None]):
    """A table and what it said; `answer` off keeps requests waiting."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, total: int = 0, *, answer: bool = True, exact: bool = True) -> None:
        super().__init__()
        self.total = total
        self.answer = answer
        self.exact = exact
        self.added = 0
        self.asked: list[VirtualTable.RowsWanted] = []
        self.said: list[object] = []
        self.register_theme(THEMES[0])
        self.theme = "crm-dark"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.theme)

    def compose(self) -> ComposeResult:
        self.table = VirtualTable(COLUMNS, empty=cell(("No rows yet. a adds one.", "muted")))
        yield self.table

    def row(self, index: int) -> Row:
        number = index - self.added
        return Row(f"id{number}", (f"Customer {number}", str(number)))

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        self.asked.append(event)
        if self.answer:
            self.give(event)

    def give(self, event: VirtualTable.RowsWanted) -> None:
        """Answer as a store would: from the anchor, in list order."""
        wanted = event.request
        anchor = wanted.anchor
        if anchor.cursor is None:
            start = anchor.skip if anchor.forward else self.total - anchor.skip - wanted.limit
        else:
            at = int(anchor.cursor)
            start = at + 1 + anchor.skip if anchor.forward else at - anchor.skip - wanted.limit
        assert start == wanted.start
        end = min(start + wanted.limit, self.total)
        exact = self.exact or wanted.exact_total
        self.table.show_page(
            wanted, [self.row(index) for index in range(start, end)], generation=event.generation,
            before=str(start), after=str(end - 1), total=self.total if exact else min(self.total, 1000), exact=exact,
        )  # fmt: skip

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        self.said.append(event)

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        self.said.append(event)

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        self.said.append(event)

    def on_virtual_table_header_chosen(self, event: VirtualTable.HeaderChosen) -> None:
        self.said.append(event)

    def last(self, kind: type) -> object:
        return [message for message in self.said if type(message) is kind][-1]

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


def in_memory(count: int) -> list[Row]:
    return [Row(f"id{number}", (f"Customer {number}", str(number))) for number in range(count)]


async def start(app: TableApp, pilot: Pilot[None]) -> VirtualTable:
    app.table.focus()
    if app.total:
        app.table.restart()
    await pilot.pause()
    return app.table


async def test_a_million_rows_open_with_one_page() -> None:
    app = TableApp(1_000_000)
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        assert [event.request.limit for event in app.asked] == [100]
        assert app.lines()[0].split() == ["Name", "No."]
        assert app.lines()[1] == "▌Customer 0" + " " * 47 + "0 "
        await pilot.press("G")
        await pilot.pause()
        assert table.cursor_row == app.row(999_999)
        assert app.lines()[-1].startswith("▌Customer 999999 ")
        assert len(app.asked) <= 3
        await pilot.press("g", "pagedown")
        assert table.cursor_index == 19
        assert app.last(VirtualTable.ViewChanged) == VirtualTable.ViewChanged(table, 2, 20, 1_000_000, True)


async def test_a_cursor_move_paints_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        table.set_rows(in_memory(15))
        await pilot.pause()
        painted: list[int] = []
        render: Callable[[int], Strip] = table.render_line

        def noting(y: int) -> Strip:
            painted.append(y)
            return render(y)

        monkeypatch.setattr(table, "render_line", noting)
        await pilot.press("j")
        assert sorted(painted) == [1, 2]
        painted.clear()
        await pilot.press("k", "k")  # the second k stays at the first row
        assert sorted(painted) == [1, 2]


async def test_the_keys_move_by_rows_pages_and_halves() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 11)) as pilot:
        table = await start(app, pilot)
        table.set_rows(in_memory(100))
        places = []
        for key in ("j", "down", "k", "pagedown", "ctrl+d", "ctrl+u", "end", "pageup", "home"):
            await pilot.press(key)
            places.append(table.cursor_index)
        assert places == [1, 2, 1, 11, 16, 11, 99, 89, 0]


async def test_movement_can_be_remapped() -> None:
    app = TableApp()
    app.set_keymap(resolve("default", {"move.down": ["z"], "move.last": [","], "financials.earlier": ["<"]}).changes())
    async with app.run_test(size=(60, 11)) as pilot:
        table = await start(app, pilot)
        table.set_rows(in_memory(9))
        await pilot.press("z", "j", "down")
        assert table.cursor_index == 1
        await pilot.press(",")
        assert table.cursor_index == 8


async def test_answers_of_an_older_list_are_dropped() -> None:
    app = TableApp(500, answer=False)
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        assert app.lines()[1].strip() == "Loading…"
        old = app.asked[0]
        app.total = 3
        table.restart()
        await pilot.pause()
        app.give(app.asked[-1])
        app.total = 500
        app.give(old)
        assert table.total == 3
        assert table.row_at(100) is None


async def test_the_old_rows_stay_until_the_new_ones_come() -> None:
    app = TableApp(500)
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        await pilot.press("j")
        app.answer = False
        table.restart()
        await pilot.pause()
        assert app.lines()[2].startswith("▌Customer 1")
        app.give(app.asked[-1])
        assert table.cursor_index == 0


async def test_a_reload_keeps_the_cursor_on_its_row() -> None:
    app = TableApp(500)
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        await pilot.press("pagedown", "j", "j")
        before = table.cursor_row
        app.added = 2
        table.restart(keep_cursor=True)
        await pilot.pause()
        assert table.cursor_row == before
        assert table.cursor_index == 23


async def test_rows_in_memory_keep_the_cursor_on_its_row() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        table.set_rows(in_memory(9))
        table.move_to(4)
        table.set_rows(in_memory(9)[2:])
        assert table.cursor_row is not None
        assert (table.cursor_row.id, table.cursor_index) == ("id4", 2)
        table.set_rows(in_memory(2))
        assert table.cursor_index == 1


async def test_the_end_of_a_list_with_a_capped_count_is_asked_for() -> None:
    app = TableApp(5_000, exact=False)
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        assert (table.total, table.count) == (1000, 1000)
        await pilot.press("G")
        await pilot.pause()
        assert any(event.request.exact_total for event in app.asked)
        assert table.cursor_row == app.row(4_999)


async def test_rows_that_could_not_be_read_are_asked_for_again_when_moved_to() -> None:
    app = TableApp(500)
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        app.answer = False
        await pilot.press("pagedown", "pagedown", "pagedown", "pagedown")
        failed = app.asked[-1]
        table.page_failed(failed.request, generation=failed.generation)
        app.answer = True
        await pilot.press("pagedown", "pagedown")
        assert table.cursor_row == app.row(19 * 6)


async def test_a_list_that_could_not_be_read_at_all_says_so_and_not_that_it_is_empty() -> None:
    app = TableApp(500, answer=False)
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        table.page_failed(app.asked[0].request, generation=app.asked[0].generation)
        assert app.lines()[1].strip() == "This could not be read."
        app.answer = True
        table.restart()
        await pilot.pause()
        assert table.cursor_row == app.row(0)


async def test_headings_are_skipped_by_the_cursor_and_come_into_view_with_it() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 6)) as pilot:
        table = await start(app, pilot)
        table.set_rows([heading(cell("Planned")), *in_memory(3), BLANK, heading(cell("Past")), *in_memory(9)[3:]])
        await pilot.pause()
        assert table.cursor_index == 1
        assert app.lines()[1].strip() == "Planned"
        await pilot.press("j", "j", "j")
        assert table.cursor_index == 6
        await pilot.press("g")
        assert table.cursor_index == 1
        assert app.lines()[1].strip() == "Planned"


async def test_no_rows_show_what_to_do() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 6)) as pilot:
        table = await start(app, pilot)
        table.set_rows([])
        assert app.lines()[0] == " No rows yet. a adds one.".ljust(60)
        assert table.cursor_row is None
        await pilot.press("j", "enter", "G")
        assert not [message for message in app.said if isinstance(message, VirtualTable.RowChosen)]


async def test_enter_and_a_click_on_the_cursor_choose_a_row() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        table.set_rows(in_memory(9))
        await pilot.press("j", "enter")
        chosen = VirtualTable.RowChosen(table, in_memory(9)[1], 1)
        assert app.said[-1] == chosen
        await pilot.click(table, offset=(5, 4))
        assert table.cursor_index == 3
        assert app.said[-1] != chosen
        await pilot.click(table, offset=(5, 4))
        assert app.last(VirtualTable.RowChosen) == VirtualTable.RowChosen(table, in_memory(9)[3], 3)


async def test_a_click_on_a_column_head_names_the_column() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        table.set_rows(in_memory(9))
        await pilot.pause()
        await pilot.click(table, offset=(56, 0))
        assert app.said[-1] == VirtualTable.HeaderChosen(table, COLUMNS[1])


async def test_the_sort_mark_and_matches_are_shown() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        table.set_rows(in_memory(3))
        table.set_sort("name", descending=True)
        table.set_match(["cust"])
        await pilot.pause()
        assert app.lines()[0].startswith(" Name ▾")
        underlined = [s.text for s in table.render_line(2) if s.style is not None and s.style.underline]
        assert underlined == ["Cust"]


async def test_greyed_rows_lose_the_colour_of_their_text_but_not_of_their_state() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table = await start(app, pilot)
        row = Row("x", (cell(("Anne", "name"), ("late", "bad")), "1"), style="muted")
        table.set_rows([in_memory(1)[0], row])
        await pilot.pause()
        colours = {s.text.strip(): s.style.color.name for s in table.render_line(2) if s.style and s.style.color}
        assert colours["Anne"] == "#949494"
        assert colours["late"] == "#ff8787"


@pytest.mark.parametrize("text", ["[/]", "[@click=app.quit]x[/]", "\x1b]52;c;aGk=\x07", "a\u202eb", "東京都" * 20])
async def test_hostile_text_is_only_text(text: str) -> None:
    app = TableApp()
    async with app.run_test(size=(30, 6)) as pilot:
        table = await start(app, pilot)
        table.set_rows([Row("x", (text, text))])
        await pilot.pause()
        strip = table.render_line(1)
        assert strip.cell_length == 30
        assert not any(char < " " or "\x7f" <= char <= "\x9f" or char == "\u202e" for char in strip.text)
        assert all(segment.style is None or not segment.style.meta for segment in strip)


async def test_the_cursor_never_stays_on_a_heading_whichever_page_comes_first() -> None:
    """On tall screens two pages are asked for at once; the second may be answered before the first."""
    app = TableApp(total=150, answer=False)
    async with app.run_test(size=(40, 60)) as pilot:
        app.table.restart()
        await pilot.pause()
        first, second = [event for event in app.asked if event.generation == app.table.generation][:2]
        app.give(second)
        await pilot.pause()
        rows = [heading(cell("Late")), *(app.row(index) for index in range(1, 100))]
        app.table.show_page(first.request, rows, generation=first.generation, before="0", after="99")
        await pilot.pause()
        assert app.table.cursor_index == 1
        assert app.table.cursor_row == app.row(1)
