"""Documents of customers outside of the store: a copy for the desktop's own program, or a file of the user's.

A copy to be opened lies in a folder that nobody else may enter, under a name that no program could take for anything
else. Only kinds of documents that are read, not run, are handed to the desktop.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.interchange.files import any_room, new_file
from crm_tui.terminal.links import CantOpen, hand_over, opener

#: endings of what is read and not run: no scripts, no macros, nothing that a browser would carry out
READ = frozenset(
    (
        "pdf", "txt", "md", "csv", "tsv", "log", "rtf",
        "png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "heic",
        "docx", "xlsx", "pptx", "odt", "ods", "odp", "odg",
        "zip", "ics", "vcf", "eml",
    )
)  # fmt: skip
#: seconds that a copy is of use to the program it was made for
KEPT = 24 * 60 * 60

_INSTEAD = "save it with S instead"
_NOT_IN_NAMES = re.compile(r"[^\w ,+()-]+")
_LONGEST_STEM = 60  # characters, of up to four bytes: names have 255
_COPY = re.compile("[0-9a-f]{16}")


def open_document(
    content: BinaryIO,
    name: str,
    folder: Path,
    environ: Mapping[str, str],
    platform: str = sys.platform,
    command: Sequence[str] = (),
) -> Path:
    """Copy a document into ``folder`` and open the copy; returns its path. Waits: call it in a thread.

    ``folder`` is made if need be, open to this user alone. ``command`` is the user's own program with arguments,
    which gets the path as its last one. Raises CantOpen where it is not opened, Unavailable where it can't be copied.
    """
    copied_as = _harmless_name(name)
    command = command or [opener(environ, platform, what="file", instead=_INSTEAD)]
    with _told(folder), _own_folder(folder) as inside:
        place = secrets.token_hex(8)
        os.mkdir(place, 0o700, dir_fd=inside)
        copy = (folder / place / copied_as).absolute()
        try:
            _write(content, f"{place}/{copied_as}", inside)
            hand_over(command, str(copy), instead=_INSTEAD)
        except BaseException:
            shutil.rmtree(place, dir_fd=inside)
            raise
    return copy


def remove_old_copies(folder: Path, now: float) -> None:
    """Take away copies that earlier runs left in ``folder``, a day after they were made (``now`` as time.time()).
    Raises Unavailable."""
    if not os.path.lexists(folder):
        return
    with _told(folder), _own_folder(folder) as inside:
        for place in os.listdir(inside):
            with suppress(FileNotFoundError):  # another program that starts may be first
                found = os.lstat(place, dir_fd=inside)
                if _COPY.fullmatch(place) and stat.S_ISDIR(found.st_mode) and found.st_mtime <= now - KEPT:
                    shutil.rmtree(place, dir_fd=inside)


def save_document(
    content: BinaryIO, target: Path, *, overwrite: bool = False, check_room: Callable[[], None] = any_room
) -> Path:
    """Save a document where the user wants it, for this user alone, whole or not at all; returns the whole path.

    Raises Taken (interchange.files) for a name that is taken unless ``overwrite``, Invalid for what is no name of a
    file, Unavailable where it can't be written.
    """
    try:
        os.fsencode(target)
    except UnicodeEncodeError as error:
        raise Invalid("path", "a file can't have this name; choose another one") from error
    if "\0" in str(target) or not target.name:
        raise Invalid("path", "a file can't have this name; choose another one")
    target = target.absolute()
    if os.path.isdir(target):
        raise Invalid("path", f"{target} is a folder; name a file in it")
    with new_file(target, overwrite=overwrite, check_room=check_room) as file:
        shutil.copyfileobj(content, file)
    return target


def _harmless_name(name: str) -> str:
    """The name, with nothing in it that a shell, a desktop or a person could read as something else."""
    stem, dot, ending = unicodedata.normalize("NFC", name).strip().rpartition(".")
    ending = ending.lower()
    if not dot or ending not in READ:
        kind = f"Files of the kind “.{ending}”" if dot and ending.isascii() and ending.isalnum() else "Such files"
        raise CantOpen(f"{kind} are not opened from here: save it and open it yourself.")
    stem = _NOT_IN_NAMES.sub("_", stem)[:_LONGEST_STEM].strip(" -")
    return f"{stem or 'document'}.{ending}"


def _write(content: BinaryIO, path: str, inside: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o400, dir_fd=inside)
    with open(handle, "wb") as file:
        shutil.copyfileobj(content, file)


@contextmanager
def _own_folder(folder: Path) -> Iterator[int]:
    """A handle of the folder, made if need be; Unavailable unless it is one of this user's, and no link."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(handle).st_uid != os.geteuid():
            raise Unavailable(f"{folder} is not a folder of yours; move it away and try again.")
        os.fchmod(handle, 0o700)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{folder} can't be used ({error.strerror or error}); check it and its disk.") from error
