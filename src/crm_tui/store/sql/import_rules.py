"""What the kinds of imported records are made of: their references, choices, checks and rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from crm_tui.domain.addresses import AddressChange, NewAddress, check_address
from crm_tui.domain.cases import CaseChange, NewCase, check_case
from crm_tui.domain.contacts import ContactChange, NewContact, check_contact
from crm_tui.domain.customers import CustomerChange, NewCustomer, check_customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, Invalid
from crm_tui.domain.finance import ActualEntry, ForecastEntry, InvoiceChange, NewInvoice, check_invoice, check_month
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser, UserChange, check_user
from crm_tui.store.sql.rights import Rights

#: fields that point to other records, and the kind of those
REFERENCES: dict[str, Kind] = {
    "address": Kind.ADDRESS, "billing_customer": Kind.CUSTOMER, "case": Kind.CASE, "cases": Kind.CASE,
    "contact": Kind.CONTACT, "customer": Kind.CUSTOMER, "further_contacts": Kind.CONTACT,
    "headquarters": Kind.ADDRESS, "members": Kind.USER, "owner": Kind.USER, "sales_person": Kind.USER,
    "superior": Kind.USER,
}  # fmt: skip
#: fields that choose from registries
CHOICES: dict[str, RegistryKind] = {
    "business_unit": RegistryKind.BUSINESS_UNIT, "industry": RegistryKind.INDUSTRY, "keywords": RegistryKind.KEYWORD,
    "project_status": RegistryKind.PROJECT_STATUS, "role": RegistryKind.CONTACT_ROLE,
    "sales_status": RegistryKind.SALES_STATUS, "segments": RegistryKind.SEGMENT,
}  # fmt: skip
#: of these, fields that hold several
SEVERAL = frozenset({"cases", "further_contacts", "keywords", "members", "segments"})


class Rule(NamedTuple):
    """How records of a kind are made, changed and checked; ``check`` takes the new one or the whole changed one."""

    new: type[Struct]
    change: type[Struct]
    check: Callable[[Any], None]


RULES: dict[Kind, Rule] = {
    Kind.CUSTOMER: Rule(NewCustomer, CustomerChange, check_customer),
    Kind.ADDRESS: Rule(NewAddress, AddressChange, check_address),
    Kind.CONTACT: Rule(NewContact, ContactChange, check_contact),
    Kind.USER: Rule(NewUser, UserChange, check_user),
    Kind.CASE: Rule(NewCase, CaseChange, lambda case: check_case(case, case.probability)),
    Kind.INVOICE: Rule(NewInvoice, InvoiceChange, check_invoice),
    Kind.FORECAST: Rule(ForecastEntry, ForecastEntry, lambda entry: check_month(entry.year, entry.month)),
    Kind.ACTUAL: Rule(ActualEntry, ActualEntry, lambda entry: check_month(entry.year, entry.month)),
}
#: kinds that are known by their case and month
FIGURES = frozenset({Kind.FORECAST, Kind.ACTUAL})
#: fields by which records of a kind must differ from all others
UNIQUE: dict[Kind, str] = {
    Kind.CUSTOMER: "number", Kind.CASE: "number", Kind.INVOICE: "number",
}  # fmt: skip


def need(rights: Rights, kind: Kind) -> None:
    """Raise Denied unless the actor may import records of this kind, Invalid where nobody can. A file writes
    cases and invoices with their money whoever owns them, so these take the sight of all money; whose figures may be
    written, the case of each row says."""
    if kind not in RULES:
        raise Invalid("kind", f"no {kind.value} can be imported")
    rights.need(Action.ADD, kind)
    if kind in (Kind.CASE, Kind.INVOICE) and rights.profile.projects is not ProjectLevel.ALL:
        raise Denied("import cases and invoices", f"projects: {ProjectLevel.ALL.value}")


def checked(kind: Kind, values: dict[str, Any]) -> Struct:
    """A new record of these values; raises Invalid for what a rule or a type refuses."""
    rule = RULES[kind]
    unknown = values.keys() - frozenset(rule.new.__struct_fields__)
    if unknown:
        raise Invalid(min(unknown), f"is no field of {_a(kind.value)}")
    try:
        new = msgspec.convert(values, rule.new)
    except msgspec.ValidationError as error:
        raise Invalid(kind.value, str(error)) from error
    rule.check(new)
    return new


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
