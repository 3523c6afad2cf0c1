"""An address of a customer. The first one becomes the headquarters by itself (rule 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from crm_tui.domain.addresses import Address, AddressChange, NewAddress, one_line
from crm_tui.domain.errors import Invalid
from crm_tui.domain.phones import phone_display
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, value_options
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.widgets.field import TextField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField

_FIELDS = (
    "line1", "line2", "postal_code", "city", "region", "country", "phone", "is_visiting", "is_postal", "is_billing",
)  # fmt: skip


class _More(NamedTuple):
    """``home`` is the organization's country; ``is_first``: the customer has no address yet."""

    countries: tuple[RegistryValue, ...]
    home: str
    is_first: bool
    is_headquarters: bool


class AddressForm(FormDialog[Address]):
    """All of an address but whether it is the headquarters, which the customer says."""

    FORM = "address"

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - addresses stand on a card
        entity = store.addresses.get(about.entity) if about.entity is not None else None
        customer = store.customers.get(about.customer)
        more = _More(
            store.registries.list(RegistryKind.COUNTRY),
            store.users.organization().country,
            not store.addresses.of_customer(customer.id),
            entity is not None and customer.headquarters == entity.id,
        )
        return Materials(entity, {user.id: user.name for user in store.users.list(inactive=True)}, more)

    def rows(self) -> Iterable[FormRow]:
        more: _More = self.materials.more
        mark = "◆ headquarters" if more.is_headquarters or more.is_first else ""
        yield FormRow(TextField("line1", "Street or box", hint=mark))
        yield FormRow(TextField("line2", "Second line"))
        yield FormRow(TextField("postal_code", "Postal code"), TextField("city", "City"))
        yield FormRow(
            TextField("region", "Region"), PickField("country", "Country", value_options(more.countries, by_code=True))
        )
        yield FormRow(TextField("phone", "Phone", tidy=self._phone_form))
        yield FormRow(
            TickField("is_visiting", "Visiting"),
            TickField("is_postal", "Postal"),
            TickField("is_billing", "Billing"),
            label="Used for",
            gap=True,
        )

    def name_of(self) -> str:
        return one_line(self.entity) if self.entity is not None else ""

    @classmethod
    def named(cls, name: str) -> dict[str, Any]:
        return {"line1": name}

    def called(self) -> str:
        assert self.about.customer is not None  # noqa: S101 - see load
        return one_line(NewAddress(customer=self.about.customer, **self.form.values())) or "–"

    def values_of(self, entity: Address) -> dict[str, Any]:
        return {name: getattr(entity, name) for name in _FIELDS}

    def fresh(self) -> dict[str, Any]:
        more: _More = self.materials.more
        return {"country": more.home, "is_visiting": more.is_first, "is_postal": more.is_first}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Address:
        if not any(values[name] for name in ("line1", "line2", "city", "postal_code")):
            raise Invalid("line1", "an address needs at least a street, a box or a city")
        if self.about.entity is None:
            assert self.about.customer is not None  # noqa: S101 - see load
            return store.addresses.create(NewAddress(customer=self.about.customer, **values))
        return store.addresses.update(self.about.entity, self.revision, AddressChange(**changed))

    def _phone_form(self, typed: str) -> str:
        return phone_display(typed, self.form.fields["country"].value or self.materials.more.home)[0]
