"""A form: labels left, fields right, what is wrong below the field in words. Scrolls where it does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from crm_tui.domain.errors import Invalid
from crm_tui.widgets.cells import EMPTY, Cell, cell, in_lines, wrap
from crm_tui.widgets.field import Field, TickField
from crm_tui.widgets.line import Line

LABEL_WIDTH = 14
_SECOND_LABEL = 11


class _Label(Widget):
    """The label of a field, with the mark of one that is needed."""

    def __init__(self, text: Cell, width: int) -> None:
        super().__init__()
        self._text = text
        self.styles.width, self.styles.height = width, 1

    def render(self) -> RenderResult:
        return self._text.content()


class Problem(Widget):
    """A sentence on lines of its own; takes no room while there is none."""

    DEFAULT_CSS = """
    Problem { height: auto; width: 1fr; display: none; }
    """

    def __init__(self, *, indent: int = 0) -> None:
        super().__init__()
        self._text = EMPTY
        self.styles.margin = (0, 0, 0, indent)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.plain

    def say(self, text: Cell) -> None:
        """Say something else, or nothing."""
        if text != self._text:
            self._text = text
            self.display = bool(text)
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        return in_lines(wrap(self._text, max(1, self.size.width - 1)))


class FormRow(Widget):
    """One field with its label, or several in a row, and what is wrong with them."""

    DEFAULT_CSS = """
    FormRow { height: auto; width: 1fr; layout: vertical; padding: 0 0 0 1; }
    FormRow > Horizontal { height: auto; width: 1fr; }
    FormRow _Label { color: $crm-muted; }
    FormRow .hint { width: auto; max-width: 50%; height: 1; color: $crm-muted; }
    """

    def __init__(self, *fields: Field, gap: bool = False, label: str | None = None) -> None:
        """`gap`: a blank line before it; `label` in the place of the first field's own. `wrong` is the name of the
        field of which something is said."""
        super().__init__()
        self.fields = fields
        self._label = label
        self._hint = Line(classes="hint")
        self.problem = Problem(indent=LABEL_WIDTH)
        self.wrong = ""
        if gap:
            self.styles.padding = (1, 0, 0, 1)  # a margin would be counted twice in the height of the form

    def compose(self) -> ComposeResult:
        parts: list[Widget] = []
        for place, field in enumerate(self.fields):
            own = "" if isinstance(field, TickField) else field.label
            text = self._label if place == 0 and self._label is not None else own
            star = ("*", "accent") if field.required else ""
            if place == 0:
                parts.append(_Label(cell(text, star), LABEL_WIDTH))
            elif not isinstance(field, TickField):
                parts.append(_Label(cell("  ", text, star), max(_SECOND_LABEL, len(text) + 4)))
            parts.append(field)
        yield Horizontal(*parts, self._hint)
        yield self.problem

    def on_mount(self) -> None:
        self.show_note()

    def show_note(self) -> None:
        """Say beside the field what there is to say about it."""
        note = " · ".join(filter(None, (field.note() for field in self.fields)))
        self._hint.show(cell((note, "muted")))
        self._hint.styles.width = min(44, cell(note).width + 2) if note else 0

    def say(self, problem: Invalid | None) -> None:
        """Say what is wrong, or that nothing is any more; of which field, where that is not plain."""
        self.wrong = problem.field if problem is not None else ""
        if problem is None:
            self.problem.say(EMPTY)
            return
        label = next((field.label for field in self.fields if field.field_name == problem.field), "")
        named = problem.reason.startswith("is needed") or (len(self.fields) > 1 and problem.reason.startswith("is "))
        words = f"{label} {problem.reason}" if named else sentence(problem.reason)
        self.problem.say(cell((f"! {words}", "bad")))


class Form(VerticalScroll):
    """The fields of a form, by rows, in reading order."""

    DEFAULT_CSS = """
    Form { height: auto; width: 1fr; overflow-x: hidden; scrollbar-size: 0 1; scrollbar-gutter: stable; }
    """

    def __init__(self, rows: Sequence[FormRow]) -> None:
        super().__init__(*rows, can_focus=False)
        self._rows = tuple(rows)
        self.fields: dict[str, Field] = {field.field_name: field for row in rows for field in row.fields}

    def values(self) -> dict[str, Any]:
        """What is entered, by the fields' names."""
        return {name: field.value for name, field in self.fields.items()}

    @property
    def hidden(self) -> list[str]:
        """The names of the fields in rows that are not displayed."""
        return [field.field_name for row in self._rows if not row.display for field in row.fields]

    def put(self, values: Mapping[str, Any]) -> None:
        """Fill the fields that are named; what was wrong with them is forgotten."""
        for name, value in values.items():
            if name in self.fields and self.fields[name].value != value:
                self.fields[name].put(value)
        for row in self._rows:
            row.say(None)
            row.show_note()

    def show_notes(self) -> None:
        """Say beside all fields what there is to say about them now."""
        for row in self._rows:
            row.show_note()

    def check(self, stored: Mapping[str, Any] | None = None) -> bool:
        """Say what is wrong with each field that is displayed, and go to the first such; whether all is well. What is
        still as it is ``stored`` stays whatever it is: it may have been imported."""
        for field in self.fields.values():
            field.tidy_up()
        shown = {name: field for name, field in self.fields.items() if name not in self.hidden}
        new = [field for name, field in shown.items() if not stored or field.value != stored.get(name)]
        # backwards, so that of two in a row the one is said that gets the focus
        found = [problem for field in reversed(new) if (problem := self._look_at(field)) is not None]
        if found:
            self.go_to(found[-1].field)
        return not found

    def look_at(self, field: Field) -> None:
        """Say what is wrong with a field that was left; one that is needed may still be filled later."""
        if field.value not in (None, [], ""):
            self._look_at(field)
        self._row_of(field).show_note()

    def refuse(self, problem: Invalid) -> bool:
        """Say under its field what the store refuses; False if no field that is displayed is meant."""
        if problem.field not in self.fields or problem.field in self.hidden:
            return False
        self._row_of(self.fields[problem.field]).say(problem)
        self.go_to(problem.field)
        return True

    def forget(self, field: Field) -> None:
        """What was wrong with a field is being mended."""
        row = self._row_of(field)
        if row.wrong == field.field_name:
            row.say(None)

    def go_to(self, name: str) -> None:
        """Give the focus to a field."""
        self.fields[name].focus_inside()

    def _look_at(self, field: Field) -> Invalid | None:
        row, problem = self._row_of(field), field.problem()
        if problem is not None or row.wrong == field.field_name:
            row.say(problem)
        return problem

    def _row_of(self, field: Field) -> FormRow:
        return next(row for row in self._rows if field in row.fields)


def sentence(reason: str) -> str:
    """A reason of the domain ("is needed") as it stands under a field."""
    return f"{reason[:1].upper()}{reason[1:]}"
