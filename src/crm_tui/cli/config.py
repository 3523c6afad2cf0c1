"""``crm-tui config``: whether the settings are right, and where they are."""

from __future__ import annotations

import argparse

from crm_tui import config, paths
from crm_tui.cli import DONE, USAGE, complain
from crm_tui.cli.settings_file import text_of


def run(arguments: argparse.Namespace) -> int:
    """Check them, or say where they are. Raises ConfigError where the file can't be read."""
    path = paths.config_file()
    if arguments.config == "path":
        print(path)
        return DONE
    text = text_of(path)
    if text is None:
        print(f"There is no {path}; all settings are as they come.")
        return DONE
    faults = [*config.faults(text, str(path)), *_unknown_theme(text, str(path))]
    for fault in faults:
        complain(fault)
    if faults:
        return USAGE
    print(f"{path} is right.")
    return DONE


def _unknown_theme(text: str, file: str) -> list[str]:
    """A theme that the program does not have; which there are only the program with screens knows."""
    if config.faults(text, file) or (theme := config.parse(text, file).theme) is None:
        return []
    from crm_tui.themes import theme_names

    names = theme_names()
    return [] if theme in names else [f"{file}: theme: {theme!r} does not exist; choose one of: {', '.join(names)}"]
