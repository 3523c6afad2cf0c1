"""The billing defaults of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.settings import BillingSettings
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import NOTHING, text
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.widgets.cells import Cell, cell, join
from crm_tui.widgets.facts import Fact, Facts, heading

_LABELS = 20


class _Answer(NamedTuple):
    """The settings, and the name of the invoice language."""

    settings: BillingSettings
    language: str | None


class BillingPanel(CardPanel):
    """Under the headings Invoice, Payment, E-invoice, Other."""

    def __init__(self, session: Session) -> None:
        self._facts = Facts([Fact("", cell(("Loading…", "muted")))], label_width=_LABELS)
        super().__init__(session, "Billing defaults", self._facts, id="billing")
        self._settings: BillingSettings | None = None

    def read(self, card: CustomerCard, *, again: bool) -> None:
        customer = card.customer.id

        def read(store: Store) -> _Answer:
            settings = store.billing.of_customer(customer)
            code = settings.invoice_language
            names = {value.code: value.name for value in store.registries.list(RegistryKind.LANGUAGE)} if code else {}
            return _Answer(settings, names.get(code, code))

        self.ask(self.store, "billing", read, self._got)

    def _got(self, answer: _Answer) -> None:
        settings, language = answer
        self._settings = settings
        self._facts.set_facts(_facts(settings, language))
        self.set_title(fact=_fact(settings))
        self.refresh_bindings()

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        return kind is Kind.BILLING

    def copies(self) -> Sequence[Copy]:
        settings = self._settings
        if settings is None:
            return ()
        found = (
            ("E-invoice address", settings.einvoice_address),
            ("E-invoice operator", settings.einvoice_operator),
            ("Price list", settings.price_list),
            ("Reverse charge text", settings.reverse_charge_text),
        )
        return [Copy(label, value) for label, value in found if value]


def _facts(settings: BillingSettings, language: str | None) -> list[Fact]:
    term = settings.payment_term
    reverse = settings.reverse_charge
    return [
        heading("Invoice"),
        Fact("Template", text(settings.invoice_template)),
        Fact("Language", text(language)),
        Fact("Currency", text(settings.currency)),
        Fact("Price list", text(settings.price_list)),
        heading("Payment"),
        Fact("Payment term", NOTHING if term is None else cell(str(term), (" day" if term == 1 else " days", "muted"))),
        Fact("Overdue interest", _percent(settings.overdue_interest)),
        Fact("VAT", _percent(settings.vat_percent)),
        Fact("Reverse charge", cell(("[x] ", "accent"), "Yes") if reverse else cell(("[ ] ", "muted"), "No")),
        *([Fact("Its text", text(settings.reverse_charge_text), wrap=True)] if reverse else []),
        heading("E-invoice"),
        Fact("Address", text(settings.einvoice_address)),
        Fact("Operator", text(settings.einvoice_operator)),
        heading("Other"),
        Fact("Time zone", text(settings.time_zone)),
    ]


def _percent(value: Decimal | None) -> Cell:
    """A percentage as it was typed: ``25.5 %``."""
    return NOTHING if value is None else cell(f"{value:f}", (" %", "muted"))


def _fact(settings: BillingSettings) -> Cell:
    term = f"{settings.payment_term} days net" if settings.payment_term is not None else ""
    vat = f"VAT {settings.vat_percent:f} %" if settings.vat_percent is not None else ""
    parts = (term, settings.currency or "", vat)
    return join([cell((part, "muted")) for part in parts if part], ", ")
