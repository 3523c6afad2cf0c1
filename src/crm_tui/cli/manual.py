"""The man page, made from the commands and options themselves: ``make man`` writes it to docs/crm-tui.1."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import crm_tui
from crm_tui.cli.parser import whole_parser

_DESCRIPTION = """\
.B crm-tui
is the customer card of a professional-services CRM, in the terminal. Without a command it opens the list of customers;
press
.B ?
there for the keys of the place you are in. The commands below answer on the command line. All of them act on one
store, on behalf of one of its users, and show and do what that user may."""

_WORDS = (
    ("soren kiel", "words in any order, each the beginning of one; without capitals and accents. Where no word begins"
     " so, the inside of words is looked for, from three letters on"),
    ("+358 40 555 0143", "phone numbers in national and international form; VAT numbers, business ids and our own"
     " numbers with or without what separates their digits"),
    ('"north yard"', "these words next to each other; a shell has to be told: '\"north yard\"'"),
    ("-oy", "nothing that has a word which begins so"),
    ("kind:contact", "customer, contact, case, sales, project or invoice alone"),
    ('city:oslo owner:"sanna v" keyword:news role:ceo', "what has these; the same field twice means either. Several"
     " words of a value stand in quotation marks"),
)  # fmt: skip
_CODES = (
    ("0", "done, or found"),
    ("1", "an error; one line on standard error says what, and what to do"),
    ("2", "usage: an option or a value that is none, or words that may mean several things"),
    ("3", "nothing found"),
    ("4", "conflict: somebody else saved first"),
    ("5", "not permitted; the permission is named"),
    ("6", "a business register, or another machine, can't be reached"),
)
_ENVIRONMENT = (
    ("CRM_TUI_STORE", "which store, unless --store names one"),
    ("CRM_TUI_DATA", "the folder of stores and files"),
    ("CRM_TUI_CONFIG", "the folder of config.toml, the settings"),
    ("CRM_TUI_CACHE", 'the folder of what was read of servers, for stores with cache = "disk"'),
    ("CRM_TUI_TOKEN_FILE", "a file with the token for a server, which you alone may read"),
    ("CRM_TUI_STATE", "the folder of drafts, the last view and crash reports"),
    ("NO_COLOR", "set to anything: no colours"),
    ("TZ", "the time zone, unless the settings name one"),
)
_EXAMPLES = (
    ("crm-tui find soren kiel", "whoever and whatever is called so, with phone and e-mail"),
    ("crm-tui find kind:contact city:oslo --tsv", "people in a city, for a program"),
    ("crm-tui show 10482 --tab sales", "the cases of a customer, with sums per currency"),
    ("crm-tui show eeva lahtinen --tab contact", "the card that a person is on"),
    ("crm-tui todo 10482 send offer fri 14:00", "a to-do that is due on the next Friday"),
    ("crm-tui note 10482 - < minutes.txt", "a note from standard input"),
    ("crm-tui agenda --days 7", "what is next for me"),
    ("crm-tui contacts --keyword News --output news.csv", "a mailing list"),
)


def page() -> str:
    """The page as roff."""
    return "\n".join(_lines(whole_parser())) + "\n"


def _lines(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f'.TH CRM\\-TUI 1 "" "crm\\-tui {crm_tui.__version__}" "User commands"'
    yield from (".SH NAME", "crm\\-tui \\- the customer card of a professional\\-services CRM, in the terminal")
    yield from (".SH SYNOPSIS", ".B crm\\-tui", "[\\fIoptions\\fR] [\\fIcommand\\fR]")
    yield from (".SH DESCRIPTION", _DESCRIPTION)
    yield ".SH OPTIONS"
    yield from _arguments(parser)
    yield ".SH COMMANDS"
    yield from _commands(parser, "")
    yield from (".SH WORDS TO FIND", *_terms(_WORDS))
    yield from (".SH EXIT STATUS", *_terms(_CODES))
    yield from (".SH ENVIRONMENT", *_terms(_ENVIRONMENT))
    yield from (".SH EXAMPLES", *_terms(_EXAMPLES))


def _commands(parser: argparse.ArgumentParser, before: str) -> Iterator[str]:
    """Each command with its own options, and the commands below it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield f'.SS "{_text(f"{before}{name}")}"'
                if below.description:
                    yield _text(_sentence(below.description))
                yield from _arguments(below)
                yield from _commands(below, f"{before}{name} ")


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What can be given; what every command takes is said once, of the program."""
    common = {"--help", "--store", "--as"} if parser.prog != "crm-tui" else set()
    for action in parser._actions:
        hidden = action.help is argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction)
        if not hidden and not common.intersection(action.option_strings):
            yield from _terms([(_called(action), action.help or "")])


def _called(action: argparse.Action) -> str:
    """``-h, --help``, ``--tab {1,2}``, ``--dismiss A B`` or ``FILE``."""
    choices = f"{{{','.join(map(str, action.choices))}}}" if action.choices else ""
    metavar = action.metavar or choices or action.dest.upper()
    value = "" if action.nargs == 0 else " ".join(metavar) if isinstance(metavar, tuple) else metavar
    if not action.option_strings:
        return value
    return ", ".join(f"{option} {value}".rstrip() for option in action.option_strings)


def _terms(found: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in found:
        yield from (".TP", f".B {_text(term)}", _text(meaning))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words and not words.endswith(".") else words


def _text(words: str) -> str:
    """Words as roff takes them to the letter: dashes stay dashes, no line begins a request, and all is ASCII."""
    escaped = " ".join(words.split()).replace("\\", "\\e").replace("-", "\\-").replace("%%", "%")
    escaped = escaped.replace('"', "\\(dq")  # of a macro's argument it would be no part
    escaped = "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in escaped)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    sys.stdout.write(page())
