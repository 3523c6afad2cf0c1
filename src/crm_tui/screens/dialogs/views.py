"""The saved views of a list: Enter applies one; what the list is narrowed to now is saved under a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from textual import events
from textual.app import ComposeResult

from crm_tui.commands import in_scope
from crm_tui.domain.errors import CrmError
from crm_tui.places import Scope
from crm_tui.screens.asking import Asking
from crm_tui.screens.dialogs.view_name import ViewNameDialog
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.line import Line, Separator
from crm_tui.widgets.rows import BLANK, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")
Q = TypeVar("Q")
Q_co = TypeVar("Q_co", covariant=True)

_COLUMNS = (
    Column("mark", width=1, gap=0, style="accent"),
    Column("name", width=16, most=30, gap=1),
    Column("what", width=16, flex=1, style="muted"),
)


class SavedView(Protocol[Q_co]):
    """A view as the store has it."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def query(self) -> Q_co: ...


class BuiltIn(NamedTuple, Generic[Q]):
    """A view that the program brings along."""

    name: str
    query: Q
    id: int = 0


class ViewStore(NamedTuple, Generic[Q]):
    """Where the views of a list are kept, and those that it has anyway."""

    read: Callable[[Store], Sequence[SavedView[Q]]]
    save: Callable[[Store, str, Q], SavedView[Q]]
    built_in: Sequence[SavedView[Q]]


class Applied(NamedTuple, Generic[Q]):
    """The view that is in force now, or none."""

    view: SavedView[Q] | None


class ViewsDialog(Asking, Dialog[Any]):
    """Gives what is Applied: the view that was chosen, or the one that was saved or renamed last."""

    COMMAND_IDS = ("dialog.choose", *in_scope(Scope.VIEWS))

    def __init__(
        self,
        session: Session,
        views: ViewStore[Any],
        query: Any,
        in_words: Callable[[Any], str],
        current: SavedView[Any] | None,
        *,
        is_plain: bool,
    ) -> None:
        """``query`` is what the list is narrowed to now, ``is_plain`` if it is to nothing; ``current`` is the view in
        force."""
        super().__init__()
        self.title_text = "Saved views"
        self._session, self._views, self._query, self._in_words = session, views, query, in_words
        self._current, self._is_plain = current, is_plain
        self._known: dict[str, SavedView[Any]] = {}
        self._writing = False
        self._wanted = _key(current) if current is not None else ""
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True, empty=cell(("Loading…", "muted")))
        self._full = Line()
        labels = {"dialog.choose": "Apply", "views.save": "Save filters"}
        ids = ("dialog.choose", *in_scope(Scope.VIEWS), "dialog.close")
        self._buttons = ButtonBar(self, session.keys, ids, primary="dialog.choose", labels=labels)

    def content(self) -> ComposeResult:
        yield self._table
        yield Separator()
        yield self._full
        yield self._buttons

    def on_mount(self) -> None:
        self._table.focus()
        self._read()

    def _read(self) -> None:
        self.ask(self._session.store, "views", self._views.read, self._got)

    def _got(self, own: Sequence[SavedView[Any]]) -> None:
        views = [*own, *self._views.built_in]
        self._known = {_key(view): view for view in views}
        rows = [self._row(view) for view in own] or [heading(cell(("Nothing saved yet. ", "muted"), self._how()))]
        more = [self._row(view) for view in self._views.built_in]
        if more:
            rows += [BLANK, heading(cell(("Always there", "name"))), *more]
        self._table.set_rows(rows)
        self._table.move_to_id(self._wanted)
        self._fit(self.app.size.height)
        self._show_current()

    def _how(self) -> str:
        key = self._session.keys.shown("views.save")
        return (
            f"Narrow the list, then {key} here keeps that." if self._is_plain else f"{key} keeps the present filters."
        )

    def _row(self, view: SavedView[Any]) -> Row:
        in_force = self._current is not None and _key(view) == _key(self._current)
        return Row(_key(view), ("•" if in_force else "", view.name, self._in_words(view.query) or "all"))

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.height)

    def _fit(self, height: int) -> None:
        self._table.styles.height = max(1, min(self._table.line_count, height - 5))

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self._show_current()

    def _show_current(self) -> None:
        """What does not fit in the row is said in full below, as far as a line goes."""
        row, view = self._table.cursor_row, self._under_cursor
        cut = row is not None and self._table.is_cut(row)
        self._full.show(cell((self._in_words(view.query), "muted")) if view is not None and cut else EMPTY)
        self._buttons.refresh()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.do_dialog_choose()

    @property
    def _under_cursor(self) -> SavedView[Any] | None:
        row = self._table.cursor_row
        return self._known.get(row.id) if row is not None else None

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        view = self._under_cursor
        if command_id == "views.save" and self._is_plain:
            return "the list is not narrowed to anything: set filters first"
        if command_id in ("dialog.choose", "views.rename", "views.delete") and view is None:
            return "there is no view under the cursor"
        if command_id in ("views.rename", "views.delete") and isinstance(view, BuiltIn):
            return "it is always there"
        return super().availability(command_id)

    def do_dialog_choose(self) -> None:
        if self._under_cursor is not None:
            self._close(self._under_cursor)

    def do_dialog_close(self) -> None:
        self._close(self._current)

    def _close(self, view: SavedView[Any] | None) -> None:
        """Not while a view is being changed: what comes of that is said here."""
        if not self._writing:
            self.dismiss(Applied(view))

    def _write(self, call: Callable[[], T], then: Callable[[T], None]) -> None:
        def written(answer: T) -> None:
            self._writing = False
            then(answer)

        if not self._writing:
            self._writing = True
            self.tell(call, written)

    def do_views_save(self) -> None:
        names = [view.name for view in self._known.values() if not isinstance(view, BuiltIn)]
        name = self._current.name if self._current is not None and not isinstance(self._current, BuiltIn) else ""
        words = self._in_words(self._query)

        def named(typed: str | None) -> None:
            if typed is not None:
                self._write(lambda: self._views.save(self._session.store, typed, self._query), self._saved)

        self.app.push_screen(ViewNameDialog("Save view", words, name, self._session.keys, replaces=names), named)

    def _saved(self, view: SavedView[Any]) -> None:
        self.notify(f"{clean(view.name)} is saved.", timeout=3, markup=False)
        self.dismiss(Applied(view))

    def do_views_rename(self) -> None:
        view = self._under_cursor
        if view is None:
            return

        def named(typed: str | None) -> None:
            if typed is not None and typed != view.name:
                self._write(lambda: self._session.store.views.rename(view.id, typed), lambda _: self._changed(view))

        self.app.push_screen(
            ViewNameDialog("Rename view", self._in_words(view.query), view.name, self._session.keys), named
        )

    def _changed(self, view: SavedView[Any]) -> None:
        """It has another name now; the list says it as well."""
        if self._current is not None and _key(self._current) == _key(view):
            self.ask(self._session.store, "current", self._views.read, self._take_current)
        self._wanted = _key(view)
        self._read()

    def _take_current(self, own: Sequence[SavedView[Any]]) -> None:
        self._current = next((each for each in own if _key(each) == _key(self._current)), None)

    def do_views_delete(self) -> None:
        view = self._under_cursor
        if view is None:
            return

        def answered(wanted: bool | None) -> None:
            if wanted:
                self._write(lambda: self._session.store.views.delete(view.id), lambda _: self._deleted(view))

        sentences = [
            f"“{clean(view.name)}” will be deleted.",
            "What it lists stays; undo does not bring it back.",
        ]
        self.app.push_screen(ConfirmDialog("Delete view", sentences, self._session.keys), answered)

    def _deleted(self, view: SavedView[Any]) -> None:
        if self._current is not None and _key(self._current) == _key(view):
            self._current = None
        self._read()

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """What could not be read is not read again at once: it would fail again. After a failed change it is."""
        event.stop()
        wrote, self._writing = self._writing, False
        self._say(event.error)
        if wrote:
            self._read()
        elif not self._known:
            self._table.set_empty(cell(("The saved views could not be read.", "muted")))

    def _say(self, error: CrmError) -> None:
        self.notify(clean(str(error)), severity="warning", markup=False)


def _key(view: SavedView[Any] | None) -> str:
    """What names a view: its id, or of one that is always there its name."""
    if view is None:
        return ""
    return f"built in {view.name}" if isinstance(view, BuiltIn) else str(view.id)
