"""Collaboration notes in threads: each note is followed by its replies, oldest first.

What a thread's place is decided by (whether one of its notes is pinned, when the newest was written) changes with
every reply, so it is not stored. A page goes along the notes as they were written instead, from the end that it
starts at, and reads the threads that it meets: a thread stands where its newest note does. So a page of 100,000 notes
costs no more than one of a hundred. Threads with a pinned note, which come first, are few, and read whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

import msgspec

from crm_tui.domain.errors import Invalid
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.rights import Rights, case_seen

#: so many notes are gone along at a time
_STRETCH = 200


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


class _Thread(NamedTuple):
    """A thread; ``key`` sorts it: whether it is pinned, and when its newest note was written, and which that is."""

    key: tuple[int, str, int]
    places: list[Place]


class _Anchor(NamedTuple):
    """What a cursor names: a note by its thread, its place there, and itself."""

    key: tuple[int, str, int]
    place: int
    note: int


def rows_of_projects(rights: Rights) -> str:
    """The notes of the projects of :customer, for what follows FROM."""
    return f"note n WHERE n.customer_id = :customer AND n.case_id IS NOT NULL AND +n.case_id IN ({_projects(rights)})"


def _projects(rights: Rights) -> str:
    return (
        f"SELECT c.id FROM crm_case c WHERE c.customer_id = :customer AND c.sales_state = 'won' AND {case_seen(rights)}"
    )


def page(con: Connection, rights: Rights, customer: int, request: PageRequest) -> Found:
    """A page of the notes of a customer's projects: threads with a pinned note first, then those with the newest.

    A cursor names where its note stood: what has moved since is met where it stands now. Raises Invalid for a foreign
    cursor."""
    backward = request.before is not None or request.from_end
    cursor = request.before if backward else request.after
    anchor = _anchor(cursor) if cursor is not None else None
    found = _Threads(con, rights, customer).beyond(anchor, backward=backward)
    rows = list(islice(found, request.skip, request.skip + request.limit + 1))
    more = len(rows) > request.limit
    rows = rows[: request.limit]
    if backward:
        rows.reverse()
    cursors = tuple(keyset.as_json((*thread.key, index, thread.places[index].id)) for thread, index in rows)
    return Found([thread.places[index] for thread, index in rows], cursors, more)


class _Threads:
    """The threads of a customer's projects, read as far as they are asked for."""

    def __init__(self, con: Connection, rights: Rights, customer: int) -> None:
        self._con = con
        bound = rights.parameters | {"customer": customer}
        self._projects = frozenset(case for (case,) in con.execute(_projects(rights), bound))
        self._bound = {"customer": customer, "projects": keyset.as_json(sorted(self._projects))}
        self._by_note: dict[int, _Thread] = {}

    def beyond(self, anchor: _Anchor | None, *, backward: bool) -> Iterator[tuple[_Thread, int]]:
        """The places behind an anchor, or before it and from there upwards: a thread, and which of its notes."""
        for thread in self._in_order(anchor.key if anchor else None, backward=backward):
            places = range(len(thread.places))
            if anchor is not None and thread.key == anchor.key:
                places = _rest(thread, anchor, backward=backward)
            for index in reversed(places) if backward else places:
                yield thread, index

    def _in_order(self, start: tuple[int, str, int] | None, *, backward: bool) -> Iterator[_Thread]:
        """From the thread with this key on, or from the first or last one."""
        if backward:
            if start is None or not start[0]:
                yield from self._along(start, backward=True)
            pinned = sorted(self._pinned())
            yield from (thread for thread in pinned if start is None or not start[0] or thread.key >= start)
            return
        if start is None or start[0]:
            pinned = sorted(self._pinned(), reverse=True)
            yield from (thread for thread in pinned if start is None or thread.key <= start)
            start = None
        yield from self._along(start, backward=False)

    def _pinned(self) -> list[_Thread]:
        rows = self._con.execute(f"SELECT n.id FROM {self._notes(1)}", self._bound)
        notes = [note for (note,) in rows]
        self._read(notes)
        return list({self._by_note[note].key: self._by_note[note] for note in notes}.values())

    def _along(self, start: tuple[int, str, int] | None, *, backward: bool) -> Iterator[_Thread]:
        """Threads without a pinned note: along the notes, each thread at its newest one."""
        source = Source(self._notes(0), ("n.created_at",), "n.id")
        cursor = None
        if start is not None:
            yield from self._standing_at(start[2])
            cursor = keyset.as_json((start[1], source.mark, start[2]))
        while True:
            request = _stretch(cursor, backward=backward)
            found = keyset.find(self._con, [source], self._bound, request, descending=True)
            keys = found.keys[::-1] if backward else found.keys
            self._read([key[-1] for key in keys])
            for *_, note in keys:
                yield from self._standing_at(note)
            if not found.more:
                return
            cursor = keyset.as_json(keys[-1])

    def _standing_at(self, note: int) -> Iterator[_Thread]:
        """The thread that has this as its newest note, if it is one without a pinned note."""
        self._read([note])
        thread = self._by_note.get(note)
        if thread is not None and thread.key[0] == 0 and thread.key[2] == note:
            yield thread

    def _notes(self, pinned: int) -> str:
        return (
            f"note n WHERE n.customer_id = :customer AND n.pinned = {pinned} AND n.case_id IS NOT NULL"
            " AND n.case_id IN (SELECT value FROM json_each(:projects))"
        )

    def _read(self, notes: Iterable[int]) -> None:
        """Read the threads of these notes, as far as they are not known yet."""
        unknown = [note for note in notes if note not in self._by_note]
        if not unknown:
            return
        firsts = self._firsts(unknown)
        below = self._con.execute(
            "WITH RECURSIVE t (id, parent_id, pinned, created_at, case_id, customer_id) AS ("
            " SELECT n.id, n.parent_id, n.pinned, n.created_at, n.case_id, n.customer_id FROM note n"
            " WHERE n.id IN (SELECT value FROM json_each(:firsts))"
            " UNION SELECT n.id, n.parent_id, n.pinned, n.created_at, n.case_id, n.customer_id"
            " FROM t CROSS JOIN note n ON n.parent_id = t.id)"
            " SELECT id, parent_id, pinned, created_at, case_id FROM t WHERE customer_id = :customer",
            self._bound | {"firsts": keyset.as_json(firsts)},
        )
        for thread in arrange([_Written(*row) for *row, case in below if case in self._projects]):
            self._by_note.update((place.id, thread) for place in thread.places)

    def _firsts(self, notes: Sequence[int]) -> list[int]:
        """What these notes answer in the end; of what the actor does not see, or is gone, nothing is an answer."""
        above = self._con.execute(
            "WITH RECURSIVE t (id, parent_id, case_id, customer_id) AS ("
            " SELECT n.id, n.parent_id, n.case_id, n.customer_id FROM note n"
            " WHERE n.id IN (SELECT value FROM json_each(:notes))"
            " UNION SELECT n.id, n.parent_id, n.case_id, n.customer_id FROM t CROSS JOIN note n ON n.id = t.parent_id)"
            " SELECT id, parent_id, case_id FROM t WHERE customer_id = :customer",
            self._bound | {"notes": keyset.as_json(notes)},
        )
        parents = {note: parent for note, parent, case in above if case in self._projects}
        return [note for note, parent in parents.items() if parent not in parents]


def _stretch(cursor: str | None, *, backward: bool) -> PageRequest:
    if backward:
        return PageRequest(limit=_STRETCH, before=cursor, from_end=cursor is None)
    return PageRequest(limit=_STRETCH, after=cursor)


def arrange(notes: Sequence[_Written]) -> list[_Thread]:
    """The threads of these notes, in no order; a note whose parent is not among them begins one."""
    known = {note.id for note in notes}
    answers: dict[int | None, list[_Written]] = defaultdict(list)
    for note in sorted(notes, key=attrgetter("at", "id"), reverse=True):
        answers[note.parent if note.parent in known else None].append(note)
    found = []
    for first in answers[None]:
        thread = _below(first, answers)
        pinned = max(note.pinned for note, _ in thread)
        found.append(_Thread((pinned, *max((note.at, note.id) for note, _ in thread)), _places(thread)))
    return found


def _below(first: _Written, answers: dict[int | None, list[_Written]]) -> list[tuple[_Written, int]]:
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


def _rest(thread: _Thread, anchor: _Anchor, *, backward: bool) -> range:
    """What of a thread is behind its anchor, or before it; of one that is gone, where it stood."""
    index = next((now for now, place in enumerate(thread.places) if place.id == anchor.note), None)
    if backward:
        return range(min(anchor.place if index is None else index, len(thread.places)))
    return range(anchor.place if index is None else index + 1, len(thread.places))


def _anchor(cursor: str) -> _Anchor:
    try:
        pinned, at, newest, index, note = msgspec.json.decode(cursor, type=tuple[int, str, int, int, int])
    except msgspec.DecodeError as error:
        raise Invalid("cursor", "is not one of this list") from error
    return _Anchor((pinned, at, newest), index, note)
