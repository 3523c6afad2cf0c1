"""Pick a file, or a name to save under: a line to type a path in, above what is in that folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from crm_tui.domain.normalise import fold, fold_char
from crm_tui.keymap import Keys
from crm_tui.screens.asking import Asking
from crm_tui.screens.folder import Entry, EntryKind, Listing, Place, kind_at, list_typed, plain, split
from crm_tui.screens.present import count, size
from crm_tui.store.paging import Count
from crm_tui.text import clean
from crm_tui.when import absolute
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", width=20, flex=1, match=True),
    Column("size", width=7, align="right", style="muted", drop=2),
    Column("changed", width=17, align="right", style="muted", drop=1),
)
_NEW = "new"
_AROUND = 9  # borders, the line to type in, what is said, buttons


class PathInput(LineInput):
    """Posts GoUp for Backspace after a slash at the end."""

    @dataclass
    class GoUp(Message):
        """To the folder above."""

    def action_delete_left(self) -> None:
        if self.value.endswith("/") and self.cursor_position == len(self.value) and self.selection.is_empty:
            self.post_message(self.GoUp())
        else:
            super().action_delete_left()


class PickFileDialog(Asking, Dialog[Path]):
    """Gives the path of a file that is there; with ``save_name`` one to write to, which may be there as well where
    ``replaces`` is the same.

    The disk is only ever read in a thread, and an answer for what is not typed any more is dropped.
    """

    COMMAND_IDS = ("dialog.up", "dialog.down", "dialog.choose", "folder.complete")
    DEFAULT_CSS = """
    PickFileDialog Facts { height: auto; min-height: 2; max-height: 5; }
    """
    WIDTH = 90

    def __init__(
        self,
        start: Path,
        keys: Keys,
        *,
        title: str,
        save_name: str | None = None,
        endings: Sequence[str] = (),
        zone: tzinfo | None = None,
        closed: bool = False,
    ) -> None:
        """``closed``: no other folder than ``start`` can be gone to. ``endings`` (``.csv``) are what a name to save
        under must end with one of, and what is wanted to open; ``zone`` None is the system's."""
        super().__init__()
        self.title_text = title
        self._save_name = None if save_name is None else clean(save_name).replace("/", "_")
        self._endings = tuple(endings)
        self._zone = zone
        self._place = Place("", start, closed=True) if closed else _place(start)
        self._input = PathInput(placeholder="path of a file")
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True, fold=fold_char)
        self._said = Facts(focusable=False)
        self._listing: Listing | None = None
        self._then: Callable[[], None] | None = None  # what waits for the listing of what is typed
        self._came_from = ""  # the folder to put the cursor on
        self.replaces: Path | None = None  # the file that Enter may replace, as it was asked
        label = "Open" if save_name is None else "Save"
        self._buttons = ButtonBar(
            self, keys, ("dialog.choose", "folder.complete", "dialog.close"), primary="dialog.choose",
            labels={"dialog.choose": label, "dialog.close": "Cancel"},
        )  # fmt: skip

    def content(self) -> ComposeResult:
        yield self._input
        yield self._table
        yield self._said
        yield self._buttons

    def on_mount(self) -> None:
        self._table.can_focus = False
        self._input.focus()
        self._input.value = self._place.shown + (self._save_name or "")
        # a long path scrolls to its end only when the cursor moves there once it is laid out
        self._input.cursor_position = 0
        self.call_after_refresh(self._input.action_end)

    def on_resize(self, event: events.Resize) -> None:
        self._table.styles.height = max(1, min(18, event.size.height - _AROUND))

    # -- what is typed ------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._then, self.replaces = None, None
        self._look()

    def _look(self, *, again: bool = False) -> None:
        """List what is typed; ``again``: also when the folder is known already."""
        known = self._listing.folder if self._listing is not None and not again else None
        saving = self._save_name is not None
        self.look("list", partial(list_typed, self._input.value, self._place, known, saving=saving), self._show)

    def _show(self, listing: Listing) -> None:
        self._listing = listing
        self._said.set_facts([])
        is_new = self._save_name is not None and bool(listing.part) and listing.part not in map(_shown, listing.shown)
        new = [Row(_NEW, (listing.part, cell(("new", "good"))))] if is_new else []
        self._table.set_match([fold(listing.part)] if listing.part else [])
        self._table.set_rows([*new, *(self._row(place, entry) for place, entry in enumerate(listing.shown))])
        self._table.set_empty(cell((_nothing(listing), "muted")))
        names = [entry.name for entry in listing.shown]
        self._table.move_to(names.index(self._came_from) + len(new) if self._came_from in names else 0)
        self._came_from = ""
        first = "the first " if listing.found > len(names) else ""
        of = f" of {count(Count(len(listing.folder.entries)))}" if len(names) < len(listing.folder.entries) else ""
        self.set_foot(cell((f"{first}{len(names)}{of}", "muted")))
        if self._then is not None:
            then, self._then = self._then, None
            then()

    def _row(self, place: int, entry: Entry) -> Row:
        name = cell(entry.name)
        if entry.kind == "folder":
            return Row(str(place), (cell(name, "/").styled("name"),))
        if entry.kind == "other":
            return Row(str(place), (name, "", cell("no file")), style="muted")
        fits = not self._endings or entry.name.lower().endswith(self._endings)
        return Row(str(place), (name, size(entry.size), _when(entry, self._zone)), style="" if fits else "muted")

    def _with_listing(self, then: Callable[[Listing], None]) -> None:
        """Do something with the listing of what is typed, as soon as it is there."""
        listing = self._listing
        if listing is not None and listing.typed == self._input.value:
            then(listing)
        else:
            self._then = partial(self._with_listing, then)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._listing, self._then = None, None
        self._table.set_rows(())
        self._table.set_empty(EMPTY)
        self.set_foot(EMPTY)
        self._say(f"! {event.error}", "bad")

    def _say(self, sentence: str, style: str) -> None:
        self._said.set_facts([whole(cell((sentence, style)), wrap=True)])

    # -- moving among folders -----------------------------------------------------------------------------------

    def _go_into(self, path: Path) -> None:
        if self._place.closed:
            self._say("! Only files of this folder can be chosen here.", "bad")
            return
        part = self._listing.part if self._listing is not None else ""
        name = "" if self._save_name is None else part if Path(part).suffix else self._save_name
        self._place = _place(plain(path))
        self._put(self._place.shown + name)

    def _put(self, text: str) -> None:
        self._input.value = text
        self._input.action_end()

    def on_path_input_go_up(self, event: PathInput.GoUp) -> None:
        event.stop()
        listing = self._listing
        if listing is not None and listing.typed == self._input.value:
            self._came_from = listing.folder.path.name
            self._go_into(listing.folder.path.parent)
        else:  # a folder that can't be read: up by what is typed
            self._put(split(self._input.value.rstrip("/"))[0] or "/")

    def do_folder_complete(self) -> None:
        self._with_listing(self._complete)

    def _complete(self, listing: Listing) -> None:
        wanted = fold(listing.part)
        fitting = [entry for entry in listing.shown if fold(clean(entry.name)).startswith(wanted)]
        if len(fitting) == 1 and fitting[0].kind == "folder":
            self._go_into(listing.folder.path / fitting[0].name)
            return
        common = _common([clean(entry.name) for entry in fitting])
        if len(common) > len(listing.part):
            self._put(split(listing.typed)[0] + common)

    # -- choosing -----------------------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.do_dialog_choose()

    def do_dialog_up(self) -> None:
        self._table.do_move_up()

    def do_dialog_down(self) -> None:
        self._table.do_move_down()

    def do_dialog_choose(self) -> None:
        self._with_listing(self._choose)

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        if self.replaces is not None:
            self.replaces = None
            self._said.set_facts([])

    def _choose(self, listing: Listing) -> None:
        row = self._table.cursor_row
        if row is None or row.id == _NEW:
            if not listing.part:
                self._say("! Type a name, or choose another folder.", "bad")
                return
            path = listing.path_of(listing.part)
        else:
            path = listing.folder.path / listing.shown[int(row.id)].name
        self.look("choose", partial(kind_at, path), partial(self._chosen, path))

    def _chosen(self, path: Path, kind: EntryKind) -> None:
        """What is at the chosen path is known now."""
        name = clean(path.name)
        if kind == "folder":
            self._go_into(path)
        elif kind == "other":
            self._say(f"! {name} is a device, a pipe or a broken link, not a file; choose another.", "bad")
        elif self._save_name is None and kind == "nothing":
            self._look_again(name)
        elif self._save_name is not None and self._endings and not name.lower().endswith(self._endings):
            self._say(f"! End the name with {' or '.join(self._endings)}.", "bad")
        elif self._save_name is not None and kind == "file" and self.replaces != path:
            self.replaces = path
            self._say(f"! {name} exists. Enter again replaces it, or choose another name.", "warn")
        else:
            self.dismiss(path)

    def _look_again(self, name: str) -> None:
        """Read the folder anew, and say that a file is gone."""
        self._then = partial(self._say, f"! There is no file {name} here (any more).", "bad")
        self._look(again=True)


def _place(path: Path) -> Place:
    return Place(clean(str(path)).rstrip("/") + "/", path)


def _common(names: Sequence[str]) -> str:
    """What all names begin with, capitals or not; as the first one spells it."""
    first = names[0] if names else ""
    for end in range(len(first), 0, -1):
        if all(name[:end].lower() == first[:end].lower() for name in names):
            return first[:end]
    return ""


def _shown(entry: Entry) -> str:
    return clean(entry.name)


def _when(entry: Entry, zone: tzinfo | None) -> str:
    """When a file was changed."""
    if entry.changed is None:
        return ""
    return absolute(entry.changed, zone or entry.changed.astimezone().tzinfo or UTC)


def _nothing(listing: Listing) -> str:
    """What an empty list says."""
    if listing.part:
        return "Nothing here is called so."
    return "All that is here is hidden: a dot shows it." if listing.folder.entries else "This folder is empty."
