"""--restricted: every way out of the program that we could think of is tried, each at the door that a user has."""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from tests.cli.conftest import Crm, Done

from crm_tui.cli import NOTHING_FOUND, USAGE, main, parser, restricted
from crm_tui.cli.one_at_a_time import alone
from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.interchange import transfer_folder
from crm_tui.interchange.transfer_folder import TransferFolder
from crm_tui.registers.settings import RegisterSettings
from crm_tui.terminal.documents import save_document

SECRET = "Number;Name\n7;Not for Bob\n"


class Ssh(Protocol):
    """``ssh crm ASKED`` with a key whose forced command is ``crm-tui --restricted --as LOGIN``."""

    def __call__(self, asked: str, stdin: bytes = b"", *, login: str = "bob", forced: str = "") -> Done: ...


@pytest.fixture
def store(home: Path, crm: Crm, tmp_path: Path) -> Path:
    """A store with the administrator ann, the plain user bob, and one customer."""
    customers = tmp_path / "customers.csv"
    customers.write_text("Number,Name\n1001,Hydro Oy\n")
    assert crm("import", customers, "--kind", "customer").code == 0
    assert crm("users", "add", "bob", "--name", "Bob", "--profile", "Support").code == 0
    return home / "default.db"


@pytest.fixture
def ssh(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ssh:
    before, where = dict(os.environ), Path.cwd()
    account = tmp_path / "account"

    def run(asked: str, stdin: bytes = b"", *, login: str = "bob", forced: str = "") -> Done:
        os.environ |= {"HOME": str(account), "SSH_ORIGINAL_COMMAND": asked, "CRM_TUI_STORE": str(tmp_path / "other.db")}
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        try:
            code = main(["--restricted", "--as", login, "--store", str(store), *forced.split()])
        except SystemExit as usage:
            code = int(usage.code or 0)
        finally:
            os.environ.clear()
            os.environ.update(before)
            os.chdir(where)
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def transfer(tmp_path: Path, ssh: Ssh) -> Path:
    """Bob's transfer folder."""
    assert ssh("transfer").code == NOTHING_FOUND
    (folder,) = (tmp_path / "account").glob(".local/state/crm-tui/restricted/*/*/transfer")
    return folder


#: what a user asks for -> a word of the sentence that refuses it
WAYS_OUT = {
    # another user, another store
    "--as ann find hydro": "--as",
    "--as=ann": "--as",
    "find hydro --as ann": "--as",
    "find --as=ann hydro": "--as",
    "agenda --as ann": "--as",
    "--a ann agenda": "--as",
    "users --as ann": "--as",
    "users add eve --name Eve --profile Support --as ann": "--as",
    "--store other.db": "--store",
    "find hydro --store /etc/passwd": "--store",
    "imports --sto other": "--store",
    "export --all --store=/tmp/x.db": "--store",
    # what concerns the machine
    "demo": "whole machine",
    "demo --serve-registers": "whole machine",
    "backup copy.backup": "whole machine",
    "restore copy.backup": "whole machine",
    # another way in
    "login https://crm.example.com": "whole machine",
    "logout": "whole machine",
    "devices": "whole machine",
    "devices add bob --name Mine": "whole machine",
    "users password bob": "another way in",
    # a first start
    "--organization Mine": "--organization",
    "import a.csv --country FI": "--country",
    # files outside of the transfer folder
    "import /etc/passwd": "names alone",
    "import ../../../drafts.db": "names alone",
    "import ~/.ssh/authorized_keys": "names alone",
    "import good.csv ./../x.csv": "names alone",
    "import --refused /tmp/x.csv good.csv": "names alone",
    "import --template finance /tmp": "names alone",
    "import --template finance ..": "names alone",
    "import .hidden": "names alone",
    "import ''": "names alone",
    "import /dev/stdin": "names alone",
    "export --all /tmp/all.jsonl": "names alone",
    "export --all ../all.jsonl --force": "names alone",
    "contacts --output /home/crm/.ssh/authorized_keys --force": "names alone",
    "contacts --outp ../x.csv": "names alone",
    "update-customers --country FI --dry-run --output /tmp/x.csv": "names alone",
    "transfer get /etc/passwd": "names alone",
    "transfer get ../../drafts.db": "names alone",
    "transfer put ~/.bashrc": "names alone",
    "transfer put .ssh": "names alone",
    "transfer remove ..": "names alone",
    # other programs
    "scp -t /tmp": "not served",
    "scp -f secret": "not served",
    "/usr/lib/openssh/sftp-server": "not served",
    "internal-sftp": "not served",
    "rsync --server -logDtpre.iLsfxC . x": "not served",
    "git-upload-pack 'crm.git'": "not served",
    "sh -c id": "no command",
    "bash": "no command",
    "$(id)": "no command",
    "`id`": "no command",
    "/bin/sh": "no command",
    "crm-tui; id": "no command",
    "python3 -m crm_tui": "no command",
    "env": "no command",
    "'unfinished": "quotation mark",
}


def test_ways_out(ssh: Ssh) -> None:
    done = {asked: ssh(asked, login="ann") for asked in WAYS_OUT}  # even of an administrator

    assert {asked: one for asked, one in done.items() if (one.code, one.out) != (USAGE, "")} == {}
    assert {asked: one for asked, one in done.items() if WAYS_OUT[asked] not in one.err} == {}


def test_shell_signs_are_only_words(ssh: Ssh, tmp_path: Path) -> None:
    """What would be more than one command in a shell is one look-up here, of odd words."""
    for asked in (
        f"find hydro; touch {tmp_path}/made",
        f"find hydro && touch {tmp_path}/made",
        f"find $(>{tmp_path}/made)",
    ):
        assert ssh(asked).code == NOTHING_FOUND
    assert not (tmp_path / "made").exists()


def test_what_is_asked_for_is_done_as_the_forced_user(ssh: Ssh, store: Path) -> None:
    found = ssh("find hydro")
    assert (found.code, found.err) == (0, ""), found
    assert "Hydro Oy" in found.out
    assert "Hydro Oy" in ssh("crm-tui show 1001").out
    assert ssh("find nothing-so-called -hydro").code == NOTHING_FOUND
    assert ssh("note 1001 called back").code == 0
    assert "called back" in ssh("show 1001", login="ann").out
    assert "Bob" in ssh("show 1001 --tab contact", login="ann").out
    assert ssh("users add eve --name Eve --profile Support").code == 5  # by permission, as everywhere
    assert ssh("users add eve --name Eve --profile Support", login="ann").code == 0
    assert ssh("find hydro", login="mallory").code != 0
    assert "usage: crm-tui" in ssh("--help").out
    # a command in the forced line is the only one, as with any forced command
    assert "Hydro Oy" in ssh("agenda", forced="show 1001").out


def test_files_come_in_and_go_out_by_name(ssh: Ssh, transfer: Path, store: Path) -> None:
    put = ssh("transfer put new.csv", b"Number,Name\n1002,Aalto Oy\n")
    assert (put.code, put.out) == (0, ""), put
    assert (transfer / "new.csv").stat().st_mode & 0o777 == 0o600
    assert transfer.stat().st_mode & 0o777 == 0o700
    assert ssh("transfer put new.csv", b"other").code == 1
    assert ssh("transfer get new.csv").out.endswith("1002,Aalto Oy\n")
    assert ssh("transfer put new.csv --force", b"Number,Name\n1003,Elo Oy\n").code == 0
    assert ssh("transfer list").out.splitlines()[1].startswith("new.csv\t")
    assert ssh("import new.csv --kind customer", login="ann").code == 1  # another's folder is another one
    assert ssh("transfer", login="ann").code == NOTHING_FOUND
    assert ssh("transfer get new.csv", login="ann").code == NOTHING_FOUND
    assert ssh("transfer put all.csv", b"Number,Name\n1003,Elo Oy\n", login="ann").code == 0
    assert ssh("import all.csv --kind customer", login="ann").code == 0
    assert "Elo Oy" in ssh("find elo").out
    assert ssh("export --all whole.jsonl", login="ann").code == 0
    assert "Elo Oy" in ssh("transfer get whole.jsonl", login="ann").out
    assert ssh("contacts --output list.csv").code in (0, NOTHING_FOUND)
    assert ssh("transfer remove new.csv").code == 0
    assert not (transfer / "new.csv").exists()


def test_a_relative_store_is_not_looked_for_among_the_users_files(ssh: Ssh, store: Path) -> None:
    for asked in ("show 1001", "find hydro"):
        found = ssh(asked, forced=f"--store {os.path.relpath(store)}")
        assert (found.code, "Hydro Oy" in found.out) == (0, True), found


def test_links_lead_nowhere(ssh: Ssh, transfer: Path, tmp_path: Path) -> None:
    """Nobody can make one in the folder from inside; if there is one, it is not followed."""
    secret = tmp_path / "secret.csv"
    secret.write_text(SECRET)
    (transfer / "soft.csv").symlink_to(secret)
    os.link(secret, transfer / "hard.csv")
    os.mkfifo(transfer / "pipe.csv")
    (transfer / "folder.csv").mkdir()
    for name in ("soft.csv", "hard.csv", "pipe.csv", "folder.csv"):
        got, imported, put, out = (
            ssh(f"transfer get {name}"), ssh(f"import {name}"), ssh(f"transfer put {name} --force", b"mine"),
            ssh(f"contacts --output {name} --force"),
        )  # fmt: skip
        assert all(done.code in (1, 2) and "Not for Bob" not in done.out for done in (got, imported, put, out)), name
    assert secret.read_text() == SECRET
    # nor is the folder itself, replaced by a link
    for path in transfer.iterdir():
        path.rmdir() if path.is_dir() else path.unlink()
    transfer.rmdir()
    transfer.symlink_to(tmp_path)
    assert ssh("transfer get secret.csv").code == 1


def test_a_folder_has_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = TransferFolder(tmp_path / "own")
    monkeypatch.setattr(transfer_folder, "ROOM", 10)
    monkeypatch.setattr(transfer_folder, "MOST_FILES", 2)
    folder.write("a", io.BytesIO(b"12345"), overwrite=False)
    with pytest.raises(Exception, match="holds 0 MB in all"):
        folder.write("b", io.BytesIO(b"123456"), overwrite=False)
    assert [each.name for each in folder.files()] == ["a"]
    assert [path.name for path in folder.path.iterdir()] == ["a"]  # nothing half is left
    half = folder.path / ".half.part"  # of a line that dropped, just now
    half.write_bytes(b"1")
    with pytest.raises(Exception, match="takes 2 files"):
        folder.write("b", io.BytesIO(b"12345"), overwrite=False)
    os.utime(half, (0, 0))
    folder.write("b", io.BytesIO(b"12345"), overwrite=False)
    assert not half.exists()
    with pytest.raises(Exception, match="takes 2 files"):
        folder.write("c", io.BytesIO(b""), overwrite=False)
    folder.remove("b")
    monkeypatch.setattr(transfer_folder, "MOST_FILES", 9)

    class Meanwhile(io.BytesIO):
        """Somebody else puts a file there while this one comes."""

        def read(self, size: int | None = -1) -> bytes:
            if not self.tell():
                folder.write("c", io.BytesIO(b"12345"), overwrite=False)
            return super().read(size)

    with pytest.raises(Exception, match="holds 0 MB in all"):
        folder.write("d", Meanwhile(b"1"), overwrite=False)
    assert [each.name for each in folder.files()] == ["a", "c"]
    for name in ("", " ", ".", "..", "a/b", "/a", "~a", "a\nb", "a\0b", "a" * 151, "\ud800" * 60):
        with pytest.raises(Invalid):
            folder.named(name)


def test_what_is_written_keeps_to_the_same_room(ssh: Ssh, transfer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ssh("transfer put bad.csv", b"Number,Name\n,\n", login="ann").code == 0
    monkeypatch.setattr(transfer_folder, "ROOM", 20)
    for asked in ("export --all whole.jsonl", "import bad.csv --kind customer --refused why.csv"):
        done = ssh(asked, login="ann")
        assert (done.code, "holds 0 MB in all" in done.err) == (1, True), done
    assert ssh("transfer", login="ann").out.count("\n") == 2  # a header, and bad.csv
    long = io.BytesIO(bytes(16_000_000))
    with pytest.raises(Unavailable):
        save_document(long, transfer / "long", check_room=TransferFolder(transfer).check_room)
    assert long.tell() <= 2_000_000  # it ends as soon as there is no room
    assert list(transfer.iterdir()) == []


def test_users_of_an_account_ask_a_register_one_after_the_other(ssh: Ssh, tmp_path: Path) -> None:
    """A register counts what comes from a machine, not who asked."""
    of_all = tmp_path / "account" / ".local" / "state" / "crm-tui" / "register-answers"
    with alone(of_all, RegisterSettings().brreg, "bob"):
        waits = ssh("update-customers --country NO --dry-run", login="ann")
    assert (waits.code, "already, by bob" in waits.err) == (1, True), waits


def test_only_harmless_variables_count() -> None:
    dangerous = (
        "CRM_TUI_STORE", "CRM_TUI_DATA", "CRM_TUI_CONFIG", "CRM_TUI_STATE", "XDG_DATA_HOME", "XDG_CONFIG_HOME",
        "XDG_STATE_HOME", "TMPDIR", "EDITOR", "VISUAL", "PAGER", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "TMUX", "STY",
        "TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT_LOCATION", "PYTHONPATH", "PYTHONSTARTUP",
        "LD_PRELOAD", "HTTPS_PROXY", "SSL_CERT_FILE",
    )  # fmt: skip
    environ = dict.fromkeys(dangerous, "x") | {"HOME": "/home/crm", "TERM": "xterm", "LC_CTYPE": "fi_FI.UTF-8"}
    restricted.clean_environment(environ)

    assert set(environ) == {"HOME", "TERM", "LC_CTYPE"}


_ATTEMPTS = """
import os, pty, resource, signal, subprocess
from crm_tui.cli.sealing import seal
seal()
attempts = (
    lambda: subprocess.run(["true"]), lambda: os.system("true"), lambda: os.execv("/bin/true", ["true"]),
    lambda: os.posix_spawn("/bin/true", ["true"], {}), lambda: os.spawnv(os.P_WAIT, "/bin/true", ["true"]),
    lambda: os.popen("true"), os.fork, pty.fork, lambda: pty.spawn("true"),
)
for number, attempt in enumerate(attempts):
    try:
        attempt()
    except PermissionError:
        print(number, end=" ")
print(resource.getrlimit(resource.RLIMIT_CORE), signal.getsignal(signal.SIGTSTP) is signal.SIG_IGN)
"""


def test_the_process_is_sealed(store: Path, tmp_path: Path) -> None:
    tried = subprocess.run([sys.executable, "-c", _ATTEMPTS], capture_output=True, text=True, check=True)
    assert tried.stdout == "0 1 2 3 4 5 6 7 8 (0, 0) True\n"

    environ = {"HOME": str(tmp_path), "SSH_ORIGINAL_COMMAND": "keys", "TEXTUAL_LOG": str(tmp_path / "log")}
    program = [sys.executable, "-m", "crm_tui", "--restricted", "--as", "bob", "--store", str(store)]
    keys = subprocess.run(program, env=environ, capture_output=True, text=True, check=True).stdout
    assert "list.copy" in keys
    assert not [command for command in restricted.WITHHELD if command in keys]  # nor are they offered


def test_no_store_is_made(ssh: Ssh, store: Path, tmp_path: Path) -> None:
    """Whoever sets a store up is its administrator, which is not for the first key that comes."""
    moved = store.with_name("moved.db")
    store.rename(moved)
    for asked in ("", "find hydro", "agenda", "import a.csv"):
        assert ssh(asked).code == 1
    assert not store.exists()


def test_every_option_is_decided() -> None:
    """A command or an option that is new is refused until somebody has thought about it here."""
    refused = {"demo", "backup", "restore", "completions", "login", "logout", "devices", "stores", "serve", "config"}
    assert {name for name in restricted.ALLOWED if name} == parser.names() - refused
    theirs = {"help", "version", "store", "login", "restricted"}
    setting_up = {"organization", "country", "currency", "language", "time_zone"}
    for name, options in _options(parser.whole_parser()):
        if name not in refused:
            allowed = restricted.ALLOWED[name]
            assert options - theirs - setting_up == (allowed.files | allowed.plain) & options - theirs - setting_up, (
                name
            )


def _options(whole: argparse.ArgumentParser) -> Iterator[tuple[str | None, set[str]]]:
    """Of each command, all options of it and of what is below it."""
    subparsers = [action for action in whole._actions if isinstance(action, argparse._SubParsersAction)]
    yield None, {action.dest for action in whole._actions} - {action.dest for action in subparsers}
    for name, below in subparsers[0].choices.items():
        yield name, _below(below)


def _below(one: argparse.ArgumentParser) -> set[str]:
    found: set[str] = set()
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            found.update(*map(_below, action.choices.values()))
        else:
            found.add(action.dest)
    return found
