"""Whether the actor may make a change of users and profiles (rule 18), by hand, by an import or by an undo.

Nobody changes their own permissions: not their profile, business unit or state, and not by moving others whose money
they see. So one administrator at least is always left. Everybody else whom a change concerns, be it by their place in
the organization, has no more than the actor, neither before nor after (permissions.refusal).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_tui.domain.errors import Denied, Invalid, OwnPermissions
from crm_tui.domain.normalise import identity
from crm_tui.domain.permissions import (
    ANOTHER_ADMINISTRATOR,
    CustomerLevel,
    Decision,
    Profile,
    ProjectLevel,
    Standing,
    has_everything,
    may_grant,
    may_hand_over,
    reaches,
    refusal,
)
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser, User, UserFields, check_user
from crm_tui.store.sql import checks
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights

_PROFILE_COLUMNS = "name, customers, delete_customers, projects, admin"
#: stands for a user who has no id yet
_NEW = 0


def check_new(con: Connection, rights: Rights, new: NewUser) -> None:
    """Raise Denied or Invalid for a user whom the actor may not add."""
    rights.need_admin("change users")
    check_user(new)
    _check_references(con, new, None)
    need(may_grant(rights.profile, _profile(con, new.profile)), "give a user this profile")
    _need_reach(con, rights, {_NEW: _standing(con, new)}, {_NEW: new.name})


def check_changed(con: Connection, rights: Rights, before: User, after: User) -> None:
    """Raise Denied or Invalid for what the actor may not make of a user."""
    rights.need_admin("change users")
    check_user(after)
    _check_references(con, after, before)
    need_changed(con, rights, before, after)


def need_changed(con: Connection, rights: Rights, before: User, after: User) -> None:
    """Raise Denied for what the actor may not make of a user; the rest of the rules is not asked."""
    rights.need_admin("change users")
    if before == after:
        return
    if before.id == rights.user:
        _need_same_permissions(before, after)
    elif after.profile != before.profile:
        need(may_grant(rights.profile, _profile(con, after.profile)), "give a user this profile")
    _need_reach(con, rights, {before.id: _standing(con, after)}, {before.id: before.name})
    if after.login != before.login and before.id != rights.user:
        _need_all_seen(con, rights, before.id, f"change the login of {before.name}, who may see cases that you don't")


def need_changed_profile(con: Connection, rights: Rights, key: int, changed: Profile) -> None:
    """Raise Denied if a changed profile gave those who have it, or took from them, what the actor lacks."""
    rows: Any = con.execute("SELECT id, business_unit_id, superior_id FROM crm_user WHERE profile_id = ?", (key,))
    _need_reach(con, rights, {user: Standing(changed, unit, superior) for user, unit, superior in rows}, {})


def need_no_more(con: Connection, rights: Rights, user: User) -> None:
    """Raise Denied unless a user may do and see no more than the actor."""
    _need_reach(con, rights, {}, {user.id: user.name})


def need_hand_over(con: Connection, rights: Rights, user: User, action: str) -> None:
    """Raise Denied unless the actor may get, or give away, all that a user does and sees."""
    rights.need_admin(action)
    need_no_more(con, rights, user)
    _need_all_seen(con, rights, user.id, f"{action}, who may see cases that you don't")


def knows_no_more(con: Connection, maker: int | None, user: int) -> bool:
    """Whether who made a token for a user, or gave them a password, may have it even now: they know it, and the user
    may have come to see more than they do since."""
    if maker is None or maker == user:
        return True
    row: Any = con.execute(
        f"SELECT {_PROFILE_COLUMNS} FROM profile WHERE id = (SELECT profile_id FROM crm_user WHERE id = ?)", (maker,)
    ).fetchone()
    if row is None or has_everything(_decoded(*row)):
        return row is not None
    reach = reaches(_standings(con))
    return bool(may_hand_over(reach[maker], reach[user]))


def need(decision: Decision, action: str) -> None:
    """Raise Denied, in the words of rule 18 where it is about the actor, unless it is granted."""
    if decision.missing == ANOTHER_ADMINISTRATOR:
        raise OwnPermissions(action)
    if decision.missing is not None:
        raise Denied(action, decision.missing)


def _need_same_permissions(before: User, after: User) -> None:
    """Nobody changes their own permissions, by whatever field."""
    for field in ("profile", "business_unit", "is_active"):
        if getattr(before, field) != getattr(after, field):
            words = "make yourself inactive" if field == "is_active" else f"change your own {field.replace('_', ' ')}"
            raise OwnPermissions(words)


def _need_all_seen(con: Connection, rights: Rights, user: int, action: str) -> None:
    reach = reaches(_standings(con))
    need(may_hand_over(reach[rights.user], reach[user]), action)


def _need_reach(con: Connection, rights: Rights, changed: Mapping[int, Standing], named: Mapping[int, str]) -> None:
    """Raise Denied unless these users may come to stand so; ``named`` are those whom the change is about."""
    if has_everything(rights.profile):
        return
    before = _standings(con)
    refused = refusal(rights.user, before, {**before, **changed}, named.keys())
    if refused is None:
        return
    name = named.get(refused.user) or con.execute("SELECT name FROM crm_user WHERE id = ?", (refused.user,)).get
    if refused.user == rights.user:
        action = "change what you may see"
    elif not refused.had:
        action = f"let {name} see what you don't see"
    elif refused.user in named:
        action = f"change {name}, who may do or see more than you"
    else:
        action = f"change what {name}, who may do or see more than you, sees"
    need(Decision(refused.missing), action)


def _standings(con: Connection) -> dict[int, Standing]:
    """Where all users stand, inactive ones, too: they may come back."""
    listed: Any = con.execute(f"SELECT id, {_PROFILE_COLUMNS} FROM profile")
    profiles = {key: _decoded(*row) for key, *row in listed}
    rows: Any = con.execute("SELECT id, profile_id, business_unit_id, superior_id FROM crm_user")
    return {user: Standing(profiles[profile], unit, superior) for user, profile, unit, superior in rows}


def _standing(con: Connection, user: UserFields) -> Standing:
    return Standing(_profile(con, user.profile), user.business_unit, user.superior)


def _profile(con: Connection, key: int) -> Profile:
    """What a profile that is there allows."""
    row: Any = con.execute(f"SELECT {_PROFILE_COLUMNS} FROM profile WHERE id = ?", (key,)).get
    return _decoded(*row)


def _decoded(name: str, customers: str, deletes: int, projects: str, admin: int) -> Profile:
    return Profile(
        name=name,
        customers=CustomerLevel(customers),
        delete_customers=bool(deletes),
        projects=ProjectLevel(projects),
        admin=bool(admin),
    )


def _check_references(con: Connection, user: UserFields, before: User | None) -> None:
    own = before.id if before else None
    if before is None or user.login != before.login:
        _check_login(con, user.login, own)
    if con.execute("SELECT 1 FROM profile WHERE id = ?", (user.profile,)).fetchone() is None:
        raise Invalid("profile", "there is no such profile")
    checks.choice(
        con,
        "business_unit",
        RegistryKind.BUSINESS_UNIT,
        user.business_unit,
        before.business_unit if before else None,
    )
    checks.user(con, "superior", user.superior, before.superior if before else None)
    if own is not None and user.superior is not None:
        _check_circle(con, own, user.superior)


def _check_login(con: Connection, login: str, own: int | None) -> None:
    rows: Any = con.execute("SELECT login, name FROM crm_user WHERE id IS DISTINCT FROM ?", (own,))
    for taken, name in rows:
        if identity(taken) == identity(login):
            raise Invalid("login", f"{taken} is the login of {name} already")


def _check_circle(con: Connection, user: int, superior: int) -> None:
    superiors: Mapping[int, int | None] = dict(con.execute("SELECT id, superior_id FROM crm_user"))
    above: int | None = superior
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == user:
            raise Invalid("superior", "is below this user already")
        seen.add(above)
        above = superiors.get(above)
