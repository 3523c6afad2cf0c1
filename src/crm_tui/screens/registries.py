"""The registries: which values fields choose from. Administrators add, rename, order, disable and delete them."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from crm_tui.commands import in_scope
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.domain.registries import IRREPLACEABLE, RegistryChange, RegistryKind, RegistryValue
from crm_tui.places import Scope
from crm_tui.screens.dialogs.form_dialog import About, Saved
from crm_tui.screens.managing import ManagedPanel, ManagingScreen
from crm_tui.screens.registry_rows import KINDS, kind_rows, place_in, replacements, uses_in_words, value_rows
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.store.settings import RegistryUse
from crm_tui.text import clean
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.filter_line import FilterLine
from crm_tui.widgets.header_line import HeaderLine
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.panel_columns import PanelColumns, Slot, side
from crm_tui.widgets.virtual_table import VirtualTable

_KINDS = (
    Column("kind", width=14, flex=1),
    Column("count", width=4, align="right", style="muted"),
    Column("disabled", width=11, style="muted", drop=1),
)
_VALUES = (
    Column("name", width=16, flex=3, match=True),
    Column("about", width=16, flex=2, drop=1),
    Column("state", width=10, style="muted"),
)


class _Values(NamedTuple):
    """All values of all registries."""

    by_kind: dict[RegistryKind, tuple[RegistryValue, ...]]

    @classmethod
    def read(cls, store: Store) -> _Values:
        return cls({kind: store.registries.list(kind) for kind in KINDS})


class _ValuePanel(ManagedPanel):
    """Says in one line what uses the value under the cursor."""

    DEFAULT_CSS = """
    _ValuePanel > Facts { height: 1; }
    """


class RegistriesScreen(ManagingScreen):
    """The kinds on the left, the values of the one under the cursor on the right."""

    COMMAND_IDS = (
        *in_scope(Scope.REGISTRIES),
        "list.add",
        "list.edit",
        "list.activate",
        "list.delete",
        "list.history",
        "list.reload",
    )
    COMMAND_WORDS = {"list.activate": "Dis/enable"}

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._values = _Values({kind: () for kind in KINDS})
        self._wanted = ""
        self._header = HeaderLine()
        self._kinds = VirtualTable(_KINDS, header=False, cursor_always=True, empty=cell(("Loading…", "muted")))
        self._filter = FilterLine("name or code", key=self.key("list.filter"))
        self._table = VirtualTable(_VALUES, header=False, empty=cell(("Loading…", "muted")))
        self._uses = Facts(focusable=False)
        self._panel = self._filtered = _ValuePanel("", self._table, self._uses, self._filter, id="values")
        self._columns = PanelColumns(
            Panel("Registries", self._kinds, id="kinds"),
            self._panel,
            two=side(Slot("kinds", share=4), Slot("values", share=7)),
        )

    def on_mount(self) -> None:
        self._header.show_place("Registries", cell(("values that fields choose from", "muted")))
        self._columns.focus_panel("kinds")
        self.reread()

    # -- showing --------------------------------------------------------------------------------------------------

    def reread(self) -> None:
        self.remember_pulse()
        self.ask(self.store, "values", _Values.read, self._got)

    def _got(self, values: _Values) -> None:
        self._values = values
        self._kinds.set_rows(kind_rows(values.by_kind))
        self._show_values()

    def _show_values(self) -> None:
        kind = self._kind
        self._table.set_match(self._filter.text.casefold().split())
        self._table.set_empty(cell((self._nothing(kind), "muted")))
        self._table.set_rows(value_rows(kind, self._values.by_kind, self._filter.text))
        if self._wanted and self._table.move_to_id(self._wanted):
            self._wanted = ""
        number = len(self._values.by_kind[kind])
        self._panel.set_title(KINDS[kind], count=number or "", fact="" if number else "none yet")
        self._filter.set_count(cell((f"of {number}", "muted")))
        self._panel.set_foot(self._keys_of_values() if number else "")
        self.refresh_bindings()

    def _keys_of_values(self) -> Cell:
        """What can be done to values, for who may: the footer has no room for all of it."""
        if self.session.may(Action.EDIT, Kind.REGISTRY) is not True:
            return EMPTY
        move = f"{self.key('registries.up')} {self.key('registries.down')}"
        keys = ((move, "move"), (self.key("list.activate"), "dis/enable"), (self.key("list.delete"), "delete"))
        return join([cell((key, "key"), (f" {word}", "muted")) for key, word in keys])

    def _nothing(self, kind: RegistryKind) -> str:
        if self._filter.text:
            return "Nothing is called so."
        if kind is RegistryKind.SEGMENT and not self._values.by_kind[RegistryKind.SEGMENT_GROUP]:
            return "No segments yet. Add a segment group first: segments belong to one."
        return f"No {KINDS[kind].lower()} yet. {self.key('list.add')} adds one."

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        if event.table is self._kinds:
            self._show_values()
            return
        self.refresh_bindings()
        value = self._value
        self._uses.set_facts([])
        if value is not None:
            key = value.id
            self.ask(self.store, "uses", lambda store: store.registries.usage(key), self._got_uses)

    def _got_uses(self, uses: tuple[RegistryUse, ...]) -> None:
        words = uses_in_words(uses)
        text = cell(("Used by ", "muted"), words) if words else cell(("Nothing uses it.", "muted"))
        self._uses.set_facts([whole(text)])

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        if event.table is self._kinds:
            self._columns.focus_panel(self._panel)
        else:
            self.call_later(self.run_command, "list.edit")

    @property
    def _kind(self) -> RegistryKind:
        row = self._kinds.cursor_row
        return RegistryKind(row.id) if row is not None else next(iter(KINDS))

    @property
    def _value(self) -> RegistryValue | None:
        """The value under the cursor, while the focus is among them."""
        row = self._table.cursor_row
        if row is None or self._columns.opened is not self._panel:
            return None
        return next((each for each in self._values.by_kind[self._kind] if str(each.id) == row.id), None)

    # -- moving ---------------------------------------------------------------------------------------------------

    def do_app_back(self) -> None:
        """From the values to the kinds, from the kinds to where one came from."""
        if self._columns.opened is self._panel:
            self._columns.focus_panel("kinds")
            self.refresh_bindings()
        else:
            self.leave()

    def do_app_registries(self) -> None:
        """It is open."""

    def do_list_reload(self) -> None:
        self.reread()

    def show_filtered(self) -> None:
        self._show_values()

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "app.registries":
            return "they are open"
        if command_id in ("list.edit", "list.activate", "list.delete", "list.history", *in_scope(Scope.REGISTRIES)):
            return self._may_change(command_id)
        if command_id == "list.add":
            if self._kind is RegistryKind.INVOICE_STATUS:
                return "invoice statuses belong to the program"
            return self.session.may(Action.ADD, Kind.REGISTRY)
        return super().availability(command_id)

    def _may_change(self, command_id: str) -> Availability:
        value = self._value
        if value is None:
            return "there is no value under the cursor"
        if command_id == "list.history":
            return True
        if command_id == "list.delete" and value.kind is RegistryKind.INVOICE_STATUS:
            return "invoice statuses belong to the program; disable it instead"
        allowed = self.session.may(Action.DELETE if command_id == "list.delete" else Action.EDIT, Kind.REGISTRY)
        if allowed is True and command_id in in_scope(Scope.REGISTRIES):
            place, last = self._place(value)
            if place == (0 if command_id == "registries.up" else last):
                return f"it is the {'first' if place == 0 else 'last'} already"
        return allowed

    def _place(self, value: RegistryValue) -> tuple[int, int]:
        """Its place in its list, and the last one."""
        known = [each for each in self._values.by_kind[value.kind] if each.group == value.group]
        return place_in(value, known), len(known) - 1

    def do_list_add(self) -> None:
        kind = self._kind
        given = {"kind": kind.value}
        value = self._value
        group = {"group": value.group} if kind is RegistryKind.SEGMENT and value is not None else {}
        self.open_form("registry value", About(None, given=given | group), self._saved)

    def do_list_edit(self) -> None:
        if self._value is not None:
            self.open_form("registry value", About(None, self._value.id), self._saved)

    def _saved(self, saved: Saved) -> None:
        self._wanted = str(saved.entity)
        self._columns.focus_panel(self._panel)
        self.reread()

    def do_list_activate(self) -> None:
        value = self._value
        if value is None:
            return
        active = not value.is_active
        word = "can be chosen again" if active else "disabled: it stays where it is chosen, and can't be chosen anew"
        self.change(
            lambda store: store.registries.update(value.id, value.revision, RegistryChange(is_active=active)),
            f"{value.name} {word}",
        )

    def do_list_history(self) -> None:
        from crm_tui.screens.dialogs.history import HistoryDialog

        if self._value is not None:
            self.app.push_screen(HistoryDialog(self.session, self._value.name, Kind.REGISTRY, self._value.id))

    def do_registries_up(self) -> None:
        self._move(-1)

    def do_registries_down(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        value = self._value
        if value is None:
            return

        def move(store: Store) -> None:
            """From where it is by then: the key may have been pressed several times."""
            now = store.registries.get(value.id)
            place = place_in(now, store.registries.list(now.kind))
            store.registries.reorder(now.id, now.revision, max(0, place + step))

        self.change(move)

    # -- deleting -------------------------------------------------------------------------------------------------

    def do_list_delete(self) -> None:
        value = self._value
        if value is not None:
            self.ask(
                self.store, "delete", lambda store: store.registries.usage(value.id), partial(self._ask_delete, value)
            )

    def _ask_delete(self, value: RegistryValue, uses: tuple[RegistryUse, ...]) -> None:
        words = uses_in_words(uses)
        if not words:
            self._confirm(value, ["Nothing uses it."], f"{value.name} deleted", None)
            return
        others = replacements(value, self._values.by_kind)
        if not others:
            meant = IRREPLACEABLE.get(value.kind)
            reason = f"without it {meant}" if meant else "nothing can take its place"
            key = self.key("list.activate")
            words = f"{value.name} is used by {words}, and {reason}. {key} disables it instead."
            self.notify(clean(words), severity="warning", timeout=8, markup=False)
            return
        by_id = {str(each.id): each for each in others}
        choices = [Choice(key, each.name, each.code or "") for key, each in by_id.items()]

        def chosen(key: str | None) -> None:
            if key is not None:
                other = by_id[key]
                sentences = [f"{words} will have {other.name} instead."]
                self._confirm(value, sentences, f"{value.name} deleted, {other.name} in its place", other.id)

        title = f"{clean(value.name)} is used by {words}. Take instead:"
        self.app.push_screen(ChooseDialog(title, choices, search=True), chosen)

    def _confirm(self, value: RegistryValue, more: list[str], done: str, replacement: int | None) -> None:
        undo = f"{self.key('app.undo')} takes it back."

        def answered(delete: bool | None) -> None:
            if delete:
                self.change(lambda store: store.registries.delete(value.id, value.revision, replacement), done)

        sentences = [f"{clean(value.name)} will be deleted.", *map(clean, more), undo]
        title = f"Delete {value.kind.value}"
        self.app.push_screen(ConfirmDialog(title, sentences, self.session.keys, label="Delete"), answered)
