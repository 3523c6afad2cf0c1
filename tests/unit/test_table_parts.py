"""What a table is made of, without a screen: cells, columns, pages."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crm_tui.text import width
from crm_tui.widgets.bars import share, share_bar, sparkline
from crm_tui.widgets.cells import EMPTY, broken, cell, join, wrap
from crm_tui.widgets.columns import Column, arrange
from crm_tui.widgets.rows import PAGE, Anchor, PageRequest, Pages, Row

PARTS = st.lists(st.tuples(st.text(max_size=8), st.sampled_from(["", "muted", "bold bad"])), max_size=5)


@given(PARTS, st.integers(0, 30), st.booleans())
def test_a_cell_fits_exactly(parts: list[tuple[str, str]], cells: int, right: bool) -> None:
    fitted = cell(*parts).fit(cells, right=right)
    assert width(fitted.plain) == fitted.width
    assert fitted.width == cells


@given(PARTS)
def test_a_cell_that_fits_is_not_touched(parts: list[tuple[str, str]]) -> None:
    whole = cell(*parts)
    assert whole.cut(whole.width) == whole


def test_a_cut_cell_ends_in_an_ellipsis_and_keeps_its_styles() -> None:
    assert cell(("96 000", "name"), (" EUR", "muted")).cut(8).parts == (("96 000", "name"), (" …", "muted"))
    assert cell(("96 000", "name"), (" EUR", "muted")).cut(6).parts == (("96 00…", "name"),)


def test_data_is_cleaned_to_one_line_and_never_markup() -> None:
    assert cell("a\x1b[31m\nb", ("[b]c[/b]", "muted")).plain == "a[31m b[b]c[/b]"
    assert cell("[b]c[/b]").content().plain == "[b]c[/b]"


def test_joined_cells_leave_out_the_empty_ones() -> None:
    assert join([EMPTY, cell("a"), EMPTY, cell("b")], " · ").plain == "a · b"


def test_matches_are_marked_across_parts_whatever_the_accents() -> None:
    marked = cell("Bø", ("dø", "muted"), " AS").mark(["odo"], lambda c: c.casefold().replace("ø", "o"))
    assert marked.parts == (("B", ""), ("ø", "match"), ("dø", "muted match"), (" AS", ""))


def test_text_wraps_between_words_and_ends_with_an_ellipsis() -> None:
    text = cell("Ballast and deck machinery for lakes")
    assert [line.plain.strip() for line in wrap(text, 12)] == [
        "Ballast and",
        "deck",
        "machinery",
        "for lakes",
    ]
    assert [line.plain.strip() for line in wrap(text, 12, 2)] == ["Ballast and", "deck machin…"]


@given(st.text(max_size=60), st.integers(1, 20), st.integers(1, 4))
def test_wrapped_lines_never_exceed_their_room(text: str, cells: int, most: int) -> None:
    lines = wrap(cell(text), cells, most)
    assert len(lines) <= most
    assert all(line.width <= cells for line in lines)


COLUMNS = (
    Column("name", width=10, flex=1),
    Column("role", width=6, most=12),
    Column("number", width=5, drop=2),
    Column("last", width=8, drop=1),
)


def test_a_word_longer_than_a_line_breaks_behind_a_joint_in_the_second_half_of_it() -> None:
    def lines(text: str, cells: int, most: int = 9) -> list[str]:
        return [line.plain for line in broken(text, cells, most)]

    assert lines("toimisto@kallavesi.example", 23) == ["toimisto@kallavesi.", "example"]
    assert lines("www.kallavesi-marine.example/fi sold", 16) == ["www.kallavesi-", "marine.example/", "fi sold"]
    assert lines("a.bcdefghijklmnopq", 10) == ["a.bcdefghi", "jklmnopq"]
    assert lines("Kallavesi Marine Engineering Oy", 16, 2) == ["Kallavesi Marine", "Engineering Oy"]
    assert lines("Kallavesi Marine Engineering Oy", 11, 2) == ["Kallavesi", "Marine Eng…"]
    assert lines("漢字漢字 x", 5) == ["漢字", "漢字", "x"]


@given(st.text(alphabet="ab@.漢\u0301 \n", max_size=60), st.integers(2, 12))
def test_a_broken_text_loses_nothing_and_keeps_its_room(text: str, cells: int) -> None:
    lines = broken(text, cells, 100)
    assert "".join(line.plain for line in lines).replace(" ", "") == "".join(text.split())
    assert all(line.width <= cells for line in lines)


def test_columns_share_what_is_left() -> None:
    placed = arrange(COLUMNS, 60, (30, 9, 5, 8))
    assert [(place.column.key, place.x, place.width) for place in placed] == [
        ("name", 0, 32), ("role", 34, 9), ("number", 45, 5), ("last", 52, 8),
    ]  # fmt: skip


def test_columns_go_in_their_order_when_it_gets_narrow() -> None:
    assert [place.column.key for place in arrange(COLUMNS, 30)] == ["name", "role", "number"]
    assert [place.column.key for place in arrange(COLUMNS, 24)] == ["name", "role"]


@given(st.integers(4, 200))
def test_columns_never_exceed_the_width(available: int) -> None:
    placed = arrange(COLUMNS, available, (30, 40, 5, 8))
    assert placed[-1].x + placed[-1].width <= max(available, 4)
    assert all(a.x + a.width + b.column.gap == b.x for a, b in pairwise(placed))


def rows(start: int, count: int) -> list[Row]:
    return [Row(f"r{index}", (str(index),)) for index in range(start, start + count)]


def test_a_list_is_asked_for_page_by_page_and_each_page_once() -> None:
    pages = Pages()
    assert pages.wanted(0, 60) == [PageRequest(0, PAGE, Anchor(None, True, 0))]
    assert pages.wanted(0, 60) == []
    pages.put(PageRequest(0, PAGE, Anchor(None, True, 0)), rows(0, PAGE), "c0", "c99", 1000, False)
    assert pages.wanted(90, 150) == [PageRequest(PAGE, PAGE, Anchor("c99", True, 0))]


def test_the_nearest_known_row_is_the_anchor() -> None:
    pages = Pages()
    first = PageRequest(0, PAGE, Anchor(None, True, 0))
    pages.put(first, rows(0, PAGE), "c0", "c99", 1_000_000, True)
    last = pages.wanted(999_960, 1_000_000)
    assert last == [PageRequest(999_900, PAGE, Anchor(None, False, 0))]
    pages.put(last[0], rows(999_900, PAGE), "c999900", "c999999", None, False)
    assert pages.wanted(999_800, 999_850) == [PageRequest(999_800, PAGE, Anchor("c999900", False, 0))]
    assert pages.wanted(300, 350) == [PageRequest(300, PAGE, Anchor("c99", True, 200))]


def test_the_last_page_read_from_the_end_is_as_long_as_what_is_left() -> None:
    pages = Pages()
    pages.put(PageRequest(0, PAGE, Anchor(None, True, 0)), rows(0, PAGE), "c0", "c99", 1042, True)
    assert pages.wanted(1020, 1042) == [PageRequest(1000, 42, Anchor(None, False, 0))]


def test_a_list_of_unknown_length_grows_until_a_short_page_ends_it() -> None:
    pages = Pages()
    pages.put(PageRequest(0, PAGE, Anchor(None, True, 0)), rows(0, PAGE), "c0", "c99", None, False)
    assert (pages.total, pages.count) == (None, 2 * PAGE)
    pages.put(PageRequest(PAGE, PAGE, Anchor("c99", True, 0)), rows(PAGE, 7), "c100", "c106", None, False)
    assert (pages.total, pages.exact, pages.count) == (107, True, 107)


def test_what_could_not_be_read_may_be_asked_for_again() -> None:
    pages = Pages()
    (request,) = pages.wanted(0, 40)
    pages.refused(request)
    assert pages.wanted(0, 40) == [request]


def test_only_some_pages_are_kept() -> None:
    pages = Pages()
    for start in range(0, 50 * PAGE, PAGE):
        pages.put(PageRequest(start, PAGE, Anchor(None, True, start)), rows(start, PAGE), "b", "a", None, False)
    assert pages.row(0) is None
    assert pages.row(49 * PAGE) == rows(49 * PAGE, 1)[0]


def test_a_share_is_a_bar_with_its_number() -> None:
    assert share(70).plain == "━━━━━━━───  70 %"
    assert share_bar(None) == EMPTY
    assert share(None).plain == "–"
    assert share_bar(130).plain == "━" * 10


def test_a_sparkline_never_fills_a_whole_cell_and_marks_the_last() -> None:
    line = sparkline((0, 1, 2, 3, 4, 5, 6, 7, 8))
    assert line.width == 8
    assert line.plain[-1] == "▇"
    assert line.parts[-1] == ("▇", "accent")
    assert sparkline((0, 0)).plain == "▁▁"
    assert sparkline((-5, 5)).plain == "▁▇"
    assert sparkline(()) == EMPTY
