"""What is being typed into a row of the billing defaults, and how it is saved: one field at a time, but e-invoice
address and operator together."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from crm_tui.domain.billing_fields import ADDRESS, BY_NAME, FIELDS, OPERATOR, BillingField
from crm_tui.domain.errors import Conflict, Invalid, NotFound
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.screens.billing_fields import as_typed, typed_value
from crm_tui.store.drafts import Draft
from crm_tui.store.port import Store

#: the form that goes on with what was typed, see screens/forms.py
FORM = "billing defaults"
_PAIR = {ADDRESS: OPERATOR, OPERATOR: ADDRESS}


class BillingEdit:
    """One field being typed, on the settings as they were when it was begun."""

    def __init__(self, base: BillingSettings, field: BillingField) -> None:
        self.base = base
        self.field = field
        self.key = uuid.uuid4().hex
        self.typed: dict[str, str] = {field.name: as_typed(field, getattr(base, field.name)) or ""}
        self.problem = ""
        self.is_saving = False

    @property
    def is_changed(self) -> bool:
        """Whether something would be lost."""
        return any(
            text.strip() != (as_typed(BY_NAME[name], getattr(self.base, name)) or "")
            for name, text in self.typed.items()
        )

    def put(self, text: str) -> None:
        """This stands in the field now."""
        if text != self.typed[self.field.name]:
            self.typed[self.field.name] = text
            self.problem = ""

    def values(self) -> dict[str, Any]:
        """The new values; raises Invalid for what was typed wrongly. Of a pair both go when one is emptied."""
        values = {name: typed_value(BY_NAME[name], text) for name, text in self.typed.items()}
        other = _PAIR.get(self.field.name)
        if other is not None and values[self.field.name] is None:
            if len(values) == 2:
                asked = BY_NAME[self.field.name].label.lower()
                raise Invalid(self.field.name, f"the {asked} goes with it: type it, or leave")
            values[other] = None
        return values

    def asks_also(self, values: Mapping[str, Any]) -> BillingField | None:
        """The other one of the pair, if it has to be given, too."""
        other = _PAIR.get(self.field.name)
        if other is None or other in values or getattr(self.base, other) is not None:
            return None
        return BY_NAME[other]

    def go_on(self, field: BillingField) -> None:
        """Type another field as well, to be saved together."""
        self.field = field
        self.typed[field.name] = ""
        self.problem = ""

    def draft(self, at: datetime) -> Draft:
        """What is typed, as the form of all settings would have it."""
        before = form_values(self.base)
        return Draft(
            key=self.key,
            form=FORM,
            title=f"Billing defaults: {self.field.full_name}",
            customer=self.base.id,
            entity=self.base.id,
            revision=self.base.revision,
            before=before,
            values=before | {name: text.strip() or None for name, text in self.typed.items()},
            at=at,
        )


def form_values(settings: BillingSettings) -> dict[str, Any]:
    """All settings as the fields of a form hold them."""
    return {field.name: as_typed(field, getattr(settings, field.name)) for field in FIELDS}


class Saved(NamedTuple):
    """The settings as they are now; nothing ``is_written`` where somebody else saved the same meanwhile."""

    settings: BillingSettings
    is_written: bool = True


class Theirs(NamedTuple):
    """Somebody saved the same field meanwhile, or the other one of its pair; nothing was written."""

    settings: BillingSettings
    field: str
    who: str


def save(store: Store, base: BillingSettings, values: Mapping[str, Any], key: str) -> Saved | Theirs:
    """Save fields of the settings that were looked at. What others changed in other fields meanwhile stays."""
    change = BillingChange(**values)
    try:
        return Saved(store.once(key).billing.update(base.id, base.revision, change))
    except Conflict as conflict:
        theirs = conflict.theirs
    assert isinstance(theirs, BillingSettings)  # noqa: S101 - of billing settings
    # an address belongs to its operator: that one has to be as it was looked at
    others = {name: getattr(base, name) for name in map(_PAIR.get, values) if name and name not in values}
    for name, value in {**values, **others}.items():
        if getattr(theirs, name) not in (getattr(base, name), value):
            return Theirs(theirs, name, _who(store, theirs.updated_by))
    if all(getattr(theirs, name) == value for name, value in values.items()):
        return Saved(theirs, is_written=False)
    return Saved(store.once(key).billing.update(base.id, theirs.revision, change))


def _who(store: Store, user: int | None) -> str:
    try:
        return store.users.get(user).name if user is not None else "Somebody"
    except NotFound:
        return "Somebody"
