"""The invoices of a customer, newest first, with the one under the cursor in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import UNSET

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.finance import OUTSTANDING, Invoice, InvoiceStatus, Receiver
from crm_tui.domain.money import Money, format_money
from crm_tui.screens.asking import Asking
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.present import NOTHING, Clock, count, left_out, money, sums
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.finance import InvoiceRow, InvoiceTotals
from crm_tui.when import absolute_date, due
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.line import Line
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("number", "Invoice", width=13),
    Column("case", "For", width=32, flex=3),
    Column("receiver", "Receiver", width=24, flex=2, style="muted", drop=1),
    Column("status", "Status", width=11),
    Column("date", "Date", width=9, align="right", style="muted", drop=2),
    Column("due", "Due", width=9, align="right", style="muted", gap=1),
    Column("total", "Total", width=15, align="right"),
)
_MARKS = {
    InvoiceStatus.DRAFT: ("○ ", "muted"),
    InvoiceStatus.SENT: ("◐ ", "accent"),
    InvoiceStatus.WAITING: ("◐ ", "accent"),
    InvoiceStatus.PAID: ("✓ ", "good"),
    InvoiceStatus.CREDITED: ("↺ ", "muted"),
}
_NONE = "No invoices yet."


class InvoicePanel(DetailedPanel):
    """Paged. What permissions hide of the sums is said below the list."""

    ROOMY = 14
    DEFAULT_CSS = """
    InvoicePanel {
        & #left-out { display: none; }
        &.-hidden #left-out { display: block; }
        &.-closed #left-out { display: none; }
    }
    """

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(_COLUMNS)
        self._note = Line(id="left-out")
        super().__init__(
            session,
            "Invoices",
            self._table,
            self._note,
            id="invoices",
        )
        self._invoices: dict[str, InvoiceRow] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._invoices.clear()
            self.set_title(count="", warning="", fact="")
            self.set_foot("")
        self._table.set_empty(cell((_NONE, "muted")))
        self._table.restart(keep_cursor=again)
        customer, today = card.customer.id, self.session.today
        self.ask(self.store, "totals", lambda store: store.finance.invoice_totals(customer, today), self._got_totals)

    def _got_totals(self, totals: InvoiceTotals) -> None:
        late = f"{count(totals.late)} late" if totals.late.number else ""
        owed = totals.outstanding
        outstanding = join([cell(("outstanding", "muted")), *sums(owed)]) if owed.amounts or owed.left_out else EMPTY
        self.set_title(count=count(totals.count) if totals.count.number else "", warning=late, fact=outstanding)
        self.set_foot(outstanding)
        self._note.show(cell((left_out(owed.left_out, "amount"), "warn")))
        self.set_class(bool(owed.left_out), "-hidden")

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        if self.card is None:
            event.stop()
            return
        customer, clock = self.card.customer.id, self.clock
        self.answer(
            event,
            lambda store, request: store.finance.invoices(customer, request),
            lambda row: _row(row, clock),
            seen=self._invoices.__setitem__,
        )

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.find_wanted(event, self._invoices)
        row = self._current
        self.show_about(_about(row, self.clock) if row is not None else ())

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """Who may not see money reads so where it would be."""
        if isinstance(event.error, Denied):
            event.stop()
            self._table.set_empty(cell((str(event.error), "warn")))
            self._table.set_rows([])

    def open_row(self, row_id: str) -> None:
        row = self._invoices.get(row_id)
        if row is not None:
            self.read_in_full("Invoice", lambda store: row.invoice, lambda _: _about(row, self.clock))

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        if kind is not Kind.INVOICE:
            return False
        self.want_row(self._table, str(entity))
        return True

    def copies(self) -> Sequence[Copy]:
        row = self._current
        if row is None:
            return ()
        invoice = row.invoice
        found = [Copy("Number", invoice.number), Copy("Receiver", invoice.receiver.name)]
        if invoice.total is not UNSET:
            found.append(Copy("Total", format_money(Money(invoice.total, invoice.currency), True)))
        return [*found, Copy("Receiver's address", ", ".join([invoice.receiver.name, *_lines(invoice.receiver)]))]

    @property
    def _current(self) -> InvoiceRow | None:
        row = self._table.cursor_row
        return self._invoices.get(row.id) if row is not None else None


def _row(row: InvoiceRow, clock: Clock) -> Row:
    invoice = row.invoice
    cells = (
        invoice.number,
        _case(row),
        invoice.receiver.name,
        _status(invoice, clock),
        clock.day(invoice.date),
        cell(clock.day(invoice.due)) if invoice.due else NOTHING,
        money(invoice.total, invoice.currency),
    )
    return Row(str(invoice.id), cells)


def _case(row: InvoiceRow) -> Cell:
    """The first of its cases, and how many more there are."""
    if row.case_number is None:
        return NOTHING
    more = f" +{len(row.invoice.cases) - 1}" if len(row.invoice.cases) > 1 else ""
    return cell((f"{row.case_number} ", "muted"), row.case_name or "", (more, "muted"))


def _status(invoice: Invoice, clock: Clock) -> Cell:
    """Mark and word; of one that is owed how late it is."""
    if invoice.status in OUTSTANDING and invoice.due is not None and invoice.due <= clock.today:
        word = due(invoice.due, clock.today, clock.settings.dates)
        return cell((f"• {word}", "warn")) if invoice.due == clock.today else cell((f"! {word}", "bad"))
    return cell(_MARKS[invoice.status], invoice.status.value.capitalize())


def _about(row: InvoiceRow, clock: Clock) -> list[Fact]:
    """The invoice under the cursor in full, with its receiver as it was."""
    invoice = row.invoice
    receiver = invoice.receiver
    contact = f"  {receiver.contact_name}" if receiver.contact_name else ""
    days = [
        _day("dated ", invoice.date, clock),
        _day("due ", invoice.due, clock),
        _day("paid ", invoice.paid, clock),
    ]
    vat = money(invoice.vat, invoice.currency, cents=True)
    return [
        Fact("Invoice", join([cell((invoice.number, "name")), _status(invoice, clock), *days])),
        Fact("Total", cell(money(invoice.total, invoice.currency, cents=True), ("  VAT ", "muted"), vat)),
        Fact("For", _case(row)),
        Fact("Receiver", [cell(receiver.name, (contact, "muted")), *map(cell, _lines(receiver))]),
    ]


def _day(word: str, day: date | None, clock: Clock) -> Cell:
    return cell((word, "muted"), absolute_date(day, clock.settings.dates)) if day else EMPTY


def _lines(receiver: Receiver) -> list[str]:
    """The receiver's address as it was."""
    place = " ".join(part for part in (receiver.postal_code, receiver.city) if part)
    where = ", ".join(part for part in (place, receiver.region, receiver.country) if part)
    return [line for line in (receiver.line1, receiver.line2, where) if line]
