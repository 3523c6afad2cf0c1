"""All sales cases and projects of a customer in one table, which of them by a choice, with the key figures above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from textual.message import Message

from crm_tui.commands import Command
from crm_tui.domain.cases import Case, SalesState
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.screens import case_changes, case_rows
from crm_tui.screens.asking import Asking
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.case_facts import CaseInFull, all_facts
from crm_tui.screens.copying import Copy
from crm_tui.screens.dialogs.case import CaseDialog
from crm_tui.screens.present import hidden_by, spaced, sums
from crm_tui.screens.session import Session
from crm_tui.store.case_states import is_over
from crm_tui.store.cases import CaseBelow, CaseChoice, CaseFigures, CaseRow, CaseSum
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.figure_strip import FigureStrip
from crm_tui.widgets.virtual_table import VirtualTable

#: cases that are read; the foot says if there are more
_MOST = 500
#: on screens of so many lines a blank line follows the key figures
_HIGH = 36
_TITLES = {
    CaseChoice.OPEN: "Open cases",
    CaseChoice.WON: "Won cases",
    CaseChoice.LOST: "Lost cases",
    CaseChoice.CLOSED: "Closed cases",
    CaseChoice.ATTENTION: "Cases needing attention",
    CaseChoice.ALL: "All cases",
}
_NOTES = {
    CaseChoice.OPEN: "sales cases in progress, projects under way",
    CaseChoice.WON: "all projects",
    CaseChoice.LOST: "with the reason in their details",
    CaseChoice.CLOSED: "projects that are done, and what was lost",
    CaseChoice.ATTENTION: "nothing planned, or their date has passed",
    CaseChoice.ALL: "",
}
_CHANGES = {
    "list.edit": Action.EDIT,
    "list.delete": Action.DELETE,
    "list.activate": Action.EDIT,
    "cases.won": Action.EDIT,
    "cases.lost": Action.EDIT,
}
_OF_ONE = (*_CHANGES, "list.history", "cases.go")


class _Answer(NamedTuple):
    """What the store says of the customer's cases."""

    choice: CaseChoice
    page: Page[CaseRow]
    sums: tuple[CaseSum, ...]
    figures: CaseFigures


class CasePanel(CardPanel):
    """The table; the tab shows the case under the cursor beside it."""

    KINDS = (Kind.CASE,)
    OF_CASES = "all"
    COMMAND_IDS = ("list.add", *_OF_ONE, "list.inactive", "cases.which")
    EXPLAINS = case_rows.FORMULAS

    @dataclass
    class CaseMoved(Message):
        """Another case is under the cursor."""

        row: CaseRow | None

    def __init__(self, session: Session) -> None:
        self._strip = FigureStrip()
        columns = case_rows.columns((), CaseChoice.OPEN)
        self._table = VirtualTable(columns, header=False, empty=cell(("Loading…", "muted")))
        super().__init__(session, _TITLES[CaseChoice.OPEN], self._strip, self._table, id="cases")
        self._choice = CaseChoice.OPEN
        self._rows: dict[str, CaseRow] = {}
        self._figures: CaseFigures | None = None

    def on_resize(self) -> None:
        self._strip.set_gap(self.app.size.height >= _HIGH)

    # -- reading --------------------------------------------------------------------------------------------------

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:  # nothing of the customer before may be worked on
            self._choice, self._rows, self._figures = CaseChoice.OPEN, {}, None
            self._table.set_empty(cell(("Loading…", "muted")))
            self._table.set_rows(())
            self._strip.set_figures(())
            self.set_title(_TITLES[CaseChoice.OPEN], count="", fact="")
        self.ask(self.store, "cases", self._reading(card.customer.id), self._got, failed=self._not_read)

    def _reading(self, customer: int) -> Callable[[Store], _Answer]:
        today, choice, wanted = self.session.today, self._choice, self._wanted

        def read(store: Store) -> _Answer:
            def listed(choice: CaseChoice) -> Page[CaseRow]:
                return store.cases.listed(customer, choice, PageRequest(limit=_MOST), today)

            shown, page = choice, listed(choice)
            if wanted is not None and all(str(row.case.id) != wanted for row in page.rows):
                case = store.cases.get(int(wanted))  # it may be one that the choice leaves out
                shown = CaseChoice.ALL if is_over(case) else CaseChoice.OPEN
                page = listed(shown) if shown is not choice else page
            figures = store.cases.figures(customer, today)
            return _Answer(shown, page, store.cases.sums(customer, shown, today), figures)

        return read

    def _not_read(self) -> None:
        """Perhaps only the case that was wanted is not there any more: the others are read without it."""
        if self._wanted is not None and self.card is not None:
            self._wanted = None
            self.read(self.card, again=True)

    def _got(self, answer: _Answer) -> None:
        self._choice, page, totals, self._figures = answer
        self._rows = {str(row.case.id): row for row in page.rows}
        rows = case_rows.table_rows(page.rows, totals, self._choice, self.clock)
        self._table.set_empty(self._nothing(self._figures))
        self._table.set_columns(case_rows.columns(rows, self._choice))
        self._table.set_rows(rows)
        if self._wanted is not None and self._table.move_to_id(self._wanted):
            self.post_message(self.Opened(self))
        self._wanted = None
        self._show_around(self._figures, more=page.more)
        self.post_message(self.Grown(self))
        self.refresh_bindings()

    def _show_around(self, figures: CaseFigures, *, more: bool) -> None:
        """Title, key figures and foot."""
        all_of_them = figures.counts[CaseChoice.ALL]
        shows = self.key("cases.which", "shows them")
        self._strip.set_figures(*(case_rows.key_figures(figures, shows) if all_of_them else ([], EMPTY)))
        number, of = figures.counts[self._choice], all_of_them
        self.set_title(
            _TITLES[self._choice],
            count=f"{spaced(number)} of {spaced(of)}" if number != of else spaced(number) if number else "",
            fact=join(sums(figures.value)),
        )
        over = of - figures.counts[CaseChoice.OPEN]
        hidden = self._choice is CaseChoice.OPEN
        closed = self.key("list.inactive", f"{over} closed {'hidden' if hidden else 'shown'}")
        shown = closed if over and self._choice in (CaseChoice.OPEN, CaseChoice.ALL) else EMPTY
        first = cell((f"the first {_MOST}", "warn")) if more else EMPTY
        self.set_foot(join([first, shown, self.key("cases.which", "which cases") if of else EMPTY]))

    def _nothing(self, figures: CaseFigures) -> Cell:
        if figures.counts[CaseChoice.ALL]:
            which = self.key("cases.which", "shows others.")
            return cell((f"{_TITLES[self._choice]}: none. ", "muted"), which)
        if self.availability("list.add") is True:
            return cell(("No sales cases or projects yet. ", "muted"), self.key("list.add", "adds one."))
        return cell(("No sales cases or projects yet.", "muted"))

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """Who may not see cases reads so where they would be."""
        if isinstance(event.error, Denied):
            event.stop()
            self._rows, self._figures = {}, None
            self._strip.set_figures(())
            self._table.set_empty(hidden_by(event.error.permission, "all cases"))
            self._table.set_rows(())
            self.set_title("Cases", count="", fact=cell(("hidden", "italic muted")))
            self.set_foot("")

    # -- the cursor -----------------------------------------------------------------------------------------------

    @property
    def case(self) -> int | None:
        """The case under the cursor."""
        return self._current.case.id if self._current is not None else None

    @property
    def _current(self) -> CaseRow | None:
        row = self._table.cursor_row
        return self._rows.get(row.id) if row is not None else None

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.post_message(self.CaseMoved(self._current))
        self.refresh_bindings()

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        """A case that the choice leaves out is looked for; another choice then shows it."""
        if kind is not Kind.CASE:
            return False
        if not self.want_row(self._table, str(entity)) and self.card is not None:
            self.read(self.card, again=True)
        return True

    def open_row(self, row_id: str) -> None:
        row = self._rows.get(row_id)
        if row is None:
            return
        today = self.session.today
        found: list[CaseInFull] = []

        def read(store: Store) -> Case:
            found.append(CaseInFull.read(store, row.case.id, today))
            return found[0].details.row.case

        def facts(_: Case) -> list[Fact]:
            return all_facts(found[0], self.clock)

        self.read_in_full(f"{row.case.number} {row.case.name}", read, facts, Kind.CASE, CaseDialog)

    def copies(self) -> Sequence[Copy]:
        row = self._current
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

    # -- commands -------------------------------------------------------------------------------------------------

    def worded(self, command_id: str) -> Command:
        """The key that makes things inactive elsewhere closes a case here, or opens it again."""
        command = super().worded(command_id)
        if command_id == "list.activate":
            row = self._current
            label = case_changes.closing_word(row.case) if row is not None else "Close"
            return command._replace(label=label, tooltip="Close the project, or open again what is closed or lost.")
        return command

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.may(Action.ADD, Kind.CASE)
        if command_id in ("cases.which", "list.inactive"):
            return self._figures is not None or "there are no cases to choose from"
        row = self._current
        if command_id in _OF_ONE and row is None:
            return "there is no case under the cursor"
        if row is not None and command_id in _CHANGES:
            allowed = self.may(_CHANGES[command_id], Kind.CASE)
            if allowed is True and not row.may_change:
                allowed = f"you neither own nor sell this case: it needs the permission “projects: {ProjectLevel.ALL}”"
            return _makes_sense(command_id, row.case) if allowed is True else allowed
        return super().availability(command_id)

    def do_list_inactive(self) -> None:
        self._choose(CaseChoice.ALL if self._choice is CaseChoice.OPEN else CaseChoice.OPEN)

    def do_cases_which(self) -> None:
        figures = self._figures
        if figures is None:
            return
        width = max(len(str(number)) for number in figures.counts.values())
        choices = [
            Choice(each.value, each.value.capitalize(), f"{figures.counts[each]:>{width}}  {_NOTES[each]}")
            for each in CaseChoice
        ]

        def chosen(choice: str | None) -> None:
            if choice is not None:
                self._choose(CaseChoice(choice))

        self.app.push_screen(ChooseDialog("Which cases", choices, current=self._choice.value), chosen)

    def _choose(self, choice: CaseChoice) -> None:
        self._choice = choice
        if self.card is not None:
            self.read(self.card, again=True)

    def do_list_add(self) -> None:
        self.want_form("case", Kind.CASE)

    def do_list_edit(self) -> None:
        row = self._current
        if row is not None:
            self.want_form("case", Kind.CASE, row.case.id)

    def do_list_history(self) -> None:
        row = self._current
        if row is not None:
            self.show_history(f"{row.case.number} {row.case.name}", Kind.CASE, row.case.id)

    def do_cases_won(self) -> None:
        row = self._current
        if row is not None:
            done = case_changes.what_it_did(row.case, "won: 100 %, ordered today")
            self.want_change(partial(case_changes.win, case=row.case), done)

    def do_cases_lost(self) -> None:
        """The form says which case it is about in what it is given; the cursor stays where it is afterwards."""
        row = self._current
        if row is not None:
            self.want_form("lost", Kind.CUSTOMER, given={"case": row.case.id})

    def do_list_activate(self) -> None:
        row = self._current
        if row is None:
            return
        case, today = row.case, self.session.today
        if is_over(case):
            self.want_change(partial(case_changes.open_again, case=case), case_changes.what_it_did(case, "open again"))
        else:
            gone = f", and hidden: {self.session.keys.shown('cases.which')} shows closed ones"
            done = case_changes.what_it_did(case, f"closed{gone if self._choice is CaseChoice.OPEN else ''}")
            self.want_change(lambda store: case_changes.close(store, case, today), done)

    def do_list_delete(self) -> None:
        row = self._current
        if row is not None:
            case = row.case
            below = partial(self._below, case.id)
            self.ask_to_open(self.store, "below", below, partial(self._ask_to_delete, case))

    def _ask_to_delete(self, case: Case, below: CaseBelow) -> None:
        """Invoices forbid it; otherwise what goes along is said."""
        name, keys = f"{case.number} {case.name}", self.session.keys
        if below.invoices:
            bill = "an invoice bills it" if below.invoices == 1 else f"{below.invoices} invoices bill it"
            words = f"{name} can't be deleted: {bill}. {keys.shown('cases.go')} goes there."
            self.notify(words, severity="warning", markup=False)
            return
        along = case_changes.goes_along(below)
        sentences = [f"Delete {name}?", f"It takes with it {along}." if along else "There is nothing on it."]

        def answered(delete: bool | None) -> None:
            if delete:
                self.want_change(lambda store: store.cases.delete(case.id, case.revision), f"{name} deleted")

        self.app.push_screen(ConfirmDialog("Delete case", sentences, keys, label="Delete"), answered)

    def do_cases_go(self) -> None:
        row = self._current
        if row is not None:
            case = row.case
            self.ask_to_open(self.store, "below", partial(self._below, case.id), partial(self._offer_to_go, case))

    def _below(self, case: int, store: Store) -> CaseBelow:
        return store.cases.below(case)

    def _offer_to_go(self, case: Case, below: CaseBelow) -> None:
        """Where a case has something; notes of sales cases are in the feed, those of projects in collaboration."""
        go, notes_tab = self.GoWanted, 3 if case.is_project else 1
        places = (
            ("Tasks", below.open_tasks, "open", go(3, Kind.ACTIVITY, below.task or 0)),
            ("Notes", below.notes, "", go(notes_tab, Kind.NOTE, below.note or 0)),
            ("Forecast", below.forecasts, "months" if below.forecasts > 1 else "month", go(4, Kind.CASE, case.id)),
            ("Invoices", below.invoices, "", go(4, Kind.INVOICE, below.invoice or 0)),
        )
        messages = {word: message for word, _, _, message in places}
        choices = [
            Choice(word, word, f"{number} {unit}", reason=None if number or word == "Forecast" else "none")
            for word, number, unit, _ in places
        ]

        def chosen(word: str | None) -> None:
            if word is not None:
                self.post_message(messages[word])

        self.app.push_screen(ChooseDialog(f"Go to, of {case.number}", choices), chosen)


def _makes_sense(command_id: str, case: Case) -> Availability:
    """Whether a change can be made in the state in which a case is."""
    if command_id == "cases.won" and case.is_project:
        return "it is won already"
    if command_id == "cases.lost" and case.sales_state is SalesState.LOST:
        return "it is lost already"
    if command_id == "list.activate" and case.sales_state is SalesState.OPEN and case.closed is None:
        return "a sales case in progress is closed by winning or losing it"
    return True
