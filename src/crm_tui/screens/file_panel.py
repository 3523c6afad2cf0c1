"""Files and links of a customer and of its cases: on tab 1 and tab 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from crm_tui.domain.entities import Kind
from crm_tui.domain.files import File, FileKind
from crm_tui.domain.permissions import Action
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import Clock, count, size
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.files import FileRow
from crm_tui.store.paging import Count
from crm_tui.widgets.cells import cell
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", width=16, flex=1),
    Column("type", width=4, style="muted", drop=2),
    Column("size", width=7, align="right", style="muted", drop=1),
    Column("date", width=9, align="right", style="muted"),
)


class FilePanel(CardPanel):
    """Newest first."""

    @dataclass
    class OpenWanted(Message):
        """The content is to be opened on the desktop."""

        file: File

    @dataclass
    class SaveWanted(Message):
        """The content is to be written to a file of the user's; whether it ``replaces`` one, as the user allowed."""

        file: File
        path: Path
        replaces: bool

    OF_CASES = "some"
    COMMAND_IDS = ("list.add", "list.edit", "list.delete", "list.link", "list.history", "files.save")

    def __init__(self, session: Session, *, id: str = "files") -> None:  # noqa: A002 - Textual's name
        self._table = VirtualTable(_COLUMNS, header=False)
        super().__init__(session, "Files & links", self._table, id=id)
        self._files: dict[str, FileRow] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._files.clear()
        adds = cell(" ", (self.session.keys.shown("list.add"), "key"), (" adds one.", "muted"))
        allowed = self.availability("list.add") is True
        self._table.set_empty(cell(("No files or links yet.", "muted"), adds if allowed else ""))
        self._table.restart(keep_cursor=again)
        self.set_foot("")
        customer = card.customer.id
        self.ask(self.store, "count", lambda store: store.files.count(customer), self._got_count)

    def _got_count(self, counted: Count) -> None:
        self.set_title(count=count(counted) if counted.number else "")

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        if self.card is None:
            event.stop()
            return
        customer, clock = self.card.customer.id, self.clock
        self.answer(
            event,
            lambda store, request: store.files.of_customer(customer, request),
            lambda row: _row(row, clock),
            seen=self._files.__setitem__,
        )

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.find_wanted(event, self._files)
        self.refresh_bindings()
        if event.index == 0 and event.row is not None and event.row.id in self._files:
            self.set_title(fact=self._files[event.row.id].file.name)

    def open_row(self, row_id: str) -> None:
        row = self._current
        if row is None:
            return
        file = row.file
        facts = [
            Fact("Kind", "link" if file.kind is FileKind.LINK else file.content_type or "file"),
            *([Fact("Link", file.url, True)] if file.url else []),
            *([Fact("Size", size(file.size))] if file.size is not None else []),
            *([Fact("Case", str(row.case_number))] if row.case_number is not None else []),
            *([Fact("Description", file.description, True)] if file.description else []),
        ]
        self.read_in_full(file.name, lambda store: file, lambda _: facts, Kind.FILE)

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.may(Action.ADD, Kind.FILE)
        row = self._current
        if command_id in ("list.edit", "list.delete", "list.link", "list.history", "files.save") and row is None:
            return "there is no file or link under the cursor"
        if command_id == "list.edit":
            return self.may(Action.EDIT, Kind.FILE)
        if command_id == "list.delete":
            return self.may(Action.DELETE, Kind.FILE)
        if command_id == "files.save" and row is not None and row.file.kind is FileKind.LINK:
            return "a link has no content to save"
        return super().availability(command_id)

    def do_list_add(self) -> None:
        choices = [
            Choice("file", "File", "a copy is kept beside the store"),
            Choice("link", "Link", "to a page or a shared folder"),
        ]

        def chosen(kind: str | None) -> None:
            if kind == "link":
                self.want_form("file", Kind.FILE, given={"kind": kind})
            elif kind == "file":
                self._pick_file()

        self.app.push_screen(ChooseDialog("Add", choices), chosen)

    def _pick_file(self) -> None:
        from crm_tui.screens.dialogs.pick_file import PickFileDialog

        files, keys = self.session.files, self.session.keys

        def picked(path: Path | None) -> None:
            if path is not None:
                given = {"kind": "file", "path": files.suggested(path), "name": path.name}
                self.want_form("file", Kind.FILE, given=given, focus="name")

        start = self.session.export_folder if files.closed else Path.home()
        self.app.push_screen(PickFileDialog(start, keys, title="Add a file", closed=files.closed), picked)

    def do_list_edit(self) -> None:
        if self._current is not None:
            self.want_form("file", Kind.FILE, self._current.file.id)

    def do_list_history(self) -> None:
        if self._current is not None:
            self.show_history(self._current.file.name, Kind.FILE, self._current.file.id)

    def do_list_delete(self) -> None:
        row = self._current
        if row is None:
            return
        file = row.file
        word = "Link" if file.kind is FileKind.LINK else "File"

        def answered(delete: bool | None) -> None:
            if delete:
                self.want_change(lambda store: store.files.delete(file.id, file.revision), f"{word} removed")

        sentences = [f"“{file.name}” will be removed. Its content is kept for 30 days, so that it can come back."]
        if file.kind is FileKind.LINK:
            sentences = [f"“{file.name}” will be removed. What it leads to stays where it is."]
        self.app.push_screen(
            ConfirmDialog(f"Remove {word.lower()}", sentences, self.session.keys, label="Remove"), answered
        )

    def do_list_link(self) -> None:
        """A link opens as links do; a file as a copy, with what the desktop opens it with."""
        row = self._current
        if row is None:
            return
        if row.file.kind is FileKind.LINK:
            self.app.open_url(row.file.url or "")
        else:
            self.post_message(self.OpenWanted(row.file))

    def do_files_save(self) -> None:
        from crm_tui.screens.dialogs.pick_file import PickFileDialog

        row = self._current
        if row is None:
            return
        file = row.file

        def picked(path: Path | None) -> None:
            if path is not None:
                self.post_message(self.SaveWanted(file, path, dialog.replaces == path))

        folder, keys, closed = self.session.export_folder, self.session.keys, self.session.files.closed
        dialog = PickFileDialog(folder, keys, title="Save as", save_name=file.name, closed=closed)
        self.app.push_screen(dialog, picked)

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        if kind is not Kind.FILE:
            return False
        self.want_row(self._table, str(entity))
        return True

    @property
    def _current(self) -> FileRow | None:
        row = self._table.cursor_row
        return self._files.get(row.id) if row is not None else None

    def copies(self) -> Sequence[Copy]:
        row = self._current
        if row is None:
            return ()
        found = (("Link", row.file.url), ("Name", row.file.name))
        return [Copy(label, value) for label, value in found if value]

    def links(self) -> Sequence[Copy]:
        row = self._current
        return [Copy("Link", row.file.url)] if row is not None and row.file.url else ()


def _row(row: FileRow, clock: Clock) -> Row:
    file = row.file
    is_link = file.kind is FileKind.LINK
    kind = "link" if is_link else file.name.rpartition(".")[2][:4].lower() if "." in file.name else "file"
    day = file.created_at.astimezone(clock.zone).date()
    return Row(str(file.id), (file.name, kind, "↗" if is_link else size(file.size), clock.day(day)))
