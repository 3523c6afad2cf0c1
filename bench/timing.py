"""Measuring: medians and percentiles of repeated calls, in milliseconds."""

from __future__ import annotations

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
