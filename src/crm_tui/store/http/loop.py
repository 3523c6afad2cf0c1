"""One event loop in a thread of its own, where what the threads of a program ask is under way together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

#: seconds that closing waits for the thread
_GOODBYE = 2.0


class LoopIsClosed(Exception):
    """Nothing is begun any more."""


class Loop:
    """Runs coroutines for other threads. The thread begins with the first of them, and ends when it is closed; it never
    keeps the program from ending."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin it. Cancelling what comes of it ends it, and closing the loop does; who waits for it gets a
        CancelledError of concurrent.futures. Raises LoopIsClosed."""
        with self._lock:
            if self._is_closed:
                work.close()
                raise LoopIsClosed
            return asyncio.run_coroutine_threadsafe(work, self._running())

    def close(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """End all that is under way, run ``last`` and end the thread."""
        with self._lock:
            was_closed, self._is_closed = self._is_closed, True
        if was_closed or self._loop is None or self._thread is None:
            return
        self._last = last
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_GOODBYE)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._loop.set_default_executor(_Aside())
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name="line", daemon=True)
            self._thread.start()
        return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            loop.run_until_complete(self._end_all())
        finally:
            loop.close()

    async def _end_all(self) -> None:
        open_ = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
        await self._last()
        await asyncio.sleep(0)  # what was closed is let go of in the next turn


class _Aside(ThreadPoolExecutor):
    """A thread for each call, such as the look-up of a name: those of a pool keep a program from ending."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # whatever it is, it is raised where it is waited for
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=run, name="line aside", daemon=True).start()
        return future
