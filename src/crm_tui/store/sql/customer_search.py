"""Typed words in the customers list: customers by their own words, then by those of their contacts.

Where no word begins so, words of both together are looked for, and then the insides of words. Few customers, left
by the filters, are looked at one by one: the full-text tables know no owner, and a common word has many hits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from crm_tui.domain.normalise import Query
from crm_tui.store.sql import matching, two_rows
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.lookup import CUSTOMERS, LIVING_CONTACT
from crm_tui.store.sql.matching import Conditions, Found, Source

#: customers that typed words find; a list that has more says so
CAP = 1_000
#: so many customers are looked at one by one
FEW = 2_000

#: the customers of the contacts that are found
CONTACTS = Source(
    table="contact",
    alias="p",
    words="contact_words",
    infix="contact_infix",
    id="p.customer_id",
    key="c.name_key",
    joins="CROSS JOIN customer c ON c.id = p.customer_id",
    is_named=False,
)


def search(con: Connection, text: Query, conditions: Conditions, few: Sequence[int] | None) -> Found:
    """The customers that fit ``conditions`` and the words of ``text``. ``few`` are the first FEW + 1 that fit the
    conditions alone, where these may leave few."""
    if few is not None and len(few) <= FEW:
        return _among(con, text, matching.ids(few))
    own, contacts = _rechecked(text, conditions)
    found = matching.by_prefix(con, CUSTOMERS, text, own, CAP)
    if len(found.places) < CAP:
        found = found.joined(matching.by_prefix(con, CONTACTS, text, contacts, CAP), CAP)
    for method in (two_rows.by_both, matching.by_infix):
        if found.places:
            break
        found = method(con, CUSTOMERS, text, own, CAP)
        found = found.joined(method(con, CONTACTS, text, contacts, CAP), CAP)
    return found


def _rechecked(text: Query, conditions: Conditions) -> tuple[Conditions, Conditions]:
    """The conditions of a customer found by its own words, and of one found by a contact."""
    contact = LIVING_CONTACT.also(matching.phrases(text, "p")).also(matching.exclusions(text, "p"))
    return conditions.also(matching.phrases(text, "c")), conditions.also(contact)


class _Looked(NamedTuple):
    """A customer, or a contact with its customer: what it is called, and the words of the row and of both."""

    customer: int
    name: str
    words: str
    both: str
    fits_phrases: bool


def _among(con: Connection, text: Query, few: str) -> Found:
    """The same search among few customers (ids as JSON)."""
    customers = _looked(con, text, "customer c", "c", few)
    contact = LIVING_CONTACT.also(matching.exclusions(text, "p"))
    people = _looked(con, text, "customer c CROSS JOIN contact p ON p.customer_id = c.id", "p", few, contact)

    def begins(row: _Looked) -> bool:
        return row.fits_phrases and all(f" {word}" in row.words for word in text.words)

    def mixed(row: _Looked) -> bool:
        return not text.phrases and all(f" {word}" in row.both for word in text.words)

    def inside(row: _Looked) -> bool:
        long_enough = any(len(word) >= matching.INFIX_FROM for word in text.words)
        return row.fits_phrases and long_enough and all(word in row.words for word in text.words)

    typed = " ".join(text.words)
    tests: tuple[Callable[[_Looked], bool], ...] = (begins, mixed, inside)
    for fits in tests:
        places = {row.customer: (_rank(row, typed), row.name) for row in customers if fits(row)}
        for row in people:
            if fits(row):
                places.setdefault(row.customer, (matching.BEHIND, row.name))
        if places:
            return matching.best(places, CAP)
    return matching.NOTHING


def _looked(
    con: Connection, text: Query, rows: str, alias: str, few: str, conditions: Conditions | None = None
) -> list[_Looked]:
    phrases = matching.phrases(text, alias)
    found = (conditions or Conditions((), {})).also(Conditions((), phrases.parameters))
    statement = (
        f"SELECT c.id, c.name_key, ' ' || {alias}.words, ' ' || c.words || ' ' || {alias}.words, {phrases.where}"
        f" FROM {rows} WHERE c.id IN (SELECT value FROM json_each(:few)) AND {found.where}"
    )
    values: list[Any] = con.execute(statement, found.parameters | {"few": few}).fetchall()
    return [_Looked(*row) for row in values]


def _rank(row: _Looked, typed: str) -> int:
    """Exactly that, beginning so, or the rest."""
    exact = row.name == typed or (" " not in typed and any(map(str.isdigit, typed)) and f" {typed} " in f"{row.words} ")
    return 0 if exact else 1 if row.name.startswith(typed) else 2
