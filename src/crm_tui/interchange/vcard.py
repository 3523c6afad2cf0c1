"""vCard 2.1, 3.0 and 4.0 in: lines to properties. Written for the files that address books really write.

Every line is looked at once, from left to right, so that no file can make it slow. Text is decoded property
by property, because cards of different encodings are often joined into one file. Pictures, sounds and keys
are skipped without being kept.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from msgspec import Struct

from crm_tui.interchange.encoding import Encoding, Unreadable, check_size, marked_encoding, open_text

MAX_CARD = 1 << 20
MAX_CARDS = 20_000
MAX_LINE = 1 << 20
MAX_PROPERTIES = 5_000
MAX_PARTS = 500
_TOO_LARGE = f"larger than {MAX_CARD:,} bytes or {MAX_PROPERTIES:,} properties"
_BINARY = frozenset((b"PHOTO", b"LOGO", b"SOUND", b"KEY"))
_NAME = re.compile(rb"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_ENCODINGS = frozenset(("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"))  # 2.1 writes them without a name
_CARET = {"^n": "\n", "^^": "^", "^'": '"'}
_CHARSETS = re.compile(
    r"utf-?8|utf-?16|(us-)?ascii|(iso-?8859|windows|cp|ibm|koi8|euc|latin|mac)[-_]?[a-z0-9]+|"
    r"shift[-_]?jis|gb2312|gbk|gb18030|big5"
)


class Property(Struct, frozen=True):
    """``name`` and the names of ``params`` are in capitals, ``group`` is not; ``value`` is still escaped."""

    group: str
    name: str
    params: dict[str, tuple[str, ...]]
    value: str

    @property
    def types(self) -> frozenset[str]:
        """The words of TYPE in small letters."""
        return frozenset(word.strip().lower() for text in self.params.get("TYPE", ()) for word in text.split(","))


class Card(Struct, frozen=True):
    """A card as it stands in the file, unknown properties included; ``encoding`` is a name for people.

    ``damaged`` names the properties of which some bytes could not be read and became U+FFFD.
    """

    line: int
    version: str
    encoding: str
    properties: tuple[Property, ...]
    damaged: tuple[str, ...]

    def all(self, name: str) -> list[Property]:
        """The properties of that name, in the file's order."""
        return [prop for prop in self.properties if prop.name == name]

    def text(self, name: str) -> str:
        """The first value of that name that says something, unescaped."""
        return next(filter(None, (unescape(prop.value).strip() for prop in self.all(name))), "")


class BadCard(Struct, frozen=True):
    """A card that can't be read, and why."""

    line: int
    reason: str


def read_cards(stream: BinaryIO) -> Iterator[Card | BadCard]:
    """The cards of a seekable stream; what stands between them is passed over.

    Raises Unreadable for a file that is too large, or after MAX_CARDS.
    """
    check_size(stream)
    lines = _Lines(stream)
    count = 0
    for line in lines:
        if line.strip().upper() == b"BEGIN:VCARD":
            count += 1
            if count > MAX_CARDS:
                raise Unreadable(f"The file has more than {MAX_CARDS:,} cards: split it and import the parts.")
            yield _read_card(lines)


def unescape(value: str) -> str:
    r"""Text without its backslashes: ``\n`` is a new line, any other escaped character stands for itself."""
    if "\\" not in value:
        return value
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value, flags=re.DOTALL)


def raw_parts(value: str, separator: str) -> list[str]:
    """The parts of a structured value, still escaped; from MAX_PARTS on all is one part."""
    parts: list[str] = []
    begin = 0
    for match in re.finditer(rf"\\.|{re.escape(separator)}", value, flags=re.DOTALL):
        if match[0] == separator:
            if len(parts) == MAX_PARTS - 1:
                break
            parts.append(value[begin : match.start()])
            begin = match.end()
    return [*parts, value[begin:]]


def split_value(value: str, separator: str) -> list[str]:
    """The parts of a structured value, unescaped and without surrounding blanks."""
    return [unescape(part).strip() for part in raw_parts(value, separator)]


class _Lines:
    """Physical lines without their ends, numbered from 1; one can be given back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._pieces = _physical_lines(stream)
        self._waiting: list[bytes] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> bytes:
        line = self._waiting.pop() if self._waiting else next(self._pieces)
        self.number += 1
        return line

    def give_back(self, line: bytes) -> None:
        self._waiting.append(line)
        self.number -= 1


def _physical_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends, in UTF-8 where the file is in UTF-16; what is over MAX_LINE is cut off."""
    encoding = marked_encoding(stream.read(4))
    stream.seek(encoding.mark if encoding else 0)
    if encoding is not None and encoding.codec != "utf-8":
        yield from _utf16_lines(stream, encoding)
        return
    while piece := stream.readline(MAX_LINE + 1):
        rest = piece
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE)
        # a line may end in several carriage returns (a file converted twice), or in nothing else
        yield from piece.rstrip(b"\r\n").split(b"\r")


def _utf16_lines(stream: BinaryIO, encoding: Encoding) -> Iterator[bytes]:
    text = open_text(stream, encoding)
    try:
        while piece := text.readline(MAX_LINE):
            rest = piece
            while rest and not rest.endswith(("\n", "\r")):
                rest = text.readline(MAX_LINE)
            yield piece.rstrip("\r\n").encode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not {encoding.name} throughout: save it again as UTF-8.") from error
    finally:
        text.detach()


def _read_card(lines: _Lines) -> Card | BadCard:
    """The card whose BEGIN has just been read, up to and including its END."""
    begin = lines.number
    builder = _CardBuilder(begin)
    for line in lines:
        word = line.strip().upper()
        if word == b"END:VCARD":
            return builder.card()
        if word == b"BEGIN:VCARD":
            if not builder.expects_agent:
                lines.give_back(line)
                return BadCard(begin, "END:VCARD is missing")
            _skip_agent(lines)
        elif word:
            builder.add(line, lines)
    return BadCard(begin, "END:VCARD is missing: the file is cut off")


def _skip_agent(lines: _Lines) -> None:
    """Read over the card of an assistant inside a card, and over those inside that one."""
    depth = 1
    for line in lines:
        word = line.strip().upper()
        depth += (word == b"BEGIN:VCARD") - (word == b"END:VCARD")
        if depth == 0:
            return


class _CardBuilder:
    """Collects the properties of a card and the first reason to refuse it."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._properties: list[Property] = []
        self._unfolded: list[str] = []  # lines that belong to the last property
        self._damaged: list[str] = []
        self._encoding = "UTF-8"
        self._size = 0
        self._problem = ""
        self.expects_agent = False

    def card(self) -> Card | BadCard:
        self._finish_property()
        nul = next((prop.name for prop in self._properties if "\0" in prop.value), None)
        if nul and not self._problem:
            self._problem = f"{nul} contains NUL, which no text does"
        if self._problem:
            return BadCard(self._line, self._problem)
        version = next((prop.value.strip() for prop in self._properties if prop.name == "VERSION"), "")
        properties = tuple(self._properties)
        return Card(self._line, version, self._encoding, properties, tuple(self._damaged))

    def add(self, line: bytes, lines: _Lines) -> None:
        """Read one property, which may go on in the lines after it; of a card to be refused no more is read."""
        if self._problem:
            return
        match = _NAME.match(line)
        if match is None or line[match.end() : match.end() + 1] not in (b":", b";"):
            self._continue(line)
            return
        name = match[2].upper()
        if name in _BINARY:
            _skip_binary(lines)
            return
        whole, size = _unfold(line, lines)
        self._size += size
        self.expects_agent = name == b"AGENT"
        if self._size > MAX_CARD or len(self._properties) >= MAX_PROPERTIES:
            self._problem = _TOO_LARGE
            return
        self._finish_property()
        header, value = _split_at_colon(whole)
        params = _params(self._text(name.decode(), header[match.end() :], ""))
        if "QUOTED-PRINTABLE" in (word.upper() for word in params.get("ENCODING", ())):
            value = quopri.decodestring(value)
        text = self._text(name.decode(), value, "".join(params.get("CHARSET", ())))
        self._properties.append(Property((match[1] or b"").decode().lower(), name.decode(), params, text))

    def _continue(self, line: bytes) -> None:
        """A line that is no property: some programs forget to fold, so it belongs to the one before."""
        self._size += len(line)
        if not self._properties or self._size > MAX_CARD:
            self._problem = "its first line is no property" if not self._properties else _TOO_LARGE
            return
        self._unfolded.append(self._text(self._properties[-1].name, line, ""))

    def _finish_property(self) -> None:
        if self._unfolded:
            last = self._properties[-1]
            value = "\n".join((last.value, *self._unfolded))
            self._properties[-1] = Property(last.group, last.name, last.params, value)
            self._unfolded.clear()

    def _text(self, name: str, data: bytes, charset: str) -> str:
        text, encoding = _decode(data, charset)
        if encoding != "UTF-8":
            self._encoding = encoding
        if "\ufffd" in text and "\ufffd".encode() not in data:
            self._damaged.append(name)
        return text


def _decode(data: bytes, charset: str) -> tuple[str, str]:
    """(text, encoding): by the charset that is declared, else UTF-8, else Windows-1252."""
    codec = charset.strip().lower()
    if _CHARSETS.fullmatch(codec) and not data.isascii():
        codec = "cp1252" if codec in ("iso-8859-1", "latin1") else codec
        with suppress(LookupError):  # a name that Python does not know says nothing
            return data.decode(codec, "replace"), "UTF-8" if codec in ("utf-8", "utf8") else charset
    try:
        return data.decode(), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "Windows-1252"


def _unfold(line: bytes, lines: _Lines) -> tuple[bytes, int]:
    """(the line with its continuations, how many bytes they are); what is beyond MAX_CARD is not kept.

    A continuation begins with a blank, or follows a soft break at the end of a quoted-printable line.
    """
    parts = [line]
    quoted_printable = b"QUOTED-PRINTABLE" in line.partition(b":")[0].upper()
    size = len(line)
    for further in lines:
        soft_break = quoted_printable and parts[-1].endswith(b"=")
        if soft_break and further.strip().upper() != b"END:VCARD":
            parts[-1] = parts[-1][:-1]
            parts.append(further)
        elif further.startswith((b" ", b"\t")):
            parts.append(further[1:])
        else:
            lines.give_back(further)
            break
        size += len(further)
        if size > MAX_CARD:
            parts.pop()  # its size is its refusal, so the rest needs not be kept
    return b"".join(parts), size


def _skip_binary(lines: _Lines) -> None:
    """Read over the rest of a picture: folded lines, or bare base64, in which no colon occurs."""
    for line in lines:
        if line.startswith((b" ", b"\t")):
            continue
        if not line.strip() or b":" in line:
            lines.give_back(line)
            return


def _split_at_colon(line: bytes) -> tuple[bytes, bytes]:
    """(name and parameters, value): cut at the first colon outside quotation marks, else at the first."""
    quoted = False
    for match in re.finditer(rb'[":]', line):
        if match[0] == b'"':
            quoted = not quoted
        elif not quoted:
            return line[: match.start()], line[match.end() :]
    header, _, value = line.partition(b":")
    return header, value


def _params(text: str) -> dict[str, tuple[str, ...]]:
    """The parameters of ``;TYPE=home;TYPE="work,voice";QUOTED-PRINTABLE`` by capital names."""
    params: dict[str, tuple[str, ...]] = {}
    if not text:
        return params
    for part in re.findall(r'((?:"[^"]*"|[^";])+|")', text):
        name, equals, value = part.partition("=")
        if not equals:
            name, value = ("ENCODING" if name.strip().upper() in _ENCODINGS else "TYPE"), name
        value = re.sub(r"\^[n^']", lambda m: _CARET[m[0]], value.strip().strip('"'))
        name = name.strip().upper()
        params[name] = (*params.get(name, ()), value)
    return params
