"""``crm-tui keys``: every command with its id, which the settings use, and the keys in force."""

from __future__ import annotations

import argparse

from crm_tui.cli import DONE
from crm_tui.cli.open import read_settings
from crm_tui.commands import COMMANDS
from crm_tui.places import Scope


def run(arguments: argparse.Namespace) -> int:
    """Print the table, grouped as in help."""
    keys = read_settings().keys
    for scope in Scope:
        commands = [command for command in COMMANDS.values() if command.scope is scope]
        print(scope.value)
        for command in commands:
            print(f"  {command.id:22} {'  '.join(keys.of(command.id)):16} {command.tooltip}")
    return DONE
