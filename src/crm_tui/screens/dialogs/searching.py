"""What dialogs share that search the store while one types."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.domain.normalise import fold_char, typed_words
from crm_tui.screens.asking import Asking
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.terminal.type_ahead import Hold, hold_keys
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

Result = TypeVar("Result")
Found = TypeVar("Found")
#: rows that are listed; more are said to be there
MOST = 50


class SearchDialog(Asking, Dialog[Result], Generic[Result, Found]):
    """A line to type in over what is found. Enter takes the row under the cursor; where the text is newer than the
    rows, the first one once it is there. What is typed meanwhile is for what that opens."""

    COMMAND_IDS = ("dialog.up", "dialog.down", "dialog.choose")

    def __init__(self, session: Session, columns: Sequence[Column], *, placeholder: str, typed: str = "") -> None:
        super().__init__()
        self.session = session
        self.line = LineInput(typed, placeholder=placeholder, enter=self.do_dialog_choose)
        self.table = VirtualTable(columns, header=False, cursor_always=True, fold=fold_char)
        self._rows_for: str | None = None  # the text that the rows are for
        self._takes_first: Hold | None = None  # Enter was pressed before there were rows for the text

    # -- what a dialog says of itself -----------------------------------------------------------------------------

    def find(self, store: Store, text: str) -> Found:
        """Search; runs in a thread."""
        raise NotImplementedError

    def show(self, text: str, found: Found) -> None:
        """Put what was found into the table, and say in the foot what part of it that is."""
        raise NotImplementedError

    def take(self, row: Row) -> None:
        """Close with what this row stands for."""
        raise NotImplementedError

    # -- the dialog -----------------------------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        yield self.line
        yield self.table

    def on_mount(self) -> None:
        self.table.can_focus = False
        self.line.focus()

    def search(self, text: str) -> None:
        """Search for a text; an older search that is not answered yet is given up."""
        self.table.set_match(typed_words(text))
        self.ask(self.session.store, "search", partial(self._find, text), partial(self._got, text))

    def _find(self, text: str, store: Store) -> Found:
        return self.find(store, text)

    def _got(self, text: str, found: Found) -> None:
        self._rows_for = text
        self.show(text, found)
        self.table.move_to(0)
        if self._takes_first is not None and not self._takes_first.is_given_up:
            self.do_dialog_choose()
        self._take_none()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._take_none()
        self.search(event.value)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._take_none()
        self.table.set_rows(())
        self.table.set_empty(cell((str(event.error), "bad")))

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.take(event.row)

    def do_dialog_up(self) -> None:
        self.table.do_move_up()

    def do_dialog_down(self) -> None:
        self.table.do_move_down()

    def do_dialog_choose(self) -> None:
        self._take_none()
        row = self.table.cursor_row
        if self._rows_for != self.line.value:
            self._takes_first = hold_keys(self)
        elif row is not None:
            self.take(row)

    def _take_none(self) -> None:
        if self._takes_first is not None:
            self._takes_first()
            self._takes_first = None
