"""``crm-tui completions SHELL``: a script that completes commands, options and data at the prompt.

It is made from the parser, so that whatever can be typed is in it. Customers, people, users and values are asked for
while one types (``cli/completing.py``).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import NamedTuple

from crm_tui.cli import DONE

FILES = "files"
#: what the value of an option is, where the parser does not list its choices
_OPTIONS = {
    "--store": "store",
    "--as": "user",
    "--owner": "user",
    "--superior": "user",
    "--keyword": "keyword",
    "--role": "role",
    "--industry": "industry",
    "--segment": "segment",
    "--unit": "unit",
    "--view": "view",
    "--profile": "profile",
    "--output": FILES,
    "--refused": FILES,
    "--cert": FILES,
    "--key": FILES,
}
#: (command, argument) -> what it is; others are text that nobody can know
_PLACES = {
    ("find", "words"): "query",
    ("contacts", "text"): "name",
    ("show", "words"): "name",
    ("note", "number"): "number",
    ("todo", "number"): "number",
    ("update-customer", "number"): "number",
    ("users change", "user"): "user",
    ("users password", "user"): "user",
    ("devices add", "user"): "user",
    ("devices revoke-all", "user"): "user",
    ("users profile", "profile"): "profile",
    ("import", "files"): FILES,
    ("export", "path"): FILES,
    ("backup", "path"): FILES,
    ("restore", "path"): FILES,
}
_WORDS = {
    "--theme": (
        "crm-dark", "crm-light", "crm-contrast", "ansi-dark", "ansi-light", "atom-one-dark", "atom-one-light",
        "catppuccin-frappe", "catppuccin-latte", "catppuccin-macchiato", "catppuccin-mocha", "dracula", "flexoki",
        "gruvbox", "monokai", "nord", "rose-pine", "rose-pine-dawn", "rose-pine-moon", "solarized-dark",
        "solarized-light", "textual-dark", "textual-light", "tokyo-night",
    ),
    "--include": ("inactive", "not-allowed", "do-not-use"),
    "--take": ("name", "address", "e-mail", "website", "phone", "industry"),
}  # fmt: skip


class Value(NamedTuple):
    """What is given to an option or as an argument: a kind that ``crm-tui complete`` knows, FILES, or one of
    ``choices``; neither is text that nobody can know. ``many``: all that follow are the same."""

    kind: str = ""
    choices: tuple[str, ...] = ()
    many: bool = False


class Option(NamedTuple):
    """``value`` is None for what is just said; ``many``: it may be given again."""

    names: tuple[str, ...]
    about: str
    value: Value | None
    many: bool = False


class Command(NamedTuple):
    """``name`` is what is typed, with that of the command above; of the program itself it is empty."""

    name: str
    about: str
    options: tuple[Option, ...]
    values: tuple[Value, ...]
    below: tuple[Command, ...]

    @property
    def all(self) -> Iterator[Command]:
        """This one and all below it."""
        yield self
        for command in self.below:
            yield from command.all

    @property
    def valued(self) -> tuple[str, ...]:
        """Its options that a value follows."""
        return tuple(name for option in self.options if option.value is not None for name in option.names)


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    sys.stdout.write(script(arguments.shell))
    return DONE


def script(shell: str) -> str:
    """The script for a shell."""
    from crm_tui.cli import completions_bash, completions_fish, completions_zsh
    from crm_tui.cli.parser import whole_parser

    scripts = {"bash": completions_bash.script, "zsh": completions_zsh.script, "fish": completions_fish.script}
    return scripts[shell](tree(whole_parser()))


def tree(parser: argparse.ArgumentParser, name: str = "", about: str = "") -> Command:
    """All that can be typed."""
    options: list[Option] = []
    values: list[Value] = []
    below: list[Command] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            abouts = {choice.dest: choice.help or "" for choice in action._choices_actions}
            below += [
                tree(each, f"{name} {word}".strip(), abouts.get(word, "")) for word, each in action.choices.items()
            ]
        elif action.help is argparse.SUPPRESS:
            continue
        elif action.option_strings:
            value = None if action.nargs == 0 else _value(name, action)
            many = isinstance(action, argparse._AppendAction)
            options.append(Option(tuple(action.option_strings), _plain(action.help), value, many))
        else:
            values.append(_value(name, action))
    return Command(name, _plain(about), tuple(options), tuple(values), tuple(below))


def _value(command: str, action: argparse.Action) -> Value:
    choices = tuple(map(str, action.choices or ()))
    many = action.nargs in ("*", "+")
    if choices:
        return Value(choices=choices, many=many)
    for name in action.option_strings:
        if name in _OPTIONS or name in _WORDS:
            return Value(_OPTIONS.get(name, ""), _WORDS.get(name, ()), many)
    return Value(_PLACES.get((command, action.dest), ""), many=many)


def _plain(words: str | None) -> str:
    return " ".join((words or "").replace("%%", "%").split())
