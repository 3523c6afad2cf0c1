"""Presets and remapping: what is understood, what is refused, and with which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.commands import COMMANDS
from crm_tui.keymap import PRESETS, KeymapError, display, parse, resolve
from crm_tui.places import PLACES


@pytest.mark.parametrize("preset", PRESETS)
def test_in_a_preset_one_key_means_one_thing_in_a_place(preset: str) -> None:
    keys = resolve(preset)
    for place, scopes in PLACES.items():
        used = [key for name, command in COMMANDS.items() if command.scope in scopes for key in keys.of(name)]
        assert len(used) == len(set(used)), place


def test_the_default_preset_changes_nothing() -> None:
    assert resolve().changes() == {}


def test_vim_moves_pages_with_ctrl_f_and_b() -> None:
    changes = resolve("vim").changes()
    assert changes["move.page_down"] == "ctrl+f,pagedown"
    assert "move.down" not in changes


def test_a_remapped_command_replaces_its_keys() -> None:
    keys = resolve("default", {"list.export": ["X", "F5"]})
    assert keys.of("list.export") == ("X", "f5")
    assert keys.changes() == {"list.export": "X,f5"}


def test_two_commands_may_swap_their_keys() -> None:
    keys = resolve("default", {"list.copy": ["o"], "list.link": ["y"]})
    assert keys.changes() == {"list.copy": "o", "list.link": "y"}


def test_a_comma_is_a_key_and_no_separator() -> None:
    assert resolve("default", {"list.reload": [";", "-"]}).of("list.reload") == (";", "-")
    assert resolve("default", {"financials.earlier": ["<"], "list.reload": [","]}).changes()["list.reload"] == "comma"


def test_a_command_may_have_no_key() -> None:
    keys = resolve("default", {"list.export": []})
    assert keys.of("list.export") == ()
    assert keys.changes() == {"list.export": "no_key"}


@pytest.mark.parametrize("command_id", ["app.help", "app.quit", "app.palette", "dialog.close"])
def test_what_one_must_reach_keeps_a_key(command_id: str) -> None:
    with pytest.raises(KeymapError, match=rf"{command_id}: this command can't be left without a key"):
        resolve("default", {command_id: []})


def test_an_unknown_command_is_named_with_what_was_meant() -> None:
    with pytest.raises(KeymapError, match=r"no command 'list.exprot'; did you mean 'list.export'\?"):
        resolve("default", {"list.exprot": ["X"]})


def test_an_unknown_command_like_no_other_says_where_they_are_listed() -> None:
    with pytest.raises(KeymapError, match=r"`crm-tui keys` lists them all"):
        resolve("default", {"zzz": ["X"]})


def test_a_clash_names_both_commands_and_the_place() -> None:
    with pytest.raises(KeymapError, match=r"list.export: key 'y' already means 'list.copy' in the cust"):
        resolve("default", {"list.export": ["y"]})


def test_the_same_key_in_different_places_is_no_clash() -> None:
    keys = resolve("default", {"financials.currency": ["F"]})
    assert keys.of("customers.chips") == keys.of("financials.currency") == ("F",)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(KeymapError, match=r"'emacs' does not exist; choose one of: default, vim"):
        resolve("emacs")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("j", "j"), ("J", "J"), ("shift+j", "J"), ("Esc", "escape"), ("Return", "enter"), ("PgUp", "pageup"),
        ("Ctrl+D", "ctrl+d"), ("ctrl+d", "ctrl+d"), ("SHIFT+Tab", "shift+tab"), ("alt+x", "alt+x"), ("+", "+"),
        ("ctrl++", "ctrl++"), ("comma", ","), ("F2", "f2"), ("ä", "ä"),
    ],
)  # fmt: skip
def test_a_key_has_one_spelling(written: str, meant: str) -> None:
    assert parse(written) == meant


@pytest.mark.parametrize("key", ["ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+z", "Ctrl+C", "ctrl+q"])
def test_a_key_that_never_arrives_is_refused_with_the_reason(key: str) -> None:
    with pytest.raises(KeymapError, match=r"can't be used: .+; choose another"):
        parse(key)


@pytest.mark.parametrize("key", ["", " ", "entre", "hyper+x", "jj", "ctrl+", "\x1b", "f25", "ctrl+shift"])
def test_a_nonsense_key_is_refused(key: str) -> None:
    with pytest.raises(KeymapError):
        parse(key)


def test_a_misspelt_key_is_guessed() -> None:
    with pytest.raises(KeymapError, match=r"did you mean 'enter'\?"):
        parse("entre")


@given(st.text(max_size=12))
def test_any_text_is_a_key_in_its_one_spelling_or_refused(text: str) -> None:
    try:
        key = parse(text)
    except KeymapError:
        return
    assert parse(key) == key
    assert display(key)


def test_keys_are_shown_as_people_say_them() -> None:
    keys = resolve()
    assert keys.shown("move.open") == "Enter"
    assert keys.shown("app.help", most=2) == "? F1"
    assert display("shift+tab") == "shift+Tab"
    assert display("+") == "+"
