"""Measuring: medians and percentiles of repeated calls and processes, in milliseconds."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

#: seconds after which a process is taken for one that hangs
PATIENCE = 300.0


class Missing(Exception):
    """What was waited for did not come, or a program did not do what is measured."""


class Timing(NamedTuple):
    """Milliseconds: the middle of the runs, and what 95 of 100 stay below."""

    median: float
    p95: float

    def __str__(self) -> str:
        return f"{self.median:,.1f} ms, p95 {self.p95:,.1f}"


class Cold(NamedTuple):
    """Processes from start to end: milliseconds on the clock as in Timing, and the middle and the least of the
    processor's."""

    median: float
    p95: float
    processor: float
    least: float

    def __str__(self) -> str:
        return f"{self.median:,.1f} ms, p95 {self.p95:,.1f}, processor {self.processor:,.1f}"


_SPAWN = (
    "import os, sys; child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]);"
    "print(os.wait4(child, 0)[2].ru_maxrss, file=sys.stderr)"
)


def timing_of(taken: Sequence[float]) -> Timing:
    """Median and p95 of some times. Raises Missing if there are none."""
    if not taken:
        raise Missing("nothing that was to be timed was seen")
    return Timing(statistics.median(taken), statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0])


def time_call(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def time_calls(calls: Sequence[Callable[[], object]]) -> Timing:
    """Run each call once, in order."""
    return timing_of([time_call(call) for call in calls])


def in_turns(calls: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, Timing]:
    """What each call measures by itself, in turns and in another order each time, so that a busy moment meets all of
    them alike."""
    dice = random.Random(5)
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name in dice.sample(list(calls), len(calls)):
            taken[name].append(calls[name]())
    return {name: timing_of(times) for name, times in taken.items()}


def finished(
    command: Sequence[str], *, codes: Sequence[int] = (0,), seconds: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """A process run to its end, as a user has it. Raises Missing where it fails (it would count as fast) or hangs; then
    nothing of it is left."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
        text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{' '.join(command)} takes more than {seconds:.0f} s") from error
    finally:
        if process.returncode is None:
            end(process)
    if process.returncode not in codes:
        raise Missing(f"{' '.join(command)} ends with {process.returncode}: {(err or out).strip()[-500:]}")
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a process that leads a session, and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def time_commands(
    commands: Mapping[str, Sequence[str]], repeats: int = 15, *, codes: Sequence[int] = (0,)
) -> dict[str, Cold]:
    """Cold processes, in turns; one that is run first is not counted, since it brings files into memory. Raises
    Missing where one ends with another of these codes."""
    spent: dict[str, list[float]] = {name: [] for name in commands}

    def run(name: str) -> float:
        before = children_seconds()
        took = time_call(lambda: finished(commands[name], codes=codes))
        spent[name].append((children_seconds() - before) * 1000)
        return took

    for name in commands:
        run(name)
        spent[name].clear()
    timings = in_turns({name: partial(run, name) for name in commands}, repeats)
    return {name: Cold(*timing, statistics.median(spent[name]), min(spent[name])) for name, timing in timings.items()}


def children_seconds() -> float:
    """What all processes that were started and have ended computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_megabytes(command: Sequence[str]) -> float:
    """The most memory that a process had at once, whatever it ends with."""
    # through a small process, since what this one has would be counted for its children, too
    through = [sys.executable, "-c", _SPAWN, *command]
    return int(finished(through).stderr.split()[-1]) / 1024


def environment() -> dict[str, str]:
    """As a user has it: modules are compiled once, not at every start."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def computed(call: Callable[[], object]) -> float:
    """Milliseconds of this thread's processor time that one call takes: other programs do not count."""
    start = time.thread_time()
    call()
    return (time.thread_time() - start) * 1000
