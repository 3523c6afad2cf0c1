"""A panel of the card that shows the row under the cursor in full at its foot, where there is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual.widget import Widget

from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.customer_list import request_for
from crm_tui.screens.session import Session
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.widgets.facts import Fact, Facts
from crm_tui.widgets.line import Separator
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")
#: rows of a page that is only counted
_COUNTED = 1000


class DetailedPanel(CardPanel):
    """The foot is there from ROOMY rows on, and only with something under the cursor."""

    ROOMY: ClassVar[int] = 12
    LABELS: ClassVar[int] = 10
    DEFAULT_CSS = """
    DetailedPanel {
        & .about { display: none; height: auto; }
        & Facts.about { max-height: 9; }
        &.-roomy .about { display: block; }
        &.-closed .about { display: none; }
    }
    """

    def __init__(self, session: Session, title: str, *children: Widget, id: str) -> None:  # noqa: A002 - Textual's name
        self._about = Facts(focusable=False, label_width=self.LABELS, classes="about")
        super().__init__(session, title, *children, Separator(classes="about"), self._about, id=id)
        self._facts: Sequence[Fact] = ()

    def show_about(self, facts: Sequence[Fact]) -> None:
        """Show what is under the cursor; nothing takes the foot away."""
        self._facts = facts
        self._about.set_facts(facts)
        self._make_room()
        self.refresh_bindings()

    def has_room(self) -> bool:
        """Whether there is room for the foot."""
        return self.outer_size.height >= self.ROOMY

    def on_resize(self) -> None:
        self._make_room()

    def answer(
        self,
        event: VirtualTable.RowsWanted,
        call: Callable[[Store, PageRequest], Page[T]],
        as_row: Callable[[T], Row],
        *,
        seen: Callable[[str, T], None] = lambda key, item: None,
    ) -> None:
        """As in CardPanel; for a jump to the last row the rows are counted to the end as well."""
        event.stop()
        asked, table = event.request, event.table

        def read(store: Store) -> tuple[Page[T], int | None]:
            return call(store, request_for(asked)), _length(store, call) if asked.exact_total else None

        def show(answer: tuple[Page[T], int | None]) -> None:
            page, length = answer
            rows = [as_row(item) for item in page.rows]
            for row, item in zip(rows, page.rows, strict=True):
                seen(row.id, item)
            table.show_page(
                asked,
                rows,
                generation=event.generation,
                before=page.cursors[0] if page.cursors else None,
                after=page.cursors[-1] if page.cursors else None,
                total=length,
                exact=length is not None,
            )

        slot = "last rows" if asked.exact_total else f"rows from {asked.start}"
        self.ask(self.store, slot, read, show)

    def _make_room(self) -> None:
        self.set_class(bool(self._facts) and self.has_room(), "-roomy")


def _length(store: Store, call: Callable[[Store, PageRequest], Page[T]]) -> int:
    """How many rows there are, counted in long pages."""
    length, page = 0, call(store, PageRequest(limit=_COUNTED))
    while page.more and page.cursors:
        length += len(page.rows)
        page = call(store, PageRequest(limit=_COUNTED, after=page.cursors[-1]))
    return length + len(page.rows)
