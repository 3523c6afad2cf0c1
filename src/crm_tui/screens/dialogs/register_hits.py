"""Companies that the business registers find by a name: one is chosen to be taken over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.domain.errors import CrmError, RegisterFailed
from crm_tui.domain.normalise import fold_char, typed_words
from crm_tui.domain.register_entry import SOURCES, RegisterEntry, RegisterHits
from crm_tui.domain.register_fill import addresses_of
from crm_tui.domain.register_update import address_of, place_of
from crm_tui.domain.vat import RegisterCountry
from crm_tui.screens.asking import Asking, attempt
from crm_tui.screens.present import spaced
from crm_tui.screens.register_words import state_mark
from crm_tui.screens.session import Session
from crm_tui.waiting.stop import Stop
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.facts import Fact, Facts
from crm_tui.widgets.form import sentence
from crm_tui.widgets.line import Separator
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", width=12, most=20, flex=2, match=True),
    Column("id", width=10, style="muted"),
    Column("city", width=8, most=10, flex=1, style="muted", drop=2),
    Column("state", width=8, most=40),
    Column("register", width=5, style="muted", drop=1),
)
#: lines of the table, and of the dialog around it and what is said
_LEAST_LINES, _MOST_LINES, _AROUND = 3, 14, 6
#: what became of the question to a register; None: there is no answer yet
_Found = RegisterHits | CrmError | None


class RegisterHitsDialog(Asking, Dialog[RegisterEntry]):
    """Gives the entry that was chosen. What is typed into the line is sent when Enter says so, and not before."""

    COMMAND_IDS = ("dialog.up", "dialog.down", "dialog.choose")
    DEFAULT_CSS = """
    RegisterHitsDialog {
        & Facts { height: auto; }
    }
    """
    WIDTH = 110
    title_text = "Look for a company in the business registers"

    def __init__(self, session: Session, name: str, countries: Sequence[RegisterCountry]) -> None:
        """``countries``: whose registers are asked, and listed in this order."""
        super().__init__()
        self.session = session
        self._line = LineInput(name, placeholder="Name of a company, or its beginning", enter=self.do_dialog_choose)
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True, fold=fold_char)
        self._said = Facts(focusable=False, label_width=max(len(SOURCES[each]) for each in countries) + 2)
        self._found: dict[RegisterCountry, _Found] = dict.fromkeys(countries)
        self._entries: dict[str, RegisterEntry] = {}
        self._asked_name = ""  # what was asked for
        self._stop = Stop()
        self._buttons = ButtonBar(
            self,
            session.keys,
            ("dialog.choose", "dialog.close"),
            primary="dialog.choose",
            labels={"dialog.close": "Cancel"},
        )

    def content(self) -> ComposeResult:
        yield self._line
        yield self._said
        yield Separator()
        yield self._table
        yield self._buttons

    def on_mount(self) -> None:
        self._table.can_focus = False
        self._line.focus()
        self.set_foot(cell((" · ".join(SOURCES[each].attribution for each in self._found), "muted")))
        self._search()

    def on_resize(self, event: events.Resize) -> None:
        self._make_room()

    def _make_room(self) -> None:
        """The list has the lines that what is said leaves, and three at least."""
        room = self.app.size.height - _AROUND
        self._said.styles.max_height = max(len(self._found), room - _LEAST_LINES)
        self._table.styles.height = max(_LEAST_LINES, min(_MOST_LINES, room - self._said.line_count))

    def on_unmount(self) -> None:
        self._stop.set()

    # -- asking ----------------------------------------------------------------------------------------------------

    @property
    def _is_new(self) -> bool:
        """Whether another name stands in the line than was asked for."""
        return self._line.value.strip() != self._asked_name

    def _search(self) -> None:
        """Ask all of them at once for what is typed."""
        registers, self._asked_name = self.session.registers, self._line.value.strip()
        self._stop.set()
        self._found = dict.fromkeys(self._found)
        self._stop = stop = Stop()
        if registers is not None and self._asked_name:
            for country in self._found:
                search = partial(registers.search, country, self._asked_name, stop=stop)
                self.look(country, partial(attempt, search), partial(self._got, stop, country))
        self._show()
        self._table.move_to(0)

    def _got(self, stop: Stop, country: RegisterCountry, found: _Found) -> None:
        if stop is self._stop:
            self._found[country] = found
            self._show()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        hits = [found for found in self._found.values() if isinstance(found, RegisterHits)]
        self._entries = {f"{each.country} {each.number}": each for found in hits for each in found.entries}
        self._table.set_match(typed_words(self._asked_name))
        self._table.set_rows([self._row(key, entry) for key, entry in self._entries.items()])
        self._said.set_facts([Fact(SOURCES[each], self._words(found), True) for each, found in self._found.items()])
        self._make_room()
        may_take = bool(self._entries) and not self._is_new
        self._buttons.set_words({"dialog.choose": "Take over" if may_take else "Look for it"})

    def _words(self, found: _Found) -> Cell:
        """What became of the question to one register."""
        if self._is_new or not self._asked_name:
            key = self.session.keys.shown("dialog.choose")
            return cell((key, "key"), (" looks for it", "muted")) if self._line.value.strip() else cell(("–", "faint"))
        match found:
            case None:
                return cell(("asking …", "muted"))
            case RegisterHits(total=0):
                return cell(("none is called so", "muted"))
            case RegisterHits(entries=entries, total=total) if total > len(entries):
                return cell(f"{len(entries)} of {spaced(total)}", (": type more of the name", "muted"))
            case RegisterHits(total=total):
                return cell(f"{spaced(total)} found")
            case RegisterFailed() as error:
                return cell((f"! {sentence(error.what)}: {error}", "bad"))
            case error:
                return cell((f"! {error}", "bad"))

    def _row(self, key: str, entry: RegisterEntry) -> Row:
        places = [place_of(found, which) for which in addresses_of(entry) if (found := address_of(entry, which))]
        city = next((place.city for place in places if place.city), "")
        cells = (entry.name or "–", entry.number, city, self._state(entry), entry.source.short)
        return Row(key, cells, style="muted" if entry.state.is_over else "")

    def _state(self, entry: RegisterEntry) -> Cell:
        mark = state_mark(entry, self.session.settings.dates)
        return mark or cell((entry.state, "muted"))

    # -- choosing --------------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.dismiss(self._entries[event.row.id])

    def do_dialog_up(self) -> None:
        self._table.do_move_up()

    def do_dialog_down(self) -> None:
        self._table.do_move_down()

    def do_dialog_choose(self) -> None:
        """Take what is under the cursor; where another name was typed, or none was found, ask for it."""
        row = self._table.cursor_row
        if self._is_new or (row is None and None not in self._found.values()):
            self._search()
        elif row is not None:
            self.dismiss(self._entries[row.id])
