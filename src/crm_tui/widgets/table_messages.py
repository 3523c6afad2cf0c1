"""What a table says to its screen; handlers are named after the table: `on_virtual_table_rows_wanted`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from crm_tui.widgets.columns import Column
from crm_tui.widgets.rows import PageRequest, Row

if TYPE_CHECKING:
    from crm_tui.widgets.virtual_table import VirtualTable


@dataclass
class TableMessage(Message):
    """What a table says."""

    table: "VirtualTable"

    @property
    def control(self) -> "VirtualTable":
        """The table, so that handlers can be for one table by its id."""
        return self.table


@dataclass
class RowsWanted(TableMessage, namespace="virtual_table"):
    """Rows are missing on screen: answer with `show_page`, or with `page_failed`."""

    request: PageRequest
    generation: int


@dataclass
class CursorMoved(TableMessage, namespace="virtual_table"):
    """Another row is under the cursor, or the same one was read again; None: there is none. ``generation``: of the
    rows among which it moved."""

    row: Row | None
    index: int
    generation: int


@dataclass
class RowChosen(TableMessage, namespace="virtual_table"):
    """Enter, or a click on the row under the cursor."""

    row: Row
    index: int


@dataclass
class HeaderChosen(TableMessage, namespace="virtual_table"):
    """A click on a column head."""

    column: Column


@dataclass
class ViewChanged(TableMessage, namespace="virtual_table"):
    """Other rows are in view: `first` to `last` counted from 1 (0: none) of `total` (None: not known)."""

    first: int
    last: int
    total: int | None
    exact: bool
