"""Drafts survive what happens to a program and to its files, and leave nothing behind when they go."""

from __future__ import annotations

import os
import random
import re
import resource
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_tui.domain.errors import Unavailable
from crm_tui.store.drafts import Draft, Drafts
from crm_tui.store.sql.drafts import SqlDrafts, open_drafts

STORE = "/home/eeva/crm.db"
AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def draft(key: str, text: str = "", *, form: str = "contact", entity: int | None = 7, after: float = 0) -> Draft:
    """A draft with a text in it, typed so many seconds after ten o'clock."""
    return Draft(
        key=key,
        form=form,
        title="Contact Eeva Lahtinen",
        customer=1,
        entity=entity,
        revision=3 if entity else None,
        before={"title": "CEO", "keywords": [1, 2], "email_allowed": True, "role": None},
        values={"title": text, "keywords": [], "email_allowed": False, "role": 4},
        at=AT + timedelta(seconds=after),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "drafts.db"


@pytest.fixture
def open_as(path: Path) -> Iterator[Callable[..., SqlDrafts]]:
    """Opens the drafts of a user, in a store."""
    opened: list[SqlDrafts] = []

    def open_them(actor: str = "eeva", store: str = STORE) -> SqlDrafts:
        opened.append(open_drafts(path, store=store, actor=actor))
        return opened[-1]

    yield open_them
    for each in opened:
        each.close()


OpenAs = Callable[..., SqlDrafts]


def keys(drafts: Drafts) -> list[str]:
    return [each.key for each in drafts.all()]


def bytes_beside(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_drafts_come_back_to_the_letter_newest_first(open_as: OpenAs) -> None:
    first, second = draft("a", "Managing director"), draft("b", entity=None, after=1)
    drafts = open_as()
    drafts.save(first)
    drafts.save(second)
    drafts.close()
    assert open_as().all() == (second, first)
    assert open_as().notices == ()


def test_a_draft_takes_the_place_of_the_older_one_of_its_key(open_as: OpenAs) -> None:
    drafts = open_as()
    for seconds, text in enumerate(("C", "CE", "CEO")):
        drafts.save(draft("a", text, after=seconds))
    assert drafts.all() == (draft("a", "CEO", after=2),)
    drafts.drop("a")
    drafts.drop("a")
    assert drafts.all() == ()


def test_stores_and_actors_never_mix(open_as: OpenAs) -> None:
    eeva, sanna, elsewhere = open_as("eeva"), open_as("sanna"), open_as("eeva", "https://crm.example/")
    for drafts, text in ((eeva, "mine"), (sanna, "hers"), (elsewhere, "there")):
        drafts.save(draft("k", text))
    sanna.drop("k")
    assert [each.values["title"] for each in eeva.all()] == ["mine"]
    assert sanna.all() == ()
    assert [each.values["title"] for each in elsewhere.all()] == ["there"]


def test_an_erased_contact_is_forgotten_in_every_actors_name(open_as: OpenAs) -> None:
    eeva, sanna, elsewhere = open_as("eeva"), open_as("sanna"), open_as("eeva", "/other.db")
    for drafts in (eeva, sanna, elsewhere):
        drafts.save(draft("a", entity=7))
        drafts.save(draft("b", entity=8, after=-1))
        drafts.save(draft("c", entity=7, form="address", after=-2))
    eeva.forget("contact", 7)
    assert keys(eeva) == keys(sanna) == ["b", "c"]
    assert keys(elsewhere) == ["a", "b", "c"]


def test_a_store_whose_name_is_no_text_has_drafts_too(open_as: OpenAs) -> None:
    name = os.fsdecode(b"/home/eeva/\xff.db")
    open_as(store=name).save(draft("a"))
    assert keys(open_as(store=name)) == ["a"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(), max_size=50))
def test_any_text_can_be_kept(open_as: OpenAs, text: str) -> None:
    for each in (text, "NUL \0 and half a character \ud83d"):
        drafts = open_as()
        drafts.save(draft("k", each))
        assert drafts.all() == (draft("k", each),)


def test_files_and_folder_are_private_whatever_the_umask(path: Path, open_as: OpenAs) -> None:
    before = os.umask(0)
    try:
        open_as().save(draft("a"))
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
        path.chmod(0o644)
        assert "only you" in open_as().notices[0]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_what_is_removed_leaves_no_bytes(path: Path, open_as: OpenAs) -> None:
    choice = random.Random(5)
    drafts, others = open_as("eeva"), open_as("sanna")
    for number in range(150):  # rows of many lengths move between pages, which leaves copies of them
        where = choice.choice((drafts, others))
        where.save(draft(f"k{choice.randrange(12)}", f"Secret{number}. " * choice.choice((1, 9, 70, 400))))
    for key in keys(drafts):
        drafts.drop(key)
    kept = {each.values["title"].split()[0] for each in others.all()}
    assert kept
    assert set(re.findall(r"Secret\d+\.", bytes_beside(path).decode("latin-1"))) == kept
    others.forget("contact", 7)
    assert b"Secret" not in bytes_beside(path)


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = os.urandom(4096)
    path.write_bytes(content)


def _text(path: Path) -> None:
    path.write_text("my notes")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("CREATE TABLE photo (id INTEGER PRIMARY KEY)")


def _newer(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.pragma("user_version", 99)


def _without_table(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("DROP TABLE draft")


def _unreadable_row(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("UPDATE draft SET content = '{}'")


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))
    path.symlink_to(path.with_name("elsewhere.db"))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_damaged, "damaged"),
        (_text, "damaged"),
        (_empty, "not a file of drafts"),
        (_foreign, "not a file of drafts"),
        (_newer, "newer crm-tui"),
        (_without_table, "damaged"),
        (_unreadable_row, "damaged"),
        (_link, "not a file of yours"),
        (_folder, "not a file of yours"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_set_aside(
    spoil: Callable[[Path], None], why: str, path: Path, open_as: OpenAs
) -> None:
    drafts = open_as()
    drafts.save(draft("a", "old"))
    drafts.close()
    spoil(path)
    spoiled = os.lstat(path)
    drafts = open_as()
    (notice,) = drafts.notices
    assert why in notice
    aside = path.with_name("drafts.db.aside-1")
    assert str(aside) in notice
    assert os.lstat(aside).st_ino == spoiled.st_ino
    drafts.save(draft("b"))
    assert keys(drafts) == ["b"]
    assert open_as().notices == ()


def test_no_damage_stops_the_program(path: Path, open_as: OpenAs) -> None:
    drafts = open_as()
    for number in range(8):
        drafts.save(draft(f"k{number}", "text " * 100 * number))
    drafts.close()
    whole = path.read_bytes()
    choice = random.Random(11)
    for _ in range(60):
        mutant = bytearray(whole)
        for _ in range(choice.choice((1, 4, 40))):
            mutant[choice.randrange(len(mutant))] = choice.randrange(256)
        path.write_bytes(mutant[: choice.choice((len(whole), choice.randrange(len(whole))))])
        drafts = open_as()
        drafts.save(draft("new"))
        assert "new" in keys(drafts)
        drafts.close()


def test_a_file_that_was_taken_away_is_made_anew(path: Path, open_as: OpenAs) -> None:
    drafts = open_as()
    drafts.save(draft("a"))
    path.rename(path.with_name("moved.db"))
    drafts.save(draft("b"))
    assert keys(open_as()) == ["b"]


def test_a_folder_that_can_not_be_used_is_said_and_tried_again(path: Path, open_as: OpenAs) -> None:
    path.parent.write_text("in the way")
    drafts = open_as()
    assert "not kept until it is saved" in drafts.notices[0]
    with pytest.raises(Unavailable):
        drafts.save(draft("a"))
    path.parent.unlink()
    drafts.save(draft("a"))
    assert keys(drafts) == ["a"]


def test_a_full_disk_keeps_the_older_text(path: Path, open_as: OpenAs) -> None:
    drafts = open_as()
    drafts.save(draft("a", "short"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 4096, before[1]))
    try:
        with pytest.raises(Unavailable, match=r"drafts\.db"):
            drafts.save(draft("a", "long " * 20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert drafts.all() == (draft("a", "short"),)
    drafts.save(draft("a", "long " * 20_000))


def test_several_programs_use_it_at_once(path: Path, open_as: OpenAs) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.store.test_drafts import STORE, draft, open_drafts\n"
        "drafts = open_drafts(Path(sys.argv[1]), store=STORE, actor='eeva')\n"
        "for number in range(12):\n"
        "    drafts.save(draft(f'{sys.argv[2]}-{number}'))\n"
        "    drafts.save(draft('passing ' + sys.argv[2])); drafts.drop('passing ' + sys.argv[2])\n"
        "assert drafts.notices == ()\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, os.fspath(path), str(number)], cwd=ROOT) for number in range(3)
    ]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    assert sorted(keys(open_as())) == sorted(f"{program}-{number}" for program in range(3) for number in range(12))


def test_a_kill_costs_a_quarter_of_a_second_at_most(path: Path, open_as: OpenAs) -> None:
    from tests.store.draft_typist import NOTED

    for kill in range(3):
        command = [sys.executable, "-m", "tests.store.draft_typist", os.fspath(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as child:
            assert child.stdout is not None
            noted = [NOTED.unpack(child.stdout.read(NOTED.size))]
            while noted[-1][1] < noted[0][1] + 0.6 + 0.05 * kill:
                noted.append(NOTED.unpack(child.stdout.read(NOTED.size)))
            killed = time.monotonic()
            child.kill()
        assert child.returncode == -9
        (kept,) = open_as().all()
        assert int(kept.values["title"]) >= max(number for number, at in noted if at < killed - 0.25)
        open_as().drop("k")
