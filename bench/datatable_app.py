"""A plain Textual program with a DataTable, as it comes: what a list costs without any care.

python bench/datatable_app.py ROWS
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header


class DataTableApp(App[None]):
    """A table of so many rows."""

    def compose(self) -> ComposeResult:
        """Header, table, footer."""
        yield Header()
        yield DataTable(cursor_type="row", zebra_stripes=False)
        yield Footer()

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns("Name", "Number", "City", "Owner", "Open value", "Last")
        for number in range(int(sys.argv[1])):
            table.add_row(f"Row {number} Coatings Oy", str(20_000 + number), "Helsinki", "MK", "45 000 EUR", "13 Jul")
        table.focus()


if __name__ == "__main__":
    DataTableApp().run()
