"""Months, and windows of months, as forecasts and actuals are kept by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple, Self

from crm_tui.domain.errors import Invalid

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REASON = "a month is written as 2025-09, 9/2025 or Sep 2025"


class Month(NamedTuple):
    """A calendar month; months compare in time. ``str`` is ISO 8601 (``2025-09``)."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str, field: str = "month") -> Self:
        """Read ``2025-09``, ``9/2025``, ``09.2025`` or ``Sep 2025``; raises Invalid for anything else."""
        parts = text.replace("-", " ").replace("/", " ").replace(".", " ").split()
        if len(parts) != 2:
            raise Invalid(field, _REASON)
        year, month = parts if len(parts[0]) == 4 else reversed(parts)
        names = [name.casefold() for name in _NAMES]
        if month[:3].casefold() in names:
            month = str(names.index(month[:3].casefold()) + 1)
        if not all(part.isascii() and part.isdigit() for part in (year, month)) or len(year) != 4:
            raise Invalid(field, _REASON)
        if not 1 <= int(month) <= 12 or int(year) == 0:
            raise Invalid(field, _REASON)
        return cls(int(year), int(month))

    def plus(self, months: int) -> Self:
        """The month so many months later, or earlier if negative; OverflowError outside years 1 to 9999."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        if not date.min.year <= year <= date.max.year:
            raise OverflowError("month out of the calendar")
        return type(self)(year, month + 1)

    def since(self, earlier: Month) -> int:
        """How many months this one is after ``earlier``."""
        return (self.year - earlier.year) * 12 + self.month - earlier.month

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        if self == (date.max.year, 12):
            return date.max
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def label(self) -> str:
        """As people read it: ``Sep 2025``."""
        return f"{_NAMES[self.month - 1]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def months_from(first: Month, count: int) -> tuple[Month, ...]:
    """So many months in a row."""
    return tuple(first.plus(n) for n in range(count))


def window(today: date, count: int = 6) -> tuple[Month, ...]:
    """The months around a day, a third of them past: in November Sep, Oct, **Nov**, Dec, Jan, Feb."""
    return months_from(Month.of(today).plus(-(count // 3)), count)
