"""The rows of the demo company while they are being made: ids, who made them when, days around today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

#: where people of the demo company look at the clock
ZONE = ZoneInfo("Europe/Helsinki")


class World:
    """Collects rows by table. Days are counted from today: -3 is three days ago.

    ``now`` is the moment at which it is made (None: any after nine); what is past lies before it. It may be before
    nine in Helsinki, and even the day before where today begins earlier."""

    def __init__(self, seed: int, today: dt.date, now: dt.datetime | None = None) -> None:
        self.random = Random(f"crm-tui demo {seed}")  # noqa: S311 - nothing secret is made here
        self.today = today
        nine = self.at(today, 9)
        self.now = now or nine
        self._early = max(dt.timedelta(0), nine - self.now)
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.by: dict[str, int] = {}
        self.value: dict[tuple[str, str], int] = {}
        self._next: dict[str, int] = defaultdict(lambda: 1)

    def day(self, offset: int) -> dt.date:
        """A plain date."""
        return self.today + dt.timedelta(days=offset)

    def workday(self, offset: int) -> dt.date:
        """A date that is no Saturday or Sunday: the Friday before a past one, the Monday after a coming one."""
        day = self.day(offset)
        if day.weekday() < 5:
            return day
        return day - dt.timedelta(days=day.weekday() - 4) if offset < 0 else day + dt.timedelta(days=7 - day.weekday())

    def at(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        """An instant, given as the time of the day in Helsinki."""
        return dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC)

    def this_morning(self, hour: int, minute: int = 0) -> dt.datetime:
        """An instant of today before nine; where it is not nine yet, all of them come so much earlier."""
        return self.at(self.today, hour, minute) - self._early

    def some_time(self, day: dt.date) -> dt.datetime:
        """An instant within working hours that is past; today it is in the morning."""
        if day >= self.today:
            return self.this_morning(self.random.randint(7, 8), self.random.randrange(60))
        found = self.at(day, self.random.randint(8, 15), self.random.randrange(60))
        return found if found <= self.now else found - dt.timedelta(days=1)

    def next_id(self, table: str) -> int:
        """The id that the next row of a table gets."""
        return self._next[table]

    def add(
        self,
        table: str,
        *,
        made: dt.datetime | None = None,
        by: int | None = None,
        changed: dt.datetime | None = None,
        changed_by: int | None = None,
        revision: int = 1,
        **fields: Any,
    ) -> int:
        """Add a row made by ``by`` (and changed later); returns its id."""
        made = made or self.at(self.day(-1400), 9)
        key = self._next[table]
        self._next[table] += 1
        stamps = {
            "revision": revision,
            "created_at": made,
            "created_by": by,
            "updated_at": changed or made,
            "updated_by": changed_by if changed_by is not None else by,
        }
        self.rows[table].append({"id": key, **stamps, **fields})
        return key

    def put(self, table: str, **columns: Any) -> None:
        """Add a row of a table that keeps no entities."""
        self.rows[table].append(columns)

    def plain(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as plain JSON values."""
        rows: list[dict[str, Any]] = msgspec.to_builtins(self.rows[table])
        return rows

    def find(self, kind: str, name: str) -> int:
        """The id of a registry value."""
        return self.value[kind, name]

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random.random() < share
