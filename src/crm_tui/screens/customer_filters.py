"""What the customers list is narrowed by. Favourites and recent ones are two ticks of the query, and one chip."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from crm_tui.screens.filters import STATE, Filter
from crm_tui.store.customers import CustomerQuery

#: field of CustomerQuery -> its chip, in the order shown; ``list`` stands for favourites and recent
CHIPS = {
    "active": STATE,
    "owner": Filter("Owner", None, None),
    "industry": Filter("Industry", None, None),
    "segment": Filter("Segment", None, None),
    "keyword": Filter("Keyword", None, None),
    "role": Filter("Role", None, None),
    "list": Filter("List", "", ""),
}
LISTS = {"favourites": "favourites", "recent": "recent"}


def values_of(query: CustomerQuery) -> dict[str, Any]:
    """The value of each chip."""
    which = "favourites" if query.favourites else "recent" if query.recent else ""
    return {key: which if key == "list" else getattr(query, key) for key in CHIPS}


def changed(query: CustomerQuery, **changes: Any) -> CustomerQuery:
    """The query with fields changed; ``list`` may be given for favourites and recent."""
    if "list" in changes:
        which = changes.pop("list")
        changes |= {"favourites": which == "favourites", "recent": which == "recent"}
    return replace(query, **changes)
