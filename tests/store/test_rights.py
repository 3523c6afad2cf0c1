"""The conditions in SQL say of rows what the rules of the domain say of cases and invoices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import apsw
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain.permissions import (
    CaseFacts,
    CustomerLevel,
    Profile,
    ProjectLevel,
    sees_case,
    sees_case_money,
    sees_invoice_money,
)
from crm_tui.store.sql.rights import Rights, case_money, case_seen, invoice_money

_TABLES = (
    "CREATE TABLE crm_case (id INTEGER PRIMARY KEY, owner_id, sales_person_id, business_unit_id)",
    "CREATE TABLE case_member (case_id, user_id)",
    "CREATE TABLE invoice (id INTEGER PRIMARY KEY)",
    "CREATE TABLE invoice_case (invoice_id, case_id)",
)
_USERS = st.integers(1, 4)
_UNITS = st.none() | st.integers(1, 2)
_CASES = st.lists(
    st.builds(CaseFacts, st.none() | _USERS, st.none() | _USERS, st.frozensets(_USERS, max_size=2), _UNITS), max_size=6
)


class Actor(NamedTuple):
    """Who asks."""

    id: int
    business_unit: int | None


def connection(cases: Sequence[CaseFacts], invoices: Sequence[set[int]]) -> apsw.Connection:
    """These cases, and invoices of the cases in these places."""
    con = apsw.Connection(":memory:")
    for statement in _TABLES:
        con.execute(statement)
    for key, case in enumerate(cases):
        values = (key, case.owner_id, case.sales_person_id, case.business_unit_id)
        con.execute("INSERT INTO crm_case VALUES (?, ?, ?, ?)", values)
        con.executemany("INSERT INTO case_member VALUES (?, ?)", [(key, member) for member in case.member_ids])
    for key, places in enumerate(invoices):
        con.execute("INSERT INTO invoice VALUES (?)", (key,))
        con.executemany("INSERT INTO invoice_case VALUES (?, ?)", [(key, place) for place in places])
    return con


@settings(deadline=None)
@given(
    customers=st.sampled_from(CustomerLevel),
    projects=st.sampled_from(ProjectLevel),
    unit=_UNITS,
    subordinates=st.frozensets(st.integers(2, 4)),
    cases=_CASES,
    data=st.data(),
)
def test_sql_and_domain_agree(
    customers: CustomerLevel,
    projects: ProjectLevel,
    unit: int | None,
    subordinates: frozenset[int],
    cases: list[CaseFacts],
    data: st.DataObject,
) -> None:
    places = st.sets(st.integers(0, len(cases) - 1), max_size=3) if cases else st.just(set[int]())
    invoices = data.draw(st.lists(places, max_size=4))
    profile, actor = Profile(name="any", customers=customers, projects=projects), Actor(1, unit)
    rights = Rights(actor.id, "Actor", unit, profile, tuple(subordinates))
    con = connection(cases, invoices)

    seen = con.execute(
        f"SELECT {case_seen(rights)}, {case_seen(rights)} AND {case_money(rights)} FROM crm_case c ORDER BY id",
        rights.parameters,
    ).fetchall()
    billed = con.execute(f"SELECT {invoice_money(rights)} FROM invoice i ORDER BY id", rights.parameters).fetchall()

    assert [tuple(map(bool, row)) for row in seen] == [
        (sees_case(profile, actor, case), sees_case_money(profile, actor, case, subordinates)) for case in cases
    ]
    assert [bool(shown) for (shown,) in billed] == [
        sees_invoice_money(profile, actor, [cases[place] for place in of], subordinates) for of in invoices
    ]
