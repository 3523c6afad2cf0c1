"""Export what is listed: asks for the file, writes it in a thread, says how far it is, and can be stopped."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.interchange.customer_export import write_customers
from crm_tui.screens.dialogs.writing import WritingDialog
from crm_tui.screens.present import count
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.paging import Count
from crm_tui.text import clean
from crm_tui.widgets.cells import cell
from crm_tui.widgets.dialog import LineInput
from crm_tui.widgets.line import Line


class ExportDialog(WritingDialog):
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
        self._input = LineInput(session.files.suggested(session.export_folder / name))

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

    @property
    def typed(self) -> str:
        return self._input.value

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
        self._asked = typed = self.typed
        if Path(typed).suffix not in (".csv", ".json"):
            self.say("! End the name with .csv or .json", "bad")
            return
        self._writing = True
        store, query, stop, overwrite = self._session.store, self._query, self._stop, self._overwrite
        files = self._session.files

        def progress(done: int) -> None:
            self.app.call_from_thread(self.say, f"{count(Count(done))} written  Esc stops", "muted")

        def write() -> tuple[Path, Count | None]:
            path = files.named(typed)
            return path, write_customers(
                store,
                query,
                path,
                overwrite=overwrite,
                check_room=files.check_room,
                stop=stop.is_set,
                progress=progress,
            )

        self.say("Writing ...", "muted")
        self.tell(write, self._written)

    def _written(self, answer: tuple[Path, Count | None]) -> None:
        path, written = answer
        self._writing = False
        if written is None:
            self.stopped()
            return
        first = "the first " if written.capped else ""
        name = clean(self._session.files.suggested(path))
        self.notify(f"{first}{customers(count(Count(written.number)))} written to {name}", markup=False)
        self.dismiss(path)


def customers(number: str) -> str:
    """``1 customer``, ``12 customers``."""
    return f"{number} customer{'' if number == '1' else 's'}"
