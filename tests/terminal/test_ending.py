"""Signals and terminals that stop reading: drafts saved, terminal put back, the right exit code."""

import os
import re
import signal
import termios
from pathlib import Path

import pytest
from tests.terminal.pty_app import PtyApp, is_normal, sample

from crm_tui.terminal.output import CAP

SIGNALS = [signal.SIGHUP, signal.SIGTERM, signal.SIGINT]


LARGE = (200, 50)  # a frame of it is more than 8 kB
FRAMES = 2 * CAP // 8000


def stall(app: PtyApp) -> None:
    """Stop reading until much more than the program keeps has been drawn."""
    while int(app.until_said_unread("beat").split()[1]) < FRAMES:
        pass


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_saves_drafts_restores_the_terminal_and_gives_the_exit_code(number: signal.Signals) -> None:
    with sample() as app:
        app.signal(number)
        app.until_said("saved")
        assert app.until_end() == 128 + number
        assert app.attributes_are_back()
        assert is_normal(app.raw)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_the_same_when_the_terminal_does_not_read(number: signal.Signals) -> None:
    with sample("flood", size=LARGE) as app:
        stall(app)
        app.signal(number)
        app.until_said_unread("saved", 5)
        assert app.until_end(10, read_terminal=False) == 128 + number
        assert app.attributes_are_back()
        app.read_rest()
        assert is_normal(app.raw)


def test_the_same_when_the_event_loop_hangs() -> None:
    with sample("stubborn") as app:
        app.signal(signal.SIGTERM)
        app.until_said("saved")  # hangs in the event loop
        app.until_said("saved")  # from the thread that does not wait for ever
        assert app.until_end(10) == 128 + signal.SIGTERM
        assert app.attributes_are_back()
        assert is_normal(app.raw)


def _newest(app: PtyApp) -> int:
    """The number of the last frame of a flood that is on the screen."""
    return max(map(int, re.findall(r"(\d+) x", app.screen)), default=0)


def test_the_program_lives_on_while_nobody_reads_and_draws_all_when_somebody_does() -> None:
    with sample("flood", size=LARGE) as app:
        stall(app)
        app.send(b"j")
        assert app.until_said_unread("key").split()[1] == "j"
        beats = int(app.until_said_unread("beat").split()[1])
        while _newest(app) < beats + 10:  # on a screen that pyte drew from what was left of the frames
            app.watch(0.1)
        app.until_shown("pressed j")  # drawn once, while nobody read
        lines = [line.split() for line in app.screen.splitlines()[2:40]]
        assert len({line[0] for line in lines}) <= 2  # whole frames; two of them where one was being drawn
        assert [line[2] for line in lines] == [str(n) for n in range(1, 39)]
        written = {int(number) for number in re.findall(rb"(\d+) xxxx", app.raw)}
        assert len([number for number in written if number <= beats]) < beats / 2  # the others were dropped
        app.send(b"\x1b[19~")
        assert app.until_end() == 0
        assert is_normal(app.raw)


def test_a_hang_up_is_ignored_under_nohup() -> None:
    with sample(nohup=True) as app:
        app.signal(signal.SIGHUP)
        app.send(b"j")
        assert app.until_said("key").split()[1] == "j"


def test_an_ordinary_end_puts_everything_back() -> None:
    with sample() as app:
        assert not app.attributes_are_back()
        app.send(b"\x1b[19~")
        assert app.until_end() == 0
        assert app.attributes_are_back()
        assert is_normal(app.raw)


def test_flags_of_the_shared_terminal_are_left_alone(tmp_path: Path) -> None:
    with sample("flood") as app:
        other = os.open(f"/proc/{app.process.pid}/fd/1", os.O_WRONLY | os.O_NOCTTY)
        try:
            flags = Path(f"/proc/{app.process.pid}/fdinfo/1").read_text()
            assert not int(flags.split("flags:")[1].split()[0], 8) & os.O_NONBLOCK
            assert termios.tcgetattr(other)
        finally:
            os.close(other)
