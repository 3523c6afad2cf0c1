"""What the commands that compare customers with their registers share: cells of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.register_update import Compared, in_words


def cell(row: Compared, lines: Sequence[str]) -> str:
    """One side of a row on one line."""
    return ", ".join(in_words(row.take, lines))
