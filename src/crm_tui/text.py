"""The one place where data becomes text for people: control characters taken out, widths counted.

The store keeps text to the letter; every way out to a terminal comes through this module. `widgets.cells`
makes what the screen shows of it. Nothing here needs Rich or Textual for western text, so that a
look-up on the command line stays quick.

What is taken out, and why:
- control characters (C0, DEL, C1): a name could otherwise write the clipboard or move the cursor;
- marks of writing direction and other characters that cannot be seen (zero-width blanks, tags, fillers):
  they make text read differently from what it says;
- what emoji are glued with (zero-width joiners, variation selectors, skin tones): terminals disagree about
  the width of the result. The plain emoji stays, and every terminal counts it alike. Flags become their two
  letters.
The non-joiner between letters stays: Persian needs it, and no terminal gives it a width. A lone surrogate
cannot be written as UTF-8 and is shown as U+FFFD.
"""

import re
from collections.abc import Callable, Iterable
from typing import Literal

ELLIPSIS = "…"
REPLACEMENT = "\ufffd"

# Characters that begin a new line, or stand for a blank where there is one line only.
_BLANK = re.compile("\r\n|[\t\n\v\f\r\x85\u2028\u2029]")
_LINE_END = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")

_HOSTILE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters; those that end a line or are a tab: _BLANK
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # writing direction
    "\u180e\u200b\u2060-\u2065\u3164\ufeff\uffa0\ufff9-\ufffb"  # cannot be seen
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # format and tag characters
)
_UNSAFE = re.compile(f"[{_HOSTILE}\v\f\r\x85\u2028\u2029\ud800-\udfff]")
_LETTERS = "0-9A-Za-z\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufdff\ufe20-\ufeff"
_DROPPED = re.compile(
    f"[{_HOSTILE}\u00ad\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
    f"|(?<![{_LETTERS}])\u200c|\u200c(?![{_LETTERS}])"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FLAGS = {0x1F1E6 + i: chr(ord("A") + i) for i in range(26)}
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")

# Each of these characters takes one cell in every terminal: no table of widths is needed.
_NARROW = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027\u2030-\u205e\u20a0-\u20c0]*"
)


def clean(text: str) -> str:
    """`text` as one line that is safe to show: line ends and tabs become blanks."""
    if text.isascii() and text.isprintable():
        return text
    return _visible(_BLANK.sub(" ", text))


def clean_lines(text: str) -> list[str]:
    """`text` as the lines to show, each as `clean` makes it. Empty text is one empty line."""
    return [clean(line) for line in _LINE_END.split(text)]


def harmless(text: str) -> str:
    """`text` without control, direction and invisible characters, but with its line ends, tabs and emoji.

    For what leaves the program as text: the clipboard and lines on standard output. Line ends become LF.
    """
    return _UNSAFE.sub(lambda m: REPLACEMENT if _SURROGATE.match(m[0]) else "", _LINE_END.sub("\n", text))


def printable(text: str, is_tty: bool) -> str:
    """`text` as the command line prints it: made harmless for a terminal, to the letter for a pipe or file.

    Lone surrogates are replaced either way, because they cannot be encoded.
    """
    return harmless(text) if is_tty else _SURROGATE.sub(REPLACEMENT, text)


def _visible(line: str) -> str:
    line = _DROPPED.sub("", line)
    line = _SURROGATE.sub(REPLACEMENT, line)
    return line.translate(_FLAGS) if _FLAG.search(line) else line


def width(text: str) -> int:
    """How many cells cleaned `text` takes on the screen."""
    if _NARROW.fullmatch(text):
        return len(text)
    from rich.cells import cell_len  # the widths Textual counts with; 15 ms to import, so only when needed

    return cell_len(text)


def cut(text: str, cells: int) -> str:
    """Cleaned `text`, shortened with `…` so that it takes at most `cells` cells."""
    if width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    if _NARROW.fullmatch(text):
        return text[: cells - 1] + ELLIPSIS
    room = cells - 1
    for end, character in enumerate(text):
        room -= width(character)
        if room < 0:
            return text[:end] + ELLIPSIS
    return text


def pad(text: str, cells: int, align: Literal["left", "right", "centre"] = "left") -> str:
    """Cleaned `text` in exactly `cells` cells: cut if it is longer, filled with blanks if it is shorter."""
    text = cut(text, cells)
    blanks = max(0, cells - width(text))
    before = {"left": 0, "right": blanks, "centre": blanks // 2}[align]
    return " " * before + text + " " * (blanks - before)


def find_matches(text: str, words: Iterable[str], fold: Callable[[str], str]) -> list[tuple[int, int]]:
    """Where cleaned `text` matches any of the folded `words`: (start, end) in characters, in order, disjoint.

    `fold` maps one character to what search compares (none, one or several characters: a combining accent
    is none, ß is two). A word matches where words of the text begin; if it begins none of them, anywhere in
    the text.
    """
    folded, origin = _folded(text, fold)
    found: list[tuple[int, int]] = []
    for word in filter(None, words):
        starts = [m.start() for m in re.finditer(re.escape(word), folded)]
        first = [s for s in starts if s == 0 or not folded[s - 1].isalnum()]
        for start in first or starts:
            end = origin[start + len(word) - 1] + 1
            while end < len(text) and not fold(text[end]):  # accents that follow belong to their letter
                end += 1
            found.append((origin[start], end))
    return _merged(sorted(found))


def _folded(text: str, fold: Callable[[str], str]) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index in `text` that it came from."""
    parts = [fold(character) for character in text]
    return "".join(parts), [i for i, part in enumerate(parts) for _ in part]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
