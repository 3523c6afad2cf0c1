"""Whether what a field points to is there and fits. ``kept`` are the ids that the field had before: they stay
allowed, even if the person was erased or left since. (Registry values and single users: see checks.py.)"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.store.sql import checks
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights, case_seen


def chosen(value: int | None) -> tuple[int, ...]:
    """The ids in a field that holds one or none."""
    return () if value is None else (value,)


def check_customer(con: Connection, customer: int) -> None:
    """Raise NotFound without this customer."""
    if con.execute("SELECT 1 FROM customer WHERE id = ?", (customer,)).fetchone() is None:
        raise NotFound("customer", customer)


def check_users(con: Connection, field: str, users: Collection[int], kept: Collection[int] = ()) -> None:
    """Raise Invalid unless all are active users, or kept, and each stands there once."""
    _check_once(field, users)
    for user in users:
        checks.user(con, field, user, user if user in kept else None)


def check_contacts(
    con: Connection,
    field: str,
    contacts: Collection[int],
    kept: Collection[int] = (),
    *,
    customer: int | None = None,
) -> None:
    """Raise Invalid unless all are contacts, of ``customer`` if given, and not deleted, or kept."""
    _check_once(field, contacts)
    for contact in contacts:
        row = con.execute("SELECT customer_id, is_deleted FROM contact WHERE id = ?", (contact,)).fetchone()
        if row is None or (row[1] and contact not in kept):
            raise Invalid(field, "there is no such contact")
        if customer is not None and row[0] != customer and contact not in kept:
            raise Invalid(field, "must be a contact of the same customer")


def check_address(con: Connection, address: int, customer: int) -> None:
    """Raise Invalid unless this is an address of the customer."""
    row = con.execute("SELECT customer_id FROM address WHERE id = ?", (address,)).fetchone()
    if row is None or row[0] != customer:
        raise Invalid("address", "must be an address of the same customer")


def check_case(con: Connection, rights: Rights, case: int, customer: int | None) -> int:
    """The customer of a case that the actor sees; Invalid without one, or if it is not ``customer``'s."""
    row = con.execute(
        f"SELECT c.customer_id FROM crm_case c WHERE c.id = :case AND {case_seen(rights)}",
        rights.parameters | {"case": case},
    ).fetchone()
    if row is None:
        raise Invalid("case", "there is no such case")
    if customer is not None and row[0] != customer:
        raise Invalid("case", "must be a case of the same customer")
    return int(row[0])


def _check_once(field: str, values: Iterable[int]) -> None:
    listed = list(values)
    if len(set(listed)) != len(listed):
        raise Invalid(field, "each can be chosen once")
