"""Sessions over a real sshd on this machine, each with a key whose forced command is ``crm-tui --restricted``.

``python -m bench.ssh_sessions [--sessions 20] [--seconds 60]`` lets them work at the same time on one database, counts
what they wrote, and prints memory and processor time of a session. ``tests/ssh`` uses the same parts.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import select
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import apsw

from bench.sshd import Session, Sshd, Usage, usage, wait

_SAVE = "\x13"  # ctrl+s
_ASTRAY = 30.0  # seconds of silence after which a session will not go on


class Work(NamedTuple):
    """What one session did: notes that it wrote, those of them that it took back, and edits of a contact."""

    written: list[str]
    undone: list[str]
    edits: list[str]


class Looking:
    """Looks into the store, as a person looks at the screen, whether something is done."""

    def __init__(self, store: Path) -> None:
        self._connection = apsw.Connection(str(store), flags=apsw.SQLITE_OPEN_READONLY)
        self._connection.set_busy_timeout(5_000)

    def has_note(self, text: str) -> bool:
        """Whether there is a note of this text."""
        return self._connection.execute("SELECT 1 FROM note WHERE text = ?", (text,)).fetchone() is not None

    def has_contact(self, text: str) -> bool:
        """Whether a first name ends so."""
        found = self._connection.execute("SELECT 1 FROM contact WHERE first_name GLOB ?", (f"*{text}",))
        return found.fetchone() is not None

    def close(self) -> None:
        """No more."""
        self._connection.close()


#: gives after each step what has to be so before the next one
Steps = Iterator[Callable[[], bool]]


def work(session: Session, name: str, customer: int, until: float, looking: Looking, done: Work) -> Steps:
    """Find, open, go through the tabs, edit a contact, add notes, undo some; notes it in ``done``."""
    number = 0
    while time.monotonic() < until:
        number += 1
        text, edit = f"{name} note {number}", f"{name}x{number}"
        # Without a lone Esc: on a busy machine it would come together with the next key, and mean Alt.
        keys = ["f", str(customer), "\r", "2", "3", "4", "5", "1"]
        keys += ["e", edit, _SAVE] if number % 2 == 0 else []
        seen = {"e": partial(_shows, session, b"First name"), _SAVE: partial(looking.has_contact, edit)}
        seen["f"] = partial(_shows, session, b"Find anything")
        if number == 1:  # later it is open already
            seen["\r"] = partial(_shows, session, b"Contact information")
        for each in keys:
            session.press(each)
            yield seen.get(each, _at_once)
        done.edits.extend([edit] if number % 2 == 0 else [])
        seen = {"n": partial(_shows, session, b"New note"), _SAVE: partial(looking.has_note, text)}
        for each in ("n", text, _SAVE):
            session.press(each)
            yield seen.get(each, _at_once)
        done.written.append(text)
        if (number + customer) % 2 == 0:  # half of them in their first round, the others in their second
            session.press("u")
            yield lambda text=text: not looking.has_note(text)  # type: ignore[misc]  # no default in its type
            done.undone.append(text)


def _shows(session: Session, text: bytes) -> bool:
    return text in session.since


def _at_once() -> bool:
    return True


def work_together(
    store: Path, sessions: Sequence[Session], customers: Sequence[int], seconds: float, *, quiet: float
) -> tuple[list[Work], list[int]]:
    """Let all sessions work at the same time, each with a step whenever its terminal is quiet and the last is done.
    Gives what they did, and which of them went astray: keys that come while a machine is too busy miss their aim."""
    until = time.monotonic() + seconds
    results, astray = [Work([], [], []) for _ in sessions], []
    with contextlib.closing(Looking(store)) as looking:
        steps = [work(each, f"S{n:02}", customers[n], until, looking, results[n]) for n, each in enumerate(sessions)]
        going: dict[int, Callable[[], bool]] = dict.fromkeys(range(len(sessions)), _at_once)
        while going:
            select.select([], [], [], 0.05)
            for n, is_done in list(going.items()):
                sessions[n].listen()
                silence = time.monotonic() - sessions[n].heard
                if silence > quiet and is_done():
                    try:
                        going[n] = next(steps[n])
                    except StopIteration:
                        del going[n]
                elif silence > _ASTRAY:
                    astray.append(n)
                    del going[n]
    return results, astray


class Found(NamedTuple):
    """What the store has of the sessions' work: what it lacks, what it has too much, and changes without a log line."""

    lost: set[str]
    unexpected: set[str]
    unlogged: set[str]


_CREATED = """
SELECT text FROM note JOIN change_line AS line ON line.kind = 'note' AND line.entity_id = note.id
JOIN change ON change.id = line.change_id AND change.action = 'create note'
"""


def found_in(store: Path, results: Iterable[Work]) -> Found:
    """Hold the store against what was done. A log line keeps what was there before: of what is new none, so a note is
    known by its id, and one that was taken back by the line that did it."""
    written = {text for work in results for text in work.written}
    undone = {text for work in results for text in work.undone}
    edits = {text for work in results for text in work.edits}
    with contextlib.closing(apsw.Connection(str(store), flags=apsw.SQLITE_OPEN_READONLY)) as connection:

        def column(statement: str) -> list[str]:
            return [str(value) for (value,) in connection.execute(statement)]

        notes = set(column("SELECT text FROM note WHERE text GLOB 'S[0-9][0-9] note *'"))
        created = set(column(_CREATED))
        deleted = "\n".join(column("SELECT old FROM change_line WHERE kind = 'note' AND old IS NOT NULL"))
        edited = "\n".join(column("SELECT new FROM change_line WHERE kind = 'contact' AND field = 'first_name'"))
    kept = written - undone
    unlogged = (kept - created) | {text for text in undone if f'"{text}"' not in deleted}
    return Found(kept - notes, notes - kept, unlogged | {text for text in edits if f'{text}"' not in edited})


def with_users(folder: Path, number: int) -> tuple[Path, list[str], list[int]]:
    """A store with a sample company, so many users who may do all, and a customer for each."""
    from crm_tui.demo.build import build
    from crm_tui.domain.users import NewUser
    from crm_tui.store.sql.store import open_store

    path = folder / "team.db"
    now = dt.datetime.now(dt.UTC)
    build(path, seed=1, today=now.date(), customers=max(60, number * 2))
    logins = [f"user{n:02}" for n in range(number)]
    with contextlib.closing(open_store(path, login="sanna", clock=lambda: dt.datetime.now(dt.UTC))) as store:
        profile = store.users.me().user.profile
        for login in logins:
            store.users.create(NewUser(name=login.title(), login=login, profile=profile))
    with contextlib.closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        having = (
            "SELECT number FROM customer WHERE is_active AND EXISTS"
            " (SELECT 1 FROM contact WHERE contact.customer_id = customer.id AND contact.is_active) ORDER BY number"
        )
        customers = [number for (number,) in connection.execute(having)]
    return path, logins, customers[1 : number + 1]


def log_of(store: Path) -> int:
    """The size of the write-ahead log: nothing once the last session has ended well."""
    log = store.with_name(f"{store.name}-wal")
    return log.stat().st_size if log.exists() else 0


def leave(sessions: Sequence[Session], astray: Sequence[int]) -> None:
    """Half of them quit; the lines of the others drop, and of those who may be anywhere."""
    quitting = [session for n, session in enumerate(sessions) if n % 2 == 0 and n not in astray]
    for session in sessions:
        if session in quitting:
            session.press("q")
        else:
            session.close()
    for session in quitting:

        def has_ended(session: Session = session) -> bool:
            session.listen()
            return session.process.poll() is not None

        wait(has_ended, "a session to end")
        session.close()


def main() -> None:
    """Measure, and print it."""
    parser = argparse.ArgumentParser(description="Sessions over a real sshd: memory and processor time of each.")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crm-ssh-") as name:
        folder = Path(name)
        store, logins, customers = with_users(folder, options.sessions)
        with Sshd(folder, store, logins) as sshd:
            sessions = [sshd.screen(login) for login in logins]
            for session in sessions:
                session.wait_for(b"Customers")
            before = {pid: usage(pid) for pid in sshd.programs()}
            received = sum(session.received for session in sessions)
            began = time.monotonic()
            results, astray = work_together(store, sessions, customers, options.seconds, quiet=1.0)
            lasted = time.monotonic() - began
            after = {pid: usage(pid) for pid in before}
            received = sum(session.received for session in sessions) - received
            leave(sessions, astray)
            wait(lambda: not sshd.programs(), "all programs to end")
        print(f"write-ahead log at the end: {log_of(store)} bytes")
        for line in told(before, after, results, found_in(store, results), lasted, received):
            print(line)
        print(f"sessions that went astray: {len(astray)}")


def told(
    before: Mapping[int, Usage],
    after: Mapping[int, Usage],
    results: Sequence[Work],
    found: Found,
    lasted: float,
    received: int,
) -> list[str]:
    """The figures as lines."""
    number = len(after)
    notes, undone = sum(len(work.written) for work in results), sum(len(work.undone) for work in results)
    edits = sum(len(work.edits) for work in results)
    used = [after[pid].processor - before[pid].processor for pid in after]
    rounds = max(1, notes)
    return [
        f"{number} sessions worked for {lasted:.0f} s: {notes} notes written, {undone} taken back, {edits} edits",
        f"lost {len(found.lost)}, unexpected {len(found.unexpected)}, not in the change log {len(found.unlogged)}",
        f"resident memory of a session: {statistics.mean(each.rss for each in after.values()) / 1000:.1f} MB (mean)",
        f"of it its own share (PSS): {statistics.mean(each.pss for each in after.values()) / 1000:.1f} MB,"
        f" all together {sum(each.pss for each in after.values()) / 1000:.0f} MB",
        f"processor: {statistics.mean(each.processor for each in before.values()):.2f} s for the start,"
        f" {sum(used) / rounds:.2f} s for a round of 11 to 15 steps ({sum(used) / number / lasted:.1%} of a core each)",
        f"bytes: {received / rounds / 1000:.1f} kB for a round",
    ]


if __name__ == "__main__":
    main()
