"""Dialogs that write a file of the user's choice: in a thread, over a file that exists only after a second Enter, and
Esc stops the writing."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from crm_tui.interchange.files import Taken
from crm_tui.screens.asking import Asking
from crm_tui.widgets.cells import cell
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Facts, whole


class WritingDialog(Asking, Dialog[Path]):
    """Gives the path that was written. Whoever writes sets ``_writing`` and ``_asked``, and looks at ``_stop``."""

    def __init__(self) -> None:
        super().__init__()
        self._said = Facts(focusable=False, classes="said")
        self._stop = Event()  # ends the writing
        self._writing = False
        self._asked = ""  # what was typed when it was last to be written
        self._overwrite = False  # whether the file of that name may be replaced

    @property
    def typed(self) -> str:
        """The name of the file as it is typed now."""
        raise NotImplementedError

    def say(self, sentence: str, style: str) -> None:
        """Say something below what is typed."""
        self._said.set_facts([whole(cell((sentence, style)), wrap=True)])

    def stopped(self) -> None:
        """The writing ended before its end."""
        self.notify("Stopped; no file was written.", markup=False)
        self.dismiss(None)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._writing = False
        if self._stop.is_set():
            self.stopped()
        elif isinstance(event.error, Taken) and self.typed == self._asked:
            self._overwrite = True
            self.say("! This file exists. Enter again replaces it, or choose another name.", "warn")
        else:
            self.say(f"! {event.error}", "bad")

    def do_dialog_close(self) -> None:
        """While it is written, it is known only a moment later whether there is a file."""
        if self._writing:
            self._stop.set()
        else:
            self.dismiss(None)
