"""The customer card: header, five tabs, and going from customer to customer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Container

from crm_tui.commands import in_scope
from crm_tui.domain import vat
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, NotFound
from crm_tui.domain.names import short_name
from crm_tui.domain.permissions import Action
from crm_tui.places import Scope
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.card_changes import CardChanges
from crm_tui.screens.card_figures import TAB_NAMES, tab_labels
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.card_tab import CardTab, Target
from crm_tui.screens.collaboration import CollaborationTab
from crm_tui.screens.contact_information import ContactInformationTab
from crm_tui.screens.customer_settings import CustomerSettingsTab
from crm_tui.screens.dialogs.merged_away import Heir, heir
from crm_tui.screens.financials import FinancialsTab
from crm_tui.screens.lists import LISTS
from crm_tui.screens.present import count, state
from crm_tui.screens.sales_projects import SalesProjectsTab
from crm_tui.screens.session import FIRST, CardRequest, Session
from crm_tui.store.customers import CustomerCard, CustomerQuery, Neighbours
from crm_tui.store.port import Store
from crm_tui.store.settings import Actor
from crm_tui.terminal.type_ahead import Hold, hold_keys
from crm_tui.text import clean
from crm_tui.widgets.cells import EMPTY, cell, join
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


class CustomerCardScreen(CardChanges):
    """One customer. A tab is made when it is first shown."""

    COMMAND_IDS = (
        *(name for name in in_scope(Scope.CARD) if "panel" not in name),
        "list.reload",
        "list.favourite",
    )

    def __init__(self, session: Session, request: CardRequest) -> None:
        super().__init__(session, request)
        self._from = LISTS[session.place].title
        self._walks = session.place == FIRST  # no other list has a next customer
        self._query = request.query or CustomerQuery(active=None)
        self._neighbours: Neighbours | None = None
        self._waiting = ""  # the command to go to a neighbour that was given before they were known
        self._hold: Hold | None = None  # keys wait for the customer
        self._is_missing = False  # it could not be read, and what is shown is of no other one
        self._header = HeaderLine()
        self._strip = TabStrip([TabLabel(*names) for names in TAB_NAMES])
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
        self._let_keys_go()  # those for a card that was still being read
        if self._card is None:
            self._hold = hold_keys(self)  # they are for this customer
        self._show_tab(request.tab)
        self.session.visited(customer, request.tab)
        self._read()
        self._look_around()
        self.tell(lambda: self.store.customers.opened(customer))

    def _read(self) -> None:
        customer, today = self._request.customer, self.session.today

        def read(store: Store) -> CustomerCard:
            vat.get_ready()  # its number is checked when it is shown
            return store.customers.card(customer, today)

        self.ask(self.store, "card", read, self._got_card, failed=self._not_read)

    def reread(self) -> None:
        """Show the customer as it is now; nothing moves."""
        self.remember_pulse()
        self._read()

    def _got_card(self, card: CustomerCard) -> None:
        self._card = card
        self._is_missing = False
        self.refresh_bindings()
        self._show_header()
        cases = not self.session.missing(Action.SEE, Kind.CASE)
        self._strip.set_tabs(tab_labels(card.figures, cases=cases))
        self._tab.show(card)
        if self._target is not None:
            self._tab.put_cursor_on(self._target)
            self._target = None
        if self._hold is not None:
            self._hold.call_when_drawn(self)

    def _not_read(self) -> None:
        self._let_keys_go()
        self._is_missing = self._card is None

    def _let_keys_go(self) -> None:
        if self._hold is not None:
            self._hold()

    def _look_around(self) -> None:
        """Ask for the customers before and after this one."""
        if not self._walks:
            return
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
            trail=self._from,
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
            self.session.visited(self._request.customer, number)

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

    def on_card_panel_go_wanted(self, event: CardPanel.GoWanted) -> None:
        event.stop()
        self._target = Target(event.kind, event.entity)
        self._go_to_tab(event.tab)
        self._read()

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        around = self._neighbours
        if command_id in ("card.next", "card.previous") and not self._walks:
            return f"this card was opened from {self._from}; only customers stand in a row"
        if command_id in ("card.next", "card.previous") and around is not None:
            if (around.previous, around.next, around.position) == (None, None, None):
                return "this customer is not in the list"
            if command_id == "card.next" and around.next is None:
                return "this is the last customer of the list"
            if command_id == "card.previous" and around.previous is None:
                return "this is the first customer of the list"
        if command_id == "list.favourite" and self._card is None:
            return "the customer is still being read"
        return super().availability(command_id)

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
        self.session.back_to_list()

    def do_list_reload(self) -> None:
        self.remember_pulse()
        self.show(CardRequest(self._request.customer, self._strip.active))

    def do_list_favourite(self) -> None:
        if self._card is not None:
            customer, wanted = self._card.customer.id, not self._card.is_favourite
            self.tell(lambda: self.store.customers.set_favourite(customer, wanted), lambda _: self.do_list_reload())

    def _got_actor(self, actor: Actor) -> None:
        """Panels say what is hidden from whom: they are read again for who may do something else now."""
        before = self.session.actor
        super()._got_actor(actor)
        if before is not None and before.profile != actor.profile and self._card is not None:
            self._read()

    def show_denied(self, error: Denied) -> None:
        """Who may not see customers, or not any more, has no card."""
        if self._card is None or self.session.missing(Action.SEE, Kind.CUSTOMER):
            self.session.back_to_list()
        super().show_denied(error)

    def customer_is_gone(self) -> None:
        self.session.back_to_list()

    def on_asking_failed(self, event: CrmScreen.Failed) -> None:
        """A customer that somebody deleted has no card, and the panels of the one before are not left under keys that
        would be for another."""
        error, is_missing = event.error, self._is_missing
        self._is_missing = False
        if isinstance(error, NotFound) and (error.kind, error.key) == ("customer", self._request.customer):
            event.prevent_default().stop()
            gone = self._request.customer
            self.ask(
                self.store,
                "went into",
                lambda store: heir(store, Kind.CUSTOMER, gone),
                partial(self._customer_went, gone),
            )
        elif is_missing and not isinstance(error, Denied):
            self.session.back_to_list()

    def _customer_went(self, gone: int, into: Heir | None) -> None:
        """The customer that is shown is gone: go on with the one that it is part of, or back to the list."""
        if gone != self._request.customer:
            return  # another one is shown by now
        if into is None:
            self.notify("This customer was deleted.", severity="warning", markup=False)
            self.session.back_to_list()
            return
        name = self._card.customer.name if self._card is not None else "This customer"
        self.notify(f"{clean(name)} is part of {clean(into.name)} now.", markup=False)
        self.show(CardRequest(into.id, self._strip.active))
