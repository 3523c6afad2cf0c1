"""The collaboration notes of a customer's projects: pinned ones first, the one under the cursor in full."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.entities import Kind
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.present import Clock, count, owner
from crm_tui.screens.session import Session
from crm_tui.store.activities import NoteRow
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Count
from crm_tui.text import clean_lines
from crm_tui.when import absolute
from crm_tui.widgets.cells import Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact, whole
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("when", width=10, style="muted"),
    Column("who", width=2, gap=1, drop=1),
    Column("number", width=5, gap=1, align="right", style="muted"),
    Column("text", width=16, flex=1, gap=1),
)


class NotesPanel(DetailedPanel):
    """Paged."""

    def __init__(self, session: Session) -> None:
        empty = cell(("No collaboration notes on the projects yet.", "muted"))
        self._table = VirtualTable(_COLUMNS, header=False, empty=empty)
        super().__init__(
            session,
            "Collaboration notes",
            self._table,
            id="notes",
        )
        self._notes: dict[str, NoteRow] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._notes.clear()
            self.set_title(count="", fact="")
        self._table.restart(keep_cursor=again)
        customer = card.customer.id
        self.ask(self.store, "count", lambda store: store.notes.count_of_projects(customer), self._got_count)

    def _got_count(self, counted: Count) -> None:
        self.set_title(count=count(counted) if counted.number else "")

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        if self.card is None:
            event.stop()
            return
        customer, clock = self.card.customer.id, self.clock
        self.answer(
            event,
            lambda store, request: store.notes.of_projects(customer, request),
            lambda row: _row(row, clock),
            seen=self._notes.__setitem__,
        )

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.find_wanted(event, self._notes)
        note = self._current
        self.show_about(_about(note, self.clock) if note is not None else ())
        if event.index == 0:
            self.set_title(fact=_fact(note) if note is not None else "")

    def open_row(self, row_id: str) -> None:
        row = self._notes.get(row_id)
        if row is not None:
            self.read_in_full("Note", lambda store: row.note, lambda _: _about(row, self.clock))

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        if kind is not Kind.NOTE:
            return False
        self.want_row(self._table, str(entity))
        return True

    def copies(self) -> Sequence[Copy]:
        note = self._current
        if note is None:
            return ()
        found = (("Text", note.note.text), ("Project", note.case_name), ("Project number", _number(note)))
        return [Copy(label, value) for label, value in found if value]

    @property
    def _current(self) -> NoteRow | None:
        row = self._table.cursor_row
        return self._notes.get(row.id) if row is not None else None


def _number(row: NoteRow) -> str:
    return str(row.case_number) if row.case_number is not None else ""


def _row(row: NoteRow, clock: Clock) -> Row:
    note = row.note
    pinned = ("pinned ", "accent") if note.pinned else ""
    cells = (clock.ago(note.created_at), owner(row.author_name), _number(row), cell(pinned, note.text))
    return Row(str(note.id), cells)


def _about(row: NoteRow, clock: Clock) -> list[Fact]:
    """The note in full: project, who and when; then its text, line by line."""
    when = absolute(row.note.created_at, clock.zone, clock.settings.dates)
    head = join(
        [
            cell((f"{_number(row)} ", "muted"), (row.case_name or "", "name")),
            cell((", ".join(part for part in (row.author_name, when) if part), "muted")),
        ]
    )
    return [whole(head, wrap=True), *(whole(line, wrap=True) for line in clean_lines(row.note.text))]


def _fact(row: NoteRow) -> Cell:
    return cell((f"{'pinned: ' if row.note.pinned else ''}{row.note.text}", "muted"))
