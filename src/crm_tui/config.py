"""The user's settings: TOML text in, checked and frozen settings out. Pure; whoever calls reads the file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from crm_tui.domain.errors import CrmError
from crm_tui.keymap import PRESETS, KeymapError, Keys, resolve
from crm_tui.registers.settings import RegisterSettings

_DELAYS = range(5, 1001)


class ConfigError(CrmError):
    """The settings are wrong; the message names file, place and remedy."""


class Settings(NamedTuple):
    """What the user chose; None means: as the program finds best.

    `theme` is checked by the app, which knows the themes. `escape_delay` is how long a lone Esc is waited
    for, in milliseconds. `copy_command` and `open_command` are programs with arguments: the text to copy
    arrives on standard input, the address to open as last argument. `wire` is whether the terminal is sent only
    what changed, or all that is drawn. `registers` is the table [registers].
    """

    theme: str | None = None
    keymap: str = "default"
    keys: Keys = resolve()
    dates: Literal["short", "iso"] = "short"
    time_zone: str | None = None
    export_folder: Path | None = None
    copy_command: tuple[str, ...] = ()
    open_command: tuple[str, ...] = ()
    escape_delay: int | None = None
    mouse: bool = True
    wire: Literal["diff", "plain"] = "diff"
    registers: RegisterSettings = RegisterSettings()


def parse(text: str, file: str = "config.toml") -> Settings:
    """Settings from TOML text; `file` is named in errors.

    Raises ConfigError for anything that is not understood: nothing is silently ignored.
    """
    import tomllib  # 17 ms: only for those who have a settings file

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name == "keys":
            continue
        if name not in _CHECKS:
            raise ConfigError(f"{_where(file, text, name)}: there is no setting {name!r}; {_meant(name)}")
        try:
            checked[name] = _CHECKS[name](value)
        except ValueError as error:
            raise ConfigError(f"{_where(file, text, name)}: {name}: {error}") from None
    try:
        checked["keys"] = resolve(checked.get("keymap", "default"), _remapped(values.get("keys", {})))
    except KeymapError as error:
        place = _where(file, text, str(error).split(":")[0].strip("'\""))
        raise ConfigError(f"{place}: [keys] {error}") from None
    return Settings(**checked)


def _remapped(value: object) -> dict[str, tuple[str, ...]]:
    """The [keys] table: a text with keys between blanks, or a list of keys, for each command id."""
    if not isinstance(value, Mapping):
        raise KeymapError('keys: must be a table, [keys] with lines such as "list.export" = "X"')
    remapped: dict[str, tuple[str, ...]] = {}
    for name, keys in _flat(value).items():
        if isinstance(keys, str):
            remapped[name] = tuple(keys.split())
        elif isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            remapped[name] = tuple(keys)
        else:
            raise KeymapError(f'{name}: write the keys as a text ("j down") or a list (["j", "down"])')
    return remapped


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, object]:
    """`list.export = "X"` without quotes is a table in a table for TOML; it means the same here."""
    flat: dict[str, object] = {}
    for name, value in table.items():
        flat |= _flat(value, f"{before}{name}.") if isinstance(value, Mapping) else {before + name: value}
    return flat


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"write a text in quotes, not {value!r}")
    return value


def _one_of(*choices: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in choices:
            raise ValueError(f"{value!r} does not exist; choose one of: {', '.join(choices)}")
        return str(value)

    return check


def _zone(value: object) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only for those who set one

    name = _text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; write one such as Europe/Helsinki") from None
    return name


def _folder(value: object) -> Path:
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


def _registers(value: object) -> RegisterSettings:
    if not isinstance(value, Mapping):
        raise ValueError("must be a table, [registers] with lines such as seconds = 10")
    checked: dict[str, Any] = {}
    for name, each in value.items():
        if name not in _REGISTERS:
            raise ValueError(f"there is no setting {name!r}; there are: {', '.join(_REGISTERS)}")
        try:
            checked[name] = _REGISTERS[name](each)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return RegisterSettings(**checked)


def _address(example: str, usual: str = "") -> Callable[[object], str]:
    """An address of a service, without a slash at the end; without a scheme it has the usual one, if there is one. A
    wrong one is not repeated: it may hold a password."""

    def check(value: object) -> str:
        from urllib.parse import urlsplit  # only for those who set one

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


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 60:
        raise ValueError(f"write seconds from 1 to 60, not {value!r}")
    return float(value)


_REGISTERS: dict[str, Callable[[object], object]] = {
    "prh": _address("https://registers.example/api"),
    "brreg": _address("https://registers.example/api"),
    "seconds": _seconds,
    "proxy": _address("http://proxy.example:3128", usual="http"),
}
_CHECKS: dict[str, Callable[[object], object]] = {
    "theme": _text,
    "keymap": _one_of(*PRESETS),
    "dates": _one_of("short", "iso"),
    "time_zone": _zone,
    "export_folder": _folder,
    "copy_command": _program,
    "open_command": _program,
    "escape_delay": _delay,
    "mouse": _truth,
    "wire": _one_of("diff", "plain"),
    "registers": _registers,
}


def _meant(name: str) -> str:
    from difflib import get_close_matches  # only where something is wrong

    close = get_close_matches(name, [*_CHECKS, "keys"], 1)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join([*_CHECKS, 'keys'])}"


def _where(file: str, text: str, name: str) -> str:
    """The file, with the line that sets `name` where it can be told."""
    for number, line in enumerate(text.splitlines(), 1):
        left = line.partition("=")[0].strip().replace('"', "").replace("'", "")
        if left == name:
            return f"{file}, line {number}"
    return file
