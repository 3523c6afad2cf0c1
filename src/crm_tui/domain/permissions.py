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
from crm_tui.domain.levels import Customers, Projects
from crm_tui.domain.normalise import check_key


class _Ladder(StrEnum):
    """Levels in rising order."""

    def at_least(self, other: Self) -> bool:
        """Whether this level includes ``other``. (``<`` would compare the names as text.)"""
        steps = list(type(self))
        return steps.index(self) >= steps.index(other)


class CustomerLevel(_Ladder):
    """What a profile may do with customers and all below them (rule 15)."""

    NONE = Customers.NONE
    READ = Customers.READ
    EDIT = Customers.EDIT
    ALL = Customers.ALL


class ProjectLevel(_Ladder):
    """Which cases, and whose money, a profile sees (rule 16)."""

    NONE = Projects.NONE
    MEMBER = Projects.MEMBER
    MANAGER_WITHOUT_MONEY = Projects.MANAGER_WITHOUT_MONEY
    MANAGER = Projects.MANAGER
    UNIT = Projects.UNIT
    ALL = Projects.ALL


class Action(StrEnum):
    """What can be done to an entity."""

    SEE = "see"
    ADD = "add"
    EDIT = "edit"
    DELETE = "delete"


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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
    return _below(user, _reports(superiors))


def _reports(superiors: Mapping[int, int | None]) -> dict[int, list[int]]:
    """Who is directly below whom."""
    reports: dict[int, list[int]] = {}
    for person, superior in superiors.items():
        if superior is not None:
            reports.setdefault(superior, []).append(person)
    return reports


def _below(user: int, reports: Mapping[int, list[int]]) -> frozenset[int]:
    found: set[int] = set()
    waiting = [user]
    while waiting:
        for person in reports.get(waiting.pop(), ()):
            if person not in found and person != user:
                found.add(person)
                waiting.append(person)
    return frozenset(found)


def check_profile(profile: Profile) -> None:
    """Raise Invalid for a profile without a name, or with one that looks like another, or that deletes customers
    which it may not edit."""
    if not profile.name.strip():
        raise Invalid("name", "is needed")
    check_key("name", profile.name)
    if profile.name != profile.name.strip():
        raise Invalid("name", "must not begin or end with blanks")
    if not profile.name.isprintable():
        raise Invalid("name", "must not contain characters that can't be seen")
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


def may_change_profile(granter: Profile, before: Profile, after: Profile) -> Decision:
    """Whether a holder of ``granter`` may change a profile: not their own (told by its name), and neither from nor to
    one that allows more than they have, since nobody could give that back (rule 18)."""
    if before.name == granter.name:
        return Decision(ANOTHER_ADMINISTRATOR)
    had = may_grant(granter, before)
    return may_grant(granter, after) if had else had


def has_everything(profile: Profile) -> bool:
    """Whether nobody has more than a holder of ``profile``, wherever they stand."""
    everything = profile.customers is CustomerLevel.ALL and profile.projects is ProjectLevel.ALL
    return everything and profile.delete_customers and profile.admin


class Standing(NamedTuple):
    """Where a user stands: with which profile, in which business unit, below whom."""

    profile: Profile
    business_unit: int | None = None
    superior: int | None = None


class Reach(NamedTuple):
    """All that a user may do and see but for the cases on which they are named: what their profile allows, and what
    their place adds to it, the ``units`` of which they see all cases, and the ``people`` whose money they see, too.
    With projects *all* a place adds nothing."""

    user: int
    profile: Profile
    units: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


class Refusal(NamedTuple):
    """Why a change is not allowed: ``user`` has more than the actor already (``had``), or would have then."""

    user: int
    missing: str
    had: bool


def reaches(users: Mapping[int, Standing]) -> dict[int, Reach]:
    """What each of all users may do and see."""
    reports = _reports({user: standing.superior for user, standing in users.items()})
    return {user: _reach(user, standing, reports) for user, standing in users.items()}


def _reach(user: int, standing: Standing, reports: Mapping[int, list[int]]) -> Reach:
    profile, unit = standing.profile, standing.business_unit
    if profile.projects not in (ProjectLevel.MANAGER, ProjectLevel.UNIT):
        return Reach(user, profile)
    units = frozenset({unit}) if unit is not None and profile.projects is ProjectLevel.UNIT else frozenset()
    return Reach(user, profile, units, _below(user, reports))


def may_reach(granter: Reach, reach: Reach) -> Decision:
    """Whether a granter has all that a user has, or is to have: then they may give it, and take it away, since they
    could give it back. Of the cases on which somebody is named, the level alone decides."""
    allowed = may_grant(granter.profile, reach.profile)
    if not allowed or granter.profile.projects is ProjectLevel.ALL:
        return allowed
    if reach.units <= granter.units and reach.people <= granter.people | {granter.user}:
        return GRANTED
    return Decision(f"projects: {ProjectLevel.ALL}")


def may_hand_over(granter: Reach, reach: Reach) -> Decision:
    """Whether a granter may change the login of a user. Whoever gets it sees even the cases on which that user is
    named, so the granter has to see those, too."""
    allowed = may_reach(granter, reach)
    sees_none = reach.profile.customers is CustomerLevel.NONE or reach.profile.projects is ProjectLevel.NONE
    if not allowed or sees_none or granter.profile.projects is ProjectLevel.ALL:
        return allowed
    return Decision(f"projects: {ProjectLevel.ALL}")


def refusal(
    actor: int, before: Mapping[int, Standing], after: Mapping[int, Standing], touched: Collection[int] = ()
) -> Refusal | None:
    """What stands against a change of users and profiles, whichever way it is made (rule 18); None if nothing does.

    ``before`` and ``after`` are all users. The actor's own permissions stay as they are, and everybody who stands or
    sees otherwise afterwards, or is ``touched`` in something else, has no more than the actor: neither before nor
    after. So nothing is given that the actor lacks, and nothing taken that they could not give back."""
    had, has = reaches(before), reaches(after)
    own = had[actor]
    if has[actor] != own:
        return Refusal(actor, ANOTHER_ADMINISTRATOR, had=True)
    changed = [
        user
        for user in {**had, **has}
        if user in touched or before.get(user) != after.get(user) or had.get(user) != has.get(user)
    ]
    for people in (had, has):
        for user in changed:
            missing = may_reach(own, people[user]).missing if user in people else None
            if missing is not None:
                return Refusal(user, missing, had=people is had)
    return None
