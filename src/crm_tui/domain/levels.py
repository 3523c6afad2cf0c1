"""The two ladders of permissions: what a profile may do with customers, and which cases it sees.

The look-up from the shell uses this module: it imports nothing that costs time.
"""

from __future__ import annotations

from enum import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class _Ladder(StrEnum):
    """Levels in rising order."""

    def at_least(self, other: Self) -> bool:
        """Whether this level includes ``other``. (``<`` would compare the names as text.)"""
        steps = list(type(self))
        return steps.index(self) >= steps.index(other)


class CustomerLevel(_Ladder):
    """What a profile may do with customers and all below them (rule 15)."""

    NONE = "none"
    READ = "read"
    EDIT = "edit"
    ALL = "all"


class ProjectLevel(_Ladder):
    """Which cases, and whose money, a profile sees (rule 16)."""

    NONE = "none"
    MEMBER = "member"
    MANAGER_WITHOUT_MONEY = "manager without money"
    MANAGER = "manager"
    UNIT = "unit"
    ALL = "all"
