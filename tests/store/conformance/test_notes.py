"""Notes of customers and of their cases."""

from __future__ import annotations

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import AsUser, Clock

from crm_tui.domain.activities import NoteChange
from crm_tui.domain.errors import Conflict, Denied, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store


def texts(store: Store, customer: int) -> list[str]:
    return [row.note.text for row in store.notes.of_projects(customer, ALL).rows]


def test_a_note_is_its_authors_and_keeps_its_text_to_the_letter(store: Store) -> None:
    customer = given.customer(store)
    text = "Ääkköset 🤖\n\tsecond line <b>[bold]x[/]</b>\u202e"

    made = given.note(store, customer, text)

    assert store.notes.get(made.id) == made
    assert (made.text, made.author, made.pinned, made.revision) == (text, given.me(store), False, 1)


def test_a_note_needs_text_and_a_customer(store: Store) -> None:
    customer = given.customer(store)
    with pytest.raises(Invalid):
        given.note(store, customer, " \n")
    store.customers.delete(customer.id, store.customers.get(customer.id).revision)
    with pytest.raises(NotFound):
        given.note(store, customer)


def test_notes_of_projects_pinned_first_then_newest(store: Store, clock: Clock) -> None:
    customer = given.customer(store)
    project = given.project(store, customer)
    sales_case = given.case(store, customer, "Not won yet")
    for number in range(4):
        clock.advance(minutes=1)
        given.note(store, customer, f"note {number}", case=project.id, pinned=number == 1)
    given.note(store, customer, "of the customer")
    given.note(store, customer, "of a sales case", case=sales_case.id)

    page = store.notes.of_projects(customer.id, PageRequest(limit=3))
    rest = store.notes.of_projects(customer.id, PageRequest(limit=3, after=page.cursors[-1]))

    assert [row.note.text for row in page.rows] == ["note 1", "note 3", "note 2"]
    assert [row.note.text for row in rest.rows] == ["note 0"]
    assert (page.more, rest.more) == (True, False)
    assert (page.rows[0].author_name, page.rows[0].case_number, page.rows[0].case_name) == (
        "Aino Admin", project.number, project.name
    )  # fmt: skip
    assert store.notes.count_of_projects(customer.id) == Count(4)


def test_pinning_moves_a_note_up(store: Store, clock: Clock) -> None:
    customer = given.customer(store)
    project = given.project(store, customer)
    old = given.note(store, customer, "old", case=project.id)
    clock.advance(minutes=1)
    given.note(store, customer, "new", case=project.id)

    store.notes.update(old.id, old.revision, NoteChange(pinned=True))

    assert texts(store, customer.id) == ["old", "new"]


def test_only_notes_of_cases_that_the_actor_sees(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    reader = as_user("rita", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER)
    hidden = given.project(store, customer, "Hidden")
    seen = given.project(store, customer, "Seen", members=(given.me(reader),))
    secret = given.note(store, customer, "secret", case=hidden.id)
    given.note(store, customer, "open", case=seen.id)

    assert texts(reader, customer.id) == ["open"]
    assert reader.notes.count_of_projects(customer.id) == Count(1)
    for attempt in (
        lambda: reader.notes.get(secret.id),
        lambda: reader.notes.update(secret.id, 1, NoteChange(text="mine")),
        lambda: reader.notes.delete(secret.id, 1),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(Invalid):
        given.note(reader, customer, case=hidden.id)


def test_a_note_stands_on_a_case_of_its_customer(store: Store) -> None:
    customer, other = given.customer(store), given.customer(store, "Other Oy")
    case = given.case(store, other)
    with pytest.raises(Invalid) as refused:
        given.note(store, customer, case=case.id)
    assert refused.value.field == "case"


def test_replies_stand_beside_what_they_answer_and_outlive_it(store: Store) -> None:
    customer = given.customer(store)
    case = given.case(store, customer)
    question = given.note(store, customer, "Why?", case=case.id)
    answer = given.note(store, customer, "Because.", case=case.id, parent=question.id)
    thanks = given.note(store, customer, "Thanks!", case=case.id, parent=answer.id)
    with pytest.raises(Invalid):
        given.note(store, customer, "elsewhere", parent=question.id)

    store.notes.delete(answer.id, answer.revision)

    assert store.notes.get(thanks.id).parent == question.id


def test_authors_change_their_own_and_editors_those_of_others(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    reader = as_user("rita", customers=CustomerLevel.READ)
    other = as_user("olli", customers=CustomerLevel.READ)
    editor = as_user("eeva", customers=CustomerLevel.EDIT)
    note = given.note(reader, customer, "first")

    note = reader.notes.update(note.id, note.revision, NoteChange(text="second"))
    for attempt in (
        lambda: other.notes.update(note.id, note.revision, NoteChange(text="mine")),
        lambda: other.notes.delete(note.id, note.revision),
    ):
        with pytest.raises(Denied) as refused:
            attempt()
        assert refused.value.permission == "customers: edit"
    assert store.notes.get(note.id) == note

    note = editor.notes.update(note.id, note.revision, NoteChange(text="third"))
    assert (note.text, note.author) == ("third", given.me(reader))
    reader.notes.delete(note.id, note.revision)
    with pytest.raises(NotFound):
        store.notes.get(note.id)


def test_a_stale_revision_is_refused(store: Store) -> None:
    note = given.note(store, given.customer(store))
    theirs = store.notes.update(note.id, 1, NoteChange(text="theirs"))
    for attempt in (
        lambda: store.notes.update(note.id, 1, NoteChange(text="mine")),
        lambda: store.notes.delete(note.id, 1),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.theirs == theirs
