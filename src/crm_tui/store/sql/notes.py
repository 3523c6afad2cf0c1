"""Notes of customers and of their cases. Whoever sees the customer may add notes; an author changes and deletes
their own, and whoever may change customers those of others."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict, replace

from crm_tui.domain.activities import NewNote, Note, NoteChange, check_note
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, Invalid, NotFound
from crm_tui.domain.permissions import Action, CustomerLevel
from crm_tui.store.activities import NoteRow
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.sql import indexing, keyset, references, threads
from crm_tui.store.sql.case_access import hides_case
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import NOTE, changed_fields, columns, decode, width
from crm_tui.store.sql.write import Change, expect_revision, get


class SqlNotes(Facet):
    """The Notes facet."""

    def of_projects(self, customer: int, request: PageRequest) -> Page[NoteRow]:
        """Notes of the customer's projects that the actor sees, in threads."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.NOTE)
            references.check_customer(con, customer)
            found = threads.page(con, rights, customer, request)
            rows = {row.note.id: row for row in note_rows(con, rights, found.ids)}
            shown = [replace(rows[place.id], depth=place.depth, replies=place.replies) for place in found.places]
            return Page(rows=tuple(shown), cursors=found.cursors, more=found.more)

    def count_of_projects(self, customer: int, *, exact: bool = False) -> Count:
        """How many of these there are; counted to the end only if ``exact``."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.NOTE)
            references.check_customer(con, customer)
            rows, bound = threads.rows_of_projects(rights), rights.parameters | {"customer": customer}
            if exact:
                return Count(con.execute(f"SELECT count(*) FROM {rows}", bound).get)
            return keyset.count(con, [rows], bound)

    def get(self, note: int) -> Note:
        """One note."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.NOTE)
            return _seen(con, rights, note)

    def create(self, new: NewNote) -> Note:
        """Add a note; its author is the actor."""
        with self._writing("create note") as (work, rights):
            rights.need(Action.ADD, Kind.NOTE)
            references.check_customer(work.con, new.customer)
            check_note(new)
            if new.case is not None:
                references.check_case(work.con, rights, new.case, new.customer)
            if new.parent is not None:
                _check_parent(work.con, new)
            saved = work.insert(NOTE, asdict(new) | {"author": rights.user})
            _recount(work, saved)
            return saved

    def update(self, note: int, revision: int, change: NoteChange) -> Note:
        """Change the text of a note or pin it."""
        with self._writing("update note") as (work, rights):
            rights.need(Action.EDIT, Kind.NOTE)
            before = _seen(work.con, rights, note)
            need_change(rights, before, "change notes of others")
            expect_revision(Kind.NOTE, before, revision, change)
            check_note(replace(before, **changed_fields(change)))
            return work.update(NOTE, before, change)

    def delete(self, note: int, revision: int) -> None:
        """Delete a note; replies to it then answer what it answered."""
        with self._writing("delete note") as (work, rights):
            rights.need(Action.DELETE, Kind.NOTE)
            before = _seen(work.con, rights, note)
            need_change(rights, before, "delete notes of others")
            expect_revision(Kind.NOTE, before, revision, None)
            _answer(work, before)
            work.delete(NOTE, before)
            _recount(work, before)


def is_changed_by(rights: Rights, author: int | None) -> bool:
    """Whether the actor may change and delete a note of this author."""
    return author == rights.user or rights.profile.customers.at_least(CustomerLevel.EDIT)


def need_change(rights: Rights, note: Note, action: str) -> None:
    """Raise Denied unless the actor may change and delete this note."""
    if not is_changed_by(rights, note.author):
        raise Denied(action, f"customers: {CustomerLevel.EDIT.value}")


def note_rows(con: Connection, rights: Rights, ids: str) -> list[NoteRow]:
    """The notes with these ids (JSON), in no order."""
    rows = con.execute(
        f"SELECT {columns(NOTE, 'n')}, u.name, c.number, c.name FROM note n"
        " LEFT JOIN crm_user u ON u.id = n.author_id LEFT JOIN crm_case c ON c.id = n.case_id"
        " WHERE n.id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return [_row(rights, row) for row in rows]


def _row(rights: Rights, row: tuple[Any, ...]) -> NoteRow:
    author, number, name = row[width(NOTE) :]
    note: Note = decode(NOTE, row)
    return NoteRow(
        note=note,
        author_name=author,
        case_number=number,
        case_name=name,
        may_change=is_changed_by(rights, note.author),
    )


def _seen(con: Connection, rights: Rights, note: int) -> Note:
    found = get(con, NOTE, note)
    if hides_case(con, rights, found.case):
        raise NotFound(Kind.NOTE.value, note)
    return found


def _answer(work: Change, before: Note) -> None:
    """Let the replies to a note answer what it answered."""
    replies = work.con.execute("SELECT id FROM note WHERE parent_id = ?", (before.id,))
    found: list[tuple[Any, ...]] = replies.fetchall()
    for (reply,) in found:
        work.update(NOTE, work.get(NOTE, reply), {"parent": before.parent})


def _recount(work: Change, note: Note) -> None:
    if note.case is None:
        indexing.recount_activity(work.con, note.customer, work.now)


def _check_parent(con: Connection, new: NewNote) -> None:
    row = con.execute("SELECT customer_id, case_id FROM note WHERE id = ?", (new.parent,)).fetchone()
    if row != (new.customer, new.case):
        raise Invalid("parent", "a reply stands where the note stands that it answers")
