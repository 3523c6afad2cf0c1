"""The invoices of a customer, newest first, with the one under the cursor in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import UNSET

from crm_tui.domain.cases import Case
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.money import Money, format_money
from crm_tui.domain.permission_words import left_out
from crm_tui.screens.asking import Asking
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.dialogs.invoice import InvoiceDialog
from crm_tui.screens.dialogs.reading import Reading, audit
from crm_tui.screens.invoice_facts import (
    WholeInvoice,
    address_lines,
    read_whole,
    seen_cases,
    status,
    whole_facts,
)
from crm_tui.screens.present import NOTHING, Clock, count, hidden_by, money, sums
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.finance import InvoiceRow, InvoiceTotals
from crm_tui.store.port import Store
from crm_tui.when import absolute_date
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
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
_NONE = "No invoices yet."


class InvoicePanel(DetailedPanel):
    """Paged. What permissions hide of the sums is said below the list."""

    OF_CASES = "all"
    COMMAND_IDS = ("invoices.case", "list.history")
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
            self._clear()
        self._table.set_empty(cell((_NONE, "muted")))
        self._table.restart(keep_cursor=again)
        customer, today = card.customer.id, self.session.today
        self.ask(self.store, "totals", lambda store: store.finance.invoice_totals(customer, today), self._got_totals)

    def _clear(self) -> None:
        """Nothing is left of what was read."""
        self._invoices.clear()
        self._table.set_rows([])
        self.set_title(count="", warning="", fact="")
        self.set_foot("")
        self._note.show(EMPTY)
        self.set_class(False, "-hidden")

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
        """Who may not see money, or may not any more, reads so where it would be."""
        if isinstance(event.error, Denied):
            event.stop()
            self._table.set_empty(hidden_by(event.error.permission, "all invoices"))
            self._clear()

    def open_row(self, row_id: str) -> None:
        """Show the invoice as it is now, with all that it points to."""
        key = int(row_id)

        def read(store: Store) -> tuple[WholeInvoice, dict[int, str]]:
            return read_whole(store, key), {user.id: user.name for user in store.users.list(inactive=True)}

        def show(answer: tuple[WholeInvoice, dict[int, str]]) -> None:
            whole, names = answer
            facts = [*whole_facts(whole, self.clock), *audit(whole.invoice, self.session.zone, names)]
            reading = Reading(f"Invoice {whole.invoice.number}", facts, self.copies(), has_history=True)
            self.app.push_screen(InvoiceDialog(reading, self.session.keys, self.availability("invoices.case")), chosen)

        def chosen(command_id: str | None) -> None:
            if command_id is not None:
                self.call_later(self.run_command, command_id)

        self.ask(self.store, "read in full", read, show)

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        row = self._current
        if command_id in ("invoices.case", "list.history") and row is None:
            return "there is no invoice"
        if command_id == "invoices.case" and row is not None and row.case_number is None:
            return "it is for no case that you may see" if row.invoice.cases else "it is for no case"
        return super().availability(command_id)

    def do_invoices_case(self) -> None:
        """Go to the case; of several one is chosen."""
        row = self._current
        if row is not None:
            invoice = row.invoice
            self.ask(self.store, "cases", lambda store: seen_cases(store, invoice), self._go_to_one)

    def _go_to_one(self, cases: Sequence[Case]) -> None:
        def chosen(key: str | None) -> None:
            if key is not None:
                self.post_message(self.GoWanted(2, Kind.CASE, int(key)))

        if len(cases) == 1:
            chosen(str(cases[0].id))
        elif cases:
            choices = [Choice(str(case.id), case.name, str(case.number)) for case in cases]
            self.app.push_screen(ChooseDialog("Which case?", choices), chosen)

    def do_list_history(self) -> None:
        row = self._current
        if row is not None:
            self.show_history(row.invoice.number, Kind.INVOICE, row.invoice.id)

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
        return [
            *found,
            Copy("Receiver's address", ", ".join([invoice.receiver.name, *address_lines(invoice.receiver)])),
        ]

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
        status(invoice, clock),
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
        Fact("Invoice", join([cell((invoice.number, "name")), status(invoice, clock), *days])),
        Fact("Total", cell(money(invoice.total, invoice.currency, cents=True), ("  VAT ", "muted"), vat)),
        Fact("For", _case(row)),
        Fact("Receiver", [cell(receiver.name, (contact, "muted")), *map(cell, address_lines(receiver))]),
    ]


def _day(word: str, day: date | None, clock: Clock) -> Cell:
    return cell((word, "muted"), absolute_date(day, clock.settings.dates)) if day else EMPTY
