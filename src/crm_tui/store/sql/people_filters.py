"""What the contacts of all customers can be narrowed to: each filter as a condition on a contact ``k`` and its customer
``c``, and as the rows that meet it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm_tui.domain.normalise import Query, parse_query
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.sql import customer_filters, matching
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.narrowing import Filter
from crm_tui.store.sql.word_search import WordSearch

JOIN_CUSTOMER = "CROSS JOIN customer c ON c.id = k.customer_id"
LIVING, NOT_LIVING = "k.is_living = 1", "k.is_living = 0"
_BY_ID = "({}) d CROSS JOIN contact k ON k.id = d.id"
_THEIR_CONTACTS = "CROSS JOIN contact k INDEXED BY contact_by_customer ON k.customer_id = {} AND k.is_deleted = 0"
#: what a contact keeps of its customer
_KEPT = {"c.owner_id": "k.customer_owner", "c.industry_id": "k.customer_industry", "c.id": "k.customer_id"}
#: the words of a contact and of its customer
_WORDS = "' ' || k.words || ' ' || c.words"


def filters_of(con: Connection, query: ContactQuery) -> tuple[Filter, ...]:
    """All filters of a query."""
    return (*_chosen(query), *_typed(con, parse_query(query.text)))


def _chosen(query: ContactQuery) -> Iterator[Filter]:
    if query.active is not None:
        yield Filter(LIVING if query.active else NOT_LIVING, {})
    if query.keyword is not None:
        yield _keyword("keyword", [query.keyword])
    if query.role is not None:
        yield _role("role", [query.role])
    yield from map(_of_customers, customer_filters.of_customer(query))


def _of_customers(one: Filter) -> Filter:
    """A filter of customers for their contacts."""
    condition = one.condition
    for name, kept in _KEPT.items():
        condition = condition.replace(name, kept)
    once = "DISTINCT " if " UNION " in one.counted else ""  # ranges may overlap
    rows = f"(SELECT {once}id FROM ({one.counted}) o) d {_THEIR_CONTACTS.format('d.id')}"
    return one._replace(condition=condition, rows=rows)


def _keyword(name: str, keywords: Sequence[int]) -> Filter:
    is_chosen, bound = customer_filters.one_of(name, keywords)
    has = f"EXISTS (SELECT 1 FROM contact_keyword w WHERE w.contact_id = k.id AND w.keyword_id {is_chosen})"
    once = "DISTINCT " if len(keywords) > 1 else ""
    ids = f"SELECT {once}contact_id AS id FROM contact_keyword WHERE keyword_id {is_chosen}"
    return Filter(has, bound, _BY_ID.format(ids), ids)


def _role(name: str, roles: Sequence[int]) -> Filter:
    is_chosen, bound = customer_filters.one_of(name, roles)
    in_role = f"k.role_id {is_chosen}"
    rows = "contact k INDEXED BY contact_by_role"
    counted = f"SELECT 1 FROM contact k INDEXED BY contact_by_role WHERE {in_role}"
    return Filter(in_role, bound, rows, counted)


def _typed(con: Connection, text: Query) -> Iterator[Filter]:
    """Each word begins one of the contact or of its customer; where some word begins none, each is inside of one."""
    search = con.dialect.search
    words = [_beginning(search, number, word) for number, word in enumerate(text.words)]
    if words and not _is_any(con, words):
        words = [_inside(search, number, word) for number, word in enumerate(text.words)]
    yield from words
    for number, phrase in enumerate(text.phrases):
        name = f"phrase{number}"
        places = (_WORDS, matching.person_name("k"), "' ' || c.name_key")
        fits = f"({' OR '.join(f'instr({place}, :{name}) > 0' for place in places)})"
        yield Filter(fits, {name: f" {phrase}"})
    for number, group in enumerate(text.excluded):
        names = {f"without{number}_{place}": f" {word}" for place, word in enumerate(group)}
        if names:
            present = " AND ".join(f"instr({_WORDS}, :{name}) > 0" for name in names)
            yield Filter(f"NOT ({present})", names)
    yield from _fields(con, text)


def _fields(con: Connection, text: Query) -> Iterator[Filter]:
    """``city:`` and ``owner:`` of the customer, ``keyword:`` and ``role:`` of the contact."""
    yield from map(_of_customers, customer_filters.typed(con, text))
    keywords, roles = matching.contact_labels(con, text)
    if keywords is not None:
        yield _keyword("keywords", keywords)
    if roles is not None:
        yield _role("roles", roles)


def _beginning(search: WordSearch, number: int, word: str) -> Filter:
    name = f"word{number}"
    return Filter(
        f"instr({_WORDS}, :{name}) > 0",
        {name: f" {word}", f"{name}_match": search.prefix(word)},
        *_by_words(search, "words", f":{name}_match"),
        is_met=True,
    )


def _inside(search: WordSearch, number: int, word: str) -> Filter:
    name = f"word{number}"
    condition = f"instr({_WORDS}, :{name}) > 0"
    if len(word) < matching.INFIX_FROM:
        return Filter(condition, {name: word})
    match = search.inside(dict.fromkeys(word[n : n + 3] for n in range(len(word) - 2)))
    return Filter(condition, {name: word, f"{name}_match": match}, *_by_words(search, "infix", f":{name}_match"))


def _by_words(search: WordSearch, index: str, match: str) -> tuple[str, str]:
    """Contacts by their own words, and by those of their customers: as rows, and to be counted."""
    own = search.ids(f"contact_{index}", match)
    theirs = f"SELECT k.id FROM ({search.ids(f'customer_{index}', match)}) w {_THEIR_CONTACTS.format('w.id')}"
    return _BY_ID.format(f"{own} UNION {theirs}"), f"{own} UNION ALL {theirs}"


def _is_any(con: Connection, words: Sequence[Filter]) -> bool:
    """Whether each word is one that somebody has."""
    return all(con.execute(f"SELECT EXISTS ({word.counted})", word.parameters).get for word in words)
