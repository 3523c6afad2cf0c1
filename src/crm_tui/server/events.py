"""Tells clients at once that somebody changed something: one look-out asks the store, all streams hear of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import anyio

from crm_tui.domain.errors import Away, CrmError

_HEARTBEAT = b": still here\n\n"


class Pulses:
    """The pulse of a store, followed while anybody listens. Used from the thread of the event loop alone."""

    def __init__(self, read: Callable[[], Awaitable[int]], every: float) -> None:
        self._read, self._every = read, every
        self._newest: int | None = None
        self._listeners = 0
        self._breaks = 0
        self._news = anyio.Event()
        self._wanted = anyio.Event()
        self.is_over = False

    async def follow(self) -> None:
        """Look again and again, until ``stop``. A store that is busy is asked again later; one whose database is away
        ends the streams, so that who listens asks anew, and is told."""
        try:
            while not self.is_over:
                if self._listeners:
                    await self._look()
                    with anyio.move_on_after(self._every):
                        await self._wanted.wait()
                else:
                    await self._wanted.wait()
                self._wanted = anyio.Event()
        finally:
            self.stop()

    async def _look(self) -> None:
        try:
            self.heard(await self._read())
        except Away:
            self._breaks += 1
            self._tell()
        except CrmError:
            return  # the next look makes up for it

    def heard(self, number: int) -> None:
        """This is the pulse now, as somebody saw it."""
        if self._newest is None or number > self._newest:
            self._newest = number
            self._tell()

    def _tell(self) -> None:
        """Wake all streams."""
        self._news.set()
        self._news = anyio.Event()

    def stop(self) -> None:
        """End all streams, because the server goes."""
        self.is_over = True
        self._news.set()
        self._wanted.set()

    async def stream(self, heartbeat: float, still_valid: Callable[[], Awaitable[object]]) -> AsyncIterator[bytes]:
        """Server-sent events: the pulse at once and at every change, a comment when nothing happens. Ends when the
        server stops, when the database is away, or when ``still_valid`` raises: the token was revoked, say. That is
        asked once a heartbeat, however much happens."""
        self._listeners += 1
        breaks = self._breaks
        self._wanted.set()
        try:
            self.heard(last := await self._read())
            yield _event(last)
            due = anyio.current_time() + heartbeat
            while not self.is_over:
                news = self._news
                if self._newest is None or self._newest <= last:
                    with anyio.move_on_at(due):
                        await news.wait()
                if self.is_over or self._breaks != breaks:
                    return
                if anyio.current_time() >= due:
                    await still_valid()
                    yield _HEARTBEAT
                    due = anyio.current_time() + heartbeat
                if self._newest is not None and self._newest > last:
                    last = self._newest
                    yield _event(last)
        except CrmError:
            return  # the client asks again, and is told then
        finally:
            self._listeners -= 1


def _event(number: int) -> bytes:
    return f"event: pulse\ndata: {number}\n\n".encode()
