"""What concerns a user over all customers: whose an activity is, in the order of the feed, for whom."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, AsUser

from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.activities import FeedPart
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PLANNED, PAST = FeedPart.PLANNED, FeedPart.PAST


class Office(NamedTuple):
    """A store with its administrator's activities, and vera, who is a member of one of two projects."""

    store: Store
    vera: Store
    vera_id: int


@pytest.fixture
def office(store: Store, as_user: AsUser) -> Office:
    vera = as_user("vera", projects=ProjectLevel.MEMBER)
    return Office(store, vera, given.me(vera))


def names(store: Store, part: FeedPart) -> list[str]:
    """In list order; whatever is listed is also counted."""
    rows = store.activities.agenda(part, ALL, NOW, TODAY).rows
    counts = store.activities.agenda_counts(NOW, TODAY)
    assert (counts.planned if part is PLANNED else counts.past) == Count(len(rows))
    return [row.row.name for row in rows]


def test_planned_ones_come_soonest_first_and_past_ones_newest_first_as_in_the_feed(store: Store) -> None:
    acme = given.customer(store)
    given.todo(store, acme, "next week", due=TODAY + 7 * DAY)
    given.todo(store, None, "late", due=TODAY - DAY)
    given.meeting(store, acme, NOW + HOUR, "to come")
    given.meeting(store, None, NOW - HOUR, "under way", ends_at=NOW + HOUR)
    given.meeting(store, acme, NOW - 3 * HOUR, "over", ends_at=NOW - HOUR)
    given.activity(store, None, ActivityKind.ABSENCE, "holiday", all_day=True, starts_on=TODAY + 2 * DAY)
    given.task(store, given.project(store, acme), "without a date")
    given.tick(store, given.todo(store, acme, "ticked"))

    assert names(store, PLANNED) == ["late", "under way", "to come", "holiday", "next week", "without a date"]
    assert names(store, PAST) == ["ticked", "over"]
    assert store.activities.agenda_counts(NOW, TODAY).late == Count(1)


def test_what_is_ticked_stands_where_it_is_due_whenever_it_begins(store: Store) -> None:
    acme = given.customer(store)
    project = given.project(store, acme)
    given.todo(store, acme, "long to-do", starts_on=TODAY - DAY, due=TODAY + 90 * DAY)
    given.task(store, project, "long task", starts_on=TODAY - 2 * DAY, due=TODAY + 80 * DAY)
    given.task(store, project, "only begins", starts_on=TODAY + 2 * DAY)
    given.todo(store, acme, "urgent", due=TODAY + DAY)

    expected = ["urgent", "only begins", "long task", "long to-do"]
    assert names(store, PLANNED) == expected
    assert [row.name for row in store.activities.feed(acme.id, PLANNED, ALL, NOW, TODAY).rows] == expected
    task = store.cases.details(project.id, TODAY).next_activities[0]
    assert task.name == "only begins"


def test_a_row_says_what_the_feed_says_and_whom_it_is_about(store: Store) -> None:
    acme = given.customer(store)
    project = given.project(store, acme)
    person = given.contact(store, acme)
    task = given.task(store, project, due=TODAY, contact_participants=(person.id,))
    alone = given.todo(store, None, "Tidy up", due=TODAY + DAY)

    first, second = store.activities.agenda(PLANNED, ALL, NOW, TODAY).rows
    assert (first.customer, first.customer_name, first.case_name) == (acme.id, acme.name, project.name)
    assert first.row == store.activities.feed(acme.id, PLANNED, ALL, NOW, TODAY).rows[0]
    assert (first.row.id, first.row.contact, first.row.may_edit, first.row.may_delete) == (
        task.id,
        person.id,
        True,
        True,
    )
    assert (second.row.id, second.customer, second.customer_name, second.case_name) == (alone.id, None, None, None)


def test_a_task_is_that_of_whom_it_is_assigned_to(office: Office) -> None:
    store, vera, vera_id = office
    project = given.project(store, given.customer(store), members=(vera_id,))
    given.task(store, project, "of nobody", due=TODAY)
    given.task(store, project, "hers", assignee=vera_id, due=TODAY)
    given.task(store, project, "hers, mine to watch", assignee=vera_id, user_participants=(given.me(store),), due=TODAY)
    given.task(vera, project, "handed over", assignee=given.me(store), due=TODAY)

    assert names(store, PLANNED) == ["of nobody", "hers, mine to watch", "handed over"]
    assert names(vera, PLANNED) == ["hers", "hers, mine to watch"]


def test_who_takes_part_has_it_once(office: Office) -> None:
    store, vera, vera_id = office
    acme = given.customer(store)
    both = (given.me(store), vera_id)
    given.meeting(store, acme, NOW + HOUR, "together", user_participants=both)
    given.meeting(store, acme, NOW - HOUR, "was together", user_participants=both)
    given.todo(vera, acme, "ours", due=TODAY, user_participants=both)
    given.meeting(store, acme, NOW + HOUR, "without her")

    assert names(vera, PLANNED) == ["ours", "together"]
    assert names(store, PLANNED) == ["ours", "together", "without her"]
    assert names(vera, PAST) == names(store, PAST) == ["was together"]
    row = vera.activities.agenda(PLANNED, ALL, NOW, TODAY).rows[1].row
    assert (row.takes_part, row.may_edit, row.may_delete) == (True, True, False)


def test_private_entries_are_shown_whole_to_whom_they_concern_and_to_nobody_else(office: Office) -> None:
    store, vera, vera_id = office
    given.activity(store, None, ActivityKind.PERSONAL, "dentist", starts_at=NOW + HOUR)
    given.activity(store, None, ActivityKind.PERSONAL, "choir", starts_at=NOW + 2 * HOUR, user_participants=(vera_id,))
    assert names(store, PLANNED) == ["dentist", "choir"]
    assert names(vera, PLANNED) == ["choir"]
    assert not vera.activities.agenda(PLANNED, ALL, NOW, TODAY).rows[0].row.is_private


def test_what_is_on_a_case_that_they_do_not_see_is_left_out(office: Office) -> None:
    store, vera, vera_id = office
    acme = given.customer(store)
    seen, unseen = given.project(store, acme, "Seen", members=(vera_id,)), given.project(store, acme, "Unseen")
    for project in (seen, unseen):
        given.task(store, project, f"task: {project.name}", assignee=vera_id, due=TODAY)
        given.todo(store, acme, f"to-do: {project.name}", case=project.id, owner=vera_id, due=TODAY)
        given.meeting(store, acme, NOW - HOUR, f"met: {project.name}", case=project.id, user_participants=(vera_id,))
    given.todo(store, acme, "late: Unseen", case=unseen.id, owner=vera_id, due=TODAY - DAY)

    assert names(vera, PLANNED) == ["task: Seen", "to-do: Seen"]
    assert names(vera, PAST) == ["met: Seen"]
    assert vera.activities.agenda_counts(NOW, TODAY).late == Count(0)


@pytest.mark.parametrize("projects", ProjectLevel)
def test_each_level_sees_in_it_what_the_feeds_of_its_customers_show(
    store: Store, as_user: AsUser, projects: ProjectLevel
) -> None:
    vera = as_user("vera", customers=CustomerLevel.READ, projects=projects)
    me = given.me(vera)
    acme = given.customer(store)
    for fields in ({}, {"owner": me}, {"members": (me,)}, {"sales_person": me}):
        project = given.project(store, acme, f"case {fields}", **fields)
        given.todo(store, acme, f"on {fields}", case=project.id, owner=me, due=TODAY)
    given.todo(store, acme, "on none", owner=me, due=TODAY)

    feed = vera.activities.feed(acme.id, PLANNED, ALL, NOW, TODAY).rows
    assert [row.row for row in vera.activities.agenda(PLANNED, ALL, NOW, TODAY).rows] == list(feed)
    assert names(vera, PLANNED)[-1] == "on none"


def test_pages_go_on_where_the_last_one_ended(store: Store) -> None:
    acme = given.customer(store)
    for number in range(5):
        given.todo(store, acme, f"to-do {number}", due=TODAY + (number // 2) * DAY)
        given.meeting(store, acme, NOW + number * DAY + HOUR, f"meeting {number}")
    everything = names(store, PLANNED)
    found: list[str] = []
    request = PageRequest(limit=3)
    while True:
        page = store.activities.agenda(PLANNED, request, NOW, TODAY)
        found += [row.row.name for row in page.rows]
        if not page.more:
            break
        request = PageRequest(limit=3, after=page.cursors[-1])
    assert found == everything
    last = store.activities.agenda(PLANNED, PageRequest(limit=2, from_end=True), NOW, TODAY)
    assert [row.row.name for row in last.rows] == everything[-2:]


def test_who_reads_no_customers_has_no_agenda_not_even_of_what_is_without_one(store: Store, as_user: AsUser) -> None:
    nobody = as_user("nobody", customers=CustomerLevel.NONE)
    given.todo(store, None, "left behind", owner=given.me(nobody))
    for ask in (
        lambda: nobody.activities.agenda(PLANNED, ALL, NOW, TODAY),
        lambda: nobody.activities.agenda_counts(NOW, TODAY),
    ):
        with pytest.raises(Denied) as refused:
            ask()
        assert refused.value.permission == "customers: read"
