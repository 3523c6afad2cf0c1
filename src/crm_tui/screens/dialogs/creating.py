"""How forms make what their pickers lack: a value of a registry at once, anything else in a form of its own on top,
which begins with the name that was typed. The form below keeps all that is in it. Where that fails it is said at the
bottom of the form, and is no failure of saving it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.message_pump import MessagePump

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import CrmError, Invalid
from crm_tui.domain.permissions import Action
from crm_tui.domain.registries import NewRegistryValue, RegistryKind, RegistryValue
from crm_tui.screens.asking import Asking, attempt
from crm_tui.screens.forms import form_class
from crm_tui.store.port import Store
from crm_tui.terminal.type_ahead import hold_keys
from crm_tui.text import clean
from crm_tui.widgets.pick_field import Option, Picker

if TYPE_CHECKING:
    from textual.screen import Screen

    from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, Saved
    from crm_tui.screens.session import Session

    class _Base(Asking, Screen[Any]):
        """What the mixin is mixed into."""

else:
    _Base = MessagePump


class Creating(_Base):
    """Mixin for forms."""

    if TYPE_CHECKING:
        session: Session
        about: About
        materials: Materials
        _saving: bool

        def _say(self, text: str, style: str = "") -> None: ...

    #: fields whose pickers may make what they lack, and what that is
    CREATES: ClassVar[Mapping[str, RegistryKind | Kind]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_keys: Callable[[], None] = lambda: None  # lets keys go on that wait for a form being read

    def creates(self, field: str) -> str:
        """What a new entry for this field is called, if the actor may make one."""
        made = self.CREATES[field]
        kind = Kind.REGISTRY if isinstance(made, RegistryKind) else made
        refused = kind is not Kind.REGISTRY and not self.materials.is_open
        return made.value if not refused and self.session.may(Action.ADD, kind) is True else ""

    @on(Picker.CreateWanted)
    def create_wanted(self, event: Picker.CreateWanted) -> None:
        """Make what was typed into a picker, and choose it."""
        event.stop()
        made = self.CREATES[event.field.field_name]
        if isinstance(made, RegistryKind):
            self._create_value(event.field, made, event.text)
        else:
            self._open_form_for(event.field, made, event.text)

    def _create_value(self, field: Picker, kind: RegistryKind, name: str) -> None:
        new = NewRegistryValue(kind=kind, name=name)

        def made(value: RegistryValue | CrmError) -> None:
            if isinstance(value, CrmError):
                self._not_created(name, value)
            else:
                _choose(field, value.id, value.name)

        self.tell(partial(attempt, lambda: self.session.store.registries.create(new)), made)

    def _not_created(self, name: str, error: CrmError) -> None:
        """Say why; a save that is under way goes on."""
        why = error.reason if isinstance(error, Invalid) else error  # its field is none of this form
        self._say(f"! “{name}” was not created: {why}", "bad")

    def _open_form_for(self, field: Picker, kind: Kind, name: str) -> None:
        """Read what the form needs and open it; keys that are typed meanwhile are for it."""
        form, session = form_class(kind.value), self.session
        given = form.named(name)
        blank = next((each for each, value in given.items() if value is None), "")
        about = self.about._replace(entity=None, given=given, focus=blank)
        self._read_keys()  # a form that was still being read does not come any more
        self._read_keys = release = hold_keys(self)

        def show(materials: Materials | CrmError) -> None:
            if isinstance(materials, CrmError):
                release()
                self._not_created(name, materials)
                return
            if self._saving or release.is_given_up:  # a form that closes in a moment closes what is in front
                release()
                return
            dialog = form(session, about, materials)
            self.app.push_screen(dialog, partial(self._made, field, dialog))
            release.call_when_drawn(dialog)

        def load(store: Store) -> Materials | CrmError:
            return attempt(lambda: form.load(store, session, about))

        self.ask(session.store, "form", load, show)

    def _made(self, field: Picker, form: FormDialog[Any], saved: Saved | None) -> None:
        key = saved.entity if saved is not None else form.about.entity  # what was left may have been saved before
        if key is None:
            return
        self.session.erased = ""  # something was changed since
        name = form.called()
        _choose(field, key, name)
        self.notify(f"Saved: {clean(name)}.", timeout=3, markup=False)


def _choose(field: Picker, key: int, name: str) -> None:
    field.add_option(Option(key, name))
    field.take(key)
