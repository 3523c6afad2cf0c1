"""The filter before the terminal: no control characters, no links, widths as they were counted."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from crm_tui.drawn import ControlFilter

BLACK = Color(0, 0, 0)
texts = st.text(st.characters(exclude_categories=()), max_size=20)


def filtered(*segments: Segment) -> list[Segment]:
    return ControlFilter().apply(list(segments), BLACK)


@given(st.lists(texts, min_size=1, max_size=4))
def test_the_filter_changes_no_width_and_lets_nothing_pass(parts: list[str]) -> None:
    after = filtered(*(Segment(part) for part in parts))
    for part, segment in zip(parts, after, strict=True):
        assert cell_len(segment.text) == cell_len(part)
        segment.text.encode("utf-8")
        assert not [c for c in segment.text if ord(c) < 32 or 127 <= ord(c) < 160 or "\u202a" <= c <= "\u202e"]


def test_no_character_alone_changes_its_width() -> None:
    characters = [chr(code) for code in (*range(0x32000), *range(0xE0000, 0xE1000))]
    after = filtered(*map(Segment, characters))
    assert [c for c, segment in zip(characters, after, strict=True) if cell_len(segment.text) != cell_len(c)] == []


def test_harmless_lines_pass_untouched() -> None:
    segments = [Segment("Åbo – ☃", Style(bold=True)), Segment(" "), Segment("漢字 é")]
    assert ControlFilter().apply(segments, BLACK) is segments


def test_styles_stay_but_links_go() -> None:
    link = Style(bold=True, link="http://x\x1b]52;c;eA==\x07")
    (after,) = filtered(Segment("text", link))
    assert after.style is not None
    assert after.style.link is None
    assert after.style.bold
