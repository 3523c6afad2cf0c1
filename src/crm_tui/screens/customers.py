"""The customers screen: a search line, filter chips, the list, and a preview of the customer under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crm_tui.commands import in_scope
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.places import Scope
from crm_tui.screens import customer_filters, customer_preview
from crm_tui.screens.customer_columns import columns
from crm_tui.screens.customer_commands import CustomerCommands
from crm_tui.screens.customer_list import SORTS, customer_row
from crm_tui.screens.dialogs.views import BuiltIn, ViewStore
from crm_tui.screens.narrowed import NarrowedList
from crm_tui.screens.session import OWN_COMPANY, CardRequest, Session
from crm_tui.store.customers import CustomerPreview, CustomerQuery, CustomerRow, CustomerSort
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

#: commands that change the customer under the cursor, and what they need
_CHANGES = {"list.edit": Action.EDIT, "list.activate": Action.EDIT, "list.delete": Action.DELETE}


class CustomersScreen(NarrowedList[CustomerQuery, CustomerRow], CustomerCommands):
    """The first screen."""

    PLACE = "customers"
    CHIPS = customer_filters.CHIPS
    NOUNS = ("customer", "customers")
    COMMAND_IDS = (
        *in_scope(Scope.ROWS),
        "list.add",
        "list.edit",
        "list.activate",
        "list.delete",
        "list.history",
    )

    def __init__(self, session: Session) -> None:
        placeholder = "name, number, phone, e-mail, city"
        super().__init__(session, CustomerQuery(), columns(phone=True), placeholder=placeholder)

    def on_mount(self) -> None:
        self.applied()

    # -- the list -------------------------------------------------------------------------------------------------

    def read_page(self, store: Store, query: CustomerQuery, request: PageRequest) -> Page[CustomerRow]:
        return store.customers.page(query, request)

    def read_count(self, store: Store, query: CustomerQuery, *, exact: bool) -> Count:
        return store.customers.count(query, exact=exact)

    def as_row(self, item: CustomerRow) -> Row:
        return customer_row(item, self.clock, phone=not self.side.display)

    def plain(self) -> CustomerQuery:
        return CustomerQuery(sort=self.query_now.sort, descending=self.query_now.descending)

    def values(self, query: CustomerQuery) -> Mapping[str, Any]:
        return customer_filters.values_of(query)

    def values_of(self, key: str) -> Mapping[Any, str]:
        return customer_filters.LISTS if key == "list" else super().values_of(key)

    def with_changes(self, **changes: Any) -> CustomerQuery:
        return customer_filters.changed(self.query_now, **changes)

    def nothing(self) -> str:
        sees = self.session.may(Action.SEE, Kind.CUSTOMER)
        if sees is not True:
            return f"No customers are shown: {sees}."
        if self.query_now == self.plain():
            adds = f" {self.key('list.add')} adds one; many at once: crm-tui import FILE"
            return f"No customers yet.{adds if self.availability('list.add') is True else ''}"
        if self.query_now.text:
            also = f"{self.key('list.inactive')} shows inactive ones too, " if self.query_now.active else ""
            return f"Nothing matches. {also}Esc clears the filter."
        return f"No customer is like that. {self.key('customers.chips')} changes the filters, Esc clears them."

    def limit(self) -> str:
        return self.session.list_limit

    def views(self) -> ViewStore[CustomerQuery]:
        actor = self.session.actor
        mine = [BuiltIn("Mine", CustomerQuery(owner=actor.user.id))] if actor is not None else []
        favourites, recent = CustomerQuery(favourites=True), CustomerQuery(recent=True)
        return ViewStore(
            lambda store: store.views.customers(),
            lambda store, name, query: store.views.save_customers(name, query),
            [*mine, BuiltIn("Favourites", favourites), BuiltIn("Opened last", recent)],
        )

    def in_words(self, query: CustomerQuery) -> str:
        order = f"by {query.sort.value}{' from the end' if query.descending else ''}"
        ordered = [] if (query.sort, query.descending) == (CustomerSort.NAME, False) else [order]
        return ", ".join(filter(None, [super().in_words(query), *ordered]))

    def applied(self) -> None:
        column = next(key for key, each in SORTS.items() if each is self.query_now.sort)
        self.table.set_sort(column, descending=self.query_now.descending)

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.session.open_card(CardRequest(int(event.row.id), query=self.query_now))

    def on_virtual_table_header_chosen(self, event: VirtualTable.HeaderChosen) -> None:
        event.stop()
        if event.column.key in SORTS:
            self._sort_by(SORTS[event.column.key])

    # -- the preview --------------------------------------------------------------------------------------------

    def side_shown(self) -> None:
        """The phone column yields to the preview, which shows it."""
        self.table.set_columns(columns(phone=not self.side.display))
        self.table.restart(keep_cursor=True)

    def show_current(self, item: CustomerRow | None) -> None:
        if self.table.cursor_row is None:
            self.facts.set_facts(())

    def read_current(self, item: CustomerRow) -> None:
        customer, today = item.id, self.session.today
        self.ask(self.store, "preview", lambda store: store.customers.preview(customer, today), self._got_preview)

    def _got_preview(self, preview: CustomerPreview) -> None:
        if not self.is_hidden:
            self.facts.set_facts(customer_preview.facts(preview, self.clock))

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.session.may(Action.ADD, Kind.CUSTOMER)
        needs_row = ("list.copy", "list.link", "list.favourite", "list.export", "list.history", *_CHANGES)
        if command_id in needs_row and self.table.cursor_row is None:
            return "there is no customer in the list"
        if command_id in _CHANGES and self.current is not None and self.current.is_internal:
            return OWN_COMPANY
        if command_id in _CHANGES:
            return self.session.may(_CHANGES[command_id], Kind.CUSTOMER)
        return super().availability(command_id)

    def do_list_sort(self) -> None:
        now = self.query_now
        order = "from the end" if now.descending else "from the start"
        choices = [
            Choice(
                sort.value,
                sort.value.capitalize(),
                f"{order}; again turns it round" if sort is now.sort else "",
            )
            for sort in CustomerSort
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._sort_by(CustomerSort(name))

        self.app.push_screen(ChooseDialog("Sort by", choices, current=now.sort.value), chosen)

    def _sort_by(self, sort: CustomerSort) -> None:
        newest_first = sort in (CustomerSort.LAST_ACTIVITY, CustomerSort.OPEN_VALUE)
        same = sort is self.query_now.sort
        self.narrow(sort=sort, descending=not self.query_now.descending if same else newest_first)
        self.applied()

    # -- changing customers -----------------------------------------------------------------------------------------

    def do_list_add(self) -> None:
        self.add_customer()

    def do_list_edit(self) -> None:
        if (row := self.current) is not None:
            self.edit_customer(row.id)

    def do_list_activate(self) -> None:
        if (row := self.current) is not None:
            self.switch_customer(row.id, row.name, active=not row.is_active)

    def do_list_delete(self) -> None:
        if (row := self.current) is not None:
            self.delete_customer(row.id)

    def do_list_history(self) -> None:
        from crm_tui.screens.dialogs.history import HistoryDialog

        if (row := self.current) is not None:
            self.app.push_screen(HistoryDialog(self.session, row.name, Kind.CUSTOMER, row.id))

    def do_list_favourite(self) -> None:
        customer = self.current
        if customer is not None:
            self.tell(
                lambda: self.store.customers.set_favourite(customer.id, not customer.is_favourite),
                lambda _: self.list_again(keep_cursor=True),
            )

    def do_list_copy(self) -> None:
        self._with_preview(lambda preview: self.offer_copy(customer_preview.copies(preview)))

    def do_list_link(self) -> None:
        self._with_preview(lambda preview: self.offer_links(customer_preview.links(preview)))

    def _with_preview(self, then: Callable[[CustomerPreview], None]) -> None:
        """Read what there is to copy or open; the preview beside the list may be another customer's still."""
        row = self.table.cursor_row
        if row is not None:
            customer, today = int(row.id), self.session.today
            self.ask(self.store, "row", lambda store: store.customers.preview(customer, today), then)

    def do_list_export(self) -> None:
        from crm_tui.screens.dialogs.export import ExportDialog

        self.app.push_screen(ExportDialog(self.session, self.query_now, self.counted))
