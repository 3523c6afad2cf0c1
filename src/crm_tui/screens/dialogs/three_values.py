"""A form's values before, as somebody else saved them, and as they were typed: what both changed, and who changed
what alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from crm_tui.screens.dialogs.conflict import ConflictRow, OneSided
from crm_tui.widgets.field import Field


class ThreeValues:
    """The three sets of values of the fields."""

    def __init__(
        self, fields: Mapping[str, Field], before: Mapping[str, Any], now: Mapping[str, Any], mine: Mapping[str, Any]
    ) -> None:
        self._fields, self._before, self._now, self._mine = fields, before, now, mine
        self._by_them = {name for name in mine if now.get(name) != before.get(name)}
        self._by_me = {name for name in mine if mine[name] != before.get(name)}

    def conflicts(self) -> list[ConflictRow]:
        """The fields that both changed, and not to the same."""
        both = (name for name in self._mine if name in self._by_them & self._by_me)
        return [
            ConflictRow(
                name,
                self._fields[name].label,
                *(self._fields[name].words(values.get(name)) for values in (self._before, self._now, self._mine)),
            )
            for name in both
            if self._now.get(name) != self._mine[name]
        ]

    def one_sided(self) -> list[OneSided]:
        """The fields that they changed alone, then those that I did."""
        theirs = self._alone(self._by_them - self._by_me, self._now, "theirs")
        return [*theirs, *self._alone(self._by_me - self._by_them, self._mine, "mine")]

    def merged(self, choice: Mapping[str, bool]) -> dict[str, Any]:
        """The values as they should be, given for each conflict whether it is to be mine."""
        return {
            name: value if name in self._by_me and choice.get(name, True) else self._now.get(name)
            for name, value in self._mine.items()
        }

    def _alone(
        self, names: set[str], values: Mapping[str, Any], whose: Literal["theirs", "mine"]
    ) -> Iterator[OneSided]:
        for name in self._mine:
            if name in names:
                yield OneSided(self._fields[name].label, self._fields[name].words(values.get(name)), whose)
