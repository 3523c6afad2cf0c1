"""``--restricted``: what somebody may do who reaches this machine through the program alone, as over SSH.

Whoever set the account up wrote the command line (``crm-tui --restricted --as anna``); the user at the other end may
ask for a command in SSH_ORIGINAL_COMMAND. That has to be in the table here, with options that are in it, and every
file that it names is one of the user's transfer folder. Everything else is refused: another user or store, programs,
paths, what concerns the machine rather than the customers. Of the environment and the settings only what names no
file and no program counts. This module alone decides; others are told what there is.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import MutableMapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from crm_tui import paths
from crm_tui.cli import USAGE, complain, find, parser
from crm_tui.cli.databases import tell_of_update
from crm_tui.cli.opening import login_of, open_as, path_of
from crm_tui.config import Settings
from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.interchange.transfer_folder import TransferFolder, check_name
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.store import is_empty

#: variables that count; what begins so as well: LC_
_KEPT = frozenset(
    (
        "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "LANGUAGE", "TERM", "COLORTERM", "COLORFGBG", "NO_COLOR",
        "TZ", "ESCDELAY", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "SSH_ORIGINAL_COMMAND",
    )
)  # fmt: skip
#: commands of the screen that would start a program
WITHHELD = frozenset(("list.link",))
_FORM = ("json", "tsv")


class Allowed(NamedTuple):
    """Options of a command by their names in the parser: those that name files, and the others."""

    files: frozenset[str]
    plain: frozenset[str]


def _with(*plain: str, files: Sequence[str] = ()) -> Allowed:
    return Allowed(frozenset(files), frozenset((*plain, "command", "restricted")))


#: command -> what may be given with it. What is not here is refused: demo (a store of its own), backup and restore
#: (the whole store, whatever its user may see), login, logout and devices (another way in, which may outlast the key).
ALLOWED = {
    None: _with("plain_colors", "theme", "wire"),
    "find": _with("words", "form", "limit", "all"),
    "keys": _with("json"),
    "import": _with(
        "dry_run", "map", "kind", "currency", "date_order", "decimal_mark", "undo", "template",
        files=("files", "refused"),
    ),
    "imports": _with(*_FORM),
    "export": _with("all", "force", files=("path",)),
    "users": _with(
        "users", *_FORM, "all", "user", "name", "new_login", "profile", "email", "unit", "superior", "active",
        "customers", "projects", "delete_customers", "admin", "rename", "delete", "end_tokens",
    ),
    "contacts": _with(
        "text", "keyword", "role", "owner", "industry", "segment", "view", "format", "include", "force",
        files=("output",),
    ),
    "agenda": _with("days", *_FORM),
    "show": _with("words", "tab", "all", "limit", "json"),
    "note": _with("number", "text", "case", "once"),
    "todo": _with("number", "text", "case", "once"),
    "duplicates": _with("kind", "min", "limit", "dismiss", *_FORM),
    "register": _with("number", "name", "of_country", *_FORM),
    "update-customer": _with("number", "take", "postal", "dry_run", *_FORM),
    "update-customers": _with("of_country", "dry_run", "restart", "force", *_FORM, files=("output",)),
    "transfer": _with("transfer", "name", "force"),
}  # fmt: skip
_TRANSFERS = frozenset(("scp", "sftp", "sftp-server", "internal-sftp", "rsync", "git", "git-upload-pack"))
#: of the arguments, what the key says and what the program itself knows
_NOT_TYPED = frozenset(("store", "login", "confines", "standing", "is_process"))
#: a token of a server is one person's, and all who share the account would have it; the password of a database lets in
#: past all that is refused here
_ONLY_FILES = "sessions over SSH work on one that the command line of the key names with --store"
_NOTHING: tuple[object, ...] = (None, False, "", [], frozenset())


class Refused(Exception):
    """What is not done here, as a sentence."""


class Confines(NamedTuple):
    """What the user is left with: files of one folder, and not the commands of the screen that are ``withheld``.
    ``shared`` is the folder of state that all users of the account have in common, for locks alone."""

    files: TransferFolder
    withheld: frozenset[str]
    shared: Path

    def settings(self, settings: Settings) -> Settings:
        """Without what names a program or a folder."""
        return settings._replace(copy_command=(), open_command=(), export_folder=self.files.path)


def run(forced: argparse.Namespace, *, is_process: bool) -> int:
    """Carry out what was asked for, within the confines of ``forced``, the options of the command line itself."""
    asked = os.environ.get("SSH_ORIGINAL_COMMAND", "")
    clean_environment(os.environ)
    if is_process:
        from crm_tui.cli.sealing import seal

        seal()
    try:
        requested = _words(asked) if asked.strip() and forced.command is None else None
        options = find.understood(requested) if requested else None
        if options is not None:
            _same_user_and_store(options.login, options.store)
            options.login, options.store = login_of(forced), str(_existing(forced))
            return find.answer(options)
        return _run(forced if requested is None else _requested(forced, requested))
    except Refused as refused:
        complain(str(refused))
        return USAGE


def clean_environment(environ: MutableMapping[str, str]) -> None:
    """Take out what could name a file, a program or another store."""
    for name in list(environ):
        if name not in _KEPT and not name.startswith("LC_"):
            del environ[name]


def _run(arguments: argparse.Namespace) -> int:
    check(arguments)
    path, login = _existing(arguments), login_of(arguments)
    tell_of_update(str(path))
    with closing(Database.open(path, must_exist=True)) as database:
        if is_empty(database):
            raise Unavailable(f"{path} has no users yet; who runs this machine sets it up.")
    shared = paths.state_dir()
    with closing(open_as(path, login)) as store:
        own = user_folder(shared, path, store.users.me().user.id)
    files = TransferFolder(own / "transfer")
    arguments.store, arguments.login = str(path), login
    arguments.confines = Confines(files, WITHHELD, shared)
    os.environ["CRM_TUI_STATE"] = str(own)  # drafts and reports of users who share an account don't meet
    os.chdir(files.path)
    name_files(arguments, files)
    return parser.command(arguments)(arguments)


def user_folder(state: Path, store: Path, user: int) -> Path:
    """The folder of a user of a store, by the user's number, since logins change and go to others."""
    whole = os.path.abspath(store)
    return state / "restricted" / f"{store.stem[:40]}-{sha256(os.fsencode(whole)).hexdigest()[:12]}" / f"user-{user}"


def check(arguments: argparse.Namespace) -> None:
    """Raise Refused for a command or an option that is not allowed."""
    allowed = ALLOWED.get(arguments.command)
    if allowed is None:
        raise Refused(f"{arguments.command} is not done from here: it concerns the whole machine. Ask who runs it.")
    if arguments.command == "users" and arguments.users == "password":
        raise Refused("users password is not done from here: it opens another way in. Ask who runs it.")
    known = allowed.files | allowed.plain | _NOT_TYPED
    for name, value in vars(arguments).items():
        if name not in known and value not in _NOTHING:
            raise Refused(f"--{name.replace('_', '-')} is not for you to choose here; leave it out.")


def name_files(arguments: argparse.Namespace, files: TransferFolder) -> None:
    """Put the paths of the user's own files where names are. Raises Refused."""
    try:
        for name in ALLOWED[arguments.command].files:
            value = getattr(arguments, name)
            if isinstance(value, list):
                setattr(arguments, name, [str(files.named(each)) for each in value])
            elif value is not None:
                setattr(arguments, name, str(files.named(value)))
        if arguments.command == "transfer" and arguments.name is not None:
            check_name(arguments.name)
    except Invalid as error:
        raise Refused(str(error)) from error


def _words(asked: str) -> list[str]:
    """What was asked for as arguments of crm-tui."""
    try:
        words = shlex.split(asked)
    except ValueError:
        raise Refused("the command has an opening quotation mark without a closing one.") from None
    if "\0" in asked or not words:
        raise Refused("name a command, such as: find hydro")
    if words[0] == "crm-tui":
        words = words[1:]
    name = os.path.basename(words[0]) if words else ""
    if name in _TRANSFERS:
        raise Refused(f"{name} is not served here. Files go in and out by: transfer put NAME < FILE, transfer get NAME")
    if words and not words[0].startswith("-") and words[0] not in parser.names():
        raise Refused(f"“{words[0]}” is no command of crm-tui, and no other program is started here.")
    return words


def _requested(forced: argparse.Namespace, words: Sequence[str]) -> argparse.Namespace:
    """The arguments that were asked for, for the user and the store that are forced."""
    requested = parser.parse(words)
    _same_user_and_store(requested.login, requested.store)
    for name in ("plain_colors", "theme", "wire"):
        if getattr(requested, name) in _NOTHING and requested.command is None:
            setattr(requested, name, getattr(forced, name))
    for name in _NOT_TYPED:
        setattr(requested, name, getattr(forced, name))
    return requested


def _same_user_and_store(login: str | None, store: str | None) -> None:
    if login is not None:
        raise Refused("--as is not for you to choose here: your key says who you are.")
    if store is not None:
        raise Refused("--store is not for you to choose here; leave it out.")


def _existing(arguments: argparse.Namespace) -> Path:
    """The whole path of the store: the session goes on in the user's folder, where a relative one would be theirs."""
    path = path_of(arguments, instead=_ONLY_FILES).absolute()
    if not path.exists():
        raise Unavailable("There is no store here yet; who runs this machine sets it up.")
    return path
