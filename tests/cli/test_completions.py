"""Completions: made from the parser, quick, silent, and harmless whatever customers are called."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.shells import Shell

from crm_tui.cli import completing, main
from crm_tui.cli.completions import Command, script, tree
from crm_tui.cli.parser import whole_parser
from crm_tui.demo.build import build
from crm_tui.domain.contacts import Email, NewContact, Phone
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.permissions import Profile
from crm_tui.domain.users import NewUser
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.sql import filesystem
from crm_tui.store.sql.store import open_store
from crm_tui.text import clean
from crm_tui.themes import theme_names

pytestmark = pytest.mark.usefixtures("crm")

TODAY = dt.date(2026, 11, 18)
HOSTILE = (
    "Xa$(touch pwned)`touch pwned`$HOME \"quoted\" 'single' back\\slash",
    "Xb:c=d !! !$ !x ~root #no",
    "Xc *?[a]{b,c};|&<>()^\x1b]52;c;eA==\x07\ttab\nline end",
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few customers of the demo, and some with names that nobody should run."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path, seed=1, today=TODAY, customers=30)
    store = open_store(path, login="sanna", clock=lambda: dt.datetime.combine(TODAY, dt.time(12), dt.UTC))
    for number, name in enumerate((*HOSTILE, "Yrjö & Co", "Yrjö Öljy Oy", "-x", "Aura Öljy Oy"), 70001):
        store.customers.create(NewCustomer(name=name, number=number))
    one = store.customers.by_number(70004).id
    phones, emails = (Phone("+358 400 123 456"),), (Email("q@brien.example"),)
    person = NewContact(customer=one, first_name="Quentin", last_name="O'Brien", phones=phones, emails=emails)
    store.contacts.create(person)
    store.customers.opened(one)
    store.customers.opened(store.customers.by_number(70005).id)
    store.views.save_contacts("My view", ContactQuery())
    store.users.create(NewUser(name="Nina", login="nina", profile=store.users.create_profile(Profile(name="None")).id))
    store.close()
    return path


def asked(capsys: pytest.CaptureFixture[str], *arguments: object, before: str = "") -> list[str]:
    """What ``crm-tui complete`` answers; it never fails and never complains."""
    capsys.readouterr()
    code = main(["complete", *map(str, arguments), before])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return out.splitlines()


def test_candidates_are_what_the_user_sees(capsys: pytest.CaptureFixture[str], company: Path) -> None:
    def zsh(kind: str, word: str, store: object = company, user: str = "sanna") -> list[str]:
        return asked(capsys, "zsh", kind, word, store, user)

    assert zsh("name", "yrj") == ["Yrjö & Co\t70004", "Yrjö Öljy Oy\t70005"]
    assert zsh("name", "YRJO O") == ["Yrjö Öljy Oy\t70005"]
    assert zsh("name", "quentin o'b") == ["Quentin O'Brien\tYrjö & Co"]
    assert zsh("name", "brien") == zsh("number", "brien") == ["70004\tYrjö & Co"]  # the customer that is found
    assert zsh("number", "0400123") == zsh("number", "+358 400") == ["70004\tYrjö & Co"]
    assert zsh("number", "yrjo") == ["70004\tYrjö & Co", "70005\tYrjö Öljy Oy"]
    assert [line[:5] for line in zsh("number", "7000")] == [str(number) for number in range(70001, 70008)]
    for nothing in (zsh("number", "0700"), zsh("number", "", user="tuva"), zsh("name", "-x"), zsh("none", "zzzzz")):
        assert nothing == []
    assert zsh("query", "owner:sanna") == ['owner:"Sanna Virtanen"\tsanna'] == zsh("query", 'owner:"sanna')
    assert zsh("query", "city:HE")[0] == "city:Helsinki\t"
    assert zsh("query", "kind:c") == ["kind:customer\t", "kind:contact\t", "kind:case\t"]
    assert zsh("query", "keyword:newsl") == ['keyword:"Newsletter in English"\t']
    assert asked(capsys, "bash", "query", "owner:sa", company, "sanna", before="owner:") == ['\\"Sanna\\ Virtanen\\"']
    assert zsh("number", "")[:2] == ["70005\tYrjö Öljy Oy", "70004\tYrjö & Co"]  # the cards that were opened last
    assert asked(capsys, "bash", "name", "", company, "sanna")[:2] == ["…", "70005\tYrjö Öljy Oy"]
    assert zsh("view", "m") == ["My view\t"]
    assert zsh("user", "", user="nobody")[-1].startswith("tuva\t")
    assert zsh("keyword", "new")[0].startswith("News")
    assert zsh("name", "yrj", user="nina") == zsh("keyword", "", user="nina") == zsh("name", "yrj", user="nobody") == []


def beginning(lines: list[str]) -> str:
    """What all of them begin with."""
    return "".join(each[0] for each in itertools.takewhile(lambda each: len(set(each)) == 1, zip(*lines, strict=False)))


def test_more_than_are_listed_have_no_more_in_common_than_all(
    capsys: pytest.CaptureFixture[str], company: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(company, copy)
    store = open_store(copy, login="sanna", clock=lambda: dt.datetime.combine(TODAY, dt.time(12), dt.UTC))
    for number in range(80_000, 80_070):
        store.customers.create(NewCustomer(name=f"Zeta Alfa {number}", number=number))
    store.customers.create(NewCustomer(name="Zeta Omega", number=89_999))
    store.close()
    for kind, word, common in (("name", "ze", "Zeta "), ("number", "8", "8")):
        lines = asked(capsys, "fish", kind, word, copy, "sanna")
        assert len(lines) < 70
        assert beginning(lines) == common


def test_nothing_is_said_and_nothing_is_touched_whatever_is_wrong(
    capsys: pytest.CaptureFixture[str], company: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    old = tmp_path / "old.db"
    shutil.copy(company, old)
    with sqlite3.connect(old) as changed:
        changed.execute("PRAGMA user_version = 1")
    changed.close()
    for store in (tmp_path / "none.db", broken, old, tmp_path, "x:y", "a\x01b", "~nobody-here/x.db"):
        before = sorted(tmp_path.iterdir())
        assert asked(capsys, "bash", "name", "yrj", store, "sanna") == [], store
        assert sorted(tmp_path.iterdir()) == before
    locked = tmp_path / "locked.db"
    shutil.copy(company, locked)
    hold = (
        "import sqlite3, sys; holder = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "holder.execute('PRAGMA locking_mode = EXCLUSIVE'); holder.execute('BEGIN EXCLUSIVE');"
        "holder.execute('DELETE FROM profile'); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(locked)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert asked(capsys, "bash", "name", "yrj", locked, "sanna") == []
        holder.communicate()
    lock = filesystem.StoreLock(str(locked))
    assert lock.take_alone()  # as who restores a backup, or brings the store up to date
    assert asked(capsys, "bash", "name", "yrj", locked, "sanna") == []
    lock.release()
    for suffix in ("", "-wal", "-shm"):  # as it is left by a crash
        shutil.copy(company, f"{locked}{suffix}")
    assert asked(capsys, "bash", "name", "yrj", locked, "sanna") == []
    for suffix in ("-wal", "-shm"):
        Path(f"{locked}{suffix}").unlink()
    assert asked(capsys, "zsh", "name", "yrjö ö", locked, "sanna") == ["Yrjö Öljy Oy\t70005"]
    assert main(["complete"]) == 0


def test_bash_gets_words_that_it_can_not_run(capsys: pytest.CaptureFixture[str], company: Path) -> None:
    for name in HOSTILE:
        for quote in ("", "'", '"'):
            (line,) = asked(capsys, "bash", "name", f"{quote}{name[:2]}", company, "sanna")
            word = f"{quote}{line.partition(chr(9))[0]}{quote}"
            shown = subprocess.run(
                ["bash", "-c", f"printf %s {word}"], capture_output=True, text=True, check=True, cwd=company.parent
            )
            assert shown.stdout == clean(name)
            assert completing.unquoted(word.replace("\"'!'\"", "!")) == clean(name)
    assert not (company.parent / "pwned").exists()
    assert asked(capsys, "bash", "name", "Xb:", company, "sanna", before="Xb:")[0].startswith("c\\=d\\ \\!\\!")
    assert asked(capsys, "bash", "number", "yrj", company, "sanna") == ["Yrjö\\ \\&\\ Co", "Yrjö\\ Öljy\\ Oy"]
    assert asked(capsys, "bash", "name", "Öljy", company, "sanna")[0] == "…"  # what is typed stays
    assert asked(capsys, "bash", "name", 'Yrj"ö', company, "sanna") == []
    assert asked(capsys, "bash", "number", "Yrjö\\ \\&", f"'{company}'", "s'anna'") == ["70004\tYrjö & Co"]


def test_an_answer_imports_next_to_nothing(company: Path) -> None:
    code = (
        "import sys, apsw; before = set(sys.modules); from crm_tui.cli import main;"
        f"code = main(['complete', 'zsh', 'name', 'yrj', {str(company)!r}, 'sanna', '']);"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before"
        " if not name.startswith('crm_tui')}), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("Yrjö")
    assert {name for name in done.stderr.split() if not name.startswith("_")} <= {"errno", "fcntl", "pwd", "time",
                                                                                "unicodedata"}  # fmt: skip


def test_all_that_can_be_typed_is_in_the_scripts() -> None:
    program = tree(whole_parser())
    commands = {command.name: command for command in program.all}
    assert {"find", "users add", "completions"} <= set(commands)
    for shell in given(program, "completions"):
        written = script(shell)
        for command in commands.values():
            for name in (each for option in command.options for each in option.names):
                in_fish = f" -l {name[2:]} " if name.startswith("--") else f" -s {name[1:]} "
                assert (in_fish if shell == "fish" else name) in written
    assert given(program, "--theme") == tuple(theme_names())


def given(command: Command, name: str) -> tuple[str, ...]:
    """The choices of an option, or of a command's argument."""
    if not name.startswith("-"):
        return next(each.values[0].choices for each in command.all if each.name == name)
    return next(option.value.choices for option in command.options if name in option.names and option.value)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash(company: Path, tmp_path: Path) -> None:
    with Shell("bash", script("bash"), tmp_path, CRM_TUI_STORE=str(company)) as bash:
        assert bash.line("crm-tui sho\t--ta\tfin\t") == "crm-tui show --tab financials "
        assert bash.line("crm-tui show --tab=fin\t") == "crm-tui show --tab=financials "
        assert bash.line("crm-tui users ch\ttu\t") == "crm-tui users change tuva "
        assert bash.line("crm-tui import fold\t") == "crm-tui import fold"
        (tmp_path / "a file.csv").touch()
        assert bash.line("crm-tui import a\t") == "crm-tui import a\\ file.csv "
        assert bash.arguments("crm-tui --as sanna note brien\tHello") == ["--as", "sanna", "note", "70004", "Hello"]
        assert bash.line("crm-tui --as=sanna show yr\to\t") == "crm-tui --as=sanna show Yrjö\\ Öljy\\ Oy "
        assert bash.arguments("crm-tui --as sanna find owner:sanna\tkeyword:newsl\t")[3:] == [
            'owner:"Sanna Virtanen"',
            'keyword:"Newsletter in English"',
        ]
        for typed in ("owner:Sanna\\ V", 'owner:\\"Sanna\\ V', "'owner:sa", '"owner:sa'):  # alone it is the whole query
            assert bash.arguments(f"crm-tui --as sanna find {typed}\t")[3:] == ['owner:"Sanna Virtanen"']
        assert bash.line("crm-tui --as sanna note q@br\t") == "crm-tui --as sanna note q@br"  # bash cuts it at the @
        for name in HOSTILE:
            assert bash.arguments(f"crm-tui --as sanna show x{name[1]}\t")[-1] == clean(name)
        assert bash.arguments('crm-tui --as sanna show "xb\t')[-1] == clean(HOSTILE[1])
        assert bash.arguments("crm-tui --as sanna show xb:c\t")[-1] == f"xb{clean(HOSTILE[1])[2:]}"
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.skipif(not shutil.which("zsh"), reason="there is no zsh")
def test_zsh(company: Path, tmp_path: Path) -> None:
    with Shell("zsh", script("zsh"), tmp_path, CRM_TUI_STORE=str(company)) as zsh:
        assert zsh.line("crm-tui sho\t--ta\tfin\t") == "crm-tui show --tab=financials "
        assert zsh.line("crm-tui users ch\ttu\t") == "crm-tui users change tuva "
        assert zsh.line("crm-tui --as sanna contacts --key\tnewsl\t").startswith(
            "crm-tui --as sanna contacts --keyword=News"
        )
        assert zsh.arguments("crm-tui --as sanna note brien\tHello") == ["--as", "sanna", "note", "70004", "Hello"]
        assert zsh.line("crm-tui --as=sanna show yr\tö\t") == "crm-tui --as=sanna show Yrjö\\ Öljy\\ Oy "
        assert zsh.line("crm-tui --as sanna todo yr\t\t").startswith("crm-tui --as sanna todo 7000")
        assert zsh.arguments("crm-tui --as sanna find owner:sanna\t")[-1] == 'owner:"Sanna Virtanen"'
        for name in HOSTILE:
            assert zsh.arguments(f"crm-tui --as sanna show x{name[1]}\t")[-1] == clean(name)
        assert zsh.arguments('crm-tui --as sanna show "xa\t')[-1] == clean(HOSTILE[0])
        assert zsh.line("crm-tui --as nina show yr\t") == "crm-tui --as nina show yr"
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.skipif(not shutil.which("fish"), reason="there is no fish")
def test_fish(company: Path, tmp_path: Path) -> None:
    with Shell("fish", script("fish"), tmp_path, CRM_TUI_STORE=str(company)) as fish:
        assert fish.line("crm-tui sho\t--ta\tfin\t") == "crm-tui show --tab financials "
        assert fish.line("crm-tui users ch\ttu\t") == "crm-tui users change tuva "
        assert fish.line("crm-tui --as=sanna show Yrjö\\ ö\t") == "crm-tui --as=sanna show Yrjö\\ Öljy\\ Oy "
        assert fish.arguments("crm-tui --as sanna note aura\tHello") == ["--as", "sanna", "note", "70007", "Hello"]
        assert fish.arguments("crm-tui --as sanna find owner:sanna\t")[-1] == 'owner:"Sanna Virtanen"'
        for name in HOSTILE:
            assert fish.arguments(f"crm-tui --as sanna show X{name[1]}\t")[-1] == clean(name)
        assert fish.arguments('crm-tui --as sanna show "Xa\t')[-1] == clean(HOSTILE[0])
    assert not list(tmp_path.rglob("pwned"))
