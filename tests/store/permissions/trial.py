"""What becomes of a write, said by the rules: done, refused with the permission that is missing, or hidden."""

from __future__ import annotations

from typing import Any, NamedTuple

import apsw
from tests.store.permissions.profiles import CUSTOMERS, PROJECTS, Permissions
from tests.store.permissions.sight import Sight

from crm_tui.domain.entities import Kind

#: outcomes that are no permission: what is hidden is not there; and what other rules may say of what is allowed
DONE, HIDDEN, ANY = "done", "NotFound", "any"
#: as HIDDEN, of something that is pointed to: no such thing may be chosen
NO_CHOICE = "there is no such case"
CONFLICT, BLOCKED, INVALID = "Conflict", "Blocked", "Invalid"
#: refused for whose it is, or for which case it is: the permission that is named depends on it
DENIED = "Denied"

_TABLES = {
    Kind.CASE: "crm_case",
    Kind.REGISTRY: "registry_value",
    Kind.USER: "crm_user",
    Kind.BILLING: "billing_settings",
}


#: a revision that nobody has seen
STALE = 999


class Attempt(NamedTuple):
    """Arguments of a write, and what is to become of it: one of the outcomes above, or the missing permission."""

    outcome: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = {}


class Trial:
    """The permissions that are tried, and the world as it is."""

    def __init__(self, con: apsw.Connection, sight: Sight, permissions: Permissions) -> None:
        self.con, self.sight, self.permissions = con, sight, permissions
        (self.mixed, self.dark, self.quiet) = self.ids("SELECT id FROM customer ORDER BY id")
        #: a project of each relation to the actor
        self.projects = self.ids(
            "SELECT id FROM crm_case WHERE sales_state = 'won' AND customer_id = :mixed ORDER BY id"
        )

    def ids(self, statement: str, **bound: Any) -> list[int]:
        """The ids that a statement gives."""
        known = {"mixed": getattr(self, "mixed", 0), "actor": self.sight.actor}
        return [row[0] for row in self.con.execute(statement, known | bound)]

    def one(self, statement: str, **bound: Any) -> int:
        """The first of them."""
        return self.ids(statement, **bound)[0]

    def revision(self, kind: Kind, key: int) -> int:
        """The revision of a thing."""
        table = _TABLES.get(kind, kind.value)
        return self.one(f"SELECT revision FROM {table} WHERE id = :key", key=key)

    # --- the rules

    def missing(
        self, customers: str = "none", projects: str = "none", *, deletes: bool = False, admin: bool = False
    ) -> str | None:
        """The first permission that is missing, as the product names it."""
        mine = self.permissions
        if CUSTOMERS.index(mine.customers) < CUSTOMERS.index(customers):
            return f"customers: {customers}"
        if deletes and not mine.deletes:
            return "delete customers"
        if PROJECTS.index(mine.projects) < PROJECTS.index(projects):
            return f"projects: {projects}"
        return "administrator" if admin and not mine.admin else None

    def needs(self, customers: str = "none", projects: str = "none", **ticks: bool) -> str:
        """Done, if the profile has these."""
        return self.missing(customers, projects, **ticks) or DONE

    def below(self, case: int | None, customers: str, otherwise: str = HIDDEN) -> str:
        """What is on a case, for who has this level of customers."""
        return self.missing(customers) or (DONE if self.sight.knows(case) else otherwise)

    def onto(self, case: int | None, customers: str) -> str:
        """What is put on a case."""
        return self.below(case, customers, NO_CHOICE)

    def change_case(self, case: int) -> str:
        """A case is changed by its owner and sales person, with *unit* by the unit, with *all* by anyone."""
        if missing := self.missing("read", "member"):
            return missing
        facts, mine = self.sight.cases[case], self.permissions.projects
        if not self.sight.sees_case(facts):
            return HIDDEN
        if missing := self.missing("read", "manager without money"):
            return missing
        is_own = self.sight.actor in (facts.owner, facts.sales_person)
        in_unit = mine == "unit" and facts.unit is not None and facts.unit == self.sight.unit
        return DONE if is_own or in_unit or mine == "all" else "projects: all"

    def write_figures(self, case: int) -> str:
        """Figures are written by who sees them."""
        if missing := self.missing("read", "manager"):
            return missing
        facts = self.sight.cases[case]
        if not self.sight.sees_case(facts):
            return HIDDEN
        return DONE if self.sight.sees_money(facts) else "projects: all"

    def write_invoice(self, cases: list[int]) -> str:
        """An invoice is written by who sees the money of all its cases."""
        if missing := self.missing("read", "member"):
            return missing
        if not (any(self.sight.knows(case) for case in cases) or self.sight.knows_money([])):
            return HIDDEN
        if missing := self.missing("read", "manager"):
            return missing
        return DONE if self.sight.knows_money(cases) else "projects: all"

    def activity(self, key: int, *, deletes: bool = False) -> str:
        """The owner edits and deletes; a participant and the assignee edit; who may change the case of a task has an
        owner's rights (all owners in this world are active)."""
        kind, owner, case, assignee = self.con.execute(
            "SELECT kind, owner_id, case_id, assignee_id FROM activity WHERE id = ?", (key,)
        ).get
        if (found := self.below(case, "read")) != DONE:
            return found
        runs = kind == "task" and self.change_case(case) == DONE
        takes_part = self.con.execute(
            "SELECT 1 FROM activity_user WHERE activity_id = ? AND user_id = ?", (key, self.sight.actor)
        ).get
        if owner == self.sight.actor or runs or (not deletes and (takes_part or assignee == self.sight.actor)):
            return DONE
        return DENIED

    def note(self, key: int) -> str:
        """An author changes their own, who may edit customers those of others."""
        author, case = self.con.execute("SELECT author_id, case_id FROM note WHERE id = ?", (key,)).get
        if (found := self.below(case, "read")) != DONE:
            return found
        return DONE if author == self.sight.actor else self.needs("edit")
