"""A line of the activity feed in words: when it is or was, what it is, and of which kind. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from crm_tui import when
from crm_tui.domain.activities import TICKED
from crm_tui.store.activities import FeedRow
from crm_tui.when import DateStyle


def planned(row: FeedRow, now: datetime, zone: tzinfo, style: DateStyle = "short") -> str:
    """When something planned is; empty without a date."""
    today = now.astimezone(zone).date()
    if row.at is not None:
        return when.starts(row.at, now, zone, style)
    if row.on is None:
        return ""
    if row.kind not in TICKED:
        return when.span(row.on, row.until or row.on, today, style)
    return when.due(row.on, today, style)


def past(row: FeedRow, now: datetime, zone: tzinfo, style: DateStyle = "short") -> str:
    """When something was; empty without a date."""
    if row.at is not None:
        return when.ago(row.at, now, zone, style)
    return when.day_ago(row.on, now.astimezone(zone).date(), style) if row.on else ""


def what(row: FeedRow) -> str:
    """Its name; of a private entry of somebody else its kind."""
    return row.kind.capitalize() if row.is_private else row.name


def kind(row: FeedRow) -> str:
    """``to-do``, ``meeting``, ``note`` or a finer word."""
    return (row.type_name or ("meeting" if row.kind == "calendar" else row.kind)).lower()
