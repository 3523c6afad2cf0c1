"""One thing to read in full: what lists cut off, and who created and updated it when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar, NamedTuple, cast

from textual.app import ComposeResult

from crm_tui.domain.entities import Entity
from crm_tui.keymap import Keys
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.copying import Copy
from crm_tui.when import absolute
from crm_tui.widgets.cells import cell
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import LABEL_WIDTH, Fact, Facts, whole


class Reading(NamedTuple):
    """What to read, and what of it can be copied and opened."""

    title: str
    facts: Sequence[Fact]
    copies: Sequence[Copy] = ()
    links: Sequence[Copy] = ()
    editable: Availability = False
    has_history: bool = False


def audit(entity: Entity, zone: tzinfo, names: Mapping[int, str]) -> list[Fact]:
    """Who created and updated it, and when; ``names`` are those of the users."""
    lines = []
    for word, moment, user in (
        ("Created", entity.created_at, entity.created_by),
        ("Updated", entity.updated_at, entity.updated_by),
    ):
        by = f" by {names[user]}" if user is not None and user in names else ""
        lines.append(whole(cell((f"{word} {absolute(moment, zone)}{by}", "muted"))))
    return [whole(""), *lines]


class ReadingDialog(Dialog[str]):
    """Scrolls with the movement keys when it does not fit. Gives the command to go on with, or None."""

    COMMAND_IDS: ClassVar[tuple[str, ...]] = ("list.copy", "list.link", "list.edit", "list.history")
    #: commands that are named at the foot where they work, each with a word
    OFFERS: ClassVar[Sequence[tuple[str, str]]] = (
        ("list.edit", "edit"),
        ("list.copy", "copy"),
        ("list.link", "open"),
        ("list.history", "changes"),
    )
    #: cells for the labels
    LABELS: ClassVar[int] = LABEL_WIDTH
    DEFAULT_CSS = """
    ReadingDialog Facts { height: auto; max-height: 80vh; }
    """

    def __init__(self, reading: Reading, keys: Keys) -> None:
        super().__init__()
        self._reading = reading
        self.title_text = reading.title
        self._keys = keys
        self._facts = Facts(reading.facts, label_width=self.LABELS)

    def content(self) -> ComposeResult:
        yield self._facts

    def on_mount(self) -> None:
        self._facts.focus()
        offered = [
            (self._keys.shown(command_id), word) for command_id, word in self.OFFERS if self.offered(command_id) is True
        ]
        self.set_foot(cell(*(part for key, word in [*offered, ("Esc", "close")] for part in _key(key, word))).cut(76))

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.copy" and not self._reading.copies:
            return "there is nothing to copy here"
        if command_id == "list.link" and not self._reading.links:
            return "there is no link, e-mail or phone number here"
        if command_id == "list.edit":
            return self._reading.editable
        if command_id == "list.history":
            return self._reading.has_history
        return super().availability(command_id)

    def do_list_copy(self) -> None:
        self._screen_below.offer_copy(self._reading.copies)

    def do_list_link(self) -> None:
        self._screen_below.offer_links(self._reading.links)

    def do_list_edit(self) -> None:
        self.dismiss("list.edit")

    def do_list_history(self) -> None:
        self.dismiss("list.history")

    @property
    def _screen_below(self) -> CrmScreen:
        return cast(CrmScreen, self.app.screen_stack[self.app.screen_stack.index(self) - 1])


def _key(key: str, word: str) -> tuple[tuple[str, str], ...]:
    return (key, "key"), (f" {word}  " if word != "close" else f" {word}", "muted")
