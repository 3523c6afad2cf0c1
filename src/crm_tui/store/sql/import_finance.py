"""Figures and invoices that are imported: amounts in the currency of their case, and what a file leaves open.

The figures of a case and month are known by these two, an invoice by its number. Who imports them wants what the
file says, so nothing that was typed meanwhile is kept from it (another import, or taking this one back, is).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import json
from msgspec.structs import asdict, replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.domain.finance import Invoice, Receiver
from crm_tui.domain.money import check_amount, minor_digits
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.history import ImportItem, Outcome
from crm_tui.store.sql import checks, defaults
from crm_tui.store.sql.case_access import see
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.import_references import missing
from crm_tui.store.sql.import_rules import checked
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BY_KIND, columns, decode
from crm_tui.store.sql.write import Change


def put_figures(work: Change, rights: Rights, item: ImportItem, values: dict[str, Any]) -> Outcome:
    """Create or change the forecast or the actual figures of a case and month; ``values`` are the item's fields
    with its references resolved. What the file does not say stays as it is."""
    table = BY_KIND[item.kind]
    case = values.get("case")
    if not isinstance(case, int):
        raise Invalid("case", "is needed")
    try:
        seen = see(work.con, rights, case)
    except NotFound:
        raise missing("case", Kind.CASE, str(item.refs.get("case", case))) from None
    seen.need_money(rights, "the figures")
    _check_currency(values.pop("currency", None), f"case {seen.stored.number}", seen.stored.currency)
    _to_minor_units(values, seen.stored.currency)
    entry = checked(item.kind, values)
    row = work.con.execute(
        f"SELECT {columns(table, 'f')} FROM {table.name} f WHERE f.case_id = ? AND f.year = ? AND f.month = ?",
        (case, values["year"], values["month"]),
    ).fetchone()
    if row is None:
        work.add(table, asdict(entry))
        return Outcome.CREATED
    before = decode(table, row)
    after = work.update(table, before, values)
    return Outcome.UNCHANGED if after == before else Outcome.UPDATED


def complete_invoice(con: Connection, values: dict[str, Any]) -> None:
    """Fill in what the file leaves open of a new invoice: the customer is that of its first case, the currency its
    case's or else the customer's, the receiver is called as who is billed."""
    cases = _cases(con, values.get("cases", ()))
    if "customer" not in values and cases:
        values["customer"] = cases[0][0]
    for field, what in (("customer", "customer, or a case,"), ("date", "date"), ("total", "total")):
        if field not in values:
            raise Invalid(field, f"a new invoice needs a {what}")
    if not cases and "currency" in values:
        checks.code(con, "currency", RegistryKind.CURRENCY, values["currency"])
    currency = values.setdefault("currency", cases[0][2] if cases else defaults.currency(con, values["customer"]))
    _check_cases(cases, currency)
    _to_minor_units(values, currency)
    receiver = values.get("receiver") or Receiver(name="")
    if isinstance(receiver, Receiver) and not receiver.name:
        billed = values.get("billing_customer", values["customer"])
        name = con.execute("SELECT name FROM customer WHERE id = ?", (billed,)).get
        values["receiver"] = replace(receiver, name=name)


def fit_invoice(con: Connection, stored: Invoice, values: dict[str, Any]) -> None:
    """Amounts as they are stored; raises Invalid where the file means another invoice of the same number."""
    if values.get("customer", stored.customer) != stored.customer:
        raise Invalid("customer", f"invoice {stored.number} is one of another customer")
    _check_currency(values.pop("currency", None), f"invoice {stored.number}", stored.currency)
    _check_cases(_cases(con, values.get("cases", ())), stored.currency)
    _to_minor_units(values, stored.currency)


def _cases(con: Connection, ids: Iterable[int]) -> list[Any]:
    """(customer, number, currency) of cases, in their order."""
    wanted = tuple(ids)
    rows = con.execute(
        "SELECT id, customer_id, number, currency FROM crm_case WHERE id IN (SELECT value FROM json_each(?))",
        (json.encode(wanted).decode(),),
    )
    found = {key: values for key, *values in rows}
    return [found[key] for key in wanted if key in found]


def _check_cases(cases: Iterable[Any], currency: str) -> None:
    for _, number, own in cases:
        _check_currency(currency, f"case {number}", own)


def _check_currency(given: str | None, what: str, own: str) -> None:
    if given is not None and given != own:
        raise Invalid("currency", f"{what} is in {own}, not in {given}")


def _to_minor_units(values: dict[str, Any], currency: str) -> None:
    """Amounts come as decimal numbers where the file does not know their currency."""
    for field, number in values.items():
        if isinstance(number, Decimal):
            amount = number.scaleb(minor_digits(currency))
            if amount != int(amount):
                raise Invalid(field, f"{number} has more decimals than {currency} has")
            check_amount(field, int(amount))
            values[field] = int(amount)
