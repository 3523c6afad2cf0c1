"""Activities and notes: the feed of a customer, the task board, and writing them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from crm_tui.domain.activities import Activity, ActivityChange, NewActivity, NewNote, Note, NoteChange
from crm_tui.domain.entities import Kind
from crm_tui.store.paging import Count, Page, PageRequest


class FeedPart(StrEnum):
    """Planned: what is not done, soonest first. Past: what is done or over, and notes, newest first."""

    PLANNED = "planned"
    PAST = "past"


class FeedRow(Struct, frozen=True, kw_only=True):
    """A line of the feed. ``kind`` is a note's ``note`` or the activity kind, ``type_name`` its finer word.

    ``at`` is the instant of timed entries and notes, and of the tick of what was ticked; ``on`` is the plain
    date of to-dos, tasks and all-day entries (``until`` the end of the latter). A private entry of somebody
    else has its kind as ``name`` and ``is_private`` set. The owner of a note is its author.

    ``may_edit`` and ``may_delete`` say what the store would let the actor do (rule 11); who ``takes_part``, as one of
    the participants, may remove themselves. ``owner_is_gone``: the owner of an activity is not active any more.
    """

    entity: Kind
    id: int
    kind: str
    type_name: str | None
    name: str
    at: datetime | None
    on: date | None
    until: date | None
    is_done: bool
    is_private: bool
    owner_name: str | None
    case: int | None
    case_number: int | None
    contact: int | None
    owner_is_gone: bool
    takes_part: bool
    may_edit: bool
    may_delete: bool


class FeedCounts(Struct, frozen=True, kw_only=True):
    """How many lines the feed has, capped; ``late`` ones are planned with a due date before today."""

    planned: Count
    past: Count
    late: Count


class AgendaRow(Struct, frozen=True, kw_only=True):
    """An activity of the actor's own, with the customer and the case that it is about, if any."""

    row: FeedRow
    customer: int | None
    customer_name: str | None
    case_name: str | None


class TaskCard(Struct, frozen=True, kw_only=True):
    """A project task on the board. ``may_edit`` and ``may_delete`` say what the store would let the actor do."""

    id: int
    revision: int
    name: str
    case: int
    case_number: int
    case_name: str
    due: date | None
    assignee: int | None
    assignee_name: str | None
    owner_name: str | None
    owner_is_gone: bool
    is_done: bool
    done_on: date | None
    may_edit: bool
    may_delete: bool


class BoardFilter(Struct, frozen=True, kw_only=True):
    """Which tasks are on the board; all that is set must fit. ``unassigned``: those of nobody; ``late``: not done,
    and due before today."""

    case: int | None = None
    assignee: int | None = None
    unassigned: bool = False
    late: bool = False


EVERY_TASK = BoardFilter()


#: done tasks are on the board for so many days
DONE_DAYS = 30
#: a column of the board shows so many tasks at most
MOST_TASKS = 200


class BoardColumn(Struct, frozen=True, kw_only=True):
    """A task status with its tasks, soonest due first; of done ones the last DONE_DAYS, newest first.

    ``count`` is of all of them, ``tasks`` at most the first MOST_TASKS. A disabled status takes no more tasks."""

    status: int
    name: str
    is_active: bool
    is_done: bool
    tasks: tuple[TaskCard, ...]
    count: Count
    late: Count


class NoteRow(Struct, frozen=True, kw_only=True):
    """A collaboration note with the case it is on. In a list of threads it stands ``depth`` levels below the first
    note of its thread, and so many ``replies`` of all levels below it. ``may_change``: also delete and pin it."""

    note: Note
    author_name: str | None
    case_number: int | None
    case_name: str | None
    may_change: bool
    depth: int = 0
    replies: int = 0


class Activities(Protocol):
    """Only what belongs to customers and cases that the actor may see."""

    def feed(
        self,
        customer: int,
        part: FeedPart,
        request: PageRequest,
        now: datetime,
        today: date,
        kinds: Collection[str] = (),
    ) -> Page[FeedRow]:
        """A page of the feed; of these ``kinds`` alone (values of ActivityKind, and "note"), if any are named."""
        ...

    def feed_counts(self, customer: int, now: datetime, today: date, kinds: Collection[str] = ()) -> FeedCounts: ...
    def agenda(self, part: FeedPart, request: PageRequest, now: datetime, today: date) -> Page[AgendaRow]:
        """What concerns the actor, over all customers and without one: what they own (of project tasks: what they
        are assigned, or own while nobody is), and entries in which they take part. In the order of the feed; private
        entries are theirs and shown whole, what is on a case that they do not see is left out. Denied without
        customers: read, as all activities are, those without a customer too: nobody could open or tick them."""
        ...

    def agenda_counts(self, now: datetime, today: date) -> FeedCounts: ...
    def board(self, customer: int, today: date, only: BoardFilter = EVERY_TASK) -> tuple[BoardColumn, ...]: ...
    def get(self, activity: int) -> Activity: ...
    def create(self, new: NewActivity) -> Activity: ...
    def update(self, activity: int, revision: int, change: ActivityChange) -> Activity: ...
    def delete(self, activity: int, revision: int) -> None: ...


class Notes(Protocol):
    """Notes of customers and of cases."""

    def of_projects(self, customer: int, request: PageRequest) -> Page[NoteRow]:
        """Collaboration notes of the customer's projects in threads, each note followed by its replies, oldest first.
        Threads with a pinned note stand first, then those with the newest note."""
        ...

    def count_of_projects(self, customer: int, *, exact: bool = False) -> Count: ...
    def get(self, note: int) -> Note: ...
    def create(self, new: NewNote) -> Note: ...
    def update(self, note: int, revision: int, change: NoteChange) -> Note: ...
    def delete(self, note: int, revision: int) -> None: ...
