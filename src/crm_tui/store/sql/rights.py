"""Who asks, what they may do, and the SQL that leaves out what they may not see.

The rules themselves are in crm_tui.domain.permissions; the fragments here say the same of rows. Rights are read
anew in every call, in the same transaction as the data.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import apsw
from msgspec import json

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, UnknownUser
from crm_tui.domain.permissions import Action, CustomerLevel, Profile, ProjectLevel, may

_VERBS = {Action.SEE: "see", Action.ADD: "add", Action.EDIT: "change", Action.DELETE: "delete"}


class Rights(NamedTuple):
    """The actor of a call. ``subordinates`` are the ids of all users below them, however deep."""

    user: int
    name: str
    business_unit: int | None
    profile: Profile
    subordinates: tuple[int, ...]

    @property
    def parameters(self) -> dict[str, Any]:
        """What the fragments below refer to."""
        return {
            "actor": self.user,
            "unit": self.business_unit,
            "subordinates": json.encode(self.subordinates).decode(),
        }

    @property
    def sees_customers(self) -> bool:
        """Whether there are customers at all for this actor."""
        return self.profile.customers is not CustomerLevel.NONE

    @property
    def sees_list_money(self) -> bool:
        """Whether the customers list, its preview and totals show money (rule 15)."""
        return self.profile.customers is CustomerLevel.ALL

    def need(self, action: Action, kind: Kind) -> None:
        """Raise Denied unless the profile allows this at all; of cases and what is on them, the rows decide
        on top of that."""
        decision = may(self.profile, action, kind)
        if decision.missing is not None:
            raise Denied(f"{_VERBS[action]} this {kind.value}", decision.missing)

    def need_customers(self, level: CustomerLevel, action: str) -> None:
        """Raise Denied below ``level``."""
        order = list(CustomerLevel)
        if order.index(self.profile.customers) < order.index(level):
            raise Denied(action, f"customers: {level.value}")

    def need_delete_customers(self) -> None:
        """Raise Denied without the tick *delete customers*."""
        self.need_customers(CustomerLevel.EDIT, "delete customers")
        if not self.profile.delete_customers:
            raise Denied("delete customers", "delete customers")

    def need_admin(self, action: str) -> None:
        """Raise Denied unless the actor manages users and registries."""
        if not self.profile.admin:
            raise Denied(action, "administrator")


def load(con: apsw.Connection, login: str) -> Rights:
    """The rights of the active user with this login; UnknownUser without one."""
    row = con.execute(
        "SELECT u.id, u.name, u.business_unit_id, p.name, p.customers, p.delete_customers, p.projects, p.admin"
        " FROM crm_user u JOIN profile p ON p.id = u.profile_id WHERE u.login = ? AND u.is_active = 1",
        (login,),
    ).fetchone()
    if row is None:
        raise UnknownUser(login)
    user, name, unit, profile_name, customers, deletes, projects, admin = row
    profile = Profile(
        name=profile_name,
        customers=CustomerLevel(customers),
        delete_customers=bool(deletes),
        projects=ProjectLevel(projects),
        admin=bool(admin),
    )
    below = con.execute(
        "WITH RECURSIVE below (id) AS (SELECT id FROM crm_user WHERE superior_id = :user"
        " UNION SELECT u.id FROM crm_user u JOIN below b ON u.superior_id = b.id)"
        " SELECT id FROM below WHERE id <> :user",
        {"user": user},
    )
    return Rights(user, name, unit, profile, tuple(row[0] for row in below))


def case_seen(rights: Rights, alias: str = "c") -> str:
    """A condition: the case in ``alias`` is one that the actor sees (rule 16)."""
    if not rights.sees_customers:
        return "0"
    member = f"EXISTS (SELECT 1 FROM case_member m WHERE m.case_id = {alias}.id AND m.user_id = :actor)"
    involved = f"({alias}.owner_id IS :actor OR {alias}.sales_person_id IS :actor OR {member})"
    match rights.profile.projects:
        case ProjectLevel.NONE:
            return "0"
        case ProjectLevel.MEMBER:
            return member
        case ProjectLevel.UNIT:
            return f"({involved} OR ({alias}.business_unit_id IS NOT NULL AND {alias}.business_unit_id IS :unit))"
        case ProjectLevel.ALL:
            return "1"
        case _:
            return involved


def case_money(rights: Rights, alias: str = "c") -> str:
    """A condition: of the case in ``alias``, which the actor sees, they also see the money."""
    # never NULL, which a NOT around it would take for true: a case may have no owner
    theirs = f"({alias}.owner_id IS :actor OR {alias}.owner_id IN (SELECT value FROM json_each(:subordinates)))"
    own = f"({alias}.owner_id IS NOT NULL AND {theirs})"
    match rights.profile.projects:
        case ProjectLevel.ALL:
            return "1"
        case ProjectLevel.MANAGER:
            return own
        case ProjectLevel.UNIT:
            return f"({own} OR ({alias}.business_unit_id IS NOT NULL AND {alias}.business_unit_id IS :unit))"
        case _:
            return "0"


def invoice_money(rights: Rights, alias: str = "i") -> str:
    """A condition: the actor sees the money of all cases of the invoice in ``alias``; one without cases is
    seen by those who see all."""
    if not rights.sees_customers:
        return "0"
    if rights.profile.projects is ProjectLevel.ALL:
        return "1"
    hidden = (
        f"SELECT 1 FROM invoice_case ic JOIN crm_case c ON c.id = ic.case_id WHERE ic.invoice_id = {alias}.id"
        f" AND NOT ({case_seen(rights)} AND {case_money(rights)})"
    )
    some = f"SELECT 1 FROM invoice_case ic WHERE ic.invoice_id = {alias}.id"
    return f"(EXISTS ({some}) AND NOT EXISTS ({hidden}))"
