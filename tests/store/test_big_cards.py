"""A card that holds very much opens like any other: it is read from an end, as far as it is shown."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest
from tests.store.conformance import given
from tests.store.conftest import TODAY, AsUser, Clock

from crm_tui.domain.activities import Note, NoteChange
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.screens import card_panel
from crm_tui.store.activities import NoteRow
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql import board, threads


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


def test_a_column_of_the_board_says_that_there_are_more_than_it_shows_or_counts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST_TASKS", 2)
    monkeypatch.setattr(board, "COUNT_CAP", 4)
    acme = given.customer(store)
    case = given.project(store, acme)
    for days in (3, -1, 1, -2):
        given.task(store, case, f"in {days} days", due=TODAY + dt.timedelta(days=days))

    first = store.activities.board(acme.id, TODAY)[0]
    assert [task.name for task in first.tasks] == ["in -2 days", "in -1 days"]
    assert (first.count, first.late) == (Count(4), Count(2))
    given.task(store, case, "some day")
    first = store.activities.board(acme.id, TODAY)[0]
    assert (first.count, first.late) == (Count(4, capped=True), Count(2))
    for days in (-3, -4, -5):
        given.task(store, case, f"in {days} days", due=TODAY + dt.timedelta(days=days))
    first = store.activities.board(acme.id, TODAY)[0]
    assert [task.name for task in first.tasks] == ["in -5 days", "in -4 days"]
    assert (first.count, first.late) == (Count(4, capped=True), Count(4, capped=True))


@pytest.mark.parametrize("number", [0, 1, 3, 4, 9, 10, 23])
def test_rows_are_counted_to_the_end_in_strides(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(card_panel, "_STRIDES", (10, 3))
    acme = given.customer(store)
    project = given.project(store, acme)
    for _ in range(number):
        clock.advance(minutes=1)
        given.note(store, acme, case=project.id)
    read: list[int] = []

    def page(request: PageRequest) -> Page[NoteRow]:
        found = store.notes.of_projects(acme.id, request)
        read.append(len(found.rows))
        return found

    assert card_panel.row_count(page) == number
    assert store.notes.count_of_projects(acme.id, exact=True) == Count(number)
    assert sum(read) <= number // 10 + 3 + 2
