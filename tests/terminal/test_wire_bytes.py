"""What keys cost on the line, in bytes, which are exact; and that what is left of the screen is right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.terminal.pty_app import PtyApp
from tests.terminal.typing_in_forms import USER

from crm_tui.demo.build import build

DOWN, ENTER, TAB, ESC, REDRAW, PAGE = b"\x1b[B", b"\r", b"\t", b"\x1b", b"\x0c", b"\x1b[6~"
QUIET = 0.5  # seconds without a byte after which a key has had its effect
SIZES = (80, 24), (120, 40)
#: keys, what is shown then, and the bytes it may cost in each of the sizes; in the larger one there is a preview
KEYS = (
    (DOWN, "▌", (330, 1_500)),
    (DOWN * 20, "of 56", (16 * 330 + 4 * 600, 20 * 330 + 1_200)),  # to the last line of the smaller list
    (DOWN, "of 56", (600, 1_500)),  # and on: it scrolls
    (PAGE, "of 56", (1_800, 4_600)),
    (b"g", "▌  Ålesund", (1_800, 4_600)),
    (ENTER, "Addresses", (5_000, 9_000)),
    (b"2", "Open cases 1 of 3", (2_500, 5_000)),
    (b"1", "Addresses", (2_500, 6_000)),
    (b"2", "Open cases 1 of 3", (2_500, 5_000)),
    (b"1", "Addresses", (2_500, 6_000)),
    (b"n", "New note", (2_000, 2_000)),
    (b"x", "x  ", (200, 200)),
    (b"y", "xy ", (60, 60)),
    (ESC, "Not saved", (1_100, 1_100)),
    (b"D", "▌", (2_200, 2_500)),
)
#: where every cell is written again, to see whether it looks the same
REDRAWN = {"▌  Ålesund", "Open cases 1 of 3", "xy "}


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_keys_cost_few_bytes_and_leave_the_screen_right(tmp_path: Path, size: tuple[int, int]) -> None:
    build(tmp_path / "some.db", seed=1, today=dt.datetime.now(dt.UTC).date(), customers=60)
    env = {f"CRM_TUI_{name}": str(tmp_path / name.lower()) for name in ("DATA", "CONFIG", "STATE")}
    with PtyApp(["-m", "crm_tui", "--store", tmp_path / "some.db", "--as", USER], env=env, size=size) as app:
        app.until_written(b"\x1b[?2004h")  # a first page stands there before the program does
        app.until_shown(("of 56", "VAT ")[SIZES.index(size)])
        app.until_quiet(2 * QUIET)
        costs = [("start", len(app.raw), (4_000, 8_000)[SIZES.index(size)])]
        for keys, shown, most in KEYS:
            app.raw.clear()
            app.send(keys)
            app.until_written(b"\x1b")
            app.until_shown(shown)
            app.until_quiet(QUIET)
            costs.append((repr(keys[-3:]), len(app.raw), most[SIZES.index(size)]))
            if shown in REDRAWN:
                before = app.screen
                app.send(REDRAW)
                app.until_written(b"\x1b[2J")
                app.until_quiet(QUIET)
                assert app.screen == before
        assert [cost for cost in costs if cost[1] > cost[2]] == [], str(costs)
