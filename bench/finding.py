"""``crm-tui find`` as cold processes, at every size."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.data import LOGIN, Scene, crm_script
from bench.report import Row, at_most, grows, ratio_at_most
from bench.timing import Cold, peak_megabytes, time_commands

TITLE = "`crm-tui find`, cold"
_BASE = "import apsw"
#: of what a look-up is made besides itself: the interpreter, SQLite, our modules
_MADE_OF = ("pass", _BASE, "import apsw, crm_tui.cli.find, crm_tui.cli.find_output, crm_tui.store.sql.lookup")
_NOTHING_FOUND = 3  # what find ends with then
#: a name, the number of a customer, words of two rows, the inside of a word, nothing near by, a typing error
LOOKED_UP = (["soren"], ["10018"], ["lars", "hydro"], ["ottche"], ["zzzzzz"], ["bottchr"])


def measure(scene: Scene) -> Iterator[Row]:
    """All sizes in turns, since they are compared with each other. Judged by the processor's time: a look-up waits for
    nothing, and what other programs do is no part of it."""
    commands = {code: [sys.executable, "-c", code] for code in _MADE_OF}
    for size in scene.sizes:
        find = [crm_script(), "--store", str(scene.store(size)), "--as", LOGIN, "find"]
        commands |= {_name(size, words): [*find, *words] for words in LOOKED_UP}
    timings = time_commands(commands, scene.repeats, codes=(0, _NOTHING_FOUND))
    base = timings[_BASE]
    for code in _MADE_OF:
        ratio = f"{timings[code].processor / base.processor:.2f} × `{_BASE}`"
        yield Row(f"`python -c {code!r}`", str(timings[code]), ratio)
    for size in scene.sizes:
        for words in LOOKED_UP:
            yield _against(_name(size, words), timings[_name(size, words)], base, 1.6, f"`{_BASE}`")
        peak = max(peak_megabytes(commands[_name(size, words)]) for words in LOOKED_UP)
        yield at_most(f"{size:,} customers: most memory of these", peak, 30, " MB")
    if scene.smallest != scene.largest:
        for words in LOOKED_UP:
            spent = {size: timings[_name(size, words)].processor for size in scene.sizes}
            yield grows(f"find {' '.join(words)}, processor", spent, scene.sizes, " ms")
            few, many = (timings[_name(size, words)] for size in (scene.smallest, scene.largest))
            what = f"find {' '.join(words)}: {scene.largest:,} customers against {scene.smallest:,}"
            yield _against(what, many, few, 1.1, f"{scene.smallest:,}")


def _against(what: str, ours: Cold, base: Cold, most: float, words: str) -> Row:
    row = ratio_at_most(what, ours.processor / base.processor, most, words, shown=str(ours))
    also = f"least {ours.least / base.least:.2f}, clock {ours.median / base.median:.2f}"
    return row._replace(ratio=f"{row.ratio} ({also})")


def _name(size: int, words: list[str]) -> str:
    return f"{size:,} customers: find {' '.join(words)}"
