"""What F1 shows in an open form: the keys that work in it, and what its fields understand.

Commands are from the table, and can be run from here; the keys of fields are said for the kinds of fields that the
form has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from crm_tui.screens.dialogs.register_field import RegisterField
from crm_tui.widgets.channel_field import ChannelField
from crm_tui.widgets.choose import Choice, ChooseDialog, command_choices
from crm_tui.widgets.command_target import CommandState, commands_here
from crm_tui.widgets.field import AreaField, Field, TickField
from crm_tui.widgets.pick_field import ManyField, Picker

if TYPE_CHECKING:
    from crm_tui.screens.dialogs.form_dialog import FormDialog


class Understood(NamedTuple):
    """Something that may be typed, and what it means."""

    typed: str
    meaning: str


#: what fields of dates understand
DATES = (
    Understood("today, tomorrow, fri", "a day; a weekday is the next one"),
    Understood("+3d, +2w", "in so many days or weeks"),
    Understood("24.12., 24 dec", "the next such date; a year may follow"),
    Understood("next fri, end of month", "also next week, next month"),
    Understood("fri 14:00, tomorrow 2 pm", "with a time of day"),
    Understood("huomenna, fredag", "in Finnish and Norwegian, too"),
)

_FORM, _FIELDS, _TYPED = "This form", "Its fields", "What is understood"
_ORDER = (
    "form.save", "form.alike", "form.register", "form.next", "form.previous", "forecast.later", "forecast.earlier",
    "dialog.close", "form.help", "app.redraw",
)  # fmt: skip
_LEAVE = {"label": "Leave", "note": "Asks first if something was typed."}


def show_help(form: FormDialog[Any]) -> None:
    """Show it over the form, which stays behind with all that was typed; a command that is chosen is run."""
    states = {state.command.id: state for state in commands_here(form, form.session.keys)}
    fields = {name: field for name, field in form.form.fields.items() if name not in form.form.hidden}
    creates = [fields[name].label for name in form.CREATES if name in fields and form.creates(name)]

    async def chosen(line: str | None) -> None:
        if line in states:
            await states[line].run()

    choices = _choices(states.values(), fields.values(), creates, form.UNDERSTANDS)
    form.app.push_screen(ChooseDialog("Help: keys in this form", choices), chosen)


def _choices(
    states: Iterable[CommandState], fields: Collection[Field], creates: Sequence[str], understood: Sequence[Understood]
) -> list[Choice]:
    """Commands as they stand, then the keys of ``fields``; ``creates`` are the labels of lists that make new things."""
    found = {choice.id: choice for choice in command_choices(states)}
    ordered = [found[command_id] for command_id in _ORDER if command_id in found]
    commands = [choice._replace(group=_FORM, **(_LEAVE if choice.id == "dialog.close" else {})) for choice in ordered]
    keys = [Choice(f"{_FIELDS} {place}", *line, group=_FIELDS) for place, line in enumerate(_keys(fields, creates))]
    typed = [
        Choice(f"{_TYPED} {place}", each.typed, each.meaning, group=_TYPED) for place, each in enumerate(understood)
    ]
    return [*commands, *keys, *typed]


def _keys(fields: Collection[Field], creates: Sequence[str]) -> Iterable[tuple[str, str, str]]:
    """Label, meaning and keys of what can be done in the fields."""
    yield "Next field", "In the last field it saves.", "Enter"
    yield "Field above, below", "Not in text of several lines.", "↑  ↓"
    if any(isinstance(field, Picker) for field in fields):
        yield "Open a list ▾", "A letter opens it, too, and looks for it.", "Enter  Space"
        yield "Empty a list", "Takes away what was chosen last.", "Backspace"
    if any(isinstance(field, ManyField) for field in fields):
        yield "Tick one of several", "In the open list; Enter closes it, too.", "Space"
    if creates:
        yield "Create", f"By a new name in the list: {', '.join(creates)}.", ""
    if any(isinstance(field, TickField | ChannelField) for field in fields):
        yield "Turn a tick [x]", "Sets it, or takes it away.", "Space  Enter"
    if any(isinstance(field, RegisterField) for field in fields):
        yield "The other address", "The register's visiting or postal one, or none.", "Space  Enter"
    if any(isinstance(field, ChannelField) for field in fields):
        yield "One more line", "The empty one at the end is for it.", ""
    if any(isinstance(field, AreaField) for field in fields):
        yield "New line", "In text of several lines.", "Enter"
