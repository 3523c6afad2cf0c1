"""Frames that are held back, when the program ends meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import App

from crm_tui.terminal.settling import LONGEST, Settling


async def test_nothing_is_shown_once_the_program_has_ended() -> None:
    """As when a line drops while a tab is being drawn: there is no screen left to look at."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    failed: list[dict[str, Any]] = []
    shown: list[bool] = []
    loop.set_exception_handler(lambda _, context: failed.append(context))
    app: App[None] = App()
    async with app.run_test():
        settling = Settling(app, lambda: shown.append(True))
    settling.show_soon()
    loop.call_later(LONGEST + 0.1, over.set)
    await over.wait()
    assert (failed, shown) == ([], [])
