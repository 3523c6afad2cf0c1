"""What a look-up prints: a table for people, lines and JSON for programs.

It imports nothing that costs time, not even json: a look-up is over before that is read.
"""

from __future__ import annotations

import os
import sys

from crm_tui.cli import complain
from crm_tui.plain import cells, one_line, shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crm_tui.store import search
    from crm_tui.store.sql import lookup_rows

    Line = lookup_rows.Line | search.Line

_HEADER = ("kind", "number", "name", "customer", "phone", "e-mail")
_TSV_HEADER = ("kind", "number", "name", "customer", "customer number", "phone", "e-mail", "id", "active")
_GAP = "  "
#: columns of the table that give way on a narrow terminal, the widest first, and how narrow they may become
_YIELDING, _NARROWEST = (2, 3, 5), 8
_NAME, _READABLE = 2, 22
_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
_ESCAPES |= {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t", ord("\r"): "\\r"}


def show(lines: Sequence[Line], form: str, *, capped: bool) -> None:
    """Print the hits: UTF-8 into a pipe, what the terminal can show there; there it is also said if there are more."""
    is_terminal = sys.stdout.isatty()
    printed = {
        "json": _json,
        "tsv": _tsv,
        "ids": _ids,
        "mutt": lambda found: _mutt(found, capped=capped),
        "aerc": _aerc,
        "": _table if is_terminal else _bare,
    }[form](lines)
    text = "".join(f"{line}\n" for line in printed)
    if form == "json" and is_terminal and not text.isascii():
        from crm_tui.text import harmless

        text = harmless(text)
    _write(text, is_terminal=is_terminal)
    if capped and is_terminal and not form:
        complain(f"the first {len(lines)}; more fit: narrow it with another word, or ask for more with --limit.")


def say_nothing_fits(meant: str) -> None:
    """To mutt, as the message in the first line: what is on standard error would stand somewhere on its screen."""
    _write(f"crm-tui: nothing fits.{one_line(meant)}\n", is_terminal=sys.stdout.isatty())


def _write(text: str, *, is_terminal: bool) -> None:
    if is_terminal:
        encoding = sys.stdout.encoding
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    else:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def _table(lines: Sequence[Line]) -> Iterator[str]:
    rows = [_HEADER, *(tuple(map(one_line, _cells(line))) for line in lines)]
    natural = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    room = os.get_terminal_size(sys.stdout.fileno()).columns or 80
    widths = _fitted(natural, room)
    if widths[_NAME] < min(natural[_NAME], _READABLE):  # rather no e-mail than names that nobody can read
        widths = _fitted(natural[:-1], room)
    for row in rows:
        cut = [shortened(cell, width) for cell, width in zip(row, widths, strict=False)]
        padded = (cell + " " * (width - cells(cell)) for cell, width in zip(cut, widths, strict=True))
        yield shortened(_GAP.join(padded).rstrip(), room)


def _fitted(widths: list[int], room: int) -> list[int]:
    """Widths that fit, as far as the columns that can give way do."""
    fitted = list(widths)
    while sum(fitted) + len(_GAP) * (len(fitted) - 1) > room:
        widest = max((column for column in _YIELDING if column < len(fitted)), key=lambda column: fitted[column])
        if fitted[widest] <= _NARROWEST:
            break
        fitted[widest] -= 1
    return fitted


def _cells(line: Line) -> tuple[str, ...]:
    kind = line.kind if line.is_active else f"({line.kind})"
    customer = "" if line.kind == "customer" else line.customer_name
    return (kind, line.number, line.name, customer, _first(line.phones), _first(line.emails))


def _bare(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield "\t".join(
            map(
                one_line,
                (
                    line.kind,
                    line.number,
                    line.name,
                    line.customer_name,
                    str(line.customer_number),
                    _first(line.phones),
                    _first(line.emails),
                    str(line.id),
                    "yes" if line.is_active else "no",
                ),
            )
        )


def _tsv(lines: Sequence[Line]) -> Iterator[str]:
    yield "\t".join(_TSV_HEADER)
    yield from _bare(lines)


def _ids(lines: Sequence[Line]) -> Iterator[str]:
    """As ``crm-tui show`` takes them: an id alone says nothing of what it is one."""
    return (f"{line.kind}:{line.id}" for line in lines)


def _aerc(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        for address in line.emails:
            yield f"{one_line(address)}\t{one_line(line.name)}"


def _mutt(lines: Sequence[Line], *, capped: bool) -> Iterator[str]:
    """mutt and neomutt show the first line as a message."""
    found = [
        f"{one_line(address)}\t{one_line(line.name)}\t{one_line(_info(line))}"
        for line in lines
        for address in line.emails
    ]
    more = "; more fit, another word narrows it" if capped else ""
    yield f"crm-tui: {len(found)} address{'' if len(found) == 1 else 'es'}{more}"
    yield from found


def _info(line: Line) -> str:
    if line.kind == "customer":
        return f"customer {line.number}"
    return ", ".join(part for part in (line.title, line.customer_name) if part)


def _json(lines: Sequence[Line]) -> Iterator[str]:
    yield "["
    for number, line in enumerate(lines, 1):
        fields = (
            ("kind", _quoted(line.kind)),
            ("id", str(line.id)),
            ("number", _quoted(line.number) if line.number else "null"),
            ("name", _quoted(line.name)),
            ("detail", _quoted(line.title) if line.title else "null"),
            ("customer", str(line.customer)),
            ("customer_number", str(line.customer_number)),
            ("customer_name", _quoted(line.customer_name)),
            ("phones", _list(line.phones)),
            ("emails", _list(line.emails)),
            ("is_active", "true" if line.is_active else "false"),
        )
        yield "  {"
        for place, (name, value) in enumerate(fields, 1):
            yield f'    "{name}": {value}{"," if place < len(fields) else ""}'
        yield "  }," if number < len(lines) else "  }"
    yield "]"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _quoted(text: str) -> str:
    """A text as JSON, with all control characters escaped, so that it steers no terminal that shows it."""
    return f'"{text.translate(_ESCAPES)}"'


def _first(values: tuple[str, ...]) -> str:
    return values[0] if values else ""
