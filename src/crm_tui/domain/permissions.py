"""Who may do what: profiles and the decisions made from them (rules 15 to 18). The store asks and obeys.

Customers and projects are two ladders; each step includes the ones below it. Cases are seen only by those who
see customers, and money only where the case is seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol, Self

from msgspec import Struct

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid


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


class Action(StrEnum):
    """What can be done to an entity."""

    SEE = "see"
    ADD = "add"
    EDIT = "edit"
    DELETE = "delete"


class Profile(Struct, frozen=True, kw_only=True):
    """A named set of permissions. ``admin`` manages users, profiles and registries."""

    name: str
    customers: CustomerLevel = CustomerLevel.NONE
    delete_customers: bool = False
    projects: ProjectLevel = ProjectLevel.NONE
    admin: bool = False


class Decision(Struct, frozen=True):
    """True where it is granted; else ``missing`` names the permission that is lacking."""

    missing: str | None = None

    def __bool__(self) -> bool:
        return self.missing is None


GRANTED = Decision()
#: what changing one's own permissions takes: nobody does that (rule 18)
ANOTHER_ADMINISTRATOR = "another administrator"


class Person(Protocol):
    """The actor as the decisions see it; a User is one."""

    @property
    def id(self) -> int: ...
    @property
    def business_unit(self) -> int | None: ...


class CaseFacts(NamedTuple):
    """What a decision about a case depends on: ids of users and of a business unit."""

    owner_id: int | None
    sales_person_id: int | None
    member_ids: Collection[int]
    business_unit_id: int | None


class _Need(NamedTuple):
    """What an action takes."""

    customers: CustomerLevel = CustomerLevel.NONE
    projects: ProjectLevel = ProjectLevel.NONE
    delete_customers: bool = False
    admin: bool = False


_READ = _Need(CustomerLevel.READ)
_EDIT = _Need(CustomerLevel.EDIT)
_SEE_CASES = _Need(CustomerLevel.READ, ProjectLevel.MEMBER)
_MANAGE_CASES = _Need(CustomerLevel.READ, ProjectLevel.MANAGER_WITHOUT_MONEY)
_MANAGE_MONEY = _Need(CustomerLevel.READ, ProjectLevel.MANAGER)
_ANYONE = _Need()
_ADMIN = _Need(admin=True)


def _needs(see: _Need, add: _Need, edit: _Need, delete: _Need) -> Mapping[Action, _Need]:
    return {Action.SEE: see, Action.ADD: add, Action.EDIT: edit, Action.DELETE: delete}


_RULES: Mapping[Kind, Mapping[Action, _Need]] = {
    Kind.CUSTOMER: _needs(_READ, _EDIT, _EDIT, _Need(CustomerLevel.EDIT, delete_customers=True)),
    Kind.ADDRESS: _needs(_READ, _EDIT, _EDIT, _EDIT),
    Kind.CONTACT: _needs(_READ, _EDIT, _EDIT, _EDIT),
    Kind.FILE: _needs(_READ, _EDIT, _EDIT, _EDIT),  # rule 17
    Kind.BILLING: _needs(_READ, _EDIT, _EDIT, _EDIT),
    # whose activity or note may be changed is for rule 11 to say
    Kind.ACTIVITY: _needs(_READ, _READ, _READ, _READ),
    Kind.NOTE: _needs(_READ, _READ, _READ, _READ),
    Kind.CASE: _needs(_SEE_CASES, _MANAGE_CASES, _MANAGE_CASES, _MANAGE_CASES),
    Kind.FORECAST: _needs(_SEE_CASES, _MANAGE_MONEY, _MANAGE_MONEY, _MANAGE_MONEY),
    Kind.ACTUAL: _needs(_SEE_CASES, _MANAGE_MONEY, _MANAGE_MONEY, _MANAGE_MONEY),
    Kind.INVOICE: _needs(_SEE_CASES, _MANAGE_MONEY, _MANAGE_MONEY, _MANAGE_MONEY),
    # names of users and values of registries stand on every card
    Kind.USER: _needs(_ANYONE, _ADMIN, _ADMIN, _ADMIN),
    Kind.PROFILE: _needs(_ANYONE, _ADMIN, _ADMIN, _ADMIN),
    Kind.REGISTRY: _needs(_ANYONE, _ADMIN, _ADMIN, _ADMIN),
    Kind.ORGANIZATION: _needs(_ANYONE, _ADMIN, _ADMIN, _ADMIN),
}


def may(profile: Profile, action: Action, entity: Kind) -> Decision:
    """Whether a profile allows an action on this kind of entity at all.

    Of cases and their figures ``sees_case`` and ``sees_case_money`` then say which."""
    need = _RULES[entity][action]
    if not profile.customers.at_least(need.customers):
        return Decision(f"customers: {need.customers}")
    if need.delete_customers and not profile.delete_customers:
        return Decision("delete customers")
    if not profile.projects.at_least(need.projects):
        return Decision(f"projects: {need.projects}")
    if need.admin and not profile.admin:
        return Decision("administrator")
    return GRANTED


def sees_list_money(profile: Profile) -> bool:
    """Whether the customers list, its preview and its totals show money at all; which, the cases say."""
    return profile.customers is CustomerLevel.ALL


def sees_case(profile: Profile, actor: Person, case: CaseFacts) -> bool:
    """Whether the actor knows of a case."""
    if profile.customers is CustomerLevel.NONE:
        return False
    is_member = actor.id in case.member_ids
    is_manager = actor.id in (case.owner_id, case.sales_person_id)
    match profile.projects:
        case ProjectLevel.NONE:
            return False
        case ProjectLevel.MEMBER:
            return is_member
        case ProjectLevel.MANAGER_WITHOUT_MONEY | ProjectLevel.MANAGER:
            return is_member or is_manager
        case ProjectLevel.UNIT:
            return is_member or is_manager or _in_unit(actor, case)
        case ProjectLevel.ALL:
            return True


def sees_case_money(profile: Profile, actor: Person, case: CaseFacts, subordinates: Collection[int]) -> bool:
    """Whether the actor sees the money of a case: value, forecast, actual. ``subordinates``: of the actor,
    direct and indirect."""
    if not sees_case(profile, actor, case):
        return False
    is_theirs = case.owner_id is not None and (case.owner_id == actor.id or case.owner_id in subordinates)
    match profile.projects:
        case ProjectLevel.MANAGER:
            return is_theirs
        case ProjectLevel.UNIT:
            return is_theirs or _in_unit(actor, case)
        case ProjectLevel.ALL:
            return True
        case _:
            return False


def sees_invoice_money(
    profile: Profile, actor: Person, cases: Iterable[CaseFacts], subordinates: Collection[int]
) -> bool:
    """Whether the actor sees the amounts of an invoice: the money of all its cases, or (if it has none) with
    projects *all*."""
    decisions = [sees_case_money(profile, actor, case, subordinates) for case in cases]
    if not decisions:
        return profile.customers is not CustomerLevel.NONE and profile.projects is ProjectLevel.ALL
    return all(decisions)


def _in_unit(actor: Person, case: CaseFacts) -> bool:
    return case.business_unit_id is not None and case.business_unit_id == actor.business_unit


def subordinates_of(user: int, superiors: Mapping[int, int | None]) -> frozenset[int]:
    """Everyone below a user, directly or not; ``superiors`` maps users to their superior. A circle of
    superiors ends where it began and never makes a user their own subordinate."""
    reports: dict[int, list[int]] = {}
    for person, superior in superiors.items():
        if superior is not None:
            reports.setdefault(superior, []).append(person)
    found: set[int] = set()
    waiting = [user]
    while waiting:
        for person in reports.get(waiting.pop(), ()):
            if person not in found and person != user:
                found.add(person)
                waiting.append(person)
    return frozenset(found)


def check_profile(profile: Profile) -> None:
    """Raise Invalid for a profile without a name, or that deletes customers which it may not edit."""
    if not profile.name.strip():
        raise Invalid("name", "is needed")
    if profile.delete_customers and not profile.customers.at_least(CustomerLevel.EDIT):
        raise Invalid("delete_customers", "goes only with customers: edit or all")


def may_grant(granter: Profile, profile: Profile) -> Decision:
    """Whether a holder of ``granter`` may give someone ``profile``: an administrator, and nothing that they
    don't have themselves (rule 18)."""
    if not granter.admin:
        return Decision("administrator")
    if not granter.customers.at_least(profile.customers):
        return Decision(f"customers: {profile.customers}")
    if profile.delete_customers and not granter.delete_customers:
        return Decision("delete customers")
    if not granter.projects.at_least(profile.projects):
        return Decision(f"projects: {profile.projects}")
    return GRANTED


def may_assign(granter: Profile, granter_id: int, user_id: int, profile: Profile) -> Decision:
    """Whether a user may give ``profile`` to a user: never to themselves (rule 18)."""
    if granter_id == user_id:
        return Decision(ANOTHER_ADMINISTRATOR)
    return may_grant(granter, profile)


def may_change_profile(granter: Profile, before: Profile, after: Profile) -> Decision:
    """Whether a holder of ``granter`` may change a profile: not their own (told by its name), and neither from nor to
    one that allows more than they have, since nobody could give that back (rule 18)."""
    if before.name == granter.name:
        return Decision(ANOTHER_ADMINISTRATOR)
    had = may_grant(granter, before)
    return may_grant(granter, after) if had else had
