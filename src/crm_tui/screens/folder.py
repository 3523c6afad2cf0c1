"""What is in a folder: read in a thread, narrowed by what was typed, and told in sentences where it can't be.

A name on disk can be any bytes but a slash. Paths keep them to the letter; what was typed and what is shown is the
cleaned form, which is looked up among the names.
"""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.domain.normalise import fold
from crm_tui.text import clean

#: entries of a folder that are shown; more are said to be there
MOST = 500

EntryKind = Literal["folder", "file", "other", "nothing"]


class Entry(NamedTuple):
    """Something in a folder. ``size`` and ``changed`` are known of files that are shown."""

    name: str
    kind: EntryKind
    size: int | None = None
    changed: datetime | None = None


class Folder(NamedTuple):
    """All that is in a folder, by name."""

    path: Path
    entries: tuple[Entry, ...]


class Place(NamedTuple):
    """Where a typed path begins: ``shown`` stands for ``path``, whose letters can't all be shown. ``closed``: and no
    typed path leads elsewhere."""

    shown: str
    path: Path
    closed: bool = False


class Listing(NamedTuple):
    """What a typed path leads to: its folder, the last part, what is shown of ``found`` entries that fit it."""

    typed: str
    folder: Folder
    part: str
    shown: tuple[Entry, ...]
    found: int

    def path_of(self, part: str) -> Path:
        """The path of something in the folder, by the name that is shown or typed."""
        names = [entry.name for entry in self.folder.entries]
        real = part if part in names else next((name for name in names if clean(name) == part), part)
        return self.folder.path / real


def list_typed(typed: str, place: Place, known: Folder | None, *, saving: bool) -> Listing:
    """Read the folder of a typed path, unless it is ``known``, and narrow it by the last part.

    ``saving``: where nothing fits, all is shown, because the name is a new one. Raises Invalid, Unavailable.
    """
    folder_text, part = split(typed)
    path = _resolve(folder_text, place)
    folder = known if known is not None and known.path == path else read_folder(path)
    entries = _narrowed(folder, part)
    if saving and not entries:
        entries = _narrowed(folder, "")
    return Listing(typed, folder, part, tuple(_detailed(path, entry) for entry in entries[:MOST]), len(entries))


def begun_anew(typed: str) -> str:
    """A typed path from where it begins anew: after what is there, ``/tmp`` or ``~`` means the whole path."""
    _, slash, rest = typed.rpartition("//")
    if slash:
        return f"/{rest}"
    _, tilde, rest = typed.rpartition("/~")
    return f"~{rest}" if tilde and (not rest or rest.startswith("/")) else typed


def split(typed: str) -> tuple[str, str]:
    """A typed path as its folder, with the slash, and its last part. ``~`` alone is the home folder."""
    typed = begun_anew(typed)
    if typed == "~":
        return "~/", ""
    folder, slash, part = typed.rpartition("/")
    return folder + slash, part


def read_folder(path: Path) -> Folder:
    """All entries of a folder. Raises Unavailable."""
    try:
        with os.scandir(path) as found:
            entries = [Entry(entry.name, _kind(entry)) for entry in found]
    except (OSError, ValueError) as error:
        raise _refused(path, error) from error
    return Folder(
        path, tuple(sorted(entries, key=lambda entry: (entry.kind != "folder", fold(entry.name), entry.name)))
    )


def _order(entry: Entry) -> tuple[bool, str, str]:
    """Folders first, then by name."""
    return entry.kind != "folder", fold(entry.name), entry.name


def kind_at(path: Path) -> EntryKind:
    """What is at a path now. Raises Unavailable."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "nothing"
    except (OSError, ValueError) as error:
        raise _refused(path, error) from error
    return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def plain(path: Path) -> Path:
    """A path without ``..`` in it, as it was typed: links are not followed."""
    return Path(os.path.normpath(path))


def _resolve(folder_text: str, place: Place) -> Path:
    if "\0" in folder_text:
        raise Invalid("folder", "its name can't hold a NUL character; leave it out")
    if place.closed and folder_text:
        raise Invalid("folder", "only names of files in this folder can be typed here")
    if folder_text.startswith(place.shown):
        return plain(place.path / folder_text.removeprefix(place.shown).lstrip("/"))
    try:
        return plain(place.path / Path(folder_text).expanduser())
    except RuntimeError as error:
        raise Invalid("folder", f"the home folder in {folder_text} is not known; give the whole path") from error


def _kind(entry: os.DirEntry[str]) -> EntryKind:
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else "other"
    except OSError:  # a link that leads in circles, or where one may not look
        return "other"


def _narrowed(folder: Folder, part: str) -> list[Entry]:
    """What fits the typed part: the one called so, names that begin so, then names that hold it."""
    wanted = fold(part)
    ranked: list[tuple[int, Entry]] = []
    for entry in folder.entries:
        if entry.name.startswith(".") and not part.startswith("."):
            continue
        shown = clean(entry.name)
        folded = fold(shown)
        if wanted in folded:
            ranked.append((0 if shown == part else 1 if folded.startswith(wanted) else 2, entry))
    return [entry for _, entry in sorted(ranked, key=lambda each: each[0])]


def _detailed(folder: Path, entry: Entry) -> Entry:
    if entry.kind != "file":
        return entry
    try:
        found = (folder / entry.name).stat()
        return entry._replace(size=found.st_size, changed=datetime.fromtimestamp(found.st_mtime, UTC))
    except (OSError, ValueError, OverflowError):  # gone meanwhile, or of a time that is none: it is listed without
        return entry


def _refused(path: Path, error: Exception) -> Unavailable:
    reasons: dict[type[Exception], str] = {
        FileNotFoundError: "there is no such folder",
        NotADirectoryError: "it is not a folder",
        PermissionError: "you may not read it",
    }
    told = error.strerror if isinstance(error, OSError) else None
    reason = reasons.get(type(error)) or (told or "its name can't be read").lower()
    return Unavailable(f"{clean(str(path))} can't be opened: {reason}.")
