"""Keys that arrive together go where the ones before have led."""

from __future__ import annotations

from threading import Event

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from crm_tui.terminal import type_ahead
from crm_tui.terminal.type_ahead import KeysInOrder, drop_keys, hold_keys


class Box(ModalScreen[None]):
    """A dialog with a field."""

    BINDINGS = [Binding("escape", "dismiss")]

    def compose(self) -> ComposeResult:
        yield Input()


class List(Static, can_focus=True):
    """Something with keys of its own."""

    BINDINGS = [Binding("j", "note('down')"), Binding("x", "gone"), Binding("s", "want")]

    class Wanted(Message):
        """A dialog is to be opened."""

    def action_want(self) -> None:
        assert isinstance(self.app, Sample)
        Event().wait(0.3)  # the machine has much else to do
        self.app.typed("jqx")  # have come meanwhile
        self.post_message(self.Wanted())

    def action_note(self, what: str) -> None:
        assert isinstance(self.app, Sample)
        self.app.done.append(what)

    def action_gone(self) -> None:
        self.remove()


class Sample(KeysInOrder):
    """A list and a search line, as on the first screen."""

    BINDINGS = [Binding("slash", "search"), Binding("q", "note('quit')"), Binding("f", "find")]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def compose(self) -> ComposeResult:
        yield List("rows")
        yield Input()

    def on_mount(self) -> None:
        self.query_one(List).focus()

    def action_search(self) -> None:
        self.query_one(Input).focus()

    def action_find(self) -> None:
        self.push_screen(Box())

    def on_list_wanted(self) -> None:
        self.push_screen(Box())

    def action_note(self, what: str) -> None:
        self.done.append(what)

    @property
    def toasts(self) -> list[str]:
        return [each.message for each in self._notifications]

    def typed(self, keys: str) -> None:
        """All of these arrive at once."""
        for key in keys:
            name = {"/": "slash", "\x1b": "escape"}.get(key, key)
            self.post_message(events.Key(name, key))


async def test_what_follows_a_key_that_moves_the_focus_goes_there() -> None:
    app = Sample()
    async with app.run_test() as pilot:
        app.typed("jj/quick")
        await pilot.pause()
        await pilot.pause()
        assert app.done == ["down", "down"]
        assert app.query_one(Input).value == "quick"


async def test_what_follows_a_key_that_opens_a_dialog_goes_there() -> None:
    app = Sample()
    async with app.run_test() as pilot:
        app.typed("fqq\x1bqj")
        for _ in range(5):
            await pilot.pause()
        assert app.done == ["quit", "down"]


async def test_a_key_that_takes_its_time_is_waited_for() -> None:
    app = Sample()
    async with app.run_test() as pilot:
        app.typed("s")
        for _ in range(9):
            await pilot.pause()
        assert app.screen.query_one(Input).value == "jqx"
        assert app.done == []


async def test_keys_go_on_after_the_widget_that_had_them_is_removed() -> None:
    app = Sample()
    async with app.run_test() as pilot:
        app.typed("jxqqq")
        for _ in range(5):
            await pilot.pause()
        app.typed("q")
        await pilot.pause()
        assert app.done[0] == "down"
        # none is lost: Textual hands the focus on to the line
        assert app.done.count("quit") + len(app.query_one(Input).value) == 4


class Reading(Sample):
    """What `n` opens has to be read first."""

    BINDINGS = [Binding("n", "read")]

    def action_read(self) -> None:
        self.release = hold_keys(self.query_one(List))

    async def come(self) -> None:
        """It is read: the dialog opens, and gets the keys that waited."""
        await self.push_screen(Box())
        self.release()
        self.release()  # once is enough, twice does no harm


async def test_keys_wait_for_what_is_being_read() -> None:
    app = Reading()
    async with app.run_test() as pilot:
        await pilot.press("n", *"jxq")
        assert app.done == []
        await app.come()
        await pilot.pause()
        await pilot.pause()
        assert app.screen.query_one(Input).value == "jxq"
        assert app.done == []


async def test_keys_that_wait_do_not_answer_a_question() -> None:
    app = Reading()
    async with app.run_test() as pilot:
        await pilot.press("n", *"jx")
        app.typed("q")  # is on its way while the question comes up
        drop_keys(app)
        await app.come()
        await pilot.press("y")
        assert app.screen.query_one(Input).value == "y"
        assert app.done == []


async def test_keys_wait_until_one_does_not_want_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "LONG", 0.01)
    app = Reading()
    async with app.run_test() as pilot:
        await pilot.press("n", "q")
        while not app.toasts:
            await pilot.pause()
        assert app.done == []
        assert not app.release.is_given_up
        await pilot.press("escape", "j")
        assert app.done == ["down"]  # q is forgotten
        assert app.release.is_given_up
        app.release()
        await pilot.press("n", "j")
        app.release()
        await pilot.pause()
        assert app.done == ["down", "down"]


async def test_esc_is_a_key_like_any_other_as_long_as_nothing_takes_long() -> None:
    app = Reading()
    async with app.run_test() as pilot:
        await pilot.press("n", "escape", "j")
        await app.come()
        for _ in range(5):
            await pilot.pause()
        assert app.done == ["down"]


async def test_keys_do_not_wait_for_a_refresh_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "LONG", 0.01)
    app = Reading()
    async with app.run_test() as pilot:
        await pilot.press("n", "j")
        monkeypatch.setattr(List, "call_after_refresh", lambda *_: True)
        app.release.call_when_drawn(app.query_one(List))
        while app.done != ["down"]:
            await pilot.pause()


async def test_keys_do_not_wait_for_what_is_gone() -> None:
    app = Reading()
    async with app.run_test() as pilot:
        await pilot.press("n", "q")
        await app.query_one(List).remove()
        app.typed("q")
        for _ in range(5):
            await pilot.pause()
        assert app.done.count("quit") + len(app.query_one(Input).value) == 2


async def test_keys_are_under_way_until_the_last_has_run_its_course() -> None:
    app = Sample()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not app.keys_are_under_way
        app.typed("/quick")
        assert app.keys_are_under_way
        for _ in range(9):
            await pilot.pause()
        assert not app.keys_are_under_way
        assert app.query_one(Input).value == "quick"
