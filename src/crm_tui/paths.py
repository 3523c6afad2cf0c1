"""Where data, settings and state of the user are kept, as each system wants it.

CRM_TUI_DATA, CRM_TUI_CONFIG, CRM_TUI_STATE and CRM_TUI_CACHE name other folders. Functions, not constants: the
environment is read when a folder is asked for, and platformdirs is imported only then.
"""

import os
from pathlib import Path

APP = "crm-tui"


class NoHome(OSError):
    """There is no home folder to keep anything in; the message says what to set."""


def data_dir() -> Path:
    """The folder of stores and files."""
    return _folder("CRM_TUI_DATA", "user_data_path", "data")


def config_dir() -> Path:
    """The folder of the settings."""
    return _folder("CRM_TUI_CONFIG", "user_config_path", "settings")


def state_dir() -> Path:
    """The folder of what is remembered between runs: drafts, last view, crash reports."""
    return _folder("CRM_TUI_STATE", "user_state_path", "state")


def cache_dir() -> Path:
    """The folder of what can be had again: what was read of servers."""
    return _folder("CRM_TUI_CACHE", "user_cache_path", "caches")


def config_file() -> Path:
    """The settings file, whether it exists or not."""
    return config_dir() / "config.toml"


def _folder(variable: str, function: str, what: str) -> Path:
    if own := os.environ.get(variable):
        return Path(own).expanduser().absolute()
    import platformdirs  # 20 ms: only for those who did not name a folder

    missing = f"There is no home folder for {what}: set HOME, or {variable} to a folder of your own."
    try:
        path: Path = getattr(platformdirs, function)(APP, appauthor=False)
    except RuntimeError as error:  # what platformdirs and pathlib raise without a home
        raise NoHome(missing) from error
    if not path.is_absolute():  # and older ones leave "~" as it is
        raise NoHome(missing)
    return path
