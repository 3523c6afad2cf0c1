"""The customers screen: a search line, filter chips, the list, and a preview of the customer under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from crm_tui.commands import Scope, in_scope
from crm_tui.domain.entities import Kind
from crm_tui.domain.normalise import fold_char, typed_words
from crm_tui.domain.permissions import Action
from crm_tui.screens import customer_preview
from crm_tui.screens.card_panel import refuse, slot_of
from crm_tui.screens.customer_commands import CustomerCommands
from crm_tui.screens.customer_filters import CHIPS, ChipChoices, changed, chip_values
from crm_tui.screens.customer_list import SORTS, columns, customer_row, request_for
from crm_tui.screens.lists import ListScreen
from crm_tui.screens.present import Clock, count, spaced
from crm_tui.screens.session import OWN_COMPANY, CardRequest, Session
from crm_tui.store.customers import CustomerPreview, CustomerQuery, CustomerRow, CustomerSort
from crm_tui.store.paging import Count, Page
from crm_tui.store.port import Store
from crm_tui.store.settings import Actor
from crm_tui.widgets.cells import cell
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.facts import Facts
from crm_tui.widgets.filter_line import ChipRow, FilterLine, SearchInput
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.virtual_table import VirtualTable

#: from this width on there is room for the preview
PREVIEW_FROM = 120
#: seconds that the cursor rests on a customer before its preview is read: held keys read nothing
_REST = 0.06
#: commands that change the customer under the cursor, and what they need
_CHANGES = {"list.edit": Action.EDIT, "list.activate": Action.EDIT, "list.delete": Action.DELETE}


class CustomersScreen(ListScreen, CustomerCommands):
    """The first screen."""

    PLACE = "customers"

    COMMAND_IDS = (
        *in_scope(Scope.ROWS, Scope.CUSTOMERS),
        "list.add",
        "list.edit",
        "list.activate",
        "list.delete",
        "list.history",
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.query_now = CustomerQuery()
        self._choices = ChipChoices()
        self._count: Count | None = None
        self._preview: CustomerPreview | None = None
        self._rows: dict[str, CustomerRow] = {}
        self._wants_preview = True
        self._rest: Timer | None = None
        self._filter = FilterLine("name, number, phone, e-mail, city", key=self.key("list.filter"))
        self._chips = ChipRow(key=self.key("customers.chips"))
        self._table = VirtualTable(columns(phone=True), fold=fold_char, cursor_always=True)
        self._list = Panel("Customers", self._table, id="list")
        self._facts = Facts(focusable=False, label_width=10)
        self._side = Panel("Preview", self._facts, id="preview")
        self._side.display = False

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._filter
        yield self._chips
        yield Horizontal(self._list, self._side, id="body")
        yield from self.compose_frame()

    def on_mount(self) -> None:
        self._table.focus()
        self._table.set_sort("name")
        self._list_again()
        self.ask(self.store, "choices", ChipChoices.read, self._got_choices)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._show_side(event.size.width)

    def _show_side(self, width: int) -> None:
        """Show the preview where there is room; the phone column is there when it is not."""
        was = bool(self._side.display)
        self._side.display = self._wants_preview and width >= PREVIEW_FROM
        if self._side.display != was:
            self._table.set_columns(columns(phone=not self._side.display))
            self._table.restart(keep_cursor=True)

    # -- the list -----------------------------------------------------------------------------------------------

    def _list_again(self, *, keep_cursor: bool = False) -> None:
        """The list is another one, or may have changed."""
        self._count = None
        self._rows.clear()
        query = self.query_now
        self._table.set_match(typed_words(query.text))
        self._table.set_empty(cell((self._nothing(), "muted")))
        self._table.restart(keep_cursor=keep_cursor)
        self._chips.set_chips(chip_values(query, self._choices))
        self.ask(self.store, "count", lambda store: store.customers.count(query), self._got_count)

    def _nothing(self) -> str:
        """What an empty list says."""
        sees = self.session.may(Action.SEE, Kind.CUSTOMER)
        if sees is not True:
            return f"No customers are shown: {sees}."
        if self.query_now == CustomerQuery(sort=self.query_now.sort, descending=self.query_now.descending):
            adds = f" {self.key('list.add')} adds one; many at once: crm-tui import FILE"
            return f"No customers yet.{adds if self.availability('list.add') is True else ''}"
        if self.query_now.text:
            also = f"{self.key('list.inactive')} shows inactive ones too, " if self.query_now.active else ""
            return f"Nothing matches. {also}Esc clears the filter."
        return f"No customer is like that. {self.key('customers.chips')} changes the filters, Esc clears them."

    def _got_actor(self, actor: Actor) -> None:
        super()._got_actor(actor)
        self._table.set_empty(cell((self._nothing(), "muted")))

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        event.stop()
        query, request = self.query_now, event.request

        def read(store: Store) -> tuple[Page[CustomerRow], Count | None]:
            exact = store.customers.count(query, exact=True) if request.exact_total else None
            return store.customers.page(query, request_for(request)), exact

        self.ask(self.store, slot_of(event), read, partial(self._got_page, event), failed=partial(refuse, event))

    def _got_page(self, event: VirtualTable.RowsWanted, answer: tuple[Page[CustomerRow], Count | None]) -> None:
        if event.generation != self._table.generation:
            return  # of a list that was another one
        page, exact = answer
        if exact is not None:
            self._got_count(exact)
        clock = self.clock
        rows = [customer_row(row, clock, phone=not self._side.display) for row in page.rows]
        self._rows |= {row.id: customer for row, customer in zip(rows, page.rows, strict=True)}
        # counted to the end of what is listed, even if more match
        known = exact or (self._count if self._count is not None and not self._count.capped else None)
        self._table.show_page(
            event.request,
            rows,
            generation=event.generation,
            before=page.cursors[0] if page.cursors else None,
            after=page.cursors[-1] if page.cursors else None,
            total=known.number if known else None,
            exact=known is not None,
        )
        self.refresh_bindings()

    def _got_count(self, counted: Count) -> None:
        self._count = counted
        self._list.set_title(count=count(counted))
        word = "match" if self.query_now.text else "customer" if counted.number == 1 else "customers"
        shown = cell((count(counted), "name"), (f" {word}", "muted"))
        self._filter.set_count(shown)
        self._table.set_total(counted.number, exact=not counted.capped)

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        event.stop()
        if event.first:
            total = f" of {spaced(event.total)}" if event.total is not None else ""
            self._list.set_foot(f"{event.first}–{event.last}{total}{'' if event.exact or not total else '+'}")
        else:
            self._list.set_foot("")

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.session.open_card(CardRequest(int(event.row.id), query=self.query_now))

    def on_virtual_table_header_chosen(self, event: VirtualTable.HeaderChosen) -> None:
        event.stop()
        if event.column.key in SORTS:
            self._sort_by(SORTS[event.column.key])

    # -- the preview --------------------------------------------------------------------------------------------

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if event.row is None:
            self._preview = None
            self._facts.set_facts(())
        elif self._side.display:
            self._rest = self.set_timer(_REST, partial(self._read_preview, int(event.row.id)))

    def _read_preview(self, customer: int) -> None:
        today = self.session.today
        self.ask(self.store, "preview", lambda store: store.customers.preview(customer, today), self._got_preview)

    def _got_preview(self, preview: CustomerPreview) -> None:
        self._preview = preview
        self._facts.set_facts(customer_preview.facts(preview, self.clock))

    @property
    def clock(self) -> Clock:
        """The present, for relative dates."""
        return Clock(self.session.now(), self.session.zone, self.session.settings)

    # -- filters --------------------------------------------------------------------------------------------------

    def on_filter_line_filter_changed(self, event: FilterLine.FilterChanged) -> None:
        event.stop()
        self._narrow(text=event.text)

    def on_search_input_left(self, event: SearchInput.Left) -> None:
        event.stop()
        self._table.focus()

    def _narrow(self, **changes: object) -> None:
        self.query_now = changed(self.query_now, **changes)
        self._list_again()

    def _got_choices(self, choices: ChipChoices) -> None:
        self._choices = choices
        self._chips.set_chips(chip_values(self.query_now, choices))

    def on_chip_row_chip_chosen(self, event: ChipRow.ChipChosen) -> None:
        event.stop()
        if event.clear:
            self._narrow(**{event.key: CHIPS[event.key].unset})
        else:
            self._choose_value(event.key)

    def do_customers_chips(self) -> None:
        values = {chip.key: chip.value for chip in chip_values(self.query_now, self._choices)}
        choices = [Choice(key, chip.name, values.get(key, "") or "any") for key, chip in CHIPS.items()]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._choose_value(key)

        self.app.push_screen(ChooseDialog("Filter by", choices), chosen)

    def _choose_value(self, key: str) -> None:
        options = self._choices.values_of(key)
        choices = [Choice("", "any"), *(Choice(name, name) for name in options)]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._narrow(**{key: options[name] if name else CHIPS[key].anything})

        self.app.push_screen(ChooseDialog(CHIPS[key].name, choices, search=len(choices) > 8), chosen)

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        on_row = self._table.cursor_row is not None
        if command_id == "list.add":
            return self.session.may(Action.ADD, Kind.CUSTOMER)
        needs_row = ("list.copy", "list.link", "list.favourite", "list.export", "list.history", *_CHANGES)
        if command_id in needs_row and not on_row:
            return "there is no customer in the list"
        if command_id in _CHANGES and self._row is not None and self._row.is_internal:
            return OWN_COMPANY
        if command_id in _CHANGES:
            return self.session.may(_CHANGES[command_id], Kind.CUSTOMER)
        if command_id == "customers.preview" and self.size.width < PREVIEW_FROM:
            return f"the preview needs {PREVIEW_FROM} columns, the terminal has {self.size.width}"
        return super().availability(command_id)

    def do_list_filter(self) -> None:
        self._filter.input.focus()

    def do_app_back(self) -> None:
        """Clear the filters, one kind after the other; Esc never quits."""
        if self.query_now.text:
            self._filter.set_text("")
        else:
            plain = CustomerQuery(sort=self.query_now.sort, descending=self.query_now.descending)
            if self.query_now != plain:
                self.query_now = plain
                self._list_again()

    def do_list_inactive(self) -> None:
        self._narrow(active=None if self.query_now.active else True)

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
        self._narrow(sort=sort, descending=not self.query_now.descending if same else newest_first)
        column = next(key for key, each in SORTS.items() if each is sort)
        self._table.set_sort(column, descending=self.query_now.descending)

    def do_list_reload(self) -> None:
        self.read_actor()
        self.ask(self.store, "choices", ChipChoices.read, self._got_choices)
        self.reread()

    def reread(self) -> None:
        """The list as it is now; the cursor stays on its row."""
        self.remember_pulse()
        self._list_again(keep_cursor=True)

    # -- changing customers -----------------------------------------------------------------------------------------

    def do_list_add(self) -> None:
        self.add_customer()

    def do_list_edit(self) -> None:
        if (row := self._row) is not None:
            self.edit_customer(row.id)

    def do_list_activate(self) -> None:
        if (row := self._row) is not None:
            self.switch_customer(row.id, row.name, active=not row.is_active)

    def do_list_delete(self) -> None:
        if (row := self._row) is not None:
            self.delete_customer(row.id)

    def do_list_history(self) -> None:
        from crm_tui.screens.dialogs.history import HistoryDialog

        if (row := self._row) is not None:
            self.app.push_screen(HistoryDialog(self.session, row.name, Kind.CUSTOMER, row.id))

    @property
    def _row(self) -> CustomerRow | None:
        """The customer under the cursor."""
        row = self._table.cursor_row
        return self._rows.get(row.id) if row is not None else None

    def do_customers_preview(self) -> None:
        self._wants_preview = not self._wants_preview
        self._show_side(self.size.width)
        if self._side.display and self._table.cursor_row is not None:
            self._read_preview(int(self._table.cursor_row.id))

    def do_list_favourite(self) -> None:
        row = self._table.cursor_row
        if row is not None and row.id in self._rows:
            customer = self._rows[row.id]
            self.tell(
                lambda: self.store.customers.set_favourite(customer.id, not customer.is_favourite),
                lambda _: self._list_again(keep_cursor=True),
            )

    def do_list_copy(self) -> None:
        self._with_preview(lambda preview: self.offer_copy(customer_preview.copies(preview)))

    def do_list_link(self) -> None:
        self._with_preview(lambda preview: self.offer_links(customer_preview.links(preview)))

    def _with_preview(self, then: Callable[[CustomerPreview], None]) -> None:
        """Read what there is to copy or open; the preview beside the list may be another customer's still."""
        row = self._table.cursor_row
        if row is not None:
            customer, today = int(row.id), self.session.today
            self.ask(self.store, "row", lambda store: store.customers.preview(customer, today), then)

    def do_list_export(self) -> None:
        from crm_tui.screens.dialogs.export import ExportDialog

        self.app.push_screen(ExportDialog(self.session, self.query_now, self._count))
