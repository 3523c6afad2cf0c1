"""Who asks, and what they may do; sight.py has the SQL that leaves out what they may not see.

The rules themselves are in crm_tui.domain.permissions. Rights are read anew in every call, in the same transaction as
the data.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, UnknownUser
from crm_tui.domain.permissions import Action, CustomerLevel, Profile, ProjectLevel, may
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.matching import ids
from crm_tui.store.sql.sight import case_money as case_money
from crm_tui.store.sql.sight import case_seen as case_seen
from crm_tui.store.sql.sight import invoice_money as invoice_money

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
            "subordinates": ids(self.subordinates),
        }

    @property
    def projects(self) -> ProjectLevel:
        """Which cases the actor sees, and the money of which."""
        return self.profile.projects

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
        if not self.profile.customers.at_least(level):
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


def load(con: Connection, login: str) -> Rights:
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
    return Rights(user, name, unit, profile, _subordinates(con, user))


def _subordinates(con: Connection, user: int) -> tuple[int, ...]:
    """The ids of all users below a user."""
    below = con.execute(
        "WITH RECURSIVE below (id) AS (SELECT id FROM crm_user WHERE superior_id = :user"
        " UNION SELECT u.id FROM crm_user u JOIN below b ON u.superior_id = b.id)"
        " SELECT id FROM below WHERE id <> :user",
        {"user": user},
    )
    return tuple(row[0] for row in below)
