"""What others do, as the server tells it: one thread reads its events, and knows the pulse without being asked.

As long as the events come, what was read at this pulse is as it is now, give or take the moment that an event is on its
way. The thread tries again by itself when the server is gone, and says so when it is back.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Iterator

from crm_tui.domain.errors import Corrupt
from crm_tui.store.http import answers
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.flow import Answer
from crm_tui.store.http.line import Line, Reply
from crm_tui.store.http.reachable import Reachable
from crm_tui.store.http.routes import PREFIX
from crm_tui.store.http.wire import Request

#: the server gives a sign of life each 15 s
_SILENCE = 40.0
#: seconds between tries to connect: the first, doubled up to the longest
_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
#: seconds that joining waits for the thread
_GOODBYE = 2.0
_REFUSED = (401, 403)


class Watch:
    """The pulse of the store as it is known here. Thread-safe."""

    def __init__(self, line: Line, reachable: Reachable) -> None:
        self._line = line
        self._reachable = reachable
        self._lock = threading.Lock()
        self._run = secrets.token_hex(4)
        self._own_writes = 0
        self._pulse: int | None = None
        self._is_alive = False
        self._closed = threading.Event()
        self._now = threading.Event()  # there is reason to try at once
        self._thread: threading.Thread | None = None
        self._answer: Answer | None = None

    @property
    def pulse(self) -> int | None:
        """The newest that is known."""
        return self._pulse

    @property
    def is_running(self) -> bool:
        """Whether the thread looks after the connection."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        """Whether events come, so that ``pulse`` is as it is now."""
        return self._is_alive

    def state(self, pulse: int | None = None, own_writes: int | None = None) -> str:
        """The state of the store, or that at an answer with this pulse to a question that was put after so many writes
        of this program."""
        with self._lock:
            own = self._own_writes if own_writes is None else own_writes
            return f"{self._run} {own} {self._pulse if pulse is None else pulse}"

    @property
    def own_writes(self) -> int:
        """How many writes this program has made so far."""
        return self._own_writes

    def wrote(self) -> None:
        """This program wrote something, or may have: what it read before may be another by now."""
        with self._lock:
            self._own_writes += 1

    def heard(self, pulse: int) -> None:
        """An answer told the pulse. Answers overtake each other, so an older one changes nothing."""
        with self._lock:
            if self._pulse is None or pulse > self._pulse:
                self._pulse = pulse

    def start(self) -> None:
        """Begin to read events, if that was not done yet."""
        with self._lock:
            if self._thread is not None or self._closed.is_set():
                return
            self._thread = threading.Thread(target=self._read, name="events", daemon=True)
            self._thread.start()

    def hurry(self) -> None:
        """A question was not answered: see at once whether the server is there. Events that still come are asked for
        anew, since they may be on a way that nothing passes any more."""
        with self._lock:
            answer = self._answer if self._is_alive else None
            self._is_alive = False
        self._now.set()
        if answer is not None:
            answer.cut()

    def close(self) -> None:
        """Try no more. What the thread waits for ends with the line."""
        self._closed.set()
        self._now.set()

    def join(self) -> None:
        """Wait until the thread has ended, once the line is closed."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(_GOODBYE)

    def _read(self) -> None:
        pause = _PAUSE
        while not self._closed.is_set():
            try:
                for number, pulse in enumerate(self._events()):
                    pause = _PAUSE
                    self._told(pulse, is_first=number == 0)
            except _NoEvents as refused:
                if refused.reply.status in _REFUSED:
                    break
                is_away = answers.is_away(refused.reply)
                if is_away or answers.is_of_proxy(refused.reply):
                    self._reachable.lost(only_database=is_away)
            except (NoReply, Corrupt):
                if not self._closed.is_set():
                    self._reachable.lost()
            finally:
                self._is_alive = False
            self._now.wait(pause)
            self._now.clear()
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _events(self) -> Iterator[int]:
        """The pulses that the server tells, until the connection ends."""
        request = Request("GET", f"{PREFIX}/events", {"Accept": "text/event-stream"}, None)
        with self._line.streaming(request, silence=_SILENCE) as answer:
            self._answer = answer
            try:
                if self._closed.is_set():
                    return
                if answer.status != 200:
                    raise _NoEvents(self._line.read(answer))
                for line in _lines(answer.chunks()):
                    name, _, value = line.partition(b":")
                    if name == b"data" and value.strip().isdigit():
                        yield int(value)
            finally:
                self._answer = None

    def _told(self, pulse: int, *, is_first: bool) -> None:
        """The first pulse of a connection is how it is now: a store that was put back to an older state has a smaller
        one, and what was read before is of another past. Later ones may be overtaken by answers."""
        with self._lock:
            if is_first and self._pulse is not None and pulse < self._pulse:
                self._own_writes += 1
            self._pulse = pulse if is_first else max(pulse, self._pulse or 0)
            self._is_alive = True
        self._reachable.back()


class _NoEvents(Exception):
    """The server answers, but gives no events."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"HTTP {reply.status}")
        self.reply = reply


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).splitlines(keepends=True)
        if rest.endswith((b"\r", b"\n")):
            whole, rest = [*whole, rest], b""
        yield from whole
