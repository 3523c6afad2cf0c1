"""What an actor sees: the SQL that leaves out the rest, of which every facet's queries are made.

The rules themselves are in crm_tui.domain.permissions; the fragments here say the same of rows. The look-up from the
shell uses this module: it imports nothing that costs time.
"""

from __future__ import annotations

from crm_tui.domain.errors import Denied, UnknownUser
from crm_tui.domain.levels import Customers, Projects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from crm_tui.store.sql.dialect import Connection

    class Sight(Protocol):
        """What the fragments ask about an actor: an Actor or the Rights of one."""

        @property
        def projects(self) -> str: ...
        @property
        def sees_customers(self) -> bool: ...
        @property
        def parameters(self) -> dict[str, Any]: ...


#: conditions that hold for no row, and for every one
NOBODY, EVERYBODY = "1 = 0", "1 = 1"


class Actor:
    """What an actor sees, without what they may change, and without money."""

    __slots__ = ("business_unit", "customers", "projects", "user")

    def __init__(self, user: int, business_unit: int | None, customers: str, projects: str) -> None:
        self.user = user
        self.business_unit = business_unit
        self.customers = customers
        self.projects = projects

    @property
    def parameters(self) -> dict[str, Any]:
        """What the fragments below refer to, but those about money."""
        return {"actor": self.user, "unit": self.business_unit}

    @property
    def sees_customers(self) -> bool:
        """Whether there are customers at all for this actor."""
        return self.customers != Customers.NONE

    def need_customers(self, action: str) -> None:
        """Raise Denied for who sees no customers."""
        if not self.sees_customers:
            raise Denied(action, f"customers: {Customers.READ}")


def load(con: Connection, login: str) -> Actor:
    """What the active user with this login sees; UnknownUser without one."""
    row = con.execute(
        "SELECT u.id, u.business_unit_id, p.customers, p.projects"
        " FROM crm_user u JOIN profile p ON p.id = u.profile_id WHERE u.login = ? AND u.is_active = 1",
        (login,),
    ).fetchone()
    if row is None:
        raise UnknownUser(login)
    return Actor(*row)


def case_seen(sight: Sight, alias: str = "c") -> str:
    """A condition: the case in ``alias`` is one that the actor sees (rule 16)."""
    if not sight.sees_customers:
        return NOBODY
    member = f"EXISTS (SELECT 1 FROM case_member m WHERE m.case_id = {alias}.id AND m.user_id = :actor)"
    own = f"{alias}.owner_id IS NOT DISTINCT FROM :actor OR {alias}.sales_person_id IS NOT DISTINCT FROM :actor"
    involved = f"({own} OR {member})"
    match sight.projects:
        case Projects.NONE:
            return NOBODY
        case Projects.MEMBER:
            return member
        case Projects.UNIT:
            return f"({involved} OR {_of_unit(alias)})"
        case Projects.ALL:
            return EVERYBODY
        case _:
            return involved


def _of_unit(alias: str) -> str:
    """The case is one of the actor's unit, if they have one."""
    return f"({alias}.business_unit_id IS NOT NULL AND {alias}.business_unit_id IS NOT DISTINCT FROM :unit)"


def case_money(sight: Sight, alias: str = "c") -> str:
    """A condition: of the case in ``alias``, which the actor sees, they also see the money."""
    # never NULL, which a NOT around it would take for true: a case may have no owner
    below = f"{alias}.owner_id IN (SELECT value FROM json_each(:subordinates))"
    own = f"({alias}.owner_id IS NOT NULL AND ({alias}.owner_id IS NOT DISTINCT FROM :actor OR {below}))"
    match sight.projects:
        case Projects.ALL:
            return EVERYBODY
        case Projects.MANAGER:
            return own
        case Projects.UNIT:
            return f"({own} OR {_of_unit(alias)})"
        case _:
            return NOBODY


def invoice_money(sight: Sight, alias: str = "i") -> str:
    """A condition: the actor sees the money of all cases of the invoice in ``alias``; one without cases is
    seen by those who see all."""
    if not sight.sees_customers:
        return NOBODY
    if sight.projects == Projects.ALL:
        return EVERYBODY
    hidden = (
        f"SELECT 1 FROM invoice_case ic JOIN crm_case c ON c.id = ic.case_id WHERE ic.invoice_id = {alias}.id"
        f" AND NOT ({case_seen(sight)} AND {case_money(sight)})"
    )
    some = f"SELECT 1 FROM invoice_case ic WHERE ic.invoice_id = {alias}.id"
    return f"(EXISTS ({some}) AND NOT EXISTS ({hidden}))"


def invoice_seen(sight: Sight, alias: str = "i") -> str:
    """A condition: the actor may know of the invoice in ``alias``."""
    if sight.projects == Projects.ALL:
        return EVERYBODY
    return (
        "EXISTS (SELECT 1 FROM invoice_case ic JOIN crm_case c ON c.id = ic.case_id"
        f" WHERE ic.invoice_id = {alias}.id AND {case_seen(sight)})"
    )
