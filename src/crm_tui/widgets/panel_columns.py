"""How the panels of a tab share the screen: by a plan where there is room, else as an accordion."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from crm_tui.widgets.panel import Panel

#: from these widths on there is room for two and for three columns
TWO_COLUMNS, THREE_COLUMNS = 110, 160
_LEAST = 3


@dataclass(frozen=True)
class Slot:
    """A place for the panel of this id.

    `size` is its height in rows (in a Stack) or its width in columns (in a Side), border included; `fit`
    gives a panel in a Stack what its contents need, from `least` to `most`; otherwise it takes its `share`
    of what is left.
    """

    panel: str
    size: int | None = None
    share: int = 1
    fit: bool = False
    least: int = _LEAST
    most: int = 1000


@dataclass(frozen=True)
class Stack:
    """Parts one below the other. `size` and `share` are those of the stack itself, beside its neighbours."""

    parts: "tuple[Part, ...]"
    size: int | None = None
    share: int = 1
    least: int = _LEAST


@dataclass(frozen=True)
class Side:
    """Parts side by side."""

    parts: "tuple[Part, ...]"
    size: int | None = None
    share: int = 1
    least: int = _LEAST


Part = Slot | Stack | Side


def stack(*parts: Part, size: int | None = None, share: int = 1, least: int = _LEAST) -> Stack:
    """Parts one below the other."""
    return Stack(parts, size, share, least)


def side(*parts: Part, size: int | None = None, share: int = 1, least: int = _LEAST) -> Side:
    """Parts side by side."""
    return Side(parts, size, share, least)


def place(part: Part, region: Region, natural: Callable[[str], int], opened: str) -> dict[str, Region]:
    """Where each panel of a plan goes.

    `natural` is the height that the contents of a panel need. Where a stack is too low for the least
    heights of its panels, all but the `opened` one (else the first) become one line.
    """
    if isinstance(part, Slot):
        return {part.panel: region}
    placed: dict[str, Region] = {}
    if isinstance(part, Side):
        x = region.x
        for inner, width in zip(part.parts, _sizes(part.parts, region.width, natural), strict=True):
            placed |= place(inner, Region(x, region.y, width, region.height), natural, opened)
            x += width
        return placed
    y = region.y
    for inner, height in zip(part.parts, _heights(part.parts, region.height, natural, opened), strict=True):
        placed |= place(inner, Region(region.x, y, region.width, height), natural, opened)
        y += height
    return placed


def _heights(parts: Sequence[Part], room: int, natural: Callable[[str], int], opened: str) -> list[int]:
    if sum(part.least for part in parts) <= room:
        return _sizes(parts, room, natural)
    open_index = next((index for index, part in enumerate(parts) if opened in _names(part)), 0)
    rest = max(_LEAST, room - len(parts) + 1)
    return [rest if index == open_index else 1 for index in range(len(parts))]


def _sizes(parts: Sequence[Part], room: int, natural: Callable[[str], int]) -> list[int]:
    """Fixed sizes first, then shares; if that is too much, everything shrinks towards its least."""
    sizes: list[int] = []
    for part in parts:
        if isinstance(part, Slot) and part.fit:
            sizes.append(min(part.most, max(part.least, natural(part.panel))))
        else:
            sizes.append(part.least if part.size is None else part.size)
    spare = room - sum(sizes)
    if spare >= 0:
        return _spread(parts, sizes, spare)
    for index in sorted(range(len(parts)), key=lambda i: parts[i].least - sizes[i]):
        less = min(-spare, max(0, sizes[index] - parts[index].least))
        sizes[index] -= less
        spare += less
    return sizes


def _spread(parts: Sequence[Part], sizes: list[int], spare: int) -> list[int]:
    """Give what is left to the flexible parts by their shares, or to the last part if none is."""
    flexible = [i for i, p in enumerate(parts) if p.size is None and not (isinstance(p, Slot) and p.fit)]
    if not flexible:
        sizes[-1] += spare
        return sizes
    whole = spare + sum(sizes[index] for index in flexible)
    shares = sum(parts[index].share for index in flexible)
    for index in flexible:
        part = max(parts[index].least, whole * parts[index].share // shares)
        sizes[index] = part
        whole -= part
        shares -= parts[index].share
    return sizes


def _names(part: Part) -> list[str]:
    return [part.panel] if isinstance(part, Slot) else [name for inner in part.parts for name in _names(inner)]


class _PlanLayout(Layout):
    """The layout of PanelColumns: regions come from its plan."""

    name = "panel-plan"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        assert isinstance(parent, PanelColumns)  # noqa: S101 - only PanelColumns sets this layout
        parent.pre_layout(self)
        regions = parent.regions(size)
        return [
            WidgetPlacement(
                regions[panel.id or ""], panel.styles.offset.resolve(size, size), panel.styles.margin, panel
            )
            for panel in children
            if panel.id in regions
        ]


class PanelColumns(Widget):
    """The panels of a tab in natural reading order, which is also the order of Tab.

    `two` and `three` are the plans for two and three columns; a missing `three` means the plan for two.
    Below TWO_COLUMNS it is an accordion: the panel with the focus is open, every other is one line.
    """

    DEFAULT_CSS = """
    PanelColumns { width: 1fr; height: 1fr; overflow: hidden hidden; }
    """

    def __init__(
        self,
        *panels: Panel,
        two: Part,
        three: Part | None = None,
        opened: str | None = None,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
    ) -> None:
        """`opened` is the id of the panel that has the focus at first, the first panel if not given."""
        super().__init__(*panels, id=id)
        self._plans: Mapping[int, Part] = {2: two, 3: three or two}
        self._opened = opened or panels[0].id or ""
        self._awaits_focus = False
        self._layout = _PlanLayout()

    @property
    def layout(self) -> Layout:
        """The plan decides where children go; styles know layouts by name only."""
        return self._layout

    @property
    def panels(self) -> list[Panel]:
        """All panels in reading order."""
        return [child for child in self.children if isinstance(child, Panel)]

    @property
    def opened(self) -> Panel:
        """The panel that has, or last had, the focus."""
        return next((panel for panel in self.panels if panel.id == self._opened), self.panels[0])

    @property
    def column_count(self) -> int:
        """1, 2 or 3, by the width."""
        width = self.size.width
        return 3 if width >= THREE_COLUMNS else 2 if width >= TWO_COLUMNS else 1

    def regions(self, size: Size) -> dict[str, Region]:
        """Where each panel goes in this size."""
        shown = [panel for panel in self.panels if panel.display]
        if not shown:
            return {}  # a screen that is being closed hears of rows that grow when its panels are gone
        natural = {panel.id or "": panel.natural_height for panel in shown}
        if size.width < TWO_COLUMNS:
            # least 1000: an accordion whatever the height
            plan: Part = Stack(tuple(Slot(name, least=1000 if len(natural) > 1 else _LEAST) for name in natural))
        else:
            plan = self._plans[3 if size.width >= THREE_COLUMNS else 2]
        return place(plan, size.region, lambda name: natural.get(name, _LEAST), self._opened)

    def focus_panel(self, panel: Panel | str) -> None:
        """Open a panel and give it the focus."""
        target = panel if isinstance(panel, Panel) else self.get_child_by_id(panel, Panel)
        self._open(target)
        # at once, so that a key that is already waiting goes to it; a tab that is still being made has no parts yet
        self._awaits_focus = not self._focus_opened()
        if self._awaits_focus:
            self.call_after_refresh(self._focus_late)

    def focus_next(self, step: int = 1) -> None:
        """Move the focus to the next panel, round the end to the first."""
        panels = [panel for panel in self.panels if panel.display]
        self.focus_panel(panels[(panels.index(self.opened) + step) % len(panels)])

    def set_plans(self, two: Part, three: Part | None = None) -> None:
        """Other plans, after panels came or went, or were shown or hidden."""
        self._plans = {2: two, 3: three or two}
        self.rearrange()

    def rearrange(self) -> None:
        """Lay out anew after the contents of a panel that fits itself to them have changed."""
        self._close_others(self.size)
        self._lay_out()

    def on_mount(self) -> None:
        self._close_others(self.size)

    def on_resize(self, event: events.Resize) -> None:
        self._close_others(event.size)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget is not self.screen.focused or self._awaits_focus:
            return  # the focus has moved on meanwhile, or is about to
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Panel) and node.parent is self:
                self._open(node)
                return

    def on_panel_opened(self, event: Panel.Opened) -> None:
        event.stop()
        self.focus_panel(event.panel)

    def on_panel_grown(self, event: Panel.Grown) -> None:
        event.stop()
        self.rearrange()

    def _focus_late(self) -> None:
        self._awaits_focus = False
        self._focus_opened()

    def _focus_opened(self) -> bool:
        """Focus the open panel, unless another tab is shown by now. Whether it, or a part of it, has the focus."""
        if not self.panels or not all(node.display for node in self.ancestors_with_self if isinstance(node, Widget)):
            return False
        inner = self.opened.focus_target
        if inner is not None and self.screen.focused is not inner:
            self.screen.set_focus(inner, scroll_visible=False)
        return inner is not None

    def _open(self, panel: Panel) -> None:
        if panel.id != self._opened:
            self._opened = panel.id or ""
            self._close_others(self.size)
            self._lay_out()

    def _lay_out(self) -> None:
        """Place the panels anew. Textual keeps a widget's arrangement until one of its children wants another."""
        for panel in self.panels[:1]:
            panel.refresh(layout=True, repaint=False)

    def _close_others(self, size: Size) -> None:
        """One-line panels are closed ones; whatever had room for more is open."""
        if not size.height:
            return
        regions = self.regions(size)
        for panel in self.panels:
            if panel.id in regions:
                panel.set_closed(regions[panel.id].height == 1)
