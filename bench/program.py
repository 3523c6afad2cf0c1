"""crm-tui in a terminal, and where things stand on its screen."""

from __future__ import annotations

from pathlib import Path

from bench.data import LOGIN, crm_script
from bench.terminal import Lines, Terminal

DOWN, UP, PAGE_DOWN, END, HOME = b"\x1b[B", b"\x1b[A", b"\x1b[6~", b"\x1b[F", b"\x1b[H"
ENTER, ESC = b"\r", b"\x1b"
_MARK = "▌"


def command(store: Path, *options: str) -> list[str]:
    """crm-tui on a store."""
    return [crm_script(), "--store", str(store), "--as", LOGIN, *options]


def started(store: Path, folder: Path, *options: str, size: tuple[int, int] = (120, 40)) -> Terminal:
    """crm-tui in a terminal, with its list on the screen and nothing more to come."""
    terminal = Terminal(command(store, *options), folder, size=size)
    terminal.until(has_rows, "the list of customers does not appear")
    terminal.settle(1.5)
    return terminal


def has_rows(lines: Lines) -> bool:
    """Whether rows of the list can be read."""
    return sum(bool(line[1:].strip(" │")) for line in rows(lines)) >= 5


def rows(lines: Lines) -> tuple[str, ...]:
    """The rows of the list, without the preview beside it."""
    top = next((index for index, line in enumerate(lines) if "─ Customers" in line), None)
    if top is None:
        return ()
    bottom = next((index for index in range(top, len(lines)) if lines[index].startswith("╰")), len(lines))
    edge = lines[top].find("╭", 1)
    return tuple(line[: edge if edge > 0 else None] for line in lines[top + 2 : bottom])


def cursor(lines: Lines) -> object:
    """Where the cursor of the list is, and its row."""
    found = [(index, row) for index, row in enumerate(rows(lines)) if _MARK in row]
    return found[0] if found else None


def is_card(lines: Lines) -> bool:
    """Whether a customer's card is open."""
    return any("1 Contact information" in line for line in lines[:3])
