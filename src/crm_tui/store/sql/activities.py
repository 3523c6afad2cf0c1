"""Activities: the feed, the board, and writing them (rules 10 to 12).

Who may change and delete one, activity_access says. What is on a case that the actor does not see is not there for
them; private entries of others are one word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from msgspec.structs import asdict, replace

from crm_tui.domain.activities import (
    TICKED,
    Activity,
    ActivityChange,
    ActivityKind,
    NewActivity,
    check_activity,
)
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, Invalid, NotFound
from crm_tui.domain.permissions import Action
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.activities import (
    EVERY_TASK,
    AgendaRow,
    BoardColumn,
    BoardFilter,
    FeedCounts,
    FeedPart,
    FeedRow,
)
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import agenda, board, checks, defaults, feed, indexing, references
from crm_tui.store.sql.activity_access import masked, need_edit, standing
from crm_tui.store.sql.case_access import hides_case
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import ACTIVITY, changed_fields
from crm_tui.store.sql.write import Change, expect_revision, get


class SqlActivities(Facet):
    """The Activities facet."""

    def feed(
        self,
        customer: int,
        part: FeedPart,
        request: PageRequest,
        now: dt.datetime,
        today: dt.date,
        kinds: Collection[str] = (),
    ) -> Page[FeedRow]:
        """A page of the feed; ``today`` is not needed to order it."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.ACTIVITY)
            references.check_customer(con, customer)
            return feed.page(con, rights, customer, part, request, now, frozenset(kinds))

    def feed_counts(self, customer: int, now: dt.datetime, today: dt.date, kinds: Collection[str] = ()) -> FeedCounts:
        """How many are planned, past and late."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.ACTIVITY)
            references.check_customer(con, customer)
            return feed.counts(con, rights, customer, now, today, frozenset(kinds))

    def agenda(self, part: FeedPart, request: PageRequest, now: dt.datetime, today: dt.date) -> Page[AgendaRow]:
        """A page of what concerns the actor; ``today`` is not needed to order it."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.ACTIVITY)
            return agenda.page(con, rights, part, request, now)

    def agenda_counts(self, now: dt.datetime, today: dt.date) -> FeedCounts:
        """How many of the actor's are planned, past and late."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.ACTIVITY)
            return agenda.counts(con, rights, now, today)

    def board(self, customer: int, today: dt.date, only: BoardFilter = EVERY_TASK) -> tuple[BoardColumn, ...]:
        """The project tasks of the customer's projects by task status, or ``only`` some of them."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.ACTIVITY)
            references.check_customer(con, customer)
            return board.columns(con, rights, customer, today, only)

    def get(self, activity: int) -> Activity:
        """One activity; a private one of somebody else is one word."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.ACTIVITY)
            return masked(_seen(con, rights, activity), rights.user)

    def create(self, new: NewActivity) -> Activity:
        """Add an activity. The owner defaults to the actor, a to-do's due date to today (rule 12)."""
        with self._writing("create activity") as (change, rights):
            rights.need(Action.ADD, Kind.ACTIVITY)
            fields = asdict(new)
            if new.owner is None:
                fields["owner"] = rights.user
            if new.kind is ActivityKind.TODO and new.due is None and new.starts_on is None:
                fields["due"] = defaults.today(change.con, change.now)
            _in_step(change.con, new.kind, None, fields)
            fields["done_at"] = change.now if fields["is_done"] else None
            fields["customer"] = _customer(change.con, rights, fields["customer"], fields["case"])
            check_activity(NewActivity(**{name: fields[name] for name in new.__struct_fields__}))
            _check_references(change.con, fields, None)
            saved = change.insert(ACTIVITY, fields)
            _recount(change, saved)
            return masked(saved, rights.user)

    def update(self, activity: int, revision: int, change: ActivityChange) -> Activity:
        """Change an activity; its kind stays (rule 11)."""
        with self._writing("update activity") as (work, rights):
            rights.need(Action.EDIT, Kind.ACTIVITY)
            before = _seen(work.con, rights, activity)
            changes = changed_fields(change)
            need_edit(work.con, rights, before, changes)
            expect_revision(Kind.ACTIVITY, before, revision, change)
            _in_step(work.con, before.kind, before, changes)
            if changes.get("is_done", before.is_done) != before.is_done:
                changes["done_at"] = work.now if changes["is_done"] else None
            after = replace(before, **changes)
            if after.customer != before.customer or after.case != before.case:
                changes["customer"] = _customer(work.con, rights, after.customer, after.case)
            check_activity(after)
            _check_references(work.con, changes, before)
            saved = work.update(ACTIVITY, before, changes)
            _recount(work, before, saved)
            return masked(saved, rights.user)

    def delete(self, activity: int, revision: int) -> None:
        """Delete an activity."""
        with self._writing("delete activity") as (work, rights):
            rights.need(Action.DELETE, Kind.ACTIVITY)
            before = _seen(work.con, rights, activity)
            if not standing(work.con, rights, before).may_delete:
                raise Denied("delete somebody else's activity", "owner of the activity")
            expect_revision(Kind.ACTIVITY, before, revision, None)
            work.delete(ACTIVITY, before)
            _recount(work, before)


def _seen(con: Connection, rights: Rights, activity: int) -> Activity:
    found = get(con, ACTIVITY, activity)
    if hides_case(con, rights, found.case):
        raise NotFound(Kind.ACTIVITY.value, activity)
    return found


def _in_step(con: Connection, kind: ActivityKind, before: Activity | None, fields: dict[str, Any]) -> None:
    """Keep a task's status and its tick in step: whichever is set moves the other."""
    if kind not in TICKED and fields.get("is_done"):
        raise Invalid("is_done", "only to-dos and tasks are ticked; entries are over when their time has passed")
    if kind is not ActivityKind.TASK:
        return
    was_done = before.is_done if before else False
    is_done = fields.get("is_done", was_done)
    if fields.get("task_status") is not None:
        status = defaults.registry_value(con, fields["task_status"])
        if status is None:
            return  # the references are checked afterwards
        if is_done != was_done and is_done != status.is_done:
            raise Invalid("is_done", f"does not fit the task status “{status.name}”")
        fields["is_done"] = status.is_done
    elif before is None or "task_status" in fields or is_done != was_done:
        fitting = defaults.task_status(con, done=is_done)
        fields["task_status"] = fitting.id if fitting else None


def _customer(con: Connection, rights: Rights, customer: int | None, case: int | None) -> int | None:
    """The customer of an activity: that of its case, if it is on one."""
    if case is not None:
        return references.check_case(con, rights, case, customer)
    if customer is not None:
        references.check_customer(con, customer)
    return customer


def _check_references(con: Connection, fields: dict[str, Any], before: Activity | None) -> None:
    """Check what is written; what an activity had before stays allowed."""
    for field in ("owner", "assignee"):
        checks.user(con, field, fields.get(field), getattr(before, field, None))
    for field, kind in (("task_status", RegistryKind.TASK_STATUS), ("type", RegistryKind.ACTIVITY_TYPE)):
        checks.choice(con, field, kind, fields.get(field), getattr(before, field, None))
    users = before.user_participants if before else ()
    references.check_users(con, "user_participants", fields.get("user_participants", ()), users)
    contacts = before.contact_participants if before else ()
    references.check_contacts(con, "contact_participants", fields.get("contact_participants", ()), contacts)
    if "owner" in fields and fields["owner"] is None:
        raise Invalid("owner", "an activity needs an owner")


def _recount(change: Change, *versions: Activity) -> None:
    """What is on a case is no part of a customer's last activity."""
    for customer in {one.customer for one in versions if one.customer is not None and one.case is None}:
        indexing.recount_activity(change.con, customer, change.now)
