"""The change log, import runs and search hits as the store reports them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from crm_tui.domain.entities import Kind


class ChangeLine(Struct, frozen=True, kw_only=True):
    """One changed field: who, when, what. ``field`` is empty for creating and deleting; values are JSON text
    as stored, ``old_label``/``new_label`` what a person reads; ``source`` where it is from if it was not typed:
    a business register."""

    change: int
    at: datetime
    actor: int | None
    actor_name: str
    kind: Kind
    entity: int
    entity_label: str
    field: str
    old: str | None
    new: str | None
    old_label: str
    new_label: str
    source: str = ""


class ImportState(StrEnum):
    """How an import run ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "taken back"
    UNDONE = "undone"


class ImportRun(Struct, frozen=True, kw_only=True):
    """One run of ``crm-tui import``."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    actor: int | None
    actor_name: str
    source: str
    state: ImportState
    created: int
    updated: int
    unchanged: int
    refused: int
