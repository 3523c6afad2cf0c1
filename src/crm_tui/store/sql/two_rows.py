"""Words that lie in two rows: ``eeva kallavesi`` is a person of a customer, and neither row has both words.

A word may be common in one table, and rare or nowhere in the other, so how many rows have it is counted first, as far
as that matters. Few rows are looked at one by one, or those of few customers. Of many the first ones mostly hold as
many hits as are asked for; where they don't, the customers' rows are held against the index of words, which costs
less than reading them. The look-up from the shell uses this module: it imports nothing that costs time.
"""

from __future__ import annotations

from itertools import pairwise

from crm_tui.store.sql import matching
from crm_tui.store.sql.matching import BEHIND, NOTHING, Conditions, Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.normalise import Query
    from crm_tui.store.sql.dialect import Connection
    from crm_tui.store.sql.matching import Source
    from crm_tui.store.sql.word_search import WordSearch

#: rows, or customers, that are looked at one by one
_FEW = 500
#: rows and customers of common words that are held against each other
_CAP = 20_000
#: customers of common words that are looked at before all others
_STRETCH = 4_000
_CUSTOMERS = "customer_words"


def by_both(con: Connection, source: Source, query: Query, conditions: Conditions, limit: int) -> Found:
    """Rows whose words and those of their customer (alias ``c``) together hold all words of the query, where no row
    holds them alone."""
    if len(query.words) < 2 or query.phrases or not source.joins:
        return NOTHING
    search = con.dialect.search
    in_row = [word for word in query.words if _count(con, source.words, search.prefix(word), 1)]
    in_customer = [word for word in query.words if _count(con, _CUSTOMERS, search.prefix(word), 1)]
    if not in_row or not in_customer or len({*in_row, *in_customer}) < len(query.words):
        return NOTHING
    matches = {
        "rows": _together(search, query.words, in_row, in_customer),
        "customers": _together(search, query.words, in_customer, in_row),
    }
    conditions = conditions.also(_split(query, source)).also(Conditions((), matches))
    alias = source.alias
    of_row = f"CROSS JOIN {source.table} {alias} ON {alias}.id = w.id {source.joins}"
    by_row = f"{_matching(search, source.words, 'rows', _FEW)} w {of_row}"
    if _count(con, source.words, matches["rows"], _FEW) < _FEW:
        return _best(_found(con, source, by_row, conditions), limit)
    if _count(con, _CUSTOMERS, matches["customers"], _FEW) < _FEW:
        return _best(_of_customers(con, source, 0, _FEW, conditions), limit)
    found = _found(con, source, by_row, conditions)
    if len(found) > limit:
        return _best(found, limit)
    # + keeps SQLite from going through all of them for each customer
    has_words = Conditions((f"+{alias}.id IN {_matching(search, source.words, 'rows', _CAP)}",), {})
    for start, end in pairwise((0, _STRETCH, _CAP)):
        found |= _of_customers(con, source, start, end - start, has_words.also(conditions))
        if len(found) > limit:
            break
    return _best(found, limit)


def _split(query: Query, source: Source) -> Conditions:
    """Every word begins one of the row or of its customer, and some word one of the row."""
    both = f"(' ' || c.words || ' ' || {source.alias}.words)"
    numbers = range(len(query.words))
    some = " OR ".join(f"instr(' ' || {source.alias}.words, :both{n}) > 0" for n in numbers)
    return Conditions(
        (f"({some})", *(f"instr({both}, :both{n}) > 0" for n in numbers)),
        {f"both{n}": f" {word}" for n, word in enumerate(query.words)},
    )


def _together(search: WordSearch, words: Sequence[str], here: Sequence[str], elsewhere: Sequence[str]) -> str:
    """What rows have, as a match, that together with others have all words: those that the others lack, or any."""
    needed = [word for word in words if word not in elsewhere]
    return search.every(map(search.prefix, needed)) if needed else search.some(map(search.prefix, here))


def _matching(search: WordSearch, index: str, match: str, most: int, start: int = 0) -> str:
    """The first rows that an index has for a parameter, or those behind them."""
    return f"({search.ids(index, f':{match}')} LIMIT {most} OFFSET {start})"


def _count(con: Connection, index: str, match: str, most: int) -> int:
    """How many rows an index has for a match, as far as that matters."""
    rows = _matching(con.dialect.search, index, "match", most)
    counted: int = con.execute(f"SELECT count(*) FROM {rows} w", {"match": match}).get
    return counted


def _of_customers(
    con: Connection, source: Source, start: int, most: int, conditions: Conditions
) -> dict[int, tuple[int, str]]:
    """Rows of a stretch of the customers that have what is looked for in them."""
    customers = _matching(con.dialect.search, _CUSTOMERS, "customers", most, start)
    rows = f"{source.table} {source.alias} ON {source.alias}.customer_id = w.id"
    by_customer = f"{customers} w CROSS JOIN {rows} CROSS JOIN customer c ON c.id = w.id"
    return _found(con, source, by_customer, conditions, "w.id, ")


def _found(
    con: Connection, source: Source, rows: str, conditions: Conditions, order: str = ""
) -> dict[int, tuple[int, str]]:
    """What these rows lead to, the oldest first."""
    hits = con.execute(
        f"SELECT {source.id}, {source.key} FROM {rows} WHERE {conditions.where} ORDER BY {order}{source.alias}.id",
        conditions.parameters,
    )
    return {key: (BEHIND, name) for key, name in hits}


def _best(found: dict[int, tuple[int, str]], limit: int) -> Found:
    """The oldest, in their order."""
    return matching.best(dict(list(found.items())[: limit + 1]), limit)
