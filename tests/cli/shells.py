"""Shells in a pseudo-terminal, as somebody sits in front of them: keys in, the line that stands there out."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

#: seconds after which something expected is taken for missing; only a failing test waits so long
PATIENCE = 30.0
#: ctrl+x p, to which each shell is told to print the line that is being typed
_SHOW = b"\x18p"
_SHOWN = re.compile(rb"<<line:(.*?):line>>", re.DOTALL)
_RUN = re.compile(rb"<<args:(.*?):args>>", re.DOTALL)
#: what is completed is asked of the program; another command shows what the shell made of its arguments
_PROGRAM = """\
#!/bin/sh
[ "$1" = complete ] && exec {python} -m crm_tui "$@"
printf '<<%s:' args
printf '%s\\037' "$@"
printf ':%s>>' args
"""
_START = {
    "bash": "PS1='$ '; bind 'set enable-bracketed-paste off'; bind 'set page-completions off';"
    " bind 'set completion-query-items 0';"
    ' bind -x \'"\\C-xp": printf "<<%s:%s:line>>" line "$READLINE_LINE"\'',
    "zsh": "PS1='$ '; LISTMAX=10000; autoload -Uz compinit; compinit -u -D; bindkey -e;"
    ' show() { print -rn -- "<<"line":${BUFFER}:line>>" }; zle -N show; bindkey \'^Xp\' show',
    "fish": "function fish_prompt; echo -n '$ '; end;"
    " bind \\cxp 'printf \"<<%s:%s:line>>\" line (commandline | string collect)'",
}
_PROGRAMS = {"bash": ("--norc", "--noprofile", "-i"), "zsh": ("-f", "-i"), "fish": ("--no-config", "-i")}


class Terminal:
    """A program in a pseudo-terminal of 24 rows; a context that ends it."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, columns: int = 120
    ) -> None:
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, columns))
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder, process_group=None,
            start_new_session=True, preexec_fn=lambda: _control(theirs),
        )  # fmt: skip
        os.close(theirs)
        self.output = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        os.close(self._ours)

    def type(self, keys: bytes | str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode() if isinstance(keys, str) else keys)

    def until(self, expected: bytes | re.Pattern[bytes]) -> re.Match[bytes]:
        """Read what is printed until this is; what stands up to it is taken away."""
        pattern = expected if isinstance(expected, re.Pattern) else re.compile(re.escape(expected))
        end = monotonic() + PATIENCE
        while not (match := pattern.search(self.output)):
            ready, _, _ = select.select([self._ours], [], [], max(0.0, end - monotonic()))
            assert ready, f"{pattern.pattern!r} did not come: {self.output[-2000:]!r}"
            try:
                self.output += os.read(self._ours, 65536)
            except OSError:
                raise AssertionError(f"it ended: {self.output[-2000:]!r}") from None
        self.output = self.output[match.end() :]
        return match


def _control(theirs: int) -> None:
    import fcntl

    fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)


class Shell(Terminal):
    """A shell that knows the program and its completions."""

    def __init__(self, name: str, script: str, folder: Path, **environment: str) -> None:
        program = folder / "bin" / "crm-tui"
        program.parent.mkdir(exist_ok=True)
        program.write_text(_PROGRAM.format(python=sys.executable))
        program.chmod(0o755)
        completions = folder / "completions"
        completions.write_text(script)
        path = f"{program.parent}:{os.environ['PATH']}"
        home = {"HOME": str(folder), "PATH": path, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        super().__init__((name, *_PROGRAMS[name]), {**os.environ, **home, **environment}, folder)
        # the quotation marks keep the echo of what is typed from being taken for what is printed
        self.type(f"{_START[name]}; source {completions}; echo rea''dy\r")
        self.until(b"ready")

    def line(self, keys: str) -> str:
        """What stands on a new line after these keys."""
        self.type(b"\x05\x15" + keys.encode() + _SHOW)
        return self.until(_SHOWN)[1].decode()

    def arguments(self, keys: str) -> list[str]:
        """What the program is started with after these keys and Enter."""
        self.type(b"\x05\x15" + keys.encode() + b"\r")
        return self.until(_RUN)[1].decode().split("\x1f")[:-1]
