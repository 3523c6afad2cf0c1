"""The queue before the terminal, on pipes: what can't be opened anew and may block is the harder case."""

import os
import select
from collections.abc import Iterator
from contextlib import suppress
from threading import Event
from time import monotonic

import pytest

from crm_tui.terminal.output import CAP, Output


class Pipe:
    """An Output into a pipe, and what it called back."""

    def __init__(self) -> None:
        self.resumed, self.gone = Event(), Event()
        self.reader, self.writer = os.pipe()
        self.output = Output(self.writer, self.resumed.set, self.gone.set)

    def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        data = b""
        while len(data) < size:
            data += os.read(self.reader, size - len(data))
        return data


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    with suppress(OSError):  # the test may have closed it
        os.close(pipe.reader)
    pipe.output.close(0.1)
    os.close(pipe.writer)


def test_all_that_was_written_arrives_in_order(pipe: Pipe) -> None:
    for number in range(1000):
        pipe.output.write(f"{number:04} ä\n")
    assert pipe.read(8000).decode().split()[::2] == [f"{number:04}" for number in range(1000)]
    pipe.output.close()
    assert not pipe.resumed.is_set()
    assert not pipe.gone.is_set()


def test_writing_never_waits_and_what_is_too_much_is_dropped(pipe: Pipe) -> None:
    began = monotonic()
    for _ in range(100):
        pipe.output.write("x" * (CAP // 10))
    assert monotonic() - began < 1
    while not pipe.resumed.wait(0.01):
        if select.select([pipe.reader], [], [], 0)[0]:
            os.read(pipe.reader, 65536)
    pipe.output.write("after")
    left = b""
    while not left.endswith(b"after"):
        left += os.read(pipe.reader, 65536)
    assert set(left.removesuffix(b"after")) <= {ord("x")}


def test_one_piece_larger_than_the_cap_still_passes(pipe: Pipe) -> None:
    pipe.output.write("y" * (2 * CAP))
    assert pipe.read(2 * CAP) == b"y" * (2 * CAP)


def test_closing_does_not_wait_for_ever(pipe: Pipe) -> None:
    pipe.output.write("x" * CAP)
    began = monotonic()
    pipe.output.close(0.2)
    assert monotonic() - began < 1


def test_a_reader_that_went_away_is_noticed(pipe: Pipe) -> None:
    os.close(pipe.reader)
    pipe.output.write("x")
    assert pipe.gone.wait(5)
    pipe.output.write("y")  # nobody cares, and nothing is raised


def test_what_puts_the_terminal_back_is_never_dropped(pipe: Pipe) -> None:
    for _ in range(100):
        pipe.output.write("x" * (CAP // 10))
    pipe.output.keep()
    pipe.output.write("y" * CAP)
    pipe.output.write("the end")
    left = b""
    while not left.endswith(b"the end"):
        left += os.read(pipe.reader, 65536)
    assert left.count(b"y") == CAP
