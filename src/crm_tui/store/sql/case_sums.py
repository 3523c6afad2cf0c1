"""Sums over the cases of customers: per currency, hidden figures left out and counted (rule 16)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from crm_tui.domain.money import Money
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.store.customers import Sum
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights, case_money, case_seen

#: what is not over: sales cases in progress, and projects
OPEN_SALES = "k.sales_state = 'in progress' AND k.closed IS NULL"
OPEN_PROJECTS = "k.sales_state = 'won' AND k.closed IS NULL"


def weighted(alias: str) -> str:
    """The probability-weighted value of the case in ``alias``, rounded as domain.money.weighted does."""
    value, probability = f"{alias}.expected_value", f"coalesce({alias}.probability, 0)"
    return f"((2 * abs({value}) * {probability} + 100) / 200) * CASE WHEN {value} < 0 THEN -1 ELSE 1 END"


class OpenSales(NamedTuple):
    """The value of a customer's open sales cases, and the same weighted by their probability."""

    value: Sum
    weighted: Sum


def sees_any_money(rights: Rights) -> bool:
    """Whether there are cases whose money the actor may see; otherwise sums are UNSET as a whole."""
    return rights.sees_customers and rights.profile.projects.at_least(ProjectLevel.MANAGER)


def open_sales(con: Connection, rights: Rights, customers: str) -> dict[int, OpenSales]:
    """By customer, for the ids in ``customers`` (JSON); ones without open sales cases are left out."""
    shown = case_money(rights, "k")
    rows = con.execute(
        f"SELECT k.customer_id, k.currency, sum(CASE WHEN {shown} THEN k.expected_value END),"
        f" sum(CASE WHEN {shown} THEN {weighted('k')} END), count(*) FILTER (WHERE NOT {shown})"
        " FROM json_each(:customers) l CROSS JOIN crm_case k ON k.customer_id = l.value"
        f" WHERE {OPEN_SALES} AND {case_seen(rights, 'k')} GROUP BY 1, 2 ORDER BY 1, 2",
        rights.parameters | {"customers": customers},
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for customer, *figures in rows:
        found.setdefault(customer, []).append(tuple(figures))
    return {
        customer: OpenSales(
            _sum((currency, value, hidden) for currency, value, _, hidden in figures),
            _sum((currency, weighted, hidden) for currency, _, weighted, hidden in figures),
        )
        for customer, figures in found.items()
    }


def together(sums: Iterable[Sum]) -> Sum:
    """Several sums as one."""
    amounts: dict[str, int] = {}
    left_out = 0
    for one in sums:
        left_out += one.left_out
        for money in one.amounts:
            amounts[money.currency] = amounts.get(money.currency, 0) + money.amount
    return Sum(tuple(Money(amount, code) for code, amount in sorted(amounts.items())), left_out)


def _sum(figures: Iterable[tuple[str, int | None, int]]) -> Sum:
    amounts = []
    left_out = 0
    for currency, amount, hidden in figures:
        left_out += hidden
        if amount is not None:
            amounts.append(Money(amount, currency))
    return Sum(tuple(amounts), left_out)
