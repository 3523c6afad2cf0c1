"""Carrying out the plan of an undo: rows come back, go, and change, and what is derived from them follows.

A row that was created goes only if nobody changed it since and nothing else points to it; a registry value that was
made along with another row is left alone then. A row that was deleted comes back with what it pointed to; a reference
that may be empty is left out where its target is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from crm_tui.domain.activities import check_activity, check_note
from crm_tui.domain.addresses import check_address
from crm_tui.domain.cases import Case, SalesState, check_case
from crm_tui.domain.contacts import Contact, check_contact
from crm_tui.domain.customers import Customer, check_customer, headquarters_after_removing
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Invalid, NotFound, NotUndoable
from crm_tui.domain.files import check_file
from crm_tui.domain.finance import check_invoice
from crm_tui.domain.permissions import Action
from crm_tui.domain.registries import check_registry_value
from crm_tui.domain.settings import check_billing
from crm_tui.store.sql import dismissals, indexing, numbers, references, registries, registry_uses, undo_places
from crm_tui.store.sql.history_labels import REFERENCES
from crm_tui.store.sql.merge_around import went_into
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BY_KIND, CUSTOMER, Table
from crm_tui.store.sql.undo_plan import Key, Pairing, Plan, Put, Remove, Restore
from crm_tui.store.sql.undo_rights import Guard
from crm_tui.store.sql.undo_since import Since
from crm_tui.store.sql.write import Change, get

#: references that are left out where what they pointed to is gone
_MAY_BE_EMPTY = {(Kind.CONTACT, "address"), (Kind.NOTE, "parent")}


def _check_case(case: Case) -> None:
    check_case(case, case.probability)
    if case.sales_state is SalesState.LOST and case.closed is None:
        raise Invalid("closed", "a lost case is closed: give the date, or another sales status")


_CHECKS: dict[Kind, Callable[[Any], None]] = {
    Kind.CUSTOMER: check_customer,
    Kind.BILLING: check_billing,
    Kind.ADDRESS: check_address,
    Kind.CONTACT: check_contact,
    Kind.CASE: _check_case,
    Kind.ACTIVITY: check_activity,
    Kind.NOTE: check_note,
    Kind.FILE: check_file,
    Kind.INVOICE: check_invoice,
    Kind.REGISTRY: check_registry_value,
}


class Carrier:
    """Writes one plan as ``work``. What stands against it is raised as NotUndoable, which says so of ``title``;
    ``main`` is what the change is mainly about."""

    def __init__(
        self,
        work: Change,
        rights: Rights,
        guard: Guard,
        since: Since,
        plan: Plan,
        title: str,
        main: Key | None = None,
    ) -> None:
        self._work = work
        self._con = work.con
        self._rights = rights
        self._guard = guard
        self._since = since
        self._plan = plan
        self._main = main
        self._title = title
        self._going = {(step.table.kind, step.entity) for step in plan.steps if isinstance(step, Remove)}
        self._coming = {(step.table.kind, step.row.id) for step in plan.steps if isinstance(step, Restore)}
        self._there: set[Key] = set()
        self._moved_addresses: dict[int, int] = {}
        self._headquarters: set[int] = set()
        self._busy_customers: set[int] = set()

    def carry_out(self) -> None:
        """Write all of it."""
        self._con.dialect.defer_references(self._con)  # an imported reply may be older than its note
        try:
            for step in self._plan.steps:
                match step:
                    case Restore(table, row):
                        self._restore(table, row)
                    case Put(table, entity, values):
                        self._put(table, entity, values)
                    case Remove(table, entity):
                        self._remove(table, entity)
                    case Pairing(table, low, high, dismissed):
                        dismissals.put(self._work, table.kind, low, high, dismissed=dismissed, again=True)
        except self._con.dialect.broken as error:
            raise self._refused("what it brings back is in use elsewhere now") from error
        self._follow()
        if self._con.dialect.leaves_dangling(self._con):
            raise self._refused("something that it needs is gone")

    def _restore(self, table: Table[Any], row: Any) -> None:
        row = undo_places.placed(self._con, table, row)
        pointing = {field: getattr(row, field) for field in row.__struct_fields__ if field in REFERENCES}
        kept = self._with_references(table.kind, pointing)
        if kept != pointing:
            row = replace(row, **kept)
        self._check_unique(table.kind, row)
        self._work.restore(table, row)
        self._guard.need(Action.ADD, table.kind, row)
        self._note(table.kind, row)
        if table.kind is Kind.ADDRESS:
            self._moved_addresses.setdefault(row.customer, row.id)
        elif table.kind is Kind.CUSTOMER:
            self._busy_customers.add(row.id)

    def _put(self, table: Table[Any], entity: int, values: dict[str, Any]) -> None:
        before = self._work.get(table, entity)
        after = self._with_own_address(replace(before, **self._with_references(table.kind, values)), before, values)
        self._check(table.kind, before, after, values)
        saved = self._work.update(table, before, {field: getattr(after, field) for field in values})
        self._guard.need_after(table.kind, saved)
        self._note(table.kind, before)
        self._note(table.kind, saved)
        if table.kind is Kind.CUSTOMER and "headquarters" in values:
            self._headquarters.add(entity)

    def _remove(self, table: Table[Any], entity: int) -> None:
        try:
            stored = self._work.get(table, entity)
        except NotFound:
            if went_into(self._con, table.kind, entity) is not None:
                raise self._refused(self._since.gone(table.kind, entity)) from None
            return  # it is gone already
        if table.kind is Kind.REGISTRY and self._may_stay(table, stored):
            return
        self._guard.need(Action.DELETE, table.kind, stored)
        self._need_unchanged(table, stored)
        if table.kind is Kind.ADDRESS:
            self._leave_headquarters(stored)
        elif table.kind is Kind.REGISTRY:
            self._need_unused(stored)
        self._need_no_dependents(table, stored.id)
        self._work.delete(table, stored)
        self._note(table.kind, stored)

    def _with_references(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values, without references to what is gone; refused where they can't be empty."""
        result = dict(values)
        for field, value in values.items():
            of = REFERENCES.get(field)
            if of is None:
                continue
            for key in value if isinstance(value, tuple) else references.chosen(value):
                if self._is_there((of, key)):
                    continue
                if (kind, field) not in _MAY_BE_EMPTY:
                    raise self._refused(self._since.gone(of, key))
                result[field] = None
        return result

    def _with_own_address(self, after: Any, before: Any, values: Mapping[str, Any]) -> Any:
        """The row without an address that another customer has by now: refused where that is what would come back, left
        out where it would only follow."""
        field = "address" if isinstance(after, Contact) else "headquarters"
        if not isinstance(after, Contact | Customer) or field not in values:
            return after
        address = undo_places.others_address(self._con, after)
        if address is None:
            return after
        if not self._going and not self._coming:
            raise self._refused(f"{self._since.name(Kind.ADDRESS, address)} is another customer's now")
        return replace(after, **{field: None if isinstance(after, Contact) else before.headquarters})

    def _is_there(self, key: Key) -> bool:
        if key not in self._there and key not in self._coming:
            kind, entity = key
            if not self._con.execute(f"SELECT 1 FROM {BY_KIND[kind].name} WHERE id = ?", (entity,)).fetchone():
                return False
            self._there.add(key)
        return True

    def _check(self, kind: Kind, before: Any, after: Any, values: Mapping[str, Any]) -> None:
        """The rules that an edit by hand would be held to, but for choices: what was there may come back."""
        if kind in _CHECKS:
            _CHECKS[kind](after)
        if "number" in values or "name" in values or "code" in values:
            self._check_unique(kind, after)
        case = getattr(after, "case", None)
        if case is not None and kind is not Kind.FORECAST and ("case" in values or "customer" in values):
            references.check_case(self._con, self._rights, case, after.customer)
        if kind is Kind.REGISTRY and before.is_active and not after.is_active:
            registries.check_not_last(before, registries.of_kind(self._con, before.kind))

    def _check_unique(self, kind: Kind, row: Any) -> None:
        try:
            self._need_unique(kind, row)
        except Invalid as error:
            number = "number " if kind in (Kind.CUSTOMER, Kind.CASE) else ""
            raise self._refused(f"{number}{error.reason}; change that first") from error

    def _need_unique(self, kind: Kind, row: Any) -> None:
        match kind:
            case Kind.CUSTOMER:
                numbers.take_customer_number(self._con, row.number, of=row.id)
            case Kind.CASE:
                numbers.take_case_number(self._con, self._rights, row.number, of=row.id)
            case Kind.INVOICE:
                taken = "SELECT 1 FROM invoice WHERE number = ? AND id <> ?"
                if self._con.execute(taken, (row.number, row.id)).fetchone():
                    raise Invalid("number", f"there is an invoice {row.number} already")
            case Kind.REGISTRY:
                registries.check_unique(row, registries.of_kind(self._con, row.kind), row.id)

    def _need_unchanged(self, table: Table[Any], stored: Any) -> None:
        if table.kind is Kind.CONTACT and stored.is_deleted:
            return  # what is left of a person goes with the customer
        changed = self._since.changed(table.kind, stored.id)
        if changed is not None:
            raise self._refused(f"{self._since.name(table.kind, stored.id)} was changed since by {changed}")

    def _need_no_dependents(self, table: Table[Any], key: int) -> None:
        for kind, entity, is_new in self._since.dependents(table, key):
            if (kind, entity) not in self._going:
                named = self._since.name(kind, entity)
                remedy = "was added since; delete that first" if is_new else "points to it now; change that first"
                raise self._refused(f"{named} {remedy}")

    def _may_stay(self, table: Table[Any], value: Any) -> bool:
        """Whether a registry value, an industry of a register, was only made along and has come to be others' too."""
        if self._main == (Kind.REGISTRY, value.id):
            return False
        is_used = bool(registry_uses.blockers_of(self._con, value, self._rights))
        return is_used or self._since.changed(table.kind, value.id) is not None or not self._rights.profile.admin

    def _need_unused(self, value: Any) -> None:
        blockers = registry_uses.blockers_of(self._con, value, self._rights)
        if blockers:
            raise Blocked(value.name, blockers)
        registries.check_not_last(value, registries.of_kind(self._con, value.kind))

    def _leave_headquarters(self, address: Any) -> None:
        customer = get(self._con, CUSTOMER, address.customer)
        if customer.headquarters == address.id:
            others = self._addresses_of(customer.id) - 1
            left = headquarters_after_removing(customer.headquarters, address.id, others)
            self._work.update(CUSTOMER, customer, {"headquarters": left})

    def _addresses_of(self, customer: int) -> int:
        number: int = self._con.execute("SELECT count(*) FROM address WHERE customer_id = ?", (customer,)).get
        return number

    def _note(self, kind: Kind, row: Any) -> None:
        """Remember whose last activity, and whose city, may be another now."""
        if kind in (Kind.ACTIVITY, Kind.NOTE) and row.customer is not None and row.case is None:
            self._busy_customers.add(row.customer)
        elif kind is Kind.ADDRESS:
            self._headquarters.add(row.customer)

    def _follow(self) -> None:
        """What is derived from rows of several tables, and the rule that a customer with addresses has a
        headquarters."""
        for key in sorted(self._headquarters):
            if not self._is_stored_customer(key):
                continue
            customer = get(self._con, CUSTOMER, key)
            if customer.headquarters is None and self._addresses_of(key):
                if key not in self._moved_addresses:
                    raise self._refused("other addresses were added since; pick one of them as headquarters first")
                self._work.update(CUSTOMER, customer, {"headquarters": self._moved_addresses[key]})
            else:
                indexing.refresh_customer(self._con, key)
        for key in sorted(self._busy_customers):
            indexing.recount_activity(self._con, key, self._work.now)

    def _is_stored_customer(self, key: int) -> bool:
        return bool(self._con.execute("SELECT 1 FROM customer WHERE id = ?", (key,)).fetchone())

    def _refused(self, why: str) -> NotUndoable:
        return NotUndoable(f"{self._title}: {why}.")
