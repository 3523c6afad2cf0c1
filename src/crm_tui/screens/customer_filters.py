"""The filter chips over the customers list: what they are, what they can be set to, and how they read."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from msgspec.structs import replace

from crm_tui.domain.registries import RegistryKind
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store
from crm_tui.widgets.filter_line import Chip


class Filter(NamedTuple):
    """A chip: its name, the value it has when its × is pressed, and the value that means *any*."""

    name: str
    unset: Any
    anything: Any


#: field of CustomerQuery -> its chip, in the order shown; ``list`` stands for favourites and recent
CHIPS = {
    "active": Filter("State", None, None),
    "owner": Filter("Owner", None, None),
    "industry": Filter("Industry", None, None),
    "segment": Filter("Segment", None, None),
    "keyword": Filter("Keyword", None, None),
    "role": Filter("Role", None, None),
    "list": Filter("List", "", ""),
}
_STATES = {"active": True, "inactive": False}
_LISTS = {"favourites": "favourites", "recent": "recent"}
_KINDS = {
    "industry": RegistryKind.INDUSTRY,
    "segment": RegistryKind.SEGMENT,
    "keyword": RegistryKind.KEYWORD,
    "role": RegistryKind.CONTACT_ROLE,
}


class ChipChoices(NamedTuple):
    """What the chips can be set to: names and their ids."""

    values: dict[str, dict[str, int]] = {}

    @classmethod
    def read(cls, store: Store) -> Self:
        """All choices, in their registries' order."""
        values = {key: {value.name: value.id for value in store.registries.list(kind)} for key, kind in _KINDS.items()}
        values["owner"] = {user.name: user.id for user in store.users.list()}
        return cls(values)

    def values_of(self, key: str) -> dict[str, Any]:
        """Name -> value of a chip."""
        if key == "active":
            return dict(_STATES)
        return dict(_LISTS) if key == "list" else dict(self.values.get(key, {}))


def chip_values(query: CustomerQuery, choices: ChipChoices) -> list[Chip]:
    """The chips as they stand."""
    chips = []
    for key, each in CHIPS.items():
        value = _list_of(query) if key == "list" else getattr(query, key)
        names = {v: name for name, v in choices.values_of(key).items()}
        chips.append(Chip(key, each.name, names.get(value, "")))
    return chips


def changed(query: CustomerQuery, **changes: Any) -> CustomerQuery:
    """The query with fields changed; ``list`` may be given for favourites and recent."""
    if "list" in changes:
        which = changes.pop("list")
        changes |= {"favourites": which == "favourites", "recent": which == "recent"}
    return replace(query, **changes)


def _list_of(query: CustomerQuery) -> str:
    return "favourites" if query.favourites else "recent" if query.recent else ""
