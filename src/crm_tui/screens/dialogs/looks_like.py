"""Who is there already and looks like what is in a form: to go there, or to save all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult

from crm_tui.domain.entities import Kind
from crm_tui.keymap import Keys
from crm_tui.store.duplicates import Likely
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Fact, Facts, whole
from crm_tui.widgets.line import Line
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable


class Answer(NamedTuple):
    """Go to ``there``, or save all the same."""

    there: Likely | None


class LooksLikeDialog(Dialog[Answer]):
    """Enter goes to the one under the cursor; gives None to go on typing. ``asks``: it is the question before a
    save, and Enter, which may be meant for a form that is saved by it, goes back to that."""

    COMMAND_IDS = ("dialog.choose", "alike.open", "alike.save")
    DEFAULT_CSS = """
    LooksLikeDialog Facts { height: 5; }
    """

    def __init__(self, likely: Sequence[Likely], keys: Keys, *, asks: bool, may_go: Availability) -> None:
        super().__init__()
        self.title_text = "Is it there already?" if asks else "It looks like"
        self._likely = {str(each.id): each for each in likely}
        self._asks, self._may_go = asks, may_go
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True)
        self._about = Facts(focusable=False, label_width=10)
        ids = ("alike.save", "alike.open", "dialog.close") if asks else ("dialog.choose", "dialog.close")
        labels = {"dialog.choose": "Go there", "dialog.close": "Back to the form"}
        self._buttons = ButtonBar(self, keys, ids, primary=ids[-1] if asks else ids[0], labels=labels)

    def content(self) -> ComposeResult:
        yield Line()
        yield self._table
        yield Line()
        yield self._about
        yield self._buttons

    def on_mount(self) -> None:
        self._table.set_rows([_row(each) for each in self._likely.values()])
        self._table.styles.height = len(self._likely)
        self._table.focus()
        self._tell()

    def on_resize(self, event: events.Resize) -> None:
        self._tell()

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        """What is known of the one under the cursor, and why it is thought to be the same."""
        found = self._current
        if found is None:
            return
        kept = "What you typed is kept as a draft if you go there." if self._may_go is True else ""
        self._about.set_facts(
            [
                Fact("Known by", cell(found.detail or "–"), wrap=True),
                Fact("Because", cell(("; ".join(found.reasons), "warn")), wrap=True),
                whole(cell((kept, "muted"))),
            ]
        )

    @property
    def _current(self) -> Likely | None:
        row = self._table.cursor_row
        return self._likely.get(str(row.id)) if row is not None else None

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "alike.save":
            return self._asks
        if command_id in ("dialog.choose", "alike.open"):
            return self._may_go if (command_id == "alike.open") is self._asks else False
        return super().availability(command_id)

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.run_worker(self.run_command("dialog.close" if self._asks else "dialog.choose"))

    def do_dialog_choose(self) -> None:
        if self._current is not None:
            self.dismiss(Answer(self._current))

    def do_alike_open(self) -> None:
        self.do_dialog_choose()

    def do_alike_save(self) -> None:
        self.dismiss(Answer(None))


_COLUMNS = (
    Column("name", "Name", width=16, flex=2),
    Column("place", "Where", width=14, flex=1),
    Column("score", "Score", width=9, align="right"),
)


def _row(likely: Likely) -> Row:
    inactive = "" if likely.is_active else "  inactive"
    place = likely.customer_name if likely.kind is Kind.CONTACT else likely.detail.partition(", ")[0]
    return Row(
        str(likely.id),
        (cell((likely.name, "name"), (inactive, "muted")), cell(place), cell((f"{likely.score} of 100", "muted"))),
    )
