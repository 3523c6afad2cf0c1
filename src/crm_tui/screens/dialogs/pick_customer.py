"""Choosing one customer of all that there are: the store is searched while one types, nothing is listed in full."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.domain.errors import NotFound
from crm_tui.domain.normalise import fold_char, typed_words
from crm_tui.screens.asking import Asking
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerQuery, CustomerRow
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.pick_field import Option, PickField
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", width=24, flex=2, match=True),
    Column("number", width=7, most=12, style="muted", match=True),
    Column("city", width=12, flex=1, style="muted", match=True, drop=1),
)
#: customers that are listed; more are said to be there
_MOST = 50
_NONE = "none"


class Picked(NamedTuple):
    """The customer that was chosen; no id for none."""

    id: int | None
    name: str


class PickCustomerDialog(Asking, Dialog[Picked]):
    """Begins with the customers that were opened last, and with none, which ``nothing`` is the word for."""

    COMMAND_IDS = ("dialog.up", "dialog.down", "dialog.choose")
    DEFAULT_CSS = """
    PickCustomerDialog VirtualTable { height: 14; max-height: 60vh; }
    """

    def __init__(self, session: Session, title: str, *, nothing: str, typed: str = "") -> None:
        super().__init__()
        self.title_text = title
        self._session, self._nothing = session, nothing
        self._input = LineInput(typed, placeholder="Name, number or city of a customer")
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True, fold=fold_char)
        self._names: dict[str, str] = {}
        self._rows_for: str | None = None  # the text that the rows are for
        self._takes_first = False  # Enter was pressed before there were rows for the text

    def content(self) -> ComposeResult:
        yield self._input
        yield self._table

    def on_mount(self) -> None:
        self._table.can_focus = False
        self._input.focus()
        self._search(self._input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._takes_first = False
        self._search(event.value)

    def _search(self, text: str) -> None:
        self._table.set_match(typed_words(text))
        query = CustomerQuery(text=text, recent=not text.strip())

        def find(store: Store) -> Page[CustomerRow]:
            return store.customers.page(query, PageRequest(limit=_MOST))

        self.ask(self._session.store, "customers", find, partial(self._show, text))

    def _show(self, text: str, page: Page[CustomerRow]) -> None:
        self._rows_for = text
        self._names = {str(row.id): row.name for row in page.rows}
        none = [] if text.strip() else [Row(_NONE, (cell((self._nothing, "muted")), "", ""))]
        self._table.set_rows([*none, *(_row(row) for row in page.rows)])
        self._table.set_empty(cell(("No customer is called so.", "muted")))
        self._table.move_to(0)
        shown = (
            f"the first {len(page.rows)}" if page.more else "" if text.strip() else "opened last; type to find others"
        )
        self.set_foot(cell((shown, "muted")))
        if self._takes_first:
            self._choose()

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._takes_first = False
        self._table.set_rows(())
        self._table.set_empty(cell((str(event.error), "bad")))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self._take(event.row)

    def do_dialog_up(self) -> None:
        self._table.do_move_up()

    def do_dialog_down(self) -> None:
        self._table.do_move_down()

    def do_dialog_choose(self) -> None:
        self._choose()

    def _choose(self) -> None:
        """Take the customer under the cursor; with newer text the first one, once it is there."""
        self._takes_first = self._rows_for != self._input.value
        row = self._table.cursor_row
        if not self._takes_first and row is not None:
            self._take(row)

    def _take(self, row: Row) -> None:
        self.dismiss(Picked(None, "") if row.id == _NONE else Picked(int(row.id), self._names[row.id]))


class CustomerField(Asking, PickField):
    """A customer, or none; ``empty`` says what none means."""

    def __init__(self, session: Session, name: str, label: str, *, empty: str, known: Option | None = None) -> None:
        """``known``: the customer that is chosen at first."""
        super().__init__(name, label, [known] if known is not None else [], empty=empty)
        self._session = session

    def put(self, value: Any) -> None:
        super().put(value)
        if value is not None and not self._knows(value):
            self._look_up(value)

    def words(self, value: Any) -> str:
        """A customer that is still being looked up has no name yet."""
        return super().words(value) if value is None or self._knows(value) else "another customer"

    def _knows(self, customer: int) -> bool:
        return any(option.id == customer for option in self._options)

    def _look_up(self, customer: int) -> None:
        """One that a draft brings along has an id alone."""

        def read(store: Store) -> str:
            try:
                return store.customers.get(customer).name
            except NotFound:
                return "a deleted customer"

        def known(name: str) -> None:
            self.add_option(Option(customer, name))
            self.refresh()

        self.ask(self._session.store, "name", read, known)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """It is still “another customer”; a form would take it for a failure of saving."""
        event.stop()
        self.notify(f"{self.label}: {clean(str(event.error))}", severity="warning", markup=False)

    def action_choose(self, typed: str = "") -> None:
        dialog = PickCustomerDialog(self._session, self.label, nothing=self._nothing, typed=typed)
        self.app.push_screen(dialog, self._picked)

    def _picked(self, picked: Picked | None) -> None:
        if picked is None:
            return
        if picked.id is not None:
            self.add_option(Option(picked.id, picked.name))
        self.take(picked.id)


def _row(row: CustomerRow) -> Row:
    return Row(str(row.id), (row.name, str(row.number), row.city or ""))
