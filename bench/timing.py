"""Measuring: medians and percentiles of repeated calls, in milliseconds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Timing(NamedTuple):
    """Milliseconds: the middle of the runs, and what 95 of 100 stay below."""

    median: float
    p95: float


_SPAWN = (
    "import os, sys; child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]);"
    "print(os.wait4(child, 0)[2].ru_maxrss, file=sys.stderr)"
)


def time_calls(calls: Sequence[Callable[[], object]]) -> Timing:
    """Run each call once, in order."""
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return Timing(statistics.median(taken), statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0])


def time_process(code: str, repeats: int = 9) -> Timing:
    """A fresh interpreter that runs ``code``."""
    command = [sys.executable, "-c", code]
    return time_calls([lambda: subprocess.run(command, check=True, capture_output=True)] * repeats)


def time_commands(commands: dict[str, list[str]], repeats: int = 15) -> dict[str, Timing]:
    """Cold processes, in turns, so that a busy moment meets all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, env=_environment())
            taken[name].append((time.perf_counter() - start) * 1000)
    return {name: Timing(statistics.median(times), statistics.quantiles(times, n=20)[-1])
            for name, times in taken.items()}  # fmt: skip


def peak_megabytes(command: list[str]) -> float:
    """The most memory that a process had at once."""
    # through a small process, since what this one has would be counted for its children, too
    through = [sys.executable, "-c", _SPAWN, *command]
    done = subprocess.run(through, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment(), check=True)
    return int(done.stderr.split()[-1]) / 1024


def _environment() -> dict[str, str]:
    """As a user has it: modules are compiled once, not at every start."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
