"""Which file ``--store NAME|PATH`` means. Pure: nothing is looked at or created."""

from __future__ import annotations

import os

from crm_tui.domain.errors import Invalid

TYPE_CHECKING = False  # a look-up from the shell needs neither typing nor pathlib
if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_NAME = "default"
_SUFFIXES = (".db", ".sqlite", ".sqlite3")


def store_path(name_or_path: str | None, data_folder: Path) -> Path:
    """The file of a store: ``<data_folder>/NAME.db`` for a bare name, else the path as given.

    What holds a separator or ends in .db or .sqlite is a path; ``~`` is the home folder. Raises Invalid for
    an address and for what can be neither a name nor a path.
    """
    from pathlib import Path

    return Path(store_file(name_or_path, str(data_folder)))


def store_file(name_or_path: str | None, data_folder: str) -> str:
    """The same as text."""
    if name_or_path is None:
        return os.path.join(data_folder, f"{DEFAULT_NAME}.db")
    if "://" in name_or_path:  # not repeated in the message: an address may hold a password
        raise Invalid("store", "only local stores are supported, not addresses; give a name or a path")
    if not name_or_path.isprintable():
        raise Invalid("store", "a name or path holds no control characters")
    if _is_path(name_or_path):
        return _expanded(name_or_path)
    _check_name(name_or_path)
    return os.path.join(data_folder, f"{name_or_path}.db")


def _is_path(text: str) -> bool:
    separators = [separator for separator in (os.sep, os.altsep) if separator]
    return any(separator in text for separator in separators) or text.lower().endswith(_SUFFIXES)


def _expanded(text: str) -> str:
    expanded = os.path.expanduser(text)
    if expanded.startswith("~"):
        raise Invalid("store", f"the home folder in {text} is not known; give the whole path")
    return expanded


def _check_name(name: str) -> None:
    is_plain = all(character.isalnum() or character in " ._-" for character in name)
    if not name[:1].isalnum() or not is_plain or len(name) > 100:
        raise Invalid("store", f"“{name}” is no name of a store: use letters, digits, spaces, . _ -, or give a path")
