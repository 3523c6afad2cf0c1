"""Rows of a table, and the pages in which a long list comes. Pure: no widget, no store."""

from collections.abc import Sequence
from itertools import chain
from typing import Literal, NamedTuple

from textual.cache import LRUCache

from crm_tui.widgets.cells import EMPTY, Cell

PAGE = 100
_PAGES_KEPT = 20


class Row(NamedTuple):
    """A row: an id of its own, one cell for each column, a style name for all of it ("muted" for inactive
    ones).

    `kind` "row" is laid out in columns, "line" is its first cell over the whole width, "rule" a thin line.
    The cursor stops only where `selectable`.
    """

    id: str
    cells: tuple[Cell | str, ...]
    style: str = ""
    kind: Literal["row", "line", "rule"] = "row"
    selectable: bool = True


def heading(text: Cell) -> Row:
    """A heading between rows; the cursor skips it."""
    return Row("", (text,), kind="line", selectable=False)


def sums(*cells: Cell | str) -> Row:
    """A row of sums under its columns; the cursor skips it."""
    return Row("", cells, selectable=False)


BLANK = heading(EMPTY)
RULE = Row("", (), kind="rule", selectable=False)


class RowList:
    """All rows of a small list, with the same questions as Pages answers."""

    exact = True
    started = True
    failed = False

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.rows = tuple(rows)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def total(self) -> int | None:
        """The same: here it is always known."""
        return len(self.rows)

    def row(self, index: int) -> Row | None:
        """The row at a place, or None if there is none."""
        return self.rows[index] if 0 <= index < len(self.rows) else None

    def index_of(self, row_id: str) -> int | None:
        """The place of a row, or None if there is none of that id."""
        return next((i for i, row in enumerate(self.rows) if row.selectable and row.id == row_id), None)

    def selectable(self, index: int, step: int) -> int | None:
        """The nearest place that can take the cursor: from `index` in the direction, else the other way."""
        before, after = range(index, -1, -1), range(index, len(self.rows))
        places = chain(before, after) if step < 0 else chain(after, before)
        return next((place for place in places if self.rows[place].selectable), None)

    def wanted(self, first: int, last: int, *, exact_total: bool = False) -> list["PageRequest"]:
        """Nothing more is ever wanted."""
        return []


class Anchor(NamedTuple):
    """Where reading starts: after (forward) or before (backward) the row of `cursor`, leaving out `skip`
    rows.

    `cursor` None is the start of the list, or its end when reading backward.
    """

    cursor: str | None
    forward: bool
    skip: int


class PageRequest(NamedTuple):
    """Rows `start` .. `start + limit` are wanted, in list order also when they are read backward.

    `exact_total`: the number of all rows is needed too, because the user wants to see the last one.
    """

    start: int
    limit: int
    anchor: Anchor
    exact_total: bool = False


class Pages:
    """The pages of a long list that are known, at most some of them kept, and what to ask for next."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.exact = False
        self._pages: LRUCache[int, Sequence[Row]] = LRUCache(_PAGES_KEPT)
        self._ends: dict[int, tuple[str | None, str | None, int]] = {}
        self._pending: set[int] = set()
        self.failed = False

    @property
    def started(self) -> bool:
        """Whether any answer has come, be it that the rows could not be read."""
        return bool(self._ends) or self.failed

    @property
    def count(self) -> int:
        """How many rows the list has as far as is known; one page more while it goes on."""
        if self.exact and self.total is not None:
            return self.total
        known = max((page * PAGE + length for page, (_, _, length) in self._ends.items()), default=0)
        return max(self.total or 0, known + PAGE if known and known % PAGE == 0 else known)

    def row(self, index: int) -> Row | None:
        """The row at a place, or None if its page is not here."""
        page, offset = divmod(index, PAGE)
        rows = self._pages.get(page)
        return rows[offset] if rows is not None and offset < len(rows) else None

    def index_of(self, row_id: str) -> int | None:
        """The place of a row in the pages that are here."""
        for page in sorted(self._pages.keys()):
            for offset, row in enumerate(self._pages.get(page) or ()):
                if row.id == row_id:
                    return page * PAGE + offset
        return None

    def selectable(self, index: int, step: int) -> int | None:
        """The nearest place that can take the cursor; a row that has not come yet is taken for one that can."""
        before, after = range(index, -1, -1), range(index, self.count)
        places = chain(before, after) if step < 0 else chain(after, before)
        return next((place for place in places if (row := self.row(place)) is None or row.selectable), None)

    def wanted(self, first: int, last: int, *, exact_total: bool = False) -> list[PageRequest]:
        """What to ask for to show the rows from `first` to before `last`; each page is asked for once."""
        end = max(self.count, 1) if self.started else last
        pages = range(max(0, first) // PAGE, max(0, min(last, end) - 1) // PAGE + 1)
        missing = [page for page in pages if page not in self._pages and page not in self._pending]
        self._pending.update(missing)
        requests = [PageRequest(page * PAGE, self._limit(page), self._anchor(page)) for page in missing]
        if exact_total and not self.exact:
            requests = [*requests, PageRequest(0, PAGE, Anchor(None, True, 0), exact_total=True)]
        return requests

    def put(
        self, request: PageRequest, rows: Sequence[Row], before: str | None, after: str | None,
        total: int | None, exact: bool,
    ) -> None:  # fmt: skip
        """Keep an answer; `before` and `after` are the cursors of its first and last row."""
        page = request.start // PAGE
        self._pending.discard(page)
        self._pages[page] = rows
        self._ends[page] = (before, after, len(rows))
        self.failed = False
        if total is not None:
            self.total, self.exact = total, exact
        if len(rows) < request.limit and (rows or request.start == 0):
            self.total, self.exact = request.start + len(rows), True

    def refused(self, request: PageRequest) -> None:
        """The rows could not be read; they may be asked for again."""
        self._pending.discard(request.start // PAGE)
        self.failed = True

    def _limit(self, page: int) -> int:
        """A whole page, or what is left: a page read from the end must begin in the right place."""
        return min(PAGE, self.total - page * PAGE) if self.exact and self.total is not None else PAGE

    def _anchor(self, page: int) -> Anchor:
        """The nearest known place to read a page from."""
        start = page * PAGE
        choices = [Anchor(None, True, start)]
        if self.exact and self.total is not None:
            choices.append(Anchor(None, False, max(0, self.total - start - PAGE)))
        for known, (before, after, length) in self._ends.items():
            if known < page and after is not None:
                choices.append(Anchor(after, True, start - known * PAGE - length))
            elif known > page and before is not None:
                choices.append(Anchor(before, False, known * PAGE - start - PAGE))
        return min(choices, key=lambda anchor: anchor.skip)


def top_for(top: int, page: int, cursor: int, towards: int) -> int:
    """The first row to show so that the cursor is in view, and what was moved towards, if both fit."""
    low, high = min(cursor, towards), max(cursor, towards)
    wished = min(max(top, high - page + 1), low)
    return wished if wished <= cursor < wished + page else min(max(top, cursor - page + 1), cursor)
