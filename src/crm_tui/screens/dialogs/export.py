"""Export what is listed: asks for the file, writes it in a thread, says how far it is, and can be stopped."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.interchange.customer_export import write_customers
from crm_tui.interchange.files import Taken
from crm_tui.screens.asking import Asking
from crm_tui.screens.present import count
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import Count
from crm_tui.widgets.cells import cell
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.line import Line


class ExportDialog(Asking, Dialog[Path]):
    """Gives the path that was written. The ending of the name (.csv or .json) decides the format."""

    COMMAND_IDS = ("dialog.choose",)
    DEFAULT_CSS = """
    ExportDialog {
        & Input, & Input:focus {
            height: 1; border: none; padding: 0 1; margin: 0 1; background: $crm-field; color: $crm-bright;
        }
        & Input:ansi { text-style: underline; }
        & Facts { height: auto; min-height: 1; max-height: 5; }
    }
    """
    title_text = "Export"

    def __init__(self, session: Session, query: CustomerQuery, counted: Count | None) -> None:
        super().__init__()
        self._session = session
        self._query = query
        self._counted = counted
        name = f"customers-{session.today.isoformat()}.csv"
        self._input = Input(str(session.export_folder / name), compact=True, select_on_focus=False)
        self._input.cursor_blink = False
        self._said = Facts(focusable=False)
        self._stop = Event()
        self._writing = False
        self._overwrite: Path | None = None

    def content(self) -> ComposeResult:
        yield Line(cell(("Write the customers that are listed to this file, .csv or .json:", "muted")))
        yield self._input
        yield self._said

    def on_mount(self) -> None:
        self._input.focus()
        # a long path scrolls to its end, which holds the name, only when the cursor moves there once it is laid out
        self._input.cursor_position = 0
        self.call_after_refresh(self._input.action_end)
        many = customers(count(self._counted)) if self._counted else ""
        self.set_foot(cell((many, "muted")))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.do_dialog_choose()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._overwrite = None

    def do_dialog_choose(self) -> None:
        if self._writing:
            return
        path = Path(self._input.value).expanduser()
        if path.suffix not in (".csv", ".json"):
            self._say("! End the name with .csv or .json", "bad")
            return
        self._writing = True
        store, query, stop = self._session.store, self._query, self._stop
        overwrite = self._overwrite == path

        def progress(done: int) -> None:
            self.app.call_from_thread(self._say, f"{done:,} written  Esc stops".replace(",", " "), "muted")

        self._say("Writing ...", "muted")
        self.tell(
            lambda: write_customers(store, query, path, overwrite=overwrite, stop=stop.is_set, progress=progress),
            self._written,
        )

    def _written(self, number: int | None) -> None:
        self._writing = False
        if number is None:
            self.notify("Export stopped; no file was written.", markup=False)
            self.dismiss(None)
            return
        path = Path(self._input.value).expanduser()
        self.notify(f"{customers(str(number))} written to {path}", markup=False)
        self.dismiss(path)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._writing = False
        if isinstance(event.error, Taken):
            self._overwrite = Path(self._input.value).expanduser()
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


def customers(number: str) -> str:
    """``1 customer``, ``12 customers``."""
    return f"{number} customer{'' if number == '1' else 's'}"
