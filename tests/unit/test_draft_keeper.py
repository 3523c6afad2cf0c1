"""The keeper of drafts: newest text of each key, soon, in order, and never lost silently."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from queue import Queue
from threading import Event, Thread

import pytest

from crm_tui import drafting
from crm_tui.domain.errors import CrmError, Unavailable
from crm_tui.drafting import DraftKeeper
from crm_tui.store.drafts import Draft

PATIENCE = 10.0  # seconds until a test gives up
AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def draft(text: str, key: str = "k", *, form: str = "note", entity: int | None = None) -> Draft:
    return Draft(
        key=key,
        form=form,
        title="Note",
        customer=1,
        entity=entity,
        revision=None,
        before={"text": ""},
        values={"text": text},
        at=AT,
    )


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Disk:
    """Drafts in memory. ``done`` gets a word for each write; a write waits until ``answers`` is set, and fails
    with ``fault``."""

    def __init__(self) -> None:
        self.done: Queue[str] = Queue()
        self.kept: dict[str, Draft] = {}
        self.fault: CrmError | None = None
        self.begun = Event()
        self.answers = Event()
        self.answers.set()
        self.is_closed = False

    def save(self, draft: Draft) -> None:
        self._act(f"save {draft.key} {draft.values['text']}")
        self.kept[draft.key] = draft

    def drop(self, key: str) -> None:
        self._act(f"drop {key}")
        self.kept.pop(key, None)

    def all(self) -> tuple[Draft, ...]:
        return tuple(self.kept.values())

    def forget(self, form: str, entity: int) -> None:
        self.kept = {k: d for k, d in self.kept.items() if (d.form, d.entity) != (form, entity)}

    def close(self) -> None:
        self.is_closed = True

    def _act(self, what: str) -> None:
        self.begun.set()
        assert self.answers.wait(PATIENCE)
        if self.fault is not None:
            self.done.put(f"failed to {what}")
            raise self.fault
        self.done.put(what)

    def next(self) -> str:
        return self.done.get(timeout=PATIENCE)


class Desk:
    """A keeper, with its disk, its clock, and what it told."""

    def __init__(self) -> None:
        self.disk = Disk()
        self.clock = Clock()
        self.told: Queue[CrmError] = Queue()
        self.keeper = DraftKeeper(self.disk, delay=100, clock=self.clock, failed=self.told.put)

    def at(self, now: float, text: str, key: str = "k") -> None:
        """At that time somebody has typed this."""
        self.clock.now = now
        self.keeper.note(draft(text, key))

    def let_time_come(self, now: float) -> None:
        """The time has come; another key, which may be written now or later, wakes the thread."""
        self.at(now, "wake", "other")


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.disk.fault = None
    desk.disk.answers.set()
    desk.keeper.close()
    assert desk.disk.is_closed


def test_what_is_typed_is_written_a_moment_after_the_first_change_while_typing_goes_on(desk: Desk) -> None:
    for now, text in ((0, "C"), (50, "Ca"), (99, "Cal")):
        desk.at(now, text)
    desk.let_time_come(100)
    assert desk.disk.next() == "save k Cal"  # and nothing before it
    desk.keeper.flush()
    assert desk.disk.next() == "save other wake"
    for now, text in ((150, "Call"), (249, "Call E")):
        desk.at(now, text)
    desk.let_time_come(250)
    assert desk.disk.next() == "save k Call E"


def test_each_key_is_written_in_the_order_of_its_last_change(desk: Desk) -> None:
    for key, text in (("a", "1"), ("b", "2"), ("a", "3")):
        desk.keeper.note(draft(text, key))
    desk.keeper.flush()
    assert [desk.disk.next(), desk.disk.next()] == ["save b 2", "save a 3"]
    assert desk.disk.done.empty()


def test_a_dropped_draft_is_not_written_any_more(desk: Desk) -> None:
    desk.keeper.note(draft("Call"))
    desk.keeper.drop("k")
    desk.let_time_come(100)
    assert desk.disk.next() == "drop k"
    desk.keeper.flush()
    assert desk.disk.next() == "save other wake"
    assert [each.key for each in desk.keeper.all()] == ["other"]


def test_flush_writes_in_the_calling_thread_and_once(desk: Desk) -> None:
    desk.keeper.note(draft("Call"))
    desk.keeper.flush()
    assert desk.disk.done.get_nowait() == "save k Call"
    desk.keeper.flush()
    assert desk.disk.done.empty()


def test_flush_waits_for_a_write_in_progress_and_writes_what_came_after(desk: Desk) -> None:
    desk.disk.answers.clear()
    desk.at(0, "Call")
    desk.let_time_come(100)
    assert desk.disk.begun.wait(PATIENCE)
    desk.at(101, "Call Eeva")  # while the other is being written
    flushing = Thread(target=desk.keeper.flush)
    flushing.start()
    desk.disk.answers.set()
    flushing.join(PATIENCE)
    assert desk.disk.next() == "save k Call"
    assert {desk.disk.next(), desk.disk.next()} == {"save other wake", "save k Call Eeva"}


def test_flush_gives_up_on_a_disk_that_hangs_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "PATIENCE", 0.01)
    desk.disk.answers.clear()
    desk.at(0, "Call Eeva")
    desk.let_time_come(100)
    assert desk.disk.begun.wait(PATIENCE)
    desk.keeper.flush()
    assert "could not be kept" in str(desk.told.get_nowait())
    desk.disk.answers.set()
    assert desk.disk.next() == "save k Call Eeva"


def test_a_failure_is_told_once_and_tried_again_with_the_next_key(desk: Desk) -> None:
    full = Unavailable("The disk is full.")
    desk.disk.fault = full
    desk.keeper.note(draft("Call", "a"))
    desk.keeper.flush()
    desk.keeper.flush()
    assert [desk.disk.next(), desk.disk.next()] == ["failed to save a Call"] * 2
    assert desk.told.get_nowait() is full
    assert desk.told.empty()
    assert desk.keeper.failure is full
    desk.disk.fault = None
    desk.at(0, "Eeva", "b")
    desk.let_time_come(100)
    assert [desk.disk.next(), desk.disk.next()] == ["save a Call", "save b Eeva"]
    desk.keeper.flush()  # waits for the thread
    assert desk.keeper.failure is None
    desk.disk.fault = full
    desk.keeper.drop("a")
    desk.keeper.flush()
    assert desk.told.get_nowait() is full  # a new failure is news


def test_what_could_not_be_written_gives_way_to_newer_text(desk: Desk) -> None:
    desk.disk.fault = Unavailable("The disk is full.")
    desk.keeper.note(draft("old"))
    desk.keeper.flush()
    desk.keeper.note(draft("new"))
    desk.disk.fault = None
    desk.keeper.flush()
    assert [desk.disk.next(), desk.disk.next()] == ["failed to save k old", "save k new"]
    assert desk.disk.done.empty()


def test_an_erased_person_is_forgotten_on_the_disk_and_before_it(desk: Desk) -> None:
    desk.keeper.note(draft("Eeva", "a", form="contact", entity=7))
    desk.keeper.flush()
    desk.keeper.note(draft("Eeva L", "a", form="contact", entity=7))
    desk.keeper.note(draft("Sanna", "b", form="contact", entity=8))
    desk.keeper.note(draft("street", "c", form="address", entity=7))
    desk.keeper.forget("contact", 7)
    desk.keeper.flush()
    assert [each.key for each in desk.keeper.all()] == ["b", "c"]


def test_closing_writes_what_is_not_written_yet() -> None:
    desk = Desk()
    desk.keeper.note(draft("Call"))
    desk.keeper.close()
    assert desk.disk.next() == "save k Call"
    assert desk.disk.is_closed


def test_the_thread_writes_by_itself_when_the_time_has_come() -> None:
    disk = Disk()
    keeper = DraftKeeper(disk, delay=0.001)
    keeper.note(draft("Call"))
    assert disk.next() == "save k Call"
    keeper.close()
