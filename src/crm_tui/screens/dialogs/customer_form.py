"""A customer: name, number, owner, description, and the details of tab 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.emails import check_email
from crm_tui.domain.errors import Invalid
from crm_tui.domain.phones import phone_display
from crm_tui.domain.register_update import source_of
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.users import User
from crm_tui.domain.vat import check_vat
from crm_tui.domain.websites import check_website
from crm_tui.screens.dialogs.form_dialog import About, Materials, user_options, value_options
from crm_tui.screens.dialogs.register_field import Taken
from crm_tui.screens.dialogs.register_form import TAKEN, RegisterForm
from crm_tui.screens.session import Session
from crm_tui.store.duplicates import Likely
from crm_tui.store.port import Store
from crm_tui.widgets.field import AreaField, TextField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField

_TEXTS = ("name", "description", "vat_number", "business_id", "email", "phone", "website")


class _More(NamedTuple):
    """What the form chooses from; ``country`` is that of the headquarters, or of the organization."""

    users: tuple[User, ...]
    industries: tuple[RegistryValue, ...]
    country: str
    next_number: int


class CustomerForm(RegisterForm):
    """Of a new customer only the name is needed (rule 1)."""

    FORM = "customer"
    CREATES = {"industry": RegistryKind.INDUSTRY}
    TELLING = ("name", "vat_number", "business_id", "email", "phone", "website")

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        entity, country = None, None
        if about.entity is not None:
            entity = store.customers.get(about.entity)
            country = next((a.country for a in store.addresses.of_customer(entity.id) if a.country), None)
        organization = store.users.organization()
        users = store.users.list(inactive=True)
        more = _More(
            users,
            store.registries.list(RegistryKind.INDUSTRY),
            country or organization.country,
            organization.next_customer_number,
        )
        return Materials(entity, {user.id: user.name for user in users}, more)

    def rows(self) -> Iterable[FormRow]:
        more: _More = self.materials.more
        number = "" if self.entity else f"next is {more.next_number}"
        yield FormRow(TextField("name", "Name", required=True))
        yield FormRow(
            TextField("number", "Number", placeholder=number, check=_check_number),
            PickField("owner", "Owner", user_options(more.users), empty="nobody"),
        )
        yield FormRow(AreaField("description", "Description", lines=2))
        yield FormRow(
            TextField("vat_number", "VAT number", check=self._vat_form, placeholder=_example(more.country)), gap=True
        )
        yield FormRow(TextField("business_id", "Business id", check=self.check_business_id))
        industries = value_options(more.industries)
        yield FormRow(PickField("industry", "Industry", industries, creates=self.creates("industry")))
        yield FormRow(TextField("email", "E-mail", check=_checked_email))
        yield FormRow(TextField("phone", "Phone", check=self._phone_note, tidy=self._phone_form))
        yield FormRow(TextField("website", "Website", check=_checked_website))
        yield from self.register_rows()
        yield FormRow(TextField("employees", "Employees", check=_check_employees))

    def name_of(self) -> str:
        return self.entity.name if self.entity is not None else ""

    def values_of(self, entity: Customer) -> dict[str, Any]:
        return {
            **{name: getattr(entity, name) for name in (*_TEXTS, "owner", "industry")},
            "number": str(entity.number),
            "employees": None if entity.employees is None else str(entity.employees),
        }

    def fresh(self) -> dict[str, Any]:
        actor = self.session.actor
        return {"owner": actor.user.id if actor is not None else None}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Customer:
        fields = dict(values if self.about.entity is None else changed)
        taken = fields.pop(TAKEN, None)
        for name in ("number", "employees"):
            if fields.get(name) is not None:
                fields[name] = int(fields[name])
        vat = fields.get("vat_number")
        if vat is not None:
            checked = check_vat(vat, self.materials.more.country)
            fields["vat_number"] = checked.canonical
            if checked.business_id and self._id_follows(values):
                fields["business_id"] = checked.business_id
        if self.about.entity is None:
            return _create(store, NewCustomer(**fields), msgspec.convert(taken, Taken | None))
        return store.customers.update(self.about.entity, self.revision, CustomerChange(**fields))

    def alike(self, store: Store, values: Mapping[str, Any]) -> tuple[Likely, ...]:
        new = NewCustomer(**{**values, "name": values["name"] or ""})
        return store.duplicates.like_customer(new, self.about.entity)

    @property
    def country(self) -> str:
        return str(self.materials.more.country)

    def industries(self) -> Mapping[str, int]:
        more: _More = self.materials.more
        return {value.name.casefold(): value.id for value in more.industries if value.is_active}

    def _id_follows(self, values: Mapping[str, Any]) -> bool:
        """Whether the business id is the VAT number's own: none yet, or that of the number before."""
        known = values.get("business_id")
        if not known or self.entity is None or self.entity.vat_number is None:
            return not known
        try:
            before = check_vat(self.entity.vat_number, self.materials.more.country)
        except Invalid:
            return False
        return before.business_id == str(known)

    def _vat_form(self, typed: str) -> str:
        try:
            found = check_vat(typed, self.materials.more.country)
        except Invalid:
            if self.entity is not None and typed == self.entity.vat_number:
                return ""  # what was imported stays, whatever it is
            raise
        return f"{found.country}: {found.display}" if found.business_id or found.country else "not checked"

    def _phone_form(self, typed: str) -> str:
        return phone_display(typed, self.materials.more.country)[0]

    def _phone_note(self, typed: str) -> str:
        return phone_display(typed, self.materials.more.country)[1] or ""


def _create(store: Store, new: NewCustomer, taken: Taken | None) -> Customer:
    """A new customer; its address and where it is from, if a register filled the form."""
    if taken is None:
        return store.customers.create(new)
    return store.customers.create_from_register(new, taken.place, source_of(taken.entry))


def _example(country: str) -> str:
    """Nobody's number, said to be an example: it is not taken for one that was entered."""
    return {"FI": "for example FI12345671", "NO": "for example NO 123 456 785 MVA"}.get(country, "")


def _check_number(typed: str) -> str:
    if not typed.isdecimal() or len(typed) > 15 or int(typed) < 1:
        raise Invalid("number", "a customer number is a whole number from 1 on")
    return ""


def _check_employees(typed: str) -> str:
    if not typed.isdecimal() or len(typed) > 9:
        raise Invalid("employees", "a whole number, without blanks")
    return ""


def _checked_email(typed: str) -> str:
    check_email("email", typed)
    return ""


def _checked_website(typed: str) -> str:
    check_website("website", typed)
    return ""
