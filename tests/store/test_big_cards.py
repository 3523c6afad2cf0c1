"""A card that holds very much opens like any other: it is read from an end, as far as it is shown."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tests.store.conformance import given
from tests.store.conftest import AsUser, Clock

from crm_tui.domain.activities import Note, NoteChange
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.store.activities import NoteRow
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql import threads


def test_threads_are_met_in_order_from_both_ends_however_they_lie(
    store: Store, clock: Clock, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replies of all ages, some notes at the same moment, some pinned, some on a project that is not seen."""
    monkeypatch.setattr(threads, "_STRETCH", 7)
    chance = random.Random(7)
    member = as_user("mia", projects=ProjectLevel.MEMBER)
    acme = given.customer(store)
    seen, unseen = given.project(store, acme, "Seen"), given.project(store, acme, "Unseen")
    store.cases.update(seen.id, seen.revision, CaseChange(members=(given.me(member),)))
    notes: list[Note] = []
    for number in range(60):
        clock.advance(minutes=chance.choice((0, 1)))
        parent = chance.choice(notes) if notes and chance.random() < 0.6 else None
        case = parent.case if parent else chance.choice((seen.id, unseen.id))
        made = given.note(store, acme, str(number), case=case, parent=parent.id if parent else None)
        if chance.random() < 0.1:
            made = store.notes.update(made.id, made.revision, NoteChange(pinned=True))
        notes.append(made)

    for reader, cases in ((store, {seen.id, unseen.id}), (member, {seen.id})):
        wanted = _in_threads([note for note in notes if note.case in cases])
        assert wanted
        for limit in (1, 4, 100):
            for backward in (False, True):
                shown = list(_paged(reader, acme.id, limit, backward=backward))
                assert [(row.note.id, row.depth) for row in shown] == (wanted[::-1] if backward else wanted)


def _in_threads(notes: list[Note]) -> list[tuple[int, int]]:
    """The order that the list has, as it is told: note and depth."""
    below: dict[int | None, list[Note]] = {}
    for note in notes:
        below.setdefault(note.parent, []).append(note)

    def thread(note: Note, depth: int) -> Iterator[tuple[Note, int]]:
        yield note, depth
        for reply in sorted(below.get(note.id, ()), key=lambda each: (each.created_at, each.id)):
            yield from thread(reply, depth + 1)

    talks = [list(thread(first, 0)) for first in below[None]]
    talks.sort(key=lambda talk: max((note.created_at, note.id) for note, _ in talk), reverse=True)
    talks.sort(key=lambda talk: not any(note.pinned for note, _ in talk))
    return [(note.id, depth) for talk in talks for note, depth in talk]


def _paged(store: Store, customer: int, limit: int, *, backward: bool) -> Iterator[NoteRow]:
    request = PageRequest(limit=limit, from_end=backward)
    while True:
        page = store.notes.of_projects(customer, request)
        yield from reversed(page.rows) if backward else page.rows
        if not page.more:
            return
        request = (
            PageRequest(limit=limit, before=page.cursors[0])
            if backward
            else PageRequest(limit=limit, after=page.cursors[-1])
        )
