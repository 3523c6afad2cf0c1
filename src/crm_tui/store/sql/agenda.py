"""What concerns the actor, over all customers: the feed of a person instead of that of a customer.

An activity is that of its assignee, or of its owner while nobody is assigned (``whose``); beside these there are those
in which the actor takes part. The two lists are made like those of a customer's feed (see there), and what is on a case
that the actor does not see is in neither.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import json

from crm_tui.domain.permissions import ProjectLevel
from crm_tui.store.activities import AgendaRow, FeedCounts, FeedPart, FeedRow
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import feed, keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.rights import Rights, case_seen
from crm_tui.store.sql.tables import instant

_WHOSE = "coalesce(a.assignee_id, a.owner_id)"
_MINE = f"activity a WHERE {_WHOSE} = :actor"
_TAKEN_PART_IN = (
    "activity_user m CROSS JOIN activity a ON a.id = m.activity_id"
    f" WHERE m.user_id = :actor AND {_WHOSE} IS DISTINCT FROM :actor"
)
_TICKED = "a.over_at IS NULL AND a.is_done = {done}"
#: each condition is a range of an index that has the order, but for what is under way, of which the rest is left out
_OWN = {
    FeedPart.PLANNED: (
        _TICKED.format(done=0),
        "a.over_at > :now AND a.at <= :now",
        "a.over_at IS NOT NULL AND a.at > :now",
    ),
    FeedPart.PAST: (_TICKED.format(done=1), "a.over_at <= :now AND a.at <= :now"),
}
#: no index has an order of these: they are looked at one by one
_OTHERS = {
    FeedPart.PLANNED: f"({_TICKED.format(done=0)} OR a.over_at > :now)",
    FeedPart.PAST: f"({_TICKED.format(done=1)} OR a.over_at <= :now)",
}
_LATE = f"{_TICKED.format(done=0)} AND a.at < :today AND a.due < :today"


def page(con: Connection, rights: Rights, part: FeedPart, request: PageRequest, now: dt.datetime) -> Page[AgendaRow]:
    """A page of the actor's planned or past activities."""
    sources = [Source(rows, ("a.at",), "a.id") for rows in _ranges(rights, part)]
    found = keyset.find(con, sources, _parameters(rights, now), request, descending=part is FeedPart.PAST)
    rows = {row.id: row for row in feed.activity_rows(con, rights, found.ids(), now)}
    return found.page(_with_names(con, rows))


def counts(con: Connection, rights: Rights, now: dt.datetime, today: dt.date) -> FeedCounts:
    """How many there are on both lists, and how many planned ones are late."""
    parameters = _parameters(rights, now) | {"today": today.isoformat()}
    late = [f"{rows} AND {_LATE} AND {_seen(rights)}" for rows in (_MINE, _TAKEN_PART_IN)]
    return FeedCounts(
        planned=keyset.count(con, _ranges(rights, FeedPart.PLANNED), parameters),
        past=keyset.count(con, _ranges(rights, FeedPart.PAST), parameters),
        late=keyset.count(con, late, parameters, cap=feed.MOST_LATE),
    )


def _ranges(rights: Rights, part: FeedPart) -> list[str]:
    """No activity is in two of them."""
    own = [f"{_MINE} AND {condition}" for condition in _OWN[part]]
    return [f"{rows} AND {_seen(rights)}" for rows in (*own, f"{_TAKEN_PART_IN} AND {_OTHERS[part]}")]


def _seen(rights: Rights) -> str:
    """A condition: the activity in ``a`` is on no case, or on one that the actor sees."""
    if rights.profile.projects is ProjectLevel.ALL:
        return "1 = 1"
    return f"(a.case_id IS NULL OR EXISTS (SELECT 1 FROM crm_case c WHERE c.id = a.case_id AND {case_seen(rights)}))"


def _with_names(con: Connection, rows: dict[int, FeedRow]) -> dict[int, AgendaRow]:
    named = con.execute(
        "SELECT a.id, a.customer_id, c.name, k.name FROM activity a LEFT JOIN customer c ON c.id = a.customer_id"
        " LEFT JOIN crm_case k ON k.id = a.case_id WHERE a.id IN (SELECT value FROM json_each(?))",
        (json.encode(list(rows)).decode(),),
    )
    return {
        key: AgendaRow(row=rows[key], customer=customer, customer_name=customer_name, case_name=case_name)
        for key, customer, customer_name, case_name in named
    }


def _parameters(rights: Rights, now: dt.datetime) -> dict[str, Any]:
    return rights.parameters | {"now": instant(now)}
