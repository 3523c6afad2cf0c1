"""Lists that are narrowed: a search line, filter chips, saved views, the rows, and what is under the cursor in full,
at the side or below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from crm_tui.commands import in_scope
from crm_tui.domain.normalise import fold_char, typed_words
from crm_tui.places import Scope
from crm_tui.screens.card_panel import refuse, slot_of
from crm_tui.screens.customer_list import request_for
from crm_tui.screens.dialogs.views import Applied, SavedView, ViewsDialog, ViewStore
from crm_tui.screens.filters import ChipChoices, Filter, Query, chips, in_words
from crm_tui.screens.lists import LISTS, ListScreen
from crm_tui.screens.present import Clock, count, limited, spaced
from crm_tui.screens.session import Session
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.store.settings import Actor
from crm_tui.widgets.cells import EMPTY, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.facts import Facts
from crm_tui.widgets.filter_line import Chip, ChipRow, FilterLine, SearchInput
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

Q = TypeVar("Q", bound=Query)
R = TypeVar("R")

#: from this width on there is room beside the list
SIDE_FROM = 120
#: seconds that the cursor rests on a row before more of it is read: held keys read nothing
_REST = 0.06
_VIEW = "view"


class NarrowedList(ListScreen, Generic[Q, R]):
    """Base of such lists. ``query_now`` is what the list is narrowed to, ``items`` are the rows that have come."""

    COMMAND_IDS = (*in_scope(Scope.CUSTOMERS), "list.filter", "list.inactive", "list.reload")
    #: field of the query -> its chip
    CHIPS: ClassVar[Mapping[str, Filter]]
    #: one of them, and several
    NOUNS: ClassVar[tuple[str, str]]

    def __init__(
        self, session: Session, query: Q, columns: Sequence[Column], *, placeholder: str, side: str = "Preview"
    ) -> None:
        """``side`` is the title of what stands beside the list."""
        super().__init__(session)
        self.query_now = query
        self.items: dict[str, R] = {}
        self.counted: Count | None = None
        self.choices = ChipChoices()
        self._view: SavedView[Q] | None = None
        self._wants_side = True
        self._filter = FilterLine(placeholder, key=self.key("list.filter"))
        self._chips = ChipRow(key=self.key("customers.chips"))
        self.table = VirtualTable(columns, fold=fold_char, cursor_always=True)
        self.panel = self.make_panel(LISTS[self.PLACE].title)
        self.facts = Facts(focusable=False, label_width=10)
        self.side = Panel(side, self.facts, id="preview")
        self.side.display = False

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._filter
        yield self._chips
        yield Horizontal(self.panel, self.side, id="body")
        yield from self.compose_frame()

    def on_mount(self) -> None:
        self.table.focus()
        self.list_again()
        self._read_choices()

    def _read_choices(self) -> None:
        self.ask(self.store, "choices", ChipChoices.read, self._got_choices)

    @property
    def is_still_reading(self) -> bool:
        return super().is_still_reading or not (self.is_hidden or self.table.count)

    # -- for subclasses ---------------------------------------------------------------------------------------------

    def make_panel(self, title: str) -> Panel:
        """The panel that holds the table; its id is ``list``."""
        return Panel(title, self.table, id="list")

    def read_page(self, store: Store, query: Q, request: PageRequest) -> Page[R]:
        """A page of the list."""
        raise NotImplementedError

    def read_count(self, store: Store, query: Q, *, exact: bool) -> Count:
        """How many are listed."""
        raise NotImplementedError

    def as_row(self, item: R) -> Row:
        """One of them as a row of the table."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What an empty list says."""
        raise NotImplementedError

    def plain(self) -> Q:
        """The query without any filter."""
        raise NotImplementedError

    def values(self, query: Q) -> Mapping[str, Any]:
        """The value of each chip."""
        return {key: getattr(query, key) for key in self.CHIPS}

    def values_of(self, key: str) -> Mapping[Any, str]:
        """What a chip can be set to: value -> name."""
        return self.choices.values_of(key)

    def with_changes(self, **changes: Any) -> Q:
        """The query with fields changed."""
        raise NotImplementedError

    def views(self) -> ViewStore[Q]:
        """Where the views of this list are kept."""
        raise NotImplementedError

    def applied(self) -> None:
        """A saved view was put into force: show what else it holds."""

    def show_current(self, item: R | None) -> None:
        """Another row is under the cursor; at once, so read nothing for it."""

    def read_current(self, item: R) -> None:
        """The cursor rests on a row and the side is shown: read what more there is to show."""

    def side_shown(self) -> None:
        """The side came or went."""

    # -- the list -----------------------------------------------------------------------------------------------

    def list_again(self, *, keep_cursor: bool = False) -> None:
        """The list is another one, or may have changed."""
        self.counted = None
        self.items.clear()
        query = self.query_now
        self.table.set_empty(cell((self.nothing(), "muted")))
        self.table.restart(keep_cursor=keep_cursor)
        self._show_chips()
        self.ask(self.store, "count", lambda store: self.read_count(store, query, exact=False), self._got_count)

    def show_nothing(self) -> None:
        self.post_message(self.Filled())
        self.items.clear()
        self.counted = None
        self.table.set_rows(())
        self.panel.set_title(count="")
        self._filter.set_count(EMPTY)
        self.show_current(None)
        self.refresh_bindings()

    def _got_actor(self, actor: Actor) -> None:
        super()._got_actor(actor)
        self.table.set_empty(cell((self.nothing(), "muted")))

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        event.stop()
        query, request = self.query_now, event.request

        def read(store: Store) -> tuple[Page[R], Count | None]:
            exact = self.read_count(store, query, exact=True) if request.exact_total else None
            return self.read_page(store, query, request_for(request)), exact

        self.ask(
            self.store, slot_of(event), read, partial(self._got_page, event), failed=partial(self._refuse_page, event)
        )

    def _refuse_page(self, event: VirtualTable.RowsWanted) -> None:
        self.post_message(self.Filled())  # what was typed for the rows would wait for ever
        refuse(event)

    def _got_page(self, event: VirtualTable.RowsWanted, answer: tuple[Page[R], Count | None]) -> None:
        if event.generation != self.table.generation:
            return  # of a list that was another one
        if not self.items:
            self.post_message(self.Filled())
        page, exact = answer
        if exact is not None:
            self._got_count(exact)
        rows = [self.as_row(item) for item in page.rows]
        self.items |= {row.id: item for row, item in zip(rows, page.rows, strict=True)}
        self.table.set_match(typed_words(self.query_now.text))
        # counted to the end of what is listed, even if more match
        known = exact or (self.counted if self.counted is not None and not self.counted.capped else None)
        self.table.show_page(
            event.request,
            rows,
            generation=event.generation,
            before=page.cursors[0] if page.cursors else None,
            after=page.cursors[-1] if page.cursors else None,
            total=known.number if known else None,
            exact=known is not None,
        )
        self.refresh_bindings()

    def _got_count(self, counted: Count) -> None:
        if self.is_hidden:
            return  # it was counted before that
        self.counted = counted
        self.panel.set_title(count=count(counted))
        word = "match" if self.query_now.text else self.NOUNS[counted.number != 1]
        self._filter.set_count(cell((count(counted), "name"), (f" {word}", "muted")))
        self.table.set_total(counted.number, exact=not counted.capped)

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        event.stop()
        total = f" of {spaced(event.total)}" if event.total is not None else ""
        view = f"{event.first}–{event.last}{total}{'' if event.exact or not total else '+'}" if event.first else ""
        self.panel.set_foot(join([limited(self.limit() if view else ""), cell((view, "muted"))]))

    def limit(self) -> str:
        """The permission that may leave out something of what the rows show; empty where none does."""
        return ""

    @property
    def current(self) -> R | None:
        """What is under the cursor."""
        row = self.table.cursor_row
        return self.items.get(row.id) if row is not None else None

    @property
    def clock(self) -> Clock:
        """The present, for relative dates."""
        return Clock(self.session.now(), self.session.zone, self.session.settings)

    # -- what is under the cursor in full ---------------------------------------------------------------------------

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        self.show_current(self.current)
        if self.current is not None and self.side.display:
            self._rest = self.set_timer(_REST, self._rested)

    def _rested(self) -> None:
        if self.current is not None:
            self.read_current(self.current)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._show_side(event.size.width)

    def _show_side(self, width: int) -> None:
        was = bool(self.side.display)
        self.side.display = self._wants_side and width >= SIDE_FROM
        if self.side.display != was:
            self.side_shown()

    def do_customers_preview(self) -> None:
        self._wants_side = not self._wants_side
        self._show_side(self.size.width)
        if self.side.display:
            self._rested()

    # -- filters --------------------------------------------------------------------------------------------------

    def on_filter_line_filter_changed(self, event: FilterLine.FilterChanged) -> None:
        event.stop()
        if event.text != self.query_now.text:  # a saved view put its text there itself
            self.narrow(text=event.text)

    def on_search_input_left(self, event: SearchInput.Left) -> None:
        event.stop()
        self.table.focus()

    def narrow(self, **changes: Any) -> None:
        """List what else is wanted."""
        self._show(self.with_changes(**changes))

    def _show(self, query: Q, view: SavedView[Q] | None = None) -> None:
        """List what a query says, by a view or by other filters."""
        self.query_now, self._view = query, view
        self.list_again()

    def _got_choices(self, choices: ChipChoices) -> None:
        self.choices = choices
        self._show_chips()

    def _show_chips(self) -> None:
        view = [Chip(_VIEW, "View", self._view.name)] if self._view is not None else []
        self._chips.set_chips([*view, *self._chips_of(self.query_now)])

    def _chips_of(self, query: Q) -> list[Chip]:
        return chips(self.CHIPS, self.values(query), self.values_of)

    def on_chip_row_chip_chosen(self, event: ChipRow.ChipChosen) -> None:
        event.stop()
        if event.key == _VIEW:
            self.clear() if event.clear else self.do_customers_views()
        elif event.clear:
            self.narrow(**{event.key: self.CHIPS[event.key].unset})
        else:
            self._choose_value(event.key)

    def do_customers_chips(self) -> None:
        choices = [Choice(chip.key, chip.name, chip.value or "any") for chip in self._chips_of(self.query_now)]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._choose_value(key)

        self.app.push_screen(ChooseDialog("Filter by", choices), chosen)

    def _choose_value(self, key: str) -> None:
        names, now = self.values_of(key), self.values(self.query_now)[key]
        options = {str(value): value for value in names if value == now or self.choices.is_offered(key, value)}
        choices = [Choice("", "any"), *(Choice(each, names[value]) for each, value in options.items())]

        def chosen(each: str | None) -> None:
            if each is not None:
                self.narrow(**{key: options[each] if each else self.CHIPS[key].anything})

        self.app.push_screen(ChooseDialog(self.CHIPS[key].name, choices, search=len(choices) > 8), chosen)

    def clear(self) -> None:
        """Take all filters away."""
        if self._view is not None or self.query_now != self.plain():
            self._filter.set_text("")
            self._show(self.plain())

    # -- saved views ------------------------------------------------------------------------------------------------

    def do_customers_views(self) -> None:
        now = self.query_now
        is_plain = now == self.plain()
        dialog = ViewsDialog(self.session, self.views(), now, self.in_words, self._view, is_plain=is_plain)
        self.app.push_screen(dialog, self._apply)

    def in_words(self, query: Q) -> str:
        """What a view narrows the list to."""
        return in_words(self._chips_of(query), query.text)

    def _apply(self, answer: Applied[Q] | None) -> None:
        if answer is None:
            return
        self._view = answer.view
        if answer.view is None or answer.view.query == self.query_now:
            self._show_chips()
            return
        self._filter.set_text(answer.view.query.text)
        self._show(answer.view.query, answer.view)
        self.applied()

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "customers.preview" and self.size.width < SIDE_FROM:
            return f"the preview needs {SIDE_FROM} columns, the terminal has {self.size.width}"
        return super().availability(command_id)

    def do_list_filter(self) -> None:
        self._filter.input.focus()

    def do_app_back(self) -> None:
        """Clear the filters, one kind after the other; Esc never quits."""
        if self.query_now.text and self._view is None:
            self._filter.set_text("")
        else:
            self.clear()

    def do_list_inactive(self) -> None:
        self.narrow(active=None if self.query_now.active else True)

    def do_list_reload(self) -> None:
        self._read_choices()
        self.reread()

    def reread(self) -> None:
        """The list as it is now; the cursor stays on its row."""
        self.remember_pulse()
        self.list_again(keep_cursor=True)
