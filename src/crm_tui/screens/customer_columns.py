"""The columns of the customers list. Imports nothing that costs time: the first page is painted before all else."""

from __future__ import annotations

from crm_tui.widgets.columns import Column

_COLUMNS = (
    Column("mark", width=1, gap=0, style="accent"),
    Column("name", "Name", width=22, flex=3, gap=1, match=True),
    Column("number", "No.", width=5, align="right", style="muted", drop=2, match=True),
    Column("city", "City", width=9, flex=1, drop=4, match=True),
    Column("phone", "Phone", width=16, match=True),
    Column("owner", "", width=2, drop=3),
    Column("value", "Open value", width=13, align="right"),
    Column("more", "", width=1, gap=0, style="muted"),
    Column("last", "Last", width=9, align="right", style="muted", drop=1),
)


def columns(*, phone: bool) -> tuple[Column, ...]:
    """The columns; the phone number yields to the preview, which shows it."""
    return tuple(each for each in _COLUMNS if phone or each.key != "phone")
