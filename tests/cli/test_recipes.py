"""docs/RECIPES.md: what other programs are told to run is run here as it stands there, where that needs only ours."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Crm

from crm_tui.cli import whose
from crm_tui.cli.completions import tree
from crm_tui.cli.parser import whole_parser
from crm_tui.demo.build import build
from crm_tui.domain.users import NewUser
from crm_tui.store.sql.store import open_store

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "RECIPES.md").read_text("utf-8")
BLOCKS = [block.replace("\\\n", " ") for block in re.findall(r"```\w*\n(.*?)```", DOCUMENT, re.DOTALL)]
TODAY = dt.date(2026, 11, 18)
NOW = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
MAIL = """\
From: =?utf-8?q?=C3=85se_Br=C3=A5ten?= <{address}>
Subject: =?utf-8?q?Tarjous_K=C3=B6lnista?=
Message-ID: <1@mail.example>

Hello.
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company, in which the user of this machine works, too."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path, seed=1, today=TODAY, customers=120)
    store = open_store(path, login="sanna", clock=lambda: NOW)
    store.users.create(NewUser(name="Me", login=whose.login(None), profile=store.users.me().user.profile))
    store.close()
    return path


def found(pattern: str) -> list[str]:
    """What the recipes say there."""
    texts = [text for block in BLOCKS for text in re.findall(pattern, block)]
    assert texts, pattern
    return texts


def asked(crm: Crm, company: Path, command: str, **given: str) -> list[str]:
    """The lines that a command prints, after what the other program puts in, quoted as it does."""
    for name, value in given.items():
        command = command.replace(name, shlex.quote(value))
    program, *arguments = shlex.split(command)
    assert program == "crm-tui"
    done = crm("--store", company, *arguments, login="tuva")
    assert done.code == 0, (command, done.err)
    return done.out.splitlines()


def test_mail_programs_get_addresses_in_their_form(crm: Crm, company: Path) -> None:
    (mutt,) = found('set query_command = "(.*)"')
    message, *lines = asked(crm, company, mutt, **{"%s": "hakon braten"})
    (aerc,) = found("address-book-cmd = (.*)")
    pairs = [line.split("\t") for line in asked(crm, company, aerc, **{"%s": "hakon braten"})]
    assert message.startswith(f"crm-tui: {len(lines)} address")
    assert [line.split("\t")[:2] for line in lines] == pairs
    assert all("@" in address and name == "Håkon Bråten" for address, name in pairs)
    (vim,) = found(r"systemlist\('(crm-tui .*?)' \.")
    assert asked(crm, company, f"{vim} %s", **{"%s": "hakon braten"}) == [message, *lines]


def test_fzf_lists_and_previews(crm: Crm, company: Path) -> None:
    (start, change) = found(r"(?:start|change):reload\((crm-tui .*?) 2>/dev/null \|\| true\)")
    assert start == change
    kind, _, name, customer, number, *_, key, active = asked(crm, company, start, **{"{q}": "braten"})[0].split("\t")
    assert (kind, active) == ("contact", "yes")
    assert "Bråten" in name
    shown = {command.strip() for command in found(r"(crm-tui show -- \{1\}:\{8\})")}
    card = asked(crm, company, shown.pop(), **{"{1}": kind, "{8}": key})
    assert not shown
    assert customer in card[0]
    assert asked(crm, company, f"crm-tui show {number}") == card


def test_commands_of_scripts_and_vim(crm: Crm, company: Path) -> None:
    (lookup,) = found(r"keywordprg=(\S+ \S+ \S+)")
    assert asked(crm, company, f"{lookup.replace(chr(92), '')} 10018")[0].startswith("Nordfjord Marine Logistics AS")
    scripts = next(block for block in BLOCKS if "find --ids" in block)
    for line in scripts.splitlines():
        assert asked(crm, company, re.split(r" [|>#]", line)[0])


def test_every_command_in_the_recipes_exists() -> None:
    commands = {command.name: command for command in tree(whole_parser()).all}
    written = re.findall(r"(?<![\w/.-])crm-tui(?:\", \"| )([a-z-]+)", DOCUMENT)
    assert len(written) > 20
    assert set(written) <= set(commands)


def test_shell_functions_and_the_script_for_mails(company: Path, tmp_path: Path) -> None:
    program = tmp_path / "crm-tui"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m crm_tui "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "CRM_TUI_STORE": str(company),
                   "PYTHONIOENCODING": "utf-8", "LESS": "-FX"}  # fmt: skip

    def run(*command: str, text: str = "", code: int = 0) -> str:
        done = subprocess.run(command, input=text, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    functions = next(block for block in BLOCKS if "alias f=" in block)
    phone, address = run("sh", "-c", f"{functions}\nphone hakon braten; email hakon braten").splitlines()
    assert re.fullmatch(r"\+47[ \d]+", phone)
    script = tmp_path / "crm-of-mail"
    script.write_text(next(block for block in BLOCKS if "crm-of-mail card|note" in block))
    mail = MAIL.format(address=address)
    assert "Mail of Åse Bråten: Tarjous Kölnista" in run(sys.executable, str(script), "note", text=mail)
    run(sys.executable, str(script), "note", text=mail)  # said to be there already, and added once
    assert run(str(program), "show", address, "--tab", "1", "--json").count("Tarjous Kölnista") == 1
    stranger = MAIL.format(address=address[:1] + address[address.index("@") :])  # whose words begin those of others
    assert run(str(program), "find", stranger.partition("<")[2].partition(">")[0])
    run(sys.executable, str(script), "note", text=stranger, code=1)
