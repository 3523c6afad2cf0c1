"""``crm-tui serve`` as a process of its own, which tests start, kill and end as often as they want."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from enum import Enum
from pathlib import Path
from time import monotonic
from typing import Any, Self

import httpx
from tests.postgres import children_of

PATIENCE = 30.0


class Whom(Enum):
    """Who of the server is killed."""

    ALL = "all its processes at once"
    FIRST = "the process that was started; the others notice"
    ONE = "a process that answers; another one takes its place"


class ServeProcess:
    """The server of a store, which is there already."""

    def __init__(self, store: str, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_it_answers()
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill(Whom.ALL)

    def start(self) -> None:
        """Start it; returns once it listens. Where one was killed, its place may still be taken for a moment."""
        command = [sys.executable, "-m", "crm_tui", "--store", self._store, "serve", "--listen"]
        listens = ""
        while not listens:
            with (self._folder / "log").open("a") as log:
                self._process = subprocess.Popen(
                    [*command, f"127.0.0.1:{self.port}"],
                    stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True, cwd=self._folder,
                )  # fmt: skip
            assert self._process.stdout is not None
            listens = self._process.stdout.readline()
            if not listens:
                self._process.communicate()
            assert listens or "Address already in use" in self._log()[-1], self._log()[-1]

    def wait_until_it_answers(self) -> None:
        """Until whoever asks is answered."""
        end = monotonic() + PATIENCE
        while True:
            try:
                assert httpx.get(f"{self.url}/ready", trust_env=False, timeout=PATIENCE).is_success
            except httpx.TransportError:
                assert monotonic() < end, self._log()[-1]
            else:
                return

    def kill(self, whom: Whom) -> None:
        """Kill it, or a part of it, with SIGKILL."""
        assert self._process is not None
        match whom:
            case Whom.ALL:
                os.killpg(self._process.pid, signal.SIGKILL)
            case Whom.FIRST:
                self._process.kill()
            case Whom.ONE:
                os.kill(self._answering(), signal.SIGKILL)
                return
        self._process.communicate()

    def tell_to_end(self) -> None:
        """Send SIGTERM."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        assert self._process is not None
        self._process.communicate(timeout=PATIENCE)
        return self._process.returncode

    def answers(self) -> Counter[int]:
        """How often it answered with which status."""
        return Counter(line["status"] for line in self.events() if line["event"] == "request")

    def events(self) -> list[dict[str, Any]]:
        """The lines of its log, without what it says about a place that is taken."""
        return [json.loads(line) for line in self._log() if line.startswith("{")]

    def processor_seconds(self) -> float:
        """What its processes have used of the processor so far."""
        assert self._process is not None
        both = (self._process.pid, *children_of(self._process.pid))
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in both]
        return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")

    def _log(self) -> list[str]:
        return (self._folder / "log").read_text().splitlines() or [""]

    def _answering(self) -> int:
        """A process that the one that was started has started."""
        assert self._process is not None
        while not (found := children_of(self._process.pid)):
            pass
        return found[0]


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
