"""The details of a customer: identifiers, industry, segments and how to reach them."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import NOTHING, spaced, text
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.when import absolute
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.facts import Fact, Facts


class DetailsPanel(CardPanel):
    """Read from the card alone."""

    COMMAND_IDS = ("list.edit", "list.history")

    def __init__(self, session: Session) -> None:
        self._facts = Facts()
        super().__init__(session, "Details", self._facts, id="details")

    def read(self, card: CustomerCard, *, again: bool) -> None:
        customer = card.customer
        segments = [Fact("Segments", self._segments(card), wrap=True)] if card.has_segment_groups else []
        self._facts.set_facts(
            [
                Fact("VAT number", text(customer.vat_number)),
                *([Fact("Business id", text(customer.business_id))] if not customer.vat_number else []),
                Fact("Industry", text(card.industry_name)),
                *segments,
                Fact("E-mail", text(customer.email)),
                Fact("Phone", text(customer.phone)),
                Fact("Website", text(customer.website)),
                *([Fact("Description", cell(customer.description), wrap=True)] if customer.description else []),
                *([Fact("Employees", cell(spaced(customer.employees)))] if customer.employees else []),
                Fact(
                    "Created",
                    self._when(card.created_by_name, absolute(customer.created_at, self.session.zone)),
                ),
                Fact(
                    "Updated",
                    self._when(card.updated_by_name, absolute(customer.updated_at, self.session.zone)),
                ),
            ]
        )
        known = (customer.vat_number, card.industry_name, customer.phone)
        self.set_title(fact=" · ".join(value for value in known if value))

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.edit":
            return self.may(Action.EDIT, Kind.CUSTOMER)
        return super().availability(command_id)

    def do_list_edit(self) -> None:
        if self.card is not None:
            self.want_form("customer", Kind.CUSTOMER, self.card.customer.id)

    def do_list_history(self) -> None:
        if self.card is not None:
            self.show_history(self.card.customer.name, Kind.CUSTOMER, self.card.customer.id)

    def _segments(self, card: CustomerCard) -> Cell:
        names = cell(", ".join(card.segment_names)) if card.segment_names else NOTHING
        return cell(names, (" · ", "muted"), self.key("card.tab_5", "settings"))

    def _when(self, who: str | None, moment: str) -> Cell:
        return cell((moment, "muted"), (f"  {who}" if who else "", "muted"))

    def copies(self) -> Sequence[Copy]:
        if self.card is None:
            return ()
        customer = self.card.customer
        found = (
            ("Phone", customer.phone),
            ("E-mail", customer.email),
            ("VAT number", customer.vat_number),
            ("Business id", customer.business_id),
            ("Website", customer.website),
            ("Name", customer.name),
            ("Number", str(customer.number)),
            ("Description", customer.description),
        )
        return [Copy(label, value) for label, value in found if value]

    def links(self) -> Sequence[Copy]:
        if self.card is None:
            return ()
        customer = self.card.customer
        found = (
            ("Website", customer.website),
            ("Write", f"mailto:{customer.email}" if customer.email else None),
            ("Call", f"tel:{customer.phone}" if customer.phone else None),
        )
        return [Copy(label, value) for label, value in found if value]
