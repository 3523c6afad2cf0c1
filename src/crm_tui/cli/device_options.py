"""What can be typed after ``crm-tui login``, ``logout`` and ``devices``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

#: as in domain.devices, which nobody needs who only types
_USUAL_DAYS = 90


def add_to(add: Callable[[str, str], argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser; ``add`` makes one with its name and what it does."""
    _login(add("login", "sign in at a server, so that its store opens on this device without a password"))
    logout = add("logout", "sign out at a server, and keep nothing of it on this device")
    _server(logout, nargs="?")
    _devices(add("devices", "list the devices that may come in to a server of the store, and end or add one"), common)


def _server(parser: argparse.ArgumentParser, nargs: str | None) -> None:
    parser.add_argument(
        "server", metavar="URL", nargs=nargs, help="the address of the server, or its name in the settings"
    )


def _login(parser: argparse.ArgumentParser) -> None:
    _server(parser, nargs=None)
    parser.add_argument(
        "--device", metavar="NAME", help="what to call this device (the name of the machine unless given)"
    )
    in_file = "keep the token in a file that you alone may read, where there is no keyring"
    parser.add_argument("--store-token-in-file", action="store_true", help=in_file)


def _devices(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    parser.set_defaults(devices=None)
    parser.add_argument("--everybody", action="store_true", help="those of all users, for administrators")
    parser.add_argument("--all", action="store_true", help="those that have ended, too")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--json", action="store_true", help="as JSON")
    group.add_argument("--tsv", action="store_true", help="as values separated by tabs, with a header")
    below = parser.add_subparsers(metavar="", title="to change something")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        added = below.add_parser(name, help=text, description=text, parents=[common])
        added.set_defaults(devices=name)
        return added

    new = add("add", "make a token for a device of a user, and print it this once")
    new.add_argument("user", metavar="LOGIN", help="whose device it is")
    new.add_argument("--name", required=True, help="what to call the device")
    days = f"for how many days ({_USUAL_DAYS} unless given); 0: until it is revoked"
    new.add_argument("--days", type=int, default=_USUAL_DAYS, metavar="N", help=days)
    revoke = add("revoke", "end the token of a device")
    revoke.add_argument("device", type=int, metavar="ID", help="its id in the list")
    revoke_all = add("revoke-all", "end all tokens of a user")
    revoke_all.add_argument("user", metavar="LOGIN")
