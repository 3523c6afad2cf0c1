"""Whose store, and on whose behalf, in no time: what a look-up needs to know before anything else.

It imports nothing that costs time; what it can't tell is left to ``cli/opening.py``.
"""

from __future__ import annotations

import os
import pwd
import sys

from crm_tui.store.locate import is_path, store_file


def login(named: str | None) -> str:
    """On whose behalf: ``--as``, else the user of the operating system."""
    if named:
        return str(named)
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def file_of_store(named: str | None) -> str | None:
    """The file of the store that is named, by option, by CRM_TUI_STORE, or the user's own, as ``opening.path_of``
    says; None where that takes more than this: an address, and a name where the settings speak of stores. Raises
    Invalid."""
    folder = data_folder()
    named = named or os.environ.get("CRM_TUI_STORE") or None
    if folder is None or (named is not None and "://" in named):
        return None
    if (named is None or not is_path(named)) and settings_name_stores():
        return None
    return store_file(named, folder)


def settings_name_stores() -> bool:
    """Whether the settings may say what a name of a store means; they are not understood here, which would cost more
    than a look-up."""
    folder = settings_folder()
    if folder is None:
        return True
    try:
        with open(os.path.join(folder, "config.toml"), "rb") as file:
            return b"store" in file.read()
    except OSError:
        return False  # there is none, or the full program says what is wrong with it


def data_folder() -> str | None:
    """``paths.data_dir()`` where it is where it is on most machines, else None."""
    return _folder("CRM_TUI_DATA", "XDG_DATA_HOME", os.path.join(".local", "share"))


def settings_folder() -> str | None:
    """``paths.config_dir()`` in the same way."""
    return _folder("CRM_TUI_CONFIG", "XDG_CONFIG_HOME", ".config")


def _folder(variable: str, shared_variable: str, usual: str) -> str | None:
    if own := os.environ.get(variable):
        expanded = os.path.expanduser(own)
        return None if expanded.startswith("~") else os.path.abspath(expanded)
    shared = os.environ.get(shared_variable, "")
    home = os.environ.get("HOME", "")
    if sys.platform != "linux" or not os.path.isabs(home) or (shared and not os.path.isabs(shared)):
        return None
    return os.path.join(shared or os.path.join(home, usual), "crm-tui")
