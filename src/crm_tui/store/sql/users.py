"""Users, profiles and the organization: every actor reads them, administrators change them, as far as rule 18 goes
(user_checks)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from msgspec.json import encode
from msgspec.structs import asdict, replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Invalid, NotFound
from crm_tui.domain.normalise import identity, name_key, sort_key
from crm_tui.domain.permissions import (
    CustomerLevel,
    Profile,
    ProjectLevel,
    check_profile,
    may_change_profile,
    may_grant,
)
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import (
    NewUser,
    Organization,
    OrganizationChange,
    StoredProfile,
    User,
    UserChange,
    check_organization,
)
from crm_tui.store.settings import Actor
from crm_tui.store.sql import checks, user_checks
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.tables import ORGANIZATION, USER, changed_fields, columns, decode, instant
from crm_tui.store.sql.tables import encode as stored
from crm_tui.store.sql.write import Change, expect_revision, get, log_text

_ORGANIZATION_ID = 1
_PROFILE = (
    "SELECT id, revision, created_at, created_by, updated_at, updated_by,"
    " name, customers, delete_customers, projects, admin FROM profile"
)


class SqlUsers(Facet):
    """The Users facet."""

    def me(self) -> Actor:
        """The bound actor."""
        with self._reading() as (con, rights):
            return Actor(user=get(con, USER, rights.user), profile=rights.profile)

    def list(self, *, inactive: bool = False) -> tuple[User, ...]:
        """The users by name."""
        with self._reading() as (con, _):
            only = "" if inactive else " WHERE u.is_active = 1"
            rows = con.execute(f"SELECT {columns(USER, 'u')} FROM crm_user u{only}")
            users = [decode(USER, row) for row in rows]
        return tuple(sorted(users, key=lambda user: (name_key(user.name), user.id)))

    def get(self, user: int) -> User:
        """One user."""
        with self._reading() as (con, _):
            return get(con, USER, user)

    def create(self, new: NewUser) -> User:
        """Add a user with a profile that grants no more than the actor has."""
        with self._writing("create user") as (work, rights):
            user_checks.check_new(work.con, rights, new)
            return work.insert(USER, asdict(new))

    def update(self, user: int, revision: int, change: UserChange) -> User:
        """Change a user; a new name reaches the customers that they own."""
        with self._writing("update user") as (work, rights):
            rights.need_admin("change users")
            before = work.get(USER, user)
            expect_revision(Kind.USER, before, revision, change)
            user_checks.check_changed(work.con, rights, before, replace(before, **changed_fields(change)))
            return save(work, before, changed_fields(change))

    def profiles(self) -> tuple[StoredProfile, ...]:
        """All profiles in the order they were added."""
        with self._reading() as (con, _):
            return tuple(map(_profile, con.execute(f"{_PROFILE} ORDER BY id")))

    def create_profile(self, profile: Profile) -> StoredProfile:
        """Add a profile that grants no more than the actor has."""
        with self._writing("create profile") as (work, rights):
            rights.need_admin("change profiles")
            check_profile(profile)
            _check_profile_name(work.con, profile, None)
            user_checks.need(may_grant(rights.profile, profile), "grant this")
            return insert_profile(work, profile)

    def update_profile(self, profile: int, revision: int, changed: Profile) -> StoredProfile:
        """Replace what a profile grants: not the actor's own, and nobody who has it gets or loses more than the actor
        has."""
        with self._writing("update profile") as (work, rights):
            rights.need_admin("change profiles")
            before = stored_profile(work.con, profile)
            expect_revision(Kind.PROFILE, before, revision, changed)
            check_profile(changed)
            _check_profile_name(work.con, changed, profile)
            user_checks.need(may_change_profile(rights.profile, before.profile, changed), "change this profile")
            user_checks.need_changed_profile(work.con, rights, profile, changed)
            return _update_profile(work, before, changed)

    def delete_profile(self, profile: int, revision: int) -> None:
        """Delete a profile that nobody has."""
        with self._writing("delete profile") as (work, rights):
            rights.need_admin("change profiles")
            before = stored_profile(work.con, profile)
            expect_revision(Kind.PROFILE, before, revision, None)
            allowed = may_change_profile(rights.profile, before.profile, before.profile)
            user_checks.need(allowed, "delete this profile")
            having = work.con.execute("SELECT id, name FROM crm_user WHERE profile_id = ? ORDER BY name", (profile,))
            users = tuple((Kind.USER.value, int(str(user)), str(name)) for user, name in having)
            if users:
                raise Blocked(f"The profile {before.profile.name}", users)
            work.con.execute("DELETE FROM profile WHERE id = ?", (profile,))
            work.log(Kind.PROFILE, profile, None, before.revision, "", log_text(before), None)

    def organization(self) -> Organization:
        """Whose store this is."""
        with self._reading() as (con, _):
            return get(con, ORGANIZATION, _ORGANIZATION_ID)

    def update_organization(self, revision: int, change: OrganizationChange) -> Organization:
        """Change the organization. A new country is where phone numbers written from then on are from."""
        with self._writing("update organization") as (work, rights):
            rights.need_admin("change the organization")
            before = work.get(ORGANIZATION, _ORGANIZATION_ID)
            expect_revision(Kind.ORGANIZATION, before, revision, change)
            after = replace(before, **changed_fields(change))
            check_organization(after)
            checks.code(work.con, "country", RegistryKind.COUNTRY, after.country, before.country)
            checks.code(work.con, "currency", RegistryKind.CURRENCY, after.currency, before.currency)
            checks.time_zone("time_zone", after.time_zone)
            for field in ("next_customer_number", "next_case_number"):
                if getattr(after, field) < 1:
                    raise Invalid(field, "a whole number from 1 on")
            return work.update(ORGANIZATION, before, change)


def save(work: Change, before: User, changes: Mapping[str, Any]) -> User:
    """Write the changes of a user; a new name reaches the customers that they own."""
    saved = work.update(USER, before, changes)
    if saved.name != before.name:
        work.con.execute("UPDATE customer SET owner_key = ? WHERE owner_id = ?", (sort_key(saved.name), saved.id))
    return saved


def stored_profile(con: Connection, key: int) -> StoredProfile:
    """A stored profile; NotFound without it."""
    row = con.execute(f"{_PROFILE} WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(Kind.PROFILE.value, key)
    return _profile(row)


def insert_profile(work: Change, new: Profile) -> StoredProfile:
    """Store a new profile."""
    now = instant(work.now)
    values = _profile_values(new) | {"created_at": now, "updated_at": now, "actor": work.actor}
    key: int = work.con.execute(
        "INSERT INTO profile (revision, created_at, created_by, updated_at, updated_by,"
        " name, customers, delete_customers, projects, admin)"
        " VALUES (1, :created_at, :actor, :updated_at, :actor,"
        " :name, :customers, :delete_customers, :projects, :admin) RETURNING id",
        values,
    ).get
    work.log(Kind.PROFILE, key, None, 1, "", None, None)
    return stored_profile(work.con, key)


def _update_profile(work: Change, before: StoredProfile, changed: Profile) -> StoredProfile:
    old, new = asdict(before.profile), asdict(changed)
    different = [field for field in old if old[field] != new[field]]
    if not different:
        return before
    values = _profile_values(changed) | {"id": before.id, "now": instant(work.now), "actor": work.actor}
    work.con.execute(
        "UPDATE profile SET revision = revision + 1, updated_at = :now, updated_by = :actor, name = :name,"
        " customers = :customers, delete_customers = :delete_customers, projects = :projects, admin = :admin"
        " WHERE id = :id",
        values,
    )
    for field in different:
        texts = (encode(value).decode() for value in (old[field], new[field]))
        work.log(Kind.PROFILE, before.id, None, before.revision + 1, field, *texts)
    return stored_profile(work.con, before.id)


def _profile_values(of: Profile) -> dict[str, Any]:
    return {field: stored(value) for field, value in asdict(of).items()}


def _profile(row: tuple[Any, ...]) -> StoredProfile:
    (
        key,
        revision,
        created_at,
        created_by,
        updated_at,
        updated_by,
        name,
        customers,
        deletes,
        projects,
        admin,
    ) = row
    return StoredProfile(
        id=key,
        revision=revision,
        created_at=dt.datetime.fromisoformat(created_at),
        created_by=created_by,
        updated_at=dt.datetime.fromisoformat(updated_at),
        updated_by=updated_by,
        profile=Profile(
            name=name,
            customers=CustomerLevel(customers),
            delete_customers=bool(deletes),
            projects=ProjectLevel(projects),
            admin=bool(admin),
        ),
    )


def _check_profile_name(con: Connection, new: Profile, own: int | None) -> None:
    for key, name in con.execute("SELECT id, name FROM profile"):
        if key != own and identity(name) == identity(new.name):
            raise Invalid("name", f"there is a profile {name} already")
