"""Memory of the screen program, after a walk through the list and a card."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.data import Scene
from bench.program import DOWN, END, ENTER, ESC, HOME, PAGE_DOWN, started
from bench.report import Row, at_most, grows
from bench.terminal import Terminal

TITLE = "Memory of the screen program"
_QUIET = 0.2
#: pages, both ends, a filter, a card with all its tabs, a dialog
_WALK = (
    *[PAGE_DOWN] * 20, END, *[b"\x1b[5~"] * 5, HOME, b"/", b"m", b"a", b"r", ENTER, *[DOWN] * 10, ENTER,
    b"2", b"3", b"4", b"5", b"1", b"n", ESC, b"J", b"J", b"K", ESC, ESC, b"f", b"s", b"o", b"r", ESC,
)  # fmt: skip


def measure(scene: Scene) -> Iterator[Row]:
    """Every size, since a list must not cost more because it is long."""
    found: dict[int, tuple[float, float]] = {}
    for size in scene.sizes:
        with started(scene.store(size), scene.folder) as terminal:
            found[size] = before, _ = terminal.megabytes()
            for keys in _WALK:
                terminal.press(keys, quiet=_QUIET)
            resident, share = terminal.megabytes()
        what = f"{size:,} customers, after a walk"
        row = at_most(what, resident, 90, " MB", digits=1)
        yield row._replace(ratio=f"PSS {share:.1f} MB; at the start {before:.1f} MB")
    yield grows(
        "memory with the list open", {size: rss for size, (rss, _) in found.items()}, scene.sizes, " MB", digits=1
    )
    if scene.smallest != scene.largest:
        more = found[scene.largest][0] - found[scene.smallest][0]
        yield at_most(f"list of {scene.largest:,} open, against {scene.smallest:,}", more, 1, " MB more", digits=1)
    yield Row("`python -c 'import textual.app, textual.widgets'`", f"{_imported(scene):.1f} MB")


def _imported(scene: Scene) -> float:
    """What Textual has before anything of ours is there."""
    code = "import sys, textual.app, textual.widgets; print('there', flush=True); sys.stdin.read()"
    with Terminal([sys.executable, "-c", code], scene.folder) as terminal:
        terminal.until(lambda lines: "there" in lines[0], "Python does not start")
        return terminal.megabytes()[0]
