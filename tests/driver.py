"""The program as a person uses it: tests of the screens say what is done and what is then seen.

Nothing here waits a fixed time. `settle` goes on until the store has answered, no message is under way and no
short timer is running; `see` looks again until what is expected stands on the screen, or says what stands there.

Between two looks the screen is laid out, but not painted: nobody sees these frames, and they would be a third of the
time. It is painted whole, as it then is, whenever a test looks, and at the end of each. Frame by frame it is painted
in the tests of the terminal. Style sheets are parsed once for all programs of a run, which is a tenth of it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.segment import Segment
from tests.at_server import AtServer, reached
from tests.screens.registers import FakeRegisters
from textual._compositor import Compositor, LayoutUpdate
from textual._context import active_app
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.events import Key
from textual.keys import _character_to_key, key_to_character
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import WorkerState

import crm_tui.app
from crm_tui.app import CrmApp
from crm_tui.config import Settings
from crm_tui.drafting import DraftKeeper
from crm_tui.registers.port import Registers
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.alike_form import AlikeForm
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.screens.lists import ListScreen
from crm_tui.store.port import Store
from crm_tui.widgets.cells import Cell
from crm_tui.widgets.command_target import CommandState, commands_here
from crm_tui.widgets.field import TickField
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.pick_field import ManyField, PickField
from crm_tui.widgets.tab_strip import TabStrip
from crm_tui.widgets.virtual_table import VirtualTable

#: the moment at which every test of the screens happens: a Wednesday afternoon in Helsinki
NOW = datetime(2026, 11, 18, 12, 20, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Helsinki")
#: the folder that the style sheets of the program are in
SOURCE = Path(crm_tui.app.__file__).parent
#: seconds after which something expected is taken for missing; only a failing test waits so long
PATIENCE = 20.0
#: turns of the loop without anything to do after which all is quiet
_TURNS = 8
#: seconds that a toast stays: longer than any test
LASTING = 3600.0


class WatchedApp(CrmApp):
    """Notes the links that are opened, in the place of the desktop, and leaves toasts until they are put away.

    A toast that goes by itself, after seconds, is there or not in a picture as the machine is busy or not.
    """

    CSS_PATH = [SOURCE / path for path in CrmApp.CSS_PATH]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened: list[str] = []

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url)

    def notify(self, message: str, *, timeout: float | None = None, **how: Any) -> None:
        super().notify(message, timeout=LASTING, **how)

    def on_unmount(self) -> None:
        if isinstance(self.session.store, AtServer):
            self.session.store.close()


_paint = Compositor.render_update


def _paint_for_who_looks(
    compositor: Compositor,
    full: bool = False,
    screen_stack: list[Screen[Any]] | None = None,
    simplify: bool = False,
) -> RenderableType | None:
    """Compositor.render_update: programs that tests drive paint nothing else, all others as ever."""
    if full or not isinstance(active_app.get(), WatchedApp):
        return _paint(compositor, full, screen_stack, simplify)
    compositor._dirty_regions.clear()
    return None


Compositor.render_update = _paint_for_who_looks  # type: ignore[method-assign,assignment]


_set_variables = Stylesheet.set_variables
#: the rules of every style sheet that was parsed, for each set of variables (each theme)
_parsed: defaultdict[Hashable, LRUCache[tuple[Any, ...], list[RuleSet]]] = defaultdict(lambda: LRUCache(4096))


def _share_what_is_parsed(sheet: Stylesheet, variables: dict[str, str]) -> None:
    """Stylesheet.set_variables: the programs of one run have the same style sheets, which are parsed once."""
    sheet._parse_cache = LRUCache(64)
    _set_variables(sheet, variables)
    sheet._parse_cache = _parsed[frozenset(variables.items())]


Stylesheet.set_variables = _share_what_is_parsed  # type: ignore[method-assign,assignment]


def crm_app(
    store: Store,
    folder: Path,
    *,
    theme: str = "crm-dark",
    settings: Settings | None = None,
    drafts: DraftKeeper | None = None,
    registers: Registers | None = None,
    now: datetime | Callable[[], datetime] = NOW,
) -> WatchedApp:
    """The program on a store, at a fixed moment or by a clock; exports and crash reports go into `folder`."""
    clock = now if callable(now) else lambda: now
    return WatchedApp(
        reached(store, clock),
        settings or Settings(),
        theme=theme,
        now=clock,
        zone=ZONE,
        export_folder=folder,
        crash_folder=folder / "crashes",
        drafts=drafts,
        registers=registers,
        motion=False,
    )


def drawn(app: CrmApp) -> list[list[Segment]]:
    """What is on the screen, a list of segments for each line, as it goes to the terminal after all filters."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    return [[segment for strip in line for segment in strip if not segment.control] for line in update.strips]


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until the store has answered everything and what it said is on the screen: nobody has anything to do for
    several turns of the loop."""
    end = monotonic() + PATIENCE
    quiet = 0
    with pilot.app._context():  # a test may drive two programs
        while quiet < _TURNS and not pilot.app._exception_event.is_set():
            assert monotonic() < end, f"still busy: {[str(worker) for worker in pilot.app.workers]}"
            await asyncio.sleep(0)
            pilot.app.screen._on_timer_update()
            quiet = 0 if _busy(pilot) else quiet + 1
            if not quiet:
                await asyncio.sleep(0.002)  # give the threads of the store their turn


def _busy(pilot: Pilot[Any]) -> bool:
    return _working(pilot) or _resting(pilot) or _drawing(pilot)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each when all is quiet after the one before."""
    for key in keys:
        arrives(pilot, key)
        await settled(pilot)


def arrives(pilot: Pilot[Any], key: str) -> None:
    """A key comes in from the terminal; nothing waits for what it does."""
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    event = Key(name, key if len(key) == 1 else key_to_character(name))
    event.set_sender(pilot.app)
    pilot.app.post_message(event)


def _working(pilot: Pilot[Any]) -> bool:
    """Whether anything is being answered that a test does not hold back."""
    running = sum(worker.state in (WorkerState.PENDING, WorkerState.RUNNING) for worker in pilot.app.workers)
    registers = pilot.app.session.registers if isinstance(pilot.app, CrmApp) else None
    return running > (registers.waiting if isinstance(registers, FakeRegisters) else 0)


def _drawing(pilot: Pilot[Any]) -> bool:
    """Whether a widget is still being made, has messages to handle, or waits to be drawn."""
    screen = pilot.app.screen
    if screen._callbacks or screen._layout_required or screen._dirty_widgets or screen._compositor._dirty_regions:
        return True
    nodes = (pilot.app, *pilot.app.screen_stack, *screen.walk_children())
    return any(not node._mounted_event.is_set() or node._next_callbacks or not _waits(node) for node in nodes)


def _waits(node: MessagePump) -> bool:
    """Whether it has handled all of its messages and waits for the next."""
    return node._closed or (not node.message_queue_size and bool(node._message_queue.ready_event._waiters))


def _resting(pilot: Pilot[Any]) -> bool:
    """Whether a screen waits for the cursor to come to rest before it reads a preview."""
    rests = (screen._rest for screen in pilot.app.screen_stack if isinstance(screen, ListScreen))
    return any(rest is not None and rest._task is not None and not rest._task.done() for rest in rests)


class Crm:
    """A running program, and somebody in front of it."""

    def __init__(self, app: WatchedApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    # -- doing --------------------------------------------------------------------------------------------------

    async def press(self, *keys: str) -> None:
        """Press keys, each when all is quiet after the one before."""
        await press(self.pilot, *keys)

    async def press_at_once(self, *keys: str) -> None:
        """Press keys that all arrive together, as over a slow line."""
        for key in keys:
            arrives(self.pilot, key)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, key by key."""
        await self.press(*("space" if character == " " else character for character in text))

    async def put(self, text: str) -> None:
        """Put a text at once where one would type it, in the place of what stands there."""
        field = self.app.focused
        assert isinstance(field, Input), f"the focus is on {field}, where one can't type"
        field.value = text
        await self.settle()

    @property
    def form(self) -> FormDialog[Any]:
        """The form that is open."""
        screen = self.app.screen
        assert isinstance(screen, FormDialog), f"no form is open:\n{self.text()}"
        return screen

    async def fill(self, **values: str | bool) -> None:
        """Fill fields of the open form, by their names: text is put in, ticks are set, choices are made from the
        list by a part of their name."""
        for name, value in values.items():
            field = self.form.form.fields[name]
            field.focus_inside()
            await self.settle()
            if isinstance(field, TickField):
                if field.value != value:
                    await self.press("space")
            elif isinstance(field, PickField | ManyField):
                await self.press("enter")
                await self.choose(str(value))
            elif isinstance(self.app.focused, TextArea):
                self.app.focused.text = str(value)
                await self.settle()
            else:
                await self.put(str(value))

    async def save(self) -> None:
        """Save the open form; it must close."""
        form = self.form
        await self.press("ctrl+s")
        assert self.app.screen is not form, f"the form did not save:\n{self.text()}"

    async def filter(self, text: str) -> None:
        """Narrow the list of customers to a text, then go back to the rows."""
        await self.press("/")
        await self.put(text)
        await self.press("enter")

    async def open(self, name: str) -> None:
        """Find a customer by a part of the name in the list and open the card."""
        await self.filter(name)
        await self.press("home", "enter")
        assert isinstance(self.app.screen, CustomerCardScreen), f"no card opened for {name!r}:\n{self.text()}"

    async def tab(self, number: int) -> None:
        """Go to a tab of the card."""
        await self.press(str(number))
        assert self.app.screen.query_one(TabStrip).active == number

    async def panel(self, title: str) -> Panel:
        """Go to a panel of the tab by the keyboard alone."""
        for _ in range(12):
            focused = self.focused_panel
            if focused is not None and focused.id == title:
                return focused
            await self.press("tab")
        raise AssertionError(f"tab never comes to the panel {title!r}; the last was {self.focused_panel}")

    async def find(self, text: str) -> None:
        """Find anything: type a text, the hits are then listed."""
        await self.press("f")
        await self.put(text)

    async def choose(self, word: str) -> None:
        """In a dialog of choices: go to the entry that contains the word, and take it."""
        table = self.table
        found = [index for index in range(table.count) if word in _plain(table, index)]
        assert found, f"{word!r} can't be chosen:\n{self.text()}"
        table.move_to(found[0])
        await self.press("enter")

    async def click(self, text: str, *, line: str = "", at: int = 0) -> None:
        """Click on the first letter (or the one `at`) of a text, in the first line that also contains `line`."""
        for y, found in enumerate(self.lines()):
            if text in found and line in found:
                place = found.index(text) + (at if at >= 0 else len(text) + at)
                await self.pilot.click(offset=(place, y))
                await self.settle()
                return
        raise AssertionError(f"no {text!r} to click on:\n{self.text()}")

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    async def settle(self) -> None:
        """Wait until all is quiet."""
        await settled(self.pilot)

    async def rest(self) -> None:
        """Wait until forms have looked for what was typed, which they do after a pause: `settle` is not as patient."""
        await self.settle()
        while any(isinstance(each, AlikeForm) and each.is_resting for each in self.app.screen_stack):
            await self.settle()

    # -- seeing -------------------------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """The lines of the screen."""
        return ["".join(segment.text for segment in line).rstrip() for line in drawn(self.app)]

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines())

    def marked(self, part: str) -> list[str]:
        """The underlined pieces of the first line that contains this: what the search matched."""
        for line in drawn(self.app):
            if part in "".join(segment.text for segment in line):
                return [segment.text for segment in line if segment.style and segment.style.underline]
        raise AssertionError(f"{part!r} is not on the screen:\n{self.text()}")

    async def see(self, *texts: str) -> None:
        """All of these stand on the screen."""
        end = monotonic() + PATIENCE
        while missing := _missing(texts, screen := self.text()):
            assert monotonic() < end, f"{missing} not on the screen:\n{screen}"
            await self.settle()

    async def see_row(self, text: str) -> None:
        """The row under the cursor contains this."""
        end = monotonic() + PATIENCE
        while text not in self.row:
            assert monotonic() < end, f"{text!r} is not in the row {self.row!r}:\n{self.text()}"
            await self.settle()

    def see_no(self, *texts: str) -> None:
        """None of these stands on the screen."""
        screen = self.text()
        found = [text for text in texts if text in screen]
        assert not found, f"{found} on the screen:\n{screen}"

    async def expect_toast(self, text: str) -> None:
        """A toast says this; it is then put away."""
        end = monotonic() + PATIENCE
        while not any(text in f"{each.title} {each.message}" for each in self.app._notifications):
            assert monotonic() < end, (
                f"no toast {text!r}; there are {[each.message for each in self.app._notifications]}"
            )
            await self.settle()
        self.app.clear_notifications()
        await self.settle()

    async def wait_no_longer(self) -> None:
        """Press a key that has to wait, be told so after a while, and go on without."""
        await self.pilot.press("x")
        end = monotonic() + PATIENCE
        while not any("wait no longer" in toast for toast in self.toasts):
            assert monotonic() < end, "nobody says that keys wait"
            await self.pilot.pause()
        self.app.clear_notifications()
        await self.pilot.press("escape")

    @property
    def toasts(self) -> list[str]:
        """What the toasts on the screen say."""
        return [each.message for each in self.app._notifications]

    @property
    def table(self) -> VirtualTable:
        """The list that the keys move in."""
        focused = self.app.focused
        return focused if isinstance(focused, VirtualTable) else self.app.screen.query(VirtualTable).first()

    @property
    def rows(self) -> list[str]:
        """The rows of the list that are there, as text."""
        return [_plain(self.table, index) for index in range(self.table.count)]

    def column(self, key: str) -> list[str]:
        """What the rows of the list show in a column."""
        place = next(index for index, column in enumerate(self.table.columns) if column.key == key)
        found = (self.table.row_at(index) for index in range(self.table.count))
        return [_words(row.cells[place]) for row in found if row is not None]

    @property
    def row(self) -> str:
        """The row under the cursor, as text."""
        return _plain(self.table, self.table.cursor_index)

    @property
    def focused_panel(self) -> Panel | None:
        """The panel that has the focus."""
        focused = self.app.focused
        return (
            next((node for node in focused.ancestors_with_self if isinstance(node, Panel)), None) if focused else None
        )

    @property
    def customer(self) -> str:
        """The first line of the screen: whose card this is."""
        return self.lines()[0].strip()

    def commands(self) -> dict[str, CommandState]:
        """The commands of this place, by id."""
        return {state.command.id: state for state in commands_here(self.app.screen, self.app.session.keys)}


def _missing(texts: Sequence[str], screen: str) -> list[str]:
    return [text for text in texts if text not in screen]


def _plain(table: VirtualTable, index: int) -> str:
    row = table.row_at(index)
    cells = row.cells if row is not None else ()
    return " ".join(map(_words, cells))


def _words(part: Cell | str) -> str:
    return part if isinstance(part, str) else part.plain


@asynccontextmanager
async def running(app: WatchedApp, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Crm]:
    """The program in a terminal of this size, until the end of the test; it must not end by itself."""
    async with app.run_test(size=size) as pilot:
        crm = Crm(app, pilot)
        await crm.settle()
        yield crm
        if app.is_running:
            drawn(app)
    assert app.crash is None
