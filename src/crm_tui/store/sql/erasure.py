"""Erasing a person (rule 8): the row stays as an id, so that whatever points to it shows *Deleted Contact*.

What was known of the person goes everywhere: from the row and its labels, from the search index, and from the
change log with its values, so that no undo brings it back: also what the log says of those who were merged into the
person, and of those whom the person was merged into for a while (see traces). Invoices keep their receiver as it was.
What SQLite and its search index leave in unused places of the file goes after the transaction:
Database.overwrite_erased.
"""

from __future__ import annotations

from crm_tui.domain.contacts import Contact
from crm_tui.domain.entities import Kind
from crm_tui.store.sql import indexing, traces
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import CONTACT, instant
from crm_tui.store.sql.traces import Trace
from crm_tui.store.sql.write import Change

#: the field in the change log's line of an erasure; there is no such field to be undone
ERASED = "deleted"


def erase_contact(work: Change, contact: Contact) -> tuple[int, ...]:
    """Leave only the id of a contact. One line without values in the change log tells of it. Returns the ids of those
    with whom data of the person were: of the person, and of whom they were merged with."""
    con = work.con
    indexing.changed(con, Kind.CONTACT, contact.id, indexing.words(con, CONTACT, contact.id), {"words": ""})
    con.execute(
        "UPDATE contact SET first_name = '', last_name = '', title = NULL, emails = '[]', phones = '[]',"
        " address_id = NULL, role_id = NULL, language = NULL, description = NULL, date_of_birth = NULL,"
        " email_allowed = 0, is_active = 0, is_deleted = 1, external_ref = NULL, import_id = NULL,"
        " name_key = '', words = '', revision = revision + 1, updated_at = :now, updated_by = :actor WHERE id = :id",
        {"id": contact.id, "now": instant(work.now), "actor": work.actor},
    )
    con.execute("DELETE FROM contact_keyword WHERE contact_id = ?", (contact.id,))
    people = traces.same_person(con, contact.id)
    for person in people:
        _forget_around(con, person)
    found = traces.of(con, people)
    for trace in found:
        _forget_lines(con, trace)
    work.log(Kind.CONTACT, contact.id, contact.customer, contact.revision + 1, ERASED, None, None)
    con.execute("UPDATE upkeep SET erased = erased + 1")
    return tuple(dict.fromkeys(trace.contact for trace in found))


def _forget_around(con: Connection, person: int) -> None:
    kind = Kind.CONTACT.value
    con.execute(
        "DELETE FROM not_duplicate WHERE kind = :kind AND :id IN (low_id, high_id)", {"kind": kind, "id": person}
    )
    con.execute("DELETE FROM external_alias WHERE kind = ? AND entity_id = ?", (kind, person))
    con.execute("UPDATE merged SET around = '{}' WHERE kind = ? AND ? IN (goes_id, stays_id)", (kind, person))


def _forget_lines(con: Connection, trace: Trace) -> None:
    """The copy of a row that was deleted is gone, too, and would look like an addition."""
    con.execute(
        "UPDATE change_line SET field = CASE WHEN field = '' AND old IS NOT NULL THEN :erased ELSE field END,"
        " old = NULL, new = NULL"
        " WHERE kind = :kind AND entity_id = :entity AND change_id BETWEEN :first AND :last"
        + ("" if trace.is_own else f" AND field NOT IN {traces.IMPERSONAL}"),
        {"erased": ERASED, "kind": Kind.CONTACT.value}
        | {"entity": trace.contact, "first": trace.first, "last": trace.last},
    )
