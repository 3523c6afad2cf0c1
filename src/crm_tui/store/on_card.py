"""The card's side of a comparison with a business register, read through the port."""

from __future__ import annotations

from crm_tui.domain.addresses import Address
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.permissions import Action, may
from crm_tui.domain.register_update import Choices, OnCard
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.port import Store


class Cards:
    """Reads what is compared of customers; what is the same for all of them is read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._home = store.users.organization().country
        values = store.registries.list(RegistryKind.INDUSTRY)
        self._names = {value.id: value.name for value in values}
        self._choices = Choices(
            industries=frozenset(value.name for value in values if value.is_active),
            disabled=frozenset(value.name for value in values if not value.is_active),
            can_add=bool(may(store.users.me().profile, Action.ADD, Kind.REGISTRY)),
            countries=frozenset(
                value.code for value in store.registries.list(RegistryKind.COUNTRY) if value.is_active and value.code
            ),
        )

    def of(self, customer: Customer) -> OnCard:
        """The card's side of a comparison. The customer is read again where its headquarters went meanwhile; raises
        NotFound where it went itself."""
        try:
            headquarters = self._headquarters(customer)
        except NotFound:
            customer = self._store.customers.get(customer.id)
            headquarters = self._headquarters(customer)
        return OnCard(
            customer=customer,
            headquarters=headquarters,
            industry=self._names.get(customer.industry) if customer.industry is not None else None,
            home=self._home,
            choices=self._choices,
        )

    def _headquarters(self, customer: Customer) -> Address | None:
        return None if customer.headquarters is None else self._store.addresses.get(customer.headquarters)
