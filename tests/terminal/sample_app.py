"""A small program on TerminalApp, for the tests of the terminal layer: `sample_app.py MODE [ARGUMENT]`."""

import asyncio
import os
import sys
import threading
from pathlib import Path
from time import monotonic

from textual import events, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm_tui.terminal.app import TerminalApp

CANARY = "canary-4711"
#: how long a lone Esc is waited for in a mode (ms)
DELAYS = {"patient": 200}


def say(*words: object) -> None:
    """One line into the side channel."""
    os.write(int(os.environ["CRM_TUI_TEST_TRACE"]), (" ".join(map(str, words)) + "\n").encode())


class Sample(TerminalApp):
    """Says each key, paste, size and focus change in the side channel; F-keys do the modes' deeds."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, mode: str, argument: str) -> None:
        super().__init__(crash_folder=Path(argument), mouse=mode != "no mouse", escape_delay=DELAYS.get(mode))
        self.mode = mode
        self.beats = 0

    def compose(self) -> ComposeResult:
        yield Static(self.mode, id="mode")
        yield Static("", id="beat")
        if self.mode == "input":
            yield Input()

    def on_mount(self) -> None:
        if self.mode in {"flood", "stubborn"}:
            self.set_interval(0.01, self.flood)

    def on_ready(self) -> None:
        say("ready")

    def flood(self) -> None:
        """Draw the whole screen anew."""
        self.beats += 1
        lines = [f"{self.beats} {'x' * (self.size.width - 20)} {line}" for line in range(self.size.height - 2)]
        self.query_one("#beat", Static).update("\n".join(lines))
        say("beat", self.beats)

    def on_key(self, event: events.Key) -> None:
        say("key", event.key, monotonic())
        if self.mode == "flood":
            self.query_one("#mode", Static).update(f"pressed {event.key}")
        if self.mode == "crash" and event.key in {"f2", "f3", "f4", "f5"}:
            self.fail(event.key)
        elif self.mode == "keys" and event.key == "f6":
            self.action_suspend_process()
        elif event.key == "f9":
            self.copy_to_clipboard(self.mode)
        elif event.key == "f8":
            self.exit()

    def on_terminal_app_copied(self, message: TerminalApp.Copied) -> None:
        say("copied", message.words)

    def on_paste(self, event: events.Paste) -> None:
        say("paste", ascii(event.text))

    def on_resize(self, event: events.Resize) -> None:
        say("size", event.size.width, event.size.height)

    def on_app_focus(self) -> None:
        say("focus")

    def on_app_blur(self) -> None:
        say("blur")

    def fail(self, how: str) -> None:
        """An exception that carries data, in the handler, a worker, a thread or a task."""
        secret = CANARY
        if how == "f2":
            raise ValueError(f"no {secret}")
        if how == "f3":
            self.failing_worker(secret)
        elif how == "f4":
            threading.Thread(target=int, args=(secret,)).start()
        else:
            self.failing = asyncio.get_running_loop().create_task(self.failing_task(secret))
            self.failing.add_done_callback(lambda task: task.result())

    @work(thread=True)
    def failing_worker(self, secret: str) -> None:
        """Fails with data in the message, in a local variable and in the cause."""
        try:
            int(secret)
        except ValueError as error:
            raise RuntimeError(f"no number: {secret}") from error

    async def failing_task(self, secret: str) -> None:
        """Fails in the background."""
        raise LookupError(secret)

    def save_drafts(self) -> None:
        """Stands for saving; in the mode `stubborn` the event loop hangs here the first time."""
        say("saved")
        if self.mode == "stubborn" and threading.current_thread() is threading.main_thread():
            threading.Event().wait()


if __name__ == "__main__":
    sys.exit(Sample(*sys.argv[1:]).run_in_terminal())
