"""Records as the store takes them: fields, references and registry values by name.

What a file does not say is left out, so that importing again never blanks what somebody has filled in since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from crm_tui.domain.entities import Kind
from crm_tui.domain.money import Money, format_money
from crm_tui.interchange.records import (
    ActualRecord,
    AddressRecord,
    CaseRecord,
    ContactRecord,
    CustomerRecord,
    ForecastRecord,
    InvoiceRecord,
    NumberedInvoiceRecord,
    Record,
    UserRecord,
)
from crm_tui.store.history import ImportItem

Fields = dict[str, Any]


def import_items(
    records: Iterable[Record], *, currency: str, known_users: Collection[str], note: Callable[[int, str], None]
) -> Iterator[ImportItem]:
    """The items of records, in an order in which each finds what it points to.

    ``currency`` is the organisation's, in which revenues are kept. ``known_users`` are the external references
    of users who are there: an owner who is not among them is left out, and told once to ``note`` (line, text).
    """
    unknown: set[str] = set()

    def owner(record: Record) -> str:
        ref = getattr(record, "owner_ref", "")
        if not ref or ref in known_users:
            return ref
        if ref not in unknown:
            unknown.add(ref)
            note(record.line, f"owner “{ref}” is not among the users: what they own goes to whoever imports")
        return ""

    users: dict[str, UserRecord] = {}
    for record in records:
        if isinstance(record, UserRecord):
            users[record.external_ref] = record
        else:
            yield _item(record, currency, owner(record))
    for user in superiors_first(users):
        yield _item(user, currency, "")


def superiors_first(users: dict[str, UserRecord]) -> list[UserRecord]:
    """Users so that each comes after their superior; in a circle somebody has to come first."""
    ordered: dict[str, UserRecord] = {}
    for user in users.values():
        line: list[UserRecord] = []
        above: UserRecord | None = user
        while above is not None and above.external_ref not in ordered and above not in line:
            line.append(above)
            above = users.get(above.superior_ref)
        ordered.update((one.external_ref, one) for one in reversed(line))
    return list(ordered.values())


def _item(record: Record, currency: str, owner: str) -> ImportItem:
    kind, fields, refs, registry = _PARTS[type(record)](record, currency)
    return ImportItem(
        kind=kind,
        external_ref=record.external_ref,
        fields={name: value for name, value in fields.items() if value not in ("", None, ())},
        refs={name: ref for name, ref in (refs | {"owner": owner}).items() if ref},
        registry={name: chosen for name, chosen in registry.items() if any(chosen)},
        line=record.line,
        by_name=isinstance(record, CustomerRecord) and record.by_name,
    )


_Parts = tuple[Kind, Fields, dict[str, str | tuple[str, ...]], dict[str, tuple[str, ...]]]


def _customer(record: CustomerRecord, currency: str) -> _Parts:
    revenue = record.annual_revenue
    is_ours = revenue is not None and revenue.currency == currency
    further = (
        record.description,
        f"Fax: {record.fax}" if record.fax else "",
        f"Annual revenue: {format_money(revenue)}" if revenue and not is_ours else "",
    )
    fields: Fields = {
        "name": record.name,
        "number": record.number,
        "description": "\n".join(filter(None, further)),
        "vat_number": record.vat_number,
        "business_id": record.business_id,
        "email": record.email,
        "phone": record.phone,
        "website": record.website,
        "employees": record.employees,
        "annual_revenue": revenue.amount if revenue and is_ours else None,
    }
    return Kind.CUSTOMER, fields, {}, {"industry": (record.industry,)}


def _address(record: AddressRecord, currency: str) -> _Parts:
    names = ("line1", "line2", "postal_code", "city", "region", "country")
    uses = ("is_billing", "is_postal", "is_visiting")
    fields = {name: getattr(record, name) for name in (*names, *uses)}
    return Kind.ADDRESS, fields, {"customer": record.customer_ref}, {}


def _contact(record: ContactRecord, currency: str) -> _Parts:
    names = ("first_name", "last_name", "title", "emails", "phones", "language", "description", "date_of_birth")
    fields = {name: getattr(record, name) for name in names}
    refs: dict[str, str | tuple[str, ...]] = {"customer": record.customer_ref, "address": record.address_ref}
    return Kind.CONTACT, fields, refs, {"role": (record.role,), "keywords": record.keywords}


def _user(record: UserRecord, currency: str) -> _Parts:
    fields = {"name": record.name, "login": record.login, "email": record.email}
    return Kind.USER, fields, {"superior": record.superior_ref}, {}


def _case(record: CaseRecord, currency: str) -> _Parts:
    names = (
        "name", "number", "probability", "description", "order_number", "expected_order_date", "start", "deadline",
        "closed",
    )  # fmt: skip
    value: Money | None = record.value
    fields = {name: getattr(record, name) for name in names} | {
        "sales_state": record.state,
        "expected_value": value.amount if value else None,
        "currency": value.currency if value else None,
    }
    return Kind.CASE, fields, {"customer": record.customer_ref}, {"sales_status": (record.stage,)}


def _invoice(record: InvoiceRecord, currency: str) -> _Parts:
    fields = {name: getattr(record, name) for name in ("number", "status", "date", "due", "receiver")} | {
        "total": record.total.amount,
        "currency": record.total.currency,
    }
    refs: dict[str, str | tuple[str, ...]] = {"customer": record.customer_ref, "cases": (record.case_ref,)}
    return Kind.INVOICE, fields, refs, {}


def _numbered_invoice(record: NumberedInvoiceRecord, currency: str) -> _Parts:
    names = ("number", "status", "date", "due", "paid", "total", "vat", "currency", "receiver")
    refs: dict[str, str | tuple[str, ...]] = {
        "customer": record.customer_ref,
        "billing_customer": record.billing_customer_ref,
        "cases": record.case_refs,
    }
    return Kind.INVOICE, {name: getattr(record, name) for name in names}, refs, {}


def _forecast(record: ForecastRecord, currency: str) -> _Parts:
    fields = _month(record) | record.amounts | record.notes
    return Kind.FORECAST, fields, {"case": record.case_ref}, {}


def _actual(record: ActualRecord, currency: str) -> _Parts:
    return Kind.ACTUAL, _month(record) | record.amounts, {"case": record.case_ref}, {}


def _month(record: ForecastRecord | ActualRecord) -> Fields:
    return {"year": record.year, "month": record.month, "currency": record.currency}


_PARTS: dict[type, Callable[[Any, str], _Parts]] = {
    CustomerRecord: _customer,
    AddressRecord: _address,
    ContactRecord: _contact,
    UserRecord: _user,
    CaseRecord: _case,
    InvoiceRecord: _invoice,
    NumberedInvoiceRecord: _numbered_invoice,
    ForecastRecord: _forecast,
    ActualRecord: _actual,
}
