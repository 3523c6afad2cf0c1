"""What can be typed after ``crm-tui users``."""

from __future__ import annotations

import argparse

_CUSTOMERS = ("none", "read", "edit", "all")
_PROJECTS = ("none", "member", "manager-without-money", "manager", "unit", "all")


def add_to(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """The options of ``crm-tui users`` and of what stands below it; ``common`` may be given after any."""
    parser.set_defaults(users=None)
    _output(parser, default=False)
    parser.add_argument("--all", action="store_true", help="inactive users, too")
    below = parser.add_subparsers(metavar="", title="to change something, and to see what profiles allow")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        added = below.add_parser(name, help=text, description=text, parents=[common])
        added.set_defaults(users=name)
        return added

    _user(add("add", "add a user"), is_new=True)
    _user(add("change", "change a user"), is_new=False)
    password = add("password", "set a password, by which somebody signs in at a server of the store")
    password.add_argument("user", metavar="LOGIN", help="whose; asked for without being shown, or read from a pipe")
    end = "end all their tokens, too, so that every device has to sign in anew; asked at a terminal unless given"
    password.add_argument("--end-tokens", action="store_true", help=end)
    _output(add("profiles", "say what each profile allows"), default=argparse.SUPPRESS)
    _profile(add("profile", "add a profile or change one; without options say what it allows"))


def _output(parser: argparse.ArgumentParser, *, default: object) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--json", action="store_true", default=default, help="as JSON")
    group.add_argument("--tsv", action="store_true", default=default, help="as values separated by tabs, with a header")


def _user(parser: argparse.ArgumentParser, *, is_new: bool) -> None:
    parser.add_argument("user", metavar="LOGIN", help="what they log in as")
    parser.add_argument("--name", required=is_new, help="what people call them")
    if not is_new:
        parser.add_argument("--login", dest="new_login", metavar="LOGIN", help="another login")
    parser.add_argument("--profile", required=is_new, help="what they may do, see crm-tui users profiles")
    parser.add_argument("--email", metavar="ADDRESS", help="“” for none")
    parser.add_argument("--unit", help="their business unit; “” for none")
    parser.add_argument("--superior", metavar="LOGIN", help="whose subordinate they are; “” for nobody's")
    if not is_new:
        state = parser.add_mutually_exclusive_group()
        state.add_argument("--inactive", dest="active", action="store_false", default=None, help="they go")
        state.add_argument("--active", action="store_true", default=None, help="they are back")


def _profile(parser: argparse.ArgumentParser) -> None:
    turned = argparse.BooleanOptionalAction
    parser.add_argument("profile", metavar="NAME")
    parser.add_argument("--customers", choices=_CUSTOMERS, help="what may be done with customers")
    parser.add_argument("--projects", choices=_PROJECTS, help="which cases, and whose money, are seen")
    parser.add_argument("--delete-customers", action=turned, help="customers may be deleted")
    parser.add_argument("--admin", action=turned, help="users, profiles and registries are managed")
    parser.add_argument("--rename", metavar="NAME", help="another name")
    parser.add_argument("--delete", action="store_true", help="delete it; no user may have it")
