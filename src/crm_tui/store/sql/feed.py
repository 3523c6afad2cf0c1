"""The activity feed of a customer: activities and notes of the customer and of its cases, on two lists.

Planned is what is not done: to-dos and tasks to be ticked, entries under way and to come, soonest first. Past is
what was ticked, entries that are over, and notes, newest first. Each list is the merge of a few range scans, so
that a customer with 100,000 activities opens like any other. What is to be ticked stands where it is due, a ticked
row where it was ticked, an entry where it begins.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from crm_tui.domain.activities import TICKED, ActivityKind
from crm_tui.domain.entities import Kind
from crm_tui.store.activities import FeedCounts, FeedPart, FeedRow
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.activity_access import MASKED, Standing, standing_columns
from crm_tui.store.sql.case_access import on_seen_case, with_seen_cases
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.notes import is_changed_by
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import instant

_ACTIVITY, _NOTE = 0, 1
#: late ones are counted so far: each is looked at
MOST_LATE = 1_000
#: of a note, so much stands in the feed
_NOTE_LENGTH = 500

# all-day entries have plain dates, which compare with instants as text: today's is before any instant of today
_TICKED = "activity a WHERE a.customer_id = :customer AND a.over_at IS NULL AND a.is_done = {done}"
_TO_COME = "activity a WHERE a.customer_id = :customer AND a.over_at IS NOT NULL AND a.at > :now"
# what has begun and is not over is little: it is sorted, rather than looked for among all that has begun
_UNDER_WAY = (
    "activity a INDEXED BY activity_timed_by_customer"
    " WHERE a.customer_id = :customer AND a.over_at > :now AND a.at <= :now"
)
# this index has the order
_OVER = (
    "activity a INDEXED BY activity_begins_by_customer"
    " WHERE a.customer_id = :customer AND a.over_at IS NOT NULL AND a.over_at <= :now AND a.at <= :now"
)
_NOTES = "note a WHERE a.customer_id = :customer"
# counting needs no order: each is one range of an index
_NOT_OVER = "activity a WHERE a.customer_id = :customer AND a.over_at > :now"
_OVER_ANY = "activity a WHERE a.customer_id = :customer AND a.over_at <= :now"

#: the first contact that takes part and was not erased
_CONTACT = (
    "(SELECT p.contact_id FROM activity_contact p JOIN contact k ON k.id = p.contact_id"
    " WHERE p.activity_id = a.id AND k.is_deleted = 0 ORDER BY p.position LIMIT 1)"
)


def sources(part: FeedPart, rights: Rights, kinds: frozenset[str] = frozenset()) -> tuple[Source, ...]:
    """The range scans of a list, of these kinds alone if any are named."""
    seen = on_seen_case(rights, "a")

    is_planned = part is FeedPart.PLANNED
    ranges: tuple[str, ...] = (
        (_TICKED.format(done=0), _UNDER_WAY, _TO_COME) if is_planned else (_TICKED.format(done=1), _OVER)
    )
    if kinds == {Kind.NOTE.value}:
        ranges = ()
    activities = [Source(f"{rows}{_of_kinds(kinds)} AND {seen}", ("a.at",), "a.id", _ACTIVITY) for rows in ranges]
    notes = Source(f"{_NOTES}{_only_notes(kinds)} AND {seen}", ("a.created_at",), "a.id", _NOTE)
    return tuple(activities) if is_planned else (*activities, notes)


def _of_kinds(kinds: frozenset[str]) -> str:
    """A condition on activities; the names are those of ActivityKind, nothing that was typed."""
    named = ", ".join(f"'{kind.value}'" for kind in ActivityKind if kind.value in kinds)
    if not named:
        return " AND 1 = 0" if kinds else ""
    return f" AND a.kind IN ({named})"


def _only_notes(kinds: frozenset[str]) -> str:
    return "" if not kinds or Kind.NOTE.value in kinds else " AND 1 = 0"


def page(
    con: Connection,
    rights: Rights,
    customer: int,
    part: FeedPart,
    request: PageRequest,
    now: dt.datetime,
    kinds: frozenset[str] = frozenset(),
) -> Page[FeedRow]:
    """A page of the feed of a customer."""
    return _page(con, rights, _parameters(con, rights, customer, now), part, request, now, kinds)


def _page(
    con: Connection,
    rights: Rights,
    parameters: dict[str, Any],
    part: FeedPart,
    request: PageRequest,
    now: dt.datetime,
    kinds: frozenset[str] = frozenset(),
) -> Page[FeedRow]:
    found = keyset.find(con, sources(part, rights, kinds), parameters, request, descending=part is FeedPart.PAST)
    rows = {(_ACTIVITY, row.id): row for row in activity_rows(con, rights, found.ids(_ACTIVITY), now)}
    rows |= {(_NOTE, row.id): row for row in _note_rows(con, rights, found.ids(_NOTE))}
    return found.page(rows)


def counts(
    con: Connection,
    rights: Rights,
    customer: int,
    now: dt.datetime,
    today: dt.date,
    kinds: frozenset[str] = frozenset(),
) -> FeedCounts:
    """How many rows both lists have, and how many planned ones are late."""
    return _counts(con, rights, _parameters(con, rights, customer, now), today, kinds)


def _counts(
    con: Connection,
    rights: Rights,
    parameters: dict[str, Any],
    today: dt.date,
    kinds: frozenset[str] = frozenset(),
) -> FeedCounts:
    parameters = parameters | {"today": today.isoformat()}
    seen = on_seen_case(rights, "a")
    of_kinds = _of_kinds(kinds)
    notes = f"{_NOTES}{_only_notes(kinds)} AND {seen}"
    planned = [f"{rows}{of_kinds} AND {seen}" for rows in (_TICKED.format(done=0), _NOT_OVER)]
    past = [*(f"{rows}{of_kinds} AND {seen}" for rows in (_TICKED.format(done=1), _OVER_ANY)), notes]
    late = f"{_TICKED.format(done=0)} AND a.at < :today AND a.due < :today{of_kinds} AND {seen}"
    return FeedCounts(
        planned=keyset.count(con, planned, parameters),
        past=keyset.count(con, past, parameters),
        late=keyset.count(con, [late], parameters, cap=MOST_LATE),
    )


class Glance(NamedTuple):
    """What is first on both lists, and how much there is."""

    counts: FeedCounts
    planned: tuple[FeedRow, ...]
    past: tuple[FeedRow, ...]


def glance(con: Connection, rights: Rights, customer: int, lines: int, now: dt.datetime, today: dt.date) -> Glance:
    """The first ``lines`` of both lists."""
    parameters, request = _parameters(con, rights, customer, now), PageRequest(limit=lines)
    return Glance(
        counts=_counts(con, rights, parameters, today),
        planned=_page(con, rights, parameters, FeedPart.PLANNED, request, now).rows,
        past=_page(con, rights, parameters, FeedPart.PAST, request, now).rows,
    )


def activity_rows(con: Connection, rights: Rights, ids: str, now: dt.datetime) -> list[FeedRow]:
    """The activities with these ids (JSON), in no order, which the actor may know of."""
    rows = con.execute(
        "SELECT a.id, a.kind, t.name, a.name, a.starts_at, a.starts_on, a.due, a.is_done, a.done_at,"
        f" a.over_at <= :now, u.name, a.case_id, c.number, {_CONTACT}, u.is_active, {MASKED},"
        f" {standing_columns(rights)}"
        " FROM activity a LEFT JOIN registry_value t ON t.id = a.type_id LEFT JOIN crm_user u ON u.id = a.owner_id"
        " LEFT JOIN crm_case c ON c.id = a.case_id WHERE a.id IN (SELECT value FROM json_each(:ids))",
        rights.parameters | {"ids": ids, "now": instant(now)},
    )
    return [_activity_row(row) for row in rows]


def _activity_row(row: tuple[Any, ...]) -> FeedRow:
    key, kind, type_name, name, starts_at, starts_on, due, is_done, done_at, is_over, owner, case, number, contact = (
        row[:14]
    )
    owner_is_active, is_private = row[14:16]
    mine = Standing(*row[16:])
    ticked = kind in TICKED
    begins = starts_at or (done_at if ticked and is_done else None)
    on = (due or starts_on) if ticked else starts_on
    until = due if not ticked and due != starts_on else None
    return FeedRow(
        entity=Kind.ACTIVITY,
        id=key,
        kind=ActivityKind(kind).value,
        type_name=None if is_private else type_name,
        name=kind if is_private else name,
        at=dt.datetime.fromisoformat(begins) if begins else None,
        on=dt.date.fromisoformat(on) if on else None,
        until=dt.date.fromisoformat(until) if until else None,
        is_done=bool(is_done or is_over),
        is_private=bool(is_private),
        owner_name=None if is_private else owner,
        case=None if is_private else case,
        case_number=None if is_private else number,
        contact=None if is_private else contact,
        owner_is_gone=not (owner_is_active or is_private),
        takes_part=bool(mine.takes_part),
        may_edit=bool(mine.may_edit),
        may_delete=bool(mine.may_delete),
    )


def _note_rows(con: Connection, rights: Rights, ids: str) -> list[FeedRow]:
    rows = con.execute(
        f"SELECT n.id, substr(n.text, 1, {_NOTE_LENGTH}), n.created_at, u.name, n.case_id, c.number, n.author_id"
        " FROM note n LEFT JOIN crm_user u ON u.id = n.author_id LEFT JOIN crm_case c ON c.id = n.case_id"
        " WHERE n.id IN (SELECT value FROM json_each(:ids))",
        {"ids": ids},
    )
    return [
        FeedRow(
            entity=Kind.NOTE,
            id=key,
            kind=Kind.NOTE.value,
            type_name=None,
            name=text,
            at=dt.datetime.fromisoformat(created_at),
            on=None,
            until=None,
            is_done=True,
            is_private=False,
            owner_name=author,
            case=case,
            case_number=number,
            contact=None,
            owner_is_gone=False,
            takes_part=False,
            may_edit=is_changed_by(rights, author_id),
            may_delete=is_changed_by(rights, author_id),
        )
        for key, text, created_at, author, case, number, author_id in rows
    ]


def _parameters(con: Connection, rights: Rights, customer: int, now: dt.datetime) -> dict[str, Any]:
    return with_seen_cases(con, rights, customer) | {"now": instant(now)}
