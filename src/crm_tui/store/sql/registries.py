"""Registries: every actor reads them, administrators change them. Who uses a value keeps it (rule 6)."""

from __future__ import annotations

import builtins
from typing import Any, NamedTuple

import apsw
from msgspec.structs import asdict, replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Invalid
from crm_tui.domain.normalise import name_key
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.domain.registries import (
    NewRegistryValue,
    RegistryChange,
    RegistryFields,
    RegistryKind,
    RegistryValue,
    check_registry_value,
)
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import REGISTRY, changed_fields, columns, decode
from crm_tui.store.sql.write import Change, expect_revision, get

_POSITION_STEP = 10
_MOST_BLOCKERS = 100


class _Use(NamedTuple):
    """Rows that refer to a registry value: SQL for (id, label) where ``:key`` is its id or code."""

    kind: Kind
    sql: str


def _customers(condition: str) -> _Use:
    return _Use(Kind.CUSTOMER, f"SELECT c.id, c.name FROM customer c WHERE {condition}")


def _contacts(condition: str) -> _Use:
    return _Use(
        Kind.CONTACT,
        f"SELECT p.id, trim(p.first_name || ' ' || p.last_name) FROM contact p WHERE {condition}",
    )


def _cases(condition: str) -> _Use:
    return _Use(Kind.CASE, f"SELECT k.id, k.number || ' ' || k.name FROM crm_case k WHERE {condition}")


def _activities(condition: str) -> _Use:
    return _Use(Kind.ACTIVITY, f"SELECT a.id, a.name FROM activity a WHERE {condition}")


def _settings(column: str) -> _Use:
    return _customers(f"c.id IN (SELECT id FROM billing_settings WHERE {column} = :code)")


def _organization(column: str) -> _Use:
    return _Use(Kind.ORGANIZATION, f"SELECT id, name FROM organization WHERE {column} = :code")


_INVOICES = "SELECT i.id, 'invoice ' || i.number FROM invoice i WHERE i."
_USES: dict[RegistryKind, tuple[_Use, ...]] = {
    RegistryKind.INDUSTRY: (_customers("c.industry_id = :id"),),
    RegistryKind.CONTACT_ROLE: (_contacts("p.role_id = :id"),),
    RegistryKind.KEYWORD: (
        _contacts("p.id IN (SELECT contact_id FROM contact_keyword WHERE keyword_id = :id)"),
        _cases("k.id IN (SELECT case_id FROM case_keyword WHERE keyword_id = :id)"),
    ),
    RegistryKind.SEGMENT_GROUP: (_Use(Kind.REGISTRY, "SELECT id, name FROM registry_value WHERE group_id = :id"),),
    RegistryKind.SEGMENT: (_customers("c.id IN (SELECT customer_id FROM customer_segment WHERE segment_id = :id)"),),
    RegistryKind.ACTIVITY_TYPE: (_activities("a.type_id = :id"),),
    RegistryKind.TASK_STATUS: (_activities("a.task_status_id = :id"),),
    RegistryKind.SALES_STATUS: (_cases("k.sales_status_id = :id"),),
    RegistryKind.PROJECT_STATUS: (_cases("k.project_status_id = :id"),),
    RegistryKind.INVOICE_STATUS: (_Use(Kind.INVOICE, f"{_INVOICES}status = :code"),),
    RegistryKind.BUSINESS_UNIT: (
        _Use(Kind.USER, "SELECT id, name FROM crm_user WHERE business_unit_id = :id"),
        _cases("k.business_unit_id = :id"),
    ),
    RegistryKind.CURRENCY: (
        _organization("currency"),
        _settings("currency"),
        _cases("k.currency = :code"),
        _Use(Kind.INVOICE, f"{_INVOICES}currency = :code"),
    ),
    RegistryKind.LANGUAGE: (
        _organization("language"),
        _settings("invoice_language"),
        _contacts("p.language = :code"),
    ),
    RegistryKind.COUNTRY: (
        _organization("country"),
        _customers("c.id IN (SELECT customer_id FROM address WHERE country = :code)"),
    ),
}
#: kinds whose values come from a fixed list in the program: their codes can't change
_CODED = (RegistryKind.CURRENCY, RegistryKind.LANGUAGE, RegistryKind.COUNTRY, RegistryKind.INVOICE_STATUS)


class SqlRegistries(Facet):
    """The Registries facet."""

    def list(self, kind: RegistryKind, *, disabled: bool = True) -> tuple[RegistryValue, ...]:
        """The values of a registry in their order, the disabled ones too unless told otherwise."""
        with self._reading() as (con, _):
            return tuple(value for value in of_kind(con, kind) if disabled or value.is_active)

    def get(self, value: int) -> RegistryValue:
        """One value."""
        with self._reading() as (con, _):
            return get(con, REGISTRY, value)

    def create(self, new: NewRegistryValue) -> RegistryValue:
        """Add a value, at the end unless its position says otherwise."""
        with self._writing("create registry value") as (work, rights):
            rights.need_admin("change registries")
            check_registry_value(new)
            known = of_kind(work.con, new.kind)
            _check_group(work.con, new)
            check_unique(new, known, None)
            position = new.position or max((v.position for v in known), default=0) + _POSITION_STEP
            if new.is_default:
                _leave_default(work, known, None)
            return work.insert(REGISTRY, asdict(new) | {"position": position})

    def update(self, value: int, revision: int, change: RegistryChange) -> RegistryValue:
        """Change a value; disabling it leaves it where it is used."""
        with self._writing("update registry value") as (work, rights):
            rights.need_admin("change registries")
            before = work.get(REGISTRY, value)
            expect_revision(Kind.REGISTRY, before, revision, change)
            after = replace(before, **changed_fields(change))
            check_registry_value(after)
            known = of_kind(work.con, before.kind)
            check_unique(after, known, value)
            if after.code != before.code and before.kind in _CODED and before.code:
                raise Invalid("code", f"a {before.kind.value} keeps its code; add another value instead")
            if before.is_active and not after.is_active:
                check_not_last(before, known)
            if after.is_default and not before.is_default:
                _leave_default(work, known, value)
            return work.update(REGISTRY, before, change)

    def delete(self, value: int, revision: int) -> None:
        """Delete a value that nothing uses; Blocked otherwise."""
        with self._writing("delete registry value") as (work, rights):
            rights.need_admin("change registries")
            before = work.get(REGISTRY, value)
            expect_revision(Kind.REGISTRY, before, revision, None)
            blockers = blockers_of(work.con, before, rights)
            if blockers:
                raise Blocked(before.name, blockers)
            check_not_last(before, of_kind(work.con, before.kind))
            work.delete(REGISTRY, before)


def of_kind(con: apsw.Connection, kind: RegistryKind) -> builtins.list[RegistryValue]:
    """The values of a registry in their order."""
    rows = con.execute(
        f"SELECT {columns(REGISTRY, 'v')} FROM registry_value v WHERE v.kind = ? ORDER BY v.position, v.id",
        (kind.value,),
    )
    return [decode(REGISTRY, row) for row in rows]


def _check_group(con: apsw.Connection, new: NewRegistryValue) -> None:
    if new.kind is not RegistryKind.SEGMENT:
        if new.group is not None:
            raise Invalid("group", "only a segment belongs to a segment group")
        return
    row = con.execute("SELECT kind FROM registry_value WHERE id = ?", (new.group,)).fetchone()
    if row is None or row[0] != RegistryKind.SEGMENT_GROUP.value:
        raise Invalid("group", "there is no such segment group")


def check_unique(value: RegistryFields, known: builtins.list[RegistryValue], own: int | None) -> None:
    """Raise Invalid if another value than ``own`` has this name or code."""
    for other in known:
        if other.id == own or other.group != value.group:
            continue
        if name_key(other.name) == name_key(value.name) and other.name.casefold() == value.name.casefold():
            raise Invalid("name", f"there is a {value.kind.value} {other.name} already")
        if value.code is not None and other.code == value.code:
            raise Invalid("code", f"{value.code} is the code of {other.name} already")


def check_not_last(value: RegistryValue, known: builtins.list[RegistryValue]) -> None:
    """A case needs a status to be in, won and lost included."""
    if value.kind is not RegistryKind.SALES_STATUS or not value.is_active:
        return
    others = [v for v in known if v.id != value.id and v.is_active and v.sales_state is value.sales_state]
    if not others and value.sales_state is not None:
        raise Invalid("is_active", f"it is the only sales status that means “{value.sales_state.value}”")


def _leave_default(work: Change, known: builtins.list[RegistryValue], own: int | None) -> None:
    """A registry has one default."""
    for other in known:
        if other.is_default and other.id != own:
            work.update(REGISTRY, other, {"is_default": False})


def blockers_of(con: apsw.Connection, value: RegistryValue, rights: Rights) -> tuple[tuple[str, int, str], ...]:
    """What uses a value, for Blocked; what the actor may not see has no name."""
    found: builtins.list[tuple[str, int, str]] = []
    for use in _USES[value.kind]:
        rows: list[Any] = con.execute(
            f"{use.sql} LIMIT {_MOST_BLOCKERS}", {"id": value.id, "code": value.code}
        ).fetchall()
        if _names_are_seen(use.kind, rights):
            found += [(use.kind.value, key, label) for key, label in rows]
        elif rows:
            found.append((use.kind.value, 0, f"a {use.kind.value} that your permissions hide"))
    return tuple(found)


def _names_are_seen(kind: Kind, rights: Rights) -> bool:
    """Whether the actor may know all entities of a kind; some administrators look after users only."""
    if kind in (Kind.REGISTRY, Kind.USER, Kind.ORGANIZATION):
        return True
    if kind in (Kind.CUSTOMER, Kind.CONTACT):
        return rights.sees_customers
    return rights.sees_customers and rights.profile.projects is ProjectLevel.ALL
