"""Registries: every actor reads them, administrators change them. Who uses a value keeps it (rule 6)."""

from __future__ import annotations

import builtins

from msgspec.structs import asdict, replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Denied, Invalid
from crm_tui.domain.normalise import name_key
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.domain.registries import (
    CODED,
    NewRegistryValue,
    RegistryChange,
    RegistryFields,
    RegistryKind,
    RegistryValue,
    check_new_value,
    check_registry_value,
    check_replacement,
)
from crm_tui.store.settings import RegistryUse
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.registry_uses import blockers_of, is_used, keep_replacement, move_uses, usage_of
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import REGISTRY, changed_fields, columns, decode
from crm_tui.store.sql.write import Change, expect_revision, get

_POSITION_STEP = 10


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
            return add(work, new)

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
            if after.code != before.code and before.kind in CODED and before.code:
                raise Invalid("code", f"a {before.kind.value} keeps its code; add another value instead")
            if before.is_active and not after.is_active:
                check_not_last(before, known)
            if after.is_done != before.is_done and is_used(work.con, before):
                raise Invalid("is_done", "those that have it would not fit any more: add another status instead")
            if after.is_default and not before.is_default:
                _leave_default(work, known, value)
            return work.update(REGISTRY, before, change)

    def usage(self, value: int) -> tuple[RegistryUse, ...]:
        """What uses a value, counted by kind."""
        with self._reading() as (con, rights):
            return usage_of(con, get(con, REGISTRY, value), rights)

    def reorder(self, value: int, revision: int, place: int) -> RegistryValue:
        """Move a value to a place (from 0) of its list, or of its segment group."""
        with self._writing("move registry value") as (work, rights):
            rights.need_admin("change registries")
            before = work.get(REGISTRY, value)
            expect_revision(Kind.REGISTRY, before, revision, None)
            known = [each for each in of_kind(work.con, before.kind) if each.group == before.group]
            order = [each for each in known if each.id != value]
            order.insert(max(0, min(place, len(order))), before)
            for each, position in zip(order, _positions(known), strict=True):
                if each.position != position:
                    work.update(REGISTRY, each, {"position": position})
            return work.get(REGISTRY, value)

    def delete(self, value: int, revision: int, replacement: int | None = None) -> None:
        """Delete a value that nothing uses; Blocked otherwise, unless all that uses it gets a ``replacement``."""
        with self._writing("delete registry value") as (work, rights):
            rights.need_admin("change registries")
            before = work.get(REGISTRY, value)
            expect_revision(Kind.REGISTRY, before, revision, None)
            if before.kind is RegistryKind.INVOICE_STATUS:
                raise Invalid("kind", "an invoice status belongs to the program; disable it instead")
            if replacement is not None:
                self._replace(work, rights, before, work.get(REGISTRY, replacement))
                before = work.get(REGISTRY, value)
            blockers = blockers_of(work.con, before, rights)
            if blockers:
                raise Blocked(before.name, blockers)
            check_not_last(before, of_kind(work.con, before.kind))
            work.delete(REGISTRY, before)
            keep_replacement(work.con, value, replacement)

    def _replace(self, work: Change, rights: Rights, before: RegistryValue, replacement: RegistryValue) -> None:
        check_replacement(before, replacement)
        if before.kind is RegistryKind.BUSINESS_UNIT:
            _need_unit(rights, before)
        if before.kind is RegistryKind.SEGMENT_GROUP:
            for segment in of_kind(work.con, RegistryKind.SEGMENT):
                if segment.group == before.id:
                    moved = replace(segment, group=replacement.id)
                    check_unique(moved, of_kind(work.con, RegistryKind.SEGMENT), segment.id)
        move_uses(work, before, replacement)
        if before.is_default:
            work.update(REGISTRY, before, {"is_default": False})
            work.update(REGISTRY, work.get(REGISTRY, replacement.id), {"is_default": True})


def add(work: Change, new: NewRegistryValue) -> RegistryValue:
    """Write a new value."""
    check_registry_value(new)
    check_new_value(new)
    known = of_kind(work.con, new.kind)
    _check_group(work.con, new)
    check_unique(new, known, None)
    position = new.position or max((v.position for v in known), default=0) + _POSITION_STEP
    if new.is_default:
        _leave_default(work, known, None)
    return work.insert(REGISTRY, asdict(new) | {"position": position})


def _need_unit(rights: Rights, before: RegistryValue) -> None:
    """Who is of a unit sees its cases: so the actor's own is not replaced by themselves, and others only by who sees
    all cases anyway (rule 18)."""
    if rights.business_unit == before.id:
        raise Denied("replace your own business unit", "another administrator: nobody changes what they may see")
    if rights.profile.projects is not ProjectLevel.ALL:
        raise Denied(f"move the users and cases of {before.name}", f"projects: {ProjectLevel.ALL.value}")


def _positions(known: builtins.list[RegistryValue]) -> builtins.list[int]:
    """The positions for a list in a new order: the same as before if they are all different, so that little changes."""
    taken = sorted(each.position for each in known)
    if len(set(taken)) == len(taken):
        return taken
    return [_POSITION_STEP * number for number in range(1, len(known) + 1)]


def of_kind(con: Connection, kind: RegistryKind) -> builtins.list[RegistryValue]:
    """The values of a registry in their order."""
    rows = con.execute(
        f"SELECT {columns(REGISTRY, 'v')} FROM registry_value v WHERE v.kind = ? ORDER BY v.position, v.id",
        (kind.value,),
    )
    return [decode(REGISTRY, row) for row in rows]


def _check_group(con: Connection, new: NewRegistryValue) -> None:
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
            state = "" if other.is_active else ", disabled"
            raise Invalid("name", f"the {value.kind.value} {other.name} is there already{state}")
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
