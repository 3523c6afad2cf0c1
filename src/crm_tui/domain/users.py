"""Users, their profiles, and the organization that owns the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.customers import require
from crm_tui.domain.emails import check_email
from crm_tui.domain.entities import Change, Entity, Imported
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_key
from crm_tui.domain.permissions import Profile, Standing


class UserFields(Struct, frozen=True, kw_only=True):
    """``profile`` is an id, ``business_unit`` a registry id, ``superior`` another user."""

    name: str
    login: str
    profile: int
    email: str | None = None
    business_unit: int | None = None
    superior: int | None = None
    is_active: bool = True


class NewUser(UserFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user to be created."""


class User(UserFields, Imported, frozen=True, kw_only=True):
    """A stored user; logins are unique."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None


class UserChange(Change, frozen=True, kw_only=True):
    """Changed fields of a user."""

    name: str | UnsetType = UNSET
    login: str | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    profile: int | UnsetType = UNSET
    business_unit: int | None | UnsetType = UNSET
    superior: int | None | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class StoredProfile(Entity, frozen=True, kw_only=True):
    """A profile as it is stored; ``profile`` decides (crm_tui.domain.permissions)."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    profile: Profile


def standings(users: Iterable[User], profiles: Iterable[StoredProfile]) -> dict[int, Standing]:
    """Where users stand, for the decisions about all of them (permissions.reaches)."""
    by_id = {each.id: each.profile for each in profiles}
    return {user.id: Standing(by_id[user.profile], user.business_unit, user.superior) for user in users}


class NewOrganization(Struct, frozen=True, kw_only=True):
    """What the first start of an empty store asks for (rule 22)."""

    name: str
    country: str
    currency: str
    language: str
    time_zone: str


class Organization(NewOrganization, Entity, frozen=True, kw_only=True):
    """The owner of the store: one in each. The next numbers grow with every customer and case."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    next_customer_number: int
    next_case_number: int


class OrganizationChange(Change, frozen=True, kw_only=True):
    """Changed fields of the organization."""

    name: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    next_customer_number: int | UnsetType = UNSET
    next_case_number: int | UnsetType = UNSET


def check_user(user: UserFields) -> None:
    """Raise Invalid for a user without name or login, with blanks or unseen characters in the login, or with an
    e-mail address that is none."""
    require(user.name, "name")
    require(user.login, "login")
    check_key("login", user.login)
    if any(c.isspace() for c in user.login):
        raise Invalid("login", "must not contain blanks")
    if not user.login.isprintable():
        raise Invalid("login", "must not contain characters that can't be seen")
    if user.email is not None and check_email("email", user.email) != user.email:
        raise Invalid("email", "an e-mail address has no blanks around it")


def check_organization(organization: NewOrganization) -> None:
    """Raise Invalid for an organization without a name or with codes that are none."""
    require(organization.name, "name")
    for field, length, example in (("country", 2, "FI"), ("currency", 3, "EUR")):
        code = getattr(organization, field)
        if not (len(code) == length and code.isascii() and code.isalpha() and code.isupper()):
            raise Invalid(field, f"use the {length}-letter code, for example {example}")
    require(organization.language, "language")
    require(organization.time_zone, "time_zone")
