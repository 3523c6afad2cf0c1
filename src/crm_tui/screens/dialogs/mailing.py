"""A mailing list of the contacts that are listed (rule 9): to a file, or the addresses to the clipboard.

It says how many are left out and why, and takes them after all where that is ticked. The list is collected anew at
each tick, in a thread; what is written is what was counted.
"""

from __future__ import annotations

from pathlib import Path
from threading import Event

from textual.app import ComposeResult

from crm_tui.domain.mailing import Include, LeftOut
from crm_tui.interchange.mailing_list import Format, MailingList, collect, write_mailing_list, written
from crm_tui.screens.dialogs.writing import WritingDialog
from crm_tui.screens.present import spaced
from crm_tui.screens.session import Session
from crm_tui.store.contacts import ContactQuery
from crm_tui.text import clean
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, cell
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.field import Field, TextField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.line import Line
from crm_tui.widgets.pick_field import Option, PickField

_CLIPBOARD = "clipboard"
_TARGETS = (
    Option(Format.CSV.value, "CSV file", "a table for spreadsheets and mail programs"),
    Option(Format.VCARD.value, "vCard file", "for address books"),
    Option(Format.JSON.value, "JSON file", "for other programs"),
    Option(Format.EMAILS.value, "File of addresses", "e-mail addresses alone, one a line"),
    Option(_CLIPBOARD, "Clipboard", "e-mail addresses alone, for a Bcc field"),
)
#: whom a tick takes after all: its name, the reasons that it lifts, and words for them
_TICKS = {
    Include.INACTIVE: ((LeftOut.INACTIVE, LeftOut.CUSTOMER_INACTIVE), "inactive, or of an inactive customer"),
    Include.NOT_ALLOWED: ((LeftOut.NOT_ALLOWED,), "who allow no e-mail"),
    Include.DO_NOT_USE: ((LeftOut.DO_NOT_USE,), "of whom only “do not use” addresses are known"),
}


class MailingDialog(WritingDialog):
    """Gives the path that was written. The ending of the name decides the format, and choosing one changes it."""

    COMMAND_IDS = ("dialog.choose", "form.save")
    DEFAULT_CSS = """
    MailingDialog .said { height: auto; min-height: 1; max-height: 4; }
    """
    AUTO_FOCUS = ""  # without a file to name, Enter is for the dialog
    title_text = "Mailing list"

    def __init__(self, session: Session, query: ContactQuery, form: Format | None) -> None:
        """``form`` None: to the clipboard."""
        super().__init__()
        self._session, self._query = session, query
        self._list: MailingList | None = None
        self._end_of_reading = Event()
        self._known: dict[Include, int] = {}  # how many there were when it was not ticked
        self._people = Line(cell(("Reading ...", "muted")))
        self._target = PickField("target", "Write", _TARGETS, required=True)
        self._target.put(form.value if form is not None else _CLIPBOARD)
        self._file = TextField("file", "File")
        ending = form or Format.CSV
        name = f"contacts-{session.today.isoformat()}.{ending}"
        self._file.put(session.files.suggested(session.export_folder / name))
        self._file_row = FormRow(self._file)
        self._ticks = {include: TickField(include.value, words) for include, (_, words) in _TICKS.items()}
        self._without = Line()
        self._writes, self._copies = (
            ButtonBar(self, session.keys, (command, "dialog.close"), primary=command, labels={command: word})
            for command, word in (("form.save", "Write"), ("dialog.choose", "Copy"))
        )

    def content(self) -> ComposeResult:
        yield self._people
        yield FormRow(self._target, gap=True)
        yield self._file_row
        yield FormRow(self._ticks[Include.INACTIVE], gap=True, label="Take too")
        yield FormRow(self._ticks[Include.NOT_ALLOWED])
        yield FormRow(self._ticks[Include.DO_NOT_USE])
        yield self._without
        yield self._said
        yield self._writes
        yield self._copies

    def on_mount(self) -> None:
        self._show_target()
        if self._to_file:
            self._file.focus_inside()
        self._collect()

    @property
    def typed(self) -> str:
        return self._file.value or ""

    @property
    def _to_file(self) -> bool:
        return bool(self._target.value != _CLIPBOARD)

    def _show_target(self) -> None:
        self._file_row.display = self._writes.display = self._to_file
        self._copies.display = not self._to_file

    # -- who is on it ---------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        """Read who is on the list, by the ticks; an older reading ends."""
        self._end_of_reading.set()
        self._end_of_reading = stop = Event()
        self._list = None
        include = [each for each, tick in self._ticks.items() if tick.value]
        query = self._query

        def progress(done: int) -> None:
            if not stop.is_set():
                self.app.call_from_thread(self._reading, done)

        def take(found: MailingList | None) -> None:
            if found is not None:
                self._show(found)

        self.ask(
            self._session.store,
            "collect",
            lambda store: collect(store, query, include, stop=stop.is_set, progress=progress),
            take,
        )

    def _reading(self, done: int) -> None:
        if self._list is None:
            self._people.show(cell((f"{spaced(done)} contacts read ...  Esc stops", "muted")))

    def _show(self, found: MailingList) -> None:
        self._list = found
        number = len(found.entries)
        out = sum(found.left_out.values())
        some = cell((f", {spaced(out)} left out", "muted")) if out else EMPTY
        self._people.show(cell((spaced(number), "name"), " person" if number == 1 else " people", some))
        for include, (reasons, words) in _TICKS.items():
            tick = self._ticks[include]
            if not tick.value:
                self._known[include] = sum(found.left_out.get(reason, 0) for reason in reasons)
            tick.label = f"{spaced(self._known.get(include, 0))} {words}"
            tick.refresh(layout=True)
        without = found.left_out.get(LeftOut.NO_ADDRESS, 0)
        words = f"{spaced(without)} {'has' if without == 1 else 'have'} no address that can be written to"
        self._without.show(cell((" " * 19 + words if without else "", "muted")))
        self._writes.refresh()
        self._copies.refresh()

    # -- what is typed --------------------------------------------------------------------------------------------

    def on_field_changed(self, event: Field.Changed) -> None:
        event.stop()
        if event.field is self._target:
            self._show_target()
            if self._to_file:
                self._file.put(_with_ending(self._file.value or "", self._target.value))
        elif event.field is self._file:
            self._overwrite = False
            ending = Path(self._file.value or "").suffix.removeprefix(".").lower()
            if self._to_file and ending in list(Format):
                self._target.put(ending)
        else:
            self._collect()

    def on_field_entered(self, event: Field.Entered) -> None:
        event.stop()
        self.do_form_save()

    # -- writing it -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id in ("form.save", "dialog.choose"):
            if self._list is None:
                return "the contacts are still being read"
            if not self._list.entries:
                return "nobody is on it"
        return super().availability(command_id)

    def do_dialog_choose(self) -> None:
        self.do_form_save()

    def do_form_save(self) -> None:
        found = self._list
        if self._writing:
            return
        if found is None:
            self.say("The contacts are still being read.", "muted")
        elif not self._to_file:
            self._copy(found)
        else:
            self._write(found, self.typed)

    def _copy(self, found: MailingList) -> None:
        lines = b"".join(written(found, Format.EMAILS)).decode().split()
        self.app.copy_to_clipboard(", ".join(lines))
        self.notify(f"{_addresses(len(lines))} for a Bcc field.", markup=False)
        self.dismiss(None)

    def _write(self, found: MailingList, typed: str) -> None:
        ending = Path(typed).suffix.removeprefix(".").lower()
        if ending not in list(Format):
            self.say("! End the name with .csv, .vcf, .json, or .txt for addresses alone.", "bad")
            return
        self._asked, overwrite, stop = typed, self._overwrite, self._stop
        files = self._session.files
        self._writing = True
        self.say("Writing ...  Esc stops", "muted")

        def write() -> Path | None:
            path = files.named(typed)
            is_whole = write_mailing_list(
                found, path, Format(ending), overwrite=overwrite, check_room=files.check_room, stop=stop.is_set
            )
            return path if is_whole else None

        def done(path: Path | None) -> None:
            if path is None:
                self.stopped()
                return
            number = len(found.entries)
            people = f"{spaced(number)} {'person' if number == 1 else 'people'}"
            self.notify(f"{people} written to {clean(files.suggested(path))}", markup=False)
            self.dismiss(path)

        self.tell(write, done)

    def on_unmount(self) -> None:
        self._end_of_reading.set()
        self._stop.set()


def _with_ending(typed: str, ending: str) -> str:
    """A file name with another ending; a folder alone gets a file in it."""
    path = Path(typed)
    return str(path.with_suffix(f".{ending}") if path.name else path / f"contacts.{ending}")


def _addresses(number: int) -> str:
    return f"{spaced(number)} address{'' if number == 1 else 'es'}"
