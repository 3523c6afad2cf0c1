"""Writing a batch of imported records: creating, or changing what the file says otherwise than last time.

A field that a user changed after the last import is kept as long as the file still says what it said then.
Words of new rows are indexed together at the end of the batch, where full-text indexes take them quickest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from crm_tui.domain.cases import SalesState
from crm_tui.domain.entities import Imported, Kind
from crm_tui.domain.errors import CrmError, Invalid
from crm_tui.domain.leaves import check_numbers, check_texts
from crm_tui.domain.normalise import check_key
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.users import NewUser
from crm_tui.store.history import BY_NUMBER, ImportItem, ImportResult, Outcome
from crm_tui.store.sql import checks, defaults, import_finance, indexing, numbers, references, user_checks, users
from crm_tui.store.sql.customers import billing_defaults
from crm_tui.store.sql.import_references import References
from crm_tui.store.sql.import_rules import FIGURES, RULES, UNIQUE, checked, need
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BILLING, BY_KIND, CUSTOMER, REGISTRY, changed_fields, columns, decode
from crm_tui.store.sql.write import Change, customer_of, logged_value


class Batch:
    """The records of one transaction, written in their order; ``finish`` comes last."""

    def __init__(self, work: Change, rights: Rights, items: Sequence[ImportItem]) -> None:
        self._work = work
        self._rights = rights
        items = [item for item in items if _can_be_kept(item)]  # all others are refused one by one
        self._references = References(work, rights, items)
        self._stored = self._read_stored(items)
        self._places = _first_addresses(items)
        self._created: dict[Kind, list[int]] = {}
        self._unlogged: list[tuple[Kind, int, int | None]] = []
        self._address_of: dict[int, int] = {}  # of addresses that the batch wrote, whose customer they are
        self._owners: dict[int, str | None] = {}
        self._allowed: set[Kind] = set()
        self._new_customers: list[int] = []
        self._without_headquarters: set[int] = set()
        self._home = indexing.home_country(work.con)
        self._currencies: dict[int, str] = {}
        self._profile: int | None = None

    def write(self, item: ImportItem) -> ImportResult:
        """Write a record, or say why not; of one that is refused nothing is left."""
        try:
            _check_kept(item)
            if item.kind not in self._allowed:
                need(self._rights, item.kind)
                self._allowed.add(item.kind)
            if self._references.knows_values_of(item):
                return ImportResult(self._write(item))
            # a record checks all before it writes, but for the registry values that it brings along; savepoints for
            # all records would cost the full-text indexes their speed
            self._log()
            with self._references.provisional():
                result = ImportResult(self._write(item))
                self._log()
                return result
        except CrmError as error:
            return ImportResult(Outcome.REFUSED, str(error))

    def finish(self) -> None:
        """Settings and headquarters of new customers, and the index."""
        billing = billing_defaults(self._work.con)
        for customer in self._new_customers:
            self._work.add(BILLING, billing | {"id": customer}, is_logged=False)
        for customer in self._without_headquarters:  # the address that its words were made of was refused
            indexing.refresh_customer(self._work.con, customer, is_indexed=False)
        self._log()
        self._index()

    def _write(self, item: ImportItem) -> Outcome:
        if item.kind in FIGURES:
            self._log()
            values = dict(item.fields) | self._references.of(item)
            return import_finance.put_figures(self._work, self._rights, item, values)
        key = self._references.get(item.kind, item.external_ref)
        if key is None:
            key = self._same(item)
            if key is not None:
                self._references.alias(item.kind, item.external_ref, key)
                return Outcome.UNCHANGED
        if key is None:
            self._create(item)
            return Outcome.CREATED
        return Outcome.UNCHANGED if item.by_name else self._update(item, key)

    def _same(self, item: ImportItem) -> int | None:
        """What the record is without having been imported: a customer by its name, a user by their login."""
        if item.kind is Kind.CUSTOMER and item.by_name:
            return self._references.customer_named(str(item.fields.get("name", "")))
        if item.kind is Kind.USER:
            row = self._work.con.execute(
                "SELECT id FROM crm_user WHERE login = ?", (item.fields.get("login"),)
            ).fetchone()
            return row[0] if row else None
        return None

    def _create(self, item: ImportItem) -> None:
        values = dict(item.fields) | self._references.of(item)
        extra = self._defaults(item.kind, values)
        new = checked(item.kind, values)
        fields = asdict(new) | extra
        self._check_neighbours(item.kind, fields)
        if isinstance(new, NewUser):
            user_checks.check_new(self._work.con, self._rights, new)
        kept: dict[str, Any] | None = None
        if item.kind is Kind.CUSTOMER:
            fields["number"] = numbers.take_customer_number(self._work.con, fields["number"])
            kept = self._customer_kept(item, fields)
        elif item.kind is Kind.CASE:
            fields["number"] = numbers.take_case_number(self._work.con, self._rights, fields["number"])
        else:
            self._check_unique(item.kind, fields, None)
            if item.kind is Kind.CONTACT:
                customer = fields["customer"]
                of = indexing.of_customers(self._work.con, [customer])
                kept = indexing.contact_kept(fields, self._home, of.get(customer))
        ref = None if _is_by_number(item) else item.external_ref
        table = BY_KIND[item.kind]
        key = self._work.add(table, fields, external_ref=ref, kept=kept, is_indexed=False, is_logged=False)
        self._unlogged.append((item.kind, key, customer_of(self._work.con, table, key, fields)))
        self._references.add(item.kind, item.external_ref, key)
        if fields.get("number") is not None:
            self._references.add(item.kind, f"{BY_NUMBER}{fields['number']}", key)
        self._created.setdefault(item.kind, []).append(key)
        match item.kind:
            case Kind.CUSTOMER:
                self._new_customers.append(key)
                if kept is not None:
                    self._without_headquarters.add(key)
            case Kind.ADDRESS:
                self._address_of[key] = fields["customer"]
                self._take_headquarters(fields["customer"], key)

    def _customer_kept(self, item: ImportItem, fields: Mapping[str, Any]) -> dict[str, Any] | None:
        """Kept columns with the city of the address that comes later in the batch; None without one."""
        place = self._places.get(item.external_ref)
        if place is None:
            return None
        region = place.get("country") or self._home
        owner = self._owner_name(fields["owner"])
        return indexing.customer_kept(fields, city=place.get("city"), owner=owner, region=region)

    def _owner_name(self, user: int) -> str | None:
        if user not in self._owners:
            row = self._work.con.execute("SELECT name FROM crm_user WHERE id = ?", (user,)).fetchone()
            self._owners[user] = row[0] if row else None
        return self._owners[user]

    def _take_headquarters(self, customer: int, address: int) -> None:
        con = self._work.con
        if customer in self._without_headquarters:  # new: creating it is one line in the change log
            con.execute("UPDATE customer SET headquarters_id = ? WHERE id = ?", (address, customer))
            self._without_headquarters.discard(customer)
            return
        if con.execute("SELECT headquarters_id IS NULL FROM customer WHERE id = ?", (customer,)).get:
            self._log()
            self._index()
            self._work.update(CUSTOMER, self._work.get(CUSTOMER, customer), {"headquarters": address})
            self._stored.pop((Kind.CUSTOMER, customer), None)

    def _defaults(self, kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
        """Fill in what the file does not say; returns fields that only the stored record has."""
        match kind:
            case Kind.CUSTOMER:
                values.setdefault("owner", self._rights.user)
            case Kind.USER:
                values.setdefault("profile", self._humblest_profile())
            case Kind.CONTACT:
                return {"is_deleted": False}
            case Kind.CASE:
                return self._case_defaults(values)
            case Kind.INVOICE:
                import_finance.complete_invoice(self._work.con, values)
        return {}

    def _case_defaults(self, values: dict[str, Any]) -> dict[str, Any]:
        status = self._sales_status(values)
        customer = values.get("customer")
        values.setdefault("owner", self._rights.user)
        values["sales_status"] = status.id
        if values.get("currency") is None and isinstance(customer, int):
            if customer not in self._currencies:
                self._currencies[customer] = defaults.currency(self._work.con, customer) or self._home_currency()
            values["currency"] = self._currencies[customer]
        if values.get("probability") is None:
            values["probability"] = status.probability
        if status.sales_state is SalesState.WON and values.get("project_status") is None:
            project = defaults.project_status(self._work.con)
            values["project_status"] = project.id if project else None
        return {"sales_state": status.sales_state}

    def _home_currency(self) -> str:
        return str(self._work.con.execute("SELECT currency FROM organization").get)

    def _sales_status(self, values: dict[str, Any]) -> RegistryValue:
        state = values.pop("sales_state", None)
        if values.get("sales_status") is not None:
            return self._work.get(REGISTRY, values["sales_status"])
        row = self._work.con.execute(
            f"SELECT {columns(REGISTRY, 'r')} FROM registry_value r WHERE kind = ? AND sales_state = ?"
            " ORDER BY is_active DESC, position, id LIMIT 1",
            (RegistryKind.SALES_STATUS.value, state or SalesState.OPEN.value),
        ).fetchone()
        if row is None:
            raise Invalid("sales_status", f"the registry has no sales status “{state}”")
        return decode(REGISTRY, row)

    def _humblest_profile(self) -> int:
        """A file does not say what its users may do: they get the profile that allows least, until an
        administrator gives them another."""
        if self._profile is None:
            self._profile = self._work.con.execute(
                "SELECT id FROM profile ORDER BY admin, delete_customers,"
                " instr('none read edit all', customers), instr('none member manager unit all', projects), id LIMIT 1"
            ).get
        if self._profile is None:
            raise Invalid("profile", "there is no profile that a new user could have")
        return self._profile

    def _check_neighbours(self, kind: Kind, fields: Mapping[str, Any]) -> None:
        """Raise Invalid where what a record points to belongs to another customer."""
        con, customer = self._work.con, fields.get("customer")
        address = fields.get("address") if kind is Kind.CONTACT else None
        if address is not None and customer is not None and self._address_of.get(address) != customer:
            references.check_address(con, address, customer)
        if kind is Kind.CASE:
            people = [key for key in (fields["contact"], *fields["further_contacts"]) if key is not None]
            references.check_contacts(con, "contact", people, customer=customer)
        cases = fields.get("cases", ()) if kind is Kind.INVOICE else (fields.get("case"),)
        for case in cases:
            if case is not None and customer is not None:
                references.check_case(con, self._rights, case, customer)

    def _check_unique(self, kind: Kind, fields: Mapping[str, Any], of: int | None) -> None:
        field = UNIQUE.get(kind)
        if field is None or field not in fields:
            return
        row = self._work.con.execute(
            f"SELECT 1 FROM {BY_KIND[kind].name} WHERE {field} = ? AND id IS DISTINCT FROM ?", (fields[field], of)
        ).fetchone()
        if row:
            raise Invalid(field, f"{fields[field]} is already used by another {kind.value}")

    def _update(self, item: ImportItem, key: int) -> Outcome:
        table, rule = BY_KIND[item.kind], RULES[item.kind]
        self._log()
        if key in self._created.get(item.kind, ()):
            self._index()
        stored = self._stored.get((item.kind, key)) or self._work.get(table, key)
        values = dict(item.fields) | self._references.of(item)
        if item.kind is Kind.CASE and ("sales_status" in values or "sales_state" in values):
            self._keep_status_of_same_state(stored, values)
        if item.kind is Kind.INVOICE:
            import_finance.fit_invoice(self._work.con, stored, values)
        given = {field: value for field, value in values.items() if field in rule.change.__struct_fields__}
        try:
            wanted = changed_fields(msgspec.convert(given, rule.change))
        except msgspec.ValidationError as error:
            raise Invalid(item.kind.value, str(error)) from error
        different = {
            field: value
            for field, value in wanted.items()
            if getattr(stored, field) != value
            and (_is_by_number(item) or not self._kept_by_user(item.kind, stored, field, value))
        }
        if not different:
            return Outcome.UNCHANGED
        if item.kind is Kind.CUSTOMER:
            checks.not_own_company(stored)
        rule.check(replace(stored, **different))
        if item.kind is Kind.USER:
            user_checks.check_changed(self._work.con, self._rights, stored, replace(stored, **different))
            users.save(self._work, stored, different)
            self._stored.pop((item.kind, key), None)
            return Outcome.UPDATED
        self._check_neighbours(item.kind, asdict(stored) | different)
        self._check_unique(item.kind, different, key)
        if "sales_status" in different:
            different["sales_state"] = self._work.get(REGISTRY, different["sales_status"]).sales_state
        self._stored[item.kind, key] = self._work.update(table, stored, different)
        return Outcome.UPDATED

    def _keep_status_of_same_state(self, stored: Any, values: dict[str, Any]) -> None:
        """A file that only knows won, lost or open says nothing about the step in between."""
        if "sales_status" not in values and values.get("sales_state") == stored.sales_state:
            values.pop("sales_state")
            return
        values["sales_status"] = self._sales_status(values).id

    def _kept_by_user(self, kind: Kind, stored: Imported, field: str, value: Any) -> bool:
        """Whether the stored value is a user's, and the file says only what it said at the last import."""
        lines = self._work.con.execute(
            "SELECT l.old, l.new, c.import_id FROM change_line l JOIN change c ON c.id = l.change_id"
            " WHERE l.kind = ? AND l.entity_id = ? AND l.field = ? ORDER BY l.change_id, l.line",
            (kind.value, stored.id, field),
        ).fetchall()
        edited, imported = stored.import_id is None, None
        for old, new, import_id in lines:
            if import_id is not None:
                edited, imported = False, new
            elif not edited:
                edited, imported = True, old
        if not edited:
            return False
        said = logged_value(BY_KIND[kind], field, imported)
        return bool(said == value) or (stored.import_id is None and imported is None)

    def _read_stored(self, items: Sequence[ImportItem]) -> dict[tuple[Kind, int], Any]:
        """The records of the batch that are there already, read in one go."""
        keys: dict[Kind, list[int]] = {}
        for item in items:
            key = self._references.get(item.kind, item.external_ref)
            if key is not None and item.kind in RULES and not item.by_name:
                keys.setdefault(item.kind, []).append(key)
        stored = {}
        for kind, listed in keys.items():
            table = BY_KIND[kind]
            for row in self._work.con.execute(
                f"SELECT {columns(table, 't')} FROM {table.name} t WHERE t.id IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(listed).decode(),),
            ):
                entity = decode(table, row)
                stored[kind, entity.id] = entity
        return stored

    def _log(self) -> None:
        """Log the rows that were created so far: before any other line, since lines are undone in their order."""
        self._work.log_added(self._unlogged)
        self._unlogged = []

    def _index(self) -> None:
        """Index the rows that were created so far."""
        for kind, keys in self._created.items():
            if keys:
                indexing.added_many(self._work.con, kind, keys)
        self._created = {}


def _check_kept(item: ImportItem) -> None:
    """Raise Invalid for what no store can keep, wherever it stands: nothing can be asked about it, either."""
    check_texts(item, "")
    check_numbers(item, "")
    check_key("external_ref", item.external_ref)


def _can_be_kept(item: ImportItem) -> bool:
    try:
        _check_kept(item)
    except Invalid:
        return False
    return True


def _is_by_number(item: ImportItem) -> bool:
    """Whether the record is known by its number alone: then the file leads, whoever wrote it before."""
    return item.external_ref.startswith(BY_NUMBER)


def _first_addresses(items: Sequence[ImportItem]) -> dict[str, Mapping[str, Any]]:
    """Of each customer's external reference the first address in the batch: its headquarters if it is new."""
    found: dict[str, Mapping[str, Any]] = {}
    for item in items:
        customer = item.refs.get("customer")
        if item.kind is Kind.ADDRESS and isinstance(customer, str):
            found.setdefault(customer, item.fields)
    return found
