"""The first line of a screen: where one is, whose card this is, and what is at the right."""

from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.line import Line
from crm_tui.widgets.panel_columns import TWO_COLUMNS


class HeaderLine(Line):
    """`Customers › Name  number  ● Active  owner Name`, and a short form of it on narrow screens."""

    DEFAULT_CSS = """
    HeaderLine { background: $surface; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._wide: tuple[Cell, Cell] = (EMPTY, EMPTY)
        self._narrow: tuple[Cell, Cell] = (EMPTY, EMPTY)
        self._extra = EMPTY
        self._reach: tuple[Cell, Cell] = (EMPTY, EMPTY)

    def show_reach(self, reach: Cell, short: Cell) -> None:
        """Whether the store can be reached, at the right and before all else there; empty where it can."""
        if (reach, short) != self._reach:
            self._reach = reach, short
            self.refresh()

    def show_place(self, title: str, right: Cell = EMPTY) -> None:
        """A screen that is no customer's: its title, and a right side (who, which store)."""
        self._extra = EMPTY
        self._set((cell((title, "name")), right), (cell((title, "name")), right))

    def show_customer(
        self,
        name: str,
        *,
        number: str = "",
        state: Cell = EMPTY,
        owner: str = "",
        owner_short: str = "",
        extra: Cell = EMPTY,
        right: Cell = EMPTY,
        right_short: Cell = EMPTY,
        trail: str = "Customers",
    ) -> None:
        """A customer: `state` is its mark and word; of `extra` the mark alone stays where there is little room."""
        wide = join([
            cell((f"{trail} › ", "muted"), (name, "name"), ("  " + number if number else "", "muted")),
            state,
            cell(("owner ", "muted"), owner) if owner else EMPTY,
        ], "   ")  # fmt: skip
        self._extra = extra
        narrow = join([
            cell(("‹ ", "muted"), (name, "name")),
            cell((number, "muted")),
            state,
            cell((owner_short or owner, "muted")),
        ])  # fmt: skip
        self._set((wide, right), (narrow, right_short or right))

    def parts(self, width: int) -> tuple[Cell, Cell]:
        if width < TWO_COLUMNS:
            left, right = self._narrow
            return left, self._reach[1] or right
        left, right = self._wide
        reach = self._reach[0]
        whole = join([reach, right], "   ")
        right = whole if not reach or left.width + 4 + whole.width <= width else reach
        room = width - 4 - right.width
        whole = join([left, self._extra], "   ")
        return (whole if whole.width <= room else join([left.cut(room - 3), self._mark()], "  ")), right

    def _mark(self) -> Cell:
        """The first letter of what does not fit: it is a mark."""
        return Cell(tuple((text[:1], style) for text, style in self._extra.parts[:1]))

    def _set(self, wide: tuple[Cell, Cell], narrow: tuple[Cell, Cell]) -> None:
        self._wide, self._narrow = wide, narrow
        self.refresh()
