"""Finding what imported records mean: by external reference, by alias, and registry values by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import json

from crm_tui.domain.cases import SalesState
from crm_tui.domain.entities import Imported, Kind
from crm_tui.domain.errors import Denied, Invalid
from crm_tui.domain.normalise import fold, sort_key
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.history import BY_NUMBER, ImportItem
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.import_rules import CHOICES, REFERENCES, SEVERAL
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BY_KIND, REGISTRY
from crm_tui.store.sql.write import Change

_OTHERS = "Imported"
#: kinds that have a number of their own
_NUMBERED = frozenset({Kind.CUSTOMER, Kind.CASE, Kind.INVOICE})
#: how a number of a customer or case is written
_NUMBER = re.compile("[1-9][0-9]{0,17}")


class References:
    """The entities that the records of a batch are and point to; looked up once, kept up as records are written."""

    def __init__(self, work: Change, rights: Rights, items: Sequence[ImportItem]) -> None:
        self._work = work
        self._rights = rights
        self._found: dict[tuple[Kind, str], int] = {}
        self._values: dict[tuple[RegistryKind, str], int] = {}
        self._look_up(items)

    def get(self, kind: Kind, external_ref: str) -> int | None:
        """The id of the entity that this reference means."""
        return self._found.get((kind, external_ref))

    def add(self, kind: Kind, external_ref: str, key: int) -> None:
        """Remember a record that was just written."""
        self._found[kind, external_ref] = key

    def alias(self, kind: Kind, external_ref: str, key: int) -> None:
        """From now on, also in later runs, this reference means an entity that has another one, or none."""
        self._work.con.execute(
            "INSERT INTO external_alias (kind, external_ref, entity_id, import_id) VALUES (?, ?, ?, ?)",
            (kind.value, external_ref, key, self._work.import_id),
        )
        self.add(kind, external_ref, key)

    def of(self, item: ImportItem) -> dict[str, Any]:
        """The fields of an item that hold ids; raises Invalid for what is not there."""
        values: dict[str, Any] = {}
        for field, refs in item.refs.items():
            kind = REFERENCES.get(field)
            if kind is None:
                raise Invalid(field, "is no reference")
            several = (refs,) if isinstance(refs, str) else refs
            values[field] = _shaped(field, [self._target(field, kind, ref) for ref in several])
        for field, names in item.registry.items():
            if field not in CHOICES:
                raise Invalid(field, "chooses from no registry")
            values[field] = _shaped(field, [self.value(field, CHOICES[field], name, item.fields) for name in names])
        return values

    def knows_values_of(self, item: ImportItem) -> bool:
        """Whether all the registry values that an item names are there."""
        return all(
            self._known(CHOICES[field], name) is not None
            for field, names in item.registry.items()
            if field in CHOICES
            for name in names
        )

    @contextmanager
    def provisional(self) -> Iterator[None]:
        """What is written in the block, registry values too, is taken back if it raises."""
        try:
            with self._work.provisional():
                yield
        except BaseException:
            self._values.clear()
            raise

    def value(self, field: str, kind: RegistryKind, name: str, fields: dict[str, Any]) -> int:
        """A registry value by its name, made if it is missing; what an administrator alone may do."""
        found = self._known(kind, name)
        if found is None:
            if not self._rights.profile.admin:
                raise Denied(f"add the {kind.value} “{name}”", "administrator")
            found = self._values[kind, fold(name)] = self._make_value(kind, name, fields)
        return found

    def customer_named(self, name: str) -> int | None:
        """The customer of this name, the active one before others."""
        rows: list[Any] = self._work.con.execute(
            "SELECT id, name FROM customer WHERE name_key = ? ORDER BY is_active DESC, id LIMIT 20", (sort_key(name),)
        ).fetchall()
        same: list[int | None] = [key for key, stored in rows if fold(stored) == fold(name)]
        return (same or [key for key, _ in rows] or [None])[0]

    def _target(self, field: str, kind: Kind, external_ref: str) -> int:
        found = self.get(kind, external_ref)
        if found is None:
            raise missing(field, kind, external_ref)
        return found

    def _look_up(self, items: Sequence[ImportItem]) -> None:
        wanted: dict[Kind, set[str]] = defaultdict(set)
        for item in items:
            wanted[item.kind].add(item.external_ref)
            for field, several in item.refs.items():
                if field in REFERENCES:
                    wanted[REFERENCES[field]].update((several,) if isinstance(several, str) else several)
        for kind, refs in wanted.items():
            found = look_up(self._work.con, kind, refs)
            self._found.update({(kind, external_ref): key for external_ref, key in found.items()})

    def _known(self, kind: RegistryKind, name: str) -> int | None:
        place = kind, fold(name)
        if place not in self._values:
            rows = self._work.con.execute(
                "SELECT id, name FROM registry_value WHERE kind = ? ORDER BY is_active DESC, position, id",
                (kind.value,),
            )
            found = next((key for key, stored in rows if fold(stored) == place[1]), None)
            if found is None:
                return None
            self._values[place] = found
        return self._values[place]

    def _make_value(self, kind: RegistryKind, name: str, fields: dict[str, Any]) -> int:
        if not name.strip():
            raise Invalid(kind.value, "a value needs a name")
        last = self._work.con.execute("SELECT max(position) FROM registry_value WHERE kind = ?", (kind.value,)).get
        values: dict[str, Any] = {
            "kind": kind,
            "name": name,
            "position": (last or 0) + 10,
            "is_active": True,
            "is_default": False,
            "is_done": False,
        }
        if kind is RegistryKind.SALES_STATUS:
            values["sales_state"] = fields.get("sales_state", SalesState.OPEN)
            values["probability"] = fields.get("probability")
        if kind is RegistryKind.SEGMENT:
            values["group"] = self.value("segments", RegistryKind.SEGMENT_GROUP, _OTHERS, {})
        return self._work.insert(REGISTRY, values).id


def look_up(con: Connection, kind: Kind, refs: Iterable[str]) -> dict[str, int]:
    """The ids of the entities that these external references mean."""
    listed = json.encode(sorted(refs)).decode()
    statements = [
        "SELECT external_ref, entity_id FROM external_alias"
        " WHERE kind = :kind AND external_ref IN (SELECT CAST(value AS TEXT) FROM json_each(:refs))"
    ]
    if kind in BY_KIND and issubclass(BY_KIND[kind].entity, Imported):
        statements.append(
            f"SELECT external_ref, id FROM {BY_KIND[kind].name}"
            " WHERE external_ref IN (SELECT CAST(value AS TEXT) FROM json_each(:refs))"
        )
    found: dict[str, int] = {}
    for statement in statements:
        found.update(con.execute(statement, {"kind": kind.value, "refs": listed}))
    return found | _by_number(con, kind, refs)


def missing(field: str, kind: Kind, external_ref: str) -> Invalid:
    """What is said of a reference to something that is not there, or that the actor may not know of."""
    if external_ref.startswith(BY_NUMBER):
        return Invalid(field, f"there is no {kind.value} with the number {external_ref.removeprefix(BY_NUMBER)}")
    return Invalid(
        field,
        f"there is no {kind.value} “{external_ref}”: import the {kind.value}s first, or see why it was refused",
    )


def _by_number(con: Connection, kind: Kind, refs: Iterable[str]) -> dict[str, int]:
    if kind not in _NUMBERED:
        return {}
    texts = [ref.removeprefix(BY_NUMBER) for ref in refs if ref.startswith(BY_NUMBER)]
    numbers: list[str] | list[int]
    if kind is Kind.INVOICE:
        listed, numbers = "SELECT CAST(value AS TEXT) FROM json_each(?)", texts
    else:
        listed, numbers = "SELECT value FROM json_each(?)", [int(text) for text in texts if _NUMBER.fullmatch(text)]
    if not numbers:
        return {}
    rows = con.execute(
        f"SELECT number, id FROM {BY_KIND[kind].name} WHERE number IN ({listed})", (json.encode(numbers).decode(),)
    )
    return {f"{BY_NUMBER}{number}": key for number, key in rows}


def _shaped(field: str, keys: list[int]) -> int | tuple[int, ...] | None:
    if field in SEVERAL:
        return tuple(dict.fromkeys(keys))
    if len(keys) > 1:
        raise Invalid(field, "can hold one value only")
    return keys[0] if keys else None
