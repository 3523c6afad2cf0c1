"""How the rows and pages of the customers list translate. Pure."""

from __future__ import annotations

from msgspec import UnsetType

from crm_tui.screens.present import NOTHING, Clock, owner, sums, text
from crm_tui.store import paging
from crm_tui.store.customers import CustomerRow, CustomerSort
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.rows import PageRequest, Row

#: column -> what a click on its head sorts by
SORTS = {
    "name": CustomerSort.NAME,
    "number": CustomerSort.NUMBER,
    "city": CustomerSort.CITY,
    "owner": CustomerSort.OWNER,
    "value": CustomerSort.OPEN_VALUE,
    "last": CustomerSort.LAST_ACTIVITY,
}


def customer_row(row: CustomerRow, clock: Clock, *, phone: bool) -> Row:
    """A customer as a row of the table; of several currencies the one with most, and a plus."""
    first, *more = sums(row.open_value, starred=False)
    star = not isinstance(row.open_value, UnsetType) and row.open_value.left_out
    last: Cell = cell(clock.ago(row.last_activity).removesuffix(" ago")) if row.last_activity else NOTHING
    return Row(
        str(row.id),
        (
            cell("*") if row.is_favourite else cell(""),
            cell(row.name) if row.is_active else cell((row.name, "italic")),
            cell(str(row.number)),
            text(row.city),
            *([text(row.phone)] if phone else []),
            owner(row.owner_name),
            first,
            # beside the amount, which is never cut
            cell(("*", "warn")) if star else "+" if more else "",
            last,
        ),
        style="" if row.is_active else "muted",
    )


def request_for(request: PageRequest) -> paging.PageRequest:
    """What the table wants, as the store is asked for it."""
    cursor, forward, skip = request.anchor
    return paging.PageRequest(
        limit=request.limit,
        after=cursor if forward else None,
        before=None if forward else cursor,
        from_end=not forward and cursor is None,
        skip=skip,
    )
