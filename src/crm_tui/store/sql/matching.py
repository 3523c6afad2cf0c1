"""What was typed, as conditions of SQL, and the searches made of them.

Words go through indexes that know words only (word_search.py), so each is asked for by its beginning; phrases and
exclusions are looked at in the kept ``words`` of the rows that are left.
Hits come in the order of people: what is exactly that, names that begin so, then the rest by name. Nothing is
ranked by how often a word occurs, since that needs all hits of a common word.

The look-up from the shell uses this module: it imports nothing that costs time (no typing, no msgspec).
"""

from __future__ import annotations

from crm_tui.domain.normalise import Query, key_range, name_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from crm_tui.store.sql.dialect import Connection

    _Stage = Callable[[Connection, "Source", Query, "Conditions", int], list[tuple[int, str]]]

#: letters from which on the inside of words is searched
INFIX_FROM = 3
#: more digits are no number of ours
_MOST_DIGITS = 15
#: hits that come by age are read ahead so far, to be put into order by name: of each that is wanted so many, and
#: no more than that
_AHEAD, _POOL = 10, 150
#: the rank of hits of a second search, behind all those of the first
BEHIND = 3
#: the values of domain.registries.RegistryKind that are asked for
_KEYWORD, _ROLE = "keyword", "contact role"


class Conditions:
    """SQL conditions that all have to hold, and what they refer to; never changed once made."""

    __slots__ = ("parameters", "sql")

    def __init__(self, sql: tuple[str, ...], parameters: dict[str, Any]) -> None:
        self.sql = sql
        self.parameters = parameters

    def also(self, other: Conditions) -> Conditions:
        """Both; parameters of the same name must be the same."""
        return Conditions(self.sql + other.sql, self.parameters | other.parameters)

    @property
    def where(self) -> str:
        """One condition for a WHERE."""
        return " AND ".join(self.sql) or "1 = 1"


class Source:
    """Rows that can be searched: ``table`` with its ``alias``, the ``joins`` after it, the indexes over its words.

    ``id`` is what is found, ``key`` what hits are sorted by; ``is_named`` where ``key`` is an indexed
    name_key; ``number`` is its unique number."""

    __slots__ = ("alias", "id", "infix", "is_named", "joins", "key", "number", "table", "words")

    def __init__(
        self,
        table: str,
        alias: str,
        words: str,
        infix: str | None,
        id: str,  # noqa: A002  what is found is called so everywhere
        key: str,
        joins: str = "",
        is_named: bool = True,
        number: str | None = None,
    ) -> None:
        self.table = table
        self.alias = alias
        self.words = words
        self.infix = infix
        self.id = id
        self.key = key
        self.joins = joins
        self.is_named = is_named
        self.number = number


class Found:
    """Ids with their places ((rank, name_key): smaller is better); ``capped`` where there may be more."""

    __slots__ = ("capped", "places")

    def __init__(self, places: dict[int, tuple[int, str]], capped: bool) -> None:
        self.places = places
        self.capped = capped

    def best(self) -> list[int]:
        """The ids, best first."""
        return sorted(self.places, key=lambda key: (self.places[key], key))

    def joined(self, other: Found, limit: int) -> Found:
        """With the hits of another search behind these, at most ``limit``."""
        behind = {key: (BEHIND, place[1]) for key, place in other.places.items() if key not in self.places}
        kept = dict(list(behind.items())[: max(limit - len(self.places), 0)])
        return Found(self.places | kept, self.capped or other.capped or len(kept) < len(behind))


NOTHING = Found({}, False)


def ids(values: Iterable[int]) -> str:
    """Ids as one parameter, for ``IN (SELECT value FROM json_each(:x))``."""
    return f"[{','.join(map(str, values))}]"


def by_prefix(con: Connection, source: Source, query: Query, conditions: Conditions, limit: int) -> Found:
    """Rows in which every word of the query begins some word."""
    stages: list[tuple[_Stage, int]] = [(_listed, limit)]  # without words
    if query.words:
        stages = [(_exact, limit), (_beginning, limit), (_containing, max(limit, min(limit * _AHEAD, _POOL)))]
    places: dict[int, tuple[int, str]] = {}
    for rank, (stage, most) in enumerate(stages):
        for key, name in stage(con, source, query, conditions, most + 1):
            places.setdefault(key, (rank, name))
        if len(places) > limit:
            break
    return best(places, limit)


def by_infix(con: Connection, source: Source, query: Query, conditions: Conditions, limit: int) -> Found:
    """Rows in which every word of the query occurs, be it inside a word; one has three letters at least."""
    long = [word for word in query.words if len(word) >= INFIX_FROM]
    if not long or source.infix is None:
        return NOTHING
    inside = Conditions(
        tuple(f"instr({source.alias}.words, :inside{n}) > 0" for n in range(len(query.words))),
        {f"inside{n}": word for n, word in enumerate(query.words)},
    )
    # both ends first: what does not overlap is together in fewer rows, so that more of them are skipped
    places = [(word, n) for word in long for n in (0, len(word) - 3, *range(1, len(word) - 3))]
    trigrams = dict.fromkeys(word[n : n + 3] for word, n in places)
    match = con.dialect.search.inside(trigrams)
    rows = _indexed(con, source, source.infix, match, conditions.also(inside), limit + 1)
    return best({key: (BEHIND, name) for key, name in rows}, limit)


def best(places: dict[int, tuple[int, str]], limit: int) -> Found:
    """The best of all hits."""
    ordered = sorted(places.items(), key=lambda item: (item[1], item[0]))
    return Found(dict(ordered[:limit]), len(ordered) > limit)


def phrases(query: Query, alias: str, *, is_named: bool = True) -> Conditions:
    """The phrases stand in the row as they were typed: in its name, or among its words. Contacts are ``p``."""
    sql: list[str] = []
    key = person_name(alias) if alias == "p" else f"' ' || {alias}.name_key"
    for number in range(len(query.phrases)):
        name = f"instr({key}, :phrase{number}) > 0 OR " if is_named else ""
        sql.append(f"({name}instr(' ' || {alias}.words, :phrase{number}) > 0)")
    return Conditions(tuple(sql), {f"phrase{number}": f" {phrase}" for number, phrase in enumerate(query.phrases)})


def person_name(alias: str) -> str:
    """A contact's name for a phrase: its key, which begins with the last name, twice, so that the first name stands
    before the last one, too."""
    return f"' ' || {alias}.name_key || ' ' || {alias}.name_key"


def exclusions(query: Query, alias: str) -> Conditions:
    """The row has none of the words, or groups of words, that are not wanted."""
    sql: list[str] = []
    parameters: dict[str, Any] = {}
    for number, group in enumerate(query.excluded):
        names = {f"without{number}_{place}": f" {word}" for place, word in enumerate(group)}
        if names:
            present = " AND ".join(f"instr(' ' || {alias}.words, :{name}) > 0" for name in names)
            sql.append(f"NOT ({present})")
            parameters |= names
    return Conditions(tuple(sql), parameters)


def customer_places(query: Query) -> Conditions:
    """``city:`` of the customer in ``c``."""
    alternatives = []
    parameters: dict[str, Any] = {}
    for number, city in enumerate(values_of(query, "city")):
        alternatives.append(f"(c.city_key >= :city{number} AND c.city_key < :city{number}_end)")
        parameters[f"city{number}"], parameters[f"city{number}_end"] = key_range(city)
    return Conditions((f"({' OR '.join(alternatives)})",) if alternatives else (), parameters)


def owners(con: Connection, query: Query) -> list[int] | None:
    """The ids of the users that ``owner:`` names; None where it is not asked for."""
    values = values_of(query, "owner")
    return _named(con.execute("SELECT id, name FROM crm_user"), values) if values else None


def contact_labels(con: Connection, query: Query) -> tuple[list[int] | None, list[int] | None]:
    """The ids of the keywords and roles that are asked for; None where nothing is."""
    return (
        _registry(con, _KEYWORD, values_of(query, "keyword")),
        _registry(con, _ROLE, values_of(query, "role")),
    )


def values_of(query: Query, field: str) -> list[str]:
    """What is asked of a field; several mean either."""
    return [value for name, value in query.fields if name == field]


def _registry(con: Connection, kind: str, values: Sequence[str]) -> list[int] | None:
    if not values:
        return None
    return _named(con.execute("SELECT id, name FROM registry_value WHERE kind = ?", (kind,)), values)


def _named(rows: Iterable[tuple[Any, ...]], values: Sequence[str]) -> list[int]:
    """The ids of rows (id, name) in whose name each word of one of the values begins a word."""

    def fits(name: str) -> bool:
        key = f" {name_key(name)}"
        return any(all(f" {word}" in key for word in value.split()) for value in values)

    return [row[0] for row in rows if fits(row[1])]


def _listed(con: Connection, source: Source, query: Query, conditions: Conditions, limit: int) -> list[tuple[int, str]]:
    """All that fit: the first by name where an index has it, else the newest."""
    order = source.key if source.is_named else f"{source.alias}.id DESC"
    return _select(con, source, "1 = 1", conditions, {}, limit, order)


def _exact(con: Connection, source: Source, query: Query, conditions: Conditions, limit: int) -> list[tuple[int, str]]:
    rows: list[tuple[int, str]] = []
    if source.is_named:
        # a person's name key begins with the last name, but is typed either way
        *first, last = query.words
        keys = {" ".join(query.words), " ".join((last, *first))}
        for key in sorted(keys):
            rows += _select(con, source, f"{source.key} = :exact", conditions, {"exact": key}, limit)
    word = query.words[0]
    if len(query.words) == 1 and any(char.isdigit() for char in word):
        if source.number and word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS:
            rows += _select(con, source, f"{source.number} = :exact", conditions, {"exact": int(word)}, limit)
        rows += _indexed(con, source, source.words, con.dialect.search.word(word), conditions, limit)
    return rows


def _beginning(
    con: Connection, source: Source, query: Query, conditions: Conditions, limit: int
) -> list[tuple[int, str]]:
    if not source.is_named:
        return []
    low, high = key_range(" ".join(query.words))
    begins = f"{source.key} >= :low AND {source.key} < :high"
    return _select(con, source, begins, conditions, {"low": low, "high": high}, limit)


def _containing(
    con: Connection, source: Source, query: Query, conditions: Conditions, limit: int
) -> list[tuple[int, str]]:
    search = con.dialect.search
    match = search.every(map(search.prefix, query.words))
    return _indexed(con, source, source.words, match, conditions, limit)


def _select(
    con: Connection,
    source: Source,
    condition: str,
    conditions: Conditions,
    parameters: dict[str, Any],
    limit: int,
    order: str = "",
) -> list[tuple[int, str]]:
    rows: Iterable[Any] = con.execute(
        f"SELECT {source.id}, {source.key} FROM {source.table} {source.alias} {source.joins}"
        f" WHERE {condition} AND {conditions.where} ORDER BY {order or source.key}, {source.alias}.id LIMIT :most",
        conditions.parameters | parameters | {"most": limit},
    )
    return list(rows)


def _indexed(
    con: Connection, source: Source, index: str, match: str, conditions: Conditions, limit: int
) -> list[tuple[int, str]]:
    """The first rows by age."""
    parameters = conditions.parameters | {"match": match}
    return con.dialect.search.first(con, source, index, conditions.where, parameters, limit)
