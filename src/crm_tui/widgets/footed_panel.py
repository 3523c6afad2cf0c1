"""A panel that shows the row under the cursor in full at its foot, where there is room."""

from textual.widget import Widget

from crm_tui.widgets.facts import Facts
from crm_tui.widgets.line import Separator
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.virtual_table import VirtualTable

#: lines of the panel from which on there is room, and rows of the list that stay
_ROOMY, _LEAST_ROWS, _MOST_FACTS = 16, 8, 9


class FootedPanel(Panel):
    """The rows keep their places whatever is under the cursor: the foot has one height."""

    DEFAULT_CSS = """
    FootedPanel > .foot { display: none; }
    FootedPanel.-footed > .foot { display: block; }
    """

    def __init__(self, title: str, table: VirtualTable, foot: Facts, *, id: str) -> None:  # noqa: A002 - Textual's name
        self._foot = foot
        self._wants_foot = False
        foot.add_class("foot")
        super().__init__(title, table, Separator(classes="foot"), foot, id=id)
        self._table = table

    @property
    def focus_target(self) -> Widget | None:
        return self._table

    def set_foot_shown(self, shown: bool) -> None:
        """Whether there is something to show at the foot."""
        self._wants_foot = shown
        self._make_room()

    def on_resize(self) -> None:
        self._make_room()

    def _make_room(self) -> None:
        height = self.outer_size.height
        self._foot.styles.height = max(1, min(_MOST_FACTS, height - 3 - _LEAST_ROWS - 1))
        self.set_class(self._wants_foot and height >= _ROOMY, "-footed")
