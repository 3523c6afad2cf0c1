"""What Textual draws, made of data: Content and Text that hold no markup, and the filter before the terminal.

Apart from `text`, because it needs Textual and the command line does not.
"""

import re
from collections.abc import Callable, Iterable

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.color import Color
from textual.content import Content, Span
from textual.filter import LineFilter

from crm_tui.text import REPLACEMENT, clean, clean_lines, find_matches


def content(text: str, style: str = "") -> Content:
    """One line of data for a Textual widget."""
    return Content.styled(clean(text), style)


def content_lines(text: str, style: str = "") -> Content:
    """Data of several lines for a Textual widget."""
    return Content.styled("\n".join(clean_lines(text)), style)


def cell(text: str, style: str = "") -> Text:
    """One line of data for widgets that take Rich's Text: DataTable and Tree."""
    return Text(clean(text), style, no_wrap=True, end="")


def highlighted(text: str, words: Iterable[str], fold: Callable[[str], str], style: str) -> Content:
    """One line of data with its matches of the folded search `words` in `style` (see `text.find_matches`)."""
    line = clean(text)
    return Content(line, [Span(start, end, style) for start, end in find_matches(line, words, fold)])


class ControlFilter(LineFilter):
    """The last gate before the terminal: no control character and no link of data's making passes.

    An App adds one instance to `get_line_filters`; every line of every widget goes through it. It changes no
    width: what Rich counts as no cell is taken out, what it counts as one cell is replaced by one.
    """

    _FOREIGN = re.compile(
        "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
        "\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]"
    )
    # Soft hyphens, half-width fillers, lone surrogates and the halves of flags: one cell for Rich.
    _REPLACED = re.compile("[\u00ad\uffa0\ud800-\udfff\U0001f1e6-\U0001f1ff]")

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of one line, safe to write. `background` plays no part."""
        if not any(_suspect(segment) for segment in segments):
            return segments
        return [Segment(self._safe(text), _unlinked(style), control) for text, style, control in segments]

    def _safe(self, text: str) -> str:
        if text.isascii() and text.isprintable():
            return text
        return self._REPLACED.sub(_one_cell, self._FOREIGN.sub("", text))


# Printable for Python, yet of a width that terminals disagree about: skin tones, halves of flags, fillers.
_special = re.compile("[\u3164\uffa0\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]").search


def _suspect(segment: Segment) -> bool:
    text, style, _ = segment
    return (
        not text.isprintable() or _special(text) is not None or (style is not None and style.link is not None)
    )


def _unlinked(style: Style | None) -> Style | None:
    return style.update_link(None) if style is not None and style.link is not None else style


def _one_cell(match: re.Match[str]) -> str:
    character = match[0]
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return chr(ord("A") + ord(character) - 0x1F1E6)
    return {"\u00ad": "-", "\uffa0": " "}.get(character, REPLACEMENT)
