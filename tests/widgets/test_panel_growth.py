"""A panel that fits itself to its rows does so again when the rows come, however late."""

import pytest
from textual.app import App, ComposeResult

from crm_tui.themes import THEMES, variable_defaults
from crm_tui.widgets.columns import Column
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.panel_columns import PanelColumns, Slot, stack
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable


class Growing(App[None]):
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(THEMES[0].name)

    def compose(self) -> ComposeResult:
        yield PanelColumns(
            Panel("Fits", VirtualTable((Column("name", width=5, flex=1),), header=False), id="fits"),
            Panel("Rest", VirtualTable((Column("name", width=5, flex=1),), header=False), id="rest"),
            two=stack(Slot("fits", fit=True), Slot("rest")),
        )


async def test_rows_that_come_later_make_their_panel_grow_and_shrink() -> None:
    app = Growing()
    async with app.run_test(size=(120, 40)) as pilot:
        columns, table = app.query_one(PanelColumns), app.query_one("#fits VirtualTable", VirtualTable)
        for many in (3, 9, 1):
            await pilot.pause()
            table.set_rows([Row(str(number), (str(number),)) for number in range(many)])
            columns.rearrange()
            await pilot.pause()
            assert app.query_one("#fits").outer_size.height == max(3, many + 2)


@pytest.mark.parametrize("width", [80, 120])
async def test_rows_that_come_when_the_panels_are_gone_change_nothing(width: int) -> None:
    app = Growing()
    async with app.run_test(size=(width, 24)) as pilot:
        columns = app.query_one(PanelColumns)
        last = columns.opened
        await columns.remove_children()
        columns.rearrange()
        columns.focus_panel(last)
        await pilot.pause()
        assert columns.regions(columns.size) == {}
