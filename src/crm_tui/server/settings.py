"""How a server is run: limits, times, and where it writes its log."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable

import msgspec
from msgspec import Struct

#: a line of the log: what happened, without anybody's data
Line = dict[str, str | int | float | None]


def to_stderr(line: Line) -> None:
    """Write a line of the log as JSON, with the time of now."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    sys.stderr.buffer.write(msgspec.json.encode({"at": at} | line) + b"\n")
    sys.stderr.buffer.flush()


class Settings(Struct, frozen=True, kw_only=True):
    """Sizes are in bytes, times in seconds. ``rate`` is how many requests a second each device may make for long,
    ``burst`` how many at once; the same for failures to sign in, by address. ``behind_proxy``: addresses are those that
    the proxy tells. ``open_metrics``: /metrics answers everybody, not only this machine. ``transfers``: so many files
    and streams of rows a device sends or gets at a time; ``dumps``: so many are sent in all, since each holds one of
    the few connections that read; ``stall_seconds``: so long somebody may leave what is sent. ``heeds_signals``:
    streams of events end when the process is told to, because a server waits for what is open; its loop is in the main
    thread."""

    version: str
    body_limit: int = 2**20
    file_limit: int = 101 * 2**20
    rows_limit: int = 2**32
    body_seconds: float = 20
    call_seconds: float = 30
    long_seconds: float = 900
    threads: int = 16
    rate: float = 50
    burst: int = 200
    failure_rate: float = 0.1
    failure_burst: int = 10
    streams: int = 8
    transfers: int = 6
    dumps: int = 2
    items_limit: int = 2**29
    stall_seconds: float = 60
    pulse_seconds: float = 0.5
    heartbeat_seconds: float = 15
    behind_proxy: bool = False
    open_metrics: bool = False
    heeds_signals: bool = False
    log: Callable[[Line], None] = to_stderr
