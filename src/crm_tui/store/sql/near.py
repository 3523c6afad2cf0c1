"""What may have been meant where nothing is found: words of names that differ from those typed by an error or two.

One typing error leaves one half of a word whole, so the names are looked up by either half; then letters are compared.
Names of customers and their contacts only, which everybody sees who sees customers; a suggestion is offered only if
the actor finds something with it. It imports nothing that costs time.
"""

from __future__ import annotations

from crm_tui.domain.normalise import parse_query
from crm_tui.store.sql import lookup, matching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import apsw

    from crm_tui.store.sql.sight import Sight

#: shorter words have too many others near by
_FROM = 4
#: from so many letters on, two errors are looked over
_TWO_FROM = 8
#: names that are looked at for each half of a word
_NAMES = 1_000
#: suggestions at most, of which so many are tried for one
_MOST, _TRIED = 3, 8


def suggestions(con: apsw.Connection, sight: Sight, text: str, *, inactive: bool) -> list[str]:
    """Queries like this one that find something, the likeliest first."""
    query = parse_query(text)
    if query.phrases or not query.words:
        return []

    def finds(words: tuple[str, ...], more: str = "") -> bool:
        return bool(lookup.best(con, sight, " ".join(words) + more, 1, inactive=inactive).keys)

    fields = "".join(f' {name}:"{value}"' for name, value in query.fields)
    excluded = "".join(f' -"{" ".join(group)}"' for group in query.excluded)
    wrong = {word for word in query.words if not finds((word,))} or set(query.words)
    choices = [_near(con, word)[:_TRIED] or [word] if word in wrong else [word] for word in query.words]
    found: list[str] = []
    for meant in _combined(choices):
        if meant != query.words and finds(meant, fields + excluded):
            found.append(" ".join(meant))
        if len(found) == _MOST:
            break
    return found


def _combined(choices: list[list[str]]) -> list[tuple[str, ...]]:
    """One of each, the likeliest first; few of them where there are many words."""
    combined: list[tuple[str, ...]] = [()]
    for words in choices:
        combined = [(*before, word) for word in words for before in combined][: _TRIED * _TRIED]
    return combined


def _near(con: apsw.Connection, wrong: str) -> list[str]:
    """Words of names that are near, the nearest first, and among them the most common."""
    if len(wrong) < _FROM or any(map(str.isdigit, wrong)):
        return []
    most = 1 if len(wrong) < _TWO_FROM else 2
    counts: dict[str, int] = {}
    for key in _names(con, wrong):
        for word in key.split():
            if word != wrong and abs(len(word) - len(wrong)) <= most:
                counts[word] = counts.get(word, 0) + 1
    errors = {word: distance(wrong, word, most) for word in counts}
    near = [word for word, number in errors.items() if number <= most]
    return sorted(near, key=lambda word: (errors[word], -counts[word], word))


def _names(con: apsw.Connection, wrong: str) -> Iterator[str]:
    middle = len(wrong) // 2
    begin, end = wrong[:middle], wrong[middle:]
    trigrams = " AND ".join(matching.quoted(end[n : n + 3]) for n in range(len(end) - 2))
    for table, living in (("customer", "1"), ("contact", "t.is_deleted = 0")):
        for index, match in ((f"{table}_words", f"{matching.quoted(begin)}*"), (f"{table}_infix", trigrams)):
            if match:
                rows = con.execute(
                    f"SELECT t.name_key FROM {index} CROSS JOIN {table} t ON t.id = {index}.rowid"
                    f" WHERE {index} MATCH ? AND {living} LIMIT {_NAMES}",
                    (match,),
                )
                yield from (row[0] for row in rows)


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or exchanged with their neighbour; ``most`` + 1 means more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        last, row, older = row, [place], before
        for there, wanted in enumerate(other, 1):
            cost = min(last[there] + 1, row[-1] + 1, last[there - 1] + (letter != wanted))
            is_exchanged = place > 1 and there > 1 and letter == other[there - 2] and one[place - 2] == wanted
            row.append(min(cost, older[there - 2] + 1) if is_exchanged else cost)
        before = last
        if min(row) > most:
            return most + 1
    return row[-1]
