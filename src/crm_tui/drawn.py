"""The filter before the terminal. Apart from `text`, because it needs Textual and the command line does not."""

import re

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from crm_tui.text import REPLACEMENT

# What Rich counts as no cell: taken out.
_FOREIGN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]"
)
# What Rich counts as one cell (soft hyphens, lone surrogates, halves of flags): replaced by one cell.
_REPLACED = re.compile("[\u00ad\ud800-\udfff\U0001f1e6-\U0001f1ff]")
# Those of both that Python takes for printable: terminals disagree about their width.
_PRINTABLE = re.compile("[\u3164\uffa0\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")


class ControlFilter(LineFilter):
    """The last gate before the terminal: no control character and no link of data's making passes.

    An App adds one instance to `get_line_filters`; every line of every widget goes through it. It changes no width.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of one line, safe to write. `background` plays no part."""
        if not any(map(_suspect, segments)):
            return segments
        return [Segment(_safe(text), _unlinked(style), control) for text, style, control in segments]


def _suspect(segment: Segment) -> bool:
    text, style, _ = segment
    if style is not None and style.link is not None:
        return True
    return (not text.isascii() and _PRINTABLE.search(text) is not None) or not text.isprintable()


def _safe(text: str) -> str:
    return _REPLACED.sub(_one_cell, _FOREIGN.sub("", text))


def _unlinked(style: Style | None) -> Style | None:
    return style.update_link(None) if style is not None and style.link is not None else style


def _one_cell(match: re.Match[str]) -> str:
    character = match[0]
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return chr(ord("A") + ord(character) - 0x1F1E6)
    return "-" if character == "\u00ad" else REPLACEMENT
