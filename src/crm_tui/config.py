"""The user's settings: TOML text in, checked and frozen settings out. Pure; whoever calls reads the file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from crm_tui.config_values import CHECKS, WrongIn, store_settings
from crm_tui.domain.errors import CrmError
from crm_tui.keymap import KeymapError, Keys, resolve
from crm_tui.registers.settings import RegisterSettings
from crm_tui.store.known import StoreSettings

_NAMES = (*CHECKS, "keys", "stores")


class ConfigError(CrmError):
    """The settings are wrong; the message names file, place and remedy."""


class Settings(NamedTuple):
    """What the user chose; None means: as the program finds best.

    `theme` is checked by the app, which knows the themes. `escape_delay` is how long a lone Esc is waited
    for, in milliseconds. `copy_command` and `open_command` are programs with arguments: the text to copy
    arrives on standard input, the address to open as last argument. `wire` is whether the terminal is sent only
    what changed, or all that is drawn. `registers` is the table [registers]. `default_store` is what is opened where
    none is named, `stores` are the tables [stores.NAME] by name.
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
    default_store: str | None = None
    stores: Mapping[str, StoreSettings] = {}


class StoreNames(NamedTuple):
    """What of the settings says which store is meant by a name."""

    default: str | None = None
    stores: Mapping[str, StoreSettings] = {}


def parse(text: str, file: str = "config.toml") -> Settings:
    """Settings from TOML text; `file` is named in errors.

    Raises ConfigError for anything that is not understood: nothing is silently ignored.
    """
    checked, faults = _checked(text, file, _NAMES)
    if faults:
        raise ConfigError(faults[0])
    return Settings(**checked)


def store_names(text: str, file: str = "config.toml") -> StoreNames:
    """The stores alone, for what has nothing to do with how the screen looks. Raises ConfigError."""
    checked, faults = _checked(text, file, ("default_store", "stores"))
    if faults:
        raise ConfigError(faults[0])
    return StoreNames(checked.get("default_store"), checked["stores"])


def faults(text: str, file: str = "config.toml") -> tuple[str, ...]:
    """All that is wrong, each with its place and remedy; empty where nothing is."""
    return tuple(_checked(text, file, _NAMES)[1])


def _checked(text: str, file: str, names: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    """The values of the settings with these names, and what is wrong with them."""
    import tomllib  # 17 ms: only for those who have a settings file

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {"stores": {}}, [f"{file}: not valid TOML: {error}"]
    found = _Found(file, text)
    for name, value in values.items():
        if name not in _NAMES:
            if names is _NAMES:
                found.wrong(name, "", f"there is no setting {name!r}; {_meant(name)}")
        elif name in names and name in CHECKS:
            found.take(name, value)
    if "stores" in names:
        found.take_stores(values.get("stores", {}))
    if "keys" in names:
        found.take_keys(values.get("keys", {}))
    return found.checked, found.faults


class _Found:
    """What was understood so far, and what was not."""

    def __init__(self, file: str, text: str) -> None:
        self.checked: dict[str, Any] = {}
        self.faults: list[str] = []
        self._file = file
        self._text = text

    def wrong(self, line: str, said: str, reason: str, table: str = "") -> None:
        """Note a fault with the line that begins so, in its table if it has one."""
        colon = ": " if said else ""
        self.faults.append(f"{_where(self._file, self._text, line, table)}: {said}{colon}{reason}")

    def take(self, name: str, value: object) -> None:
        """A setting of the table CHECKS."""
        try:
            self.checked[name] = CHECKS[name](value)
        except WrongIn as error:
            for line, reason in error.faults:
                self.wrong(line or name, name, reason, table=name)
        except ValueError as error:
            self.wrong(name, name, str(error))

    def take_stores(self, value: object) -> None:
        """The tables [stores.NAME]."""
        self.checked["stores"] = stores = {}
        if not isinstance(value, Mapping):
            self.wrong("stores", "stores", 'must be tables, each as [stores.NAME] with a line url = "https://…"')
            return
        for name, each in value.items():
            table = f"stores.{name}"
            try:
                stores[name] = store_settings(name, each)
            except WrongIn as error:
                for line, reason in error.faults:
                    self.wrong(line or table, table, reason, table=table)
            except ValueError as error:
                self.wrong(table, table, str(error))

    def take_keys(self, value: object) -> None:
        """The table [keys] over the preset that is chosen."""
        try:
            self.checked["keys"] = resolve(self.checked.get("keymap", "default"), _remapped(value))
        except KeymapError as error:
            self.wrong(str(error).split(":")[0].strip("'\""), "", f"[keys] {error}")


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


def _meant(name: str) -> str:
    from difflib import get_close_matches  # only where something is wrong

    close = get_close_matches(name, _NAMES, 1)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(_NAMES)}"


def _where(file: str, text: str, name: str, table: str = "") -> str:
    """The file, with the line that sets `name` where it can be told; `table` is the one it has to stand in."""
    here, of_table = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        left = line.partition("=")[0].partition("#")[0].strip().replace('"', "").replace("'", "")
        if left.startswith("[") and left.endswith("]"):
            here = left.strip("[] ")
            of_table = number if here == table else of_table
            left = here
        if left == name and (not table or here == table):
            return f"{file}, line {number}"
    return f"{file}, line {of_table}" if of_table else file
