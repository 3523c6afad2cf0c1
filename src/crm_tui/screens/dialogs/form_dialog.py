"""What all forms share: they are read and written off the UI thread, keep what is typed as a draft, say what is
wrong below the field, and never overwrite what somebody else saved meanwhile.

A form knows its rows, how an entity fills them, and how their values are written; everything else is here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from textual import events
from textual.app import ComposeResult

from crm_tui.domain.entities import Entity
from crm_tui.domain.errors import AlreadySaved, Conflict, Invalid, NotFound
from crm_tui.domain.registries import RegistryValue
from crm_tui.screens.asking import Asking
from crm_tui.screens.dialogs.conflict import ConflictDialog, ConflictQuestion
from crm_tui.screens.dialogs.creating import Creating
from crm_tui.screens.dialogs.form_help import Understood, show_help
from crm_tui.screens.dialogs.merged_away import MergedAway
from crm_tui.screens.dialogs.not_saved import NotSavedDialog
from crm_tui.screens.dialogs.reading import audit
from crm_tui.screens.dialogs.three_values import ThreeValues
from crm_tui.screens.session import Session
from crm_tui.store.drafts import Draft
from crm_tui.store.port import Store
from crm_tui.terminal.type_ahead import hold_keys
from crm_tui.when import ago
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, cell
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Facts
from crm_tui.widgets.field import Field
from crm_tui.widgets.form import Form, FormRow, Problem, sentence
from crm_tui.widgets.line import Line
from crm_tui.widgets.pick_field import Option

E = TypeVar("E", bound=Entity)


class About(NamedTuple):
    """What a form is about: on whose card, and which thing is edited (None: a new one). ``given`` are values that a
    new one begins with, ``focus`` the field to begin in."""

    customer: int | None
    entity: int | None = None
    given: Mapping[str, Any] = {}
    focus: str = ""


class Materials(NamedTuple):
    """What a form needs from the store: the entity, the names of the users, and what else its rows choose from.
    ``is_open``: the customer takes new things, which the own company does not."""

    entity: Any
    names: Mapping[int, str]
    more: Any = None
    is_open: bool = False


class Saved(NamedTuple):
    """What became of a form; ``source`` is the register that filled it, if one did."""

    entity: int
    is_new: bool
    source: str = ""


class FormDialog(Creating, MergedAway, Asking, Dialog[Saved], Generic[E]):
    """Gives what was saved, or None."""

    COMMAND_IDS: ClassVar[tuple[str, ...]] = ("form.save", "form.next", "form.previous", "form.help")
    #: the name by which a draft finds its form again
    FORM: ClassVar[str] = ""
    #: fields of the domain that are entered in a field of another name
    ENTERED_IN: ClassVar[Mapping[str, str]] = {}
    #: words that fields understand, for the help
    UNDERSTANDS: ClassVar[Sequence[Understood]] = ()
    #: it decides about a thing that is there: saved though nothing was typed, and without who changed it last
    DECIDES: ClassVar[bool] = False
    #: lines of the dialog that are not the form: borders, what is said, the line above the buttons, buttons
    lines_around: int = 5
    #: what it saves can be taken back with undo, but for permissions
    UNDOABLE: ClassVar[bool] = True
    DEFAULT_CSS = """
    FormDialog Facts { height: auto; }
    FormDialog .said { margin: 0 0 0 2; }
    """

    def __init__(self, session: Session, about: About, materials: Materials, draft: Draft | None = None) -> None:
        super().__init__()
        self.session, self.about, self.materials = session, about, materials
        self.entity: E | None = materials.entity
        self._key = draft.key if draft else uuid.uuid4().hex
        self._revision = draft.revision if draft else self.entity.revision if self.entity else None
        self._draft = draft
        self._saving = False
        self._release_keys: Callable[[], None] = lambda: None
        self.form = Form(tuple(self._all_rows()))
        self._said = Problem()
        self._said.add_class("said")
        self._before: dict[str, Any] = {}
        self.title_text = self.heading()

    # -- what a form says of itself ------------------------------------------------------------------------------

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        """Read what the form needs; runs in a thread."""
        raise NotImplementedError

    def rows(self) -> Iterable[FormRow]:
        """The rows, in reading order."""
        raise NotImplementedError

    def values_of(self, entity: E) -> dict[str, Any]:
        """The values that fill the form for an entity."""
        raise NotImplementedError

    def fresh(self) -> dict[str, Any]:
        """The values that a new one begins with."""
        return {}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> E:
        """Write it: a new one of all ``values``, or what ``changed`` of the one that is edited. Runs in a thread."""
        raise NotImplementedError

    def name_of(self) -> str:
        """What people call what is edited."""
        return ""

    @classmethod
    def named(cls, name: str) -> dict[str, Any]:
        """The values that a new one begins with whose name was typed into a picker; None: still to be typed."""
        raise NotImplementedError

    def called(self) -> str:
        """What pickers call what is in the form."""
        raise NotImplementedError

    def thing(self) -> str:
        """What kind of thing it is, in words."""
        return self.FORM

    def heading(self) -> str:
        """The title of the dialog, and of a draft."""
        return f"New {self.thing()}" if self.entity is None else f"{self.thing().capitalize()}: {self.name_of()}"

    @property
    def revision(self) -> int:
        """The revision that a change is made on."""
        assert self._revision is not None  # noqa: S101 - asked for only where something is edited
        return self._revision

    # -- the dialog ----------------------------------------------------------------------------------------------

    def _all_rows(self) -> Iterable[FormRow]:
        yield from self.rows()

    def content(self) -> ComposeResult:
        yield self.form
        yield self._said
        yield from self.above_buttons()
        ids, labels = ("form.save", "dialog.close"), {"dialog.close": "Cancel"}
        yield ButtonBar(self, self.session.keys, ids, primary="form.save", labels=labels)

    def above_buttons(self) -> ComposeResult:
        """The line between the fields and the buttons."""
        yield Line()

    def on_mount(self) -> None:
        if self.entity is not None and not self.DECIDES:
            names = self.materials.names
            self.form.mount(Facts(audit(self.entity, self.session.zone, names), focusable=False))
        opened = self.values_of(self.entity) if self.entity is not None else {**self.fresh(), **self.about.given}
        self.form.put(opened)
        self._before = self.form.values()
        if self._draft is not None:
            # one that an older program kept may lack a field
            self._before = {name: self._draft.before.get(name, value) for name, value in self._before.items()}
            self.form.put(self._draft.values)
        self.form.go_to(self.about.focus or next(iter(self.form.fields)))
        self._show_state()
        self.filled()

    def filled(self) -> None:
        """What it begins with is in its fields. A form's own ``on_mount`` runs before that."""

    def on_resize(self, event: events.Resize) -> None:
        self.form.styles.max_height = max(3, event.size.height - self.lines_around)

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save, or to lose."""
        return self.form.values() != self._before

    def _show_state(self) -> None:
        needed = any(field.required for field in self.form.fields.values())
        star = cell(("*", "accent"), (" required", "muted")) if needed else EMPTY
        state = cell(("  • not saved", "warn")) if self.is_changed else EMPTY
        help_key = cell("  ", (self.session.keys.shown("form.help"), "key"), (" keys", "muted"))
        self.set_foot(cell(star, state, help_key))

    # -- typing ----------------------------------------------------------------------------------------------------

    def on_field_changed(self, event: Field.Changed) -> None:
        event.stop()
        self.form.forget(event.field)
        self._say("")
        self.typed(event.field)
        self._show_state()
        self.keep()

    def typed(self, field: Field) -> None:
        """Something was typed or chosen: forms whose fields depend on each other look at it here."""

    def on_field_left(self, event: Field.Left) -> None:
        event.stop()
        self.form.look_at(event.field)

    def on_field_entered(self, event: Field.Entered) -> None:
        event.stop()
        if event.field is list(self.form.fields.values())[-1]:
            self.do_form_save()
        else:
            self.focus_next()

    def do_form_next(self) -> None:
        self.focus_next()

    def do_form_previous(self) -> None:
        self.focus_previous()

    def do_form_help(self) -> None:
        show_help(self)

    def keep(self) -> None:
        """Keep what is typed as a draft, or none where it is as it was. Needs no event loop."""
        if not self._before:
            return  # it is not filled yet
        values = self.form.values()
        if values == self._before:
            self.session.drafts.drop(self._key)
            return
        self.session.drafts.note(
            Draft(
                key=self._key,
                form=self.FORM,
                title=self.heading(),
                customer=self.about.customer,
                entity=self.about.entity,
                revision=self._revision,
                before=self._before,
                values={**self.about.given, **values},
                at=self.session.now(),
            )
        )

    # -- saving ----------------------------------------------------------------------------------------------------

    def do_form_save(self) -> None:
        if self._saving or not self.form.check(self._before if self.entity is not None else None):
            return
        typed, values = self.form.values(), self._shown_values()
        changed = {name: value for name, value in values.items() if value != self._before.get(name)}
        if self.entity is not None and not changed and not self.DECIDES:
            self._leave()
            return
        self._saving = True
        self._release_keys = hold_keys(self)  # they are for what comes after
        self._say("Saving …", "muted")
        self.send(typed, values, changed)

    def send(self, typed: Mapping[str, Any], values: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
        """Have it written: what is ``typed``, with what is hidden, and what of it ``changed``."""
        store = self.session.store.once(self._key)
        self.tell(partial(self.write, store, values, changed), partial(self._saved, typed, values))

    def not_saving(self) -> None:
        """It is not saved after all; one goes on typing."""
        self._saving = False
        self._say("")

    def _shown_values(self) -> dict[str, Any]:
        """What is entered; what is hidden counts as it was."""
        return {**self.form.values(), **{name: self._before.get(name) for name in self.form.hidden}}

    def _saved(self, typed: Mapping[str, Any], values: Mapping[str, Any], entity: E) -> None:
        self._release_keys()
        if self.form.values() == typed:
            self.session.drafts.drop(self._key)
            self.dismiss(Saved(entity.id, self.about.entity is None))
            return
        # the store took so long that one went on typing: the form stays for that
        self._saving = False
        self.about = self.about._replace(entity=entity.id)
        self._base_on(entity, values)
        self._say("Saved, but for what you typed since.", "muted")
        self._show_state()
        self.keep()

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._release_keys()
        self.not_saving()
        match event.error:
            case Conflict(theirs=theirs) if theirs is not None:
                self._ask_whose(theirs)
            case AlreadySaved(key=key):  # it was saved just before the program was ended
                self.session.drafts.drop(self._key)
                self.dismiss(Saved(key, self.about.entity is None))
            case Invalid() as error if self.form.refuse(self._as_entered(error)):
                pass
            case Invalid() as error:
                self._say(f"! {sentence(error.field.replace('_', ' '))}: {error.reason}", "bad")
            case NotFound() as error if self.follows(error):
                pass
            case error:
                self._say(f"! {error} What you typed is kept.", "bad")

    def _as_entered(self, error: Invalid) -> Invalid:
        return Invalid(self.ENTERED_IN.get(error.field, error.field), error.reason)

    def _say(self, text: str, style: str = "") -> None:
        self._said.say(cell((text, style)))

    # -- somebody else saved first ---------------------------------------------------------------------------------

    def _ask_whose(self, theirs: Any) -> None:
        now, mine = self.values_of(theirs), self._shown_values()
        values = ThreeValues(self.form.fields, self._before, now, mine)
        who = self.materials.names.get(theirs.updated_by, "somebody")
        when = ago(theirs.updated_at, self.session.now(), self.session.zone, self.session.settings.dates)
        question = ConflictQuestion(
            title=f"Two changes to {self.name_of()}",
            sentence=f"{who} saved this {self.thing()} {when}, while you were editing. Nothing has been overwritten.",
            theirs_by=f"{who}, {when}",
            rows=values.conflicts(),
            one_sided=values.one_sided(),
        )

        def chosen(choice: dict[str, bool] | None) -> None:
            if choice is None:
                return
            self._base_on(theirs, {name: now.get(name) for name in mine})
            self.form.put(values.merged(choice))
            self._show_state()
            self.call_after_refresh(self.do_form_save)

        self.app.push_screen(ConflictDialog(question, self.session.keys), chosen)

    def _base_on(self, entity: E, before: Mapping[str, Any]) -> None:
        """Go on editing this revision. The draft goes on under a key of its own: its base is another one now."""
        self.session.drafts.drop(self._key)
        self._key = uuid.uuid4().hex
        self._before, self._revision, self.entity = dict(before), entity.revision, entity

    # -- leaving ---------------------------------------------------------------------------------------------------

    def do_dialog_close(self) -> None:
        if self._saving:
            return
        if not self.is_changed:
            self._leave()
            return

        def answered(discard: bool | None) -> None:
            if discard:
                self._leave()
            elif discard is False:
                self.do_form_save()

        self.app.push_screen(NotSavedDialog(self.session.keys), answered)

    def _leave(self) -> None:
        self.session.drafts.drop(self._key)
        self.dismiss(None)


def user_options(users: Sequence[Any]) -> list[Option]:
    """Users to choose from; one who is gone stays where they are chosen."""
    return [Option(user.id, user.name, enabled=user.is_active) for user in users]


def value_options(values: Sequence[RegistryValue], *, by_code: bool = False) -> list[Option]:
    """Values of a registry to choose from, by id or by code."""
    return [
        Option(value.code if by_code else value.id, value.name, value.code or "" if by_code else "", value.is_active)
        for value in values
        if not by_code or value.code
    ]
