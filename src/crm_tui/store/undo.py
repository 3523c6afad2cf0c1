"""Undo and redo (rule 21): what the actor can take back, and the questions that arise when it changed since."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from crm_tui.domain.entities import Kind

#: how far undo and redo reach
UNDO_DAYS = 30


class UndoStep(Struct, frozen=True, kw_only=True):
    """A change of the actor's own that can be undone, or redone. ``change`` is its id, whatever became of it since;
    ``kind`` and ``entity`` say what it is mainly about, ``label`` what a person reads. ``customer`` is on whose card
    it stands, if that is still there. ``kept`` names, in the answer of undo and redo, what came after the change and
    stays: whatever was added to a customer since it took in another, say."""

    change: int
    at: datetime
    kind: Kind
    entity: int
    label: str
    customer: int | None
    customer_name: str
    is_undone: bool
    undone_at: datetime | None
    kept: tuple[str, ...] = ()


class FieldConflict(Struct, frozen=True, kw_only=True):
    """A field that changed since, as people read it: ``before`` is what the change had made it, ``theirs`` what is
    stored now, ``mine`` what undo or redo would make it. ``label`` names the entity, ``revision`` is its newest."""

    kind: Kind
    entity: int
    revision: int
    label: str
    field: str
    before: str
    theirs: str
    mine: str
    theirs_by: str
    theirs_at: datetime


class Settled(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a conflict: ``restore`` the field, or leave what is stored. It holds for the ``revision`` that
    was looked at; once somebody saves again, it counts as not given."""

    kind: Kind
    entity: int
    field: str
    revision: int
    restore: bool
