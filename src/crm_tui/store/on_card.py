"""The card's side of a comparison with a business register, read through the port."""

from __future__ import annotations

from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action, may
from crm_tui.domain.register_update import OnCard
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.port import Store


class Cards:
    """Reads what is compared of customers; what is the same for all of them is read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._home = store.users.organization().country
        values = store.registries.list(RegistryKind.INDUSTRY)
        self._names = {value.id: value.name for value in values}
        can_add = may(store.users.me().profile, Action.ADD, Kind.REGISTRY)
        self._industries = None if can_add else frozenset(value.name for value in values if value.is_active)

    def of(self, customer: Customer) -> OnCard:
        """The card's side of a comparison."""
        headquarters = customer.headquarters
        return OnCard(
            customer=customer,
            headquarters=self._store.addresses.get(headquarters) if headquarters is not None else None,
            industry=self._names.get(customer.industry) if customer.industry is not None else None,
            home=self._home,
            industries=self._industries,
        )
