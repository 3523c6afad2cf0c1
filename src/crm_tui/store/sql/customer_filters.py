"""What customers can be narrowed to, and contacts by their customers: each filter as a condition on the customer ``c``,
and as the rows that meet it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crm_tui.domain.normalise import Query
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.sql import matching
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.narrowing import Filter

#: customers by the ids of a statement
_BY_ID = "({}) d CROSS JOIN customer c ON c.id = d.id"
_PRESENT = "p.is_active = 1 AND p.is_deleted = 0"


def of_customer(query: CustomerQuery | ContactQuery) -> Iterator[Filter]:
    """Owner, industry and segment of the customer."""
    if query.industry is not None:
        yield _in_range("c.industry_id = :industry", {"industry": query.industry}, "customer_by_industry")
    if query.owner is not None:
        yield _in_range("c.owner_id = :owner", {"owner": query.owner}, "customer_by_owner")
    if query.segment is not None:
        ids = "SELECT customer_id AS id FROM customer_segment WHERE segment_id = :segment"
        has = "EXISTS (SELECT 1 FROM customer_segment s WHERE s.customer_id = c.id AND s.segment_id = :segment)"
        yield Filter(has, {"segment": query.segment}, _BY_ID.format(ids), ids, is_met=True)


def typed(con: Connection, text: Query) -> Iterator[Filter]:
    """``city:`` and ``owner:`` of the customer."""
    cities = matching.customer_places(text)
    for condition in cities.sql:
        ranges = [f"SELECT c.id FROM customer c INDEXED BY customer_by_city WHERE {part}" for part in _parts(condition)]
        yield Filter(condition, cities.parameters, _BY_ID.format(" UNION ".join(ranges)), " UNION ALL ".join(ranges))
    people = matching.owners(con, text)
    if people is not None:
        chosen = "c.owner_id IN (SELECT value FROM json_each(:owners))"
        yield _in_range(chosen, {"owners": matching.ids(people)}, "customer_by_owner")


def _in_range(condition: str, parameters: dict[str, Any], index: str) -> Filter:
    """Customers that one or more ranges of an index have."""
    rows = f"customer c INDEXED BY {index}"
    return Filter(condition, parameters, rows, f"SELECT c.id FROM {rows} WHERE {condition}")


def all_of(con: Connection, query: CustomerQuery, text: Query) -> tuple[Filter, ...]:
    """All that narrows the customers list, but for words."""
    return (*of_customer(query), *typed(con, text), *_of_contacts(con, query, text), *_marks(query), *_excluded(text))


def one_of(name: str, values: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """A comparison with ids, and what it binds: of one id, an index has its rows in one range."""
    if len(values) == 1:
        return f"= :{name}", {name: values[0]}
    return f"IN (SELECT value FROM json_each(:{name}))", {name: matching.ids(values)}


def _parts(condition: str) -> list[str]:
    """The ranges of a condition that is one of several."""
    return condition.strip("()").replace(") OR (", "\n").split("\n")


def _marks(query: CustomerQuery) -> Iterator[Filter]:
    if query.active is False:
        yield Filter("c.is_active = 0", {}, "customer c INDEXED BY customer_inactive")
    elif query.active:
        yield Filter("c.is_active = 1", {})
    for is_set, table in ((query.favourites, "favourite"), (query.recent, "recent")):
        if is_set:
            ids = f"SELECT customer_id AS id FROM {table} WHERE user_id = :actor"
            has = f"EXISTS (SELECT 1 FROM {table} f WHERE f.user_id = :actor AND f.customer_id = c.id)"
            yield Filter(has, {}, _BY_ID.format(ids), ids, is_met=True)


def _excluded(text: Query) -> Iterator[Filter]:
    without = matching.exclusions(text, "c")
    for condition in without.sql:
        yield Filter(condition, without.parameters)


def _of_contacts(con: Connection, query: CustomerQuery, text: Query) -> Iterator[Filter]:
    """Customers with an active contact that has a keyword, or a role."""
    keywords, roles = matching.contact_labels(con, text)
    if query.keyword is not None:
        yield _with_keyword("keyword", [query.keyword])
    if keywords is not None:
        yield _with_keyword("keywords", keywords)
    if query.role is not None:
        yield _with_role("role", [query.role])
    if roles is not None:
        yield _with_role("roles", roles)


def _with_keyword(name: str, keywords: Sequence[int]) -> Filter:
    is_chosen, bound = one_of(name, keywords)
    chosen = f"w.keyword_id {is_chosen}"
    has = (
        "EXISTS (SELECT 1 FROM contact p INDEXED BY contact_by_customer CROSS JOIN contact_keyword w"
        f" ON w.contact_id = p.id AND {chosen} WHERE p.customer_id = c.id AND {_PRESENT})"
    )
    labelled = f"FROM contact_keyword w CROSS JOIN contact p ON p.id = w.contact_id WHERE {chosen} AND {_PRESENT}"
    counted = f"SELECT 1 FROM contact_keyword w WHERE {chosen}"
    rows = _BY_ID.format(f"SELECT DISTINCT p.customer_id AS id {labelled}")
    return Filter(has, bound, rows, counted, reads_others=True, is_met=True)


def _with_role(name: str, roles: Sequence[int]) -> Filter:
    is_chosen, bound = one_of(name, roles)
    in_role = f"p.role_id {is_chosen} AND {_PRESENT}"
    own = f"FROM contact p INDEXED BY contact_by_role WHERE {in_role}"
    has = f"EXISTS (SELECT 1 {own} AND p.customer_id = c.id)"
    rows = _BY_ID.format(f"SELECT DISTINCT p.customer_id AS id {own}")
    return Filter(has, bound, rows, f"SELECT 1 {own}", is_met=True)
