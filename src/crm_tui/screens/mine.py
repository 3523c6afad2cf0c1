"""What the user has planned and done over all customers."""

from __future__ import annotations

from textual.app import ComposeResult

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.agenda_panel import AgendaPanel
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.dialogs.form_dialog import About, Saved
from crm_tui.screens.dialogs.pick_customer import PickCustomerDialog, Picked
from crm_tui.screens.lists import ListScreen
from crm_tui.screens.session import CardRequest, Session
from crm_tui.store.settings import Actor
from crm_tui.widgets.command_target import Availability


class MineScreen(ListScreen):
    """One panel; what its lines want, it carries out."""

    PLACE = "mine"
    OF = Kind.ACTIVITY
    COMMAND_IDS = ("card.todo", "list.copy", "list.reload")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._panel = AgendaPanel(session)

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._panel
        yield from self.compose_frame()

    def on_mount(self) -> None:
        target = self._panel.focus_target
        if target is not None:
            target.focus()
        self.list_again()

    def list_again(self) -> None:
        self._panel.read_again(keep_cursor=False)

    def _got_actor(self, actor: Actor) -> None:
        super()._got_actor(actor)
        self._panel.say_nothing()

    def show_nothing(self) -> None:
        self._panel.clear()

    def reread(self) -> None:
        """The lines as they are now; the cursor stays on its row."""
        self.remember_pulse()
        self._panel.read_again(keep_cursor=True)

    def availability(self, command_id: str) -> Availability:
        if command_id == "card.todo":
            return self.session.may(Action.ADD, Kind.ACTIVITY)
        if command_id == "list.copy" and not self._panel.copies():
            return "there is nothing to copy under the cursor"
        return super().availability(command_id)

    def do_list_reload(self) -> None:
        self.reread()

    def do_list_copy(self) -> None:
        self.offer_copy(self._panel.copies())

    def do_card_todo(self) -> None:
        """A to-do of a customer, or of none: that is asked first."""

        def picked(customer: Picked | None) -> None:
            if customer is not None:
                self.open_form("to-do", About(customer.id), self._saved)

        self.app.push_screen(PickCustomerDialog(self.session, "To-do about", nothing="no customer"), picked)

    def _saved(self, saved: Saved) -> None:
        self.reread()
        self._panel.show_line(saved.entity)

    def on_card_panel_form_wanted(self, event: CardPanel.FormWanted) -> None:
        event.stop()
        item = self._panel.current
        self.open_form(event.form, About(item.customer if item is not None else None, event.entity), self._saved)

    def on_card_panel_change_wanted(self, event: CardPanel.ChangeWanted) -> None:
        event.stop()
        self.change(event.call, event.done, undoable=event.undoable)

    def on_card_panel_go_wanted(self, event: CardPanel.GoWanted) -> None:
        event.stop()
        item = self._panel.current
        if item is not None and item.customer is not None:
            self.session.open_card(CardRequest(item.customer, event.tab, kind=event.kind, entity=event.entity))
