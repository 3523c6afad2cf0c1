"""What keys cost on the line, in bytes, which are exact; and that what is left of the screen is right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.terminal.pty_app import PtyApp
from tests.terminal.typing_in_forms import USER

from crm_tui.demo.build import build

DOWN, ENTER, TAB, ESC, REDRAW = b"\x1b[B", b"\r", b"\t", b"\x1b", b"\x0c"
QUIET = 0.5  # seconds without a byte after which a key has had its effect
#: keys, what is shown then, the bytes it may cost
KEYS = (
    (DOWN * 16, "▌  Kotka", 16 * 350),
    (DOWN, "2–18 of", 600),
    (DOWN * 8, "10–26 of", 8 * 600),  # the list scrolls
    (ENTER, "Addresses", 6_000),
    (b"2", "Open cases", 5_000),
    (b"1", "Addresses", 5_000),
    # a form that fills the screen
    (b"e", "Contact: Ulrika", 5_000),
    (TAB, "▌Åkesson", 350),
    (ESC, "▌Ulrika Å", 5_000),
    (b"n", "New note", 3_000),
    (b"x", "x  ", 300),
    (b"y", "xy ", 100),
    (ESC, "Not saved", 1_500),
    (b"D", "▌Ulrika Å", 3_000),
)
#: where every cell is written again, to see whether it looks the same
REDRAWN = {"10–26 of", "Open cases", "▌Ulrika Å"}


def test_keys_cost_few_bytes_and_leave_the_screen_right(tmp_path: Path) -> None:
    build(tmp_path / "some.db", seed=1, today=dt.datetime.now(dt.UTC).date(), customers=60)
    env = {f"CRM_TUI_{name}": str(tmp_path / name.lower()) for name in ("DATA", "CONFIG", "STATE")}
    with PtyApp(["-m", "crm_tui", "--store", tmp_path / "some.db", "--as", USER], env=env) as app:
        app.until_shown("1–17 of")
        app.until_quiet(QUIET)
        costs = [("start", len(app.raw), 8_000)]
        for keys, shown, most in KEYS:
            app.raw.clear()
            app.send(keys)
            app.until_shown(shown)
            app.until_quiet(QUIET)
            costs.append((repr(keys[-3:]), len(app.raw), most))
            if shown in REDRAWN:
                before = app.screen
                app.send(REDRAW)
                app.until_written(b"\x1b[2J")
                app.until_quiet(QUIET)
                assert app.screen == before
        assert [cost for cost in costs if cost[1] > cost[2]] == [], str(costs)
