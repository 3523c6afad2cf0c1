"""Deleting a customer (rule 2): what forbids it, each leading where it is, or what would go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from textual import events
from textual.app import ComposeResult

from crm_tui.domain.customers import Blocker, DeletionCheck
from crm_tui.keymap import Keys
from crm_tui.screens.present import count
from crm_tui.store.paging import Count
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.line import Line
from crm_tui.widgets.rows import BLANK, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable


@dataclass(frozen=True)
class OpenBlocker:
    """Go to what forbids the deletion."""

    kind: str
    id: int


@dataclass(frozen=True)
class Inactivate:
    """Make the customer inactive instead."""


@dataclass(frozen=True)
class Delete:
    """Delete it with all that goes with it."""


Decision: TypeAlias = OpenBlocker | Inactivate | Delete

_ALREADY = "it is inactive already"
_INSTEAD = "Inactivate instead: it leaves lists and pickers, and nothing is lost."
#: the kinds of blockers: heading, and why they forbid it
_GROUPS = {
    "invoice": ("Invoices", "invoices must be kept"),
    "case": ("Billing account of cases", "cases are billed through it"),
}
#: blank lines that are left out when the screen is low, and lines of the list that are worth it
_GAPS, _LEAST_LINES = 3, 12
_ONE = {"addresses": "address", "activities": "activity"}


def deletion_dialog(name: str, check: DeletionCheck, keys: Keys, *, is_active: bool = True) -> Dialog[Decision]:
    """The dialog for a customer that is to be deleted; Esc gives None."""
    if check.blockers:
        return DeletionBlockedDialog(name, check.blockers, keys, is_active=is_active)
    return DeleteCustomerDialog(name, check.counts, keys, is_active=is_active)


class _Deletion(Dialog[Decision]):
    """What both have: sentences, a list, a last sentence, buttons."""

    COMMAND_IDS = ("confirm.inactivate",)
    DEFAULT_CSS = """
    _Deletion {
        & > Vertical Facts { height: auto; }
        &.-tight .gap { display: none; }
    }
    """
    WIDTH = 86
    title_text = "Delete customer"
    _buttons: ButtonBar

    def __init__(self, sentences: Sequence[Cell], table: VirtualTable, *, last: Cell, is_active: bool) -> None:
        super().__init__()
        self._is_active = is_active
        self._sentences = Facts([whole(each, wrap=True) for each in sentences], focusable=False)
        self._last = Facts([whole(last, wrap=True)], focusable=False)
        self._table = table

    def content(self) -> ComposeResult:
        yield Line(classes="gap")
        yield self._sentences
        yield Line()
        yield self._table
        yield Line(classes="gap")
        yield self._last
        yield Line(classes="gap")
        yield self._buttons

    def on_mount(self) -> None:
        self._table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """The list scrolls where it does not fit."""
        width = max(1, min(self.WIDTH, event.size.width - 2) - 2)
        texts = sum(facts.get_content_height(event.size, event.size, width) for facts in (self._sentences, self._last))
        room = event.size.height - 4 - texts  # besides borders, buttons and the blank line above the list
        wanted = min(self._table.line_count, max(_LEAST_LINES, event.size.height // 2))
        self.set_class(room < wanted + _GAPS, "-tight")
        self._table.styles.height = max(1, min(wanted, room))

    def availability(self, command_id: str) -> Availability:
        if command_id == "confirm.inactivate" and not self._is_active:
            return _ALREADY
        return super().availability(command_id)

    def do_confirm_inactivate(self) -> None:
        self.dismiss(Inactivate())


class DeletionBlockedDialog(_Deletion):
    """Says what forbids it; Enter goes to the blocker under the cursor."""

    COMMAND_IDS = ("dialog.choose",)

    def __init__(self, name: str, blockers: Sequence[Blocker], keys: Keys, *, is_active: bool) -> None:
        seen = [each for each in blockers if each.id]
        table = VirtualTable((Column("label", width=20, flex=1, style="text"),), header=False, cursor_always=True,
                             opens=bool(seen))  # fmt: skip
        table.set_rows(_blocker_rows(blockers))
        kinds = [why for kind, (_, why) in _GROUPS.items() if any(each.kind == kind for each in seen)]
        unseen = ["some of its invoices or cases are hidden from you"] if len(seen) < len(blockers) else []
        why = ", and ".join([*kinds, *unseen])
        sentences = (
            cell((f"! {name} can't be deleted.", "bad bold")),
            cell((f"{why[:1].upper()}{why[1:]}.", "muted")),
        )
        super().__init__(sentences, table, last=cell(_INSTEAD if is_active else _ALREADY.capitalize() + "."),
                         is_active=is_active)  # fmt: skip
        self._seen = {_id(each): each for each in seen}
        self._many = len(blockers)
        labels = {"dialog.choose": "Open blocker"}
        ids = ("confirm.inactivate", "dialog.choose", "dialog.close")
        primary = "confirm.inactivate" if is_active else "dialog.choose"
        self._buttons = ButtonBar(self, keys, ids, primary=primary, labels=labels)

    def on_mount(self) -> None:
        self.set_foot(cell((f"{_number(self._many)} blocker{'' if self._many == 1 else 's'}", "muted")))

    def availability(self, command_id: str) -> Availability:
        if command_id == "dialog.choose" and not self._seen:
            return "what forbids it is hidden by your permissions"
        return super().availability(command_id)

    def do_dialog_choose(self) -> None:
        self._table.do_move_open()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        chosen = self._seen[event.row.id]
        self.dismiss(OpenBlocker(chosen.kind, chosen.id))


class DeleteCustomerDialog(_Deletion):
    """Says what goes with it; a key of its own deletes, Enter does not."""

    COMMAND_IDS = ("confirm.do",)

    def __init__(self, name: str, counts: Mapping[str, int], keys: Keys, *, is_active: bool) -> None:
        gone = {word: number for word, number in counts.items() if number}
        columns = (Column("number", width=6, most=12, align="right", style="name"), Column("word", width=12, flex=1))
        table = VirtualTable(columns, header=False, opens=False, empty=cell("Nothing but the customer itself."))
        table.set_rows([Row(word, _counted(word, number), selectable=False) for word, number in gone.items()])
        sentences = (cell((f"Delete {name}?", "name")), cell(("Deleting takes with it:", "muted")))
        undo = f"For 30 days {keys.shown('app.undo')} takes it back."
        last = cell(f"{undo} {_INSTEAD}" if is_active else undo)
        super().__init__(sentences, table, last=last, is_active=is_active)
        ids = ("confirm.do", "confirm.inactivate", "dialog.close")
        self._buttons = ButtonBar(self, keys, ids, primary="confirm.do", labels={"dialog.close": "Cancel"})

    def do_confirm_do(self) -> None:
        self.dismiss(Delete())


def _counted(word: str, number: int) -> tuple[str, str]:
    return _number(number), _ONE.get(word, word.removesuffix("s")) if number == 1 else word


def _blocker_rows(blockers: Sequence[Blocker]) -> list[Row]:
    rows: list[Row] = []
    for kind, (title, _) in _GROUPS.items():
        group = [each for each in blockers if each.kind == kind and each.id]
        rows += _group(title, len(group), [Row(_id(each), (each.label.removeprefix(f"{kind} "),)) for each in group])
    hidden = [each.kind for each in blockers if not each.id]
    words = [cell((_hidden(kind, hidden.count(kind)), "italic warn")) for kind in _GROUPS if kind in hidden]
    lines = [Row("", (word,), kind="line", selectable=False) for word in words]
    rows += _group("Hidden by your permissions", len(hidden), lines)
    return rows[1:]


def _group(title: str, number: int, rows: Sequence[Row]) -> list[Row]:
    return [BLANK, heading(cell((title, "name"), "  ", (_number(number), "muted"))), *rows] if rows else []


def _hidden(kind: str, number: int) -> str:
    return f"{_number(number)} {kind}{'' if number == 1 else 's'}, which you may not see"


def _id(blocker: Blocker) -> str:
    return f"{blocker.kind}:{blocker.id}"


def _number(number: int) -> str:
    return count(Count(number))
