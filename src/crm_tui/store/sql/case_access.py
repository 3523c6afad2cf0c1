"""Cases as the actor may see them: which, with or without their money, and which they may change.

A case is changed by its owner and its sales person (from the level *manager without money* on), with *unit* by
everybody of its business unit, with *all* by anyone; members only see it. Figures are written only by those who
see them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from crm_tui.domain.cases import Case
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, NotFound
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.matching import ids
from crm_tui.store.sql.rights import Rights, case_money, case_seen
from crm_tui.store.sql.tables import CASE, columns, decode, width


class SeenCase(NamedTuple):
    """A case as it is stored, and whether the actor sees its money and may change it. Only ``shown`` leaves
    the store."""

    stored: Case
    has_money: bool
    is_theirs: bool

    @property
    def shown(self) -> Case:
        """The case with its figures, or without them."""
        return self.stored if self.has_money else replace(self.stored, expected_value=UNSET)

    def need_change(self, rights: Rights, action: Action = Action.EDIT) -> None:
        """Raise Denied unless the actor may change this case."""
        rights.need(action, Kind.CASE)
        if not self.is_theirs:
            verb = "delete" if action is Action.DELETE else "change"
            raise Denied(f"{verb} a case that you neither own nor sell", f"projects: {ProjectLevel.ALL.value}")

    def need_money(self, rights: Rights, what: str) -> None:
        """Raise Denied unless the actor sees the money of this case."""
        if not self.has_money:
            enough = rights.profile.projects.at_least(ProjectLevel.MANAGER)
            missing = ProjectLevel.ALL if enough else ProjectLevel.MANAGER
            raise Denied(f"write {what} of this case", f"projects: {missing.value}")


def see(con: Connection, rights: Rights, case: int) -> SeenCase:
    """The case with this id; NotFound where the actor does not see it. Raises Denied without any project
    permission."""
    rights.need(Action.SEE, Kind.CASE)
    row = con.execute(
        f"SELECT {columns(CASE, 'c')}, {case_money(rights)}, {case_changed_by(rights)}"
        f" FROM crm_case c WHERE c.id = :case AND {case_seen(rights)}",
        rights.parameters | {"case": case},
    ).fetchone()
    if row is None:
        raise NotFound("case", case)
    has_money, is_theirs = row[width(CASE) :]
    return SeenCase(decode(CASE, row), bool(has_money), bool(is_theirs))


def see_written(con: Connection, rights: Rights, case: Case) -> SeenCase:
    """The case that was just written; who gave it away may not see its money any more."""
    has_money, is_theirs = con.execute(
        f"SELECT {case_seen(rights)} AND {case_money(rights)}, {case_seen(rights)} AND {case_changed_by(rights)}"
        " FROM crm_case c WHERE c.id = :case",
        rights.parameters | {"case": case.id},
    ).get
    return SeenCase(case, bool(has_money), bool(is_theirs))


def case_changed_by(rights: Rights, alias: str = "c") -> str:
    """A condition: the actor may change the case in ``alias``, which they see."""
    own = f"({alias}.owner_id IS NOT DISTINCT FROM :actor OR {alias}.sales_person_id IS NOT DISTINCT FROM :actor)"
    match rights.profile.projects:
        case ProjectLevel.ALL:
            return "1 = 1"
        case ProjectLevel.UNIT:
            of_unit = f"{alias}.business_unit_id IS NOT DISTINCT FROM :unit"
            return f"({own} OR ({alias}.business_unit_id IS NOT NULL AND {of_unit}))"
        case ProjectLevel.MANAGER | ProjectLevel.MANAGER_WITHOUT_MONEY:
            return own
        case _:
            return "1 = 0"


def on_seen_case(rights: Rights, alias: str) -> str:
    """A condition: the row in ``alias`` is on no case, or on one of those in :seen_cases (``with_seen_cases``)."""
    if rights.profile.projects is ProjectLevel.ALL:
        return "1 = 1"
    if rights.profile.projects is ProjectLevel.NONE:
        return f"{alias}.case_id IS NULL"
    return f"({alias}.case_id IS NULL OR {alias}.case_id IN (SELECT value FROM json_each(:seen_cases)))"


def with_seen_cases(con: Connection, rights: Rights, customer: int) -> dict[str, Any]:
    """What lists of one customer refer to. The cases that the actor sees are listed once for all of them, not looked up
    for each row."""
    parameters = rights.parameters | {"customer": customer}
    if rights.profile.projects in (ProjectLevel.ALL, ProjectLevel.NONE):
        return parameters | {"seen_cases": "[]"}
    seen = con.execute(
        f"SELECT c.id FROM crm_case c WHERE c.customer_id = :customer AND {case_seen(rights)}", parameters
    )
    return parameters | {"seen_cases": ids(case for (case,) in seen)}


def hides_case(con: Connection, rights: Rights, case: int | None) -> bool:
    """Whether something is on a case that the actor does not see."""
    if case is None:
        return False
    seen = con.execute(
        f"SELECT 1 FROM crm_case c WHERE c.id = :case AND {case_seen(rights)}", rights.parameters | {"case": case}
    )
    return seen.fetchone() is None
