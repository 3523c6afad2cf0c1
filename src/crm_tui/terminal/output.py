"""What the program writes to the terminal, so that a terminal which stops reading never stops the program."""

import os
import select
import termios
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread

from crm_tui.terminal.abilities import abilities

# Bytes. A full frame of 120x40 is about 70 kB; what waits behind several of them would be stale when it is
# read.
CAP = 256 * 1024
CHUNK = 16 * 1024

# Leaves everything Textual switches on, and the part of the screen that scrolls, whatever state the terminal is
# in. CAN ends a sequence cut in the middle.
RESTORE = (
    b"\x18\x1b[r\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m"
)


class Output:
    """A file-like object for Textual's driver: `write` never waits.

    A thread of its own passes the bytes on. When more than CAP bytes wait, they are dropped, and so is all
    that comes after, until the terminal reads again; then `resumed` is called, to draw the screen anew.
    When the terminal is gone, `gone` is called. Both are called from that thread.
    """

    def __init__(self, fd: int, resumed: Callable[[], None], gone: Callable[[], None]) -> None:
        self._fd = fd
        self._resumed, self._gone = resumed, gone
        self._terminal = _open_again(fd)
        self._waiting: deque[bytes] = deque()
        self._size = 0  # bytes in `_waiting`
        self._in_hand = 0  # bytes that the thread is writing
        self._dropping = False
        self._keeping = False
        self._closed = False
        self._changed = Condition()
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    def fileno(self) -> int:
        """The file descriptor of the terminal."""
        return self._fd

    def isatty(self) -> bool:
        """Whether it is a terminal at all."""
        return os.isatty(self._fd)

    def flush(self) -> None:
        """Nothing to do: the thread writes as soon as it can."""

    def write(self, text: str) -> int:
        """Queue `text`, or drop it while the terminal does not read."""
        data = text.encode("utf-8", "replace")
        with self._changed:
            before = self._size + self._in_hand
            if before and before + len(data) > CAP and not self._keeping:
                self._waiting.clear()
                self._size = 0
                self._dropping = True
            if not self._dropping and not self._closed:
                self._waiting.append(data)
                self._size += len(data)
            self._changed.notify_all()
        return len(text)

    def keep(self) -> None:
        """Drop nothing from now on: what comes puts the terminal back."""
        with self._changed:
            self._keeping = True
            self._dropping = False

    def close(self, patience: float = 1.0) -> None:
        """Write what waits and end. After `patience` seconds in vain, restore the terminal by force."""
        if self._stop_writer < 0:
            return
        with self._changed:
            self._changed.wait_for(lambda: self._is_empty() or self._closed, patience)
            drained = self._is_empty()
            self._closed = True
            self._changed.notify_all()
        os.write(self._stop_writer, b"\0")
        self._thread.join(0.1)
        if not drained:
            restore(self._fd)
        # It may still be inside a write, if the terminal couldn't be opened again.
        if not self._thread.is_alive():
            for fd in {self._stop_reader, self._stop_writer, self._terminal} - {self._fd}:
                os.close(fd)
        self._stop_writer = -1

    def _is_empty(self) -> bool:
        return not self._size and not self._in_hand

    def _run(self) -> None:
        try:
            while (data := self._next()) is not None:
                if not self._pass_on(memoryview(data)):
                    return
                self._written()
        except OSError:  # the line was dropped or the window closed
            with self._changed:
                self._closed = True
                self._changed.notify_all()
            self._gone()

    def _next(self) -> bytes | None:
        """What to write next, once there is something; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._dropping or self._closed)
            if self._closed:
                return None
            data = b"".join(self._waiting)
            self._waiting.clear()
            self._size, self._in_hand = 0, len(data)
            return data

    def _pass_on(self, data: memoryview) -> bool:
        """Write all of `data`; False if closed meanwhile. Raises OSError if the terminal is gone."""
        while data:
            stopped, _, _ = select.select([self._stop_reader], [self._terminal], [])
            if stopped:
                return False
            try:
                data = data[os.write(self._terminal, data[:CHUNK]) :]
            except BlockingIOError:
                continue  # somebody else wrote in between: wait again
        return True

    def _written(self) -> None:
        with self._changed:
            resumed = self._dropping
            self._dropping = False
            self._in_hand = 0
            self._changed.notify_all()
        if resumed:
            self._resumed()


def _open_again(fd: int) -> int:
    """The terminal of `fd`, opened once more so that writing does not block.

    Not by a flag on `fd` itself: that is shared with the shell and all else that uses the terminal. Where
    it can't be opened (a terminal handed over by another user), `fd` itself serves, and only the thread may
    block.
    """
    try:
        return os.open(os.ttyname(fd), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return fd


def restore(fd: int) -> None:
    """Put the terminal of `fd` back on its normal screen without waiting: what is still unread is dropped."""
    # Nothing can be put back where the terminal is gone or still has no room; both are why this is called.
    with suppress(OSError, termios.error):
        termios.tcflush(fd, termios.TCOFLUSH)
        terminal = _open_again(fd)
        if terminal != fd:
            try:
                os.write(terminal, abilities(os.environ).known(RESTORE.decode()).encode())
            finally:
                os.close(terminal)
