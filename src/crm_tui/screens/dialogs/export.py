"""Export what is listed: asks for the file, writes it in a thread, says how far it is, and can be stopped."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.domain.errors import Invalid
from crm_tui.interchange.customer_export import write_customers
from crm_tui.interchange.files import Taken
from crm_tui.screens.asking import Asking
from crm_tui.screens.present import count
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.paging import Count
from crm_tui.text import clean
from crm_tui.widgets.cells import cell
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.line import Line


class ExportDialog(Asking, Dialog[Path]):
    """Gives the path that was written. The ending of the name (.csv or .json) decides the format."""

    COMMAND_IDS = ("dialog.choose",)
    DEFAULT_CSS = """
    ExportDialog Facts { height: auto; min-height: 1; max-height: 5; }
    """
    title_text = "Export"

    def __init__(self, session: Session, query: CustomerQuery, counted: Count | None) -> None:
        super().__init__()
        self._session = session
        self._query = query
        self._counted = counted
        name = f"customers-{session.today.isoformat()}.csv"
        self._input = LineInput(str(session.export_folder / name))
        self._said = Facts(focusable=False)
        self._stop = Event()
        self._writing = False
        self._asked = ""  # what was typed when it was last to be written
        self._overwrite = False  # whether the file of that name may be replaced

    def content(self) -> ComposeResult:
        yield Line(cell(("Write the customers that are listed to this file, .csv or .json:", "muted")))
        yield self._input
        yield self._said

    def on_mount(self) -> None:
        self._input.focus()
        # a long path scrolls to its end, which holds the name, only when the cursor moves there once it is laid out
        self._input.cursor_position = 0
        self.call_after_refresh(self._input.action_end)
        self.set_foot(cell((self._many(), "muted")))

    def _many(self) -> str:
        """How many there are. Found ones, and those by open value, are listed up to a number; others all."""
        counted = self._counted
        if counted is None:
            return ""
        is_cut = counted.capped and (self._query.text or self._query.sort is CustomerSort.OPEN_VALUE)
        return f"the first {customers(count(Count(counted.number)))}" if is_cut else customers(count(counted))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.do_dialog_choose()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._overwrite = False

    def do_dialog_choose(self) -> None:
        if self._writing:
            return
        self._asked = typed = self._input.value
        if Path(typed).suffix not in (".csv", ".json"):
            self._say("! End the name with .csv or .json", "bad")
            return
        self._writing = True
        store, query, stop, overwrite = self._session.store, self._query, self._stop, self._overwrite

        def progress(done: int) -> None:
            self.app.call_from_thread(self._say, f"{count(Count(done))} written  Esc stops", "muted")

        def write() -> tuple[Path, Count | None]:
            path = file_of(typed)
            return path, write_customers(store, query, path, overwrite=overwrite, stop=stop.is_set, progress=progress)

        self._say("Writing ...", "muted")
        self.tell(write, self._written)

    def _written(self, answer: tuple[Path, Count | None]) -> None:
        path, written = answer
        self._writing = False
        if written is None:
            self.notify("Export stopped; no file was written.", markup=False)
            self.dismiss(None)
            return
        first = "the first " if written.capped else ""
        self.notify(f"{first}{customers(count(Count(written.number)))} written to {clean(str(path))}", markup=False)
        self.dismiss(path)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._writing = False
        if isinstance(event.error, Taken) and self._input.value == self._asked:
            self._overwrite = True
            self._say("! This file exists. Enter again replaces it, or choose another name.", "warn")
        else:
            self._say(f"! {event.error}", "bad")

    def _say(self, sentence: str, style: str) -> None:
        self._said.set_facts([whole(cell((sentence, style)), wrap=True)])

    def do_dialog_close(self) -> None:
        if self._writing:
            self._stop.set()
        else:
            self.dismiss(None)


def file_of(typed: str) -> Path:
    """The file that somebody means. Raises Invalid. ``~`` may take a look-up that waits: not for the UI thread."""
    if "\0" in typed:
        raise Invalid("file", "no name of a file holds a NUL character")
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:
        raise Invalid("file", f"the home folder in {typed} is not known; give the whole path") from error


def customers(number: str) -> str:
    """``1 customer``, ``12 customers``."""
    return f"{number} customer{'' if number == '1' else 's'}"
