"""The command table: complete, without contradictions, and fit for people."""

import pytest

from crm_tui.commands import COMMANDS, in_scope
from crm_tui.keymap import parse
from crm_tui.places import PLACES, Scope


def test_every_command_is_filed_under_its_own_id() -> None:
    assert all(name == command.id for name, command in COMMANDS.items())


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_texts_are_for_people(command: object) -> None:
    assert isinstance(command, tuple)
    found = COMMANDS[command[0]]
    assert found.label
    assert found.label[0].isupper()
    assert len(found.label) <= 20
    assert found.tooltip.endswith(".")
    # the note line of help at 80 columns
    assert len(found.tooltip) <= 72


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_keys_are_keys_in_their_one_spelling(command: object) -> None:
    assert isinstance(command, tuple)
    found = COMMANDS[command[0]]
    for key in (*found.keys, *found.vim):
        assert parse(key) == key


def test_every_scope_works_in_some_place() -> None:
    assert {scope for scopes in PLACES.values() for scope in scopes} == set(Scope)


def test_pairs_lead_to_commands_of_the_same_scope_with_a_word() -> None:
    for command in COMMANDS.values():
        if command.pair:
            assert COMMANDS[command.pair].scope is command.scope
            assert command.pair_label


def test_what_can_be_undone_says_so() -> None:
    """All that changes a customer can be taken back; reading changes nothing."""
    assert COMMANDS["list.edit"].undoable
    assert COMMANDS["form.save"].undoable
    assert not any(command.undoable for command in COMMANDS.values() if command.scope in (Scope.MOVE, Scope.DIALOG))


def test_in_scope_keeps_the_order_of_the_table() -> None:
    assert in_scope(Scope.NOTES) == ("notes.reply", "notes.pin", "notes.case")


def test_the_method_is_named_after_the_id() -> None:
    assert COMMANDS["card.next"].method == "do_card_next"
