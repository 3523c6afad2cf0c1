"""The board of project tasks, and when something last happened with a customer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL, statuses, tick
from tests.store.conftest import NOW, TODAY, AsUser, Clock

from crm_tui.domain.activities import ActivityChange, ActivityKind
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import Denied, Invalid
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.store.activities import BoardColumn, BoardFilter
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import Count
from crm_tui.store.port import Store

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class TestBoard:
    """Project tasks by task status."""

    def columns(self, store: Store, customer: Customer, today: dt.date = TODAY) -> dict[int, BoardColumn]:
        return {column.status: column for column in store.activities.board(customer.id, today)}

    def test_moving_a_card_ticks_it_and_ticking_moves_it(self, store: Store) -> None:
        case = given.project(store, given.customer(store))
        task = given.task(store, case)
        not_done, done = statuses(store)[False], statuses(store)[True][0]
        assert (task.task_status, task.is_done) == (not_done[0], False)

        moved = store.activities.update(task.id, 1, ActivityChange(task_status=done))
        assert (moved.is_done, moved.done_at) == (True, NOW)
        back = store.activities.update(task.id, 2, ActivityChange(task_status=not_done[-1]))
        assert (back.is_done, back.done_at) == (False, None)
        ticked = tick(store, back)
        assert ticked.task_status == done
        unticked = store.activities.update(task.id, ticked.revision, ActivityChange(is_done=False))
        assert unticked.task_status == not_done[0]
        with pytest.raises(Invalid):
            store.activities.update(task.id, unticked.revision, ActivityChange(task_status=not_done[-1], is_done=True))

    def test_columns_are_sorted_counted_and_know_the_late(self, store: Store) -> None:
        customer = given.customer(store)
        case = given.project(store, customer)
        for name, due in [("later", TODAY + DAY), ("late", TODAY - DAY), ("whenever", None)]:
            given.task(store, case, name, due=due, assignee=given.me(store))
        tick(store, given.task(store, case, "finished"))
        given.task(store, given.case(store, customer, "Only a sales case"), "not on the board")

        columns = self.columns(store, customer)

        first = columns[statuses(store)[False][0]]
        assert [card.name for card in first.tasks] == ["late", "later", "whenever"]
        assert (first.count, first.late, first.is_done) == (Count(3), Count(1), False)
        assert (first.tasks[0].case_number, first.tasks[0].assignee_name) == (case.number, "Aino Admin")
        (card,) = columns[statuses(store)[True][0]].tasks
        assert (card.name, card.is_done, card.done_on) == ("finished", True, TODAY)
        assert list(columns) == [status.id for status in store.registries.list(RegistryKind.TASK_STATUS)]

    def test_done_tasks_leave_after_thirty_days_but_count(self, store: Store) -> None:
        customer = given.customer(store)
        tick(store, given.task(store, given.project(store, customer)))
        done = statuses(store)[True][0]

        assert len(self.columns(store, customer, TODAY + 30 * DAY)[done].tasks) == 1
        left = self.columns(store, customer, TODAY + 31 * DAY)[done]
        assert (left.tasks, left.count) == ((), Count(1))

    def test_only_projects_that_the_actor_sees(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MEMBER)
        given.task(store, given.project(store, customer, "Hidden"), "hidden")
        given.task(store, given.project(store, customer, "Seen", members=(given.me(maija),)), "seen")

        columns = self.columns(maija, customer).values()

        assert [card.name for column in columns for card in column.tasks] == ["seen"]
        assert sum(column.count.number for column in columns) == 1

    def test_only_some_tasks(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        crane, hull = given.project(store, customer, "Crane"), given.project(store, customer, "Hull")
        me, maija = given.me(store), given.me(as_user("maija"))
        given.task(store, crane, "mine", assignee=me, due=TODAY + DAY)
        given.task(store, crane, "mine, late", assignee=me, due=TODAY - DAY)
        given.task(store, hull, "mine, late, of the hull", assignee=me, due=TODAY - DAY)
        given.task(store, hull, "nobody's")
        tick(store, given.task(store, hull, "hers, done", assignee=maija, due=TODAY - DAY))

        def names(**only: Any) -> list[str]:
            columns = store.activities.board(customer.id, TODAY, BoardFilter(**only))
            assert [column.count.number for column in columns] == [len(column.tasks) for column in columns]
            return [task.name for column in columns for task in column.tasks]

        assert len(names()) == 5
        assert names(assignee=me) == ["mine, late", "mine, late, of the hull", "mine"]
        assert names(assignee=maija) == ["hers, done"]
        assert names(unassigned=True) == ["nobody's"]
        assert names(late=True) == ["mine, late", "mine, late, of the hull"]
        assert names(case=crane.id) == ["mine, late", "mine"]
        assert names(case=crane.id, assignee=me, late=True) == ["mine, late"]
        assert names(case=crane.id, unassigned=True) == []

    def test_a_card_says_what_its_actor_may_do(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MEMBER)
        project = given.project(store, customer, members=(given.me(maija),))
        for name, fields in {"hers": {"assignee": given.me(maija)}, "others": {}}.items():
            given.task(store, project, name, **fields)

        def may(of: Store) -> dict[str, tuple[bool, bool]]:
            columns = self.columns(of, customer).values()
            return {task.name: (task.may_edit, task.may_delete) for column in columns for task in column.tasks}

        assert may(store) == {"hers": (True, True), "others": (True, True)}
        assert may(maija) == {"hers": (True, False), "others": (False, False)}
        for name, (edits, deletes) in may(maija).items():
            task = next(
                each for column in self.columns(maija, customer).values() for each in column.tasks if each.name == name
            )
            if not edits:
                with pytest.raises(Denied):
                    maija.activities.update(task.id, task.revision, ActivityChange(name="other"))
            if not deletes:
                with pytest.raises(Denied):
                    maija.activities.delete(task.id, task.revision)

    def test_a_disabled_status_stays_as_long_as_it_has_tasks(self, store: Store) -> None:
        customer = given.customer(store)
        task = given.task(store, given.project(store, customer))
        status = store.registries.get(task.task_status or 0)
        store.registries.update(status.id, status.revision, RegistryChange(is_active=False))

        assert not self.columns(store, customer)[status.id].is_active
        store.activities.delete(task.id, task.revision)
        assert status.id not in self.columns(store, customer)


class TestLastActivity:
    """The customers list says when something last happened."""

    def last(self, store: Store, customer: Customer) -> dt.datetime | None:
        rows = store.customers.page(CustomerQuery(), ALL).rows
        return next(row.last_activity for row in rows if row.id == customer.id)

    def test_ticks_notes_and_entries_that_are_over_count(self, store: Store, clock: Clock) -> None:
        customer = given.customer(store)
        assert self.last(store, customer) is None
        planned = given.todo(store, customer, due=TODAY - 9 * DAY)
        given.meeting(store, customer, NOW + HOUR)
        assert self.last(store, customer) is None

        given.meeting(store, customer, NOW - 3 * HOUR, ends_at=NOW - 2 * HOUR)
        assert self.last(store, customer) == NOW - 2 * HOUR
        given.note(store, customer)
        assert self.last(store, customer) == NOW
        clock.advance(minutes=5)
        done = tick(store, planned)
        assert self.last(store, customer) == clock.now
        store.activities.update(done.id, done.revision, ActivityChange(is_done=False))
        assert self.last(store, customer) == NOW

    def test_what_is_on_cases_or_private_does_not_count(self, store: Store, clock: Clock) -> None:
        """Both may be hidden from who reads the list."""
        customer = given.customer(store)
        project = given.project(store, customer)
        tick(store, given.task(store, project))
        tick(store, given.todo(store, None, case=project.id))
        given.note(store, customer, case=project.id)
        given.meeting(store, None, NOW - HOUR, case=project.id)
        for kind in (ActivityKind.PERSONAL, ActivityKind.ABSENCE):
            given.activity(store, customer, kind, "Dentist", starts_at=NOW - HOUR)
        assert self.last(store, customer) is None
        given.meeting(store, customer, NOW - 2 * HOUR)
        assert self.last(store, customer) == NOW - 2 * HOUR

    def test_what_is_deleted_no_longer_counts(self, store: Store) -> None:
        customer = given.customer(store)
        meeting = given.meeting(store, customer, NOW - HOUR)
        note = given.note(store, customer)
        store.notes.delete(note.id, note.revision)
        assert self.last(store, customer) == NOW - HOUR
        store.activities.delete(meeting.id, meeting.revision)
        assert self.last(store, customer) is None
