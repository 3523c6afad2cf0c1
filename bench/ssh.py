"""Twenty people at work over a real sshd on this machine: memory and processor time of each."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.data import Scene
from bench.report import Row
from bench.sshd import is_there
from bench.timing import finished

TITLE = "Sessions over SSH"
_SESSIONS, _SECONDS = 20, 60
_MOST = 400.0  # seconds for all of it


def measure(scene: Scene) -> Iterator[Row]:
    """In a process of its own, which makes a store of its own."""
    if not is_there():
        yield Row("sessions", "sshd is not installed")
        return
    command = [sys.executable, "-m", "bench.ssh_sessions", "--sessions", str(_SESSIONS), "--seconds", str(_SECONDS)]
    for line in finished(command, seconds=_MOST).stdout.splitlines():
        what, _, value = line.partition(":")
        if line.startswith("lost"):
            lost = sum(int(word) for word in line.replace(",", "").split() if word.isdecimal())
            yield Row("work that is lost, unexpected or not in the change log", line, "", "0", lost == 0)
        else:
            yield Row(what.strip(), value.strip())
