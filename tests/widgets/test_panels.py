"""Panels: plans, the accordion, titles; and the lines around them."""

import pytest
from tests.widgets.gallery import CardGallery, CustomersGallery

from crm_tui.widgets import facts
from crm_tui.widgets.cells import Cell, cell, wrap
from crm_tui.widgets.facts import Fact, Facts, whole
from crm_tui.widgets.filter_line import Chip, ChipRow, FilterLine
from crm_tui.widgets.header_line import HeaderLine
from crm_tui.widgets.line import TooSmall
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.panel_columns import PanelColumns
from crm_tui.widgets.tab_strip import TabStrip
from crm_tui.widgets.virtual_table import VirtualTable


def closed(app: CardGallery) -> list[str]:
    return [panel.id or "" for panel in app.query_one(PanelColumns).panels if panel.closed]


def screen_text(app: CardGallery) -> list[str]:
    return ["".join(segment.text for segment in line) for line in app.screen._compositor.render_strips()]


async def test_on_a_wide_screen_no_panel_is_closed_and_tab_goes_round() -> None:
    app = CardGallery()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        columns = app.query_one(PanelColumns)
        assert closed(app) == []
        opened = []
        for key in ("tab", "tab", "tab", "shift+tab"):
            await pilot.press(key)
            await pilot.pause()
            opened.append(columns.opened.id)
            assert app.focused is columns.opened.focus_target
        assert opened == ["activities", "cases", "details", "cases"]


async def test_on_a_narrow_screen_the_focus_opens_its_panel_and_closes_the_others() -> None:
    app = CardGallery()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert closed(app) == ["details", "activities", "cases"]
        await pilot.press("tab")
        await pilot.pause()
        assert closed(app) == ["details", "contacts", "cases"]
        assert app.focused is app.query_one("#activities-table")
        line = app.query_one("#details", Panel).render_line(0).text
        assert line.startswith("   Details  FI30918274 · Ship")
        assert line.rstrip().endswith("▸")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_panel_has_the_focus_at_once_so_that_the_next_key_goes_there(size: tuple[int, int]) -> None:
    app = CardGallery()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        columns = app.query_one(PanelColumns)
        columns.focus_panel("cases")
        columns.focus_panel("activities")
        assert app.focused is app.query_one("#activities-table")
        await pilot.pause()
        assert app.focused is app.query_one("#activities-table")
        assert columns.opened.id == "activities"


async def test_a_focus_that_is_still_being_told_does_not_win_over_a_later_one() -> None:
    app = CardGallery()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        columns = app.query_one(PanelColumns)
        app.screen.set_focus(columns.get_child_by_id("cases", Panel).focus_target, scroll_visible=False)
        columns.focus_panel("activities")
        await pilot.pause()
        assert app.focused is app.query_one("#activities-table")
        assert columns.opened.id == "activities"


async def test_a_click_on_a_closed_panel_opens_it() -> None:
    app = CardGallery()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click("#cases")
        await pilot.pause()
        assert app.query_one(PanelColumns).opened.id == "cases"
        assert app.focused is app.query_one("#cases-table")


async def test_a_wider_terminal_opens_all_and_keeps_the_focus() -> None:
    app = CardGallery()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert closed(app) == []
        assert app.focused is app.query_one("#activities-table")


async def test_a_title_is_data_and_never_markup() -> None:
    app = CardGallery()
    async with app.run_test(size=(120, 40)) as pilot:
        panel = app.query_one("#cases", Panel)
        panel.set_title("[b]x[/b] [/]", count="[red]3", warning="[@click=app.quit]late")
        panel.set_foot("[/]")
        await pilot.pause()
        top = screen_text(app)[-8]
        assert "[b]x[/b] [/] [red]3  ! [@click=app.quit]late" in top
        assert "[/]" in screen_text(app)[-2]


async def test_facts_scroll_only_when_they_do_not_fit() -> None:
    app = CardGallery()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab")
        await pilot.pause()
        facts = app.query_one("#details-facts", Facts)
        assert facts.has_focus
        assert facts.availability("move.down") is False
        facts.set_facts([Fact("Label", f"value {number}") for number in range(30)])
        await pilot.press("G")
        assert "value 29" in facts.render_line(facts.size.height - 1).text
        await pilot.press("g", "j")
        assert "value 1" in facts.render_line(0).text


async def test_the_header_has_a_short_form() -> None:
    app = CardGallery()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        header = app.query_one(HeaderLine)
        assert header.render_line(0).text.startswith(" Customers › Kallavesi Marine Engineering Oy  10482   ● Active")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert header.render_line(0).text.startswith(" ‹ Kallavesi Marine Engineering Oy  10482  ● Active  Sanna V.")


async def test_a_click_on_a_tab_names_it() -> None:
    class Clicked(CardGallery):
        chosen = 0

        def on_tab_strip_tab_chosen(self, event: TabStrip.TabChosen) -> None:
            self.chosen = event.number

    app = Clicked()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        strip = app.query_one(TabStrip)
        await pilot.click(strip, offset=(strip.render_line(0).text.index("Collaboration"), 1))
        assert app.chosen == 3
        strip.set_active(3)
        await pilot.pause()
        start = strip.render_line(2).text.index("━")
        assert strip.render_line(0).text[start + 1] == "3"


async def test_typing_in_the_filter_line_is_told_and_enter_goes_back() -> None:
    class Typed(CustomersGallery):
        def on_filter_line_filter_changed(self, event: FilterLine.FilterChanged) -> None:
            self.done.append(event.text)

    app = Typed()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.done.clear()
        await pilot.press("slash", "q", "enter")
        assert app.done == ["marinq"]
        assert app.focused is app.query_one(VirtualTable)
        await pilot.press("slash", "escape", "escape")
        assert app.done == ["marinq", ""]
        assert app.focused is app.query_one(VirtualTable)


async def test_chips_that_do_not_fit_are_counted_set_ones_stay() -> None:
    app = CustomersGallery()
    async with app.run_test(size=(60, 24)) as pilot:
        row = app.query_one(ChipRow)
        row.set_chips([*(Chip(name, name.title()) for name in ("owner", "industry", "keyword", "segment")),
                       Chip("role", "Role", "Buyer")])  # fmt: skip
        await pilot.pause()
        assert row.render_line(0).text.rstrip() == " F  Owner any  Industry any  Keyword any  Role Buyer ×  +1"


@pytest.mark.parametrize(("size", "shown"), [((59, 30), True), ((100, 14), True), ((60, 15), False)])
async def test_a_terminal_too_small_is_told_what_is_needed(size: tuple[int, int], shown: bool) -> None:
    app = CardGallery()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.query_one(TooSmall).display is shown
        if shown:
            assert any("This needs 60 x 15" in line for line in screen_text(app))


def test_cells_given_to_lines_stay_as_they_are() -> None:
    assert cell("a", ("b", "bad")).content().plain == "ab"


async def test_a_long_text_is_wrapped_once_for_a_width(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped: list[int] = []

    def counting(text: Cell, cells: int) -> list[Cell]:
        wrapped.append(cells)
        return wrap(text, cells)

    monkeypatch.setattr(facts, "wrap", counting)
    app = CardGallery()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown = app.query_one("#details-facts", Facts)
        shown.focus()
        await pilot.pause()
        wrapped.clear()
        shown.set_facts([whole("word " * 20_000, wrap=True)])
        await pilot.pause()
        await pilot.press("j", "j", "G", "g", "pagedown")
        assert len(wrapped) == len(set(wrapped)) > 0
        assert shown.render_line(0).text.strip().startswith("word word")
