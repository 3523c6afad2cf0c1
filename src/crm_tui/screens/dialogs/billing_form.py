"""All billing defaults of a customer in one form: where what was typed into a row of tab 5 is gone on with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.billing_fields import BY_NAME, FIELDS, BillingField
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.screens.billing_editing import FORM, form_values
from crm_tui.screens.billing_fields import BillingChoices, typed_value
from crm_tui.screens.dialogs.choices import user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.widgets.field import Field, TextField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField

_HINTS = {"days": "days", "percent": "%"}


class BillingForm(FormDialog[BillingSettings]):
    """Defaults for new cases; existing ones keep what they have."""

    FORM = FORM

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - settings are a customer's
        return Materials(store.billing.of_customer(about.customer), user_names(store), BillingChoices.read(store))

    def rows(self) -> Iterable[FormRow]:
        group = FIELDS[0].group
        for field in FIELDS:
            yield FormRow(self._field(field), gap=field.group != group)
            group = field.group

    def _field(self, field: BillingField) -> Field:
        label = {"einvoice_address": "E-inv. address", "einvoice_operator": "E-inv. operator"}.get(
            field.name, field.label
        )
        if field.kind == "tick":
            return TickField(field.name, label)
        if field.kind == "choice":
            choices: BillingChoices = self.materials.more
            return PickField(field.name, label, choices.options(field))

        def check(typed: str) -> str:
            typed_value(field, typed)
            return ""

        return TextField(field.name, label, check=check, hint=_HINTS.get(field.kind, ""))

    def heading(self) -> str:
        return "Billing defaults"

    def name_of(self) -> str:
        return "the billing defaults"

    def values_of(self, entity: BillingSettings) -> dict[str, Any]:
        return form_values(entity)

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> BillingSettings:
        assert self.entity is not None  # noqa: S101 - every customer has them
        change = {
            name: value if BY_NAME[name].kind in ("tick", "choice") else typed_value(BY_NAME[name], value)
            for name, value in changed.items()
        }
        return store.billing.update(self.entity.id, self.revision, BillingChange(**change))
