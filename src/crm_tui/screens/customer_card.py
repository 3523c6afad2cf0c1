"""The customer card: header, five tabs, and going from customer to customer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import UNSET, UnsetType
from textual.app import ComposeResult
from textual.containers import Container

from crm_tui.commands import Scope, in_scope
from crm_tui.domain.addresses import one_line
from crm_tui.domain.contacts import ERASURE_NOTE
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.money import minor_digits
from crm_tui.domain.names import short_name
from crm_tui.domain.permissions import Action
from crm_tui.screens import documents
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.card_tab import CardTab, Target
from crm_tui.screens.collaboration import CollaborationTab
from crm_tui.screens.contact_information import ContactInformationTab
from crm_tui.screens.contact_panel import ContactPanel
from crm_tui.screens.customer_commands import CustomerCommands
from crm_tui.screens.customer_settings import CustomerSettingsTab
from crm_tui.screens.dialogs.form_dialog import About, Saved
from crm_tui.screens.file_panel import FilePanel
from crm_tui.screens.financials import FinancialsTab
from crm_tui.screens.present import HIDDEN, count, state, sums
from crm_tui.screens.sales_projects import SalesProjectsTab
from crm_tui.screens.session import CardRequest, Session, View
from crm_tui.store.customers import CustomerCard, CustomerQuery, KeyFigures, Neighbours, Sum
from crm_tui.store.port import Store
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.header_line import HeaderLine
from crm_tui.widgets.tab_strip import TabLabel, TabStrip

_TABS: tuple[Callable[[Session], CardTab], ...] = (
    ContactInformationTab,
    SalesProjectsTab,
    CollaborationTab,
    FinancialsTab,
    CustomerSettingsTab,
)
_NAMES = (
    ("Contact information", "Contact"),
    ("Sales & projects", "Sales"),
    ("Collaboration", "Collab"),
    ("Financials", "Finance"),
    ("Customer settings", "Settings"),
)


#: commands of the menu, in its order
_MENU = ("card.edit", "card.headquarters", "card.history", "app.undo_list", "card.activate", "card.delete")


class CustomerCardScreen(CustomerCommands):
    """One customer. A tab is made when it is first shown."""

    COMMAND_IDS = (
        *(name for name in in_scope(Scope.CARD) if "panel" not in name),
        "list.reload",
        "list.favourite",
    )

    def __init__(self, session: Session, request: CardRequest) -> None:
        super().__init__(session)
        self._request = request
        self._query = request.query or CustomerQuery(active=None)
        self._card: CustomerCard | None = None
        self._neighbours: Neighbours | None = None
        self._waiting = ""  # the command to go to a neighbour that was given before they were known
        self._target: Target | None = None
        self._header = HeaderLine()
        self._strip = TabStrip([TabLabel(*names) for names in _NAMES])
        self._tabs: dict[int, CardTab] = {}
        self._body = Container(id="tabs")

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._strip
        yield self._body
        yield from self.compose_frame()

    def on_mount(self) -> None:
        self.show(self._request)

    def show(self, request: CardRequest) -> None:
        """Show this customer, on this tab."""
        self._request = request
        if request.query is not None:
            self._query = request.query
        self._target = Target(request.kind, request.entity) if request.kind and request.entity else None
        customer = request.customer
        if self._card is not None and self._card.customer.id != customer:
            self._card = None
        self._show_tab(request.tab)
        self.session.visited(View(customer, request.tab))
        self._read()
        self._look_around()
        self.tell(lambda: self.store.customers.opened(customer))

    def _read(self) -> None:
        customer, today = self._request.customer, self.session.today
        self.ask(self.store, "card", lambda store: store.customers.card(customer, today), self._got_card)

    def reread(self) -> None:
        """Show the customer as it is now; nothing moves."""
        self.read_actor()
        self.remember_pulse()
        self._read()

    def _got_card(self, card: CustomerCard) -> None:
        self._card = card
        self.refresh_bindings()
        self._show_header()
        self._strip.set_tabs(_labels(card.figures))
        self._tab.show(card)
        if self._target is not None:
            self._tab.put_cursor_on(self._target)
            self._target = None

    def _look_around(self) -> None:
        """Ask for the customers before and after this one."""
        customer, query = self._request.customer, self._query
        self._neighbours, self._waiting = None, ""
        self.ask(
            self.store,
            "neighbours",
            lambda store: store.customers.neighbours(query, customer),
            self._got_neighbours,
            failed=self._stop_looking,
        )

    def _got_neighbours(self, neighbours: Neighbours) -> None:
        self._neighbours, waiting = neighbours, self._waiting
        self._stop_looking()
        self.refresh_bindings()
        if waiting:
            self.call_later(self.run_command, waiting)

    def _stop_looking(self) -> None:
        self._waiting = ""
        self._show_header()

    # -- header -------------------------------------------------------------------------------------------------

    def _show_header(self) -> None:
        if self._card is None:
            return
        customer = self._card.customer
        keys = f"{self.key('card.next')} {self.key('card.previous')}"
        place = self._place()
        self._header.show_customer(
            customer.name,
            number=str(customer.number),
            state=state(customer.is_active),
            owner=self._card.owner_name or "",
            owner_short=short_name(self._card.owner_name) if self._card.owner_name else "",
            extra=cell(("* favourite", "accent")) if self._card.is_favourite else EMPTY,
            right=join(
                [
                    cell((keys, "accent"), f" {place}") if place else EMPTY,
                    cell((self.key("card.menu"), "key"), (" Menu ⋮", "muted")),
                ],
                "   ",
            ),
            right_short=cell((place.replace(" of ", "/"), "muted")),
        )

    def _place(self) -> str:
        """``3 of 42``: where the customer is in the list."""
        around = self._neighbours
        if self._waiting:
            return "looking…"
        if around is None or around.position is None:
            return ""
        return f"{around.position} of {count(around.count)}"

    # -- tabs -----------------------------------------------------------------------------------------------------

    @property
    def _tab(self) -> CardTab:
        return self._tabs[self._strip.active]

    def _show_tab(self, number: int) -> None:
        for tab in self._tabs.values():
            tab.display = False
        self._strip.set_active(number)
        card = self._card
        if number not in self._tabs:
            tab = self._tabs[number] = _TABS[number - 1](self.session)
            tab.card = card
            self._body.mount(tab)
        tab = self._tabs[number]
        if card is not None and tab.card is not card:
            tab.show(card)
        tab.display = True
        self.call_after_refresh(tab.focus_first)

    def _go_to_tab(self, number: int) -> None:
        if number != self._strip.active:
            self._show_tab(number)
            self.session.visited(View(self._request.customer, number))

    def on_tab_strip_tab_chosen(self, event: TabStrip.TabChosen) -> None:
        event.stop()
        self._go_to_tab(event.number)

    def do_card_tab_1(self) -> None:
        self._go_to_tab(1)

    def do_card_tab_2(self) -> None:
        self._go_to_tab(2)

    def do_card_tab_3(self) -> None:
        self._go_to_tab(3)

    def do_card_tab_4(self) -> None:
        self._go_to_tab(4)

    def do_card_tab_5(self) -> None:
        self._go_to_tab(5)

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        around = self._neighbours
        if command_id in ("card.next", "card.previous") and around is not None:
            if (around.previous, around.next, around.position) == (None, None, None):
                return "this customer is not in the list"
            if command_id == "card.next" and around.next is None:
                return "this is the last customer of the list"
            if command_id == "card.previous" and around.previous is None:
                return "this is the first customer of the list"
        if command_id == "list.favourite" and self._card is None:
            return "the customer is still being read"
        if command_id in _CHANGES:
            return self._may_change(*_CHANGES[command_id], command_id)
        return super().availability(command_id)

    def _may_change(self, action: Action, kind: Kind, command_id: str) -> Availability:
        card = self._card
        if card is None:
            return "the customer is still being read"
        if card.customer.is_internal and kind not in (Kind.NOTE, Kind.ACTIVITY):
            return "this is your own company: it can't be changed here"
        allowed = self.session.may(action, kind)
        if allowed is True and command_id == "card.headquarters" and len(card.addresses) < 2:
            return "the only address is the headquarters" if card.addresses else "there is no address yet"
        return allowed

    def do_card_next(self) -> None:
        self._go("card.next")

    def do_card_previous(self) -> None:
        self._go("card.previous")

    def _go(self, command_id: str) -> None:
        """Go to the customer beside this one; while that is looked for say so, and go once it is known."""
        around = self._neighbours
        if around is not None:
            customer = around.next if command_id == "card.next" else around.previous
            if customer is not None:
                self.show(CardRequest(customer, self._strip.active))
            return
        if not self._waiting:
            self._look_around()  # the question before may have failed
        self._waiting = command_id
        self._show_header()

    def do_app_back(self) -> None:
        self.session.open_customers()

    def do_list_reload(self) -> None:
        self.read_actor()
        self.remember_pulse()
        self.show(CardRequest(self._request.customer, self._strip.active))

    def do_list_favourite(self) -> None:
        if self._card is not None:
            customer, wanted = self._card.customer.id, not self._card.is_favourite
            self.tell(lambda: self.store.customers.set_favourite(customer, wanted), lambda _: self.do_list_reload())

    # -- changing it ----------------------------------------------------------------------------------------------

    def do_card_menu(self) -> None:
        states = {state.command.id: state for state in self._states()}
        active = self._card is None or self._card.customer.is_active
        words = {"card.activate": "Inactivate" if active else "Activate"}
        menu = [states[command_id] for command_id in _MENU if command_id in states]
        self.offer_commands("Customer", menu, words)

    def do_card_edit(self) -> None:
        self.edit_customer(self._request.customer)

    def do_card_activate(self) -> None:
        if self._card is not None:
            customer = self._card.customer
            self.switch_customer(customer.id, customer.name, active=not customer.is_active)

    def do_card_delete(self) -> None:
        self.delete_customer(self._request.customer)

    def do_card_history(self) -> None:
        from crm_tui.screens.dialogs.history import HistoryDialog

        if self._card is not None:
            customer = self._card.customer
            self.app.push_screen(HistoryDialog(self.session, customer.name, Kind.CUSTOMER, customer.id))

    def do_card_headquarters(self) -> None:
        """Pick the address that is the headquarters (rule 4)."""
        card = self._card
        if card is None:
            return
        customer = card.customer
        choices = [
            Choice(str(address.id), one_line(address), "◆ HQ" if address.id == customer.headquarters else "")
            for address in card.addresses
        ]

        def chosen(picked: str | None) -> None:
            if picked is not None and int(picked) != customer.headquarters:
                change = CustomerChange(headquarters=int(picked))
                self.change(
                    lambda store: store.customers.update(customer.id, customer.revision, change),
                    "Headquarters changed",
                )

        self.app.push_screen(ChooseDialog("Headquarters", choices, current=str(customer.headquarters)), chosen)

    def do_card_note(self) -> None:
        self._open("note", About(self._request.customer), Kind.NOTE, stay=True)

    def do_card_todo(self) -> None:
        self._open("to-do", About(self._request.customer), Kind.ACTIVITY, stay=True)

    def _open(self, form: str, about: About, kind: Kind, *, stay: bool = False) -> None:
        """Open a form; the cursor then goes to what was saved, or stays in another panel (``stay``)."""

        def saved(result: Saved) -> None:
            goes = kind is not Kind.CUSTOMER and (not stay or self._tab.has_open(kind))
            self._target = Target(kind, result.entity) if goes else None
            self.reread()

        self.open_form(form, about, saved)

    def on_card_panel_form_wanted(self, event: CardPanel.FormWanted) -> None:
        event.stop()
        about = About(self._request.customer, event.entity, event.given or {}, event.focus)
        self._open(event.form, about, event.kind)

    def on_card_panel_change_wanted(self, event: CardPanel.ChangeWanted) -> None:
        event.stop()
        self.change(event.call, event.done)

    def on_card_panel_go_wanted(self, event: CardPanel.GoWanted) -> None:
        event.stop()
        self._target = Target(event.kind, event.entity)
        self._go_to_tab(event.tab)
        self._read()

    def on_contact_panel_erase_wanted(self, event: ContactPanel.EraseWanted) -> None:
        event.stop()
        contact = event.contact

        def erase(store: Store) -> None:
            store.contacts.delete(contact.id, contact.revision)
            self.session.drafts.forget("contact", contact.id)

        def told(_: object) -> None:
            self.notify(f"{event.name} was erased. {ERASURE_NOTE}", timeout=10, markup=False)
            self.reread()

        self.tell(partial(erase, self.store), told)

    def on_file_panel_open_wanted(self, event: FilePanel.OpenWanted) -> None:
        event.stop()
        documents.open_file(self, event.file)

    def on_file_panel_save_wanted(self, event: FilePanel.SaveWanted) -> None:
        event.stop()
        documents.save_file(self, event.file, event.path)

    def customer_is_gone(self) -> None:
        self.session.open_customers()

    def on_asking_failed(self, event: CrmScreen.Failed) -> None:
        """A customer that somebody deleted has no card any more."""
        error = event.error
        if isinstance(error, NotFound) and (error.kind, error.key) == ("customer", self._request.customer):
            event.prevent_default().stop()
            self.notify("This customer was deleted.", severity="warning", markup=False)
            self.session.open_customers()


#: what a command needs: an action on a kind
_CHANGES: dict[str, tuple[Action, Kind]] = {
    "card.edit": (Action.EDIT, Kind.CUSTOMER),
    "card.activate": (Action.EDIT, Kind.CUSTOMER),
    "card.headquarters": (Action.EDIT, Kind.CUSTOMER),
    "card.delete": (Action.DELETE, Kind.CUSTOMER),
    "card.note": (Action.ADD, Kind.NOTE),
    "card.todo": (Action.ADD, Kind.ACTIVITY),
}


def _labels(figures: KeyFigures) -> list[TabLabel]:
    """The tab strip with each tab's key figure."""
    late = cell((f"! {figures.late_tasks.number} late", "bad")) if figures.late_tasks.number else EMPTY
    late_short = cell((f"!{figures.late_tasks.number}", "bad")) if figures.late_tasks.number else EMPTY
    margin = _margin(figures)
    term = (
        cell(f"{figures.payment_term} days", (f" net, {figures.currency}", "muted"))
        if figures.payment_term is not None
        else cell((figures.currency, "muted"))
    )
    shown = (
        (
            cell(count(figures.contacts), (" contact" if figures.contacts.number == 1 else " contacts", "muted")),
            cell((count(figures.contacts), "muted")),
        ),
        (join(sums(figures.open_value)), _short_sum(figures.open_value)),
        (
            join([cell(count(figures.tasks), (" tasks", "muted")), late]),
            join([cell((count(figures.tasks), "muted")), late_short], " "),
        ),
        (cell(margin, (" margin", "muted")), margin),
        (term, EMPTY),
    )
    return [TabLabel(*names, *each) for names, each in zip(_NAMES, shown, strict=True)]


def _short_sum(total: Sum | UnsetType) -> Cell:
    """The first currency's sum in thousands, for narrow screens."""
    if isinstance(total, UnsetType):
        return HIDDEN
    if not total.amounts:
        return EMPTY
    first = total.amounts[0]
    thousands = first.amount / 10 ** minor_digits(first.currency) / 1000
    return cell((f"{thousands:.0f}k {first.currency}", "muted"))


def _margin(figures: KeyFigures) -> Cell:
    if figures.margin_percent is UNSET:
        return HIDDEN
    if figures.margin_percent is None:
        return cell(("–", "faint"))
    return cell(f"{figures.margin_percent}", (" %", "muted"))
