"""A process that starts no other program, leaves no memory behind and is not stopped from its keyboard.

The second wall behind ``restricted``: nothing in the program is to ask for these, and here they would fail.
"""

from __future__ import annotations

import resource
import signal
import sys

#: what Python tells of before it starts a program
_STARTS = frozenset(
    ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn")
)


def seal() -> None:
    """From now on, for the rest of the process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # ctrl+\\ would write all that is in memory to a file
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # ctrl+z would leave the session with nobody to wake it
    sys.addaudithook(_refuse_programs)


def _refuse_programs(event: str, arguments: tuple[object, ...]) -> None:
    if event in _STARTS:
        raise PermissionError(1, "no program is started in a restricted session")
