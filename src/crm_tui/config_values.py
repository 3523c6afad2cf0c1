"""What each setting may be: a function takes the value as TOML has it, and returns it checked, or raises ValueError
with what would be right. What only somebody who sets it needs is imported there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crm_tui.keymap import PRESETS
from crm_tui.registers.settings import RegisterSettings
from crm_tui.store.known import StoreSettings

Check = Callable[[object], Any]

_DELAYS = range(5, 1001)


class WrongIn(ValueError):
    """What is wrong within a table: how the line begins that sets it (None: that of the table itself), and the reason,
    of each fault."""

    def __init__(self, faults: Sequence[tuple[str | None, str]]) -> None:
        super().__init__(faults[0][1])
        self.faults = faults


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


class _Table:
    """A table as it is ``given``: what was understood of it, and what is wrong with the rest. Raises ValueError for
    what is no table."""

    def __init__(self, name: str, example: str, checks: Mapping[str, Check], value: object) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"must be a table, [{name}] with lines such as {example}")
        self.given = value
        self.checked: dict[str, Any] = {}
        self.faults: list[tuple[str | None, str]] = []
        for key, each in value.items():
            if key not in checks:
                self.faults.append((key, f"there is no setting {key!r}; there are: {', '.join(checks)}"))
                continue
            try:
                self.checked[key] = checks[key](each)
            except ValueError as error:
                self.faults.append((key, f"{key}: {error}"))

    def require_right(self) -> None:
        """Raise WrongIn where something is wrong."""
        if self.faults:
            raise WrongIn(self.faults)


def _registers(value: object) -> RegisterSettings:
    table = _Table("registers", "seconds = 10", REGISTERS, value)
    table.require_right()
    return RegisterSettings(**table.checked)


def store_settings(name: str, value: object) -> StoreSettings:
    """The table [stores.NAME]. Raises ValueError, and WrongIn with the lines that are wrong."""
    table = _Table(f"stores.{name}", 'url = "https://crm.example"', STORES, value)
    table.faults += _wrong_name(name)
    if ("url" in table.given) == ("path" in table.given):
        table.faults.append((None, "name where it is: either a url or a path"))
    elif "url" in table.checked or "path" in table.checked:
        table.faults += _misplaced(table.checked)
    table.require_right()
    return StoreSettings(**table.checked)


def _wrong_name(name: str) -> list[tuple[str | None, str]]:
    from crm_tui.domain.errors import Invalid
    from crm_tui.store.locate import check_name

    try:
        check_name(name)
    except Invalid as error:
        return [(None, error.reason)]
    return []


def _misplaced(checked: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    """Settings that stores of another kind have."""
    url = checked.get("url", "")
    is_server = url.startswith("http")
    for key in ("ca_file", "proxy", "token_command"):
        if key in checked and not is_server:
            yield key, f"{key}: is for servers alone, whose url begins with https://"
    if "password_command" in checked and (not url or is_server):
        yield "password_command", "password_command: is for PostgreSQL alone; a server takes a token_command"


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
