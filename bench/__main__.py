"""``make bench``: measures, prints a table and writes it to bench/RESULTS.md.

python -m bench [--only wire,find] [--sizes 1000,10000] [--repeats 15] [--write]
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import apsw

from bench import finding, holding, importing, listing, memory, painting, peers, searching, ssh, starting, team, wire
from bench.data import ROOT, Scene, say
from bench.report import Part, Row, renewed, whole
from bench.timing import Missing

_RESULTS = Path(__file__).with_name("RESULTS.md")
_SIZES = (1_000, 10_000, 100_000, 1_000_000)
STOPPED = "stopped"
#: name -> title and what measures it, in the order of the report
PARTS: dict[str, tuple[str, Callable[[Scene], Iterable[Row]]]] = {
    "find": (finding.TITLE, finding.measure),
    "start": (starting.TITLE, starting.measure),
    "wire": (wire.TITLE, wire.measure),
    "paint": (painting.TITLE, painting.measure),
    "held": (holding.TITLE, holding.measure),
    "search": (searching.TITLE, searching.measure),
    "lists": (listing.TITLE, listing.measure),
    "memory": (memory.TITLE, memory.measure),
    "import": (importing.TITLE, importing.measure),
    "ssh": (ssh.TITLE, ssh.measure),
    "team": (team.TITLE, team.measure),
    "peers": (peers.TITLE, peers.measure),
}


def main(argv: Sequence[str]) -> None:
    """Measure everything, or some parts; parts leave RESULTS.md alone unless --write is given."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what crm-tui costs.")
    parser.add_argument("--only", default="", help=f"some of these, with commas between: {', '.join(PARTS)}")
    parser.add_argument("--sizes", default=",".join(map(str, _SIZES)), help="how many customers, with commas between")
    parser.add_argument("--repeats", type=int, default=15, help="how often processes are started")
    parser.add_argument("--write", action="store_true", help="write bench/RESULTS.md, of some parts only theirs")
    arguments = parser.parse_args(argv)
    names = arguments.only.split(",") if arguments.only else list(PARTS)
    if unknown := set(names) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}: choose of {', '.join(PARTS)}")
    sizes = tuple(sorted(int(size) for size in arguments.sizes.split(",")))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))  # which ends children and takes files away
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="crm-tui-bench-") as folder:
        scene = Scene(sizes, arguments.repeats, Path(folder), ROOT / "build" / "bench")
        for size in sizes:
            scene.store(size)
        parts = list(run(scene, names))
        report = whole(parts, sizes, peers.found())
    print(report)
    if arguments.write and names != list(PARTS):
        report = renewed(_RESULTS.read_text("utf-8"), parts, sizes)
    if arguments.write or (names == list(PARTS) and sizes == _SIZES):
        _RESULTS.write_text(report, "utf-8")
    if stopped := [part.name for part in parts if any(row.value == STOPPED for row in part.rows)]:
        sys.exit(f"bench: stopped in {', '.join(stopped)}")


def run(scene: Scene, names: Iterable[str]) -> Iterator[Part]:
    """Measure these parts."""
    for name in names:
        title, measure = PARTS[name]
        start = time.perf_counter()
        rows = []
        try:
            for row in measure(scene):
                say(f"{name}: {row.what}: {row.value or ' · '.join(row.growth)} {row.ratio}")
                rows.append(row)
        except (Missing, OSError, apsw.Error) as error:  # the other parts are worth having
            say(f"{name}: stopped: {error}")
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            rows.append(Row("the rest", STOPPED, reason.replace("|", "/"), "", met=False))
        seconds = time.perf_counter() - start
        say(f"{name}: {seconds:.0f} s")
        yield Part(name, title, rows, seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
