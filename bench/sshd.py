"""An sshd of its own on this machine, whose keys have the forced command ``crm-tui --restricted``, and its clients."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import pwd
import select
import shutil
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

SSHD = "/usr/sbin/sshd"
#: seconds after which something expected is taken for missing
PATIENCE = 120.0
_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized_keys
UsePAM no
StrictModes no
PermitRootLogin forced-commands-only
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
AcceptEnv LANG LC_* COLORTERM
SetEnv HOME={folder}/account
Match User {user}
  AllowTcpForwarding no
  AllowAgentForwarding no
  X11Forwarding no
  PermitTunnel no
  PermitUserRC no
  DisableForwarding yes
"""


def is_there() -> bool:
    """Whether this machine has what a session takes."""
    return os.access(SSHD, os.X_OK) and all(map(shutil.which, ("ssh", "ssh-keygen")))


class Sshd:
    """An sshd of its own on a high port, with one key for each login, all for one shared account."""

    def __init__(self, folder: Path, store: Path, logins: Iterable[str], *, program: Sequence[str] = ()) -> None:
        """``folder`` has no blanks in its path. ``program`` is how crm-tui is started, unless as this Python has it."""
        self.folder, self.store = folder, store
        self.account = folder / "account"
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self._program = program or (str(Path(sys.executable).with_name("crm-tui")),)
        self._logins = tuple(logins)
        self._process: subprocess.Popen[bytes] | None = None
        self._screens: list[Session] = []
        self.port = 0

    def __enter__(self) -> Self:
        self.account.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd of root wants it for its unprivileged half
        self._key("host_key")
        lines = []
        for login in self._logins:
            command = " ".join((*self._program, "--restricted", "--as", login, "--store", str(self.store)))
            lines.append(f'restrict,pty,command="{command}" {self._key(f"key_{login}")}')
        (self.folder / "authorized_keys").write_text("".join(lines))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = self.folder / "sshd_config"
        config.write_text(_CONFIG.format(port=self.port, folder=self.folder, user=self.user))
        with (self.folder / "sshd.log").open("wb") as log:
            self._process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
        wait(self._answers, "sshd to listen")
        return self

    def __exit__(self, *_: object) -> None:
        for session in self._screens:
            session.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)

    def command(self, login: str, *words: str) -> list[str]:
        """The command line of a client; with words ``ssh crm WORDS``."""
        options = ("BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
        given = [part for option in options for part in ("-o", option)]
        place = ["-p", str(self.port), f"{self.user}@127.0.0.1"]
        return ["ssh", "-F", "/dev/null", *given, "-i", str(self.folder / f"key_{login}"), *place, *words]

    def run(self, login: str, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """``ssh crm WORDS``, to its end."""
        return subprocess.run(
            self.command(login, *words), input=stdin, capture_output=True, timeout=PATIENCE, check=False
        )

    def screen(self, login: str) -> Session:
        """``ssh crm`` in a terminal of 120x40."""
        command = self.command(login)
        self._screens.append(Session(login, [command[0], "-tt", *command[1:]]))
        return self._screens[-1]

    def programs(self) -> list[int]:
        """The processes of crm-tui that run on this store now."""
        return [pid for pid, line in _processes() if b"--restricted" in line and os.fsencode(self.store) in line]

    def _key(self, name: str) -> str:
        path = self.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
        return path.with_suffix(".pub").read_text()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            return connection.recv(4) == b"SSH-"
        return False


class Session:
    """A client in a pseudo-terminal. What it writes is kept as bytes, and counted."""

    def __init__(self, login: str, command: Sequence[str]) -> None:
        self.login = login
        self.received = 0
        self.last = b""
        self.since = b""  # what came since the last key
        self.heard = time.monotonic()
        self.terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environ = {"TERM": "xterm-256color", "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
        self.process = subprocess.Popen(
            command, stdin=inner, stdout=inner, stderr=inner, env=environ, start_new_session=True
        )
        os.close(inner)

    def listen(self) -> None:
        """Take what has come."""
        with contextlib.suppress(OSError):  # the other end is closed
            while select.select([self.terminal], [], [], 0)[0] and (data := os.read(self.terminal, 1 << 16)):
                self.received += len(data)
                self.last = (self.last + data)[-200_000:]
                self.since += data
                self.heard = time.monotonic()

    def press(self, keys: str) -> None:
        """Type."""
        self.since = b""
        os.write(self.terminal, keys.encode())
        self.heard = time.monotonic()

    def wait_for(self, text: bytes) -> None:
        """Until these bytes have come."""

        def has_come() -> bool:
            self.listen()
            return text in self.last

        wait(has_come, f"{text!r}; there was {self.last[-600:]!r}")

    def settle(self, quiet: float = 0.6) -> None:
        """Until nothing has come for a while."""

        def is_quiet() -> bool:
            self.listen()
            return time.monotonic() - self.heard > quiet

        wait(is_quiet, "a quiet terminal")

    def close(self) -> None:
        """Cut the connection, as a line that drops. May be called again."""
        if self.terminal >= 0:
            self.process.kill()
            self.process.wait(PATIENCE)
            os.close(self.terminal)
            self.terminal = -1


class Usage(NamedTuple):
    """Of one process: kilobytes resident, its share of what it has in common with others, and processor seconds."""

    rss: int
    pss: int
    processor: float


def usage(pid: int) -> Usage:
    """What a process uses now."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return Usage(sizes["Rss"], sizes["Pss"], (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"))


def _processes() -> Iterator[tuple[int, bytes]]:
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError):
                line = Path(f"/proc/{name}/cmdline").read_bytes()
                if b"python" in line.split(b"\0")[0]:
                    yield int(name), line


def wait(fulfilled: Callable[[], bool], what: str) -> None:
    """Until something is so; AssertionError where it takes too long."""
    end = time.monotonic() + PATIENCE
    while not fulfilled():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        select.select([], [], [], 0.05)
