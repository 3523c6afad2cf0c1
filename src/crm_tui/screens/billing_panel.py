"""The billing defaults of a customer, each edited in its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from textual.widget import Widget
from textual.widgets import Input

from crm_tui.domain.billing_fields import ADDRESS, BY_NAME, OPERATOR, REVERSE, REVERSE_TEXT, BillingField
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.permissions import Action
from crm_tui.domain.settings import BillingSettings
from crm_tui.screens.asking import Asking
from crm_tui.screens.billing_editing import BillingEdit, Saved, Theirs, save
from crm_tui.screens.billing_fields import BillingChoices, in_words
from crm_tui.screens.billing_rows import LABELS, Typing, billing_rows, title_fact
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.terminal.type_ahead import hold_keys
from crm_tui.text import clean
from crm_tui.widgets.cells import cell
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.form import sentence
from crm_tui.widgets.row_input import RowInput, RowTable
from crm_tui.widgets.table_paint import GUTTER
from crm_tui.widgets.virtual_table import VirtualTable

_NONE = "none"
#: cells for a number that is typed
_SHORT = 12


class _Answer(NamedTuple):
    settings: BillingSettings
    choices: BillingChoices


class BillingPanel(CardPanel):
    """Under the headings Invoice, Payment, E-invoice, Other. Enter edits a row and saves it at once."""

    COMMAND_IDS = ("list.edit", "list.done", "list.history")
    COMMAND_WORDS = {"list.done": "On/off"}
    DEFAULT_CSS = """
    BillingPanel { layers: default typing; & > RowInput { layer: typing; } }
    """

    def __init__(self, session: Session) -> None:
        columns = (Column("label", width=LABELS - 2, style="muted"), Column("value", width=10, flex=1))
        self._table = RowTable(columns, header=False, empty=cell(("Loading…", "muted")))
        self._input = RowInput(save=self._save_typed, leave=self._leave_typed)
        super().__init__(session, "Billing defaults", self._table, self._input, id="billing")
        self._settings: BillingSettings | None = None
        self._choices = BillingChoices({}, ())
        self._edit: BillingEdit | None = None
        self._release_keys: Callable[[], None] = lambda: None

    # -- showing --------------------------------------------------------------------------------------------------

    def read(self, card: CustomerCard, *, again: bool) -> None:
        customer = card.customer.id
        if not again:
            self._leave_unsaved()
            self._settings = None
            self._table.set_rows([])
            self.set_title(fact="")
        self.ask(
            self.store,
            "billing",
            lambda store: _Answer(store.billing.of_customer(customer), BillingChoices.read(store)),
            self._got,
        )

    def _got(self, answer: _Answer) -> None:
        self._settings, self._choices = answer
        self._show()
        self.set_title(fact=title_fact(answer.settings))
        self.post_message(self.Grown(self))
        self.refresh_bindings()

    def _show(self) -> None:
        settings, edit = self._settings, self._edit
        if settings is None:
            return
        typing = Typing(edit.field, edit.problem, edit.typed) if edit is not None else None
        room = self._table.size.width - GUTTER - 1 - LABELS
        self._table.set_rows(billing_rows(settings, self._choices, typing, room))
        waits = edit is not None and edit.is_changed
        self.set_title(warning=cell(("• not saved", "warn")) if waits else "")
        self._put_input()

    def _put_input(self) -> None:
        """The line lies over the value of its row, wherever that is now."""
        edit = self._edit
        if edit is None:
            return
        self._table.bring(edit.field.name, below=2)
        y = self._table.line_of(edit.field.name)
        room = self._table.size.width - LABELS - 1
        if y is not None:
            self._input.put_over(LABELS, y, room if edit.field.kind == "text" else min(room, _SHORT))

    @property
    def focus_target(self) -> Widget | None:
        return self._input if self._input.is_shown else self._table

    def on_resize(self) -> None:
        self._show()

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        event.stop()
        self._put_input()

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.refresh_bindings()

    @property
    def _field(self) -> BillingField | None:
        row = self._table.cursor_row
        return BY_NAME.get(row.id) if row is not None else None

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        return kind is Kind.BILLING

    def copies(self) -> Sequence[Copy]:
        field, settings = self._field, self._settings
        if field is None or settings is None or field.kind == "tick" or getattr(settings, field.name) is None:
            return ()
        value = getattr(settings, field.name)
        return [Copy(field.full_name, value if isinstance(value, str) else f"{value}")]

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        field = self._field
        if command_id == "list.done" and (field is None or field.kind != "tick"):
            return False
        if command_id in ("list.edit", "list.done"):
            return self.may(Action.EDIT, Kind.BILLING) if self._settings else "the settings are still being read"
        return super().availability(command_id)

    def open_row(self, row_id: str) -> None:
        self.call_later(self.run_command, "list.edit")

    def do_list_history(self) -> None:
        if self.card is not None:
            self.show_history("Billing defaults", Kind.BILLING, self.card.customer.id)

    def do_list_done(self) -> None:
        self.do_list_edit()

    def do_list_edit(self) -> None:
        """A tick is turned, a choice made from a list; all else is typed in the row."""
        field, settings = self._field, self._settings
        if field is None or settings is None or (self._edit is not None and self._edit.is_saving):
            return
        if self._has_unsaved():
            self._refuse(f"Not saved yet. {self._what_keys_do('it as it was')}")
        elif field.kind == "tick":
            self._change(field, not getattr(settings, field.name))
        elif field.kind == "choice":
            self._choose(field, settings)
        else:
            self._begin(field, settings)

    def _choose(self, field: BillingField, settings: BillingSettings) -> None:
        value = getattr(settings, field.name)
        options = [each for each in self._choices.options(field) if each.enabled or each.id == value]
        choices = [Choice(_NONE, "none"), *(Choice(each.id, each.name, _note(each.id, each.name)) for each in options)]
        current = _NONE if value is None else value

        def chosen(choice: str | None) -> None:
            if choice is not None and choice != current:
                self._change(field, None if choice == _NONE else choice)

        self.app.push_screen(ChooseDialog(field.full_name, choices, search=True, current=current), chosen)

    def _change(self, field: BillingField, value: Any) -> None:
        """Save a field of which nothing was typed."""
        if self._settings is not None and (self._edit is None or not self._edit.is_saving):
            self._edit = edit = BillingEdit(self._settings, field)
            self._save(edit, {field.name: value})

    # -- typing ---------------------------------------------------------------------------------------------------

    def _begin(self, field: BillingField, settings: BillingSettings) -> None:
        self._edit = edit = BillingEdit(settings, field)
        self._input.open(edit.typed[field.name])
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        edit = self._edit
        if edit is not None and self._input.is_shown:
            had_problem = bool(edit.problem)
            edit.put(event.value)
            self.keep()
            if had_problem and not edit.problem:
                self._show()
            self.set_title(warning=cell(("• not saved", "warn")) if edit.is_changed else "")

    def keep(self) -> None:
        edit = self._edit
        if edit is None or not self._input.is_shown or edit.is_saving:
            return
        edit.put(self._input.value)  # the message of the last key may not have come yet
        if edit.is_changed:
            self.session.drafts.note(edit.draft(self.session.now()))
        else:
            self.session.drafts.drop(edit.key)

    def on_row_input_left(self, event: RowInput.Left) -> None:
        """What was not changed is not kept open."""
        event.stop()
        edit = self._edit
        if edit is not None and not edit.is_saving and not edit.is_changed and not edit.problem:
            self._end()

    def _leave_typed(self) -> None:
        if self._edit is not None and not self._edit.is_saving:
            self._end(focus=True)

    def _save_typed(self, text: str) -> None:
        edit = self._edit
        if edit is None or edit.is_saving:
            return
        edit.put(text)
        if not edit.is_changed:
            self._end(focus=True)
            return
        try:
            values = edit.values()
        except Invalid as error:
            self._refuse(error.reason)
            return
        also = edit.asks_also(values)
        if also is not None:
            edit.go_on(also)
            self._input.open("")
            self._show()
            return
        self._save(edit, values)

    def _has_unsaved(self) -> bool:
        """Whether something is typed that would be lost; it may be on its way."""
        self.keep()
        return self._edit is not None and self._edit.is_changed

    def _what_keys_do(self, leave: str) -> str:
        keys = self.session.keys
        return f"{keys.shown('row.save')} saves yours, {keys.shown('row.leave')} leaves {leave}."

    def _end(self, *, focus: bool = False) -> None:
        """Nothing is typed any more."""
        edit, self._edit = self._edit, None
        if edit is not None:
            self.session.drafts.drop(edit.key)
        self._input.close()
        self._show()
        if focus:
            self._table.focus(scroll_visible=False)

    def _leave_unsaved(self) -> None:
        """Another customer is shown: what was typed for this one is still to be had."""
        if self._edit is not None and self._has_unsaved():
            words = f"{self._edit.field.full_name} was not saved; Drafts among the commands has what you typed."
            self.notify(words, severity="warning", markup=False)
        self.put_away()

    def put_away(self) -> None:
        self.keep()
        self._edit = None
        self._input.close()
        self._show()
        self.set_title(warning="")

    # -- saving ---------------------------------------------------------------------------------------------------

    def _save(self, edit: BillingEdit, values: Mapping[str, Any]) -> None:
        edit.is_saving = True
        self._release_keys()  # those of one that was left while it was being saved
        self._release_keys = hold_keys(self)  # they are for what comes after
        base, key = edit.base, edit.key

        def call() -> Saved | Theirs:
            return save(self.store, base, values, key)

        self.tell(call, partial(self._saved, edit, values))

    def _saved(self, edit: BillingEdit, values: Mapping[str, Any], answer: Saved | Theirs) -> None:
        edit.is_saving = False
        if self._edit is not edit:  # another customer came
            self._release_keys()
            return
        if isinstance(answer, Theirs):
            self._say_theirs(edit, answer)
        else:
            self._settings = settings = answer.settings
            self._end(focus=self._input.is_shown)
            done = self._done(settings, values)
            if answer.is_written:
                self.post_message(self.ChangeMade(done))
            else:
                self.notify(f"{clean(done)} already.", timeout=4, markup=False)
            if values.get(REVERSE) and settings.reverse_charge_text is None:
                self._table.move_to_id(REVERSE_TEXT)
                self._begin(BY_NAME[REVERSE_TEXT], settings)
        self._release_keys()

    def _done(self, settings: BillingSettings, values: Mapping[str, Any]) -> str:
        if ADDRESS in values and OPERATOR in values:
            return f"E-invoice address and operator {'saved' if values[ADDRESS] else 'removed'}"
        field = BY_NAME[next(iter(values))]
        if getattr(settings, field.name) is None:
            return f"{field.full_name} removed"
        return f"{field.full_name}: {in_words(field, settings, self._choices)}"

    def _say_theirs(self, edit: BillingEdit, theirs: Theirs) -> None:
        """Somebody saved this field first: say what, and go on from there."""
        field, changed = edit.field, BY_NAME[theirs.field]
        now = in_words(changed, theirs.settings, self._choices)
        edit.base = self._settings = theirs.settings
        what = "it" if changed is field else f"the {changed.label.lower()}"
        words = f"{clean(theirs.who)} made {what} {now} meanwhile"
        if self._input.is_shown:
            self._refuse(f"{words}. {self._what_keys_do('theirs')}")
        else:
            self._end()
            self.notify(f"{field.full_name}: {words}. Nothing was changed.", severity="warning", markup=False)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """What the store refuses is said under the field; what is typed stays."""
        self._release_keys()
        edit = self._edit
        if edit is None or not edit.is_saving:
            return  # a reading failed, or what was left while it was being saved: the screen says so
        edit.is_saving = False
        if self._input.is_shown:
            event.stop()
            reason = event.error.reason if isinstance(event.error, Invalid) else str(event.error)
            self._refuse(reason)
        else:
            self._end()

    def _refuse(self, reason: str) -> None:
        if self._edit is not None:
            self._edit.problem = sentence(reason)
            self._show()
            self._input.focus(scroll_visible=False)


def _note(code: str, name: str) -> str:
    return "" if code == name else code
