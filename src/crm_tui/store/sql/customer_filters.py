"""What narrows the customers list: its fields, and what their contacts are."""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from crm_tui.domain.normalise import Query
from crm_tui.store.sql import matching
from crm_tui.store.sql.matching import Conditions


def customer_fields(con: apsw.Connection, query: Query) -> Conditions:
    """``city:``, ``owner:`` of the customer in ``c``, ``keyword:`` and ``role:`` of its contacts."""
    conditions = matching.customer_places(query)
    people = matching.owners(con, query)
    if people is not None:
        owned = "c.owner_id IN (SELECT value FROM json_each(:owners))"
        conditions = conditions.also(Conditions((owned,), {"owners": matching.ids(people)}))
    keywords, roles = matching.contact_labels(con, query)
    if keywords is not None:
        conditions = conditions.also(with_keyword(keywords))
    if roles is not None:
        conditions = conditions.also(with_role(roles))
    return conditions


def with_keyword(keywords: Iterable[int]) -> Conditions:
    """Customers with an active contact that has one of these keywords."""
    return Conditions(
        (
            "c.id IN (SELECT p.customer_id FROM contact_keyword k JOIN contact p ON p.id = k.contact_id"
            " WHERE k.keyword_id IN (SELECT value FROM json_each(:keywords))"
            " AND p.is_active AND NOT p.is_deleted)",
        ),
        {"keywords": matching.ids(keywords)},
    )


def with_role(roles: Iterable[int]) -> Conditions:
    """Customers with an active contact in one of these roles."""
    return Conditions(
        (
            "c.id IN (SELECT p.customer_id FROM contact p"
            " WHERE p.role_id IN (SELECT value FROM json_each(:roles)) AND p.is_active AND NOT p.is_deleted)",
        ),
        {"roles": matching.ids(roles)},
    )
