"""The collaboration notes of a customer's projects in threads: each note is followed by its replies. Pinned ones
stand first; the one under the cursor is shown in full."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.activities import NoteChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.present import Clock, count, hidden_by, owner
from crm_tui.screens.session import Session
from crm_tui.store.activities import NoteRow
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Count
from crm_tui.text import clean_lines
from crm_tui.when import absolute
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Fact, whole
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("when", width=10, style="muted"),
    Column("who", width=2, gap=1, drop=1),
    Column("number", width=5, gap=1, align="right", style="muted"),
    Column("text", width=16, flex=1, gap=1),
)
#: replies stand so many cells to the right of what they answer, as far as there is room
_INDENT, _MOST_INDENTS = 2, 6
_CHANGING = ("list.edit", "list.delete", "notes.pin")
_ON_NOTE = (*_CHANGING, "list.history", "notes.reply", "notes.case")
#: of a note, so much stands in a title
_SHORT = 40


class NotesPanel(DetailedPanel):
    """Paged."""

    KINDS = (Kind.NOTE,)
    OF_CASES = "all"
    COMMAND_IDS = (
        "list.add",
        "list.edit",
        "list.delete",
        "list.history",
        "notes.reply",
        "notes.pin",
        "notes.case",
    )

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(_COLUMNS, header=False)
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
        self._say_nothing()
        self.set_foot("")
        self._table.restart(keep_cursor=again)
        customer = card.customer.id
        self.ask(self.store, "count", lambda store: store.notes.count_of_projects(customer), self._got_count)

    def _say_nothing(self) -> None:
        """What an empty list says."""
        missing, adds = self.session.missing(Action.SEE, Kind.CASE), self.availability("list.add") is True
        words = cell(("No collaboration notes on the projects yet.", "muted"))
        if missing:
            self._table.set_empty(hidden_by(missing, "all of them"))
        else:
            self._table.set_empty(cell(words, " ", self.key("list.add", "adds one.")) if adds else words)

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
            number=lambda store: store.notes.count_of_projects(customer, exact=True).number,
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
            self.read_in_full("Note", lambda store: row.note, lambda _: _about(row, self.clock), Kind.NOTE)

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id in ("list.add", "notes.reply"):
            allowed = self.may(Action.SEE, Kind.CASE)
            allowed = allowed if allowed is not True else self.may(Action.ADD, Kind.NOTE)
            if command_id == "list.add" or allowed is not True:
                return allowed
        note = self._current
        if command_id in _ON_NOTE and note is None:
            return "there is no note under the cursor"
        if note is not None and command_id in _CHANGING and not note.may_change:
            return self.session.may(Action.EDIT, Kind.CONTACT)  # who may change customers changes notes of others
        return super().availability(command_id)

    def do_list_add(self) -> None:
        given = {"on_project": True, **({"case": self.case} if self.case is not None else {})}
        self.want_form("note", Kind.NOTE, given=given)

    def do_notes_reply(self) -> None:
        row = self._current
        if row is not None:
            given = {"parent": row.note.id, "case": row.note.case, "to": f"{row.author_name or ''}: {_short(row)}"}
            self.want_form("note", Kind.NOTE, given=given)

    def do_list_edit(self) -> None:
        if self._current is not None:
            self.want_form("note", Kind.NOTE, self._current.note.id)

    def do_notes_pin(self) -> None:
        row = self._current
        if row is not None:
            note, pinned = row.note, not row.note.pinned
            words = "pinned: its thread stands first" if pinned else "not pinned any more"
            self.want_change(
                lambda store: store.notes.update(note.id, note.revision, NoteChange(pinned=pinned)),
                f"“{_short(row)}” is {words}",
            )

    def do_list_delete(self) -> None:
        row = self._current
        if row is None:
            return
        note = row.note

        def answered(wanted: bool | None) -> None:
            if wanted:
                self.want_change(lambda store: store.notes.delete(note.id, note.revision), "Note deleted")

        stay = {0: "", 1: " The reply to it stays."}.get(row.replies, f" The {row.replies} replies to it stay.")
        sentences = [f"“{_short(row)}”", f"This note will be deleted.{stay}"]
        self.app.push_screen(ConfirmDialog("Delete note", sentences, self.session.keys, label="Delete"), answered)

    def do_list_history(self) -> None:
        row = self._current
        if row is not None:
            self.show_history(_short(row), Kind.NOTE, row.note.id)

    def do_notes_case(self) -> None:
        if self.case is not None:
            self.post_message(self.GoWanted(2, Kind.CASE, self.case))

    @property
    def case(self) -> int | None:
        """The project of the note under the cursor."""
        row = self._current
        return row.note.case if row is not None else None

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


def _short(row: NoteRow) -> str:
    """How a note begins, for a title."""
    text = " ".join(row.note.text.split())
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _number(row: NoteRow) -> str:
    return str(row.case_number) if row.case_number is not None else ""


def _row(row: NoteRow, clock: Clock) -> Row:
    note = row.note
    pinned = ("pinned ", "accent") if note.pinned else ""
    indent = " " * (_INDENT * (min(row.depth, _MOST_INDENTS) - 1))
    reply = cell(indent, ("└ ", "muted")) if row.depth else EMPTY
    number = "" if row.depth else _number(row)
    cells = (clock.ago(note.created_at), owner(row.author_name), number, cell(reply, pinned, note.text))
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
