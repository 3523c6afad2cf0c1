"""Joining two customers or contacts, without asking whether that is allowed: what points to the one that goes points
to the one that stays, and the one that goes is deleted, whole in the change log. All rows of a table go over in one
statement; each has a line of its own in the log.

The last line of a merge is one on the one that stays, field MERGED, whose new value is the id of the other. No undo
reads it: what was taken over is told by the other lines and the table ``merged``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from crm_tui.domain.contacts import Contact
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.store.sql import indexing
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.merge_around import take_over
from crm_tui.store.sql.merge_pointers import Pointer, pointers_to
from crm_tui.store.sql.tables import BILLING, CONTACT, CUSTOMER, Link
from crm_tui.store.sql.undo_labels import MERGED
from crm_tui.store.sql.write import Change, Relinked


def join_customers(work: Change, stays: Customer, goes: Customer) -> None:
    """Have ``stays`` take over all that is on ``goes``, which is deleted."""
    for pointer in pointers_to(work.con, Kind.CUSTOMER):
        work.repoint(pointer.table, pointer.field, goes.id, stays.id)
    work.delete(BILLING, work.get(BILLING, goes.id))
    work.delete(CUSTOMER, goes)
    if stays.headquarters is None:
        stays = work.update(CUSTOMER, stays, {"headquarters": goes.headquarters})
    take_over(work, Kind.CUSTOMER, goes.id, stays.id, goes.external_ref)


def join_contacts(work: Change, stays: Contact, goes: Contact) -> None:
    """Have ``stays`` stand wherever ``goes`` stood, who is deleted."""
    for pointer in pointers_to(work.con, Kind.CONTACT):
        if pointer.link is None:
            work.repoint(pointer.table, pointer.field, goes.id, stays.id)
        else:
            relink(work, pointer, pointer.rows, {"old": goes.id}, lambda ids: replaced(ids, goes.id, stays.id))
    twice = "t.contact_id = :old AND t.id IN (SELECT case_id FROM case_contact WHERE contact_id = :old)"
    further = next(one for one in pointers_to(work.con, Kind.CONTACT) if one.field == "further_contacts")
    relink(work, further, twice, {"old": stays.id}, lambda ids: tuple(one for one in ids if one != stays.id))
    work.delete(CONTACT, goes)
    take_over(work, Kind.CONTACT, goes.id, stays.id, goes.external_ref)


def finish_customer(work: Change, key: int) -> None:
    """What is derived from rows that went over."""
    indexing.refresh_customer(work.con, key)
    indexing.recount_activity(work.con, key, work.now)


def say(work: Change, stays: Customer | Contact, *, old: int | None, new: int | None) -> None:
    """The line of a merge, or of its undo, on the one that stays. Whoever looked at that one before looks again: it is
    a new revision, though none of its fields may have changed."""
    work.mark(CONTACT if isinstance(stays, Contact) else CUSTOMER, stays, MERGED, old, new)


def relink(
    work: Change,
    pointer: Pointer,
    rows: str,
    bound: dict[str, Any],
    linked: Callable[[tuple[int, ...]], tuple[int, ...]],
) -> None:
    """Give the rows ``t`` that meet a condition the links that ``linked`` makes of those they have."""
    found = [row._replace(new=linked(row.old)) for row in linked_rows(work.con, pointer, rows, bound)]
    work.relink(pointer.table, link_of(pointer), [row for row in found if row.old != row.new])


def linked_rows(con: Connection, pointer: Pointer, rows: str, bound: dict[str, Any]) -> list[Relinked]:
    """The rows ``t`` that meet a condition with their links, which nothing changed yet."""
    link = link_of(pointer)
    found: list[Any] = con.execute(
        "SELECT t.id, t.revision, t.customer_id, (SELECT json_group_array(v) FROM (SELECT"
        f" {link.value_column} AS v FROM {link.table} WHERE {link.owner_column} = t.id ORDER BY position) linked)"
        f" FROM {pointer.table.name} t WHERE {rows} ORDER BY t.id",
        bound,
    ).fetchall()
    decoded = ((*row, msgspec.json.decode(ids, type=tuple[int, ...])) for *row, ids in found)
    return [Relinked(key, revision, customer, ids, ids) for key, revision, customer, ids in decoded]


def link_of(pointer: Pointer) -> Link:
    """The links of a field that holds several."""
    if pointer.link is None:
        raise TypeError(f"{pointer.field} holds no links")
    return pointer.link


def replaced(ids: Iterable[int], old: int, new: int) -> tuple[int, ...]:
    """The ids with another in the place of one; who is there already is there once."""
    return tuple(dict.fromkeys(new if one == old else one for one in ids))
