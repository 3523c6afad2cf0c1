"""What each setting may be: a function takes the value as TOML has it, and returns it checked, or raises ValueError
with what would be right. What only somebody who sets it needs is imported there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crm_tui.keymap import PRESETS
from crm_tui.registers.settings import RegisterSettings
from crm_tui.store.known import StoreSettings

Check = Callable[[object], Any]

_DELAYS = range(5, 1001)


class WrongAt(ValueError):
    """What is wrong within a table; ``line`` is how the line begins that sets it, None: that of the table itself."""

    def __init__(self, line: str | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"write a text in quotes, not {value!r}")
    return value


def _one_of(*choices: str) -> Check:
    def check(value: object) -> str:
        if value not in choices:
            raise ValueError(f"{value!r} does not exist; choose one of: {', '.join(choices)}")
        return str(value)

    return check


def _zone(value: object) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = _text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; write one such as Europe/Helsinki") from None
    return name


def _path(value: object) -> Path:
    path = Path(_text(value)).expanduser()
    if not path.is_absolute():
        raise ValueError(f"{value!r} is not a whole path; begin it with / or ~/")
    return path


def _program(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(part, str) and part for part in value):
        raise ValueError('write the program and its arguments as a list: ["wl-copy", "--trim-newline"]')
    return tuple(value)


def _delay(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in _DELAYS:
        raise ValueError(f"write milliseconds from {_DELAYS.start} to {_DELAYS.stop - 1}, not {value!r}")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"write true or false, not {value!r}")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 60:
        raise ValueError(f"write seconds from 1 to 60, not {value!r}")
    return float(value)


def _address(example: str, usual: str = "") -> Check:
    """An address of a service, without a slash at the end; without a scheme it has the usual one, if there is one. A
    wrong one is not repeated: it may hold a password."""

    def check(value: object) -> str:
        from urllib.parse import urlsplit

        address = value.rstrip("/") if isinstance(value, str) else ""
        if usual and "://" not in address:
            address = f"{usual}://{address}"
        try:
            parts = urlsplit(address)
            is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            is_whole = is_whole and not (parts.query or parts.fragment)
        except ValueError:
            is_whole = False
        if not is_whole or not address.isascii() or any(c.isspace() for c in address):
            raise ValueError(f"not an address; write one in quotes, such as {example}")
        return address

    return check


def _store_address(value: object) -> str:
    """What is wrong is not repeated: it may hold a password."""
    from crm_tui.domain.errors import Invalid
    from crm_tui.store.locate import check_address

    try:
        return check_address(value if isinstance(value, str) else "").where
    except Invalid as error:
        raise ValueError(error.reason) from None


def _store_name(value: object) -> str:
    from crm_tui.domain.errors import Invalid
    from crm_tui.store.locate import check_named

    if not isinstance(value, str):  # not repeated: an address may hold a password
        raise ValueError("write a name, a path or an address in quotes")
    try:
        check_named(value)
    except Invalid as error:
        raise ValueError(error.reason) from None
    return value


def _table(name: str, example: str, checks: Mapping[str, Check], value: object) -> dict[str, Any]:
    """The checked values of a table. Raises WrongAt."""
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a table, [{name}] with lines such as {example}")
    checked: dict[str, Any] = {}
    for key, each in value.items():
        if key not in checks:
            raise WrongAt(key, f"there is no setting {key!r}; there are: {', '.join(checks)}")
        try:
            checked[key] = checks[key](each)
        except ValueError as error:
            raise WrongAt(key, f"{key}: {error}") from None
    return checked


def _registers(value: object) -> RegisterSettings:
    return RegisterSettings(**_table("registers", "seconds = 10", REGISTERS, value))


def store_settings(name: str, value: object) -> StoreSettings:
    """The table [stores.NAME]. Raises ValueError, and WrongAt with the line that is wrong."""
    from crm_tui.domain.errors import Invalid
    from crm_tui.store.locate import check_name

    try:
        check_name(name)
    except Invalid as error:
        raise ValueError(error.reason) from None
    settings = StoreSettings(**_table(f"stores.{name}", 'url = "https://crm.example"', STORES, value))
    if (settings.url is None) == (settings.path is None):
        raise ValueError("name where it is: either a url or a path")
    is_server = settings.url is not None and settings.url.startswith("http")
    for key, only in (("ca_file", is_server), ("proxy", is_server), ("token_command", is_server)):
        if getattr(settings, key) and not only:
            raise WrongAt(key, f"{key}: is for servers alone, whose url begins with https://")
    if settings.password_command and (settings.url is None or is_server):
        raise WrongAt("password_command", "password_command: is for PostgreSQL alone; a server takes a token_command")
    return settings


REGISTERS: dict[str, Check] = {
    "prh": _address("https://registers.example/api"),
    "brreg": _address("https://registers.example/api"),
    "seconds": _seconds,
    "proxy": _address("http://proxy.example:3128", usual="http"),
}
STORES: dict[str, Check] = {
    "url": _store_address,
    "path": _path,
    "ca_file": _path,
    "proxy": _address("http://proxy.example:3128", usual="http"),
    "token_command": _program,
    "password_command": _program,
    "cache": _one_of("memory", "disk"),
    "timeout": _seconds,
}
#: settings that stand outside of tables of tables
CHECKS: dict[str, Check] = {
    "theme": _text,
    "keymap": _one_of(*PRESETS),
    "dates": _one_of("short", "iso"),
    "time_zone": _zone,
    "export_folder": _path,
    "copy_command": _program,
    "open_command": _program,
    "escape_delay": _delay,
    "mouse": _truth,
    "wire": _one_of("diff", "plain"),
    "registers": _registers,
    "default_store": _store_name,
}
