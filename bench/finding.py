"""``crm-tui find`` as cold processes, at every size."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.data import LOGIN, Scene, crm_script
from bench.report import Row, at_most, ratio_at_most
from bench.timing import Cold, peak_megabytes, time_commands

TITLE = "`crm-tui find`, cold"
_BASE = "import apsw"
#: a name, the number of a customer, words of two rows, the inside of a word, nothing near by, a typing error
LOOKED_UP = (["soren"], ["10018"], ["lars", "hydro"], ["ottche"], ["zzzzzz"], ["bottchr"])


def measure(scene: Scene) -> Iterator[Row]:
    """All sizes in turns, since they are compared with each other."""
    commands = {_BASE: [sys.executable, "-c", _BASE]}
    for size in scene.sizes:
        find = [crm_script(), "--store", str(scene.store(size)), "--as", LOGIN, "find"]
        commands |= {_name(size, words): [*find, *words] for words in LOOKED_UP}
    timings = time_commands(commands, scene.repeats)
    base = timings[_BASE]
    yield Row(f"`python -c {_BASE!r}`", str(timings[_BASE]))
    for size in scene.sizes:
        for words in LOOKED_UP:
            timing = timings[_name(size, words)]
            ratio = timing.median / base.median
            row = ratio_at_most(_name(size, words), ratio, 1.6, f"`{_BASE}`", shown=str(timing))
            yield row._replace(ratio=f"{row.ratio}, {timing.times(base)}")
        peak = max(peak_megabytes(commands[_name(size, words)]) for words in LOOKED_UP)
        yield at_most(f"{size:,} customers: most memory of these", peak, 30, " MB")
    if scene.smallest != scene.largest:
        yield from _growth(scene, timings)


def _growth(scene: Scene, timings: dict[str, Cold]) -> Iterator[Row]:
    for words in LOOKED_UP:
        few, many = (timings[_name(size, words)] for size in (scene.smallest, scene.largest))
        what = f"find {' '.join(words)}: {scene.largest:,} customers against {scene.smallest:,}"
        more = f"{many.median - few.median:+.1f} ms"
        row = ratio_at_most(what, many.median / few.median, 1.1, f"{scene.smallest:,}", shown=more)
        yield row._replace(ratio=f"{row.ratio}, {many.times(few)}")


def _name(size: int, words: list[str]) -> str:
    return f"{size:,} customers: find {' '.join(words)}"
