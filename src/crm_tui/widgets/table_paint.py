"""How the lines of a table are painted: cells in their columns, styles by name, the row under the cursor."""

from collections.abc import Callable, Iterable, Sequence

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.strip import Strip
from textual.style import Style

from crm_tui.widgets.cells import EMPTY, Cell, cell, definition, wrap
from crm_tui.widgets.columns import Column, Placed
from crm_tui.widgets.rows import Pages, Row, RowList

#: cells before the text: the cursor bar or a blank
GUTTER = 1
_BAR = "▌"
#: style names that give way to the style of a greyed row and of the row under the cursor
_QUIET = {"muted", "faint", "text", "name", "bright"}
#: what stays of styles on the row under the cursor in 16 colours, which has no room for others
_KEPT_IN_16_COLOURS = {"italic": "italic", "match": "underline"}


class StyleBook:
    """Style names turned into Rich styles over the style of a widget; remembers what it made."""

    def __init__(self, base: Style) -> None:
        self.base = base
        self._made: dict[tuple[str, bool], RichStyle] = {}

    def style(self, names: str, *, cursor: bool) -> RichStyle:
        """The style of these names, on the row under the cursor or elsewhere."""
        key = (names, cursor)
        if (made := self._made.get(key)) is None:
            under = self.base
            if cursor:
                under += Style.parse(definition("cursor"))
                names = _on_cursor(names, under)
            made = self._made[key] = (under + Style.parse(definition(names))).rich_style
        return made


def as_cell(value: Cell | str) -> Cell:
    """A cell, also of plain text."""
    return cell(value) if isinstance(value, str) else value


def natural_widths(columns: Sequence[Column], rows: Iterable[Row]) -> list[int]:
    """The width that the contents of each column need."""
    widths = [cell(column.label).width for column in columns]
    for row in rows:
        if row.kind == "row":
            needed = [as_cell(value).width for value in row.cells[: len(widths)]]
            needed += [0] * (len(widths) - len(needed))
            widths = list(map(max, widths, needed))
    return widths


def nothing(source: Pages | RowList, empty: Cell, room: int, most: int) -> list[Cell]:
    """What stands where there are no rows, in at most so many lines: nobody takes what was not read for empty."""
    if source.failed:
        return wrap(cell(("This could not be read.", "muted")), room, most)
    return wrap(empty if source.started else cell(("Loading…", "muted")), room, most)


def header_cells(placed: Sequence[Placed], sort: tuple[str, bool] | None) -> list[Cell]:
    """The column heads, with a mark on the one that the rows are sorted by."""
    cells = []
    for place in placed:
        column = place.column
        mark = "" if sort is None or sort[0] != column.key else " ▾" if sort[1] else " ▴"
        cells.append(cell((column.label + mark, "muted")).fit(place.width, right=column.align == "right"))
    return _spaced(placed, cells)


def row_cells(placed: Sequence[Placed], row: Row, words: Sequence[str], fold: Callable[[str], str]) -> list[Cell]:
    """The cells of a row in their columns, with filter matches marked."""
    cells = []
    for place in placed:
        column = place.column
        text = as_cell(row.cells[place.at]) if place.at < len(row.cells) else EMPTY
        if column.match and words:
            text = text.mark(words, fold)
        cells.append(text.styled(column.style).fit(place.width, right=column.align == "right"))
    return _spaced(placed, cells)


def is_cut(placed: Sequence[Placed], row: Row) -> bool:
    """Whether a cell of the row does not fit in its column."""
    return any(as_cell(row.cells[each.at]).width > each.width for each in placed if each.at < len(row.cells))


def line_strip(cells: Sequence[Cell], row_style: str, width: int, book: StyleBook, *, cursor: bool) -> Strip:
    """A whole line of a table, gutter included."""
    base = book.style("", cursor=cursor)
    segments = [Segment(_BAR, book.style("accent", cursor=cursor)) if cursor else Segment(" ", base)]
    for text in cells:
        for part, names in text.parts:
            segments.append(Segment(part, book.style(_under(row_style, names), cursor=cursor)))
    return Strip(segments).adjust_cell_length(width, base).simplify()


def _spaced(placed: Sequence[Placed], cells: Sequence[Cell]) -> list[Cell]:
    """The cells with the gaps of their columns before them."""
    spaced: list[Cell] = []
    for place, text in zip(placed, cells, strict=True):
        if spaced and place.column.gap:
            spaced.append(Cell(((" " * place.column.gap, ""),)))
        spaced.append(text)
    return spaced


def _under(row_style: str, names: str) -> str:
    """The style of a part in a row with a style of its own: a greyed row greys plain text and names."""
    if not row_style:
        return names
    return " ".join([row_style, *(name for name in names.split() if name not in _QUIET)])


def _on_cursor(names: str, under: Style) -> str:
    """What stays of style names on the row under the cursor."""
    if under.background is not None and under.background.ansi is not None:
        return " ".join(_KEPT_IN_16_COLOURS[name] for name in names.split() if name in _KEPT_IN_16_COLOURS)
    return " ".join(name for name in names.split() if name not in _QUIET)
