"""The market segmentation of a customer: segment groups with their segments ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.rows import BLANK, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

_NO_GROUPS = "No segment groups yet. An administrator adds them."


class _Answer(NamedTuple):
    """All segment groups and segments of the organization."""

    groups: tuple[RegistryValue, ...]
    segments: tuple[RegistryValue, ...]


class SegmentPanel(CardPanel):
    """What was disabled since it was chosen stays ticked, and says so."""

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(
            (Column("segment", width=10, flex=1),), header=False, empty=cell(("Loading…", "muted")), opens=False
        )
        super().__init__(session, "Market segmentation", self._table, id="segments")
        self._names: dict[str, str] = {}

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
        if self.card is None:
            return
        chosen = frozenset(self.card.customer.segments)
        self._names = {str(segment.id): segment.name for segment in answer.segments}
        self._table.set_empty(cell((_NO_GROUPS, "muted")))
        self._table.set_rows(_rows(answer, chosen))
        names = [segment.name for segment in answer.segments if segment.id in chosen]
        self.set_title(count=len(names) or "", fact=", ".join(names) if answer.groups else _NO_GROUPS)
        self.post_message(self.Grown(self))
        self.refresh_bindings()

    def copies(self) -> Sequence[Copy]:
        row = self._table.cursor_row
        return [Copy("Segment", self._names[row.id])] if row is not None and row.id in self._names else ()


def _rows(answer: _Answer, chosen: frozenset[int]) -> list[Row]:
    """Each group with how many of its segments are chosen, and those that can be or are."""
    rows: list[Row] = []
    for group in answer.groups:
        offered = [segment for segment in answer.segments if segment.group == group.id]
        shown = [each for each in offered if each.id in chosen or (each.is_active and group.is_active)]
        if not shown and not group.is_active:
            continue
        ticked = sum(segment.id in chosen for segment in shown)
        note = cell((f"  {ticked} of {len(shown)}" if shown else "  no segments yet", "muted"))
        rows += [*([BLANK] if rows else []), heading(cell((group.name, "name"), note, _kept(group.is_active)))]
        rows += [_row(segment, chosen=segment.id in chosen) for segment in shown]
    return rows


def _row(segment: RegistryValue, *, chosen: bool) -> Row:
    tick = cell(("[x] ", "accent"), segment.name) if chosen else cell((f"[ ] {segment.name}", "muted"))
    return Row(str(segment.id), (cell(tick, _kept(segment.is_active)),))


def _kept(active: bool) -> Cell:
    return EMPTY if active else cell(("  disabled, kept", "italic muted"))
