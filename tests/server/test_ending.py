"""A server that is told to end does not wait for streams that have no end."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import asyncio, os, signal
from crm_tui.server.ending import at_signals
from crm_tui.server.events import Pulses

async def main():
    async def read():
        return 7
    async def still_valid():
        return None
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)  # as an ASGI server has it
    pulses = Pulses(read, 0.01)
    at_signals(pulses.stop)
    following = asyncio.create_task(pulses.follow())
    async for event in pulses.stream(30, still_valid):
        print(event.decode().split()[-1], flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
    await following
    await ended.wait()
    print("both heard of it", flush=True)

asyncio.run(main())
"""


def test_a_signal_ends_the_streams_and_is_still_the_servers() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.split("\n")[:2] == ["7", "both heard of it"]
