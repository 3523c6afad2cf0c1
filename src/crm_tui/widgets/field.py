"""What is entered in a form: fields with one way to be read and filled, whatever they look like.

The value of a field is a JSON value (text, bool, number, list, None), so that a form can be kept as a draft and
compared field by field. What people typed stays as they typed it until the form is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from crm_tui.domain.errors import Invalid
from crm_tui.widgets.cells import cell

#: looks at what was typed when the field is left: gives a form to show beside it (or ""), raises Invalid
Check = Callable[[str], str]


class Field(Widget):
    """One thing to enter. ``name`` is its name in the domain, ``label`` what people call it."""

    DEFAULT_CSS = """
    Field { height: 1; width: 1fr; layout: horizontal; }
    """

    @dataclass
    class Changed(Message):
        """Another value is in the field."""

        field: Field

    @dataclass
    class Left(Message):
        """The focus went elsewhere: time to say what is wrong."""

        field: Field

    @dataclass
    class Entered(Message):
        """Enter: on to the next field."""

        field: Field

    def __init__(self, name: str, label: str, *, required: bool = False, hint: str = "") -> None:
        """`hint` stands muted beside the field."""
        super().__init__(name=name)
        self.field_name, self.label, self.required, self.hint = name, label, required, hint

    @property
    def value(self) -> Any:
        """What is entered, as a JSON value."""
        raise NotImplementedError

    def put(self, value: Any) -> None:
        """Fill it with such a value."""
        raise NotImplementedError

    def words(self, value: Any) -> str:
        """Such a value for people, on one line."""
        return "" if value is None else str(value)

    def problem(self) -> Invalid | None:
        """What is wrong with what is entered, if anything."""
        return None

    def tidy_up(self) -> None:
        """Give what was typed its usual form; done when the field is left, and before saving."""

    def note(self) -> str:
        """What to say beside the field about what is entered."""
        return self.hint

    def focus_inside(self) -> None:
        """Give the focus to where one types."""
        next(child for child in self.walk_children(Widget, with_self=True) if child.can_focus).focus()

    def on_descendant_blur(self) -> None:
        self.post_message(self.Left(self))


class TypedInput(Input):
    """The line of a text field. Enter and the arrows go to the fields around it."""

    BINDINGS: ClassVar = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    DEFAULT_CSS = """
    TypedInput, TypedInput.-textual-compact {
        height: 1; width: 1fr; border: none; padding: 0 1; background: $crm-field; color: $crm-bright;
        &:focus { border: none; border-left: outer $crm-accent !important; padding: 0 1 0 0; background-tint: 0%; }
        & > .input--placeholder { color: $crm-muted; }
    }
    TypedInput:ansi { text-style: underline; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", password: bool = False) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False, password=password)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        """Several lines become one; Textual would take the first and drop the others."""
        event.stop()
        event.prevent_default()
        line = " ".join(part for part in map(str.strip, event.text.splitlines()) if part)
        if line:
            self.replace(line, *self.selection)


class TextField(Field):
    """A line of text; blank is None. `check` is asked when the field is left and before saving."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        required: bool = False,
        placeholder: str = "",
        hint: str = "",
        check: Check | None = None,
        tidy: Callable[[str], str] | None = None,
    ) -> None:
        """`tidy` gives what was typed its usual form, see `tidy_up`."""
        super().__init__(name, label, required=required, hint=hint)
        self._input = TypedInput(placeholder=placeholder)
        self._original: str | None = None
        self._check = check
        self._tidy = tidy

    def compose(self) -> ComposeResult:
        yield self._input

    @property
    def value(self) -> str | None:
        typed = self._input.value
        if self._original is not None and typed == self._original:
            return self._original  # what nobody touched stays to the letter, blanks around it too
        return typed.strip() or None

    def put(self, value: Any) -> None:
        self._original = None if value is None else str(value)
        self._input.value = self._original or ""
        self._input.cursor_position = len(self._input.value)

    def problem(self) -> Invalid | None:
        typed = self.value
        if typed is None:
            return Invalid(self.field_name, "is needed") if self.required else None
        try:
            self._checked(typed)
        except Invalid as error:
            return Invalid(self.field_name, error.reason)
        return None

    def note(self) -> str:
        typed = self.value
        if typed is None:
            return self.hint
        try:
            return self._checked(typed) or self.hint
        except Invalid:
            return ""

    def _checked(self, typed: str) -> str:
        return self._check(typed) if self._check is not None else ""

    def on_descendant_blur(self) -> None:
        self.tidy_up()

    def tidy_up(self) -> None:
        typed = self.value
        if self._tidy is not None and typed is not None and typed != self._original:
            self._input.value = self._tidy(typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self))


class TypedArea(TextArea):
    """The lines of an area; Tab goes on to the next field."""

    DEFAULT_CSS = """
    TypedArea, TypedArea.-textual-compact {
        width: 1fr; height: 1fr; border: none !important; padding: 0 1; background: $crm-field; color: $crm-bright;
        & .text-area--cursor-line { background: transparent; }
        & .text-area--cursor { background: $input-cursor-background; color: $input-cursor-foreground; }
        & .text-area--placeholder { color: $crm-muted; }
        &:focus { border: none !important; border-left: outer $crm-accent !important; padding: 0 1 0 0; }
    }
    TypedArea:ansi { text-style: underline; }
    """

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(
            compact=True, soft_wrap=True, tab_behavior="focus", show_line_numbers=False, placeholder=placeholder
        )
        self.cursor_blink = False

    def on_unmount(self) -> None:
        """Textual keeps an area that was closed among those to tell of a new theme, and so all that it holds."""
        told = vars(self.app).get("__watchers", {}).get("theme", [])
        told[:] = [(widget, callback) for widget, callback in told if widget is not self]


class AreaField(Field):
    """Several lines of text; blank is None."""

    def __init__(self, name: str, label: str, *, required: bool = False, lines: int = 3, placeholder: str = "") -> None:
        super().__init__(name, label, required=required)
        self._area = TypedArea(placeholder=placeholder)
        self._original: str | None = None
        self._untouched = ""
        self.styles.height = lines

    def compose(self) -> ComposeResult:
        yield self._area

    @property
    def value(self) -> str | None:
        typed = self._area.text
        if self._original is not None and typed == self._untouched:
            return self._original  # what nobody touched stays to the letter, whatever ends its lines
        return typed.strip() or None

    def put(self, value: Any) -> None:
        self._original = None if value is None else str(value)
        self._area.load_text("\n".join((self._original or "").splitlines()))
        self._untouched = self._area.text
        self._area.move_cursor(self._area.document.end)

    def words(self, value: Any) -> str:
        return " ".join(str(value).split()) if value else ""

    def problem(self) -> Invalid | None:
        return Invalid(self.field_name, "is needed") if self.required and self.value is None else None

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))


class TickField(Field, can_focus=True):
    """A tick with its label behind it; space and Enter turn it."""

    BINDINGS: ClassVar = [
        Binding("space,enter", "turn", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    DEFAULT_CSS = """
    TickField { width: auto; min-width: 6; }
    """

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label)
        self._on = False

    @property
    def value(self) -> bool:
        return self._on

    def put(self, value: Any) -> None:
        if self._on != bool(value):
            self._on = bool(value)
            self.refresh()

    def words(self, value: Any) -> str:
        return "yes" if value else "no"

    def action_turn(self) -> None:
        self.put(not self._on)
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_turn()

    def on_blur(self) -> None:
        self.post_message(self.Left(self))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return 7 + cell(self.label).width

    def render(self) -> RenderResult:
        mark = ("[x]" if self._on else "[ ]", "accent" if self._on else "muted")
        style = "cursor" if self.has_focus else "text"
        gutter = ("▌", "accent") if self.has_focus else " "
        return cell(gutter, mark, " ", (self.label, style), "  ").content()
