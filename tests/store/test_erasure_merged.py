"""Rule 8 for people who were merged: who is erased is erased in those who went into them, and in those whom they went
into for a while; no undo brings anybody back."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.test_merging import merge, merge_contacts
from tests.store.test_erasure import People, StillSaid, in_each_database, path, people, still_said

from crm_tui.domain.contacts import Contact, ContactChange
from crm_tui.domain.errors import NotFound, NotUndoable, UndoConflict
from crm_tui.store.port import Store
from crm_tui.store.undo import FieldConflict, Settled

__all__ = ["path", "people", "still_said"]

pytestmark = in_each_database
_TAKEN = ("first_name", "emails", "phones", "description")


class Merging:
    """People who are merged, parted and erased, and what was said of each."""

    def __init__(self, store: Store, people: People) -> None:
        self.store = store
        self.people = people
        self.said = people.said
        self.merges: list[tuple[int, int, int]] = []

    def add(self) -> int:
        return self.people.add().id

    def join(self, stays: int, goes: int, fields: tuple[str, ...] = _TAKEN) -> int:
        """The one that stays is called as the one that went."""
        went = self.people.alive.pop(goes)
        taken: dict[str, Any] = {field: getattr(went, field) for field in fields}
        change = merge_contacts(self.store, self._now(stays), went, **taken).change
        self._look(stays)
        self.merges.append((change, stays, goes))
        return change

    def part(self) -> bool:
        """Undo the last merge, if nobody was erased who was in it."""
        change, stays, goes = self.merges.pop()
        if stays not in self.people.alive:
            return False
        take_back(self.store, change)
        self._look(stays)
        self._look(goes)
        return True

    def erase(self, key: int) -> set[str]:
        """Erase somebody with those who are in them; returns what was said of them."""
        gone = [key]
        for one in gone:
            gone += [goes for _, stays, goes in self.merges if stays == one and goes not in self.people.alive]
        self.people.alive[key] = self.store.contacts.get(key)
        self.people.erase(key)
        words = {word for one in gone for word in self.said[one]}
        self.people.erased |= words
        return words

    def _look(self, key: int) -> Contact:
        self.people.alive[key] = self.store.contacts.get(key)
        return self.people.alive[key]

    def _now(self, key: int) -> Contact:
        return self.store.contacts.get(key)


def take_back(store: Store, change: int, *, redo: bool = False) -> tuple[str, ...]:
    """Undo or redo; a field that changed since is restored."""
    again = store.history.redo if redo else store.history.undo
    try:
        return again(change).kept
    except UndoConflict as conflict:
        fields = [field for field in conflict.conflicts if isinstance(field, FieldConflict)]
        settled = [
            Settled(kind=f.kind, entity=f.entity, field=f.field, revision=f.revision, restore=True) for f in fields
        ]
        return again(change, settled=settled).kept


@pytest.fixture
def merging(store: Store, people: People) -> Merging:
    return Merging(store, people)


def test_who_went_into_an_erased_person_is_erased(store: Store, merging: Merging, still_said: StillSaid) -> None:
    stays, goes, first = merging.add(), merging.add(), merging.add()
    earlier = merging.join(goes, first)
    change = merging.join(stays, goes)
    merging.people.rename(stays)

    words = merging.erase(stays)

    assert words >= merging.said[goes] | merging.said[first]
    assert still_said(words) == set()
    for undone in (change, earlier):
        with pytest.raises((NotFound, NotUndoable)):
            store.history.undo(undone)
    for gone in (goes, first):
        with pytest.raises(NotFound):
            store.contacts.get(gone)
    assert not {step.change for step in store.history.steps(given.ALL).rows} & {change, earlier}
    assert still_said(words) == set()


def test_who_was_merged_for_a_while_leaves_nothing(store: Store, merging: Merging, still_said: StillSaid) -> None:
    stays, goes, last = merging.add(), merging.add(), merging.add()
    change = merging.join(stays, goes)
    merging.people.rename(stays)
    merging.join(last, stays)
    assert merging.part()
    take_back(store, change)
    take_back(store, change, redo=True)
    before = store.contacts.get(stays)
    edit = store.contacts.update(stays, before.revision, ContactChange(title=f"{before.title} too"))
    take_back(store, change)
    assert store.contacts.get(goes).first_name
    assert store.contacts.get(stays).title == edit.title

    merging.people.alive[goes] = store.contacts.get(goes)
    words = merging.erase(goes)

    assert still_said(words) == set()
    assert still_said(merging.said[stays])
    assert store.contacts.get(stays).title == edit.title
    with pytest.raises(NotFound):  # what was typed meanwhile may have been the other person's
        store.history.undo(edit.id)
    with pytest.raises((NotFound, NotUndoable)):
        store.history.redo(change)
    while steps := [step for step in store.history.steps(given.ALL).rows if not step.is_undone]:
        try:
            store.history.undo(steps[0].change)
        except NotUndoable:
            break
    assert still_said(words) == set()


def test_a_merge_is_redone_without_who_was_erased_of_those_before(
    store: Store, merging: Merging, still_said: StillSaid
) -> None:
    """First went into the second, who went into the third; parted again, the first is erased."""
    first, second, third = (merging.add() for _ in range(3))
    own = store.contacts.get(third)
    earlier = merging.join(second, first)
    later = merging.join(third, second)
    for change in (later, earlier):
        take_back(store, change)
    for key in (first, second, third):
        merging.people.alive[key] = store.contacts.get(key)
    words = merging.erase(first)
    step = next(step for step in store.history.steps(given.ALL).rows if step.change == later)
    now = store.contacts.get(second)
    name = f"{now.first_name} {now.last_name} merged into {own.first_name} {own.last_name}"
    assert step.label == f"Contact {name}"

    take_back(store, later, redo=True)

    found = store.contacts.get(third)
    assert (found.first_name, found.emails, found.description) == (own.first_name, own.emails, own.description)
    assert still_said(words) == set()
    take_back(store, later)
    again = store.contacts.get(second)
    assert (again.first_name, again.emails, again.title) == (now.first_name, now.emails, now.title)
    assert still_said(words) == set()


def test_who_stayed_leaves_nothing_on_who_is_separate_again(
    store: Store, merging: Merging, still_said: StillSaid
) -> None:
    stays, goes = merging.add(), merging.add()
    merging.join(stays, goes)
    assert merging.part()
    words = merging.erase(stays)
    assert still_said(words) == set()
    assert still_said(merging.said[goes])
    store.contacts.update(goes, store.contacts.get(goes).revision, ContactChange(title="Chair"))
    assert store.history.undo().label.startswith("Contact")


def test_a_contact_erased_meanwhile_stays_erased_in_an_undone_merge_of_customers(
    store: Store, merging: Merging, still_said: StillSaid
) -> None:
    person = merging.add()
    goes = store.customers.get(merging.people.alive[person].customer)
    stays = given.customer(store, "Aalto Group")
    case = given.case(store, goes, contact=person)
    change = merge(store, stays, goes).change
    words = merging.erase(person)

    step = store.history.undo(change)

    found = store.contacts.get(person)
    assert (found.customer, found.is_deleted, found.first_name) == (goes.id, True, "")
    assert store.cases.get(case.id).contact == person
    assert "a contact erased since stays erased" in step.kept
    assert still_said(words) == set()


@pytest.mark.parametrize("seed", [6, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(10, 40))])
def test_nothing_is_left_whoever_was_merged(store: Store, merging: Merging, still_said: StillSaid, seed: int) -> None:
    chance = random.Random(seed)
    alive = merging.people.alive
    for _ in range(120):
        if len(alive) < 8 or chance.random() < 0.2:
            merging.add()
            continue
        match chance.choice(("join", "join", "rename", "rename", "part", "erase")):
            case "join":
                stays, goes = chance.sample(sorted(alive), 2)
                merging.join(stays, goes, tuple(chance.sample(_TAKEN, 2)))
            case "rename":
                merging.people.rename(chance.choice(sorted(alive)))
            case "part" if merging.merges:
                merging.part()
            case "erase" if len(alive) > 12 or chance.random() < 0.3:
                merging.erase(chance.choice(sorted(alive)))
    assert merging.people.erased
    assert still_said(merging.people.erased) == set()
    while merging.merges:
        merging.part()
    assert still_said(merging.people.erased) == set()
