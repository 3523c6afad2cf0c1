"""Fields that choose from a list: one of several, or several of many. The list opens with Enter, or by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from textual import events
from textual.app import RenderResult
from textual.binding import Binding
from textual.message import Message

from crm_tui.domain.errors import Invalid
from crm_tui.widgets.cells import Cell, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.field import Field


class Option(NamedTuple):
    """Something to choose: its id as JSON value, its name, and a word about it. A disabled one is kept where it
    is, and can't be chosen anew."""

    id: Any
    name: str
    note: str = ""
    enabled: bool = True


#: what a list answers when a new value of this name is wanted
CREATE = "create "
_NONE = "none"


class Picker(Field, can_focus=True):
    """What both kinds share."""

    BINDINGS: ClassVar = [
        Binding("space,enter", "choose", show=False),
        Binding("backspace,delete", "remove", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    DEFAULT_CSS = """
    Picker { background: $crm-field; color: $crm-bright; }
    Picker:ansi { text-style: underline; }
    """

    @dataclass
    class CreateWanted(Message):
        """A value that is not in the list is to be created and chosen: answer with `add_option` and `take`."""

        field: Picker
        text: str

    def __init__(
        self,
        name: str,
        label: str,
        options: Sequence[Option],
        *,
        required: bool = False,
        hint: str = "",
        creates: str = "",
        empty: str = "",
    ) -> None:
        """`creates`: what a new value is called ("role"), if one may be created here; `empty` is shown muted
        where nothing is chosen."""
        super().__init__(name, label, required=required, hint=hint)
        self._options = list(options)
        self._creates = creates
        self._nothing = empty

    def words(self, value: Any) -> str:
        found = next((option.name for option in self._options if option.id == value), None)
        return found if found is not None else "" if value is None else str(value)

    def add_option(self, option: Option) -> None:
        """One more to choose."""
        self._options.append(option)

    def take(self, value: Any) -> None:
        """Choose this, as if a person did."""
        raise NotImplementedError

    def action_choose(self, typed: str = "") -> None:
        """Open the list."""
        dialog = ChooseDialog(
            self.label,
            self._choices(),
            search=True,
            current=self._current(),
            typed=typed,
            creates=self._creates,
            tick=self._turned,
        )
        self.app.push_screen(dialog, self._chosen)

    def _choices(self) -> list[Choice]:
        raise NotImplementedError

    def _current(self) -> str:
        return ""

    #: turns one of several in the open list, and gives the choices as they are then; None: there is one at most
    _turned: Callable[[str], Sequence[Choice]] | None = None

    def _chosen(self, choice: str | None) -> None:
        if choice is None:
            return
        if choice.startswith(CREATE):
            self.post_message(self.CreateWanted(self, choice.removeprefix(CREATE)))
        else:
            self.take(None if choice == _NONE else self._options[int(choice)].id)

    def _told(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character and not event.character.isspace():
            event.stop()
            self.action_choose(event.character)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_choose()

    def on_blur(self) -> None:
        self.refresh()
        self.post_message(self.Left(self))

    def on_focus(self) -> None:
        self.refresh()

    def _line(self, shown: Cell) -> Cell:
        gutter = cell(("▌", "accent")) if self.has_focus else cell(" ")
        text = cell(shown, (" ▾", "accent" if self.has_focus else "muted"))
        return cell(gutter, text.fit(max(0, self.size.width - 1)))


class PickField(Picker):
    """One of several, or none."""

    def __init__(self, name: str, label: str, options: Sequence[Option], **more: Any) -> None:
        super().__init__(name, label, options, **more)
        self._value: Any = None

    @property
    def value(self) -> Any:
        return self._value

    def put(self, value: Any) -> None:
        self._value = value
        self.refresh()

    def problem(self) -> Invalid | None:
        return Invalid(self.field_name, "is needed") if self.required and self._value is None else None

    def take(self, value: Any) -> None:
        if value != self._value:
            self._value = value
            self._told()

    def action_remove(self) -> None:
        """Choose none."""
        if not self.required:
            self.take(None)

    def _choices(self) -> list[Choice]:
        nothing = [] if self.required else [Choice(_NONE, "none")]
        return nothing + [
            Choice(str(place), option.name, option.note)
            for place, option in enumerate(self._options)
            if option.enabled or option.id == self._value
        ]

    def _current(self) -> str:
        places = (str(place) for place, option in enumerate(self._options) if option.id == self._value)
        return next(places, "")

    def render(self) -> RenderResult:
        text = self.words(self._value)
        return self._line(cell(text) if text else cell((self._nothing or "–", "muted"))).content()


class ManyField(Picker):
    """Several of many, in the order they were chosen; choosing one again takes it away, and so does backspace
    with the last."""

    def __init__(self, name: str, label: str, options: Sequence[Option], **more: Any) -> None:
        super().__init__(name, label, options, **more)
        self._values: list[Any] = []

    @property
    def value(self) -> list[Any]:
        return list(self._values)

    def put(self, value: Any) -> None:
        self._values = list(value or ())
        self.refresh()

    def words(self, value: Any) -> str:
        return ", ".join(super(ManyField, self).words(each) for each in value or ())

    def take(self, value: Any) -> None:
        if value in self._values:
            self._values.remove(value)
        else:
            self._values.append(value)
        self._told()

    def _turned(self, choice: str) -> Sequence[Choice]:
        self.take(self._options[int(choice)].id)
        return self._choices()

    def action_remove(self) -> None:
        """Take the last one away."""
        if self._values:
            self._values.pop()
            self._told()

    def _choices(self) -> list[Choice]:
        return [
            Choice(
                str(place),
                f"[{'x' if option.id in self._values else ' '}] {option.name}",
                option.note,
                name=option.name,
            )
            for place, option in enumerate(self._options)
            if option.enabled or option.id in self._values
        ]

    def render(self) -> RenderResult:
        chips = [cell((self.words([value]), "bright"), (" ×", "accent")) for value in self._values]
        return self._line(join(chips) if chips else cell((self._nothing or "–", "muted"))).content()
