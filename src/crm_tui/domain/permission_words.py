"""What a profile allows, in words: for people who give permissions, and for those who miss something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel

_CUSTOMERS: Mapping[CustomerLevel, str] = {
    CustomerLevel.NONE: "sees no customers, and nothing that is below them",
    CustomerLevel.READ: "sees them with contacts, addresses, settings and files; adds activities and notes",
    CustomerLevel.EDIT: "sees and changes them with all on their card; no money in the customers list",
    CustomerLevel.ALL: "sees and changes them with all on their card; money in the customers list",
}
_INVOLVED = "where {who} is a member, owner or sales person"
_CASES: Mapping[ProjectLevel, str] = {
    ProjectLevel.NONE: "sees no sales cases, projects and invoices",
    ProjectLevel.MEMBER: "sees those where {who} is a member",
    ProjectLevel.MANAGER_WITHOUT_MONEY: f"sees and changes those {_INVOLVED}",
    ProjectLevel.MANAGER: f"sees and changes those {_INVOLVED}",
    ProjectLevel.UNIT: f"sees and changes those {_INVOLVED}, and all of {{unit}}",
    ProjectLevel.ALL: "sees and changes all of them",
}
_MONEY: Mapping[ProjectLevel, str] = {
    ProjectLevel.NONE: "none",
    ProjectLevel.MEMBER: "none",
    ProjectLevel.MANAGER_WITHOUT_MONEY: "none",
    ProjectLevel.MANAGER: "of those that {owners} owns",
    ProjectLevel.UNIT: "of those of {unit}, and of those that {owners} owns",
    ProjectLevel.ALL: "of all of them",
}


class Allowed(NamedTuple):
    """One line of what is allowed: about what, and what of it."""

    subject: str
    words: str


class Holder(NamedTuple):
    """Who has a profile, as the sentences name them, with who is ``below`` them; a profile alone is about any user."""

    who: str = "the user"
    unit: str | None = "the user's business unit"
    below: Sequence[str] = ("a subordinate",)


ANYBODY = Holder()


def in_sentences(profile: Profile, holder: Holder = ANYBODY) -> tuple[Allowed, ...]:
    """What a profile allows, subject by subject; for one ``holder`` with the names of their unit and people."""
    customers = f"{_CUSTOMERS[profile.customers]}."
    if profile.customers.at_least(CustomerLevel.EDIT):
        customers += " Deletes them." if profile.delete_customers else " Does not delete them."
    projects = profile.projects if profile.customers is not CustomerLevel.NONE else ProjectLevel.NONE
    without_unit = projects is ProjectLevel.UNIT and holder.unit is None
    if without_unit:
        projects = ProjectLevel.MANAGER
    *first, last = (holder.who, *holder.below)
    owners = f"{', '.join(first)} or {last}" if first else last
    names = {"who": holder.who, "unit": holder.unit, "owners": owners}
    cases = f"{_CASES[projects].format(**names)}."
    if without_unit:
        cases += f" {holder.who} has no business unit."
    found = [Allowed("Customers", customers), Allowed("Projects", cases)]
    if projects is not ProjectLevel.NONE:
        found.append(Allowed("Money", f"{_MONEY[projects].format(**names)}."))
    manages = "manages users, profiles, registries and the organization." if profile.admin else "no."
    return (
        *(Allowed(each.subject, _capital(each.words)) for each in found),
        Allowed("Administrator", _capital(manages)),
    )


def case_limit(profile: Profile) -> str:
    """The permission that may leave out cases, what is on them, and their money; empty where none does. It depends on
    the profile alone, so that it says nothing of what there is."""
    if profile.customers is CustomerLevel.NONE:
        return f"customers: {profile.customers}"
    return "" if profile.projects is ProjectLevel.ALL else f"projects: {profile.projects}"


def list_limit(profile: Profile) -> str:
    """The permission that may leave out money in the list of customers and its sums; empty where none does."""
    return f"customers: {profile.customers}" if profile.customers is not CustomerLevel.ALL else case_limit(profile)


def limited_by(permission: str) -> str:
    """That a permission may leave out something here; empty where none does."""
    return f"limited by {permission}" if permission else ""


def hidden_by(permission: str, what: str) -> str:
    """The sentence in the place of things that all need a permission which the user lacks."""
    return f"Your permissions hide {what}: they need “{permission}”."


def left_out(number: int, what: str = "figure") -> str:
    """What permissions leave out of a sum, as a sentence; empty for none."""
    if not number:
        return ""
    plural, verb = ("", "is") if number == 1 else ("s", "are")
    return f"* {number} {what}{plural} hidden by your permissions {verb} left out"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
