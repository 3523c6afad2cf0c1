"""Activities (calendar entries, to-dos, project tasks, personal entries, absences) and notes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.customers import require
from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text


class ActivityKind(StrEnum):
    """What an activity is; it never changes once saved (rule 11)."""

    CALENDAR = "calendar"
    TODO = "to-do"
    TASK = "task"
    PERSONAL = "personal"
    ABSENCE = "absence"


#: kinds that are finished by ticking them; the others are over when their time has passed
TICKED = (ActivityKind.TODO, ActivityKind.TASK)
#: kinds that others see as one word only (rule 11)
PRIVATE = (ActivityKind.PERSONAL, ActivityKind.ABSENCE)


class ActivityFields(Struct, frozen=True, kw_only=True):
    """Timed entries have ``starts_at``/``ends_at`` (UTC); all-day ones ``starts_on``/``due``; to-dos ``due``.

    ``assignee`` and ``task_status`` (a registry id) belong to project tasks, which need a ``case``.
    """

    kind: ActivityKind
    name: str
    customer: int | None = None
    case: int | None = None
    owner: int | None = None
    assignee: int | None = None
    user_participants: tuple[int, ...] = ()
    contact_participants: tuple[int, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    starts_on: date | None = None
    due: date | None = None
    all_day: bool = False
    is_done: bool = False
    location: str | None = None
    notes: str | None = None
    task_status: int | None = None
    type: int | None = None


class NewActivity(ActivityFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An activity to be created; the owner defaults to the actor, a to-do's due date to today."""


class Activity(ActivityFields, Imported, frozen=True, kw_only=True):
    """A stored activity; ``done_at`` is when it was ticked. Private ones of others (``is_private``) come with
    their kind as the name and nothing else."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    done_at: datetime | None = None
    is_private: bool = False


class ActivityChange(Change, frozen=True, kw_only=True):
    """Changed fields of an activity; its kind can't be changed."""

    name: str | UnsetType = UNSET
    customer: int | None | UnsetType = UNSET
    case: int | None | UnsetType = UNSET
    owner: int | UnsetType = UNSET
    assignee: int | None | UnsetType = UNSET
    user_participants: tuple[int, ...] | UnsetType = UNSET
    contact_participants: tuple[int, ...] | UnsetType = UNSET
    starts_at: datetime | None | UnsetType = UNSET
    ends_at: datetime | None | UnsetType = UNSET
    starts_on: date | None | UnsetType = UNSET
    due: date | None | UnsetType = UNSET
    all_day: bool | UnsetType = UNSET
    is_done: bool | UnsetType = UNSET
    location: str | None | UnsetType = UNSET
    notes: str | None | UnsetType = UNSET
    task_status: int | None | UnsetType = UNSET
    type: int | None | UnsetType = UNSET


class NoteFields(Struct, frozen=True, kw_only=True):
    """Free text on a customer, or on one of its cases; ``parent`` is the note it replies to."""

    customer: int
    text: str
    case: int | None = None
    pinned: bool = False
    parent: int | None = None


class NewNote(NoteFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note to be created; its author is the actor."""


class Note(NoteFields, Imported, frozen=True, kw_only=True):
    """A stored note."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    author: int | None


class NoteChange(Change, frozen=True, kw_only=True):
    """Changed fields of a note."""

    text: str | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET


def check_activity(activity: ActivityFields) -> None:
    """Raise Invalid for an activity whose fields don't fit its kind, or whose end is before its start."""
    require(activity.name, "name")
    for field in ("location", "notes"):
        value = getattr(activity, field)
        if value is not None:
            check_text(field, value)
    if activity.kind is ActivityKind.TASK:
        if activity.case is None:
            raise Invalid("case", "a project task belongs to a project")
    elif activity.assignee is not None or activity.task_status is not None:
        raise Invalid("assignee", "only a project task has an assignee and a task status")
    _check_times(activity)


def _check_times(activity: ActivityFields) -> None:
    if activity.kind in TICKED:
        return
    if activity.all_day:
        if activity.starts_on is None:
            raise Invalid("starts_on", "an all-day entry needs a date")
        if activity.due is not None and activity.due < activity.starts_on:
            raise Invalid("due", "must not be before the start")
        return
    if activity.starts_at is None:
        raise Invalid("starts_at", "a calendar entry needs a start")
    if activity.ends_at is not None and activity.ends_at < activity.starts_at:
        raise Invalid("ends_at", "must not be before the start")


def check_note(note: NoteFields) -> None:
    """Raise Invalid for a note without text."""
    require(note.text, "text")
