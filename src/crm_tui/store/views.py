"""Saved views: what a list was narrowed to, under a name, for the user who saved it."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery


class CustomerView(Struct, frozen=True, kw_only=True):
    """A saved view of the customers list."""

    id: int
    name: str
    query: CustomerQuery


class ContactView(Struct, frozen=True, kw_only=True):
    """A saved view of the contacts of all customers."""

    id: int
    name: str
    query: ContactQuery


class Views(Protocol):
    """The actor's own views, by name. They are settings of a person: neither logged nor undone, and no permission is
    needed; what a view lists is asked again each time. A registry value that was deleted is what replaced it, in the
    views of everybody; where nothing did, and for a user who is gone, nothing is listed.

    Names differ by more than capitals, and have single blanks inside. A view that this version can't read is left out,
    and goes when its name is taken anew."""

    def customers(self) -> tuple[CustomerView, ...]: ...
    def contacts(self) -> tuple[ContactView, ...]: ...
    def save_customers(self, name: str, query: CustomerQuery) -> CustomerView:
        """Under a name that is there already, in its place."""
        ...

    def save_contacts(self, name: str, query: ContactQuery) -> ContactView:
        """Under a name that is there already, in its place."""
        ...

    def rename(self, view: int, name: str) -> None:
        """Invalid where another view of the list has that name; NotFound for a view of somebody else."""
        ...

    def delete(self, view: int) -> None: ...
