"""The activity feed: what is planned, soonest first, and what is past, newest first, in one list.

The list is read in pages: the planned lines come whole (they are few), the past ones as one scrolls.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from crm_tui.domain.activities import TICKED, Activity, Note
from crm_tui.domain.entities import Kind
from crm_tui.screens.card_panel import CardPanel, refuse, row_count, slot_of
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import count, feed_id, past_row, past_when, planned_row, text
from crm_tui.screens.session import Session
from crm_tui.store import paging
from crm_tui.store.activities import FeedCounts, FeedPart, FeedRow
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Count, Page
from crm_tui.store.port import Store
from crm_tui.text import clean_lines
from crm_tui.when import absolute, absolute_date
from crm_tui.widgets.cells import EMPTY, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact, whole
from crm_tui.widgets.rows import BLANK, PageRequest, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("tick", width=3),
    Column("when", width=11, gap=1),
    Column("what", width=16, flex=1, gap=1),
    Column("kind", width=8, gap=1, drop=1),
    Column("who", width=3, gap=1, drop=2),
)
#: planned lines that are read; the foot says if there are more
_MOST_PLANNED = 500


class _Slice(NamedTuple):
    """What a request for rows brought from the store."""

    planned: Page[FeedRow]
    counts: FeedCounts
    past: Page[FeedRow]


class ActivityPanel(CardPanel):
    """Planned and past in one table."""

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(
            _COLUMNS, header=False, empty=cell(("Nothing planned and nothing past yet.", "muted"))
        )
        super().__init__(session, "Activities", self._table, id="activities")
        self._lines: dict[str, FeedRow] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        self._lines.clear()
        self._table.restart(keep_cursor=again)

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        event.stop()
        if self.card is None:
            return
        customer, clock, request = self.card.customer.id, self.clock, event.request

        def read(store: Store) -> _Slice:
            feed = partial(store.activities.feed, customer, now=clock.now, today=clock.today)
            planned = feed(FeedPart.PLANNED, paging.PageRequest(limit=_MOST_PLANNED))
            counts = store.activities.feed_counts(customer, clock.now, clock.today)
            wanted = _past_request(request, len(self._head(planned.rows, counts)))
            past = feed(FeedPart.PAST, wanted) if wanted.limit else Page[FeedRow](rows=(), cursors=(), more=False)
            if request.exact_total:
                counts = replace(counts, past=Count(row_count(partial(feed, FeedPart.PAST))))
            return _Slice(planned, counts, past)

        self.ask(self.store, slot_of(event), read, partial(self._got, event), failed=partial(refuse, event))

    def _got(self, event: VirtualTable.RowsWanted, found: _Slice) -> None:
        if event.generation != self._table.generation:
            return  # of another customer, or read again meanwhile
        planned, counts, past = found
        self._lines |= {feed_id(row): row for row in (*planned.rows, *past.rows)}
        head = self._head(planned.rows, counts)
        start = event.request.start
        rows = [*head[start : start + event.request.limit], *(past_row(row, self.clock) for row in past.rows)]
        total = len(head) + counts.past.number
        self._table.show_page(
            event.request,
            rows,
            generation=event.generation,
            before=past.cursors[0] if past.cursors and start >= len(head) else None,
            after=past.cursors[-1] if past.cursors else None,
            total=total,
            exact=not counts.past.capped,
        )
        self._tell(counts, past.rows[0] if past.rows and start == 0 else None)
        self.set_foot(cell((f"the first {_MOST_PLANNED} planned", "warn")) if planned.more else "")
        self.refresh_bindings()

    def _head(self, planned: Sequence[FeedRow], counts: FeedCounts) -> list[Row]:
        """All lines above the first past one; none at all for an empty feed."""
        if not (planned or counts.past.number):
            return []
        late = cell((f"! {count(counts.late)} late", "bad")) if counts.late.number else EMPTY
        title = join([cell(("Planned ", "name"), (f" {count(counts.planned)}", "muted")), late])
        past = heading(cell(("Past ", "name"), (f" {count(counts.past)}", "muted")))
        lines = [planned_row(row, self.clock) for row in planned]
        return [heading(title), *(lines or [heading(cell(("    nothing", "muted")))]), BLANK, past]

    def _tell(self, counts: FeedCounts, last: FeedRow | None) -> None:
        number = counts.planned.number + counts.past.number
        self.set_title(count=f"{number:,}".replace(",", " ") + ("+" if counts.past.capped else "") if number else "")
        late = cell((f"! {counts.late.number} late", "bad")) if counts.late.number else EMPTY
        planned = cell((f"{counts.planned.number} planned", "muted")) if counts.planned.number else EMPTY
        if last is not None:
            self.set_title(fact=join([planned, late, cell(("last: ", "muted"), past_when(last, self.clock))], ", "))

    @property
    def _current(self) -> FeedRow | None:
        row = self._table.cursor_row
        return self._lines.get(row.id) if row is not None else None

    def open_row(self, row_id: str) -> None:
        row = self._current
        if row is None:
            return
        if row.entity is Kind.NOTE:
            self.read_in_full("Note", lambda store: store.notes.get(row.id), _note_facts)
        else:
            title = row.kind.capitalize()
            self.read_in_full(title, lambda store: store.activities.get(row.id), partial(self._entry_facts, row))

    def _entry_facts(self, row: FeedRow, entry: Activity) -> list[Fact]:
        zone = self.session.zone
        times = (("Starts", entry.starts_at), ("Ends", entry.ends_at), ("Done", entry.done_at))
        days = (("From", entry.starts_on), ("Due" if row.kind in TICKED else "Until", entry.due))
        return [
            whole(cell((entry.name, "name")), wrap=True),
            whole(""),
            Fact("Kind", row.type_name or row.kind),
            *(Fact(word, absolute(moment, zone)) for word, moment in times if moment),
            *(Fact(word, absolute_date(day)) for word, day in days if day),
            Fact("Owner", text(row.owner_name)),
            *([Fact("Case", str(row.case_number))] if row.case_number is not None else []),
            *([Fact("Place", entry.location, True)] if entry.location else []),
            *(whole(cell(line), wrap=True) for line in (clean_lines(entry.notes) if entry.notes else ())),
        ]

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        return kind in (Kind.ACTIVITY, Kind.NOTE) and self._table.move_to_id(f"{kind.value}:{entity}")

    def copies(self) -> Sequence[Copy]:
        row = self._current
        return [Copy("Text", row.name)] if row is not None and not row.is_private else ()


def _note_facts(note: Note) -> list[Fact]:
    return [whole(cell(line), wrap=True) for line in clean_lines(note.text)]


def _past_request(request: PageRequest, head: int) -> paging.PageRequest:
    """Which past lines belong to the rows wanted, when ``head`` lines stand above the first of them."""
    start = max(0, request.start - head)
    limit = max(0, request.start + request.limit - head - start)
    cursor, forward, skip = request.anchor
    if cursor is None and forward:
        skip = start
    return paging.PageRequest(
        limit=limit,
        after=cursor if forward else None,
        before=None if forward else cursor,
        from_end=not forward and cursor is None,
        skip=skip,
    )
