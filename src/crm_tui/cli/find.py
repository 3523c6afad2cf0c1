"""``crm-tui find WORDS...``: what the screen's *Find anything* finds, printed, in the least time.

A look-up costs little more than starting Python, so this module imports nothing that costs time: no argparse, no
msgspec, no pathlib. What it does not know (another option, --help, a store that has to be made) it leaves to the
full program.
"""

from __future__ import annotations

import os

from crm_tui.cli import DONE, NOTHING_FOUND, complain, whose
from crm_tui.domain.errors import UnknownUser
from crm_tui.domain.normalise import FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from crm_tui.store import search
    from crm_tui.store.sql import lookup_rows

    Line = lookup_rows.Line | search.Line

#: unless --limit says otherwise
LIMIT = 20
#: --format: who is written to, one address a line, as these programs read it; vcard needs the full program
FORMATS = ("mutt", "aerc", "vcard")
_FLAGS = {"--json": "json", "--tsv": "tsv", "--ids": "ids"}
_VALUES = ("--store", "--as", "--limit", "--format")


class Options:
    """What was asked for. ``form`` is empty for a table on a terminal, and values separated by tabs elsewhere."""

    __slots__ = ("form", "inactive", "is_query", "limit", "login", "store", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        #: behind ``--`` other programs give what is typed in them, as one argument
        self.is_query = False
        self.store: str | None = None
        self.login: str | None = None
        self.form = ""
        self.limit = LIMIT
        self.inactive = False

    @property
    def texts(self) -> list[str]:
        """The query as the screen would be told it. One argument alone is the whole of it, but for ``owner:"Sanna V"``,
        from which the shell took the quotation marks: that is tried first."""
        if len(self.words) > 1:
            texts = [" ".join(map(_as_typed, self.words))]
        else:
            texts = [*([] if self.is_query else _one_value(self.words[0])), self.words[0]]
        return [f"{text}{self._kinds}" if "kind:" not in text else text for text in texts]

    @property
    def _kinds(self) -> str:
        """Those that have addresses, for who is written to."""
        if self.form not in FORMATS:
            return ""
        return " kind:contact" if self.form == "vcard" else " kind:contact kind:customer"


def run(arguments: argparse.Namespace) -> int:
    """The same for arguments that argparse read."""
    options = Options()
    options.words = arguments.words
    options.store, options.login = arguments.store, arguments.login
    options.form, options.limit, options.inactive = arguments.form, arguments.limit, arguments.all
    return answer(options)


def answer(options: Options) -> int:
    """Print what is found."""
    path = whose.file_of_store(options.store)
    if path is None or options.form == "vcard" or not os.path.lexists(path):
        return _by_full_program(options)
    import apsw

    try:
        lines, capped, near = look(path, options)
    except (UnknownUser, apsw.Error, OSError):
        return _by_full_program(options)
    return said(lines, options, capped=capped, near=near)


def said(lines: Sequence[Line], options: Options, *, capped: bool, near: Sequence[str]) -> int:
    """Print the hits, or what may have been meant."""
    if not lines and options.form != "mutt":
        complain(f"nothing fits.{or_meant(near)}")
        return NOTHING_FOUND
    from crm_tui.cli.find_output import say_nothing_fits, show

    if not lines:
        say_nothing_fits(or_meant(near))
        return NOTHING_FOUND
    show(lines, options.form, capped=capped)
    return DONE


def or_meant(near: Sequence[str]) -> str:
    """What is said behind "nothing fits." where something does that is spelled a little otherwise."""
    return f" Did you mean {' or '.join(f'“{words}”' for words in near)}?" if near else ""


def look(path: str, options: Options) -> tuple[Sequence[Line], bool, list[str]]:
    """The hits, whether there are more, and what may have been meant where there are none. Raises what Look raises."""
    from crm_tui.store.sql import lookup, lookup_rows
    from crm_tui.store.sql.looking import Look

    with Look(path, whose.login(options.login)) as (con, actor):
        for text in options.texts:
            best = lookup.best(con, actor, text, options.limit, inactive=options.inactive)
            if best.keys:
                return lookup_rows.lines(con, best.keys), best.capped, []
        from crm_tui.store.sql import near

        return [], False, near.suggestions(con, actor, text, inactive=options.inactive)


def _by_full_program(options: Options) -> int:
    """What takes the whole store: vCards, and every sentence about why it can't be opened."""
    from crm_tui.cli import find_full

    return find_full.run(options)


def understood(argv: Sequence[str]) -> Options | None:
    """What is asked for; None where that is another command, or takes the full program to read."""
    options = Options()
    rest = iter(argv)
    is_ours = False
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name in _VALUES:
            given = value if equals else next(rest, None)
            if given is None or not _take(options, name, given):
                return None
        elif argument == "find" and not is_ours:
            is_ours = True
        elif not is_ours:
            return None
        elif argument in _FLAGS and not options.form:
            options.form = _FLAGS[argument]
        elif argument == "--all":
            options.inactive = True
        elif argument == "--":
            options.words += rest
            options.is_query = True
        elif argument.startswith("--") or argument == "-h":
            return None
        else:
            options.words.append(argument)  # -word leaves out what has it
    return options if is_ours and options.words else None


def _take(options: Options, name: str, value: str) -> bool:
    """Whether an option has a value that is one."""
    if name == "--store":
        options.store = value
    elif name == "--as":
        options.login = value
    elif name == "--limit":
        if not (value.isascii() and value.isdigit() and 0 < int(value[:10]) <= 1_000_000):
            return False
        options.limit = int(value)
    elif options.form or value not in FORMATS:
        return False
    else:
        options.form = value
    return True


def _as_typed(argument: str) -> str:
    """One of several arguments as it is typed on the screen, with the quotation marks that the shell took."""
    if " " not in argument or '"' in argument:
        return argument
    if value := _one_value(argument):
        return value[0]
    return f'-"{argument[1:]}"' if argument[0] == "-" else argument


def _one_value(argument: str) -> list[str]:
    """``owner:Sanna V`` as ``owner:"Sanna V"``; nothing for what is no field with a value of several words."""
    field, colon, value = argument.partition(":")
    is_one = colon and field in FIELDS and " " in value and '"' not in value
    return [f'{field}:"{value}"'] if is_one else []
