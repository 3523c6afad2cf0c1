"""Collaboration notes in threads: each note is followed by its replies, oldest first.

What a thread's place is decided by (whether one of its notes is pinned, when the newest was written) changes with
every reply, so it is not stored: the order is made anew for a page, from a few columns of one range of an index. Of
10,000 notes that takes some hundredths of a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

import apsw
import msgspec

from crm_tui.domain.errors import Invalid
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.rights import Rights, case_seen


class Place(NamedTuple):
    """Where a note stands in its thread, and how many replies of all levels follow it."""

    id: int
    depth: int
    replies: int


class Found(NamedTuple):
    """The places of a page."""

    places: Sequence[Place]
    cursors: tuple[str, ...]
    more: bool

    @property
    def ids(self) -> str:
        """The notes as JSON, to be bound where a statement says json_each()."""
        return keyset.as_json([place.id for place in self.places])


class _Written(NamedTuple):
    """What the order is made of."""

    id: int
    parent: int | None
    pinned: int
    at: str


def rows_of_projects(rights: Rights) -> str:
    """The notes of the projects of :customer, for what follows FROM."""
    projects = (
        f"SELECT c.id FROM crm_case c WHERE c.customer_id = :customer AND c.sales_state = 'won' AND {case_seen(rights)}"
    )
    return f"note n WHERE n.customer_id = :customer AND n.case_id IS NOT NULL AND +n.case_id IN ({projects})"


def of_projects(con: apsw.Connection, rights: Rights, customer: int) -> list[Place]:
    """All notes of a customer's projects in list order."""
    rows = con.execute(
        f"SELECT n.id, n.parent_id, n.pinned, n.created_at FROM {rows_of_projects(rights)}",
        rights.parameters | {"customer": customer},
    )
    return arrange([_Written(*row) for row in rows])


def arrange(notes: Sequence[_Written]) -> list[Place]:
    """The places of notes: threads with a pinned note first, then those with the newest."""
    known = {note.id for note in notes}
    answers: dict[int | None, list[_Written]] = defaultdict(list)
    for note in sorted(notes, key=attrgetter("at", "id"), reverse=True):
        answers[note.parent if note.parent in known else None].append(note)
    found: list[tuple[int, str, int, list[Place]]] = []
    for first in answers[None]:
        if first.id not in answers:  # most are without replies
            found.append((first.pinned, first.at, first.id, [Place(first.id, 0, 0)]))
            continue
        thread = _thread(first, answers)
        pinned = max(note.pinned for note, _ in thread)
        newest = max(note.at for note, _ in thread)
        found.append((pinned, newest, first.id, _places(thread)))
    found.sort(key=lambda each: each[:3], reverse=True)
    return [place for *_, places in found for place in places]


def _thread(first: _Written, answers: dict[int | None, list[_Written]]) -> list[tuple[_Written, int]]:
    """A note and all below it in reading order, with their depths; no recursion, so that long talks are no limit."""
    thread: list[tuple[_Written, int]] = []
    waiting = [(first, 0)]
    while waiting:
        note, depth = waiting.pop()
        thread.append((note, depth))
        waiting += [(reply, depth + 1) for reply in answers.get(note.id, ())]  # the oldest last: it is next
    return thread


def _places(thread: Sequence[tuple[_Written, int]]) -> list[Place]:
    """With the number of replies of each, counted from the end."""
    below: dict[int, int] = defaultdict(int)  # depth -> notes of that depth and all below them, under the same note
    places = []
    for note, depth in reversed(thread):
        replies = below.pop(depth + 1, 0)
        below[depth] += 1 + replies
        places.append(Place(note.id, depth, replies))
    return places[::-1]


def page(places: Sequence[Place], request: PageRequest) -> Found:
    """The part of a list that a request is for. A cursor names a note and its place, where it then was."""
    if request.before is not None or request.from_end:
        end = _gap(places, request.before).start if request.before is not None else len(places)
        end = max(0, end - request.skip)
        start = max(0, end - request.limit)
        more = start > 0
    else:
        start = (_gap(places, request.after).stop if request.after is not None else 0) + request.skip
        end = min(len(places), start + request.limit)
        more = end < len(places)
    cursors = tuple(keyset.as_json((index, places[index].id)) for index in range(start, end))
    return Found(places[start:end], cursors, more)


def _gap(places: Sequence[Place], cursor: str) -> range:
    """Where the note of a cursor stands now; of one that is gone nothing, where it stood."""
    try:
        index, note = msgspec.json.decode(cursor, type=tuple[int, int])
    except msgspec.DecodeError as error:
        raise Invalid("cursor", "is not one of this list") from error
    if index >= len(places) or places[index].id != note:
        gone = max(0, min(index, len(places)))
        index = next((now for now, place in enumerate(places) if place.id == note), -1)
        if index < 0:
            return range(gone, gone)
    return range(index, index + 1)
