"""What the contacts of all customers can be narrowed to: each filter as a condition, and as the ids that it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import apsw

from crm_tui.domain.normalise import Query, parse_query
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.sql import matching

_LIVING = "k.is_active = 1 AND c.is_active = 1"
_NOT_LIVING = "(k.is_active = 0 OR c.is_active = 0)"
_OF_CUSTOMERS = "SELECT p.id FROM customer c CROSS JOIN contact p ON p.customer_id = c.id WHERE {}"
#: the words of a contact and of its customer
_WORDS = "' ' || k.words || ' ' || c.words"


class Filter(NamedTuple):
    """A condition on a contact ``k`` and its customer ``c``. ``ids`` are statements that find all contacts which meet
    it (column ``id``) from indexes; without any, it leaves most contacts, or goes along with a filter that has some."""

    condition: str
    parameters: Mapping[str, Any]
    ids: tuple[str, ...] = ()
    is_word: bool = False


def filters_of(con: apsw.Connection, query: ContactQuery) -> tuple[Filter, ...]:
    """All filters of a query."""
    return (*_chosen(query), *_typed(con, parse_query(query.text)))


def _chosen(query: ContactQuery) -> Iterator[Filter]:
    if query.active is True:
        yield Filter(_LIVING, {})
    if query.active is False:
        inactive = "SELECT id FROM contact INDEXED BY contact_inactive WHERE is_active = 0 AND is_deleted = 0"
        yield Filter(_NOT_LIVING, {}, (inactive, _OF_CUSTOMERS.format("c.is_active = 0")))
    if query.keyword is not None:
        yield _keyword("keyword", [query.keyword])
    if query.role is not None:
        yield _role("role", [query.role])
    if query.owner is not None:
        yield _of_customer("c.owner_id = :owner", {"owner": query.owner})
    if query.industry is not None:
        yield _of_customer("c.industry_id = :industry", {"industry": query.industry})
    if query.segment is not None:
        has = "EXISTS (SELECT 1 FROM customer_segment s WHERE s.customer_id = c.id AND s.segment_id = :segment)"
        ids = (
            "SELECT p.id FROM customer_segment s CROSS JOIN contact p ON p.customer_id = s.customer_id"
            " WHERE s.segment_id = :segment"
        )
        yield Filter(has, {"segment": query.segment}, (ids,))


def _keyword(name: str, keywords: Sequence[int]) -> Filter:
    chosen = f"(SELECT value FROM json_each(:{name}))"
    has = f"EXISTS (SELECT 1 FROM contact_keyword w WHERE w.contact_id = k.id AND w.keyword_id IN {chosen})"
    once = "DISTINCT " if len(keywords) > 1 else ""
    ids = f"SELECT {once}contact_id AS id FROM contact_keyword WHERE keyword_id IN {chosen}"
    return Filter(has, {name: matching.ids(keywords)}, (ids,))


def _role(name: str, roles: Sequence[int]) -> Filter:
    chosen = f"(SELECT value FROM json_each(:{name}))"
    ids = f"SELECT id FROM contact WHERE role_id IN {chosen}"
    return Filter(f"k.role_id IN {chosen}", {name: matching.ids(roles)}, (ids,))


def _of_customer(condition: str, parameters: Mapping[str, Any]) -> Filter:
    return Filter(condition, parameters, (_OF_CUSTOMERS.format(condition),))


def _typed(con: apsw.Connection, text: Query) -> Iterator[Filter]:
    """Each word begins one of the contact or of its customer; where some word begins none, each is inside of one."""
    words = [_beginning(number, word) for number, word in enumerate(text.words)]
    if words and not _is_any(con, words):
        words = [_inside(number, word) for number, word in enumerate(text.words)]
    yield from words
    for number, phrase in enumerate(text.phrases):
        name = f"phrase{number}"
        fits = f"(instr({_WORDS}, :{name}) OR instr(' ' || k.name_key, :{name}) OR instr(' ' || c.name_key, :{name}))"
        yield Filter(fits, {name: f" {phrase}"})
    for number, group in enumerate(text.excluded):
        names = {f"without{number}_{place}": f" {word}" for place, word in enumerate(group)}
        if names:
            present = " AND ".join(f"instr({_WORDS}, :{name})" for name in names)
            yield Filter(f"NOT ({present})", names)
    yield from _fields(con, text)


def _fields(con: apsw.Connection, text: Query) -> Iterator[Filter]:
    """``city:`` and ``owner:`` of the customer, ``keyword:`` and ``role:`` of the contact."""
    for places in matching.customer_places(text).sql:
        yield _of_customer(places, matching.customer_places(text).parameters)
    people = matching.owners(con, text)
    if people is not None:
        owned = "c.owner_id IN (SELECT value FROM json_each(:owners))"
        yield _of_customer(owned, {"owners": matching.ids(people)})
    keywords, roles = matching.contact_labels(con, text)
    if keywords is not None:
        yield _keyword("keywords", keywords)
    if roles is not None:
        yield _role("roles", roles)


def _beginning(number: int, word: str) -> Filter:
    name = f"word{number}"
    return Filter(
        f"instr({_WORDS}, :{name})",
        {name: f" {word}", f"{name}_match": f"{matching.quoted(word)}*"},
        _full_text("words", f":{name}_match"),
        is_word=True,
    )


def _inside(number: int, word: str) -> Filter:
    name = f"word{number}"
    condition = f"instr({_WORDS}, :{name})"
    if len(word) < matching.INFIX_FROM:
        return Filter(condition, {name: word})
    trigrams = dict.fromkeys(word[n : n + 3] for n in range(len(word) - 2))
    match = " AND ".join(map(matching.quoted, trigrams))
    return Filter(condition, {name: word, f"{name}_match": match}, _full_text("infix", f":{name}_match"), is_word=True)


def _full_text(index: str, match: str) -> tuple[str, ...]:
    """Contacts by their own words, and by those of their customers."""
    return (
        f"SELECT rowid AS id FROM contact_{index} WHERE contact_{index} MATCH {match}",
        f"SELECT p.id FROM customer_{index} CROSS JOIN contact p ON p.customer_id = customer_{index}.rowid"
        f" WHERE customer_{index} MATCH {match}",
    )


def _is_any(con: apsw.Connection, words: Sequence[Filter]) -> bool:
    """Whether each word is one that somebody has."""
    return all(any(con.execute(f"SELECT EXISTS ({ids})", word.parameters).get for ids in word.ids) for word in words)
