"""Notes of customers and of their cases."""

from __future__ import annotations

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import AsUser, Clock

from crm_tui.domain.activities import Note, NoteChange
from crm_tui.domain.errors import Conflict, Denied, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.activities import NoteRow
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


class TestThreads:
    """Each note is followed by its replies."""

    @pytest.fixture
    def talk(self, store: Store, clock: Clock) -> Talk:
        return Talk(store, clock)

    def test_a_reply_follows_what_it_answers_the_oldest_first(self, store: Store, talk: Talk) -> None:
        old = talk.note("old")
        talk.note("new")
        first = talk.note("first reply", old)
        talk.note("second reply", old)
        talk.note("to the first", first)

        assert talk.shown() == [
            "old 3", "  first reply 1", "    to the first 0", "  second reply 0", "new 0",
        ]  # fmt: skip

    def test_pinned_threads_stand_first_then_those_with_the_newest_note(self, store: Store, talk: Talk) -> None:
        first, second, third = (talk.note(name) for name in ("first", "second", "third"))
        answer = talk.note("answer", first)
        assert talk.shown() == ["first 1", "  answer 0", "third 0", "second 0"]
        store.notes.update(second.id, second.revision, NoteChange(pinned=True))
        assert talk.shown() == ["second 0", "first 1", "  answer 0", "third 0"]
        talk.note("late", third)
        store.notes.update(answer.id, answer.revision, NoteChange(pinned=True))
        assert talk.shown() == ["first 1", "  answer 0", "second 0", "third 1", "  late 0"]

    def test_what_was_answered_and_deleted_leaves_its_replies_a_level_up(self, store: Store, talk: Talk) -> None:
        question = talk.note("question")
        answer = talk.note("answer", question)
        talk.note("thanks", answer)
        talk.note("more", answer)
        store.notes.delete(answer.id, answer.revision)
        assert talk.shown() == ["question 2", "  thanks 0", "  more 0"]
        store.notes.delete(question.id, question.revision)
        assert talk.shown() == ["more 0", "thanks 0"]
        store.history.undo()
        store.history.undo()
        assert talk.shown() == ["question 3", "  answer 2", "    thanks 0", "    more 0"]

    def test_pages_go_on_where_the_one_before_ended_whatever_happened_meanwhile(self, store: Store, talk: Talk) -> None:
        notes = [talk.note(f"note {number}") for number in range(10)]
        talk.note("reply", notes[5])
        wanted = talk.shown()
        for limit in (1, 3, 11, 20):
            assert list(talk.pages(limit)) == wanted
            assert list(talk.pages(limit, backward=True)) == wanted
        page = store.notes.of_projects(talk.customer.id, PageRequest(limit=3))
        assert [row.note.text for row in page.rows] == ["note 5", "reply", "note 9"]

        talk.note("newest")
        rest = store.notes.of_projects(talk.customer.id, PageRequest(limit=1, after=page.cursors[-1]))
        assert [row.note.text for row in rest.rows] == ["note 8"]
        store.notes.delete(notes[9].id, 1)
        rest = store.notes.of_projects(talk.customer.id, PageRequest(limit=1, after=page.cursors[-1], skip=1))
        assert rest.rows
        with pytest.raises(Invalid):
            store.notes.of_projects(talk.customer.id, PageRequest(after='["x", 1]'))

    def test_a_long_talk_is_no_limit(self, talk: Talk) -> None:
        note = talk.note("0")
        for number in range(1, 1200):
            note = talk.note(str(number), note)
        rows = talk.rows(PageRequest(limit=2, from_end=True))
        assert [(row.note.text, row.depth, row.replies) for row in rows] == [("1198", 1198, 1), ("1199", 1199, 0)]

    def test_a_row_says_whether_its_actor_may_change_it(self, talk: Talk, as_user: AsUser) -> None:
        talk.note("hers")
        reader = as_user("rita", customers=CustomerLevel.READ)
        given.note(reader, talk.customer, "mine", case=talk.project.id)
        rows = reader.notes.of_projects(talk.customer.id, ALL).rows
        assert [(row.note.text, row.may_change) for row in rows] == [("mine", True), ("hers", False)]
        assert all(row.may_change for row in talk.rows(ALL))


class Talk:
    """Notes on a project, each a minute after the one before."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.customer = given.customer(store)
        self.project = given.project(store, self.customer)

    def note(self, text: str, parent: Note | None = None) -> Note:
        self.clock.advance(minutes=1)
        return given.note(
            self.store, self.customer, text, case=self.project.id, parent=parent.id if parent is not None else None
        )

    def rows(self, request: PageRequest) -> tuple[NoteRow, ...]:
        return self.store.notes.of_projects(self.customer.id, request).rows

    def shown(self) -> list[str]:
        """The list as text: indented, each note with the number of its replies."""
        return [_line(row) for row in self.rows(ALL)]

    def pages(self, limit: int, *, backward: bool = False) -> list[str]:
        """The same, read in pages."""
        found: list[str] = []
        request = PageRequest(limit=limit, from_end=backward)
        while True:
            page = self.store.notes.of_projects(self.customer.id, request)
            lines = [_line(row) for row in page.rows]
            found = [*lines, *found] if backward else [*found, *lines]
            if not page.more:
                return found
            request = PageRequest(
                limit=limit,
                before=page.cursors[0] if backward else None,
                after=None if backward else page.cursors[-1],
            )


def _line(row: NoteRow) -> str:
    return f"{'  ' * row.depth}{row.note.text} {row.replies}"
