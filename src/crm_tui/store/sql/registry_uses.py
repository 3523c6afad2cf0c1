"""Who uses a value of a registry: to say it, to count it, and to move it to another value, which saved views follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.store.settings import RegistryUse
from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.history_labels import unnamed
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import (
    ACTIVITY,
    ADDRESS,
    BILLING,
    CASE,
    CONTACT,
    CUSTOMER,
    INVOICE,
    ORGANIZATION,
    REGISTRY,
    USER,
    Table,
    column,
)
from crm_tui.store.sql.write import Change

_MOST_BLOCKERS = 100


class _Use(NamedTuple):
    """A field that chooses from a registry, by id or by code. ``is_plain``: nothing else in its rows follows it, so
    that it can be changed in all of them at once, be they 100,000."""

    table: Table[Any]
    field: str
    by_code: bool = False
    is_plain: bool = False

    @property
    def condition(self) -> str:
        """Rows ``t`` of the table in which the value stands."""
        value = ":code" if self.by_code else ":id"
        for link in self.table.links:
            if link.field == self.field:
                return f"t.id IN (SELECT {link.owner_column} FROM {link.table} WHERE {link.value_column} = {value})"
        return f"t.{column(self.field)} = {value}"


_USES: dict[RegistryKind, tuple[_Use, ...]] = {
    RegistryKind.INDUSTRY: (_Use(CUSTOMER, "industry", is_plain=True),),
    RegistryKind.CONTACT_ROLE: (_Use(CONTACT, "role", is_plain=True),),
    RegistryKind.KEYWORD: (_Use(CONTACT, "keywords"), _Use(CASE, "keywords")),
    RegistryKind.SEGMENT_GROUP: (_Use(REGISTRY, "group"),),
    RegistryKind.SEGMENT: (_Use(CUSTOMER, "segments"),),
    RegistryKind.ACTIVITY_TYPE: (_Use(ACTIVITY, "type", is_plain=True),),
    RegistryKind.TASK_STATUS: (_Use(ACTIVITY, "task_status", is_plain=True),),
    RegistryKind.SALES_STATUS: (_Use(CASE, "sales_status", is_plain=True),),
    RegistryKind.PROJECT_STATUS: (_Use(CASE, "project_status", is_plain=True),),
    RegistryKind.INVOICE_STATUS: (_Use(INVOICE, "status", by_code=True),),
    RegistryKind.BUSINESS_UNIT: (_Use(USER, "business_unit"), _Use(CASE, "business_unit", is_plain=True)),
    RegistryKind.CURRENCY: (
        _Use(ORGANIZATION, "currency", by_code=True),
        _Use(BILLING, "currency", by_code=True),
        _Use(CASE, "currency", by_code=True),
        _Use(INVOICE, "currency", by_code=True),
    ),
    RegistryKind.LANGUAGE: (
        _Use(ORGANIZATION, "language", by_code=True),
        _Use(BILLING, "invoice_language", by_code=True),
        _Use(CONTACT, "language", by_code=True),
    ),
    RegistryKind.COUNTRY: (
        _Use(ORGANIZATION, "country", by_code=True),
        _Use(ADDRESS, "country", by_code=True),
    ),
}


class _Named(NamedTuple):
    """How the rows of a table are named to people: as what kind, by which id, and by what."""

    kind: Kind
    key: str = "t.id"
    label: str = "t.name"


_OWNER = "(SELECT c.name FROM customer c WHERE c.id = {})"
_NAMED: dict[Kind, _Named] = {
    Kind.CONTACT: _Named(Kind.CONTACT, label="trim(t.first_name || ' ' || t.last_name)"),
    Kind.CASE: _Named(Kind.CASE, label="t.number || ' ' || t.name"),
    # what others do in private is one word for everybody
    Kind.ACTIVITY: _Named(
        Kind.ACTIVITY, label="CASE WHEN t.kind IN ('personal', 'absence') THEN t.kind ELSE t.name END"
    ),
    Kind.INVOICE: _Named(Kind.INVOICE, label="'invoice ' || t.number"),
    Kind.BILLING: _Named(Kind.CUSTOMER, label=_OWNER.format("t.id")),
    Kind.ADDRESS: _Named(Kind.CUSTOMER, key="t.customer_id", label=_OWNER.format("t.customer_id")),
}


def blockers_of(con: Connection, value: RegistryValue, rights: Rights) -> tuple[tuple[str, int, str], ...]:
    """What uses a value, for Blocked; what the actor may not see has no name."""
    found: list[tuple[str, int, str]] = []
    for use in _USES[value.kind]:
        named = _NAMED.get(use.table.kind, _Named(use.table.kind))
        rows: list[Any] = con.execute(
            f"SELECT DISTINCT {named.key}, {named.label} FROM {use.table.name} t WHERE {use.condition}"
            f" LIMIT {_MOST_BLOCKERS}",
            _bound(value),
        ).fetchall()
        if _names_are_seen(named.kind, rights):
            found += [(named.kind.value, key, label) for key, label in rows]
        elif rows:
            found.append((named.kind.value, 0, unnamed(named.kind)))
    return tuple(found)


def usage_of(con: Connection, value: RegistryValue, rights: Rights) -> tuple[RegistryUse, ...]:
    """What uses a value, counted by kind. Of a kind that the actor may not see as a whole, administrators learn that
    there is some, since the value can't be deleted then; nobody else does."""
    numbers: dict[Kind, int] = {}
    for use in _USES[value.kind]:
        kind = _NAMED.get(use.table.kind, _Named(use.table.kind)).kind
        count = con.execute(f"SELECT count(*) FROM {use.table.name} t WHERE {use.condition}", _bound(value)).get
        numbers[kind] = numbers.get(kind, 0) + count
    return tuple(
        RegistryUse(kind=kind, number=number if _names_are_seen(kind, rights) else None)
        for kind, number in numbers.items()
        if number and (rights.profile.admin or _names_are_seen(kind, rights))
    )


def is_used(con: Connection, value: RegistryValue) -> bool:
    """Whether anything uses a value."""
    return any(
        con.execute(f"SELECT 1 FROM {use.table.name} t WHERE {use.condition} LIMIT 1", _bound(value)).fetchone()
        for use in _USES[value.kind]
    )


def move_uses(work: Change, value: RegistryValue, replacement: RegistryValue) -> None:
    """Have everything that uses a value use another one instead; each row is a change of its own in the log, so that
    it can be undone."""
    for use in _USES[value.kind]:
        if use.is_plain:
            work.swap(use.table, use.field, value.id, replacement.id)
            continue
        for key in _keys(work.con, use, value):
            before = work.get(use.table, key)
            now = getattr(before, use.field)
            if isinstance(now, tuple):
                swapped = (replacement.id if each == value.id else each for each in now)
                after: Any = tuple(dict.fromkeys(swapped))  # who has both already has it once
            else:
                after = replacement.code if use.by_code else replacement.id
            work.update(use.table, before, {use.field: after})


def keep_replacement(con: Connection, value: int, replacement: int | None) -> None:
    """Note what took the place of a deleted value, or that nothing did. It holds as long as the value is gone, so that
    undo and redo need not know of it."""
    con.execute("DELETE FROM registry_replaced WHERE value_id = ?", (value,))
    if replacement is not None:
        con.execute("INSERT INTO registry_replaced (value_id, replacement_id) VALUES (?, ?)", (value, replacement))


def standing_for(con: Connection, value: int) -> int:
    """The value that is there now: itself, or the last of those that took its place; of one that is gone itself."""
    row = con.execute(
        "WITH RECURSIVE later (id) AS (SELECT v.value FROM json_each(?) v UNION"
        " SELECT r.replacement_id FROM later JOIN registry_replaced r ON r.value_id = later.id"
        " WHERE NOT EXISTS (SELECT 1 FROM registry_value v WHERE v.id = later.id))"
        " SELECT later.id FROM later JOIN registry_value v ON v.id = later.id",
        (keyset.as_json([value]),),
    ).fetchone()
    return row[0] if row else value


def _keys(con: Connection, use: _Use, value: RegistryValue) -> Iterator[int]:
    rows = con.execute(f"SELECT t.id FROM {use.table.name} t WHERE {use.condition} ORDER BY t.id", _bound(value))
    keys: list[Any] = rows.fetchall()  # read before the first of them is changed
    yield from (key for (key,) in keys)


def _bound(value: RegistryValue) -> dict[str, Any]:
    return {"id": value.id, "code": value.code}


def _names_are_seen(kind: Kind, rights: Rights) -> bool:
    """Whether the actor may know all entities of a kind; some administrators look after users only."""
    if kind in (Kind.REGISTRY, Kind.USER, Kind.ORGANIZATION):
        return True
    if kind in (Kind.CUSTOMER, Kind.CONTACT):
        return rights.sees_customers
    return rights.sees_customers and rights.profile.projects is ProjectLevel.ALL
