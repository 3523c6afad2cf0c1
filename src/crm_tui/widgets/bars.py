"""Pictures one line high, as cells: a share as a bar, some months as a sparkline."""

from collections.abc import Sequence

from crm_tui.widgets.cells import Cell, cell

_LEVELS = "▁▂▃▄▅▆▇"


def share_bar(percent: int | None, width: int = 10) -> Cell:
    """A share of 0 to 100 as a bar `━━━───`; None (not known, not to be seen) is empty."""
    if percent is None:
        return Cell()
    filled = round(max(0, min(100, percent)) * width / 100)
    return cell(("━" * filled, "accent"), ("─" * (width - filled), "faint"))


def share(percent: int | None, width: int = 10) -> Cell:
    """A share as a bar with its number beside it: `━━━━━━━───  70 %`."""
    if percent is None:
        return cell(("–", "faint"))
    return cell(share_bar(percent, width), f" {percent:>3}", (" %", "muted"))


def sparkline(values: Sequence[float], width: int = 8) -> Cell:
    """The last `width` values, a cell each, the last one in the accent; a value below zero is drawn as zero.

    The highest is never a full block: the rows of a list would melt together.
    """
    shown = [max(0.0, value) for value in values[-width:]]
    if not shown:
        return Cell()
    highest = max(shown)
    marks = [_LEVELS[round(value / highest * (len(_LEVELS) - 1))] if highest else _LEVELS[0] for value in shown]
    return cell(("".join(marks[:-1]), "muted"), (marks[-1], "accent"))
