"""``crm-tui note`` and ``crm-tui todo``: one thing added from the shell, as often as its key allows, as permitted."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.company import KALLAVESI, NOW, as_user, built, company
from tests.cli.conftest import TODAY, Crm

from crm_tui.domain.activities import ActivityKind
from crm_tui.store.activities import FeedPart, FeedRow
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

__all__ = ["built", "company"]


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.cli.notes.clock", lambda: NOW)


@pytest.fixture
def store(company: Path) -> Iterator[Store]:
    """As sanna, who sees all."""
    with closing(as_user(company, "sanna")) as store:
        yield store


def feed(store: Store, part: FeedPart, text: str) -> list[FeedRow]:
    """The lines of the card with this text in their names."""
    customer = store.customers.by_number(KALLAVESI).id
    page = store.activities.feed(customer, part, PageRequest(limit=1000), NOW, TODAY)
    return [row for row in page.rows if text in row.name]


def test_a_todo_is_understood_as_on_the_screen_and_undo_takes_it_back(crm: Crm, store: Store) -> None:
    done = crm("todo", KALLAVESI, "send", "offer", "fri", "14:00", login="tuva")
    assert (done.code, done.out) == (
        0,
        f"Added to {KALLAVESI} Kallavesi Marine Engineering Oy: to-do, “send offer”, due Fri 20 Nov 14:00\n",
    )
    assert "to take it back, press u in crm-tui" in done.err
    (row,) = feed(store, FeedPart.PLANNED, "send offer")
    assert (row.kind, row.owner_name) == ("to-do", "Tuva Nilsen")
    made = store.activities.get(row.id)
    assert (made.due, made.starts_at) == (dt.date(2026, 11, 20), dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC))

    assert "task of 2104" in crm("todo", KALLAVESI, "check welds +3d @2104", login="jonas").out
    assert "to-do of 2240" in crm("todo", KALLAVESI, "--case", 2240, "send plan tomorrow", login="tuva").out
    assert "due today" in crm("todo", KALLAVESI, "look in", login="liisa").out
    kinds = {text: feed(store, FeedPart.PLANNED, text)[0] for text in ("check welds", "send plan", "look in")}
    assert [(row.kind, row.case_number, row.on) for row in kinds.values()] == [
        (ActivityKind.TASK, 2104, dt.date(2026, 11, 21)),
        (ActivityKind.TODO, 2240, dt.date(2026, 11, 19)),
        (ActivityKind.TODO, None, TODAY),
    ]
    assert store.acting_as("tuva").history.undo().entity == kinds["send plan"].id
    assert not feed(store, FeedPart.PLANNED, "send plan")


def test_a_note_from_the_line_or_from_standard_input_once_under_its_key(
    crm: Crm, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Prefers mornings\nand coffee\x1b[31m\n"))
    done = crm("note", KALLAVESI, "-", "--once", "mail-17", login="liisa")
    assert done.out.endswith(": note, “Prefers mornings and coffee[31m”\n")
    (row,) = feed(store, FeedPart.PAST, "Prefers mornings")
    assert store.notes.get(row.id).text == "Prefers mornings\nand coffee\x1b[31m"
    again = crm("note", KALLAVESI, "Prefers mornings", "--once", "mail-17", login="liisa")
    assert (again.code, again.out) == (0, "")
    assert "saved already under the key mail-17" in again.err
    assert len(feed(store, FeedPart.PAST, "Prefers mornings")) == 1

    assert "note on 2040" in crm("note", KALLAVESI, "--case", 2040, "Laid up well", login="mikael").out
    (on_case,) = feed(store, FeedPart.PAST, "Laid up well")
    assert on_case.case_number == 2040


def test_what_can_not_be_added_says_why_with_its_exit_code(
    crm: Crm, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("hello, Åsa".encode("latin-1")), "utf-8"))
    refused = (
        ("sanna", ("note", KALLAVESI, " "), 2, "nothing to add"),
        ("sanna", ("note", KALLAVESI, "-"), 1, "standard input: is not text in utf-8"),
        ("sanna", ("todo", "x", "call"), 2, "x: a number, as the list shows it"),
        ("sanna", ("note", "9" * 20, "hello"), 2, "a number, as the list shows it"),
        ("sanna", ("note", KALLAVESI, "--case", "9" * 20, "hello"), 2, "a number, as the list shows it"),
        ("sanna", ("note", 999_999, "hello"), 3, "no customer"),
        ("jonas", ("note", KALLAVESI, "--case", 2240, "hello"), 3, "with the number 2240"),
        ("liisa", ("note", KALLAVESI, "--case", 2104, "hello"), 5, "projects: member"),
        ("liisa", ("todo", KALLAVESI, "--case", 2104, "hello"), 5, "projects: member"),
        ("sanna", ("todo", KALLAVESI, "hello on 31.2."), 1, "Feb has only 28 or 29 days"),
        ("sanna", ("todo", KALLAVESI, "hello @nothing"), 1, "no open case of this customer"),
        ("sanna", ("todo", KALLAVESI, "@2104"), 1, "say what is to be done"),
    )
    for login, arguments, code, words in refused:
        done = crm(*arguments, login=login)
        assert (done.code, done.out) == (code, ""), arguments
        assert words in done.err
    assert not feed(store, FeedPart.PLANNED, "hello")
    assert not feed(store, FeedPart.PAST, "hello")
