"""Billing settings: read with customers *read*, changed with *edit*; the own company's are read-only."""

from __future__ import annotations

from msgspec.structs import replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.settings import BillingChange, BillingSettings, check_billing, check_einvoice_address
from crm_tui.store.sql import checks
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.tables import BILLING, changed_fields
from crm_tui.store.sql.write import expect_revision, get


class SqlBilling(Facet):
    """The Billing facet."""

    def of_customer(self, customer: int) -> BillingSettings:
        """The settings of a customer."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see customer settings")
            return get(con, BILLING, customer)

    def update(self, customer: int, revision: int, change: BillingChange) -> BillingSettings:
        """Change settings: defaults for new cases, existing ones keep what they have."""
        with self._writing("update billing settings") as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "change customer settings")
            checks.open_customer(work.con, customer)
            before = work.get(BILLING, customer)
            expect_revision(Kind.BILLING, before, revision, change)
            after = replace(before, **changed_fields(change))
            check_fields(work.con, before, after)
            return work.update(BILLING, before, change)


def check_fields(con: Connection, before: BillingSettings, after: BillingSettings) -> None:
    """Raise Invalid for settings that a rule refuses; what was there ``before`` stays allowed."""
    check_billing(after)
    if after.einvoice_address is not None and after.einvoice_address != before.einvoice_address:
        check_einvoice_address(after.einvoice_address)  # one that was imported with blanks may stay
    checks.code(con, "currency", RegistryKind.CURRENCY, after.currency, before.currency)
    checks.code(con, "invoice_language", RegistryKind.LANGUAGE, after.invoice_language, before.invoice_language)
    if after.time_zone != before.time_zone:
        checks.time_zone("time_zone", after.time_zone)
