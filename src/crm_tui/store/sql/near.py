"""What may have been meant where nothing is found: words of names that differ from those typed by an error or two.

One typing error leaves one half of a word whole, so the names are looked up by either half; then letters are compared.
Names whose first word begins like that stand together in an index, where one can step from word to word, however many
have it. Only if that leads to nothing, other words are looked for, one name after the other.
Names of customers and their contacts only, which everybody sees who sees customers; a suggestion is offered only if
the actor finds something with it. It imports nothing that costs time.
"""

from __future__ import annotations

from crm_tui.domain.normalise import key_range, parse_query
from crm_tui.store.sql import lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm_tui.store.sql.dialect import Connection
    from crm_tui.store.sql.sight import Sight

#: shorter words have too many others near by
_FROM = 4
#: from so many letters on, two errors are looked over
_TWO_FROM = 8
#: first words of names that are stepped through, and names that are looked at, for each half of a word
_STEPS, _NAMES = 200, 300
#: suggestions at most, of which so many are tried for one
_MOST, _TRIED = 3, 8


def suggestions(con: Connection, sight: Sight, text: str, *, inactive: bool) -> list[str]:
    """Queries like this one that find something, the likeliest first."""
    query = parse_query(text)
    if query.phrases or not query.words:
        return []

    def finds(words: tuple[str, ...], more: str = "") -> bool:
        return bool(lookup.best(con, sight, " ".join(words) + more, 1, inactive=inactive).keys)

    fields = "".join(f' {name}:"{value}"' for name, value in query.fields)
    excluded = "".join(f' -"{" ".join(group)}"' for group in query.excluded)
    wrong = {word for word in query.words if len(query.words) == 1 or not finds((word,))} or set(query.words)
    for names in (_first_words, _names):
        choices = [(word in wrong and _near(names(con, word), word)[:_TRIED]) or [word] for word in query.words]
        found: list[str] = []
        for meant in _combined(choices):
            if meant != query.words and finds(meant, fields + excluded):
                found.append(" ".join(meant))
            if len(found) == _MOST:
                break
        if found:
            return found
    return []


def _combined(choices: list[list[str]]) -> list[tuple[str, ...]]:
    """One of each, the likeliest first; few of them where there are many words."""
    combined: list[tuple[str, ...]] = [()]
    for words in choices:
        combined = [(*before, word) for word in words for before in combined][: _TRIED * _TRIED]
    return combined


def _near(names: Iterator[str], wrong: str) -> list[str]:
    """Words of names that are near, the nearest first, and among them the most common."""
    if len(wrong) < _FROM or any(map(str.isdigit, wrong)):
        return []
    most = 1 if len(wrong) < _TWO_FROM else 2
    lengths = range(len(wrong) - most, len(wrong) + most + 1)
    counts: dict[str, int] = {}
    for key in names:
        for word in key.split():
            if len(word) in lengths and word != wrong:
                counts[word] = counts.get(word, 0) + 1
    errors = {word: distance(wrong, word, most) for word in counts}
    near = [word for word, number in errors.items() if number <= most]
    return sorted(near, key=lambda word: (errors[word], -counts[word], word))


def _first_words(con: Connection, wrong: str) -> Iterator[str]:
    """First words of the keys of names (a person's begins with the last name) that begin with the same half."""
    begin, end = key_range(wrong[: len(wrong) // 2])
    for table, living in (("customer", "1 = 1"), ("contact", "t.is_deleted = 0")):
        next_key = (
            f"SELECT t.name_key FROM {table} t WHERE t.name_key >= ? AND t.name_key < ? AND {living}"
            " ORDER BY t.name_key LIMIT 1"
        )
        low = begin
        for _ in range(_STEPS):
            key: str | None = con.execute(next_key, (low, end)).get
            if key is None:
                break
            word = key.partition(" ")[0]
            yield word
            low = f"{word}!"  # behind all names that go on with a blank


def _names(con: Connection, wrong: str) -> Iterator[str]:
    middle = len(wrong) // 2
    begin, end = wrong[:middle], wrong[middle:]
    search = con.dialect.search
    trigrams = search.inside(end[n : n + 3] for n in range(len(end) - 2))
    for table, living in (("customer", "1 = 1"), ("contact", "t.is_deleted = 0")):
        for index, match in ((f"{table}_words", search.prefix(begin)), (f"{table}_infix", trigrams)):
            if match:
                rows = con.execute(
                    f"SELECT t.name_key FROM ({search.ids(index, '?')}) w CROSS JOIN {table} t ON t.id = w.id"
                    f" WHERE {living} LIMIT {_NAMES}",
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
