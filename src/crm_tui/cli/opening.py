"""Opens the store that the command line names, on behalf of the user it names; sets up an empty one (rule 22)."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import pwd
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from crm_tui import paths
from crm_tui.cli.databases import open_database
from crm_tui.cli.settings_file import read_store_names
from crm_tui.cli.whose import login
from crm_tui.domain.errors import Invalid, NotFound, Unavailable
from crm_tui.interchange.user_files import AnyFiles, UserFiles
from crm_tui.store.locate import FILE, SERVER, Place, is_path, place
from crm_tui.store.sql.store import SqlStore, is_empty, store_on

if TYPE_CHECKING:
    from crm_tui.store.port import Store
    from crm_tui.store.settings import FirstStart

#: country -> currency, language, time zone; the first guess for an organization there
_HABITS = {
    "FI": ("EUR", "fi", "Europe/Helsinki"),
    "NO": ("NOK", "nb", "Europe/Oslo"),
    "SE": ("SEK", "sv", "Europe/Stockholm"),
    "DK": ("DKK", "da", "Europe/Copenhagen"),
    "EE": ("EUR", "et", "Europe/Tallinn"),
    "DE": ("EUR", "de", "Europe/Berlin"),
    "GB": ("GBP", "en", "Europe/London"),
    "US": ("USD", "en", "America/New_York"),
}
_ELSEWHERE = ("EUR", "en", "UTC")


def clock() -> dt.datetime:
    """Now."""
    return dt.datetime.now(dt.UTC)


def place_of(arguments: argparse.Namespace) -> Place:
    """Where the store is that is named, by option, by CRM_TUI_STORE, by the settings, or the user's own."""
    named = arguments.store or os.environ.get("CRM_TUI_STORE") or None
    if named is not None and ("://" in named or is_path(named)):
        return place(named, "", {})
    names = read_store_names()
    try:
        folder = str(paths.data_dir())
    except paths.NoHome as error:
        raise Unavailable(str(error)) from error
    return place(named, folder, names.stores, names.default)


def path_of(arguments: argparse.Namespace, *, instead: str = "name one with --store") -> Path:
    """The file of the store that is named. Raises Invalid, with what to do ``instead``, where it is in no file."""
    found = place_of(arguments)
    if found.kind != FILE:
        raise in_no_file(found, instead)
    return Path(found.where)


def in_no_file(found: Place, instead: str) -> Invalid:
    """What is said where a file is needed, with what to do ``instead``."""
    return Invalid("store", f"{found.name} ({found.kind}) is in no file, and this is done with one: {instead}")


def login_of(arguments: argparse.Namespace) -> str:
    """On whose behalf: ``--as``, else the user of the operating system."""
    return login(arguments.login)


def files_of(arguments: argparse.Namespace) -> UserFiles:
    """Which files the user may name."""
    return AnyFiles() if arguments.confines is None else arguments.confines.files


def open_named(arguments: argparse.Namespace) -> Store:
    """The store, set up first if it is empty. Raises the errors of the domain."""
    found, login = place_of(arguments), login_of(arguments)
    if found.kind == SERVER:
        return _as_asked(found, arguments, is_told=False)
    with closing(open_database(found, must_exist=False)) as database:
        if is_empty(database):
            from crm_tui.store.sql.setup import set_up  # once in the life of a store

            set_up(database, _first_start(arguments, login), clock)
    return open_place(found, login)


def open_existing(arguments: argparse.Namespace) -> Store:
    """The store that is named, which has to be there: what only reads makes no new one."""
    return _as_asked(place_of(arguments), arguments, is_told=True)


def _as_asked(found: Place, arguments: argparse.Namespace, *, is_told: bool) -> Store:
    """A store that is there; at a server --as names nobody else than whose token it is."""
    store = open_place(found, login_of(arguments), is_told=is_told)
    if found.kind == SERVER and arguments.login:
        me = store.users.me().user.login
        if me != arguments.login:
            store.close()
            other = f"crm-tui login {found.where} --as {arguments.login} signs in as them"
            raise Invalid("user", f"you are signed in at {found.name} as {me}; {other}")
    return store


def open_place(
    found: Place, login: str, *, is_named: bool = True, is_told: bool = False, is_settled: bool = True
) -> Store:
    """A store that is there and set up; at a server it is opened as whose token it is (see open_server), else see
    store_on. Raises the errors of the domain."""
    if found.kind == SERVER:
        from crm_tui.cli.remote import open_server  # with httpx, for those who have a server

        return open_server(found, is_named=is_named, is_told=is_told)
    if found.kind == FILE and not os.path.exists(found.where):
        raise Unavailable(f"There is no store {found.where} yet; crm-tui makes it, or name another with --store.")
    return _as_user(found, login, is_settled=is_settled)


def open_as(path: Path, login: str) -> SqlStore:
    """A store in a file that is set up; a login that it does not know is said with the option that helps."""
    return _as_user(Place(path.stem, FILE, str(path)), login)


def _as_user(found: Place, login: str, *, is_settled: bool = True) -> SqlStore:
    database = open_database(found, must_exist=False)
    if found.kind != FILE and is_empty(database):
        database.close()
        raise Unavailable(f"Nobody has set up {found.name} yet; crm-tui --store does that when it opens it.")
    try:
        return store_on(database, login, clock, is_settled=is_settled)
    except NotFound:
        raise Invalid("user", f"this store knows no active user “{login}”; name one with --as USER") from None


def key_of(store: Store, found: Place) -> str:
    """What a store is known by beside it, such as by drafts that are kept for it."""
    return str(store.path) if isinstance(store, SqlStore) and found.kind == FILE else found.where


def _first_start(arguments: argparse.Namespace, login: str) -> FirstStart:
    """What the options say, what the user answers, or what the locale suggests."""
    from crm_tui.domain.users import NewOrganization, check_organization
    from crm_tui.store.settings import FirstStart

    name = _given(arguments, "organization") or _ask("Name of your organization", "My organization")
    country = (_given(arguments, "country") or _ask("Country (two letters)", _locale_country(), 2)).upper()
    currency, language, zone = _HABITS.get(country, _ELSEWHERE)
    organization = NewOrganization(
        name=name,
        country=country,
        currency=(_given(arguments, "currency") or _ask("Currency (three letters)", currency, 3)).upper(),
        language=(_given(arguments, "language") or _ask("Language (two letters)", language, 2)).lower(),
        time_zone=_given(arguments, "time_zone") or _ask("Time zone", zone),
    )
    check_organization(organization)
    if not sys.stdin.isatty():
        told = f"{organization.name}, {organization.country}, {organization.currency}, {organization.time_zone}"
        print(f"crm-tui: new store set up for {told}; {login} is its administrator.", file=sys.stderr)
    return FirstStart(organization=organization, login=login, user_name=_user_name(login))


def _given(arguments: argparse.Namespace, name: str) -> str | None:
    value = getattr(arguments, name, None)
    return str(value) if value else None


def _ask(question: str, default: str, letters: int | None = None) -> str:
    """The answer of a person at a terminal, or the default; a code has so many ``letters``, and is asked for again
    until it has."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    while True:
        print(f"{question} [{default}]: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip() or default
        if letters is None or (len(answer) == letters and answer.isascii() and answer.isalpha()):
            return answer
        print(f"That is not a code of {letters} letters, such as {default}.", file=sys.stderr)


def _locale_country() -> str:
    """The country of the locale, for example FI of fi_FI.UTF-8."""
    for variable in ("LC_ALL", "LC_MONETARY", "LANG"):
        _, _, rest = os.environ.get(variable, "").partition("_")
        if len(rest) >= 2 and rest[:2].isalpha():
            return rest[:2].upper()
    return "FI"


def _user_name(login: str) -> str:
    """The user's full name as the system knows it, else the login."""
    try:
        full_name = pwd.getpwnam(login).pw_gecos.partition(",")[0].strip()
    except KeyError:
        return login
    return full_name or login
