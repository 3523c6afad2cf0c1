"""The user's settings file, as commands read it."""

from __future__ import annotations

from pathlib import Path

from crm_tui import config, paths


def read_settings() -> config.Settings:
    """The user's settings, or the defaults without a file. Raises ConfigError, NoHome."""
    path = paths.config_file()
    text = text_of(path)
    return config.Settings() if text is None else config.parse(text, str(path))


def read_store_names() -> config.StoreNames:
    """What the settings say of stores; nothing without a file, or without a home to have one in. Raises ConfigError for
    what is wrong there, and for nothing else: a script does not mind how the screen looks."""
    try:
        path = paths.config_file()
    except paths.NoHome:
        return config.StoreNames()
    text = text_of(path)
    return config.StoreNames() if text is None else config.store_names(text, str(path))


def text_of(path: Path) -> str | None:
    """What the file holds, None where there is none. Raises ConfigError where it can't be read."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise config.ConfigError(f"{path}: can't be read: {error}") from error
