"""Somebody who types in the forms of the real program, and what ends it meanwhile; see test_drafts_survive.py."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from tests.terminal.pty_app import PtyApp, is_normal

from crm_tui.demo.build import build
from crm_tui.store.drafts import Draft
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.store import SqlStore, open_store

USER = "sanna"
OFFER = "Typed and not saved: go on?"
ENTER, TAB, BACK_TAB, DOWN, HOME = b"\r", b"\t", b"\x1b[Z", b"\x1b[B", b"\x1b[H"
#: seconds between two keys of somebody who types fast
PACE = 1 / 25
#: seconds of typing that a kill may cost
COST = 0.25
#: keys that are pressed at most until a terminal that nobody reads is full
MOST_UNREAD = 200
#: characters at the end of what is typed that stand nowhere else on the screen
DISTINCT = 7
_WORDS = ("Ødegård", "Brücke", "järvi", "næste uke", "laituri", "løfteåk")

# A list shows its cursor once it has the focus: only then do keys come to it.
Step = tuple[bytes, str]
_CARD: tuple[Step, ...] = ((ENTER, "▌Ingrid Aasen"),)
_ADDRESSES: tuple[Step, ...] = (*_CARD, (BACK_TAB, "▌◆ HQ"))
_ACTIVITIES: tuple[Step, ...] = (*_CARD, (TAB, "▌[ ]"))
_FILES: tuple[Step, ...] = (*_ACTIVITIES, (TAB, "▌Frame agreement"))


class Way(NamedTuple):
    """How one gets from the customers to a form: keys, and what each brings to the screen, the form's title at last.
    ``form`` is its name for drafts, ``field`` the one that is typed in."""

    form: str
    field: str
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        """What stands above the form."""
        return self.steps[-1][1]


_NEW_ENTRY: tuple[Step, ...] = (
    (b"a", "a meeting or call"), (DOWN, "▌To-do"), (DOWN, "▌Calendar entry"), (ENTER, "New calendar entry"),
)  # fmt: skip
WAYS = (
    Way("customer", "name", ((b"a", "New customer"),)),
    Way("customer", "name", (*_CARD, (b"m", "Change name, number"), (ENTER, "Customer: Kallavesi"))),
    Way("address", "line1", (*_ADDRESSES, (b"a", "New address"))),
    Way("address", "line1", (*_ADDRESSES, (b"e", "Address: Satamakatu"))),
    Way("contact", "first_name", (*_CARD, (b"a", "New contact"))),
    Way("contact", "first_name", (*_CARD, (b"e", "Contact: Ingrid Aasen"))),
    Way("activity", "name", (*_ACTIVITIES, *_NEW_ENTRY)),
    Way("activity", "name", (*_ACTIVITIES, (b"e", "Project task: Review"))),
    Way("to-do", "line", (*_CARD, (b"t", "New to-do"))),
    Way("note", "text", (*_CARD, (b"n", "New note"))),
    Way("file", "url", (*_FILES, (b"a", "to a page or a"), (DOWN, "▌Link"), (ENTER, "New link"))),
    Way("file", "name", (*_FILES, (b"e", "File: Frame agreement"))),
)
FORMS = tuple(dict.fromkeys(way.form for way in WAYS))


class Desk:
    """A small store and the folders of one user, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "small.db"

    @classmethod
    def make(cls, folder: Path) -> Desk:
        """A new one, with customers of the demo company."""
        desk = cls(folder)
        build(desk.store, seed=1, today=dt.datetime.now(dt.UTC).date(), customers=3)
        return desk

    def copy(self, folder: Path) -> Desk:
        """Another one that is like it."""
        shutil.copytree(self.folder, folder)
        return Desk(folder)

    def start(self) -> PtyApp:
        """The program as the user starts it."""
        env = {f"CRM_TUI_{name}": str(self.folder / name.lower()) for name in ("DATA", "CONFIG", "STATE")}
        return PtyApp(["-m", "crm_tui", "--store", self.store, "--as", USER], env=env)

    def drafts(self) -> tuple[Draft, ...]:
        """What the next start finds."""
        path = self.folder / "state" / "drafts.db"
        with closing(open_drafts(path, store=str(self.store), actor=USER)) as drafts:
            assert drafts.notices == ()
            return drafts.all()

    def open_store(self) -> SqlStore:
        """The store, as the user."""
        return open_store(self.store, login=USER, clock=lambda: dt.datetime.now(dt.UTC))


def walk(app: PtyApp, way: Way) -> None:
    """Go to the form."""
    app.until_shown("1–3 of 3")
    for keys, shown in way.steps:
        app.send(keys)
        app.until_shown(shown)


class Typist:
    """Types a text at the pace of a person, and knows when each key was pressed."""

    def __init__(self, app: PtyApp, chance: random.Random) -> None:
        self.app, self.chance = app, chance
        self.typed = ""
        self.seen = 0  # characters whose echo was on the screen
        self._at: list[float] = []

    def press(self, text: str, *, pace: float = PACE, read_terminal: bool = True) -> None:
        """Type it; do not wait for the echo of the last key."""
        for character in text:
            self.app.send(character.encode())
            self._at.append(monotonic())
            self.typed += character
            if read_terminal:
                self.app.watch(pace)
            else:
                self.app.look_away(pace)

    def write(self) -> None:
        """Type a few words and see them on the screen; at times all keys come at once, as over a slow line."""
        self.press(self.words(), pace=self.chance.choice([0, PACE]))
        self.app.until_shown(self.typed[-DISTINCT:])
        self.seen = len(self.typed)

    def words(self) -> str:
        """Something that is written nowhere yet."""
        return f"{self.chance.choice(_WORDS)} {self.chance.randrange(10**6):06}"

    def stop_reading(self) -> None:
        """Type on while nobody reads the terminal: a larger window is drawn whole, which is more than it holds."""
        self.app.resize(120, 40)
        while not self.app.is_full():
            self.press("x", read_terminal=False)
            assert len(self.typed) < MOST_UNREAD
        self.press(self.words()[-DISTINCT:], read_terminal=False)

    def owed(self, moment: float) -> int:
        """How many characters must survive what ends the program at ``moment``."""
        return max(self.seen, sum(at <= moment - COST for at in self._at))


def by_signal(number: int, typist: Typist) -> int:
    """The words are on the screen, a few keys more are under way."""
    typist.write()
    typist.press(typist.words()[: typist.chance.randrange(4)])
    owed = typist.owed(monotonic())
    typist.app.signal(number)
    assert typist.app.until_end() == 128 + number
    assert typist.app.attributes_are_back()
    assert is_normal(typist.app.raw)
    return owed


def by_term(typist: Typist) -> int:
    """SIGTERM, as from a shutdown."""
    return by_signal(signal.SIGTERM, typist)


def by_hup(typist: Typist) -> int:
    """SIGHUP, as from a dropped line."""
    return by_signal(signal.SIGHUP, typist)


def by_closing(typist: Typist) -> int:
    """The window is closed: there is no terminal left to put back."""
    typist.write()
    typist.press(typist.words()[: typist.chance.randrange(4)])
    owed = typist.owed(monotonic())
    typist.app.close_terminal()
    assert typist.app.until_end(read_terminal=False) == 128 + signal.SIGHUP
    return owed


def by_stalling(typist: Typist) -> int:
    """Nobody reads the terminal any more, as when a line hangs; a signal comes at some time."""
    app, number = typist.app, typist.chance.choice([signal.SIGHUP, signal.SIGTERM])
    typist.write()
    typist.stop_reading()
    app.signal(number)
    assert app.until_end(read_terminal=False) == 128 + number
    assert app.attributes_are_back()
    app.read_rest()
    assert is_normal(app.raw)
    return typist.seen  # how far the program has come since is not to be seen


def by_kill(typist: Typist) -> int:
    """SIGKILL, at any moment."""
    text = f"{typist.words()} {typist.words()}"
    typist.press(text[: typist.chance.randint(8, len(text))])
    typist.app.watch(typist.chance.uniform(0, COST))
    owed = typist.owed(monotonic())
    typist.app.signal(signal.SIGKILL)
    assert typist.app.until_end() == -signal.SIGKILL
    return owed


ENDS: dict[str, Callable[[Typist], int]] = {
    "SIGTERM": by_term,
    "SIGHUP": by_hup,
    "closed": by_closing,
    "stalled": by_stalling,
    "SIGKILL": by_kill,
}


def type_until_the_end(desk: Desk, way: Way, end: str, chance: random.Random) -> str:
    """Type in a form until the program ends; what is in the draft then, which is all that is owed."""
    with desk.start() as app:
        walk(app, way)
        typist = Typist(app, chance)
        owed = ENDS[end](typist)
    survived = [kept(draft, way) for draft in desk.drafts()] or [""]
    text = typist.typed
    wanted = [[text[:length].strip()] for length in range(owed, len(text) + 1)]
    assert survived in wanted, f"{way.title}, {end}: of {text!r} {owed} keys were owed, and {survived} is there"
    return survived[0]


def kept(draft: Draft, way: Way) -> str:
    """What somebody typed, behind what was in the field before."""
    assert draft.form == way.form
    before, now = draft.before[way.field] or "", draft.values[way.field] or ""
    assert now.startswith(before)
    return str(now[len(before) :]).strip()


def go_on(app: PtyApp, way: Way, text: str) -> None:
    """At a start: the draft is offered; go on with it, and find the text in the form."""
    app.until_shown(OFFER)
    app.until_shown(way.title)
    app.send(ENTER)
    app.until_shown("Save  ctrl+s")
    assert OFFER not in app.screen
    app.send(HOME)
    app.until_shown(text[:12])  # the beginning of it, which fits into any field
