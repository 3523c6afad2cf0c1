"""Which store ``--store NAME|PATH|URL`` means. Pure: nothing is looked at, asked or created."""

from __future__ import annotations

import os

from crm_tui.domain.errors import Invalid

TYPE_CHECKING = False  # a look-up from the shell needs neither typing nor pathlib
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crm_tui.store.known import StoreSettings

DEFAULT_NAME = "default"
#: kinds of stores, in words for people
FILE, POSTGRES, SERVER = "file", "PostgreSQL", "server"
_SUFFIXES = (".db", ".sqlite", ".sqlite3")
_POSTGRES_SCHEMES = ("postgresql", "postgres")
_USUAL_PORTS = {"http": 80, "https": 443}
#: parameters of a PostgreSQL address that hold a secret
_SECRET_PARAMETERS = frozenset(("password", "sslpassword"))
_NO_SECRETS = (
    "an address may hold no password or token, which others could read: leave it out;"
    " the password of a database comes from ~/.pgpass, PGPASSWORD or password_command,"
    " the token of a server from crm-tui login"
)


class Place:
    """Where a store is. ``name`` is what people call it, ``where`` a path or an address without secrets, ``settings``
    what config.toml says of it, if it has a name there."""

    __slots__ = ("kind", "name", "settings", "where")

    def __init__(self, name: str, kind: str, where: str, settings: StoreSettings | None = None) -> None:
        self.name = name
        self.kind = kind
        self.where = where
        self.settings = settings


def place(
    named: str | None, data_folder: str, stores: Mapping[str, StoreSettings], default: str | None = None
) -> Place:
    """Where the store is that is ``named``; None: the ``default``, else the user's own.

    A name is one of ``stores``, else of a file ``<data_folder>/NAME.db``. Raises Invalid for what can be none of it.
    """
    named = named or default
    if named is not None and "://" in named:
        return check_address(named)
    if named is not None and named in stores:
        return of_settings(named, stores[named])
    path = store_file(named, data_folder)
    return Place(os.path.splitext(os.path.basename(path))[0], FILE, path)


def is_same(one: Place, other: Place) -> bool:
    """Whether two places are one, however the path of a file is written."""
    return one.kind == other.kind and _whole(one) == _whole(other)


def _whole(place: Place) -> str:
    return os.path.abspath(place.where) if place.kind == FILE else place.where


def of_settings(name: str, settings: StoreSettings) -> Place:
    """Where a store is that has a table in config.toml, which was checked."""
    if settings.path is not None:
        return Place(name, FILE, str(settings.path), settings)
    found = check_address(settings.url or "")
    return Place(name, found.kind, found.where, settings)


def store_path(name_or_path: str | None, data_folder: Path) -> Path:
    """The file of a store: ``<data_folder>/NAME.db`` for a bare name, else the path as given.

    What holds a separator or ends in .db or .sqlite is a path; ``~`` is the home folder. Raises Invalid for
    an address and for what can be neither a name nor a path.
    """
    from pathlib import Path

    return Path(store_file(name_or_path, str(data_folder)))


def store_file(name_or_path: str | None, data_folder: str) -> str:
    """The same as text."""
    if name_or_path is None:
        return os.path.join(data_folder, f"{DEFAULT_NAME}.db")
    if "://" in name_or_path:  # not repeated in the message: an address may hold a password
        raise Invalid("store", "only local stores are supported here, not addresses; give a name or a path")
    if not name_or_path.isprintable():
        raise Invalid("store", "a name or path holds no control characters")
    if is_path(name_or_path):
        return _expanded(name_or_path)
    check_name(name_or_path)
    return os.path.join(data_folder, f"{name_or_path}.db")


def is_path(text: str) -> bool:
    """Whether this is a path rather than a name."""
    separators = [separator for separator in (os.sep, os.altsep) if separator]
    return any(separator in text for separator in separators) or text.lower().endswith(_SUFFIXES)


def check_named(text: str) -> None:
    """Raise Invalid for what is no name, path or address of a store."""
    if "://" in text:
        check_address(text)
    else:
        store_file(text, "")


def check_address(text: str) -> Place:
    """The store at an address. Raises Invalid, without repeating what may hold a password."""
    from urllib.parse import unquote, urlsplit

    wrong = "not an address of a store; write one such as https://crm.example or postgresql://user@db.example/crm"
    try:
        parts = urlsplit(text.rstrip("/"))
        port = parts.port
    except ValueError:
        raise Invalid("store", wrong) from None
    if not text.isascii() or not text.isprintable() or " " in text or port == 0:
        raise Invalid("store", wrong)
    if parts.password is not None or (parts.username is not None and parts.scheme not in _POSTGRES_SCHEMES):
        raise Invalid("store", _NO_SECRETS)
    if parts.scheme in _POSTGRES_SCHEMES:
        names = {unquote(pair.partition("=")[0]).lower() for pair in parts.query.split("&")}
        if names & _SECRET_PARAMETERS:
            raise Invalid("store", _NO_SECRETS)
        host, database = parts.netloc.rpartition("@")[2], parts.path.strip("/")
        return Place(" on ".join(filter(None, (database, host))) or "PostgreSQL", POSTGRES, text.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid("store", wrong)
    if parts.query or parts.fragment:
        raise Invalid("store", _NO_SECRETS)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Invalid("store", f"what is sent to {parts.hostname} over http can be read on the way; write https://")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    its = host if port in (None, _USUAL_PORTS[parts.scheme]) else f"{host}:{port}"
    # one way to write it, since a token is kept by it
    return Place(its, SERVER, f"{parts.scheme}://{its}{parts.path.rstrip('/')}")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, whatever a name server says."""
    from ipaddress import ip_address

    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _expanded(text: str) -> str:
    expanded = os.path.expanduser(text)
    if expanded.startswith("~"):
        raise Invalid("store", f"the home folder in {text} is not known; give the whole path")
    return expanded


def check_name(name: str) -> None:
    """Raise Invalid for what no store can be called."""
    is_plain = all(character.isalnum() or character in " ._-" for character in name)
    if not name[:1].isalnum() or not is_plain or len(name) > 100:
        raise Invalid("store", f"“{name}” is no name of a store: use letters, digits, spaces, . _ -, or give a path")
