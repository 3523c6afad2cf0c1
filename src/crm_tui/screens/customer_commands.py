"""What can be done with a customer as a whole, from the list and from its card: edit, (in)activate, delete, add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.domain.customers import Customer, CustomerChange, DeletionCheck
from crm_tui.domain.entities import Kind
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.session import CardRequest
from crm_tui.store.port import Store

if TYPE_CHECKING:
    from crm_tui.screens.dialogs.form_dialog import Saved


class CustomerCommands(CrmScreen):
    """Base of the customers screen and the card."""

    def add_customer(self) -> None:
        """A form for a new customer; its card opens when it is saved."""
        from crm_tui.screens.dialogs.form_dialog import About  # all that forms need: not at the start

        self.open_form("customer", About(None), lambda saved: self.session.open_card(CardRequest(saved.entity)))

    def edit_customer(self, customer: int, focus: str = "") -> None:
        """The form of a customer."""
        from crm_tui.screens.dialogs.form_dialog import About

        def saved(_: Saved) -> None:
            self.reread()

        self.open_form("customer", About(customer, customer, focus=focus), saved)

    def switch_customer(self, customer: int, name: str, *, active: bool) -> None:
        """Make a customer active or inactive."""

        def switch(store: Store) -> None:
            found = store.customers.get(customer)
            store.customers.update(found.id, found.revision, CustomerChange(is_active=active))

        self.change(switch, f"{name} is {'active again' if active else 'inactive: lists leave it out'}")

    def delete_customer(self, customer: int) -> None:
        """Say what forbids it, or what goes with it, and ask."""

        def read(store: Store) -> tuple[Customer, DeletionCheck]:
            return store.customers.get(customer), store.customers.deletion(customer)

        def ask(answer: tuple[Customer, DeletionCheck]) -> None:
            from crm_tui.screens.dialogs.delete_customer import (
                Decision,
                Delete,
                Inactivate,
                OpenBlocker,
                deletion_dialog,
            )

            found, check = answer

            def decided(decision: Decision | None) -> None:
                match decision:
                    case OpenBlocker(kind, key):
                        self._open_blocker(customer, kind, key)
                    case Inactivate():
                        self.switch_customer(customer, found.name, active=False)
                    case Delete():
                        self.change(
                            lambda store: store.customers.delete(found.id, found.revision),
                            f"{found.name} deleted",
                            self.customer_is_gone,
                        )

            dialog = deletion_dialog(found.name, check, self.session.keys, is_active=found.is_active)
            self.app.push_screen(dialog, decided)

        self.ask_to_open(self.store, "deletion", read, ask)

    def customer_is_gone(self) -> None:
        """A customer was deleted: show what is left."""
        self.reread()

    def _open_blocker(self, customer: int, kind: str, key: int) -> None:
        """Go to what forbids the deletion: an invoice, or a case that may be another customer's."""

        def find(store: Store) -> CardRequest:
            if kind == Kind.CASE.value:
                return CardRequest(store.cases.get(key).customer, 2, kind=Kind.CASE, entity=key)
            invoice = store.finance.invoice(key)
            return CardRequest(invoice.customer, 4, kind=Kind.INVOICE, entity=key)

        self.ask(self.store, "blocker", find, self.session.open_card)
