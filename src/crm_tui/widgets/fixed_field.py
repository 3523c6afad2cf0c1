"""A field that says something and can't be changed: what is fixed once saved, or hidden."""

from __future__ import annotations

from typing import Any

from textual.app import RenderResult

from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.field import Field


class FixedField(Field):
    """Keeps the value that it was filled with. `shown` stands in the place of it, where something else is to be
    said."""

    def __init__(self, name: str, label: str, *, shown: Cell | None = None, hint: str = "") -> None:
        super().__init__(name, label, hint=hint)
        self._shown = shown
        self._value: Any = None

    @property
    def value(self) -> Any:
        return self._value

    def put(self, value: Any) -> None:
        self._value = value
        self.refresh()

    def focus_inside(self) -> None:
        """There is nothing to type."""

    def render(self) -> RenderResult:
        return cell(" ", self._shown or self.words(self._value)).content()
