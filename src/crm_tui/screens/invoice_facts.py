"""An invoice in words: its state, and all of it with the receiver as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from crm_tui.domain.cases import Case
from crm_tui.domain.errors import NotFound
from crm_tui.domain.finance import OUTSTANDING, Invoice, InvoiceStatus, Receiver
from crm_tui.screens.present import HIDDEN, NOTHING, Clock, money, text
from crm_tui.store.port import Store
from crm_tui.when import absolute_date, due
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.facts import Fact, heading

_MARKS = {
    InvoiceStatus.DRAFT: ("○ ", "muted"),
    InvoiceStatus.SENT: ("◐ ", "accent"),
    InvoiceStatus.WAITING: ("◐ ", "accent"),
    InvoiceStatus.PAID: ("✓ ", "good"),
    InvoiceStatus.CREDITED: ("↺ ", "muted"),
}


class WholeInvoice(NamedTuple):
    """An invoice with what it points to: its cases that the user sees, and the name of the billing customer."""

    invoice: Invoice
    cases: tuple[Case, ...]
    billing_customer: str | None


def read_whole(store: Store, key: int) -> WholeInvoice:
    """Read an invoice as it is now; runs in a thread."""
    invoice = store.finance.invoice(key)
    payer = invoice.billing_customer
    return WholeInvoice(invoice, seen_cases(store, invoice), None if payer is None else store.customers.get(payer).name)


def seen_cases(store: Store, invoice: Invoice) -> tuple[Case, ...]:
    """The cases of an invoice that the user sees; runs in a thread."""
    found = []
    for key in invoice.cases:
        try:
            found.append(store.cases.get(key))
        except NotFound:
            continue  # it is said how many these are
    return tuple(found)


def status(invoice: Invoice, clock: Clock) -> Cell:
    """Mark and word; of one that is owed how late it is."""
    if invoice.status in OUTSTANDING and invoice.due is not None and invoice.due <= clock.today:
        word = due(invoice.due, clock.today, clock.settings.dates)
        return cell((f"• {word}", "warn")) if invoice.due == clock.today else cell((f"! {word}", "bad"))
    return cell(_MARKS[invoice.status], invoice.status.value.capitalize())


def address_lines(receiver: Receiver) -> list[str]:
    """The receiver's address as it was."""
    place = " ".join(part for part in (receiver.postal_code, receiver.city) if part)
    where = ", ".join(part for part in (place, receiver.region, receiver.country) if part)
    return [line for line in (receiver.line1, receiver.line2, where) if line]


def whole_facts(whole: WholeInvoice, clock: Clock) -> list[Fact]:
    """All of an invoice."""
    invoice, receiver = whole.invoice, whole.invoice.receiver
    currency = invoice.currency
    sums = [("Without VAT", _net(invoice)), ("VAT", invoice.vat), ("Total", invoice.total)]
    return [
        Fact("Number", cell((invoice.number, "name"))),
        Fact("Status", _status_words(invoice, clock)),
        Fact("Date", _day(invoice.date, clock)),
        Fact("Due", _day(invoice.due, clock)),
        Fact("Paid", _day(invoice.paid, clock)),
        Fact("Cases", _cases(whole)),
        Fact("Billed to", text(whole.billing_customer)),
        heading("Amounts"),
        *(Fact(label, money(amount, currency, cents=True)) for label, amount in sums),
        heading("Receiver", ("  as it was then", "muted")),
        Fact("Name", receiver.name),
        Fact("Contact", text(receiver.contact_name)),
        Fact("Address", address_lines(receiver) or [NOTHING]),
    ]


def _status_words(invoice: Invoice, clock: Clock) -> Cell:
    """Where it stands, and if it is late both how late and what it was."""
    shown = status(invoice, clock)
    word = invoice.status.value
    if invoice.status in OUTSTANDING and invoice.due is not None and invoice.due < clock.today:
        return cell(shown, (f"  overdue, {word}", "muted"))
    return shown


def _net(invoice: Invoice) -> int | UnsetType | None:
    if isinstance(invoice.total, int) and isinstance(invoice.vat, int):
        return invoice.total - invoice.vat
    return UNSET if invoice.total is UNSET else None


def _cases(whole: WholeInvoice) -> Sequence[Cell]:
    unseen = len(whole.invoice.cases) - len(whole.cases)
    seen = [cell((f"{case.number} ", "muted"), case.name) for case in whole.cases]
    hidden = [cell(HIDDEN, (f"  {unseen} of them by your permissions", "muted"))] if unseen else []
    return [*seen, *hidden] or [NOTHING]


def _day(day: date | None, clock: Clock) -> Cell:
    return cell(absolute_date(day, clock.settings.dates)) if day else NOTHING
