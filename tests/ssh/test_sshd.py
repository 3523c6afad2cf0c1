"""Restricted sessions through a real sshd on this machine: many at once, and lines that drop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.ssh_sessions import found_in, leave, log_of, with_users, work_together
from bench.sshd import Sshd, is_there, usage, wait

from crm_tui.store.drafts import Draft
from crm_tui.store.sql.drafts import open_drafts

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not is_there(), reason="needs sshd, ssh and ssh-keygen"),
]
SESSIONS = 20
SECONDS = 60.0


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    """One that serves a store with a user and a customer for each session."""
    store, logins, _ = with_users(tmp_path, 2)
    with Sshd(tmp_path, store, logins) as serving:
        yield serving


def drafts_of(sshd: Sshd, login: str) -> tuple[Draft, ...]:
    """What is kept of what somebody typed; each user has a file of their own."""
    files = list(sshd.account.glob(".local/state/crm-tui/restricted/*/user-*/drafts.db"))
    found: tuple[Draft, ...] = ()
    for path in files:
        drafts = open_drafts(path, store=str(sshd.store), actor=login)
        found += drafts.all()
        drafts.close()
    return found


def test_twenty_sessions_lose_nothing(tmp_path: Path) -> None:
    store, logins, customers = with_users(tmp_path, SESSIONS)
    with Sshd(tmp_path, store, logins) as sshd:
        sessions = [sshd.screen(login) for login in logins]
        for session in sessions:
            session.wait_for(b"Customers")
        programs = sshd.programs()
        assert len(programs) == SESSIONS
        results, astray = work_together(store, sessions, customers, SECONDS, quiet=1.0)
        assert sshd.programs() == programs  # nobody fell over
        sizes = [usage(pid).rss for pid in programs]
        leave(sessions, astray)
        wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in programs), "all programs to end")

    assert astray == []
    assert all(work.written for work in results)
    assert found_in(store, results) == (set(), set(), set())
    assert max(sizes) < 150_000  # kB; the figures are in bench/RESULTS.md
    assert not list(sshd.account.glob("**/crash-*"))
    assert log_of(store) == 0


def test_a_line_that_drops_ends_the_program_and_keeps_what_was_typed(sshd: Sshd) -> None:
    customer = 10482
    session = sshd.screen("user00")
    session.wait_for(b"Customers")
    for keys in (f"/{customer}\r", "\x1b[H\r", "n", "half a sentence"):
        session.settle(1.0)
        session.press(keys)
    session.settle(1.0)
    (program,) = sshd.programs()
    session.close()
    wait(lambda: not Path(f"/proc/{program}").exists(), "the program to end, and its parent to note it")

    assert not list(sshd.account.glob("**/crash-*"))
    (draft,) = drafts_of(sshd, "user00")
    assert draft.values["text"] == "half a sentence"
    assert drafts_of(sshd, "user01") == ()
    again, other = sshd.screen("user00"), sshd.screen("user01")
    again.wait_for(b"not saved: go on")
    other.wait_for(b"Customers")
    other.settle(2.0)
    assert b"not saved" not in other.last


def test_ways_out_of_a_real_session(sshd: Sshd, tmp_path: Path) -> None:
    """The same refusals as in tests/cli/test_restricted.py, through sshd, its shell and its subsystems."""
    made = tmp_path / "made"
    assert sshd.run("user00", "find", "kallavesi").stdout.count(b"\n") > 1
    for words in (
        ["find", "kallavesi", "--as", "sanna"], ["sh", "-c", f"touch {made}"], [f"touch {made}"], [f"$(touch {made})"],
        ["backup", "x"], ["demo"], ["scp", "-t", str(made)], ["import", "/etc/passwd"],
        ["transfer", "get", "../drafts.db"],
    ):  # fmt: skip
        done = sshd.run("user00", *words)
        assert (done.returncode, done.stdout) == (2, b""), (words, done)
    assert sshd.run("user00", "-s", "sftp").returncode != 0
    for variable in ("CRM_TUI_STORE", "CRM_TUI_DATA", "LD_PRELOAD"):  # not accepted, and would not count
        found = sshd.run("user00", "-o", f"SetEnv={variable}={made}", "find", "kallavesi")
        assert (found.returncode, found.stderr) == (0, b"")
    assert not made.exists()
    assert sshd.run("user00", "transfer", "put", "a.bin", stdin=bytes(range(256))).returncode == 0
    assert sshd.run("user00", "transfer", "get", "a.bin").stdout == bytes(range(256))
    assert sshd.run("user01", "transfer", "get", "a.bin").returncode == 3

    session = sshd.screen("user00")
    session.wait_for(b"Customers")
    session.settle(1.0)
    (program,) = sshd.programs()
    for keys in ("\x1a", "\x1c", "!sh\r", ":"):  # ctrl+z, ctrl+\, a shell
        session.press(keys)
        session.settle(1.0)
    status = Path(f"/proc/{program}/stat").read_text().rpartition(")")[2].split()[0]
    assert status in "SR"  # neither stopped nor gone
    assert Path(f"/proc/{program}/task/{program}/children").read_text().strip() == ""
    session.close()
