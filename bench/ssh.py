"""Twenty people at work over a real sshd on this machine: memory and processor time of each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from bench.data import ROOT, Scene
from bench.report import Row
from bench.terminal import Missing
from bench.timing import environment

TITLE = "Sessions over SSH"
_SESSIONS, _SECONDS = 20, 60


def measure(scene: Scene) -> Iterator[Row]:
    """In a process of its own, which makes a store of its own."""
    if not (os.access("/usr/sbin/sshd", os.X_OK) and shutil.which("ssh")):
        yield Row("sessions", "sshd is not installed")
        return
    command = [sys.executable, "-m", "bench.ssh_sessions", "--sessions", str(_SESSIONS), "--seconds", str(_SECONDS)]
    done = subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"the sessions over SSH failed: {done.stderr[-1000:]}")
    for line in done.stdout.splitlines():
        what, _, value = line.partition(":")
        if line.startswith("lost"):
            lost = sum(int(word) for word in line.replace(",", "").split() if word.isdecimal())
            yield Row("work that is lost, unexpected or not in the change log", line, "", "0", lost == 0)
        else:
            yield Row(what.strip(), value.strip())
