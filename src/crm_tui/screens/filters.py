"""The filter chips over a list: what they are, what they can be set to, and how they read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self

from crm_tui.domain.named import Named, named_users, named_values
from crm_tui.domain.normalise import fold
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
_STATES = {True: "active", False: "inactive"}
_KINDS = {
    "industry": RegistryKind.INDUSTRY,
    "segment": RegistryKind.SEGMENT,
    "keyword": RegistryKind.KEYWORD,
    "role": RegistryKind.CONTACT_ROLE,
}


class ChipChoices(NamedTuple):
    """What the chips can be set to: ids, and what they are called; ``gone`` are users who are inactive."""

    values: Mapping[str, Mapping[int, str]] = {}
    gone: Collection[int] = ()

    @classmethod
    def read(cls, store: Store) -> Self:
        """All choices, in their registries' order."""
        groups = store.registries.list(RegistryKind.SEGMENT_GROUP)
        values = {
            key: _labels(named_values(store.registries.list(kind), groups if key == "segment" else ()))
            for key, kind in _KINDS.items()
        }
        users = store.users.list(inactive=True)
        gone = {user.id for user in users if not user.is_active}
        owners = _labels([one._replace(full=f"{one.name} ({one.full})") for one in named_users(users)])
        values["owner"] = {key: f"{label} ○ inactive" if key in gone else label for key, label in owners.items()}
        return cls(values, gone)

    def values_of(self, key: str) -> Mapping[Any, str]:
        """Value -> name of a chip."""
        return _STATES if key == "active" else self.values.get(key, {})

    def is_offered(self, key: str, value: Any) -> bool:
        """Whether it is there to choose where it is not set already."""
        return key != "owner" or value not in self.gone


def _labels(named: Sequence[Named]) -> dict[int, str]:
    """What each is called: its name, or its full one where others have that name, too."""
    times = Counter(fold(one.name) for one in named)
    return {one.id: one.full if times[fold(one.name)] > 1 else one.name for one in named}


def chips(
    filters: Mapping[str, Filter], values: Mapping[str, Any], values_of: Callable[[str], Mapping[Any, str]]
) -> list[Chip]:
    """The chips as they stand; ``values`` are those of the filters, ``values_of`` gives what each can be set to."""
    return [
        Chip(key, each.name, "" if values[key] == each.anything else _name(values[key], values_of(key)))
        for key, each in filters.items()
    ]


def _name(value: Any, known: Mapping[Any, str]) -> str:
    """A value by its name; what there is no more (a saved view may hold it) is said to be so."""
    return known.get(value, "no longer there" if known else "…")


def in_words(shown: Sequence[Chip], text: str, more: Collection[str] = ()) -> str:
    """What a list is narrowed to, on one line: ``“kall”, owner Sanna Virtanen``."""
    typed = [f"“{text}”"] if text else []
    state = next((chip.value for chip in shown if chip.key == "active"), "")
    states = ["inactive ones too"] if not state else [state] if state != "active" else []
    set_ = [f"{chip.name.lower()} {chip.value}" for chip in shown if chip.value and chip.key != "active"]
    return ", ".join([*typed, *set_, *states, *more])
