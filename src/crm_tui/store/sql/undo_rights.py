"""Whether the actor may make the writes of an undo: each is checked like the same write made by hand.

What goes or comes back with a whole customer or case is asked of the whole only, but for cases that the actor does
not see: as in a deletion, nobody moves what they don't see. Who added a customer may take that back without the
permission to delete customers; to redo a deletion takes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, NotFound
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.store.sql import activity_access, checks, notes
from crm_tui.store.sql.case_access import hides_case, see, see_written
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.finance import invoice_seen
from crm_tui.store.sql.rights import Rights, invoice_money

#: kinds of which nothing is added to or changed on the own company's card
_CLOSED = (Kind.ADDRESS, Kind.CONTACT, Kind.FILE, Kind.BILLING)


class Guard:
    """Checks writes on ``con``; ``whole`` are the customers and cases that go or come back with what is on them."""

    def __init__(self, con: Connection, rights: Rights, *, is_redo: bool, whole: Collection[tuple[Kind, int]]) -> None:
        self._con = con
        self._rights = rights
        self._is_redo = is_redo
        self._whole = whole
        self._seen_cases: set[int] = set()
        self._had_money: dict[int, bool] = {}

    def need(self, action: Action, kind: Kind, thing: Any, changes: Mapping[str, Any] | None = None) -> None:
        """Raise Denied, NotFound or Invalid unless the actor may do this to ``thing``, which is stored now;
        ``changes`` are what an edit sets."""
        if kind is Kind.CUSTOMER:
            self._need_customer(action)
            checks.not_own_company(thing)
            return
        is_part = self._is_part(kind, thing)
        if not is_part:
            self._rights.need(action, kind)
            if kind in _CLOSED or (action is Action.ADD and kind in (Kind.CASE, Kind.INVOICE)):
                checks.open_customer(self._con, thing.id if kind is Kind.BILLING else thing.customer)
        match kind:
            case Kind.CASE:
                self._need_case(action, thing, changes or {}, is_part=is_part)
            case Kind.FORECAST | Kind.ACTUAL:
                seen = see(self._con, self._rights, thing.case)
                if not is_part:
                    seen.need_money(self._rights, "the figures")
            case Kind.INVOICE:
                self._need_invoice(thing.id)
            case Kind.ACTIVITY | Kind.NOTE | Kind.FILE:
                self._need_on_case(kind, thing)
                if not is_part:
                    self._need_own(action, kind, thing, changes or {})

    def need_following(self, fields: Collection[str]) -> None:
        """Raise Denied unless the actor may move what used a registry value, which goes or comes back."""
        if "business_unit" in fields and self._rights.profile.projects is not ProjectLevel.ALL:
            raise Denied("move the users and cases of a business unit", f"projects: {ProjectLevel.ALL.value}")

    def need_after(self, kind: Kind, after: Any) -> None:
        """Raise Denied if an edit gave the actor a case whose money they did not see."""
        if kind is not Kind.CASE or self._had_money.get(after.id, True):
            return
        if see_written(self._con, self._rights, after).has_money:
            raise Denied("take over a case whose money you may not see", f"projects: {ProjectLevel.ALL.value}")

    def _is_part(self, kind: Kind, thing: Any) -> bool:
        customer = thing.id if kind is Kind.BILLING else getattr(thing, "customer", None)
        return (Kind.CUSTOMER, customer) in self._whole or (Kind.CASE, getattr(thing, "case", None)) in self._whole

    def _need_customer(self, action: Action) -> None:
        if action is Action.DELETE and self._is_redo:
            self._rights.need_delete_customers()
        else:
            self._rights.need(Action.EDIT, Kind.CUSTOMER)

    def _need_case(self, action: Action, case: Any, changes: Mapping[str, Any], *, is_part: bool) -> None:
        seen = see(self._con, self._rights, case.id)
        self._had_money[case.id] = seen.has_money
        if not is_part:
            seen.need_change(self._rights, Action.EDIT if action is Action.EDIT else Action.DELETE)
        if "expected_value" in changes:
            seen.need_money(self._rights, "the value")

    def _need_invoice(self, invoice: int) -> None:
        is_seen, has_money = self._con.execute(
            f"SELECT {invoice_seen(self._rights)}, {invoice_money(self._rights)} FROM invoice i WHERE i.id = :invoice",
            self._rights.parameters | {"invoice": invoice},
        ).get
        if not is_seen:
            raise NotFound(Kind.INVOICE.value, invoice)
        if not has_money:
            raise Denied("write an invoice of cases whose money you may not see", f"projects: {ProjectLevel.ALL.value}")

    def _need_on_case(self, kind: Kind, thing: Any) -> None:
        if thing.case is None or thing.case in self._seen_cases:
            return
        if hides_case(self._con, self._rights, thing.case):
            raise NotFound(kind.value, thing.id)
        self._seen_cases.add(thing.case)

    def _need_own(self, action: Action, kind: Kind, thing: Any, changes: Mapping[str, Any]) -> None:
        if kind is Kind.ACTIVITY and action is Action.EDIT:
            activity_access.need_edit(self._con, self._rights, thing, changes)
        elif kind is Kind.ACTIVITY:
            if not activity_access.standing(self._con, self._rights, thing).may_delete:
                raise Denied("take back what concerns somebody else's activity", "owner of the activity")
        elif kind is Kind.NOTE:
            notes.need_change(self._rights, thing, "change notes of others")
