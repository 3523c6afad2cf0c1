"""Things that are named on the command line as people call them, capitals aside."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import fold, name_key

_MOST_NAMED = 5


def id_of(kind: str, typed: str, named: Iterable[tuple[str, int]]) -> int:
    """The id behind a name; of several that are called so, the first. Raises Invalid, which names similar ones."""
    known = list(named)
    for name, key in known:
        if fold(name.strip()) == fold(typed.strip()):
            return key
    similar = _similar(typed, [name for name, _ in known])
    hint = f"did you mean {', '.join(f'“{name}”' for name in similar)}?" if similar else _all(known)
    raise Invalid(kind, f"there is none called “{typed}”; {hint}")


def _similar(typed: str, names: list[str]) -> list[str]:
    """Those in which what was typed begins a word, else those that are spelled alike."""
    by_key = {name_key(name): name for name in names}
    wanted = name_key(typed)
    keys = [key for key in by_key if wanted and f" {wanted}" in f" {key}"]
    keys = keys or get_close_matches(wanted, list(by_key), _MOST_NAMED)
    return [by_key[key] for key in keys[:_MOST_NAMED]]


def _all(known: list[tuple[str, int]]) -> str:
    if not known:
        return "there are none yet"
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    return f"there are {', '.join(f'“{name}”' for name, _ in known[:_MOST_NAMED])}{more}"
