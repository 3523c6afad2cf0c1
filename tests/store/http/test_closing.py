"""Closing ends what is under way, at once, whatever the server does."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from time import monotonic
from typing import Any

from tests.store.conftest import Clock
from tests.store.http.conftest import until
from tests.store.http.torn_line import End, Tear, TornLine
from tests.store.over_http import token_of
from tests.store.serving import served

from crm_tui.store.http.flow import Turns
from crm_tui.store.http.loop import Loop
from crm_tui.store.http.store import open_remote


def test_a_server_that_is_silent_is_not_waited_for(app: Any, clock: Clock) -> None:
    with served(app) as port, TornLine(port) as line:
        store = open_remote(f"http://127.0.0.1:{line.port}", token_of("admin"), clock=clock)
        store.pulse()  # begins to listen
        line.tears = lambda: Tear(End.SILENT, 0, is_up=True)
        line.cut_all()
        until(lambda: line.torn > 0)  # who listens asks anew, and hears nothing
        before = monotonic()
        store.close()
        assert monotonic() - before < 1.5
        assert not any(thread.name == "events" for thread in threading.enumerate())


def test_what_is_let_go_of_meanwhile_is_no_failure() -> None:
    loop, begun = Loop(), threading.Event()

    async def let_go() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def last() -> None:
        assert begun.is_set()

    with ThreadPoolExecutor(1) as thread:
        ending = thread.submit(Turns(loop, nullcontext, silence=20).end, let_go())
        assert begun.wait(10)
        loop.close(last)
        assert ending.result(10) is None
