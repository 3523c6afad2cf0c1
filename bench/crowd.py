"""Many clients at a server at once, in a process of their own: ``python -m bench.crowd`` takes a Task from standard
input and prints an Outcome.

Each has a connection that stays open, as the program has, and asks for one thing after the other. They are plain
(http.client, nothing is decoded), so that it is the server that is measured.
"""

from __future__ import annotations

import http.client
import random
import sys
import threading
import time
from collections.abc import Sequence

import msgspec
from msgspec import Struct

_PATIENCE = 60.0


class Deed(Struct, frozen=True):
    """Something that a user does: requests, one after the other."""

    kind: str
    paths: tuple[str, ...]


class Task(Struct, frozen=True):
    """What to do: a client for each token does deeds, in an order of its own, for some seconds."""

    port: int
    tokens: tuple[str, ...]
    deeds: tuple[Deed, ...]
    seconds: float


class Outcome(Struct):
    """Milliseconds of each deed by its kind, requests that were answered with 200, and what else came."""

    taken: dict[str, list[float]] = {}
    requests: int = 0
    errors: list[str] = []


class _Client(threading.Thread):
    """One of them."""

    def __init__(self, task: Task, token: str, end: float) -> None:
        super().__init__(name="client")
        self._task = task
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        self._dice = random.Random(token)
        self._end = end
        self._line = http.client.HTTPConnection("127.0.0.1", task.port, timeout=_PATIENCE)
        self.outcome = Outcome()

    def run(self) -> None:
        """Go on until the time is over."""
        while time.perf_counter() < self._end:
            deed = self._dice.choice(self._task.deeds)
            start = time.perf_counter()
            if all([self._ask(path) for path in deed.paths]):
                self.outcome.taken.setdefault(deed.kind, []).append((time.perf_counter() - start) * 1000)
        self._line.close()

    def _ask(self, path: str) -> bool:
        try:
            self._line.request("GET", path, headers=self._headers)
            response = self._line.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            self._line.close()
            self.outcome.errors.append(f"{path.partition('?')[0]}: {error!r}")
            return False
        if response.status != 200:
            self.outcome.errors.append(f"{path.partition('?')[0]}: {response.status}")
            return False
        self.outcome.requests += 1
        return True


def all_of(outcomes: Sequence[Outcome]) -> Outcome:
    """What came of all of them together."""
    whole = Outcome()
    for one in outcomes:
        for kind, times in one.taken.items():
            whole.taken.setdefault(kind, []).extend(times)
        whole.requests += one.requests
        whole.errors += one.errors
    return whole


def main() -> None:
    """Do the task."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    end = time.perf_counter() + task.seconds
    clients = [_Client(task, token, end) for token in task.tokens]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    sys.stdout.buffer.write(msgspec.json.encode(all_of([client.outcome for client in clients])))


if __name__ == "__main__":
    main()
