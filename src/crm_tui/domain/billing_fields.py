"""The fields of the billing defaults: what people call them, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from crm_tui.domain.registries import RegistryKind

ADDRESS, OPERATOR = "einvoice_address", "einvoice_operator"
REVERSE, REVERSE_TEXT = "reverse_charge", "reverse_charge_text"


class BillingField(NamedTuple):
    """One setting. ``label`` is what stands beside it under its ``group``, ``called`` what it is called alone."""

    name: str
    group: str
    label: str
    kind: Literal["text", "days", "percent", "choice", "tick"] = "text"
    called: str = ""
    registry: RegistryKind | None = None

    @property
    def full_name(self) -> str:
        """Its name where no group stands over it."""
        return self.called or self.label


FIELDS = (
    BillingField("invoice_template", "Invoice", "Template", called="Invoice template"),
    BillingField(
        "invoice_language", "Invoice", "Language", "choice", called="Invoice language", registry=RegistryKind.LANGUAGE
    ),
    BillingField("currency", "Invoice", "Currency", "choice", registry=RegistryKind.CURRENCY),
    BillingField("price_list", "Invoice", "Price list"),
    BillingField("payment_term", "Payment", "Payment term", "days"),
    BillingField("overdue_interest", "Payment", "Overdue interest", "percent"),
    BillingField("vat_percent", "Payment", "VAT", "percent"),
    BillingField(REVERSE, "Payment", "Reverse charge", "tick"),
    BillingField(REVERSE_TEXT, "Payment", "Its text", called="Reverse charge text"),
    BillingField(ADDRESS, "E-invoice", "Address", called="E-invoice address"),
    BillingField(OPERATOR, "E-invoice", "Operator", called="E-invoice operator"),
    BillingField("time_zone", "Other", "Time zone", "choice"),
)
BY_NAME: Mapping[str, BillingField] = {field.name: field for field in FIELDS}
