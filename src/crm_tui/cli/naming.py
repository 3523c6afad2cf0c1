"""Things that are named on the command line as people call them, capitals and accents aside where that is clear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from crm_tui.domain.errors import Invalid
from crm_tui.domain.named import Named
from crm_tui.domain.normalise import fold, name_key

_MOST_NAMED = 5
#: ways to compare names, the strictest first
_READINGS = (str, str.casefold, fold)


def id_of(kind: str, typed: str, named: Iterable[Named]) -> int:
    """The id behind a name: of the one that is written so, else of the one that is so but for capitals, else but for
    accents. Raises Invalid, which names those of several that are called so, or similar ones."""
    known = list(named)
    found = _called(typed.strip(), known)
    if len(found) == 1:
        return found[0].id
    if found:
        raise Invalid(
            kind, f"{len(found)} are called “{typed}”; name one of them: {_listed([one.full for one in found])}"
        )
    similar = _similar(typed, known)
    if similar:
        raise Invalid(kind, f"there is none called “{typed}”; did you mean {_listed(similar)}?")
    there_are = f"there are {_listed([one.full for one in known])}" if known else "there are none yet"
    raise Invalid(kind, f"there is none called “{typed}”; {there_are}")


def _called(typed: str, known: Sequence[Named]) -> list[Named]:
    """A full name goes before a short one, which another may have as well."""
    for read in _READINGS:
        for names in ([one.full for one in known], [one.name for one in known]):
            found = [one for one, name in zip(known, names, strict=True) if read(name.strip()) == read(typed)]
            if found:
                return found
    return []


def _similar(typed: str, known: Sequence[Named]) -> list[str]:
    """Those in which what was typed begins a word, else those that are spelled alike."""
    by_key = {name_key(name): one.full for one in known for name in (one.name, one.full)}
    wanted = name_key(typed)
    keys = [key for key in by_key if wanted and f" {wanted}" in f" {key}"]
    keys = keys or get_close_matches(wanted, list(by_key), _MOST_NAMED)
    return list(dict.fromkeys(by_key[key] for key in keys))[:_MOST_NAMED]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(f'“{name}”' for name in names[:_MOST_NAMED])}{more}"
