"""Files of a customer that leave the store: opened as a copy on the desktop, or saved where the user wants them."""

from __future__ import annotations

import os
from pathlib import Path

from crm_tui.domain.errors import Unavailable
from crm_tui.domain.files import File
from crm_tui.screens.base import CrmScreen
from crm_tui.text import clean


def open_file(screen: CrmScreen, file: File) -> None:
    """Open a copy of the content with what the desktop opens it with."""
    from crm_tui.terminal.documents import open_document
    from crm_tui.terminal.links import CantOpen

    session = screen.session
    folder, command = session.documents, session.settings.open_command

    def opening() -> Path:
        if folder is None:
            raise Unavailable("There is no private folder to open files from; save it instead.")
        with session.store.files.open(file.id) as content:
            try:
                return open_document(content, file.name, folder, os.environ, command=command)
            except CantOpen as error:
                raise Unavailable(str(error)) from error

    screen.notify(f"Opening {clean(file.name)} …", timeout=2, markup=False)
    screen.tell(opening)


def save_file(screen: CrmScreen, file: File, path: Path, *, replaces: bool) -> None:
    """Write the content to a file of the user's; whether one that is there may be replaced, the picker asked."""
    from crm_tui.interchange.files import Taken
    from crm_tui.terminal.documents import save_document

    store, files = screen.session.store, screen.session.files

    def saving() -> Path:
        with store.files.open(file.id) as content:
            try:
                target = files.checked(path)
                return save_document(content, target, overwrite=replaces, check_room=files.check_room)
            except Taken as error:  # it came after the picker looked
                raise Unavailable(f"{path} is there already and was left as it is. Save under another name.") from error

    def saved(written: Path) -> None:
        screen.notify(f"Saved to {clean(files.suggested(written))}", markup=False)

    screen.tell(saving, saved)
