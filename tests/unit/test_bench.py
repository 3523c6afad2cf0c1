"""The benchmarks still run: those that need no program of their own, once, on a small store; no figure is judged."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from bench.__main__ import PARTS, run
from bench.data import Scene
from bench.report import Part, at_most, grows, ratio_at_most, renewed, whole
from bench.terminal import Terminal
from bench.timing import Missing, finished

CUSTOMERS = 1_000
#: the parts that ask a store in this process
IN_PROCESS = ("search", "lists")


def test_parts_that_ask_a_store_fill_the_report(tmp_path: Path) -> None:
    scene = Scene((CUSTOMERS,), 1, tmp_path / "thrown away", tmp_path / "kept")
    report = whole(run(scene, IN_PROCESS), scene.sizes, ["abook not installed"])
    assert all(f"## {PARTS[name][0]}" in report for name in IN_PROCESS)
    assert "1,000 customers: find anything" in report
    assert "all by last activity, down, first page" in report
    assert scene.store(CUSTOMERS).parent.parent == scene.kept


def test_the_report_says_what_is_missed() -> None:
    rows = [
        at_most("key", 351, 350, " B", ratio="text 300"),
        ratio_at_most("look-up", 1.599, 1.6, "`import apsw`", shown="20 ms"),
    ]
    report = whole([Part("none", "Some", rows, 1.0)], (1_000,), [])
    assert "1 of 2 targets met. Missed:\n\n- key: 351 B (text 300), target ≤ 350 B\n" in report
    assert "| look-up | 20 ms | 1.60 × `import apsw` | ≤ 1.6 × `import apsw` | met |" in report


def test_a_part_that_is_measured_by_itself_leaves_the_others_as_they_are() -> None:
    sizes = (1_000, 10_000)
    parts = [
        Part("a", "One", [at_most("key", 351, 350, " B"), grows("one", {1_000: 1.0, 10_000: 2.0}, sizes, " ms")], 1.0),
        Part("b", "Two", [at_most("byte", 1, 2, " B")], 1.0),
    ]
    report = whole(parts, sizes, [])
    rows = [at_most("key", 349, 350, " B"), grows("one", {1_000: 3.0, 10_000: 4.0}, sizes, " ms")]
    again = renewed(report, [parts[0]._replace(rows=rows), Part("c", "Three", [at_most("x", 2, 1, " B")], 1.0)], sizes)
    assert "2 of 3 targets met. Missed:\n\n- x: 2 B, target ≤ 1 B\n" in again
    assert "| one | 3 ms | 4 ms |" in again
    assert "| key | 349 B |" in again
    assert "| key | 351 B |" not in again
    assert [line for line in again.splitlines() if line.startswith("## ")] == [
        "## How cost grows with the number of customers", "## One", "## Two", "## Three",
    ]  # fmt: skip
    assert renewed(again, [parts[1]], sizes).count("Measured by itself") == 3


def test_the_report_shows_how_cost_grows() -> None:
    rows = [grows("look-up", {1_000: 1.26, 1_000_000: 2.0}, (1_000, 10_000, 1_000_000), " ms", digits=1)]
    report = whole([Part("none", "Some", rows, 1.0)], (1_000, 10_000, 1_000_000), [])
    assert "| | 1,000 | 10,000 | 1,000,000 |\n|---|---:|---:|---:|\n| look-up | 1.3 ms |  | 2.0 ms |\n" in report


def test_what_fails_or_hangs_is_not_timed_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"ends with 4: wrong$"):
        finished([sys.executable, "-c", "import sys; print('wrong', file=sys.stderr); sys.exit(4)"])
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(Missing, match=r"takes more than 0 s"):
        finished(["/bin/sh", "-c", f"sleep 100 > '{pipe}' & sleep 100"], seconds=0.3)
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # comes when nobody has it open any more, the child of the child neither
    os.close(reader)


def test_a_key_is_painted_when_its_region_stays_as_it_is(tmp_path: Path) -> None:
    echoes = "import sys; print('there', flush=True); [print(line.upper(), flush=True) for line in sys.stdin]"
    with Terminal([sys.executable, "-c", echoes], tmp_path, size=(20, 9)) as terminal:
        terminal.until(lambda lines: "there" in lines[0], "nothing")
        one = terminal.press(b"a\n", lambda lines: lines[2].strip())
        assert one.painted is not None
        assert (one.size, terminal.lines()[2].strip()) == (len("a\r\nA\r\n\r\n"), "A")
        assert terminal.press(b"b\n", lambda lines: lines[0]).painted is None
