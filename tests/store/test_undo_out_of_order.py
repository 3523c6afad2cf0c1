"""Undo and redo in whatever order: nothing comes to stand with another customer than what it is on, and once all merges
are taken back, all that is left is where it was entered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import apsw
import pytest
from msgspec.structs import replace
from tests.store.conformance import given
from tests.store.conformance.taking_back import settle
from tests.store.test_undo_property import Walk, walk

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Invalid, NotUndoable, UndoConflict
from crm_tui.store.undo import UndoStep

__all__ = ["walk"]
_ON = {
    "contacts with another customer's address": "contact t JOIN address o ON o.id = t.address_id",
    "activities on another customer's case": "activity t JOIN crm_case o ON o.id = t.case_id",
    "notes on another customer's case": "note t JOIN crm_case o ON o.id = t.case_id",
    "files on another customer's case": "file t JOIN crm_case o ON o.id = t.case_id",
    "answers to another customer's note": "note t JOIN note o ON o.id = t.parent_id",
}
#: what nobody is to find
_WRONG = {what: f"SELECT t.id FROM {rows} WHERE t.customer_id IS NOT o.customer_id" for what, rows in _ON.items()} | {
    "headquarters that are another's": "SELECT c.id FROM customer c JOIN address o ON o.id = c.headquarters_id"
    " WHERE o.customer_id <> c.id",
    "customers without headquarters": "SELECT c.id FROM customer c WHERE c.headquarters_id IS NULL"
    " AND EXISTS (SELECT 1 FROM address o WHERE o.customer_id = c.id)",
    "references to nothing": "PRAGMA foreign_key_check",
}
#: how what was taken from a register is labelled
_TAKEN = "Details of"
#: what is on a customer itself, and on which
_PLACES = (
    "SELECT 'address', id, customer_id FROM address UNION ALL SELECT 'contact', id, customer_id FROM contact"
    " UNION ALL SELECT 'case', id, customer_id FROM crm_case"
    " UNION ALL SELECT 'activity', id, customer_id FROM activity WHERE case_id IS NULL"
    " UNION ALL SELECT 'file', id, customer_id FROM file WHERE case_id IS NULL"
    " UNION ALL SELECT 'note', id, customer_id FROM note WHERE case_id IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM change_line l WHERE l.kind = 'note' AND l.entity_id = note.id AND l.field = 'parent')"
    " AND parent_id IS NULL"
)


class Wanderer:
    """Random changes on a few customers, merges above all, and undo and redo of any of them."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.random = walk.random
        self.home: dict[tuple[str, int], int] = {}
        for call, times in (("customer", 3), ("address", 5), ("contact", 6), ("case", 3), ("note", 4), ("activity", 4)):
            for _ in range(times):
                self.change(f"_new_{call}")

    def step(self) -> None:
        """One change, undo or redo; what is refused is none."""
        if self.random.random() < 0.5:
            self.change(self.random.choice(_MOVES))
            return
        steps = list(self.walk.store.history.steps(given.ALL).rows)
        near = steps[: self.random.choice((4, 12, len(steps)))]
        self.turn(self.random.choice([step for step in near if _reaches_far(step)] or near))

    def change(self, name: str) -> None:
        """A change of the walk."""
        self.walk.clock.advance(minutes=1)
        try:
            getattr(self.walk, name)()
        except (Invalid, Blocked):
            return
        for kind, key, customer in self.rows(_PLACES):
            self.home.setdefault((kind, key), customer)

    def turn(self, step: UndoStep) -> bool:
        """Undo what is in effect, redo what is not; says whether it was done. Nothing that a customer took from a
        register comes or goes while it is gone; an address alone is another's by then."""
        is_done = self._turn(step)
        of_customer = step.kind is Kind.CUSTOMER and step.label.startswith(_TAKEN)
        assert not (is_done and of_customer and step.customer is None)
        return is_done

    def _turn(self, step: UndoStep) -> bool:
        """The same; nothing is asked twice."""
        self.walk.clock.advance(minutes=1)
        history = self.walk.store.history
        again = history.redo if step.is_undone else history.undo
        try:
            again(step.change)
        except UndoConflict as error:
            answers = [replace(answer, restore=self.random.random() < 0.5) for answer in settle(error, restore=True)]
            try:
                again(step.change, settled=answers)
            except NotUndoable:
                return False
        except (NotUndoable, Blocked):
            return False
        return True

    def part(self) -> bool:
        """Take back all merges, the last one first; says whether all could be."""
        while merges := [step for step in self.walk.store.history.steps(given.ALL).rows if _is_merge(step)]:
            if not any(self.turn(step) for step in merges):
                return False
        return True

    def rows(self, query: str) -> list[Any]:
        """What is in the database, read past the store."""
        with closing(apsw.Connection(str(self.walk.path), flags=apsw.SQLITE_OPEN_READONLY)) as con:
            return con.execute(query).fetchall()

    def wrong(self) -> Iterator[tuple[str, Any]]:
        """What is not as it should be."""
        for what, query in _WRONG.items():
            yield from ((what, row) for row in self.rows(query))

    def strangers(self) -> list[Any]:
        """What is elsewhere than where it was entered."""
        return [row for row in self.rows(_PLACES) if self.home[row[:2]] != row[2]]


_MOVES = (
    *("_merge_customers",) * 4, *("_merge_contacts",) * 2, "_new_address", "_new_contact", "_new_activity", "_new_note",
    "_new_file", "_new_case", "_move_headquarters", *("_edit_contact",) * 3, "_edit_activity",
    *("_take_from_register",) * 2, *("_delete_address",) * 3, "_delete_activity", "_delete_note", "_delete_file",
    "_delete_case",
)  # fmt: skip


def _reaches_far(step: UndoStep) -> bool:
    return "merged into" in step.label or step.label.startswith(_TAKEN)


def _is_merge(step: UndoStep) -> bool:
    return not step.is_undone and " merged into " in step.label


def wander(walk: Walk, steps: int) -> None:
    """Some way, looked at after each step, and at its end with all merges taken back."""
    wanderer = Wanderer(walk)
    for _ in range(steps):
        wanderer.step()
        assert list(wanderer.wrong()) == []
    if wanderer.part():
        assert (list(wanderer.wrong()), wanderer.strangers()) == ([], [])


@pytest.mark.parametrize("walk", range(3), indirect=True)
def test_all_is_where_it_belongs(walk: Walk) -> None:
    wander(walk, 60)


@pytest.mark.soak
@pytest.mark.parametrize("walk", range(200, 260), indirect=True)
def test_all_is_where_it_belongs_on_long_ways(walk: Walk) -> None:
    wander(walk, 120)
