"""Who changed what of one thing and when, newest first, with the change under the cursor in full."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult

from crm_tui.domain.entities import Kind
from crm_tui.domain.history import ChangeLine
from crm_tui.screens.asking import Asking
from crm_tui.screens.changes_panel import about_change, change_row
from crm_tui.screens.customer_list import request_for
from crm_tui.screens.present import Clock
from crm_tui.screens.session import Session
from crm_tui.store.paging import Page
from crm_tui.text import clean
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Facts
from crm_tui.widgets.line import Separator
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("when", width=10, style="muted"),
    Column("what", width=16, flex=1, gap=1),
    Column("who", width=2),
)


class HistoryDialog(Asking, Dialog[None]):
    """Read in pages: a thing may have changed a thousand times."""

    DEFAULT_CSS = """
    HistoryDialog VirtualTable { height: 12; max-height: 40vh; }
    HistoryDialog Facts { height: 5; }
    """

    def __init__(self, session: Session, title: str, kind: Kind, entity: int) -> None:
        super().__init__()
        self.title_text = f"Changes: {clean(title)}"
        self._session, self._of, self._entity = session, kind, entity
        self._table = VirtualTable(_COLUMNS, header=False, empty=cell(("No changes yet.", "muted")), opens=False)
        self._about = Facts(focusable=False, label_width=9)
        self._lines: dict[str, ChangeLine] = {}

    def content(self) -> ComposeResult:
        yield self._table
        yield Separator()
        yield self._about

    def on_mount(self) -> None:
        self.set_foot(cell(("Esc", "key"), (" close", "muted")))
        self._table.focus()
        self._table.restart()

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        event.stop()
        kind, entity, request = self._of, self._entity, request_for(event.request)
        self.ask(
            self._session.store,
            f"lines from {event.request.start}",
            lambda store: store.history.of_entity(kind, entity, request),
            partial(self._got, event),
        )

    def _got(self, event: VirtualTable.RowsWanted, page: Page[ChangeLine]) -> None:
        session = self._session
        clock = Clock(session.now(), session.zone, session.settings)
        rows = [change_row(line, clock) for line in page.rows]
        self._lines |= {row.id: line for row, line in zip(rows, page.rows, strict=True)}
        self._table.show_page(
            event.request,
            rows,
            generation=event.generation,
            before=page.cursors[0] if page.cursors else None,
            after=page.cursors[-1] if page.cursors else None,
        )

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        line = self._lines.get(event.row.id) if event.row is not None else None
        session = self._session
        clock = Clock(session.now(), session.zone, session.settings)
        self._about.set_facts(about_change(line, clock) if line is not None else ())

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._table.set_empty(cell((f"! {event.error}", "bad")))
        self._table.set_rows(())
