"""Addresses of a customer."""

from __future__ import annotations

from typing import Protocol

from crm_tui.domain.addresses import Address, AddressChange, NewAddress


class Addresses(Protocol):
    """Headquarters first, then in the order they were added."""

    def of_customer(self, customer: int) -> tuple[Address, ...]: ...
    def get(self, address: int) -> Address: ...
    def create(self, new: NewAddress) -> Address: ...
    def update(self, address: int, revision: int, change: AddressChange) -> Address: ...
    def delete(self, address: int, revision: int) -> None: ...
