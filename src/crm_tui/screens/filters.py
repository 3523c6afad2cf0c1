"""The filter chips over a list: what they are, what they can be set to, and how they read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self

from crm_tui.domain.registries import RegistryKind
from crm_tui.store.port import Store
from crm_tui.widgets.filter_line import Chip


class Query(Protocol):
    """What a list can be narrowed to has at least a text and a state."""

    @property
    def text(self) -> str: ...
    @property
    def active(self) -> bool | None: ...


class Filter(NamedTuple):
    """A chip: its name, the value it has when its × is pressed, and the value that means *any*."""

    name: str
    unset: Any
    anything: Any


STATE = Filter("State", None, None)
_STATES = {"active": True, "inactive": False}
_KINDS = {
    "industry": RegistryKind.INDUSTRY,
    "segment": RegistryKind.SEGMENT,
    "keyword": RegistryKind.KEYWORD,
    "role": RegistryKind.CONTACT_ROLE,
}


class ChipChoices(NamedTuple):
    """What the chips can be set to: names and their ids."""

    values: dict[str, dict[str, Any]] = {}

    @classmethod
    def read(cls, store: Store) -> Self:
        """All choices, in their registries' order."""
        values: dict[str, dict[str, Any]] = {
            key: {value.name: value.id for value in store.registries.list(kind)} for key, kind in _KINDS.items()
        }
        values["owner"] = {user.name: user.id for user in store.users.list()}
        return cls(values)

    def values_of(self, key: str) -> dict[str, Any]:
        """Name -> value of a chip."""
        return dict(_STATES) if key == "active" else dict(self.values.get(key, {}))


def chips(
    filters: Mapping[str, Filter], values: Mapping[str, Any], values_of: Callable[[str], Mapping[str, Any]]
) -> list[Chip]:
    """The chips as they stand; ``values`` are those of the filters, ``values_of`` gives what each can be set to."""
    return [
        Chip(key, each.name, "" if values[key] == each.anything else _name(values[key], values_of(key)))
        for key, each in filters.items()
    ]


def _name(value: Any, known: Mapping[str, Any]) -> str:
    """A value by its name; what there is no more (a saved view may hold it) is said to be so."""
    found = next((name for name, each in known.items() if each == value), "")
    return found or ("no longer there" if known else "…")


def in_words(shown: Sequence[Chip], text: str, more: Collection[str] = ()) -> str:
    """What a list is narrowed to, on one line: ``“kall”, owner Sanna Virtanen``."""
    typed = [f"“{text}”"] if text else []
    state = next((chip.value for chip in shown if chip.key == "active"), "")
    states = ["inactive ones too"] if not state else [state] if state != "active" else []
    set_ = [f"{chip.name.lower()} {chip.value}" for chip in shown if chip.value and chip.key != "active"]
    return ", ".join([*typed, *set_, *states, *more])
