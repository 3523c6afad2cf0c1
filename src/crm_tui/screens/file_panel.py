"""Files and links of a customer and of its cases: on tab 1 and tab 3."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.entities import Kind
from crm_tui.domain.files import FileKind
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import Clock, count
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.files import FileRow
from crm_tui.store.paging import Count
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", width=16, flex=1),
    Column("type", width=4, style="muted", drop=2),
    Column("size", width=7, align="right", style="muted", drop=1),
    Column("date", width=9, align="right", style="muted"),
)
_UNITS = ("B", "kB", "MB", "GB", "TB")


class FilePanel(CardPanel):
    """Newest first."""

    def __init__(self, session: Session, *, id: str = "files") -> None:  # noqa: A002 - Textual's name
        self._table = VirtualTable(_COLUMNS, header=False, empty=cell(("No files or links yet.", "muted")))
        super().__init__(session, "Files & links", self._table, id=id)
        self._files: dict[str, FileRow] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        self._files.clear()
        self._table.restart(keep_cursor=again)
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
        self.read_in_full(file.name, lambda store: file, lambda _: facts)

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        return kind is Kind.FILE and self._table.move_to_id(str(entity))

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


def size(number: int | None) -> str | Cell:
    """A size in bytes, as people say it: ``94 kB``, ``1.2 MB``."""
    if number is None:
        return cell(("–", "faint"))
    amount, unit = float(number), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit > 1 and amount < 10 else f"{amount:.0f} {_UNITS[unit]}"
