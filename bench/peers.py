"""Other programs at the same work in the same run: look-ups by khard, abook and fzf, screens of Textual programs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.data import ROOT, Scene, say
from bench.program import DOWN, PAGE_DOWN, command
from bench.report import Row
from bench.terminal import Lines, Terminal
from bench.timing import environment, peak_megabytes, time_commands

TITLE = "Other programs"
_ENVIRONMENT = ROOT / "build" / "peers" / "bin"
_TABLE = Path(__file__).with_name("datatable_app.py")
#: khard reads every card at every start: more would take minutes
_MOST_CARDS = 10_000
_LOOKED_UP = "korhonen"


def found() -> list[str]:
    """The peers with their versions, or that they are not installed."""
    asked = {"khard": "--version", "harlequin": "--version", "abook": "--help", "fzf": "--version"}
    return [f"{name} {_version(name, option)}" for name, option in asked.items()]


def measure(scene: Scene) -> Iterator[Row]:
    """Look-ups first, then screens."""
    yield from _lookups(scene)
    yield from _screens(scene)


def _program(name: str) -> str | None:
    own = _ENVIRONMENT / name
    return str(own) if own.exists() else shutil.which(name)


def _version(name: str, option: str) -> str:
    program = _program(name)
    if program is None:
        return "not installed"
    done = subprocess.run([program, option], env=environment(), capture_output=True, text=True)
    words = (done.stdout + done.stderr).replace("v0", "0").split()
    return next((word.strip("(),") for word in words if word[:1].isdigit() and "." in word), "of unknown version")


# -- look-ups ---------------------------------------------------------------------------------------------------


def _lookups(scene: Scene) -> Iterator[Row]:
    for size in [size for size in scene.sizes if size <= 100_000]:
        say(f"address books of {size:,} contacts for other programs")
        commands = {"crm-tui find": command(scene.store(size), "find", _LOOKED_UP)}
        commands |= _fzf(scene.folder, size) | _abook(scene.folder, size)
        if size <= _MOST_CARDS:
            commands |= _khard(scene.folder, size)
        timings = time_commands(commands, 3 if size > 1_000 else 5)
        base = timings["crm-tui find"].median
        for name, timing in timings.items():
            peak = peak_megabytes(commands[name])
            what = f"{size:,} customers: {name}" if name == "crm-tui find" else f"{size:,} contacts: {name}"
            yield Row(what, f"{timing.median:,.0f} ms", f"{timing.median / base:.1f} × crm-tui, {peak:.0f} MB")


def _people(size: int) -> Iterator[tuple[str, str, str]]:
    """First name, last name, e-mail; one of a hundred is looked up."""
    last = ("korhonen", "berg", "hansen", "nieminen", "virtanen", "larsen", "kask", "lind")
    for n in range(size):
        name = last[0] if n % 100 == 0 else last[1 + n % 7]
        yield "Aino", f"{name.title()} {n}", f"aino.{name}{n}@mail{n % 500}.example"


def _fzf(folder: Path, size: int) -> dict[str, list[str]]:
    program = _program("fzf")
    if program is None:
        return {}
    path = folder / f"people{size}.tsv"
    path.write_text("".join("\t".join(one) + "\n" for one in _people(size)), "utf-8")
    shell = f'"{program}" -f {_LOOKED_UP} < "{path}"'
    return {"fzf -f": ["/bin/sh", "-c", shell]}


def _abook(folder: Path, size: int) -> dict[str, list[str]]:
    program = _program("abook")
    if program is None:
        return {}
    path = folder / f"abook{size}"
    entries = (f"[{n}]\nname={first} {last}\nemail={mail}\n\n" for n, (first, last, mail) in enumerate(_people(size)))
    path.write_text("[format]\nprogram=abook\nversion=0.6.1\n\n" + "".join(entries), "utf-8")
    return {"abook --mutt-query": [program, "--datafile", str(path), "--mutt-query", _LOOKED_UP]}


def _khard(folder: Path, size: int) -> dict[str, list[str]]:
    program = _program("khard")
    if program is None:
        return {}
    book = folder / f"khard{size}"
    book.mkdir()
    for n, (first, last, mail) in enumerate(_people(size)):
        card = f"BEGIN:VCARD\nVERSION:3.0\nUID:{n}\nFN:{first} {last}\nN:{last};{first};;;\nEMAIL:{mail}\nEND:VCARD\n"
        (book / f"{n}.vcf").write_text(card, "utf-8")
    settings = folder / f"khard{size}.conf"
    settings.write_text(f"[addressbooks]\n[[people]]\npath = {book}\n[general]\ndefault_action = list\n", "utf-8")
    return {"khard list": [program, "-c", str(settings), "list", _LOOKED_UP]}


# -- screens ----------------------------------------------------------------------------------------------------


def _screens(scene: Scene) -> Iterator[Row]:
    """Bytes and memory of programs that use Textual as it comes."""
    for size in (1_000, 10_000):
        table = [sys.executable, str(_TABLE), str(size)]
        yield from _screen(scene.folder, f"DataTable of {size:,} rows", table, lambda lines: "Row 0" in "".join(lines))
    harlequin = _program("harlequin")
    if harlequin is None:
        yield Row("harlequin", "not installed")
        return
    empty = [harlequin, "--adapter", "sqlite", "--no-download-tzdata", ":memory:"]
    yield from _screen(scene.folder, "harlequin, an empty database", empty, lambda lines: "Query" in "".join(lines))


def _screen(folder: Path, name: str, program: Sequence[str], seen: object) -> Iterator[Row]:
    assert callable(seen)

    def is_there(lines: Lines) -> bool:
        return bool(seen(lines))

    with Terminal(program, folder) as terminal:
        terminal.until(is_there, f"{name} does not start")
        shown = terminal.chunks[-1].at - terminal.started
        terminal.settle(1.0)
        start = sum(len(chunk.data) for chunk in terminal.chunks)
        move, page = (sorted(terminal.press(keys).size for _ in range(5))[2] for keys in (DOWN, PAGE_DOWN))
        resident, share = terminal.megabytes()
    yield Row(f"{name}: on the screen", f"{shown * 1000:,.0f} ms", f"{resident:.0f} MB, PSS {share:.0f}")
    yield Row(f"{name}: bytes of start, cursor move, page", f"{start:,} · {move:,} · {page:,} B")
