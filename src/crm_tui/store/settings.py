"""Billing settings, registries, users, profiles and the organization."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Profile
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind, RegistryValue
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.domain.users import (
    NewOrganization,
    NewUser,
    Organization,
    OrganizationChange,
    StoredProfile,
    User,
    UserChange,
)


class Billing(Protocol):
    """Every customer has billing settings; ones never touched are empty."""

    def of_customer(self, customer: int) -> BillingSettings: ...
    def update(self, customer: int, revision: int, change: BillingChange) -> BillingSettings: ...


class RegistryUse(Struct, frozen=True, kw_only=True):
    """How many of a kind use a registry value; None: some, which the actor, an administrator, may not see."""

    kind: Kind
    number: int | None


class Registries(Protocol):
    """Lists of values; reading is open to every actor, writing to administrators."""

    def list(self, kind: RegistryKind, *, disabled: bool = True) -> tuple[RegistryValue, ...]: ...
    def get(self, value: int) -> RegistryValue: ...
    def create(self, new: NewRegistryValue) -> RegistryValue: ...
    def update(self, value: int, revision: int, change: RegistryChange) -> RegistryValue: ...
    def usage(self, value: int) -> tuple[RegistryUse, ...]: ...
    def reorder(self, value: int, revision: int, place: int) -> RegistryValue:
        """Move it to a place (from 0) of its list; a segment within its group."""
        ...

    def delete(self, value: int, revision: int, replacement: int | None = None) -> None:
        """Only when nothing uses it: Blocked otherwise. With a ``replacement`` all that uses it gets that one, in the
        same change; Invalid where it would mean something else."""
        ...


class Actor(Struct, frozen=True, kw_only=True):
    """On whose behalf the store is called, with what they may do."""

    user: User
    profile: Profile


class Users(Protocol):
    """Users and profiles; reading is open to every actor, writing to administrators (rule 18). Users are never
    deleted: they become inactive."""

    def me(self) -> Actor: ...
    def list(self, *, inactive: bool = False) -> tuple[User, ...]: ...
    def get(self, user: int) -> User: ...
    def create(self, new: NewUser) -> User: ...
    def update(self, user: int, revision: int, change: UserChange) -> User: ...
    def profiles(self) -> tuple[StoredProfile, ...]: ...
    def create_profile(self, profile: Profile) -> StoredProfile: ...
    def update_profile(self, profile: int, revision: int, changed: Profile) -> StoredProfile: ...
    def delete_profile(self, profile: int, revision: int) -> None:
        """Only when no user has it, not even an inactive one: Blocked otherwise, naming them."""
        ...

    def organization(self) -> Organization: ...
    def update_organization(self, revision: int, change: OrganizationChange) -> Organization: ...


class FirstStart(Struct, frozen=True, kw_only=True):
    """What an empty store is set up with (rule 22): the organization and its first administrator."""

    organization: NewOrganization
    login: str
    user_name: str
