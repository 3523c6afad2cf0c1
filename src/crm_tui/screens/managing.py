"""Screens on which lists of the house are managed, such as registries and users: panels side by side, one of which has
a table and a filter over it that is there when it is asked for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from crm_tui.screens.base import CrmScreen
from crm_tui.widgets.facts import Facts
from crm_tui.widgets.filter_line import FilterLine, SearchInput
from crm_tui.widgets.header_line import HeaderLine
from crm_tui.widgets.line import Separator
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.panel_columns import PanelColumns
from crm_tui.widgets.virtual_table import VirtualTable


class ManagedPanel(Panel):
    """A table, what is said of the row under its cursor below a rule, and perhaps a filter above."""

    DEFAULT_CSS = """
    ManagedPanel > FilterLine { display: none; }
    ManagedPanel.-filtered > FilterLine { display: block; }
    ManagedPanel > Facts { height: auto; }
    ManagedPanel.-closed > * { display: none !important; }
    """

    def __init__(
        self,
        title: str,
        table: VirtualTable,
        said: Facts,
        line: FilterLine | None = None,
        *,
        id: str,  # noqa: A002 - Textual's name
    ) -> None:
        self.table = table
        self.said = said
        super().__init__(title, *([line] if line is not None else []), table, Separator(), said, id=id)

    @property
    def focus_target(self) -> Widget | None:
        return self.table


class ManagingScreen(CrmScreen):
    """Base of these screens: it makes ``_columns`` of panels, and ``_filter`` is the line of ``_filtered``."""

    COMMAND_IDS: ClassVar[tuple[str, ...]] = ("list.filter", "card.next_panel", "card.previous_panel")
    _columns: PanelColumns
    _filter: FilterLine
    _filtered: ManagedPanel
    _header: HeaderLine

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._columns
        yield from self.compose_frame()

    def show_filtered(self) -> None:
        """Show the rows that the filter leaves."""
        raise NotImplementedError

    def do_card_next_panel(self) -> None:
        self._columns.focus_next()
        self.refresh_bindings()

    def do_card_previous_panel(self) -> None:
        self._columns.focus_next(-1)
        self.refresh_bindings()

    def do_list_filter(self) -> None:
        self._columns.focus_panel(self._filtered)
        self._filtered.add_class("-filtered")
        self._filter.input.focus()

    def on_filter_line_filter_changed(self, event: FilterLine.FilterChanged) -> None:
        event.stop()
        self.show_filtered()
        if event.text:
            self._filtered.table.move_to(0)

    def on_search_input_left(self, event: SearchInput.Left) -> None:
        event.stop()
        self._filtered.table.focus()
        if not self._filter.text:
            self._filtered.remove_class("-filtered")
