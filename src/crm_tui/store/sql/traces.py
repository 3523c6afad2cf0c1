"""Where the change log has data of a person: on their own lines, on those of who was merged into them, and on those of
whom they were merged into, from a merge until its undo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dialect import Connection

#: the last change of all
_EVER = 2**62
#: fields of contacts that say nothing of a person
IMPERSONAL = "('customer', 'merged', 'not_duplicate')"
#: merges of contacts, and by which change each was undone, if it was
_MERGES = (
    "SELECT m.goes_id, m.stays_id, m.change_id, u.id FROM merged m LEFT JOIN change u ON u.undoes_id = m.change_id"
    f" WHERE m.kind = '{Kind.CONTACT.value}' AND "
)


class Trace(NamedTuple):
    """The lines on a contact from one change to another hold data of a person; ``is_own`` if they are the person's."""

    contact: int
    first: int
    last: int
    is_own: bool


def same_person(con: Connection, contact: int) -> tuple[int, ...]:
    """A contact and those who went into it, and into those."""
    found = [contact]
    for person in found:  # grows on the way
        rows: list[Any] = con.execute(f"{_MERGES} m.stays_id = ?", (person,)).fetchall()
        found += [goes for goes, _, _, undone in rows if undone is None and goes not in found]
    return tuple(found)


def of(con: Connection, people: Iterable[int]) -> list[Trace]:
    """Where the log has data of these, who are one person."""
    found = [Trace(person, 0, _EVER, is_own=True) for person in people]
    for trace in found:  # grows on the way
        rows: list[Any] = con.execute(f"{_MERGES} m.goes_id = ?", (trace.contact,)).fetchall()
        for _, stays, first, undone in rows:
            further = Trace(stays, first, undone or _EVER, is_own=False)
            if trace.first <= first <= trace.last and further not in found:
                found.append(further)
    return found
