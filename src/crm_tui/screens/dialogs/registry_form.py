"""A value of a registry: its name, and what else its kind has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.cases import SalesState
from crm_tui.domain.errors import Invalid
from crm_tui.domain.registries import CODED, STEPS, NewRegistryValue, RegistryChange, RegistryKind, RegistryValue
from crm_tui.screens.dialogs.changeable import changeable
from crm_tui.screens.dialogs.choices import user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, value_options
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.widgets.field import TextField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import Option, PickField


class RegistryForm(FormDialog[RegistryValue]):
    """``given`` names the ``kind`` of a new one. What it is chosen by (code, group, state) stays once it is there."""

    FORM = "registry value"

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        entity = store.registries.get(about.entity) if about.entity is not None else None
        return Materials(entity, user_names(store), store.registries.list(RegistryKind.SEGMENT_GROUP))

    @property
    def kind(self) -> RegistryKind:
        """Which list it belongs to."""
        return self.entity.kind if self.entity is not None else RegistryKind(self.about.given["kind"])

    def rows(self) -> Iterable[FormRow]:
        kind, is_new = self.kind, self.entity is None
        yield FormRow(TextField("name", "Name", required=True))
        if is_new and kind in CODED:
            yield FormRow(TextField("code", "Code", required=True, hint="stays as it is later"))
        if is_new and kind is RegistryKind.SEGMENT:
            yield FormRow(PickField("group", "Group", value_options(self.materials.more), required=True))
        if kind is RegistryKind.SALES_STATUS:
            if is_new:
                states = [Option(state.value, state.value) for state in SalesState]
                yield FormRow(PickField("sales_state", "Means", states, required=True, hint="stays as it is later"))
            yield FormRow(TextField("probability", "Probability", check=_checked_percent, hint="% of a new case"))
        if kind in STEPS:
            yield FormRow(TickField("is_default", "Default"), TickField("is_done", "Done"), label="Is")

    def thing(self) -> str:
        return self.kind.value

    def name_of(self) -> str:
        return self.entity.name if self.entity is not None else ""

    def fresh(self) -> dict[str, Any]:
        return {"sales_state": SalesState.OPEN.value}

    def values_of(self, entity: RegistryValue) -> dict[str, Any]:
        values = {name: getattr(entity, name) for name in self.form.fields}
        if "probability" in values:
            values["probability"] = None if entity.probability is None else str(entity.probability)
        return values

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> RegistryValue:
        if self.entity is not None:
            change = RegistryChange(**changeable(RegistryChange, _stored(changed)))
            return store.registries.update(self.entity.id, self.revision, change)
        return store.registries.create(NewRegistryValue(kind=self.kind, **_stored(values)))


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the form as the domain has them."""
    found = dict(values)
    if found.get("probability") is not None:
        found["probability"] = _percent(found["probability"])
    if found.get("sales_state") is not None:
        found["sales_state"] = SalesState(found["sales_state"])
    return found


def _checked_percent(typed: str) -> str:
    _percent(typed)
    return ""


def _percent(typed: str) -> int:
    digits = typed.removesuffix("%").strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 3 or int(digits) > 100:
        raise Invalid("probability", "whole percent, 0 to 100, for example 40")
    return int(digits)
