"""What the terminal sends, cut into whole keys and sequences, and those turned into Textual's events.

Textual's own parser is fed one whole sequence at a time. So an incomplete or malformed sequence costs itself
only, nothing of it is taken for typed keys, and how long a lone Esc is waited for is decided here.
The forms of sequences are those of ECMA-48, section 5.4, and xterm's control sequences.
"""

import re
from collections.abc import Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

ESC = "\x1b"
PASTE_START = "\x1b[200~"
PASTE_END = "\x1b[201~"

# A sequence that began is waited for this long, and this long its late rest is still known as one (seconds).
PATIENCE = 0.5
LATE = 1.0
# No answer of a terminal is longer; what is longer is no answer.
LONGEST = 4096
# Textual takes longer sequences for typed keys, one by one.
LONGEST_KEY = 32

_WHOLE = re.compile(
    r"""
      \x1b\[M[\s\S]{3}                                # mouse, as old as X10
    | \x1b\[\[[A-E]                                   # function keys of the Linux console
    | \x1b\[[0-?]*[ -/]*[@-Z\\-~]                     # CSI
    | \x1bO[0-9;]*[@-~]                               # SS3: arrows, function keys, keypad
    | \x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)         # strings: OSC, DCS, APC, PM, SOS
    | \x1b[^\x1b\[O\]P_^X]                            # Alt and a character
    """,
    re.VERBOSE,
)
_BEGUN = re.compile(
    r"""
      \x1b[\]P_^X][^\x07\x1b]*(?:\x1b\Z)?
    | \x1b\[M[\s\S]{0,2}
    | \x1b\[\[
    | \x1b\[[0-?]*[ -/]*
    | \x1bO[0-9;]*
    | \x1b
    """,
    re.VERBOSE,
)
# What may follow an Esc that was answered already: keys, focus and mouse, nothing that somebody could mean
# as text.
_TAIL_OF_ESC = re.compile(r"\[[0-9;:]*[A-DFHIOPQRSZ~u]|\[<[0-9;]+[mM]|O[A-DFHMP-S]")
_TAIL_OF_ESC_BEGUN = re.compile(r"\[<?[0-9;:]*|O")
_TAIL_OF_CSI = re.compile(r"[0-?]*[ -/]*[@-~]")
_TAIL_OF_CSI_BEGUN = re.compile(r"[0-?]*[ -/]*")
_STRING_START = re.compile(r"\x1b[\]P_^X]")
_RXVT_KEY = re.compile(r"\x1b\[\d+\$")


class Paste(str):
    """Text that came as a bracketed paste."""


class Splitter:
    """Cuts what was read into plain text, whole sequences and pastes.

    `escape_delay`: seconds after which an Esc that stands alone is the Esc key.
    """

    def __init__(self, escape_delay: float) -> None:
        self._escape_delay = escape_delay
        self._buffer = ""
        self._paste: list[str] | None = None
        self._expired = ""  # what was given up last; its late rest is still to be swallowed ...
        self._expired_at = 0.0  # ... if it comes within LATE seconds of this time

    @property
    def patience(self) -> float | None:
        """Seconds to wait for the rest of what was begun before `expire`; None if nothing was."""
        if not self._buffer or self._paste is not None:
            return None
        return self._escape_delay if self._buffer == ESC or self._expired == ESC else PATIENCE

    def feed(self, text: str, now: float) -> Iterator[str]:
        """The pieces that `text`, read at the time `now`, completes."""
        self._buffer += text
        if self._expired and not self._swallow_tail(now):
            return
        yield from self._pieces()

    def expire(self, now: float) -> Iterator[str]:
        """The pieces that remain when the rest of a sequence did not come in time."""
        text, self._buffer = self._buffer, ""
        if self._expired:
            # The beginning of a possible rest, and no more: after Esc it was typed, otherwise it is dropped.
            if self._expired == ESC:
                yield text
            self._expired = ""
        elif text == ESC or _RXVT_KEY.fullmatch(text):
            yield text
        if text.startswith(ESC) and not _RXVT_KEY.fullmatch(text):
            self._expired, self._expired_at = text, now

    def _swallow_tail(self, now: float) -> bool:
        """Take a late rest of what expired off the buffer; False while it is not clear whether it is one."""
        whole, begun = _TAIL_OF_ESC, _TAIL_OF_ESC_BEGUN
        if self._expired != ESC:
            whole, begun = _TAIL_OF_CSI, _TAIL_OF_CSI_BEGUN
        if now - self._expired_at <= LATE and not _STRING_START.match(self._expired):
            if tail := whole.match(self._buffer):
                self._buffer = self._buffer[tail.end() :]
            elif begun.fullmatch(self._buffer):
                return False
        self._expired = ""
        return True

    def _pieces(self) -> Iterator[str]:
        while self._buffer:
            if self._paste is not None:
                if not self._collect_paste():
                    return
                yield Paste("".join(self._paste))
                self._paste = None
            elif not self._buffer.startswith(ESC):
                plain, escape, rest = self._buffer.partition(ESC)
                self._buffer = escape + rest
                yield plain
            elif whole := _WHOLE.match(self._buffer):
                self._buffer = self._buffer[whole.end() :]
                if whole[0] == PASTE_START:
                    self._paste = []
                elif not _STRING_START.match(whole[0]):  # an answer nobody asked for
                    yield whole[0]
            elif _BEGUN.fullmatch(self._buffer) and len(self._buffer) < LONGEST:
                return
            else:
                yield from self._give_up()

    def _collect_paste(self) -> bool:
        """Move pasted text off the buffer; True when the end of the paste has been seen."""
        assert self._paste is not None  # noqa: S101 - called in this state only
        text, end, rest = self._buffer.partition(PASTE_END)
        if not end:  # keep back what may be the beginning of the end
            keep = next((n for n in range(len(PASTE_END) - 1, 0, -1) if text.endswith(PASTE_END[:n])), 0)
            text, rest = text[: len(text) - keep], text[len(text) - keep :]
        self._paste.append(text)
        self._buffer = rest
        return bool(end)

    def _give_up(self) -> Iterator[str]:
        """What stands at the beginning can't become a sequence: drop it, up to where it stopped being one."""
        if self._buffer.startswith(ESC + ESC):
            yield ESC
            self._buffer = self._buffer[1:]
        elif begun := _BEGUN.match(self._buffer):
            self._buffer = self._buffer[begun.end() :]


class KeyParser(XTermParser):
    """Textual's parser, for one whole piece at a time."""

    def messages(self, piece: str) -> list[Message]:
        """The events of one piece of a `Splitter`. A piece that nobody understands has none."""
        if isinstance(piece, Paste):
            return [events.Paste(piece.replace("\0", ""))]
        if piece.startswith(ESC) and len(piece) > LONGEST_KEY:
            return []
        found = list(self.feed(piece))
        # The parser waits for more where the piece is all there is: end its waiting at once.
        if self._timeout_time is not None:
            self._timeout_time = 0.0
            rest = list(self.tick())
            # Alt and a character; a longer sequence it does not know it would hand out as typed keys.
            found += rest if len(piece) <= 2 else []
        return [message for message in found if _meant(message)]

    def successor(self) -> "KeyParser":
        """A fresh parser that knows of the screen what this one knew; for after an exception."""
        parser = KeyParser()
        parser.mouse_pixels = self.mouse_pixels
        parser.terminal_size = self.terminal_size
        parser.terminal_pixel_size = self.terminal_pixel_size
        return parser


_DAMAGED = re.compile("[\ufffd\ud800-\udfff]")
LARGEST = 2000  # columns or lines; a size beyond it is a malformed report, and would take gigabytes to draw


def _meant(message: Message) -> bool:
    """False for what only damaged input can say."""
    if isinstance(message, events.Key):
        return not _DAMAGED.fullmatch(message.character or "")
    if isinstance(message, events.Resize):
        return 0 < message.size.width <= LARGEST and 0 < message.size.height <= LARGEST
    return True


class KeyReader:
    """Text as it is read from the terminal, to events."""

    def __init__(self, escape_delay: float) -> None:
        self._splitter = Splitter(escape_delay)
        self._parser = KeyParser()

    @property
    def patience(self) -> float | None:
        """See `Splitter.patience`."""
        return self._splitter.patience

    def feed(self, text: str, now: float) -> Iterator[Message]:
        """The events of `text`, read at the time `now` (seconds, monotonic)."""
        return self._events(self._splitter.feed(text, now))

    def expire(self, now: float) -> Iterator[Message]:
        """The events that remain after `patience` seconds without input."""
        return self._events(self._splitter.expire(now))

    def _events(self, pieces: Iterable[str]) -> Iterator[Message]:
        for piece in pieces:
            try:
                found = self._parser.messages(piece)
            except (ArithmeticError, LookupError, ValueError):
                # Numbers that no terminal sends (a code point beyond Unicode, a size of zero). The parser is
                # a generator and has ended with the exception; the piece is lost and the next one is read.
                self._parser = self._parser.successor()
            else:
                yield from found
