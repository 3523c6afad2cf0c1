"""The market segmentation of a customer: segment groups with their segments ticked, each tick saved at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from textual.widget import Widget

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, CrmError
from crm_tui.domain.normalise import fold, fold_char
from crm_tui.domain.permissions import Action
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.filter_line import FilterLine, SearchInput
from crm_tui.widgets.rows import BLANK, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

#: times that a tick is tried while others save the same customer
_TRIES = 5


class _Answer(NamedTuple):
    """All segment groups and segments of the organization."""

    groups: tuple[RegistryValue, ...]
    segments: tuple[RegistryValue, ...]


class SegmentPanel(CardPanel):
    """What was disabled since it was chosen stays ticked, and says so; it can't be chosen anew."""

    COMMAND_IDS = ("list.done", "list.filter", "list.history")
    COMMAND_WORDS = {"list.done": "On/off"}
    DEFAULT_CSS = """
    SegmentPanel > FilterLine { display: none; }
    SegmentPanel.-filtered > FilterLine { display: block; }
    SegmentPanel.-closed > FilterLine { display: none; }
    """

    def __init__(self, session: Session) -> None:
        self._filter = FilterLine("segment or group", key=session.keys.shown("list.filter"))
        self._table = VirtualTable(
            (Column("segment", width=10, flex=1, match=True),),
            header=False,
            empty=cell(("Loading…", "muted")),
            opens=False,
            fold=fold_char,
        )
        super().__init__(session, "Market segmentation", self._filter, self._table, id="segments")
        self._answer = _Answer((), ())
        self._chosen: frozenset[int] = frozenset()
        self._height = 0  # before it was filtered

    @property
    def focus_target(self) -> Widget | None:
        return self._table

    @property
    def natural_height(self) -> int:
        """As high as without a filter: nothing moves while one types."""
        return self._height + 1 if self.has_class("-filtered") else super().natural_height

    # -- showing --------------------------------------------------------------------------------------------------

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._table.set_empty(cell(("Loading…", "muted")))
            self._table.set_rows([])
            self.set_title(count="", fact="")

        def read(store: Store) -> _Answer:
            groups = store.registries.list(RegistryKind.SEGMENT_GROUP)
            return _Answer(groups, store.registries.list(RegistryKind.SEGMENT))

        self.ask(self.store, "segments", read, self._got)

    def _got(self, answer: _Answer) -> None:
        if self.card is not None:
            self._answer, self._chosen = answer, frozenset(self.card.customer.segments)
            self._show()
            self.post_message(self.Grown(self))

    def _show(self) -> None:
        groups, segments = self._answer
        words = fold(self._filter.text).split()
        found = [each for each in segments if _fits(each, groups, words)]
        can_start = self.session.may(Action.ADD, Kind.REGISTRY) is True
        start = f"“Registries” in {self.session.keys.shown('app.palette')} adds them."
        no_groups = f"No segment groups yet. {start if can_start else 'An administrator adds them.'}"
        nothing = "No segment is called so." if words and groups else no_groups
        self._table.set_empty(cell((nothing, "muted")))
        self._table.set_match(words)
        self._table.set_rows(_rows(groups, segments, self._chosen, None if not words else {s.id for s in found}))
        names = [segment.name for segment in segments if segment.id in self._chosen]
        self.set_title(count=len(names) or "", fact=", ".join(names) if groups else no_groups)
        self._filter.set_count(cell((f"{len(found)} of {len(segments)}", "muted")))
        self.set_foot(self.key("list.done", "on or off") if self.availability("list.done") is True else "")
        self.refresh_bindings()

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.refresh_bindings()

    @property
    def _current(self) -> RegistryValue | None:
        row = self._table.cursor_row
        return next((each for each in self._answer.segments if row is not None and str(each.id) == row.id), None)

    def copies(self) -> Sequence[Copy]:
        return [Copy("Segment", self._current.name)] if self._current is not None else ()

    # -- filtering ------------------------------------------------------------------------------------------------

    def do_list_filter(self) -> None:
        self._set_filtered(True)
        self._filter.input.focus()

    def on_filter_line_filter_changed(self, event: FilterLine.FilterChanged) -> None:
        event.stop()
        self._show()
        if event.text:
            self._table.move_to(0)

    def on_search_input_left(self, event: SearchInput.Left) -> None:
        event.stop()
        self._table.focus()
        if not self._filter.text:
            self._set_filtered(False)

    def _set_filtered(self, filtered: bool) -> None:
        if filtered and not self.has_class("-filtered"):
            self._height = self.natural_height
        self.set_class(filtered, "-filtered")
        self.post_message(self.Grown(self))

    # -- ticking --------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.filter":
            return bool(self._answer.segments) or "there are no segments"
        if command_id == "list.done":
            if self._current is None:
                return "there is no segment under the cursor"
            return self.may(Action.EDIT, Kind.CUSTOMER)
        return super().availability(command_id)

    def do_list_done(self) -> None:
        segment, card = self._current, self.card
        if segment is None or card is None:
            return
        on, customer = segment.id not in self._chosen, card.customer.id
        self._chosen ^= {segment.id}  # at once: space may be pressed again before it is saved
        self._show()
        again = "" if segment.is_active or on else "; it is disabled, so it can't be chosen again"
        done = f"{segment.name} {'on' if on else 'off'}{again}"

        def call() -> bool | CrmError:
            try:
                return set_segment(self.store, customer, segment.id, on=on)
            except CrmError as error:
                return error

        def told(answer: bool | CrmError) -> None:
            if isinstance(answer, CrmError):
                self._put_back(customer, segment.id, on=not on)
                self.post_message(self.Failed(answer))
            elif answer:
                self.post_message(self.ChangeMade(done))
            else:
                words = f"{segment.name} was {'on' if on else 'off'} already."
                self.notify(clean(words), timeout=4, markup=False)

        self.tell(call, told)

    def _put_back(self, customer: int, segment: int, *, on: bool) -> None:
        """A tick was not saved: it is as it was."""
        if self.card is not None and self.card.customer.id == customer:
            self._chosen = self._chosen | {segment} if on else self._chosen - {segment}
            self._show()

    def do_list_history(self) -> None:
        if self.card is not None:
            self.show_history(self.card.customer.name, Kind.CUSTOMER, self.card.customer.id)


def set_segment(store: Store, customer: int, segment: int, *, on: bool) -> bool:
    """Turn one segment of a customer on or off, whatever else was saved of it meanwhile; False if it was so already.
    Raises Conflict only where others save all the time."""
    for left in reversed(range(_TRIES)):
        now = store.customers.get(customer)
        others = tuple(each for each in now.segments if each != segment)
        wanted = (*others, segment) if on else others
        if on is (segment in now.segments):
            return False
        try:
            store.customers.update(customer, now.revision, CustomerChange(segments=wanted))
            return True
        except Conflict:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _fits(segment: RegistryValue, groups: Sequence[RegistryValue], words: Sequence[str]) -> bool:
    """Whether every word is in the name of a segment, or of its group."""
    if not words:
        return True
    group = next((each.name for each in groups if each.id == segment.group), "")
    text = fold(f"{segment.name} {group}")
    return all(word in text for word in words)


def _rows(
    groups: Sequence[RegistryValue],
    segments: Sequence[RegistryValue],
    chosen: Collection[int],
    found: Collection[int] | None,
) -> list[Row]:
    """Each group with how many of its segments are chosen, and those that can be or are; of a filtered list (whose
    ids are ``found``) only groups in which something was found."""
    of_group: dict[int | None, list[RegistryValue]] = {}
    for segment in segments:
        of_group.setdefault(segment.group, []).append(segment)
    rows: list[Row] = []
    for group in groups:
        offered = of_group.get(group.id, [])
        usable = [each for each in offered if each.id in chosen or (each.is_active and group.is_active)]
        shown = [each for each in usable if found is None or each.id in found]
        if not shown and (found is not None or not group.is_active):
            continue
        ticked = sum(segment.id in chosen for segment in usable)
        note = cell((f"  {ticked} of {len(usable)}" if usable else "  no segments yet", "muted"))
        rows += [*([BLANK] if rows else []), heading(cell((group.name, "name"), note, _kept(group.is_active)))]
        rows += [_row(segment, chosen=segment.id in chosen) for segment in shown]
    return rows


def _row(segment: RegistryValue, *, chosen: bool) -> Row:
    tick = cell(("[x] ", "accent"), segment.name) if chosen else cell((f"[ ] {segment.name}", "muted"))
    return Row(str(segment.id), (cell(tick, _kept(segment.is_active)),))


def _kept(active: bool) -> Cell:
    return EMPTY if active else cell(("  disabled, kept", "italic muted"))
