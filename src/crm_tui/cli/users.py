"""``crm-tui users``: who works with the store, what they may do, and changes of both."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import msgspec

from crm_tui.cli import DONE, NOTHING_FOUND, USAGE, asking, complain
from crm_tui.cli.naming import id_of
from crm_tui.cli.opening import open_existing
from crm_tui.cli.tables import as_json, tab_separated, table
from crm_tui.domain.errors import CrmError, Invalid
from crm_tui.domain.named import named_values
from crm_tui.domain.permission_words import in_sentences
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser, StoredProfile, User, UserChange
from crm_tui.store.port import Store
from crm_tui.text import clean

_HEADER = ("name", "login", "profile", "business unit", "superior", "active")
_PROFILE_HEADER = ("name", "customers", "delete customers", "projects", "administrator", "users")
_LABELS = 15


class _Unknown(CrmError):
    """What was named is not there; the sentence says what is."""


def run(arguments: argparse.Namespace) -> int:
    """List them, or change what is asked for."""
    of_users = {None: _list, "add": _add, "change": _change, "password": _password}
    what = of_users | {"profiles": _profiles, "profile": _profile}
    with closing(open_existing(arguments)) as store:
        try:
            return what[arguments.users](store, arguments)
        except _Unknown as error:
            complain(str(error))
            return NOTHING_FOUND


# -- users ---------------------------------------------------------------------------------------------------------


def _list(store: Store, arguments: argparse.Namespace) -> int:
    people = {user.id: user for user in store.users.list(inactive=True)}
    profiles = {each.id: each.profile.name for each in store.users.profiles()}
    units = {unit.id: unit.name for unit in store.registries.list(RegistryKind.BUSINESS_UNIT)}

    def named(user: User) -> dict[str, Any]:
        superior = people.get(user.superior) if user.superior is not None else None
        return {
            "name": user.name,
            "login": user.login,
            "email": user.email,
            "profile": profiles[user.profile],
            "business_unit": units.get(user.business_unit) if user.business_unit is not None else None,
            "superior": superior.login if superior is not None else None,
            "is_active": user.is_active,
        }

    listed = [named(user) for user in people.values() if user.is_active or arguments.all]
    if arguments.json:
        print(as_json(listed, is_terminal=sys.stdout.isatty()))
        return DONE
    fields = ("name", "login", "profile", "business_unit", "superior")
    rows = [(*(each[field] or "" for field in fields), _yes(each["is_active"])) for each in listed]
    _print(_HEADER, rows, arguments)
    return DONE


def _add(store: Store, arguments: argparse.Namespace) -> int:
    user = store.users.create(
        NewUser(
            name=arguments.name,
            login=arguments.user,
            profile=_profile_for(store, arguments.profile),
            email=arguments.email or None,
            business_unit=_unit(store, arguments.unit),
            superior=_superior(store, arguments.superior),
        )
    )
    print(f"{clean(user.name)} added; crm-tui --as {clean(user.login)} opens the store on their behalf.")
    return DONE


def _change(store: Store, arguments: argparse.Namespace) -> int:
    before = _user_named(store, arguments.user)
    asked: dict[str, Any] = {
        "name": arguments.name,
        "login": arguments.new_login,
        "profile": None if arguments.profile is None else _profile_for(store, arguments.profile),
        "is_active": arguments.active,
    }
    changes = {field: value for field, value in asked.items() if value is not None}
    if arguments.email is not None:
        changes["email"] = arguments.email or None
    if arguments.unit is not None:
        changes["business_unit"] = _unit(store, arguments.unit)
    if arguments.superior is not None:
        changes["superior"] = _superior(store, arguments.superior)
    if not changes:
        complain("nothing to change was named; crm-tui users change --help lists what can be")
        return USAGE
    is_own = before.id == store.users.me().user.id
    user = store.users.update(before.id, before.revision, UserChange(**changes))
    if user.revision == before.revision:
        print(f"{clean(user.name)} is so already.")
        return DONE
    print(f"{clean(user.name)} changed.")
    if is_own and user.login != before.login:
        print(f"You are known as {clean(user.login)} from now on: crm-tui --as {clean(user.login)}")
    return DONE


def _password(store: Store, arguments: argparse.Namespace) -> int:
    from crm_tui.cli.devices import end_tokens, set_password

    set_password(store, arguments.user)
    login = clean(arguments.user)
    print(f"{login} has a new password.", flush=True)
    question = f"End all tokens of {login}, too, so that every device has to sign in anew?"
    if arguments.end_tokens or asking.yes(question):
        return end_tokens(store, arguments.user)
    print(f"Devices that signed in before go on; crm-tui devices revoke-all {login} ends them.")
    return DONE


def _user_named(store: Store, login: str) -> User:
    for user in store.users.list(inactive=True):
        if user.login == login:
            return user
    raise _Unknown(f"there is no user {login}; crm-tui users --all lists them")


def _profile_for(store: Store, name: str) -> int:
    found = _profile_named(store, name)
    if found is None:
        raise Invalid("profile", f"there is none called “{name}”; {_those_there_are(store)}")
    return found.id


def _unit(store: Store, name: str | None) -> int | None:
    if not name:
        return None
    return id_of("unit", name, named_values(store.registries.list(RegistryKind.BUSINESS_UNIT)))


def _superior(store: Store, login: str | None) -> int | None:
    return _user_named(store, login).id if login else None


# -- profiles ------------------------------------------------------------------------------------------------------


def _profiles(store: Store, arguments: argparse.Namespace) -> int:
    profiles, users = store.users.profiles(), _users_by_profile(store)
    if arguments.json:
        print(as_json([_described(each, users) for each in profiles], is_terminal=sys.stdout.isatty()))
        return DONE
    if arguments.tsv:
        rows = [_values(each.profile, users.get(each.id, 0)) for each in profiles]
        _print(_PROFILE_HEADER, rows, arguments)
        return DONE
    for place, each in enumerate(profiles):
        if place:
            print()
        _say(each, users)
    return DONE


def _profile(store: Store, arguments: argparse.Namespace) -> int:
    stored = _profile_named(store, arguments.profile)
    asked: dict[str, Any] = {
        "customers": arguments.customers and CustomerLevel(arguments.customers),
        "projects": arguments.projects and ProjectLevel(arguments.projects.replace("-", " ")),
        "delete_customers": arguments.delete_customers,
        "admin": arguments.admin,
        "name": arguments.rename,
    }
    changes = {field: value for field, value in asked.items() if value is not None}
    if arguments.delete and changes:
        complain("--delete goes with no other option")
        return USAGE
    if stored is None and (arguments.delete or arguments.rename is not None or not changes):
        more = "" if arguments.delete else "; --customers and --projects add it"
        raise _Unknown(f"there is no profile {arguments.profile}: {_those_there_are(store)}{more}")
    if arguments.delete and stored is not None:
        store.users.delete_profile(stored.id, stored.revision)
        print(f"The profile {clean(stored.profile.name)} is deleted.")
        return DONE
    if stored is None:
        stored = store.users.create_profile(Profile(**({"name": arguments.profile} | changes)))
    elif changes:
        changed = msgspec.structs.replace(stored.profile, **changes)
        stored = store.users.update_profile(stored.id, stored.revision, changed)
    _say(stored, _users_by_profile(store))
    return DONE


def _profile_named(store: Store, name: str) -> StoredProfile | None:
    found = (each for each in store.users.profiles() if each.profile.name.casefold() == name.casefold())
    return next(found, None)


def _those_there_are(store: Store) -> str:
    return f"there are {', '.join(f'“{each.profile.name}”' for each in store.users.profiles())}"


def _users_by_profile(store: Store) -> dict[int, int]:
    """How many users have each, inactive ones included."""
    numbers: dict[int, int] = {}
    for user in store.users.list(inactive=True):
        numbers[user.profile] = numbers.get(user.profile, 0) + 1
    return numbers


def _described(stored: StoredProfile, users: dict[int, int]) -> dict[str, Any]:
    sentences = {each.subject.lower(): each.words for each in in_sentences(stored.profile)}
    return {**msgspec.structs.asdict(stored.profile), "users": users.get(stored.id, 0), "in_words": sentences}


def _values(profile: Profile, users: int) -> tuple[str, ...]:
    deletes, admin = _yes(profile.delete_customers), _yes(profile.admin)
    return profile.name, profile.customers.value, deletes, profile.projects.value, admin, str(users)


def _say(stored: StoredProfile, users: dict[int, int]) -> None:
    number = users.get(stored.id, 0)
    print(f"{clean(stored.profile.name)} ({number} {'user' if number == 1 else 'users'})")
    for each in in_sentences(stored.profile):
        print(f"  {each.subject:<{_LABELS}}{each.words}")


def _print(header: Sequence[str], rows: Sequence[Sequence[str]], arguments: argparse.Namespace) -> None:
    for line in (tab_separated if arguments.tsv else table)(header, rows):
        print(line)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
