"""Which keys run which command: the presets and what the user remapped. Pure functions over the command
table.

A key is written as people say it: one character (`j`, `/`, `,`), a name (`enter`, `space`, `f2`), or a name
or letter with `ctrl+`, `alt+` or `shift+` before it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crm_tui.commands import COMMANDS
from crm_tui.places import PLACES

PRESETS = ("default", "vim")

_NAMED = {
    "enter": "Enter", "escape": "Esc", "tab": "Tab", "space": "Space", "backspace": "Backspace",
    "delete": "Del", "insert": "Ins", "home": "Home", "end": "End", "pageup": "PgUp", "pagedown": "PgDn",
    "up": "↑", "down": "↓", "left": "←", "right": "→", **{f"f{n}": f"F{n}" for n in range(1, 25)},
}  # fmt: skip
_ALIASES = {"esc": "escape", "return": "enter", "del": "delete", "pgup": "pageup", "pgdn": "pagedown",
            "page_up": "pageup", "page_down": "pagedown", "ins": "insert", "comma": ",", "plus": "+",
            "↑": "up", "↓": "down", "←": "left", "→": "right"}  # fmt: skip
#: keys that a terminal never sends, or sends as something else
_NOT_SENT = {
    "ctrl+i": "terminals send it as Tab", "ctrl+m": "terminals send it as Enter",
    "ctrl+j": "terminals send it as Enter", "ctrl+h": "many terminals send it as Backspace",
    "ctrl+z": "it suspends the program", "ctrl+c": "it interrupts", "ctrl+q": "it is kept for quitting",
}  # fmt: skip
#: what a command without a key is bound to: a name that no terminal sends
_NO_KEY = "no_key"


class KeymapError(ValueError):
    """A wrong entry in the key settings; the message names it and says what would be right."""


class Keys(NamedTuple):
    """The keys in force: command id -> keys as people write them."""

    by_command: Mapping[str, tuple[str, ...]]

    def of(self, command_id: str) -> tuple[str, ...]:
        """Keys of a command; none at all is an empty tuple."""
        return self.by_command[command_id]

    def shown(self, command_id: str, most: int = 1) -> str:
        """The first keys of a command as they are shown: "Enter", "ctrl+d", "J"."""
        return " ".join(display(key) for key in self.of(command_id)[:most])

    def changes(self) -> dict[str, str]:
        """What App.set_keymap wants: id -> comma separated key names, only where they are not the default."""
        return {
            command_id: ",".join(map(textual_name, keys)) or _NO_KEY
            for command_id, keys in self.by_command.items()
            if keys != COMMANDS[command_id].keys
        }


def resolve(preset: str = "default", remapped: Mapping[str, Iterable[str]] | None = None) -> Keys:
    """The keys of a preset with the user's own on top.

    Raises KeymapError for an unknown preset or command, a key that does not exist or cannot arrive, a needed
    command without a key, and a key with two meanings in one place.
    """
    if preset not in PRESETS:
        raise KeymapError(f"keymap {preset!r} does not exist; choose one of: {', '.join(PRESETS)}")
    by_command = {
        command.id: command.vim if preset == "vim" and command.vim else command.keys for command in COMMANDS.values()
    }
    own = dict(remapped or {})
    for command_id, keys in own.items():
        by_command[command_id] = _checked_keys(command_id, keys)
    _refuse_clashes(by_command, own)
    return Keys(by_command)


def parse(key: str) -> str:
    """The one spelling of a key: "Esc" -> "escape", "Ctrl+D" -> "ctrl+d", "shift+a" -> "A".

    Raises KeymapError if there is no such key or a terminal cannot send it.
    """
    if key == "+" or key.endswith("++"):  # the plus key itself
        modifiers, name = [part for part in key.split("+") if part], "+"
    else:
        *modifiers, name = key.split("+")
    modifiers = sorted(modifier.lower() for modifier in modifiers)
    if len(name) > 1:
        name = name.lower()
    name = _ALIASES.get(name, name)
    if not (name in _NAMED or (len(name) == 1 and name.isprintable() and name != " ")):
        raise KeymapError(_unknown_key(key, name))
    if wrong := [modifier for modifier in modifiers if modifier not in ("alt", "ctrl", "shift")]:
        raise KeymapError(f"key {key!r}: {wrong[0]!r} is not a modifier; use ctrl, alt or shift")
    if "ctrl" in modifiers and len(name) == 1:
        name = name.lower()
    if modifiers == ["shift"] and len(name) == 1 and name.isalpha():
        modifiers, name = [], name.upper()
    whole = "+".join([*modifiers, name])
    if reason := _NOT_SENT.get(whole):
        raise KeymapError(f"key {key!r} can't be used: {reason}; choose another")
    return whole


def display(key: str) -> str:
    """A key as it is shown to people: "Enter", "Esc", "ctrl+d", "J"."""
    *modifiers, name = [key] if len(key) == 1 else key.split("+")
    return "+".join([*modifiers, _NAMED.get(name, name)])


def textual_name(key: str) -> str:
    """A key as Textual's bindings want it: only the comma would be taken for a separator there."""
    return "comma" if key == "," else key


def _checked_keys(command_id: str, keys: Iterable[str]) -> tuple[str, ...]:
    command = COMMANDS.get(command_id)
    if command is None:
        close = _closest(command_id, COMMANDS)
        hint = f"did you mean {close[0]!r}?" if close else "`crm-tui keys` lists them all"
        raise KeymapError(f"there is no command {command_id!r}; {hint}")
    try:
        parsed = tuple(dict.fromkeys(map(parse, keys)))
    except KeymapError as error:
        raise KeymapError(f"{command_id}: {error}") from None
    if command.needed and not parsed:
        raise KeymapError(f"{command_id}: this command can't be left without a key; name at least one")
    return parsed


def _refuse_clashes(by_command: Mapping[str, tuple[str, ...]], own: Mapping[str, object]) -> None:
    for place, scopes in PLACES.items():
        taken: dict[str, str] = {}
        for command in COMMANDS.values():
            if command.scope not in scopes:
                continue
            for key in by_command[command.id]:
                other = taken.setdefault(key, command.id)
                if other != command.id:
                    mine, other = (command.id, other) if command.id in own else (other, command.id)
                    raise KeymapError(
                        f"{mine}: key {key!r} already means {other!r} in {place}; "
                        f"choose another key, or give {other!r} another one too"
                    )


def _unknown_key(key: str, name: str) -> str:
    close = _closest(name, [*_NAMED, *_ALIASES])
    hint = f"did you mean {close[0]!r}?" if close else "write one character, or a name such as enter, space, f2"
    return f"there is no key {key!r}; {hint}"


def _closest(word: str, words: Iterable[str]) -> list[str]:
    from difflib import get_close_matches  # only where something is wrong

    return get_close_matches(word, list(words), 1)
