"""Choosing one customer of all that there are: the store is searched while one types, nothing is listed in full."""

from __future__ import annotations

from typing import Any, NamedTuple

from crm_tui.domain.errors import NotFound
from crm_tui.screens.asking import Asking
from crm_tui.screens.dialogs.searching import MOST, SearchDialog
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerQuery, CustomerRow
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.pick_field import Option, PickField
from crm_tui.widgets.rows import Row

_COLUMNS = (
    Column("name", width=24, flex=2, match=True),
    Column("number", width=7, most=12, style="muted", match=True),
    Column("city", width=12, flex=1, style="muted", match=True, drop=1),
)
_NONE = "none"


class Picked(NamedTuple):
    """The customer that was chosen; no id for none."""

    id: int | None
    name: str


class PickCustomerDialog(SearchDialog[Picked, Page[CustomerRow]]):
    """Begins with the customers that were opened last, and with none, if ``nothing`` is a word for it."""

    DEFAULT_CSS = """
    PickCustomerDialog VirtualTable { height: 14; max-height: 60vh; }
    """

    def __init__(self, session: Session, title: str, *, nothing: str, typed: str = "") -> None:
        super().__init__(session, _COLUMNS, placeholder="Name, number or city of a customer", typed=typed)
        self.title_text = title
        self._nothing = nothing
        self._names: dict[str, str] = {}

    def on_mount(self) -> None:
        self.search(self.line.value)

    def find(self, store: Store, text: str) -> Page[CustomerRow]:
        query = CustomerQuery(text=text, recent=not text.strip())
        return store.customers.page(query, PageRequest(limit=MOST))

    def show(self, text: str, found: Page[CustomerRow]) -> None:
        self._names = {str(row.id): row.name for row in found.rows}
        none = [] if text.strip() or not self._nothing else [Row(_NONE, (cell((self._nothing, "muted")), "", ""))]
        self.table.set_rows([*none, *(_row(row) for row in found.rows)])
        self.table.set_empty(cell(("No customer is called so.", "muted")))
        last = "" if text.strip() else "opened last; type to find others"
        self.set_foot(cell((f"the first {len(found.rows)}" if found.more else last, "muted")))

    def take(self, row: Row) -> None:
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
