"""Tab 3: the project tasks of a customer as a board, the collaboration notes of the projects, files and links."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.asking import Asking
from crm_tui.screens.board_filter import Known, Shown, elsewhere
from crm_tui.screens.board_panel import BoardPanel
from crm_tui.screens.card_tab import CardTab, Target
from crm_tui.screens.dialogs.choices import cases_of
from crm_tui.screens.dialogs.form_dialog import user_options
from crm_tui.screens.file_panel import FilePanel
from crm_tui.screens.notes_panel import NotesPanel
from crm_tui.screens.present import hidden_by
from crm_tui.screens.session import Session
from crm_tui.store.activities import BoardColumn
from crm_tui.store.cases import CaseLife
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.widgets.cells import EMPTY, cell
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.filter_line import ChipRow
from crm_tui.widgets.line import Line
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
    """The board has a panel for each task status; how many there are, the store says. Above it stands its filter,
    if any is set."""

    COMMAND_IDS = ("app.back",)
    COMMAND_WORDS = {"app.back": "Clear filter"}
    DEFAULT_CSS = """
    CollaborationTab {
        & > .filter { height: 1; display: none; }
        & > .filter > Line { width: 14; }
        &.-filtered > .filter { display: block; }
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._chips = ChipRow(key=session.keys.shown("board.filter"))
        clears = cell((session.keys.shown("app.back"), "key"), (" clears", "muted"))
        self._filter_line = Horizontal(self._chips, Line(EMPTY, clears), classes="filter")
        self._shown = Shown()

    def compose(self) -> ComposeResult:
        yield self._filter_line
        yield from super().compose()

    def panels(self) -> PanelColumns:
        first = BoardPanel(self.session, 0)
        two, three = _plans([first])
        notes, files = NotesPanel(self.session), FilePanel(self.session)
        return PanelColumns(first, notes, files, two=two, three=three)

    def show(self, card: CustomerCard) -> None:
        if self.card is not None and self.card.customer.id != card.customer.id:
            self._moved = None
            self._set_shown(elsewhere(self._shown))
        super().show(card)
        if self.is_attached:
            self._read_board()

    def given(self, form: str) -> dict[str, Any]:
        """A quick note or task is on the project under the cursor."""
        case = getattr(self._opened, "case", None) or self._shown.only.case
        return {"on_project": True, **({"case": case} if case is not None else {})}

    def put_cursor_on(self, target: Target) -> None:
        if target.kind is Kind.ACTIVITY:
            self._wanted = target.id
            self._find_wanted()
        else:
            super().put_cursor_on(target)

    # -- the board ----------------------------------------------------------------------------------------------

    #: the task that the cursor is to be put on
    _wanted: int | None = None
    #: the task that was moved last: as long as the cursor is on it, it goes with it
    _moved: int | None = None
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

    def _read_board(self) -> None:
        assert self.card is not None  # noqa: S101 - asked for only where a customer is shown
        customer, today, only = self.card.customer.id, self.session.today, self._shown.only

        def read(store: Store) -> tuple[BoardColumn, ...]:
            return store.activities.board(customer, today, only)

        def failed() -> None:
            for panel in self._made:
                panel.let_keys_go()

        self.ask(self.session.store, "board", read, self._got_board, failed=failed)

    def _got_board(self, columns: tuple[BoardColumn, ...]) -> None:
        nothing = cell(("No task statuses yet: there is no board without them.", "muted"))
        if needed := self.session.missing(Action.SEE, Kind.CASE):
            columns, nothing = (), hidden_by(needed, "all projects")
        opened = self.columns.opened
        if self._moved is not None and isinstance(opened, BoardPanel) and opened.task_id == self._moved:
            self._wanted = self._wanted or self._moved
        for place in range(len(self._made), len(columns)):
            panel = BoardPanel(self.session, place)
            panel.card = self.card
            self.columns.mount(panel, after=self._made[-1])
        for place, (panel, column) in enumerate(zip(self._made, columns, strict=False)):
            before = next((each for each in reversed(columns[:place]) if each.is_active), None)
            behind = next((each for each in columns[place + 1 :] if each.is_active), None)
            panel.show_column(column, before, behind, filtered=self._shown.is_set)
        if not columns:
            self._made[0].show_nothing(nothing)
        self._used = max(1, len(columns))
        had_focus = self.columns.opened
        self._make_room()
        if not had_focus.display:
            self._go_to(0)
        self._find_wanted()
        missing, self._wanted = self._wanted, None
        if missing is not None and missing != self._moved and self._shown.is_set:
            self._set_shown(Shown())  # what one asked for is shown, whatever the filter leaves out
            self._wanted = missing
            self._read_board()

    def on_board_panel_task_moved(self, event: BoardPanel.TaskMoved) -> None:
        event.stop()
        self._moved = event.task

    def _find_wanted(self) -> None:
        """Put the cursor on the task that was asked for, if it is on the board."""
        for place, panel in enumerate(self._board):
            if self._wanted is not None and panel.move_to_task(self._wanted):
                self._wanted = None
                self._go_to(place)

    # -- the filter ---------------------------------------------------------------------------------------------

    def on_board_panel_filter_wanted(self, event: BoardPanel.FilterWanted) -> None:
        event.stop()
        if self.card is None:
            return
        customer, today, actor = self.card.customer.id, self.session.today, self.session.actor

        def read(store: Store) -> Known:
            projects = cases_of(store, customer, today, lives=(CaseLife.PROJECT,), chosen=self._shown.only.case)
            me = actor.user.id if actor is not None else None
            return Known(me, tuple(user_options(store.users.list())), tuple(projects))

        def show(known: Known) -> None:
            def turn(choice: str) -> list[Choice]:
                self._filter(self._shown.turned(choice, known))
                return self._shown.choices(known)

            def chosen(choice: str | None) -> None:
                if choice is not None:
                    turn(choice)

            choices = self._shown.choices(known)
            self.app.push_screen(ChooseDialog("Show only", choices, search=True, tick=turn), chosen)

        self.ask_to_open(self.session.store, "filter", read, show)

    def on_chip_row_chip_chosen(self, event: ChipRow.ChipChosen) -> None:
        event.stop()
        self._filter(self._shown.without(event.key))

    def availability(self, command_id: str) -> Availability:
        if command_id == "app.back":
            return self._shown.is_set
        return super().availability(command_id)

    def do_app_back(self) -> None:
        self._filter(Shown())

    def _filter(self, shown: Shown) -> None:
        self._set_shown(shown)
        self._read_board()

    def _set_shown(self, shown: Shown) -> None:
        self._shown = shown
        self._chips.set_chips(shown.chips())
        self.set_class(shown.is_set, "-filtered")
        self.refresh_bindings()

    # -- columns ------------------------------------------------------------------------------------------------

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
