"""What the two ladders of permissions are called where they are kept; domain/permissions.py makes levels of them.

The look-up from the shell uses this module: to import enum would be a third of its time.
"""

from __future__ import annotations


class Customers:
    """What a profile may do with customers."""

    NONE = "none"
    READ = "read"
    EDIT = "edit"
    ALL = "all"


class Projects:
    """Which cases, and whose money, a profile sees."""

    NONE = "none"
    MEMBER = "member"
    MANAGER_WITHOUT_MONEY = "manager without money"
    MANAGER = "manager"
    UNIT = "unit"
    ALL = "all"
