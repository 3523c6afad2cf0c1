"""Other programs at the same work in the same run: look-ups by khard, abook and fzf, screens of Textual programs.

The look-ups are of one person among the people of the demo, by name; each program prints that person's address."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import apsw

from bench.data import ROOT, Scene, say
from bench.program import DOWN, PAGE_DOWN, command, has_rows
from bench.report import Row
from bench.terminal import Lines, Terminal
from bench.timing import Missing, finished, in_turns, peak_megabytes, time_commands

TITLE = "Other programs"
_ENVIRONMENT = ROOT / "build" / "peers" / "bin"
_TABLE = Path(__file__).with_name("datatable_app.py")
#: of what is asked for its version, and how
_PEERS = {"khard": "--version", "harlequin": "--version", "abook": "--help", "fzf": "--version"}
#: customers at most: they read files of all people from the beginning, khard a file for each, which takes minutes
_MOST = {"fzf": 100_000, "abook": 100_000, "khard": 1_000}
_STARTS = 3
_IDLE = 5.0  # seconds


class Person(NamedTuple):
    """Somebody of an address book."""

    first: str
    last: str
    mail: str

    @property
    def name(self) -> str:
        """As it is looked up."""
        return f"{self.first} {self.last}"


def found() -> list[str]:
    """The peers with their versions, or that they are not installed."""
    return [f"{name} {_version(name, option)}" for name, option in _PEERS.items()]


def measure(scene: Scene) -> Iterator[Row]:
    """Look-ups first, then screens."""
    yield from (Row(name, "not installed") for name in _PEERS if _program(name) is None)
    for size in [size for size in scene.sizes if size <= max(_MOST.values())]:
        yield from _lookups(scene, size)
    yield from _screens(scene)


def _program(name: str) -> str | None:
    own = _ENVIRONMENT / name
    return str(own) if own.exists() else shutil.which(name)


def _version(name: str, option: str) -> str:
    program = _program(name)
    if program is None:
        return "not installed"
    try:
        done = finished([program, option], codes=range(256))
    except (Missing, OSError):  # it is named as far as it goes; measuring it says what is wrong
        return "of unknown version"
    words = (done.stdout + done.stderr).replace("v0", "0").split()
    return next((word.strip("(),") for word in words if word[:1].isdigit() and "." in word), "of unknown version")


# -- look-ups ---------------------------------------------------------------------------------------------------


def _lookups(scene: Scene, size: int) -> Iterator[Row]:
    store = scene.store(size)
    people = _people(store)
    wanted = _rare(people)
    say(f"address books of {len(people):,} people for other programs")
    commands = {"crm-tui find": command(store, "find", "kind:contact", wanted.first, wanted.last, "--format", "mutt")}
    for name, make in (("fzf", _fzf), ("abook", _abook), ("khard", _khard)):
        program = _program(name)
        if program is not None and size <= _MOST[name]:
            commands |= make(program, scene.folder, people, wanted)
    for name, words in commands.items():
        if wanted.mail not in (said := finished(words).stdout):
            raise Missing(f"{name} does not find {wanted.mail}, but says: {said[:200]}")
    timings = time_commands(commands, _STARTS)
    base = timings["crm-tui find"].median
    for name, timing in timings.items():
        peak = peak_megabytes(commands[name])
        yield Row(
            f"{len(people):,} people: {name}", f"{timing.median:,.0f} ms, processor {timing.processor:,.0f}",
            f"{timing.median / base:.1f} × crm-tui, {peak:.0f} MB",
        )  # fmt: skip


def _people(store: Path) -> list[Person]:
    """All whom the demo has, with their first address, if any."""
    with closing(apsw.Connection(str(store), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        listed = connection.execute(
            "SELECT coalesce(first_name, ''), last_name, coalesce(json_extract(emails, '$[0].address'), '')"
            " FROM contact WHERE is_active AND NOT is_deleted ORDER BY id"
        )
        return [Person(*row) for row in listed]


def _rare(people: Sequence[Person]) -> Person:
    """Somebody whose name nobody else has and whose name every program takes as it is, from the middle."""
    names: dict[str, int] = {}
    for person in people:
        names[person.name] = names.get(person.name, 0) + 1
    halves = (*people[len(people) // 2 :], *people)
    return next(each for each in halves if names[each.name] == 1 and each.mail and each.name.replace(" ", "").isascii())


def _fzf(program: str, folder: Path, people: Sequence[Person], wanted: Person) -> dict[str, list[str]]:
    path = folder / f"people{len(people)}.tsv"
    path.write_text("".join(f"{each.mail}\t{each.name}\n" for each in people), "utf-8")
    shell = 'exec "$0" --exact -f "$1" < "$2"'
    return {"fzf -f": ["/bin/sh", "-c", shell, program, wanted.name, str(path)]}


def _abook(program: str, folder: Path, people: Sequence[Person], wanted: Person) -> dict[str, list[str]]:
    path = folder / f"abook{len(people)}"
    entries = (f"[{n}]\nname={each.name}\nemail={each.mail}\n\n" for n, each in enumerate(people))
    path.write_text("[format]\nprogram=abook\nversion=0.6.1\n\n" + "".join(entries), "utf-8")
    return {"abook --mutt-query": [program, "--datafile", str(path), "--mutt-query", wanted.name]}


def _khard(program: str, folder: Path, people: Sequence[Person], wanted: Person) -> dict[str, list[str]]:
    book = folder / f"khard{len(people)}"
    book.mkdir()
    for n, each in enumerate(people):
        card = f"BEGIN:VCARD\nVERSION:3.0\nUID:{n}\nFN:{each.name}\nN:{each.last};{each.first};;;\n"
        (book / f"{n}.vcf").write_text(f"{card}EMAIL:{each.mail}\nEND:VCARD\n", "utf-8")
    settings = folder / f"khard{len(people)}.conf"
    settings.write_text(f"[addressbooks]\n[[people]]\npath = {book}\n", "utf-8")
    return {"khard email": [program, "-c", str(settings), "email", "--parsable", wanted.first, wanted.last]}


# -- screens ----------------------------------------------------------------------------------------------------


class _Screen(NamedTuple):
    """A program on the screen of a terminal; ``is_list`` if it starts in a list that keys move in."""

    program: Sequence[str]
    seen: Callable[[Lines], bool]
    is_list: bool = True


def _screens(scene: Scene) -> Iterator[Row]:
    """Starts in turns, then bytes and memory of each; all but ours use Textual as it comes."""
    ours = _Screen(command(scene.store(scene.smallest)), has_rows)
    shown = {f"crm-tui, {scene.smallest:,} customers": ours}
    for size in (1_000, 10_000):
        table = [sys.executable, str(_TABLE), str(size)]
        shown[f"DataTable of {size:,} rows"] = _Screen(table, partial(_says, "Row 0"))
    harlequin = _program("harlequin")
    if harlequin is not None:
        empty = [harlequin, "--adapter", "sqlite", "--no-download-tzdata", ":memory:"]
        shown["harlequin, an empty database"] = _Screen(empty, partial(_says, "Query"), is_list=False)
    starts = in_turns({name: partial(_start, scene.folder, each) for name, each in shown.items()}, _STARTS)
    for name, each in shown.items():
        yield from _costs(name, each, scene.folder, starts[name].median)


def _says(text: str, lines: Lines) -> bool:
    return any(text in line for line in lines)


def _opened(folder: Path, screen: _Screen) -> Terminal:
    return Terminal(screen.program, folder, env={"HOME": str(folder)})  # some write settings into it


def _start(folder: Path, screen: _Screen) -> float:
    with _opened(folder, screen) as terminal:
        terminal.until(screen.seen, f"{screen.program[0]} does not start")
        return (terminal.chunks[-1].at - terminal.started) * 1000


def _costs(name: str, screen: _Screen, folder: Path, start: float) -> Iterator[Row]:
    with _opened(folder, screen) as terminal:
        terminal.until(screen.seen, f"{name} does not start")
        terminal.settle(1.0)
        sent = sum(len(chunk.data) for chunk in terminal.chunks)
        first = len(terminal.chunks)
        terminal.read(_IDLE)
        idle = sum(len(chunk.data) for chunk in terminal.chunks[first:])
        keys = (DOWN, PAGE_DOWN) if screen.is_list else ()
        costs = [f"{sorted(terminal.press(key).size for _ in range(5))[2]:,}" for key in keys]
        resident, share = terminal.megabytes()
    yield Row(f"{name}: on the screen", f"{start:,.0f} ms", f"{resident:.0f} MB, PSS {share:.0f}")
    moves = f", cursor move {costs[0]}, page {costs[1]}" if costs else ""
    yield Row(f"{name}: bytes", f"start {sent:,}{moves} B", "something all the time" if idle else "nothing while idle")
