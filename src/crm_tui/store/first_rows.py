"""The first rows of the customers list, for the page that is painted before the program is there. Imports nothing that
costs time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class FirstRow:
    """A customer, as far as one look at the list tells."""

    __slots__ = ("city", "is_favourite", "name", "number", "owner", "phone")

    def __init__(
        self, name: str, number: int, city: str | None, owner: str | None, phone: str | None, is_favourite: int
    ) -> None:
        self.name, self.number, self.city, self.owner, self.phone = name, number, city, owner, phone
        self.is_favourite = bool(is_favourite)


class FirstRows:
    """Who looks, on which store, and what is first in the list."""

    __slots__ = ("rows", "store", "user")

    def __init__(self, user: str, store: str, rows: Sequence[FirstRow]) -> None:
        self.user, self.store, self.rows = user, store, rows
