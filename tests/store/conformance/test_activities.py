"""Activities: the feed, the board, rules 10 to 12, and customers' last activity."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL, statuses, tick
from tests.store.conftest import NOW, TODAY, AsUser, Clock, Value

from crm_tui.domain.activities import ActivityChange, ActivityKind, NewActivity
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, Denied, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.activities import FeedPart, FeedRow
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def feed(store: Store, customer: Customer, part: FeedPart, clock: Clock | None = None) -> tuple[FeedRow, ...]:
    return store.activities.feed(customer.id, part, ALL, clock.now if clock else NOW, TODAY).rows


def names(rows: tuple[FeedRow, ...]) -> list[str]:
    return [row.name for row in rows]


class TestFeed:
    """Rule 10."""

    def test_planned_is_what_is_not_done_soonest_first(self, store: Store) -> None:
        customer = given.customer(store)
        given.todo(store, customer, "someday", due=None, starts_on=dt.date(2027, 3, 1))
        given.todo(store, customer, "late", due=TODAY - DAY)
        given.meeting(store, customer, NOW + HOUR, "in an hour")
        given.meeting(store, customer, NOW - HOUR, "under way", ends_at=NOW + HOUR)
        given.meeting(store, customer, NOW - 2 * HOUR, "over", ends_at=NOW - HOUR)
        given.activity(
            store, customer, ActivityKind.CALENDAR, "fair", all_day=True, starts_on=TODAY - DAY, due=TODAY + DAY
        )
        given.todo(store, customer, "tomorrow", due=TODAY + DAY)

        rows = feed(store, customer, FeedPart.PLANNED)

        assert set(names(rows)[:2]) == {"late", "fair"}
        assert names(rows)[2:] == ["under way", "in an hour", "tomorrow", "someday"]
        assert not any(row.is_done for row in rows)

    def test_past_is_what_was_ticked_or_is_over_and_notes_newest_first(self, store: Store, clock: Clock) -> None:
        customer = given.customer(store)
        early = given.todo(store, customer, "ticked first")
        late = given.todo(store, customer, "ticked last", due=TODAY - 9 * DAY)
        given.meeting(store, customer, NOW - 2 * HOUR, "meeting that is over")
        given.activity(store, customer, ActivityKind.CALENDAR, "fair", all_day=True, starts_on=TODAY - DAY)
        tick(store, early)
        clock.advance(hours=1)
        given.note(store, customer, "a note")
        clock.advance(hours=1)
        tick(store, late)

        rows = feed(store, customer, FeedPart.PAST, clock)

        assert names(rows) == ["ticked last", "a note", "ticked first", "meeting that is over", "fair"]
        assert [row.entity for row in rows].count(Kind.NOTE) == 1
        assert all(row.is_done for row in rows)

    def test_rows_say_when_and_where(self, store: Store, value: Value) -> None:
        customer = given.customer(store)
        person = given.contact(store, customer)
        case = given.case(store, customer)
        meeting = given.meeting(
            store,
            customer,
            NOW + HOUR,
            case=case.id,
            contact_participants=(person.id,),
            type=value(RegistryKind.ACTIVITY_TYPE, "Demo"),
        )
        given.activity(
            store, customer, ActivityKind.CALENDAR, "fair", all_day=True, starts_on=TODAY + DAY, due=TODAY + 3 * DAY
        )
        given.todo(store, customer, "call", due=TODAY + 2 * DAY)

        first, fair, call = feed(store, customer, FeedPart.PLANNED)

        assert (first.id, first.kind, first.type_name, first.at, first.on) == (
            meeting.id, "calendar", "Demo", NOW + HOUR, None
        )  # fmt: skip
        assert (first.case, first.case_number, first.contact) == (case.id, case.number, person.id)
        assert first.owner_name == "Aino Admin"
        assert (fair.at, fair.on, fair.until) == (None, TODAY + DAY, TODAY + 3 * DAY)
        assert (call.kind, call.at, call.on, call.until) == ("to-do", None, TODAY + 2 * DAY, None)

    def test_pages_meet_without_gap_or_repeat_in_both_directions(self, store: Store) -> None:
        customer = given.customer(store)
        for number in range(7):
            given.note(store, customer, f"note {number}")
            tick(store, given.todo(store, customer, f"todo {number}"))
            given.meeting(store, customer, NOW - number * HOUR, f"meeting {number}")
        everything = feed(store, customer, FeedPart.PAST)
        assert len(everything) == 21

        forth: list[FeedRow] = []
        request = PageRequest(limit=4)
        while True:
            page = store.activities.feed(customer.id, FeedPart.PAST, request, NOW, TODAY)
            forth += page.rows
            if not page.more:
                break
            request = PageRequest(limit=4, after=page.cursors[-1])
        back: list[FeedRow] = []
        request = PageRequest(limit=4, from_end=True)
        while True:
            page = store.activities.feed(customer.id, FeedPart.PAST, request, NOW, TODAY)
            back = [*page.rows, *back]
            if not page.more:
                break
            request = PageRequest(limit=4, before=page.cursors[0])

        assert tuple(forth) == tuple(back) == everything

    def test_counts_agree_with_the_lists_and_find_the_late(self, store: Store) -> None:
        customer = given.customer(store)
        given.todo(store, customer, "late", due=TODAY - DAY)
        given.todo(store, customer, "today", due=TODAY)
        given.meeting(store, customer, NOW + HOUR)
        given.meeting(store, customer, NOW - HOUR)
        given.note(store, customer)

        counts = store.activities.feed_counts(customer.id, NOW, TODAY)

        assert (counts.planned, counts.past, counts.late) == (Count(3), Count(2), Count(1))
        assert (counts.planned.number, counts.past.number) == tuple(
            len(feed(store, customer, part)) for part in (FeedPart.PLANNED, FeedPart.PAST)
        )

    def test_activities_on_cases_that_the_actor_does_not_see_are_left_out(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        reader = as_user("rita", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER)
        hidden = given.case(store, customer, "Hidden")
        seen = given.case(store, customer, "Seen", members=(given.me(reader),))
        for case in (hidden, seen):
            given.todo(store, customer, f"todo on {case.name}", case=case.id)
            given.note(store, customer, f"note on {case.name}", case=case.id)
        secret = given.todo(store, customer, "secret", case=hidden.id)

        assert names(feed(reader, customer, FeedPart.PLANNED)) == ["todo on Seen"]
        assert names(feed(reader, customer, FeedPart.PAST)) == ["note on Seen"]
        assert reader.activities.feed_counts(customer.id, NOW, TODAY).planned == Count(1)
        with pytest.raises(NotFound):
            reader.activities.get(secret.id)

    def test_an_unknown_customer_has_no_feed(self, store: Store) -> None:
        with pytest.raises(NotFound):
            store.activities.feed(4711, FeedPart.PAST, ALL, NOW, TODAY)


class TestPrivateEntries:
    """Rule 11: others see one word."""

    @pytest.mark.parametrize("kind", [ActivityKind.PERSONAL, ActivityKind.ABSENCE])
    def test_others_see_one_word(self, store: Store, as_user: AsUser, kind: ActivityKind) -> None:
        customer = given.customer(store)
        other = as_user("olli", admin=True)
        friend = as_user("frida")
        secret = given.activity(
            store, customer, kind, "Dentist", starts_at=NOW + HOUR, location="Töölö", notes="ouch",
            user_participants=(given.me(friend),),
        )  # fmt: skip

        (row,) = feed(other, customer, FeedPart.PLANNED)
        seen = other.activities.get(secret.id)

        assert (row.name, row.is_private, row.owner_name, row.type_name) == (kind.value, True, None, None)
        assert (seen.name, seen.is_private, seen.location, seen.notes, seen.owner, seen.created_by) == (
            kind.value, True, None, None, None, None
        )  # fmt: skip
        for store_of_insider in (store, friend):
            assert feed(store_of_insider, customer, FeedPart.PLANNED)[0].name == "Dentist"
            assert store_of_insider.activities.get(secret.id).notes == "ouch"
        for attempt in (
            lambda: other.activities.update(secret.id, secret.revision, ActivityChange(name="x")),
            lambda: other.activities.delete(secret.id, secret.revision),
        ):
            with pytest.raises(Denied):
                attempt()
        assert store.activities.get(secret.id) == secret


class TestWhoMayWrite:
    """Rules 11 and 15."""

    def test_readers_may_add_and_own(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        reader = as_user("rita", customers=CustomerLevel.READ, projects=ProjectLevel.NONE)

        made = given.todo(reader, customer)

        assert made.owner == given.me(reader)
        assert tick(reader, made).is_done

    def test_a_participant_edits_and_removes_only_themselves(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        person = given.contact(store, customer)
        pia, olli = as_user("pia"), as_user("olli")
        meeting = given.meeting(
            store,
            customer,
            NOW + HOUR,
            user_participants=(given.me(pia), given.me(olli)),
            contact_participants=(person.id,),
        )

        changed = pia.activities.update(meeting.id, 1, ActivityChange(location="Room 2"))

        assert changed.location == "Room 2"
        for change in (
            ActivityChange(user_participants=(given.me(pia),)),
            ActivityChange(contact_participants=()),
            ActivityChange(owner=given.me(pia)),
        ):
            with pytest.raises(Denied):
                pia.activities.update(meeting.id, 2, change)
        with pytest.raises(Denied):
            pia.activities.delete(meeting.id, 2)
        left = pia.activities.update(meeting.id, 2, ActivityChange(user_participants=(given.me(olli),)))
        assert left.user_participants == (given.me(olli),)
        with pytest.raises(Denied, match="owner or participant"):
            pia.activities.update(meeting.id, 3, ActivityChange(location="Room 3"))

    def test_somebody_else_may_neither_edit_nor_delete(self, store: Store, as_user: AsUser) -> None:
        meeting = given.meeting(store, given.customer(store), NOW + HOUR)
        olli = as_user("olli")
        with pytest.raises(Denied):
            olli.activities.update(meeting.id, 1, ActivityChange(name="Mine"))
        with pytest.raises(Denied):
            olli.activities.delete(meeting.id, 1)
        assert store.activities.get(meeting.id) == meeting

    def test_project_tasks_are_moved_by_who_runs_the_project(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        olli = as_user("olli", projects=ProjectLevel.MEMBER)
        case = given.project(store, customer, owner=given.me(maija), members=(given.me(olli),))
        task = given.task(store, case)

        with pytest.raises(Denied):
            tick(olli, task)
        assert tick(maija, task).is_done

    def test_the_own_activity_without_a_customer_needs_none(self, store: Store) -> None:
        assert given.todo(store, None).customer is None


class TestTodos:
    """Rule 12."""

    def test_a_todo_needs_only_a_name_and_is_due_today(self, store: Store, clock: Clock) -> None:
        clock.now = dt.datetime(2026, 11, 18, 23, 30, tzinfo=dt.UTC)  # tomorrow in Helsinki

        made = store.activities.create(NewActivity(kind=ActivityKind.TODO, name="Call"))

        assert made.due == dt.date(2026, 11, 19)
        assert made.owner == given.me(store)
        with pytest.raises(Invalid):
            store.activities.create(NewActivity(kind=ActivityKind.TODO, name=" "))

    def test_ticking_says_when_and_can_be_taken_back(self, store: Store, clock: Clock) -> None:
        customer = given.customer(store)
        made = given.todo(store, customer)
        clock.advance(hours=3)

        done = tick(store, made)
        assert (done.is_done, done.done_at) == (True, clock.now)
        again = store.activities.update(done.id, done.revision, ActivityChange(name="Call again"))
        assert again.done_at == done.done_at

        undone = store.activities.update(done.id, again.revision, ActivityChange(is_done=False))
        assert (undone.is_done, undone.done_at) == (False, None)

    def test_only_todos_and_tasks_are_ticked(self, store: Store) -> None:
        meeting = given.meeting(store, given.customer(store), NOW)
        with pytest.raises(Invalid):
            tick(store, meeting)

    def test_a_stale_revision_is_refused(self, store: Store) -> None:
        made = given.todo(store, given.customer(store))
        theirs = tick(store, made)
        with pytest.raises(Conflict) as refused:
            store.activities.update(made.id, made.revision, ActivityChange(name="x"))
        assert refused.value.theirs == theirs
        with pytest.raises(Conflict):
            store.activities.delete(made.id, made.revision)


class TestReferences:
    """What an activity points to is there and fits."""

    def test_it_is_on_the_customer_of_its_case(self, store: Store) -> None:
        customer, other = given.customer(store), given.customer(store, "Other Oy")
        case = given.case(store, customer)

        assert given.todo(store, None, case=case.id).customer == customer.id
        with pytest.raises(Invalid) as refused:
            given.todo(store, other, case=case.id)
        assert refused.value.field == "case"

    def test_it_moves_to_another_customer(self, store: Store) -> None:
        customer, other = given.customer(store), given.customer(store, "Other Oy")
        case = given.case(store, customer)
        made = given.todo(store, customer, case=case.id)

        with pytest.raises(Invalid):
            store.activities.update(made.id, 1, ActivityChange(customer=other.id))
        moved = store.activities.update(made.id, 1, ActivityChange(customer=other.id, case=None))

        assert (moved.customer, moved.case) == (other.id, None)
        assert names(feed(store, other, FeedPart.PLANNED)) == [made.name]
        assert feed(store, customer, FeedPart.PLANNED) == ()

    def test_participants_must_be_there(self, store: Store) -> None:
        customer = given.customer(store)
        for fields in ({"user_participants": (999,)}, {"contact_participants": (999,)}, {"owner": 999}):
            with pytest.raises(Invalid):
                given.todo(store, customer, **fields)
        assert feed(store, customer, FeedPart.PLANNED) == ()

    def test_a_task_needs_a_project_and_only_a_task_has_a_status(self, store: Store) -> None:
        with pytest.raises(Invalid):
            store.activities.create(NewActivity(kind=ActivityKind.TASK, name="x"))
        with pytest.raises(Invalid):
            given.todo(store, given.customer(store), task_status=statuses(store)[False][0])
