"""A form with one field of each kind, for a person who presses keys and reads."""

from __future__ import annotations

from typing import Any

from tests.driver import settled
from tests.screens.dialog_app import Shown
from textual.app import ComposeResult
from textual.widget import Widget

from crm_tui.domain.errors import Invalid
from crm_tui.widgets.channel_field import ChannelField
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.field import AreaField, Field, TextField, TickField
from crm_tui.widgets.form import Form, FormRow
from crm_tui.widgets.pick_field import ManyField, Option, Picker, PickField

FRUITS = ("apple", "banana", "cherry", "damson", "elder", "fig", "grape", "hazel")
KINDS = [Option("work", "work"), Option("home", "home")]


def small(typed: str) -> str:
    """A check: everything but capitals will do, and is shown in brackets."""
    if typed != typed.lower():
        raise Invalid("plain", "write it small")
    return f"<{typed}>"


class Holder(Dialog[None]):
    """A form with one of each field."""

    def __init__(self, *, creates: str = "", label: str = "Plain", options: tuple[str, ...] = FRUITS) -> None:
        super().__init__()
        fruits = [Option(name, name, enabled=name != "fig") for name in options]
        self.form = Form(
            (
                FormRow(TextField("name", "Name", required=True), TextField("plain", label, check=small)),
                FormRow(TextField("tidied", "Tidied", tidy=str.upper)),
                FormRow(
                    PickField("one", "One", fruits, creates=creates), PickField("must", "Must", fruits, required=True)
                ),
                FormRow(ManyField("many", "Many", fruits, creates=creates), gap=True),
                FormRow(
                    ChannelField(
                        "channels", "Channels", key="address", kinds=KINDS, check=small, placeholder="one more"
                    )
                ),
                FormRow(TickField("tick", label), TickField("tock", "Tock"), label="Ticks"),
                FormRow(AreaField("area", "Area")),
            )
        )
        self.changed: list[str] = []
        self.created: list[str] = []

    def content(self) -> ComposeResult:
        yield self.form

    def on_field_changed(self, event: Field.Changed) -> None:
        self.changed.append(event.field.field_name)
        self.form.forget(event.field)

    def on_field_left(self, event: Field.Left) -> None:
        self.form.look_at(event.field)

    def on_picker_create_wanted(self, event: Picker.CreateWanted) -> None:
        self.created.append(event.text)
        event.field.add_option(Option(event.text, event.text))
        event.field.take(event.text)

    def value(self, name: str) -> Any:
        return self.form.fields[name].value


async def go_to(shown: Shown, holder: Holder, name: str) -> None:
    """Give the focus to a field."""
    holder.form.go_to(name)
    await settled(shown.pilot)


def place(shown: Shown, text: str) -> tuple[int, int]:
    """Line and column of a text on the screen."""
    return next((y, line.index(text)) for y, line in enumerate(shown.lines) if text in line)


def focused(shown: Shown) -> Widget:
    """What has the focus."""
    assert shown.app.focused is not None
    return shown.app.focused
