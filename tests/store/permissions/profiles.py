"""Every combination of permissions that a profile can have."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest
from tests.store.permissions.people import PROFILE

from crm_tui.store.sql.dialect import Connection

CUSTOMERS = ("none", "read", "edit", "all")
PROJECTS = ("none", "member", "manager without money", "manager", "unit", "all")


class Permissions(NamedTuple):
    """A profile, in plain words."""

    customers: str
    deletes: bool
    projects: str
    admin: bool

    def may(self, customers: str = "none", projects: str = "none") -> bool:
        """Whether the levels are these at least."""
        enough = CUSTOMERS.index(self.customers) >= CUSTOMERS.index(customers)
        return enough and PROJECTS.index(self.projects) >= PROJECTS.index(projects)

    @property
    def sight(self) -> str:
        """What decides which things are seen: nothing at all, or the level of projects."""
        return "nothing" if self.customers == "none" else self.projects


#: the tick goes only with edit and all
EVERY = tuple(
    Permissions(*combination)
    for combination in product(CUSTOMERS, (False, True), PROJECTS, (False, True))
    if combination[0] in ("edit", "all") or not combination[1]
)
SIGHTS = ("nothing", *PROJECTS)
#: what stores elsewhere are asked about every time; the others are for the long runs
_ELSEWHERE = {"postgres_pair": "manager without money", "http_pair": "member"}


def elsewhere(pair: str) -> pytest.MarkDecorator:
    """Each sight with a pair of stores that are no files: ``pair`` names the fixture."""
    later = {sight: () if sight == _ELSEWHERE[pair] else pytest.mark.soak for sight in SIGHTS}
    return pytest.mark.parametrize(
        ("sight", pair), [pytest.param(sight, sight, id=sight, marks=later[sight]) for sight in SIGHTS], indirect=[pair]
    )


def of_sight(sight: str) -> list[Permissions]:
    """The profiles that see the same things."""
    return [each for each in EVERY if each.sight == sight]


def some_of_sight(sight: str) -> list[Permissions]:
    """A few of them, unlike each other."""
    return of_sight(sight)[1::4]


def assume(con: Connection, permissions: Permissions) -> None:
    """Give the actor's profile these permissions."""
    con.execute(
        "UPDATE profile SET customers = ?, delete_customers = ?, projects = ?, admin = ? WHERE name = ?",
        (permissions.customers, int(permissions.deletes), permissions.projects, int(permissions.admin), PROFILE),
    )
