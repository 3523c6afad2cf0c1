"""Rows that something being typed may be the same as, by the search indexes: its identifiers, and of its names one
whole with the beginning or the end of another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import permutations

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.indexed_words import phone_words
from crm_tui.domain.likeness_channels import domain
from crm_tui.domain.likeness_companies import Company
from crm_tui.domain.likeness_people import Person
from crm_tui.domain.normalise import typed_words
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.duplicate_pairs import COMMON
from crm_tui.store.sql.indexing import home_country
from crm_tui.store.sql.sight import NOBODY
from crm_tui.store.sql.word_search import WordSearch

#: rows that one question may bring
_MOST = 60
_PIECE = 3
#: contacts of the same customer that are looked at
_MOST_COLLEAGUES = 200


def words_in(con: Connection, index: str) -> Callable[[str], bool]:
    """Whether several rows have a word; each word is looked up once."""
    search = con.dialect.search

    @cache
    def is_common(word: str) -> bool:
        found: int = con.execute(
            f"SELECT count(*) FROM ({search.ids(index, '?')} LIMIT {COMMON}) w", (search.word(word),)
        ).get
        return found >= COMMON

    return is_common


def contacts_like(con: Connection, new: NewContact, person: Person) -> list[int]:
    """Ids of contacts."""
    region = home_country(con)
    names = list(dict.fromkeys((*person.first[:1], *person.last[-1:])))
    phones = [word for phone in new.phones for word in phone_words(phone.number, region)[:1]]
    search = con.dialect.search
    questions = [
        *_names(search, names, "contact"),
        *(("contact_words", _match(search, typed_words(email))) for email in person.emails),
        *(("contact_words", _match(search, [word])) for word in phones),
        *(("contact_words", _colleague(search, email, name)) for email in person.emails for name in names),
    ]
    return list(dict.fromkeys((*_colleagues(con, new.customer, names), *_found(con, questions))))


def _colleague(search: WordSearch, email: str, name: str) -> str:
    """Somebody with an address at the same domain, whose name begins the same."""
    place = typed_words(domain(email))
    return _match(search, place, begins=name[:2]) if place else ""


def _colleagues(con: Connection, customer: int, names: Sequence[str]) -> list[int]:
    """Contacts of the same customer in whose words a name begins the same: of people of a common name there are too
    many to find them otherwise."""
    begins = " OR ".join(f"instr(' ' || words, :name{n}) > 0" for n in range(len(names)))
    rows = con.execute(
        f"SELECT id FROM contact WHERE customer_id = :customer AND is_deleted = 0 AND ({begins or NOBODY})"
        f" LIMIT {_MOST_COLLEAGUES}",
        {"customer": customer} | {f"name{n}": f" {name[:2]}" for n, name in enumerate(names)},
    )
    return [key for (key,) in rows]


def customers_like(con: Connection, new: NewCustomer, company: Company) -> list[int]:
    """Ids of customers."""
    region = home_country(con)
    names = sorted(dict.fromkeys(company.words), key=len, reverse=True)[:3]
    search = con.dialect.search
    questions = [
        *_names(search, names, "customer"),
        *(("customer_words", _match(search, [key])) for key in company.ids),
        *(("customer_words", _match(search, [word])) for word in phone_words(new.phone or "", region)[:1]),
        *(("customer_words", _match(search, typed_words(host))) for host in company.domains),
    ]
    if len(names) == 1:
        word = names[0]
        questions += [
            ("customer_words", _match(search, [word])),
            ("customer_words", _match(search, begins=word[: max(2, len(word) // 2)])),
            ("customer_infix", _trigrams(search, word[len(word) // 2 :])),
        ]
    return _found(con, questions)


def _names(search: WordSearch, names: Sequence[str], table: str) -> Iterator[tuple[str, str]]:
    if len(names) > 1:
        yield f"{table}_words", _match(search, names)
    for whole, other in permutations(names, 2):
        yield f"{table}_words", _match(search, [whole], begins=other[:2])
        yield f"{table}_infix", _trigrams(search, whole, other[-_PIECE:])


def _found(con: Connection, questions: Iterable[tuple[str, str]]) -> list[int]:
    found: dict[int, None] = {}
    for index, match in dict.fromkeys(questions):
        if match:
            rows = con.execute(f"{con.dialect.search.ids(index, '?')} LIMIT {_MOST}", (match,))
            found |= dict.fromkeys(key for (key,) in rows)
    return list(found)


def _match(search: WordSearch, words: Iterable[str] = (), *, begins: str = "") -> str:
    """Rows with all of these words and one that begins so; empty where that leaves nothing to look for."""
    terms = [search.word(word) for word in words if word]
    return search.every([*terms, search.prefix(begins)] if begins else terms)


def _trigrams(search: WordSearch, *pieces: str) -> str:
    return search.inside(dict.fromkeys(piece[n : n + 3] for piece in pieces for n in range(len(piece) - 2)))
