"""What the scripts of ``crm-tui completions`` ask while one types.

``crm-tui complete SHELL KIND WORD STORE USER BEFORE`` is answered as quickly as a look-up, by a reader that changes
nothing (completing_elsewhere.py where the store is in no file), and in silence whatever is wrong: a message would stand
in the middle of the line that is being typed. Data
comes out as one line without control characters. For bash, which puts in what it is told, it is quoted so that no name
can be run; zsh and fish quote by themselves. BEFORE is the beginning of WORD that bash keeps (up to a colon), so that
it is left out of what is put in.
"""

from __future__ import annotations

import os
import sys

from crm_tui.cli import DONE, whose
from crm_tui.domain.errors import CrmError
from crm_tui.domain.normalise import FIELDS, fold
from crm_tui.plain import one_line
from crm_tui.store.locate import FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.store.sql.candidates import Candidate

_ARGUMENTS = 6
#: kinds whose candidates are values of a registry
_REGISTRIES = ("keyword", "role", "industry", "segment", "unit")
#: letters and signs that mean nothing to bash, wherever in a word they stand
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,/+@%")
_IN_QUOTES = frozenset('"$`\\')
#: kinds whose candidates are customers and people
_CUSTOMERS = ("name", "number", "query")
#: bash only: a candidate that begins as no other
_OTHERWISE = "…"


def answer(arguments: Sequence[str]) -> int:
    """Print the candidates, one a line; nothing where there is nothing to say."""
    if len(arguments) != _ARGUMENTS:
        return DONE
    shell, kind, word, store, user, before = arguments
    typed = word
    if shell != "zsh":
        word, store, user, before = unquoted(word), unquoted(store), unquoted(user), unquoted(before)
    found = _candidates(kind, word, store or None, user or None)
    shown = [(one_line(value), one_line(about)) for value, about in found if value and not value.startswith("-")]
    if shell == "bash":
        lines = _for_bash(kind, typed, word, before, shown)
    else:
        lines = [f"{value}\t{about}" for value, about in shown]
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    sys.stdout.flush()
    return DONE


def _candidates(kind: str, word: str, store: str | None, user: str | None) -> list[Candidate]:
    """Nothing if the store is missing, locked, damaged, of another version, or shows this user nothing."""
    try:
        if kind == "store":
            return _stores(word)
        path = whose.file_of_store(store)
        if path is None:
            from crm_tui.cli import completing_elsewhere  # with the whole program, for those who have such stores

            found = completing_elsewhere.place(store)
            if found.kind != FILE:
                return completing_elsewhere.candidates(found, kind, word, user)
            path = found.where
        if not os.path.exists(path):
            return []
        import apsw

        try:
            return _read(path, kind, word, user)
        except apsw.Error:
            return []
    except (CrmError, OSError):
        return []


def _read(path: str, kind: str, word: str, user: str | None) -> list[Candidate]:
    from crm_tui.store.sql import candidates

    with candidates.Glance(path) as con:
        if kind == "user":
            return list(candidates.beginning(candidates.users(con), word))
        if kind == "profile":
            return list(candidates.beginning(candidates.profiles(con), word))
        actor = candidates.seeing(con, whose.login(user))
        if kind in _REGISTRIES:
            return list(candidates.beginning(candidates.values(con, kind), word))
        if kind == "view":
            return list(candidates.beginning(candidates.views(con, actor), word))
        field, colon, value = word.partition(":")
        if kind == "query" and colon and field in FIELDS:
            return candidates.field_values(con, field, value)
        if not word:
            return candidates.recent(con, actor)
        if word.isdigit():
            return candidates.numbers(con, word) or candidates.found_by(con, actor, word)
        if kind == "number":
            found = candidates.customers_named(con, word)
            return [(number, name) for name, number in found] or candidates.found_by(con, actor, word)
        return candidates.named(con, word) or candidates.found_by(con, actor, word)


def _stores(word: str) -> list[Candidate]:
    """Names of stores in the user's own folder, and of the settings where they name any."""
    folder = whose.data_folder()
    files = os.listdir(folder) if folder and os.path.isdir(folder) else []
    names = {name[:-3] for name in files if name.endswith(".db")}
    if whose.settings_name_stores():
        from crm_tui.cli.settings_file import read_store_names  # only for those who have such settings

        names |= set(read_store_names().stores)
    return [(name, "") for name in sorted(names) if name.startswith(word)]


def _for_bash(kind: str, typed: str, word: str, before: str, shown: list[Candidate]) -> list[str]:
    """Quoted as the line has to have them; nothing where a quotation mark stands within a word. What is said about a
    name is left out, since it would be put in where two are called the same."""
    quote = typed[:1] if typed[:1] in ("'", '"') else ""
    if _closes(typed[len(quote) :], quote):
        return []
    if kind in _CUSTOMERS:
        if len(shown) > 1 and shown[0][0].isdigit() and not (word and shown[0][0].startswith(word)):
            # numbers of what is found would be cut to what they have in common; their names say how to go on
            shown = [(about, "") for _, about in shown] if word else shown
            if not word or not all(fold(name).startswith(fold(word)) for name, _ in shown):
                shown.insert(0, (_OTHERWISE, ""))  # nothing in common, so that what is typed stays
        shown = [(value, about if value.isdigit() else "") for value, about in shown]
    start = fold(before)
    rest = [(value[len(before) :], about) for value, about in shown if fold(value[: len(before)]) == start]
    return [_quoted(value, quote) + (f"\t{about}" if about else "") for value, about in rest]


def _closes(typed: str, quote: str) -> bool:
    """Whether a quotation ends or begins in there."""
    characters = iter(typed)
    for character in characters:
        if character == "\\" and quote != "'":
            next(characters, "")
        elif character == quote or (not quote and character in "'\""):
            return True
    return False


def unquoted(word: str) -> str:
    """A word as it is typed, without its quotation marks and backslashes; nothing in it is run or replaced."""
    plain: list[str] = []
    quote = ""
    characters = iter(word)
    for character in characters:
        if character == "\\" and quote != "'":
            following = next(characters, "")
            if quote and following not in _IN_QUOTES:
                plain.append(character)
            plain.append(following)
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        else:
            plain.append(character)
    return "".join(plain)


def _quoted(text: str, quote: str) -> str:
    """Text as it stands behind an opening quotation mark, or without one. bash closes the quotation, unless it ends
    with such a mark, which it takes for the closing one."""
    end = quote if quote and text.endswith(quote) else ""
    if quote == "'":
        return text.replace("'", "'\\''") + end
    if quote == '"':
        # an exclamation mark would bring back an earlier command, however it is quoted here
        escaped = "".join(f"\\{each}" if each in _IN_QUOTES else each for each in text)
        return escaped.replace("!", "\"'!'\"") + end
    return "".join(each if each in _PLAIN or not each.isascii() else f"\\{each}" for each in text)
