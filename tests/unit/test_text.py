"""What is shown is safe, of the width it claims, and otherwise what was stored."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crm_tui.text import clean, clean_lines, cut, find_matches, harmless, pad, printable, width

NAUGHTY: list[str] = json.loads((Path(__file__).parents[1] / "data/naughty/blns.json").read_text("utf-8"))
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

any_text = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(NAUGHTY)
emoji_text = st.text(st.sampled_from("a1é漢👍🏽👨\u200d👩❤\ufe0f\u20e3🇫🇮\u200c\u0301\u00ad"), max_size=20)


def is_foreign(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in BIDI


def fold(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@given(any_text | emoji_text)
def test_cleaned_text_is_one_line_without_foreign_characters(text: str) -> None:
    line = clean(text)
    assert not [c for c in line if is_foreign(c)]
    assert clean(line) == line
    line.encode("utf-8")


@given(any_text | emoji_text)
def test_the_width_is_rich_s_and_the_sum_of_the_characters(text: str) -> None:
    line = clean(text)
    assert width(line) == cell_len(line) == sum(cell_len(c) for c in line)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Aalto-yliopisto Oy", "Aalto-yliopisto Oy"),
        ("Bjørn Ærlig Å ß ł", "Bjørn Ærlig Å ß ł"),
        ("\x1b]52;c;cm0gLXJm\x07Acme", "]52;c;cm0gLXJmAcme"),
        ("one\r\ntwo\tthree\u2028four", "one two three four"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\x9b31mb\x7f\x00", "a31mb"),
        ("half \ud83d here", "half \ufffd here"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 👍🏽", "👨👩👧 ❤ 👍"),
        ("🇫🇮 🇳🇴", "FI NO"),
        ("می\u200cخواهم \u200cx", "می\u200cخواهم x"),
        ("e\u0301", "e\u0301"),
        ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
        ("", ""),
    ],
)
def test_what_is_shown(stored: str, shown: str) -> None:
    assert clean(stored) == shown


def test_lines_are_kept_where_there_is_room_for_them() -> None:
    assert clean_lines("a\r\nb\n\n\tc\x1b[2J") == ["a", "b", "", " c[2J"]
    assert clean_lines("") == [""]


@given(any_text)
def test_what_leaves_as_text_keeps_lines_and_emoji_but_no_foreign_characters(text: str) -> None:
    left = harmless(text)
    assert not [c for c in left if is_foreign(c) and c not in "\n\t"]
    assert harmless(left) == left


def test_harmless_text_keeps_what_was_meant() -> None:
    assert harmless("a\tb\r\nc 👨\u200d👩 ❤\ufe0f\x1b[0m\ud800") == "a\tb\nc 👨\u200d👩 ❤\ufe0f[0m\ufffd"


def test_a_pipe_gets_the_letter_and_a_terminal_the_harmless_form() -> None:
    assert printable("a\x1b[31mb\r\n", is_tty=False) == "a\x1b[31mb\r\n"
    assert printable("a\x1b[31mb\r\n", is_tty=True) == "a[31mb\n"
    assert printable("\udcff", is_tty=False) == "\ufffd"


@given(any_text | emoji_text, st.integers(-1, 30))
def test_a_cut_fits_and_says_that_it_cut(text: str, cells: int) -> None:
    line = clean(text)
    short = cut(line, cells)
    assert width(short) <= max(cells, 0)
    if width(line) <= cells:
        assert short == line
    elif cells > 0:
        assert short.endswith("…")
        assert line.startswith(short[:-1])
        assert width(short) >= cells - 1


@given(any_text | emoji_text, st.integers(0, 30), st.sampled_from(["left", "right", "centre"]))
def test_padded_text_has_exactly_the_width(text: str, cells: int, align: str) -> None:
    assert width(pad(clean(text), cells, align)) == cells  # type: ignore[arg-type]  # sampled, so plain str


def test_padding_sides() -> None:
    assert pad("ab", 5) == "ab   "
    assert pad("ab", 5, "right") == "   ab"
    assert pad("ab", 5, "centre") == " ab  "
    assert pad("漢字漢", 4, "right") == " 漢…"


@pytest.mark.parametrize(
    ("text", "words", "matched"),
    [
        ("Aalto-yliopisto", ["aal"], ["Aal"]),
        ("Åäkkönen Oy", ["aak", "o"], ["Åäk", "O"]),
        ("Straße 1", ["strasse"], ["Straße"]),
        ("Straße 1", ["stras"], ["Straß"]),
        ("Re\u0301sume\u0301 Ltd", ["resume"], ["Re\u0301sume\u0301"]),
        ("Foobar bar", ["bar"], ["bar"]),
        ("Foobar", ["bar"], ["bar"]),
        ("abcabc", ["abc", "abca"], ["abca"]),
        ("abc", ["x", ""], []),
        ("", ["x"], []),
        ("a+b", ["+"], ["+"]),
    ],
)
def test_what_matched(text: str, words: list[str], matched: list[str]) -> None:
    assert [text[start:end] for start, end in find_matches(text, words, fold)] == matched


@given(any_text, st.lists(any_text, max_size=3))
def test_matches_are_ordered_disjoint_and_inside(text: str, words: list[str]) -> None:
    folded = ["".join(map(fold, word)) for word in words]
    spans = find_matches(clean(text), folded, fold)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(clean(text)) for start, end in spans)


def test_the_command_line_can_use_it_without_rich_and_textual() -> None:
    probe = (
        "import sys; from crm_tui.text import clean, cut, pad;"
        "pad(cut(clean('Åbo – “Ωmega” Oy…\\t€'), 9), 12);"
        "print([m for m in sys.modules if m.split('.')[0] in ('rich', 'textual', 'asyncio')])"
    )
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == "[]"
