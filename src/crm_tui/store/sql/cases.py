"""Cases: sales cases and projects of a customer (rule 13). Who may change one is said in case_access.py.

Ours: a case that is won takes the default project status; a project status that is done closes the project and
another one opens it again; a case that was lost opens when it is won after all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict, replace

from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState, check_case, entering
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, Invalid
from crm_tui.domain.money import check_amount
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.store.cases import (
    CaseBelow,
    CaseChoice,
    CaseDetails,
    CaseFigures,
    CaseLife,
    CaseRow,
    CaseSum,
    CaseTotals,
)
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import case_deletion, case_figures, case_lists, checks, defaults, numbers, references
from crm_tui.store.sql.case_access import see, see_written
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.tables import CASE, changed_fields
from crm_tui.store.sql.write import expect_revision


class SqlCases(Facet):
    """The Cases facet."""

    def of_customer(
        self, customer: int, life: CaseLife, request: PageRequest, today: dt.date, *, closed: bool = False
    ) -> Page[CaseRow]:
        """Open cases of one life, soonest order or deadline first; with ``closed`` these too, at the end."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CASE)
            references.check_customer(con, customer)
            return case_lists.page(con, rights, customer, life, request, today, self._now(), closed=closed)

    def totals(self, customer: int, life: CaseLife) -> CaseTotals:
        """Counts, and sums over the open ones."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CASE)
            references.check_customer(con, customer)
            return case_lists.totals(con, rights, customer, life)

    def listed(self, customer: int, choice: CaseChoice, request: PageRequest, today: dt.date) -> Page[CaseRow]:
        """Sales cases, then projects."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CASE)
            references.check_customer(con, customer)
            return case_figures.page(con, rights, customer, choice, request, today, self._now())

    def sums(self, customer: int, choice: CaseChoice, today: dt.date) -> tuple[CaseSum, ...]:
        """Over all that are listed."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CASE)
            references.check_customer(con, customer)
            return case_figures.sums(con, rights, customer, choice, today, self._now())

    def figures(self, customer: int, today: dt.date) -> CaseFigures:
        """Key figures of all cases."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CASE)
            references.check_customer(con, customer)
            return case_figures.figures(con, rights, customer, today, self._now())

    def below(self, case: int) -> CaseBelow:
        """How much is on a case."""
        with self._reading() as (con, rights):
            see(con, rights, case)
            return case_figures.below(con, case)

    def details(self, case: int, today: dt.date) -> CaseDetails:
        """A case with what is planned on it and its last note."""
        with self._reading() as (con, rights):
            see(con, rights, case)
            return case_lists.details(con, rights, case, today, self._now())

    def get(self, case: int) -> Case:
        """One case."""
        with self._reading() as (con, rights):
            return see(con, rights, case).shown

    def create(self, new: NewCase) -> Case:
        """Add a case; see NewCase for what is filled in."""
        with self._writing("create case") as (work, rights):
            rights.need(Action.ADD, Kind.CASE)
            checks.open_customer(work.con, new.customer)
            status = _status(work.con, new.sales_status)
            today = defaults.today(work.con, work.now)
            fields = asdict(new) | {
                "owner": rights.user if new.owner is None else new.owner,
                "currency": new.currency or defaults.currency(work.con, new.customer),
                "sales_status": status.id,
                "sales_state": status.sales_state,
            }
            fields |= _entered(work.con, status, new, today)
            if fields["probability"] is None:
                fields["probability"] = status.probability
            _check(work.con, fields, None)
            checks.code(work.con, "currency", RegistryKind.CURRENCY, fields["currency"])
            fields["number"] = numbers.take_case_number(work.con, rights, new.number)
            saved = work.insert(CASE, fields)
            made = see_written(work.con, rights, saved)
            if new.expected_value is not None:
                made.need_money(rights, "the value")
            return made.shown

    def update(self, case: int, revision: int, change: CaseChange) -> Case:
        """Change a case. Entering a sales state changes what rule 13 says."""
        with self._writing("update case") as (work, rights):
            seen = see(work.con, rights, case)
            before = seen.stored
            seen.need_change(rights)
            if change.expected_value is not UNSET:
                seen.need_money(rights, "the value")
            expect_revision(Kind.CASE, seen.shown, revision, change)
            changes = _changes(work.con, before, change, defaults.today(work.con, work.now))
            _check(work.con, asdict(before) | changes, before)
            if change.number is not UNSET:
                numbers.take_case_number(work.con, rights, change.number, of=case)
            after = see_written(work.con, rights, work.update(CASE, before, changes))
            if after.has_money and not seen.has_money:
                raise Denied("take over a case whose money you may not see", f"projects: {ProjectLevel.ALL.value}")
            return after.shown

    def delete(self, case: int, revision: int) -> None:
        """Delete a case with all that is on it; Blocked while an invoice bills it."""
        with self._writing("delete case") as (work, rights):
            seen = see(work.con, rights, case)
            seen.need_change(rights, Action.DELETE)
            expect_revision(Kind.CASE, seen.shown, revision, None)
            case_deletion.delete(work, seen.stored)


def _changes(con: Connection, before: Case, change: CaseChange, today: dt.date) -> dict[str, Any]:
    """What a change comes to, with what follows from its statuses."""
    state = before.sales_state
    if change.sales_status is not UNSET and change.sales_status != before.sales_status:
        status = _status(con, change.sales_status)
        state = status.sales_state or state
        change = _entering(con, status, change, before, today)
    if change.project_status is not UNSET and change.project_status != before.project_status:
        change = _closing(con, change, today)
    return changed_fields(change) | {"sales_state": state}


def _entered(con: Connection, status: RegistryValue, new: NewCase, today: dt.date) -> dict[str, Any]:
    """What a new case takes from the sales state in which it begins."""
    named = ("probability", "expected_order_date", "closed", "project_status")
    given = {field: getattr(new, field) for field in named if getattr(new, field) is not None}
    return changed_fields(_entering(con, status, CaseChange(**given), None, today))


def _entering(
    con: Connection, status: RegistryValue, change: CaseChange, before: Case | None, today: dt.date
) -> CaseChange:
    """What else changes with the sales status: rule 13, and the status's default probability."""
    state = status.sales_state or SalesState.OPEN
    if before is None or state is not before.sales_state:
        change = entering(state, change, today)
    if state is SalesState.OPEN and change.probability is UNSET and status.probability is not None:
        change = replace(change, probability=status.probability)
    if state is SalesState.WON:
        if before is not None and before.sales_state is SalesState.LOST and change.closed is UNSET:
            change = replace(change, closed=None)
        if change.project_status is UNSET and (before is None or before.project_status is None):
            first = defaults.project_status(con)
            change = replace(change, project_status=first.id) if first else change
    return change


def _closing(con: Connection, change: CaseChange, today: dt.date) -> CaseChange:
    """A done project status closes the project, another one opens it."""
    status = change.project_status
    value = defaults.registry_value(con, status) if isinstance(status, int) else None
    if value is None or change.closed is not UNSET:
        return change
    return replace(change, closed=today if value.is_done else None)


def _status(con: Connection, status: int | None) -> RegistryValue:
    if status is None:
        return defaults.sales_status(con)
    checks.choice(con, "sales_status", RegistryKind.SALES_STATUS, status)
    found = defaults.registry_value(con, status)
    return found or defaults.sales_status(con)


def _check(con: Connection, fields: dict[str, Any], before: Case | None) -> None:
    """Check the rules of a case's own fields, and what it points to; what it had before stays allowed."""
    case = NewCase(**{name: fields[name] for name in NewCase.__struct_fields__ if name in fields})
    check_case(case, case.probability)
    if case.expected_value is not None:
        check_amount("expected_value", case.expected_value)
    if fields["sales_state"] == SalesState.LOST and case.closed is None:
        raise Invalid("closed", "a lost case is closed: give the date, or another sales status")
    for field in ("owner", "sales_person"):
        checks.user(con, field, getattr(case, field), getattr(before, field, None))
    units, statuses = RegistryKind.BUSINESS_UNIT, RegistryKind.PROJECT_STATUS
    for field, kind in (("business_unit", units), ("project_status", statuses)):
        checks.choice(con, field, kind, getattr(case, field), getattr(before, field, None))
    checks.choices(con, "keywords", RegistryKind.KEYWORD, case.keywords, before.keywords if before else ())
    references.check_users(con, "members", case.members, before.members if before else ())
    kept = (*references.chosen(before.contact), *before.further_contacts) if before else ()
    for field, people in (("contact", references.chosen(case.contact)), ("further_contacts", case.further_contacts)):
        references.check_contacts(con, field, people, kept, customer=case.customer)
    if case.billing_customer is not None and case.billing_customer != getattr(before, "billing_customer", None):
        references.check_customer(con, case.billing_customer)
