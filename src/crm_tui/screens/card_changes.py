"""What can be changed on a customer's card: its menu, quick notes and to-dos, and what its panels ask for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crm_tui.domain.addresses import one_line
from crm_tui.domain.contacts import ERASURE_NOTE
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens import documents
from crm_tui.screens.address_panel import AddressPanel
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.card_tab import CardTab, Target
from crm_tui.screens.contact_panel import ContactPanel
from crm_tui.screens.customer_commands import CustomerCommands
from crm_tui.screens.dialogs.form_dialog import About, Saved
from crm_tui.screens.file_panel import FilePanel
from crm_tui.screens.merging import pick_and_merge
from crm_tui.screens.register_update import can_ask, open_update
from crm_tui.screens.session import OWN_COMPANY, CardRequest, Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability

if TYPE_CHECKING:
    from crm_tui.screens.dialogs.merge import Done

#: commands of the menu, in its order
_MENU = (
    "card.edit",
    "card.register",
    "card.headquarters",
    "card.history",
    "app.undo_list",
    "card.merge",
    "card.activate",
    "card.delete",
)
#: what a command needs: an action on a kind
_CHANGES: dict[str, tuple[Action, Kind]] = {
    "card.edit": (Action.EDIT, Kind.CUSTOMER),
    "card.register": (Action.EDIT, Kind.CUSTOMER),
    "card.activate": (Action.EDIT, Kind.CUSTOMER),
    "card.headquarters": (Action.EDIT, Kind.CUSTOMER),
    "card.merge": (Action.DELETE, Kind.CUSTOMER),  # one of the two is deleted
    "card.delete": (Action.DELETE, Kind.CUSTOMER),
    "card.note": (Action.ADD, Kind.NOTE),
    "card.todo": (Action.ADD, Kind.ACTIVITY),
}


class CardChanges(CustomerCommands):
    """The part of the card's screen that changes things; the card shows them."""

    def __init__(self, session: Session, request: CardRequest) -> None:
        super().__init__(session)
        self._request = request
        self._card: CustomerCard | None = None
        self._target: Target | None = None  # where the cursor goes when the card has been read

    def availability(self, command_id: str) -> Availability:
        if command_id in _CHANGES:
            return self._may_change(*_CHANGES[command_id], command_id)
        return super().availability(command_id)

    def _may_change(self, action: Action, kind: Kind, command_id: str) -> Availability:
        card = self._card
        if card is None:
            return "the customer is still being read"
        if card.customer.is_internal and kind not in (Kind.NOTE, Kind.ACTIVITY):
            return OWN_COMPANY
        allowed = self.session.may(action, kind)
        if allowed is True and command_id == "card.headquarters" and len(card.addresses) < 2:
            return "the only address is the headquarters" if card.addresses else "there is no address yet"
        if allowed is True and command_id == "card.register":
            return can_ask(self.session.registers, card)
        return allowed

    # -- changing it ----------------------------------------------------------------------------------------------

    def do_card_menu(self) -> None:
        states = {state.command.id: state for state in self._states()}
        active = self._card is None or self._card.customer.is_active
        words = {"card.activate": "Inactivate" if active else "Activate", "card.register": "Update customer details"}
        menu = [states[command_id] for command_id in _MENU if command_id in states]
        self.offer_commands("Customer", menu, words)

    def do_card_edit(self) -> None:
        self.edit_customer(self._request.customer)

    def do_card_register(self) -> None:
        if self._card is not None:
            open_update(self, self._card)

    def do_card_activate(self) -> None:
        if self._card is not None:
            customer = self._card.customer
            self.switch_customer(customer.id, customer.name, active=not customer.is_active)

    def do_card_delete(self) -> None:
        self.delete_customer(self._request.customer)

    def do_card_merge(self) -> None:
        if self._card is not None:
            customer = self._card.customer
            pick_and_merge(self, Kind.CUSTOMER, customer.id, customer.name, self._merged)

    def _merged(self, done: Done) -> None:
        """The card of the one that went shows the one that stays; of a contact, the card where it is now."""
        stays, shown = done.two.left, self._request.customer
        if done.two.kind is Kind.CONTACT:
            self.session.open_card(CardRequest(stays.customer, kind=Kind.CONTACT, entity=stays.id))
        elif stays.id == shown:
            self.reread()
        else:
            self.session.open_card(CardRequest(stays.id))

    def on_contact_panel_merge_wanted(self, event: ContactPanel.MergeWanted) -> None:
        event.stop()
        pick_and_merge(self, Kind.CONTACT, event.contact.id, event.name, self._merged)

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

        under_cursor = next((panel.address_id for panel in self.query(AddressPanel) if panel.has_focus_within), None)
        current = under_cursor or str(customer.headquarters)
        self.app.push_screen(ChooseDialog("Headquarters", choices, current=current), chosen)

    def do_card_note(self) -> None:
        self._open("note", About(self._request.customer, given=self._given("note")), Kind.NOTE, stay=True)

    def do_card_todo(self) -> None:
        self._open("to-do", About(self._request.customer, given=self._given("to-do")), Kind.ACTIVITY, stay=True)

    def _given(self, form: str) -> dict[str, Any]:
        """What the tab that is shown gives a new one."""
        return next((tab.given(form) for tab in self.query(CardTab) if tab.display), {})

    def _open(self, form: str, about: About, kind: Kind, *, stay: bool = False) -> None:
        """Open a form; the cursor then goes to what was saved, or stays in another panel (``stay``)."""

        def saved(result: Saved) -> None:
            goes = kind is not Kind.CUSTOMER and (not stay or self._has_open(kind))
            self._target = Target(kind, result.entity) if goes else None
            self.reread()

        self.open_form(form, about, saved)

    def on_card_panel_form_wanted(self, event: CardPanel.FormWanted) -> None:
        event.stop()
        about = About(self._request.customer, event.entity, event.given or {}, event.focus)
        self._open(event.form, about, event.kind)

    def on_card_panel_change_wanted(self, event: CardPanel.ChangeWanted) -> None:
        event.stop()
        self.change(event.call, event.done, undoable=event.undoable)

    def on_card_panel_change_made(self, event: CardPanel.ChangeMade) -> None:
        event.stop()
        self.changed(event.done)

    def keep(self) -> None:
        """Keep what is typed in its panels as drafts."""
        for panel in self.query(CardPanel):
            panel.keep()

    def do_app_drafts(self) -> None:
        """What is typed in a panel is one of them."""
        for panel in self.query(CardPanel):
            panel.put_away()
        super().do_app_drafts()

    def on_contact_panel_erase_wanted(self, event: ContactPanel.EraseWanted) -> None:
        event.stop()
        contact = event.contact

        def erase(store: Store) -> None:
            for person in store.contacts.delete(contact.id, contact.revision):
                self.session.drafts.forget("contact", person)

        def told(_: object) -> None:
            self.session.erased = event.name
            self.notify(f"{event.name} was erased. {ERASURE_NOTE}", timeout=10, markup=False)
            self.reread()

        self.tell(partial(erase, self.store), told)

    def on_file_panel_open_wanted(self, event: FilePanel.OpenWanted) -> None:
        event.stop()
        documents.open_file(self, event.file)

    def on_file_panel_save_wanted(self, event: FilePanel.SaveWanted) -> None:
        event.stop()
        documents.save_file(self, event.file, event.path, replaces=event.replaces)

    def _has_open(self, kind: Kind) -> bool:
        """Whether the focus is in the panel that lists things of this kind."""
        return any(tab.display and tab.has_open(kind) for tab in self.query(CardTab))
