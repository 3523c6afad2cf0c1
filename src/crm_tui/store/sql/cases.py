"""Cases: sales cases and projects of a customer (rule 13). Who may change one is said in case_access.py.

Ours: a case that is won takes the default project status; a project status that is done closes the project and
another one opens it again; a case that was lost opens when it is won after all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import apsw
from msgspec import UNSET
from msgspec.structs import asdict, replace

from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState, check_case, entering
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, Invalid
from crm_tui.domain.money import check_amount
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.store.cases import CaseDetails, CaseLife, CaseRow, CaseTotals
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import case_deletion, case_lists, checks, defaults, numbers, references
from crm_tui.store.sql.case_access import SeenCase, see
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
            return case_lists.page(con, rights, customer, life, request, today, closed=closed)

    def totals(self, customer: int, life: CaseLife) -> CaseTotals:
        """Counts, and sums over the open ones."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CASE)
            references.check_customer(con, customer)
            return case_lists.totals(con, rights, customer, life)

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
        with self._writing("add case") as (work, rights):
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
            fields["number"] = numbers.take_case_number(work.con, new.number)
            saved = work.insert(CASE, fields)
            made = see_written(work.con, rights, saved)
            if new.expected_value is not None:
                made.need_money(rights, "the value")
            return made.shown

    def update(self, case: int, revision: int, change: CaseChange) -> Case:
        """Change a case. Entering a sales state changes what rule 13 says."""
        with self._writing("change case") as (work, rights):
            seen = see(work.con, rights, case)
            before = seen.stored
            seen.need_change(rights)
            if change.expected_value is not UNSET:
                seen.need_money(rights, "the value")
            expect_revision(Kind.CASE, seen.shown, revision, change)
            changes = _changes(work.con, before, change, defaults.today(work.con, work.now))
            _check(work.con, asdict(before) | changes, before)
            if change.number is not UNSET:
                numbers.take_case_number(work.con, change.number, of=case)
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
            case_deletion.delete(work, rights, seen.stored)
