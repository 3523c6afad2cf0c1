"""The long lists of a card are range scans: each source is searched, none is sorted, however long it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.conftest import FIRST_START, NOW, TODAY, Clock

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.store.activities import FeedPart
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.sql import contacts, feed, files, finance, history_seen, keyset
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.sqlite import SqliteConnection

EVERYTHING = Rights(1, "admin", None, Profile(name="all", customers=CustomerLevel.ALL, projects=ProjectLevel.ALL), ())
SOME = EVERYTHING._replace(profile=Profile(name="unit", customers=CustomerLevel.READ, projects=ProjectLevel.UNIT))

PARAMETERS = {"customer": 1, "kind": Kind.CONTACT.value, "now": "2026-11-18T10:00:00.000000Z", "seen_cases": "[1]"}

#: by name: source, and whether its list is descending. Entries under way are few, and are sorted
UNDER_WAY = 1
LISTS: dict[str, tuple[Source, bool]] = {
    **{
        f"feed {part} {number} {rights.profile.name}": (source, part is FeedPart.PAST)
        for rights in (EVERYTHING, SOME)
        for part in FeedPart
        for number, source in enumerate(feed.sources(part, rights))
        if (part, number) != (FeedPart.PLANNED, UNDER_WAY)
    },
    **{f"contacts {n}": (source, False) for n, source in enumerate(contacts.sources(inactive=True))},
    "files": (Source(files.of_customer(SOME), ("f.created_at",), "f.id"), True),
    "invoices": (Source(finance.of_customer(SOME), ("i.date",), "i.id"), True),
    **{
        f"history {number} {rights.profile.name}": (
            Source(f"change_line l WHERE {rows} AND {history_seen.visible(rights)}", ("l.change_id",), "l.line"),
            True,
        )
        for rights in (EVERYTHING, SOME)
        for number, rows in enumerate(("l.customer_id = :customer", "l.kind = :kind AND l.entity_id = :customer"))
    },
}


@pytest.fixture
def con(tmp_path: Path) -> Iterator[SqliteConnection]:
    database = Database.open(tmp_path / "crm.db")
    set_up(database, FIRST_START, Clock())
    with database.writing() as connection:
        yield connection
    database.close()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("same_mark", [False, True], ids=["anchor elsewhere", "anchor here"])
def test_pages_search_an_index_and_sort_nothing(
    con: SqliteConnection, name: str, backward: bool, same_mark: bool
) -> None:
    source, descending = LISTS[name]
    anchor = [*("2026" for _ in source.order), source.mark if same_mark else 1 - source.mark, 7]
    statement, bound = keyset.statement_of(source, anchor, 101, falling=descending != backward)

    plan = [
        row[3]
        for row in con.execute(f"EXPLAIN QUERY PLAN {statement}", EVERYTHING.parameters | PARAMETERS | bound)
        if isinstance(row[3], str)
    ]

    assert not [step for step in plan if "TEMP B-TREE" in step], plan
    assert plan[0].startswith("SEARCH"), plan
    assert re.search(r"=\? AND .*[<>]\(?\?", plan[0]), plan


def test_a_customer_with_very_many_activities_is_counted_to_the_cap_and_paged(con: SqliteConnection) -> None:
    """Its pages come from the ends of its ranges; counting stops."""
    con.execute(
        "INSERT INTO customer"
        " (id, revision, created_at, updated_at, name, number, is_active, is_internal, name_key, words)"
        " VALUES (77, 1, '', '', 'Big', 77, 1, 0, 'big', 'big')"
    )
    con.execute(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29999)"
        " INSERT INTO activity (revision, created_at, updated_at, kind, name, customer_id, owner_id, all_day, is_done,"
        " due, done_at, at, over_at) SELECT 1, '', '', 'to-do', 'to-do ' || i, 77, 1, 0, i % 2, '2026-11-01',"
        " iif(i % 2, strftime('%Y-%m-%dT%H:%M:%S.000000Z', '2026-01-01', '+' || i || ' seconds'), NULL),"
        " iif(i % 2, strftime('%Y-%m-%dT%H:%M:%S.000000Z', '2026-01-01', '+' || i || ' seconds'), '2026-11-01'), NULL"
        " FROM n"
    )

    counts = feed.counts(con, EVERYTHING, 77, NOW, TODAY)
    past = feed.page(con, EVERYTHING, 77, FeedPart.PAST, PageRequest(limit=3), NOW)

    assert counts.planned == counts.past == Count(1_000, capped=True)
    assert counts.late == Count(1_000, capped=True)
    assert [row.name for row in past.rows] == ["to-do 29999", "to-do 29997", "to-do 29995"]
    assert past.rows[0].at == dt.datetime(2026, 1, 1, 8, 19, 59, tzinfo=dt.UTC)
