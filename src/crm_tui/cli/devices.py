"""``crm-tui devices``: which devices have a token for a server of the store; make one, and end one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import msgspec
from msgspec.structs import replace

from crm_tui.cli import DONE, asking
from crm_tui.cli.opening import clock, open_existing
from crm_tui.cli.tables import as_json, tab_separated, table
from crm_tui.domain.devices import SHORTEST_PASSWORD
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.store.devices import Device, NewDevice, NewToken
from crm_tui.store.port import Store
from crm_tui.text import clean

_HEADER = ("id", "user", "device", "since", "last used", "until", "state")


def run(arguments: argparse.Namespace) -> int:
    """List them, or change what is asked for."""
    what = {None: _list, "add": _add, "revoke": _revoke, "revoke-all": _revoke_all}
    with closing(open_existing(arguments)) as store:
        return what[arguments.devices](store, arguments)


def _list(store: Store, arguments: argparse.Namespace) -> int:
    devices = store.devices.of_everybody() if arguments.everybody else store.devices.own()
    logins = {user.id: user.login for user in store.users.list(inactive=True)}
    now = clock()
    listed = [device for device in devices if arguments.all or _state(device, now) == "valid"]
    if arguments.json:
        described = [
            msgspec.to_builtins(device) | {"user": logins[device.user], "state": _state(device, now)}
            for device in listed
        ]
        print(as_json(described, is_terminal=sys.stdout.isatty()))
        return DONE
    rows = [_row(device, logins[device.user], now) for device in listed]
    for line in (tab_separated if arguments.tsv else table)(_HEADER, rows):
        print(line)
    return DONE


def _add(store: Store, arguments: argparse.Namespace) -> int:
    """The token goes to standard output alone, so that it can be piped to where it is kept."""
    user = _user(store, arguments.user)
    made = _made(store, NewDevice(name=arguments.name, user=user, days=arguments.days or None))
    until = f"until {_day(made.device.expires_at)}" if made.device.expires_at else "until it is revoked"
    told = f"Token {made.device.id} for {clean(made.device.name)} of {clean(arguments.user)}, valid {until}."
    print(f"{told} It is shown this once; hand it over on a safe way.", file=sys.stderr)
    print(made.token)
    return DONE


def _made(store: Store, new: NewDevice) -> NewToken:
    """A token, for which one's own password is asked for if it is needed."""
    try:
        return store.devices.create(new)
    except Invalid as error:
        if error.field != "current":
            raise
    return store.devices.create(replace(new, current=asking.hidden("Your current password").reveal()))


def _revoke(store: Store, arguments: argparse.Namespace) -> int:
    store.devices.revoke(arguments.device)
    print(f"Device {arguments.device} may not come in any more.")
    return DONE


def _revoke_all(store: Store, arguments: argparse.Namespace) -> int:
    return end_tokens(store, arguments.user)


def end_tokens(store: Store, login: str) -> int:
    """End all tokens of a user."""
    number = store.devices.revoke_all(_user(store, login))
    ended = "1 token has" if number == 1 else f"{number} tokens have"
    print(f"{ended} ended; {clean(login)} has to sign in anew on every device.")
    return DONE


def set_password(store: Store, login: str) -> None:
    """Ask for a new password of a user; for one's own, for the current one, too, where there is one."""
    user = _user(store, login)
    new = asking.hidden_twice(f"New password of {login} ({SHORTEST_PASSWORD} characters at least)")
    try:
        store.devices.set_password(user, new.reveal())
    except Invalid as error:
        if error.field != "current":
            raise
        store.devices.set_password(user, new.reveal(), asking.hidden("Your current password").reveal())


def _user(store: Store, login: str) -> int:
    for user in store.users.list(inactive=True):
        if user.login == login:
            return user.id
    raise NotFound("user", login)


def _row(device: Device, login: str, now: datetime) -> Sequence[str]:
    used = f"{device.last_used_at.astimezone():%Y-%m-%d %H:%M}" if device.last_used_at else "never"
    until = _day(device.expires_at) if device.expires_at else "no end"
    return str(device.id), login, device.name, _day(device.created_at), used, until, _state(device, now)


def _state(device: Device, now: datetime) -> str:
    if device.revoked_at is not None:
        return "revoked"
    return "expired" if device.expires_at is not None and device.expires_at <= now else "valid"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d}"
