"""``crm-tui keys``: every command with the keys in force and its id, which the settings use."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator

from crm_tui.cli import DONE
from crm_tui.cli.settings_file import read_settings
from crm_tui.cli.tables import as_json
from crm_tui.cli.text_blocks import columns, heading, wrapped
from crm_tui.commands import COMMANDS, Command
from crm_tui.config import Settings
from crm_tui.keymap import Keys, display, resolve
from crm_tui.places import PLACES, Scope
from crm_tui.text import pad, width

#: how wide the table is that goes to no terminal, and how narrow it may become on one
_WIDTH, _LEAST_WIDTH = 80, 60


def run(arguments: argparse.Namespace) -> int:
    """Print the table, grouped as in help."""
    settings = read_settings()
    withheld = arguments.confines.withheld if arguments.confines is not None else frozenset()
    commands = [command for command in COMMANDS.values() if command.id not in withheld]
    preset = resolve(settings.keymap)
    if arguments.json:
        listed = [_as_values(command, settings.keys, preset) for command in commands]
        print(as_json(listed, is_terminal=sys.stdout.isatty()))
        return DONE
    wide = max(_LEAST_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns) if sys.stdout.isatty() else _WIDTH
    for line in _lines(commands, settings, preset, wide):
        print(line)
    return DONE


def _lines(commands: list[Command], settings: Settings, preset: Keys, wide: int) -> Iterator[str]:
    palette = " or ".join(map(display, settings.keys.of("app.palette")))
    yield from wrapped(
        f"Keys of the preset {settings.keymap}. A command without a key is found by its name with"
        f" {palette}; [keys] in the settings gives it one by its id.",
        wide,
    )
    shown = {command.id: _shown(command, settings.keys, preset) for command in commands}
    # all groups are one table: the same columns everywhere, and one header
    header = (pad("keys", max(map(width, shown.values()))), pad("id", max(map(width, shown))), "what it does")
    for scope in Scope:
        rows = [(shown[command.id], command.id, command.tooltip) for command in commands if command.scope is scope]
        if rows:
            table = columns(header, rows, wide, whole=header[:2])
            yield from heading(scope.value) if scope is not Scope.ANYWHERE else ["", table[0], "", scope.value]
            yield from table[1:]


def _shown(command: Command, keys: Keys, preset: Keys) -> str:
    shown = " ".join(map(display, keys.of(command.id)))
    return shown if keys.of(command.id) == preset.of(command.id) else f"{shown or 'none'} (yours)"


def _as_values(command: Command, keys: Keys, preset: Keys) -> dict[str, object]:
    return {
        "id": command.id,
        "keys": keys.of(command.id),
        "label": command.label,
        "does": command.tooltip,
        "group": command.scope.value,
        "places": [place for place, scopes in PLACES.items() if command.scope in scopes],
        "is_changed": keys.of(command.id) != preset.of(command.id),
    }
