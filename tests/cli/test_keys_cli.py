"""``crm-tui keys``: the key sheet, and what the settings made of it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Crm

from crm_tui.commands import COMMANDS
from crm_tui.keymap import display, parse
from crm_tui.places import Scope
from crm_tui.text import width


def test_it_lists_every_command_within_80_columns(crm: Crm) -> None:
    done = crm("keys")
    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert all(width(line) <= 80 for line in lines)
    ids = [line[line.index(command) :].split()[0] for command in COMMANDS for line in lines if f" {command} " in line]
    assert sorted(ids) == sorted(COMMANDS)
    assert len({line.index("app.quit") for line in lines if "app.quit" in line} | {lines[3].index("id")}) == 1
    assert all(scope.value in lines for scope in Scope)
    assert "  ? F1" in done.out
    assert "with : or ctrl+p" in " ".join(done.out.split())


def test_what_it_shows_can_be_written_into_the_settings() -> None:
    for command in COMMANDS.values():
        for key in (*command.keys, *command.vim):
            assert parse(display(key)) == parse(key)


def test_the_settings_count(crm: Crm, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(
        'keymap = "vim"\n[keys]\n"list.export" = "X"\n"app.undo" = ""\n"move.last" = "G ↓ End"\n"move.down" = "j"\n'
    )
    out = crm("keys").out
    assert out.startswith("Keys of the preset vim.")
    assert "  X (yours) " in out
    assert "  none (yours) " in out
    by_id = {each["id"]: each for each in json.loads(crm("keys", "--json").out)}
    assert list(by_id) == list(COMMANDS)
    assert by_id["move.page_down"] == {
        "id": "move.page_down",
        "keys": ["ctrl+f", "pagedown"],
        "label": "Page down",
        "does": "Move one page down.",
        "group": "Moving in a list",
        "places": by_id["move.down"]["places"],
        "is_changed": False,
    }
    assert (by_id["move.last"]["keys"], by_id["move.last"]["is_changed"]) == (["G", "down", "end"], True)
    assert {"the customers list", "the task board"} <= set(by_id["move.down"]["places"])
    (tmp_path / "config" / "config.toml").write_text('keymap = "emacs"\n')
    assert crm("keys").code == 2
