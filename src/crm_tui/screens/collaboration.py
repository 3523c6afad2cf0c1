"""Tab 3: the project tasks of a customer as a board, the collaboration notes of the projects, files and links."""

from __future__ import annotations

from crm_tui.domain.entities import Kind
from crm_tui.screens.asking import Asking
from crm_tui.screens.board_panel import BoardPanel
from crm_tui.screens.card_tab import CardTab, Target
from crm_tui.screens.file_panel import FilePanel
from crm_tui.screens.notes_panel import NotesPanel
from crm_tui.store.activities import BoardColumn
from crm_tui.store.customers import CustomerCard
from crm_tui.widgets.panel_columns import (
    THREE_COLUMNS,
    TWO_COLUMNS,
    PanelColumns,
    Side,
    Slot,
    Stack,
    side,
    stack,
)

#: what a column of the board needs at least, and what is kept for the notes beside it on wide screens
_COLUMN_WIDTH, _NOTES_WIDTH = 22, 56
#: rows that the open column needs where the others are one line each
_OPEN_HEIGHT = 8


class CollaborationTab(Asking, CardTab):
    """The board has a panel for each task status; how many there are, the store says."""

    def panels(self) -> PanelColumns:
        first = BoardPanel(self.session, 0)
        two, three = _plans([first])
        notes, files = NotesPanel(self.session), FilePanel(self.session)
        return PanelColumns(first, notes, files, two=two, three=three)

    def show(self, card: CustomerCard) -> None:
        super().show(card)
        if self.is_attached:
            customer, today = card.customer.id, self.session.today
            self.ask(
                self.session.store, "board", lambda store: store.activities.board(customer, today), self._got_board
            )

    def put_cursor_on(self, target: Target) -> None:
        if target.kind is Kind.ACTIVITY:
            self._wanted = target.id
            self._find_wanted()
        else:
            super().put_cursor_on(target)

    # -- the board ----------------------------------------------------------------------------------------------

    #: the task that the cursor is to be put on
    _wanted: int | None = None
    #: place of the first column that there is room for
    _first = 0
    #: how many columns this customer's board has; another customer's may have needed more panels
    _used = 1

    @property
    def _made(self) -> list[BoardPanel]:
        return [panel for panel in self.columns.panels if isinstance(panel, BoardPanel)]

    @property
    def _board(self) -> list[BoardPanel]:
        return self._made[: self._used]

    def _got_board(self, columns: tuple[BoardColumn, ...]) -> None:
        for place in range(len(self._made), len(columns)):
            panel = BoardPanel(self.session, place)
            panel.card = self.card
            self.columns.mount(panel, after=self._made[-1])
        for panel, column in zip(self._made, columns, strict=False):
            panel.show_column(column)
        if not columns:
            self._made[0].show_nothing("No task statuses yet: there is no board without them.")
        self._used = max(1, len(columns))
        had_focus = self.columns.opened
        self._make_room()
        if not had_focus.display:
            self._go_to(0)
        self._find_wanted()
        self._wanted = None

    def _find_wanted(self) -> None:
        """Put the cursor on the task that was asked for, if it is on the board."""
        for place, panel in enumerate(self._board):
            if self._wanted is not None and panel.move_to_task(self._wanted):
                self._wanted = None
                self._go_to(place)

    def on_board_panel_column_wanted(self, event: BoardPanel.ColumnWanted) -> None:
        event.stop()
        board = self._board
        self._go_to((board.index(event.panel) + event.step) % len(board))

    def _go_to(self, place: int) -> None:
        self._make_room(place)
        self.columns.focus_panel(self._board[place])

    def on_resize(self) -> None:
        self._make_room()

    def _make_room(self, place: int | None = None) -> None:
        """Show as many columns as there is room for: the one at ``place``, or the opened one, is among them."""
        board = self._board
        if place is None:
            place = board.index(self.columns.opened) if self.columns.opened in board else self._first
        most = self._most_columns()
        self._first = max(0, min(max(self._first, place - most + 1), place, len(board) - most))
        shown = board[self._first : self._first + most]
        for panel in self._made:
            panel.display = panel in shown
            panel.show_beside(0, 0)
        left, right = self._first, len(board) - self._first - len(shown)
        if shown[0] is shown[-1]:
            shown[0].show_beside(left, right)
        else:
            shown[0].show_beside(left, 0)
            shown[-1].show_beside(0, right)
        self.columns.set_plans(*_plans(shown))

    def _most_columns(self) -> int:
        width, height = self.size
        if width >= THREE_COLUMNS:
            return (width - _NOTES_WIDTH) // _COLUMN_WIDTH
        if width >= TWO_COLUMNS:
            return width // _COLUMN_WIDTH
        return max(1, height - _OPEN_HEIGHT - 1)


def _plans(board: list[BoardPanel]) -> tuple[Stack, Side]:
    """The board above notes and files; on wide screens beside them."""
    columns = [Slot(panel.id or "") for panel in board]
    two = stack(
        side(*columns, share=3, least=6),
        side(Slot("notes", share=5), Slot("files", share=3), share=1, least=4),
    )
    three = side(side(*columns, share=1), stack(Slot("notes", share=3), Slot("files", share=2), size=_NOTES_WIDTH))
    return two, three
