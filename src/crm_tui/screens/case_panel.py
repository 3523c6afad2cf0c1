"""Sales cases or projects of a customer with their sums, and the case under the cursor in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import UNSET
from textual.containers import Horizontal
from textual.message import Message

from crm_tui.domain.cases import Case, SalesState
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.money import Money, weighted
from crm_tui.screens.asking import Asking
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import (
    HIDDEN,
    NOTHING,
    Clock,
    count,
    left_out,
    money,
    owner,
    past_when,
    planned_when,
    sums,
    text,
)
from crm_tui.screens.session import Session
from crm_tui.store.activities import FeedRow
from crm_tui.store.cases import CaseDetails, CaseLife, CaseRow, CaseTotals
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.widgets.bars import share, sparkline
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact, Facts, heading, whole
from crm_tui.widgets.rows import RULE, Row
from crm_tui.widgets.rows import sums as sum_row
from crm_tui.widgets.virtual_table import VirtualTable

#: cases that are read; the foot says if there are more
_MOST = 500
#: from this width on the facts of a case and what happens in it stand side by side
_SIDE_BY_SIDE = 70


def _columns(life: CaseLife) -> tuple[Column, ...]:
    project = life is CaseLife.PROJECT
    return (
        Column("number", "No.", width=5, style="muted"),
        Column("name", "Project" if project else "Sales case", width=18, flex=1),
        Column("status", "Status", width=13, most=16),
        Column("share", "Completed" if project else "Probability", width=16, drop=3),
        Column("value", "Value", width=15, align="right"),
        Column("date", "Deadline" if project else "Order", width=9, align="right", drop=4),
        Column("who", "", width=2, drop=2),
        Column("months", "8 months", width=8, drop=1),
    )


class CasePanel(CardPanel):
    """One of the two lives of cases."""

    COMMAND_IDS = ("list.inactive",)

    @dataclass
    class CaseMoved(Message):
        """Another case is under the cursor."""

        panel: CasePanel
        row: CaseRow | None

    def __init__(self, session: Session, life: CaseLife) -> None:
        self._life = life
        self._word = "projects" if life is CaseLife.PROJECT else "sales cases"
        self._table = VirtualTable(_columns(life), empty=cell((f"No {self._word} yet.", "muted")))
        title = "Projects" if life is CaseLife.PROJECT else "Sales cases"
        super().__init__(session, title, self._table, id=life.value)
        self._with_closed = False
        self._rows: dict[str, CaseRow] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        customer, today, closed, wanted = card.customer.id, self.session.today, self._with_closed, self._wanted

        def read(store: Store) -> tuple[Page[CaseRow], CaseTotals, bool]:
            request = PageRequest(limit=_MOST)
            shown = closed or (wanted is not None and self._is_closed_here(store.cases.get(int(wanted))))
            page = store.cases.of_customer(customer, self._life, request, today, closed=shown)
            return page, store.cases.totals(customer, self._life), shown

        self.ask(self.store, "cases", read, self._got, failed=self._not_read)

    def _not_read(self) -> None:
        """Perhaps only the case that was wanted is not there any more: the others are read without it."""
        if self._wanted is not None and self.card is not None:
            self._wanted = None
            self.read(self.card, again=True)

    def _is_closed_here(self, case: Case) -> bool:
        """Whether it is of this life of cases, and only shown with the closed ones."""
        is_closed = case.closed is not None or case.sales_state is SalesState.LOST
        return is_closed and case.is_project == (self._life is CaseLife.PROJECT)

    def _got(self, answer: tuple[Page[CaseRow], CaseTotals, bool]) -> None:
        page, totals, self._with_closed = answer
        self._rows = {str(row.case.id): row for row in page.rows}
        rows = [self._row(row) for row in page.rows]
        self._table.set_empty(cell((self._nothing(totals), "muted")))
        self._table.set_rows([*rows, *self._sums(totals)] if rows else [])
        if self._wanted is not None and self._table.move_to_id(self._wanted):
            self.post_message(self.Opened(self))
        self._wanted = None
        closed = f"{count(totals.closed)} closed {'shown' if self._with_closed else 'hidden'}"
        self.set_title(count=f"{count(totals.open)} open", fact=join(sums(totals.value)))
        first = cell((f"the first {_MOST}", "warn")) if page.more else EMPTY
        self.set_foot(join([first, self.key("list.inactive", closed) if totals.closed.number else EMPTY]))
        self.refresh_bindings()

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """Who may not see cases reads so where they would be."""
        if isinstance(event.error, Denied):
            event.stop()
            self._rows = {}
            hidden = f"Your permissions hide {self._word}: they need “{event.error.permission}”."
            self._table.set_empty(cell((hidden, "warn")))
            self._table.set_rows(())
            self.set_title(count="", fact=cell(("hidden", "italic muted")))
            self.set_foot("")

    def _nothing(self, totals: CaseTotals) -> str:
        if totals.closed.number and not self._with_closed:
            return f"No open {self._word}. {self.session.keys.shown('list.inactive')} shows the closed ones."
        return f"No {self._word} yet."

    def _row(self, row: CaseRow) -> Row:
        case, today = row.case, self.session.today
        project = self._life is CaseLife.PROJECT
        day = case.deadline if project else case.expected_order_date
        late = day is not None and day < today and case.closed is None
        months = HIDDEN if row.months is UNSET else sparkline([float(amount) for amount in row.months])
        cells = (
            str(case.number),
            case.name,
            _status(row, late=late and project),
            share(case.completion if project else case.probability),
            money(case.expected_value, case.currency),
            cell((self.clock.day(day), "bad" if late else "")) if day else NOTHING,
            owner(row.owner_name),
            months,
        )
        gone = case.sales_state is SalesState.LOST or case.closed is not None
        return Row(str(case.id), cells, style="muted" if gone else "")

    def _sums(self, totals: CaseTotals) -> list[Row]:
        """A line of sums for each currency, and a sentence about what is missing from them."""
        lines: list[Row] = [RULE]
        many = cell((f"{count(totals.open)} open", "muted"))
        for value, by_chance in zip(sums(totals.value), sums(totals.weighted), strict=False):
            weighted_sum = cell(("weighted ", "muted"), by_chance) if self._life is CaseLife.SALES else EMPTY
            lines.append(sum_row("", weighted_sum or many, "", "", value.styled("bold")))
            many = EMPTY
        if totals.value.left_out:
            lines.append(
                Row(
                    "",
                    (cell((left_out(totals.value.left_out, "value"), "warn")),),
                    kind="line",
                    selectable=False,
                )
            )
        return lines

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.post_message(self.CaseMoved(self, self._rows.get(event.row.id) if event.row else None))

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        row = self._table.cursor_row
        self.post_message(self.CaseMoved(self, self._rows.get(row.id) if row else None))

    def open_row(self, row_id: str) -> None:
        row = self._rows.get(row_id)
        if row is not None:
            facts, case = _facts(row, self.clock), row.case
            self.read_in_full(f"{case.number} {case.name}", lambda store: case, lambda _: facts)

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        """A case that is not listed may be of the other life, or closed: then the store knows, and the panel that
        has it opens itself."""
        if kind is not Kind.CASE:
            return False
        if self.want_row(self._table, str(entity)):
            return True
        if self.card is not None:
            self.read(self.card, again=True)
        return False

    def do_list_inactive(self) -> None:
        self._with_closed = not self._with_closed
        if self.card is not None:
            self.read(self.card, again=True)

    def copies(self) -> Sequence[Copy]:
        line = self._table.cursor_row
        row = self._rows.get(line.id) if line is not None else None
        if row is None:
            return ()
        case = row.case
        found = (
            ("Number", str(case.number)),
            ("Name", case.name),
            ("Our reference", case.our_reference),
            ("Your reference", case.your_reference),
            ("Order number", case.order_number),
        )
        return [Copy(label, value) for label, value in found if value]


def _status(row: CaseRow, *, late: bool) -> Cell:
    case = row.case
    if case.sales_state is SalesState.LOST:
        return cell(("✗ ", "bad"), row.status_name)
    if case.sales_state is SalesState.OPEN:
        return cell(("◐ ", "accent"), row.status_name)
    if case.closed is not None:
        return cell(("✓ ", "good"), row.project_status_name or "Done")
    if late:
        return cell(("! Late", "bad"))
    name = row.project_status_name or "In progress"
    return cell(("‖ ", "warn"), name) if name == "On hold" else cell(("▸ ", "accent"), name)


class CaseDetailsPanel(CardPanel):
    """The case under the cursor: its people, references, next activities and last note."""

    def __init__(self, session: Session) -> None:
        self._facts = Facts(label_width=16)
        self._events = Facts(focusable=False, label_width=1)
        super().__init__(session, "Case", Horizontal(self._facts, self._events), id="case")
        self._shown: int | None = None

    def on_resize(self) -> None:
        self.set_class(self.size.width < _SIDE_BY_SIDE, "-narrow")

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self.show_case(None)

    @property
    def is_empty(self) -> bool:
        """Whether it shows no case."""
        return self._shown is None

    def show_case(self, row: CaseRow | None) -> None:
        """Show another case; what is not in the row is read."""
        self._shown = row.case.id if row is not None else None
        if row is None:
            self.set_title("Case", count="", fact="")
            self._facts.set_facts([whole(cell(("No case under the cursor.", "muted")))])
            self._events.set_facts(())
            return
        self.set_title(f"{row.case.number} {row.case.name}", fact=row.status_name)
        self._facts.set_facts(_facts(row, self.clock))
        case, today = row.case.id, self.session.today
        self.ask(self.store, "case", lambda store: store.cases.details(case, today), self._got)

    def _got(self, details: CaseDetails) -> None:
        if details.row.case.id == self._shown:
            self._events.set_facts(_events(details, self.clock))


def _facts(row: CaseRow, clock: Clock) -> list[Fact]:
    case = row.case
    percent = f", {case.probability} %" if case.probability is not None and not case.is_project else ""
    found = [
        Fact("Status", cell(_status(row, late=False), percent)),
        Fact("Value", money(case.expected_value, case.currency)),
        *([Fact("Weighted", _weighted(case))] if not case.is_project else []),
        Fact("Order date", _date(case.expected_order_date, clock)),
        Fact("Start", _date(case.start, clock)),
        Fact("Deadline", _date(case.deadline, clock)),
        Fact("Owner", text(row.owner_name)),
        Fact("Sales person", text(row.sales_person_name)),
        Fact("Contact", text(row.contact_name)),
        Fact("Billed to", text(row.billing_customer_name or "this customer")),
        Fact("Our reference", case.our_reference or ""),
        Fact("Your reference", case.your_reference or ""),
        Fact("Order number", case.order_number or ""),
        Fact("Lost because", case.lost_reason or ""),
        Fact("Description", case.description or "", True),
    ]
    return [fact for fact in found if fact.value]


def _weighted(case: Case) -> Cell:
    if case.expected_value is UNSET:
        return HIDDEN
    if case.expected_value is None or case.probability is None:
        return NOTHING
    return money(weighted(Money(case.expected_value, case.currency), case.probability).amount, case.currency)


def _date(day: date | None, clock: Clock) -> Cell:
    return cell(clock.day(day)) if day else EMPTY


def _events(details: CaseDetails, clock: Clock) -> list[Fact]:
    lines: list[Fact] = []
    if details.next_activities:
        lines.append(heading("Next"))
        lines += [whole(_event(row, clock)) for row in details.next_activities]
    if details.last_note is not None:
        note = details.last_note
        when = clock.ago(note.note.created_at)
        lines.append(heading("Last note", (f"  {when}{', ' + note.author_name if note.author_name else ''}", "muted")))
        lines.append(whole(cell(note.note.text), wrap=True))
    return lines


def _event(row: FeedRow, clock: Clock) -> Cell:
    shown = past_when(row, clock) if row.is_done else planned_when(row, clock)
    return cell(shown.fit(12), " ", row.name)
