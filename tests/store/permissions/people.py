"""Who is in the world of the permission tests, and how cases stand to the actor."""

from __future__ import annotations

from typing import Any, NamedTuple

from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewUser
from crm_tui.store.port import Store

#: the login of the user whose permissions are tried, and the name of their profile
ACTOR, PROFILE = "actor", "under test"


class People(NamedTuple):
    """Ids of users and business units. ``below`` reports to the actor, ``far_below`` to ``below``, the actor to
    ``boss``; ``mate`` is of the actor's unit, ``stranger`` of another one."""

    admin: int
    actor: int
    boss: int
    below: int
    far_below: int
    mate: int
    stranger: int
    unit: int
    other_unit: int


def hire(store: Store) -> People:
    """Make the users; the actor may do everything for now, so that they have a past."""
    unit, other_unit = (
        store.registries.create(NewRegistryValue(kind=RegistryKind.BUSINESS_UNIT, name=name)).id
        for name in ("Machines", "Buildings")
    )
    everything: dict[str, Any] = {
        "customers": CustomerLevel.ALL,
        "projects": ProjectLevel.ALL,
        "delete_customers": True,
    }
    tested = store.users.create_profile(Profile(name=PROFILE, admin=True, **everything)).id
    usual = store.users.create_profile(Profile(name="usual", **everything)).id

    def user(login: str, profile: int, business_unit: int, superior: int | None = None) -> int:
        named: dict[str, Any] = {"name": f"User {login}", "login": login, "email": f"{login}@kallio.example"}
        new = NewUser(profile=profile, business_unit=business_unit, superior=superior, **named)
        return store.users.create(new).id

    boss = user("boss", usual, other_unit)
    actor = user(ACTOR, tested, unit, boss)
    below = user("below", usual, other_unit, actor)
    return People(
        admin=store.users.me().user.id,
        actor=actor,
        boss=boss,
        below=below,
        far_below=user("far_below", usual, other_unit, below),
        mate=user("mate", usual, unit),
        stranger=user("stranger", usual, other_unit),
        unit=unit,
        other_unit=other_unit,
    )


def relations(of: People) -> dict[str, dict[str, Any]]:
    """The fields of a case that say how the actor stands to it, by a name."""
    return {
        "own": {"owner": of.actor, "business_unit": of.other_unit},
        "sold": {"owner": of.stranger, "sales_person": of.actor},
        "member": {"owner": of.stranger, "members": (of.stranger, of.actor), "business_unit": of.other_unit},
        "of below": {"owner": of.below},
        "of far below, member": {"owner": of.far_below, "members": (of.actor,)},
        "of below, sold": {"owner": of.below, "sales_person": of.actor, "business_unit": of.other_unit},
        "of boss": {"owner": of.boss},
        "of unit": {"owner": of.stranger, "business_unit": of.unit},
        "of mate, other unit": {"owner": of.mate, "business_unit": of.other_unit},
        "of nobody, unit": {"owner": None, "business_unit": of.unit},
        "of nobody": {"owner": None},
        "of nobody, sold": {"owner": None, "sales_person": of.actor},
        "of stranger": {"owner": of.stranger, "sales_person": of.boss, "members": (of.mate,)},
    }
