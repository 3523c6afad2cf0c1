"""Whose store, and on whose behalf, in no time: what a look-up needs to know before anything else.

It imports nothing that costs time; what it can't tell is left to ``cli/opening.py``.
"""

from __future__ import annotations

import os
import pwd
import sys

from crm_tui.store.locate import store_file


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
    says; None where that takes more than this. Raises Invalid."""
    folder = data_folder()
    return None if folder is None else store_file(named or os.environ.get("CRM_TUI_STORE") or None, folder)


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
