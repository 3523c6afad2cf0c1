"""Rule 11 in the feed: what a row says that the actor may do is what the store lets them do, no more and no less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, AsUser

from crm_tui.domain.activities import PRIVATE, TICKED, Activity, ActivityChange, ActivityKind, Note, NoteChange
from crm_tui.domain.cases import Case
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.users import UserChange
from crm_tui.store.activities import FeedPart, FeedRow
from crm_tui.store.port import Store

ROLES = ("owner", "participant", "assignee", "case manager", "stranger")


def accepts(call: Callable[[], object]) -> bool:
    """Whether the store does it; what it refuses for another reason than a permission fails the test."""
    try:
        call()
    except Denied:
        return False
    return True


def rows(store: Store, customer: Customer) -> dict[tuple[Kind, int], FeedRow]:
    """Both lists of the feed, as this actor sees them."""
    parts = (store.activities.feed(customer.id, part, ALL, NOW, TODAY).rows for part in FeedPart)
    return {(row.entity, row.id): row for part in parts for row in part}


def entry(store: Store, kind: ActivityKind, role: str, actor: int, owner: int, seen: Case, run: Case) -> Activity:
    """An activity to which the actor stands so; ``seen`` is a project that they see, ``run`` one that they run."""
    fields: dict[str, Any] = {"owner": actor if role == "owner" else owner}
    fields["case"] = (run if role == "case manager" else seen).id
    if role == "participant":
        fields["user_participants"] = (actor,)
    if role == "assignee":
        fields["assignee"] = actor
    if kind not in TICKED:
        fields["starts_at"] = NOW + dt.timedelta(hours=1)
    return given.activity(store, None, kind, role, **fields)


@pytest.mark.parametrize("kind", ActivityKind)
@pytest.mark.parametrize("customers", [CustomerLevel.READ, CustomerLevel.EDIT])
@pytest.mark.parametrize("projects", [ProjectLevel.MEMBER, ProjectLevel.MANAGER, ProjectLevel.UNIT, ProjectLevel.ALL])
def test_a_row_may_be_changed_and_deleted_if_and_only_if_it_says_so(
    store: Store, as_user: AsUser, kind: ActivityKind, customers: CustomerLevel, projects: ProjectLevel
) -> None:
    vera = as_user("vera", customers=customers, projects=projects)
    actor, here, gone = given.me(vera), given.me(as_user("olli")), given.me(as_user("gerd"))
    customer = given.customer(store)
    seen = given.project(store, customer, "Seen", members=(actor,))
    run = given.project(store, customer, "Run", members=(actor,), owner=actor)
    roles = [role for role in ROLES if role != "assignee" or kind is ActivityKind.TASK]
    made = [
        (role, owner == gone, entry(store, kind, role, actor, owner, seen, run))
        for role in roles
        for owner in (here, gone)
    ]
    store.users.update(gone, 1, UserChange(is_active=False))
    feed = rows(vera, customer)

    def changes(thing: Activity, change: ActivityChange) -> bool:
        revision = store.activities.get(thing.id).revision
        return accepts(lambda: vera.activities.update(thing.id, revision, change))

    def deletes(thing: Activity) -> bool:
        revision = store.activities.get(thing.id).revision
        return accepts(lambda: vera.activities.delete(thing.id, revision))

    for role, is_gone, thing in made:
        row = feed[(Kind.ACTIVITY, thing.id)]
        case = f"{role}, owner {'gone' if is_gone else 'there'}"
        assert row.may_edit == changes(thing, ActivityChange(notes="changed")), case
        if kind in TICKED:
            assert row.may_edit == changes(thing, ActivityChange(is_done=True)), case
        assert row.may_delete == deletes(thing), case
        assert row.takes_part == (role == "participant"), case
        assert row.owner_is_gone == (is_gone and role != "owner" and not row.is_private), case
        assert row.may_edit >= row.may_delete >= (role == "owner"), case
        if role == "stranger" and (not is_gone or kind in PRIVATE) and kind is not ActivityKind.TASK:
            assert not row.may_edit, case


@pytest.mark.parametrize("customers", [CustomerLevel.READ, CustomerLevel.EDIT])
def test_a_note_may_be_changed_and_deleted_if_and_only_if_its_row_says_so(
    store: Store, as_user: AsUser, customers: CustomerLevel
) -> None:
    vera = as_user("vera", customers=customers)
    customer = given.customer(store)
    own, other = given.note(vera, customer), given.note(store, customer)
    feed = rows(vera, customer)

    def changes(note: Note) -> bool:
        return accepts(lambda: vera.notes.update(note.id, 1, NoteChange(text="changed")))

    def deletes(note: Note) -> bool:
        revision = store.notes.get(note.id).revision
        return accepts(lambda: vera.notes.delete(note.id, revision))

    for note in (own, other):
        row = feed[(Kind.NOTE, note.id)]
        assert row.may_edit == changes(note)
        assert row.may_delete == deletes(note)
    assert feed[(Kind.NOTE, own.id)].may_delete
    assert feed[(Kind.NOTE, other.id)].may_delete == (customers is CustomerLevel.EDIT)


def test_who_takes_part_in_what_is_somebody_elses_may_leave_it(store: Store, as_user: AsUser) -> None:
    vera, customer = as_user("vera"), given.customer(store)
    meeting = given.meeting(
        store, customer, NOW + dt.timedelta(hours=1), user_participants=(given.me(vera), given.me(store))
    )
    row = rows(vera, customer)[(Kind.ACTIVITY, meeting.id)]
    assert (row.may_edit, row.may_delete, row.takes_part) == (True, False, True)

    vera.activities.update(meeting.id, 1, ActivityChange(user_participants=(given.me(store),)))

    row = rows(vera, customer)[(Kind.ACTIVITY, meeting.id)]
    assert (row.may_edit, row.may_delete, row.takes_part) == (False, False, False)
    assert not rows(store, customer)[(Kind.ACTIVITY, meeting.id)].owner_is_gone


def test_who_has_no_owners_rights_moves_no_task_to_a_project_that_they_run(store: Store, as_user: AsUser) -> None:
    vera, customer = as_user("vera", projects=ProjectLevel.MANAGER), given.customer(store)
    seen = given.project(store, customer, "Seen", members=(given.me(vera),))
    run = given.project(store, customer, "Run", owner=given.me(vera))
    task = given.task(store, seen, assignee=given.me(vera))

    with pytest.raises(Denied, match="owner of the activity"):
        vera.activities.update(task.id, 1, ActivityChange(case=run.id))
    with pytest.raises(Denied):
        vera.activities.delete(task.id, 1)
    same = vera.activities.update(task.id, 1, ActivityChange(case=seen.id, customer=customer.id, notes="changed"))
    assert (same.case, same.notes) == (seen.id, "changed")
    assert store.activities.update(task.id, 2, ActivityChange(case=run.id)).case == run.id
    assert vera.activities.update(task.id, 3, ActivityChange(case=seen.id)).case == seen.id  # it is on her project


@pytest.mark.parametrize("field", ["case", "customer"])
def test_who_takes_part_moves_no_entry_of_somebody_else(store: Store, as_user: AsUser, field: str) -> None:
    vera = as_user("vera", projects=ProjectLevel.MANAGER)
    customer, other = given.customer(store), given.customer(store, "Berg AS")
    run = given.project(store, customer, "Run", owner=given.me(vera))
    meeting = given.meeting(store, customer, NOW + dt.timedelta(hours=1), user_participants=(given.me(vera),))
    move = ActivityChange(case=run.id) if field == "case" else ActivityChange(customer=other.id)

    with pytest.raises(Denied, match="owner of the activity"):
        vera.activities.update(meeting.id, 1, move)

    assert store.activities.update(meeting.id, 1, move).revision == 2


def test_an_undo_moves_no_task_that_was_handed_over_since(store: Store, as_user: AsUser) -> None:
    vera, customer = as_user("vera", projects=ProjectLevel.MEMBER), given.customer(store)
    first, second = (given.project(store, customer, name, members=(given.me(vera),)) for name in ("First", "Second"))
    task = given.task(vera, first, assignee=given.me(vera))
    vera.activities.update(task.id, 1, ActivityChange(case=second.id))
    store.activities.update(task.id, 2, ActivityChange(owner=given.me(store)))

    with pytest.raises(Denied, match="owner of the activity"):
        vera.history.undo()

    assert store.activities.get(task.id).case == second.id
