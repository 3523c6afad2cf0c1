"""Look anything up: customers, contacts, cases and invoices by their words, in one order.

What is exactly what was typed comes first, then names that begin so, then the rest, by name. Where no word
begins so, words of a person and of their customer are looked for together (``eeva kallavesi``), and then
the insides of words. ``city:`` and ``owner:`` narrow all kinds, ``keyword:`` contacts and cases, ``role:`` contacts.

The look-up from the shell uses this module: it imports nothing that costs time (no typing, no msgspec).
"""

from __future__ import annotations

from crm_tui.domain.levels import Projects
from crm_tui.domain.normalise import Query, parse_query
from crm_tui.store.sql import matching
from crm_tui.store.sql.matching import Conditions, Source
from crm_tui.store.sql.sight import case_seen, invoice_seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crm_tui.store.sql.dialect import Connection
    from crm_tui.store.sql.matching import Found
    from crm_tui.store.sql.sight import Sight

    _Method = Callable[[Connection, Source, Query, Conditions, int], Found]

#: what is found, the values of domain.entities.Kind
CUSTOMER, CONTACT, CASE, INVOICE = "customer", "contact", "case", "invoice"
#: what ``kind:`` may be followed by, or by its beginning
_KINDS = {
    "customer": CUSTOMER,
    "contact": CONTACT,
    "person": CONTACT,
    "case": CASE,
    "sales": CASE,
    "project": CASE,
    "invoice": INVOICE,
}
CUSTOMERS = Source(
    table="customer",
    alias="c",
    words="customer_words",
    infix="customer_infix",
    id="c.id",
    key="c.name_key",
    number="c.number",
)
LIVING_CONTACT = Conditions(("p.is_active = 1", "p.is_deleted = 0"), {})
#: customers of a city, and rows with a keyword, that are gathered first; where there are more, each row is asked
_OF_CITY, _LABELLED = 500, 20_000
_OF_CUSTOMER = "CROSS JOIN customer c ON c.id = {}.customer_id"
_CONTACTS = Source(
    table="contact",
    alias="p",
    words="contact_words",
    infix="contact_infix",
    id="p.id",
    key="p.name_key",
    joins=_OF_CUSTOMER.format("p"),
)
_CASES = Source(
    table="crm_case",
    alias="k",
    words="case_words",
    infix="case_infix",
    id="k.id",
    key="k.name_key",
    joins=_OF_CUSTOMER.format("k"),
    is_named=False,
    number="k.number",
)
_INVOICES = Source(
    table="invoice",
    alias="i",
    words="invoice_words",
    infix=None,
    id="i.id",
    key="i.words",
    joins=_OF_CUSTOMER.format("i"),
    is_named=False,
)


class _Part:
    """A kind that is searched, and what its rows have to be."""

    __slots__ = ("conditions", "kind", "source")

    def __init__(self, kind: str, source: Source, conditions: Conditions) -> None:
        self.kind = kind
        self.source = source
        self.conditions = conditions


class Best:
    """What was found, best first, as (kind, id); ``capped`` says that there is more."""

    __slots__ = ("capped", "keys")

    def __init__(self, keys: list[tuple[str, int]], capped: bool) -> None:
        self.keys = keys
        self.capped = capped


def best(con: Connection, sight: Sight, text: str, limit: int, *, inactive: bool) -> Best:
    """The best that the actor, who sees customers, may see."""
    query = parse_query(text)
    if not (query.words or query.fields):
        return Best([], False)
    parts = list(_parts(con, sight, query, inactive=inactive))
    methods: tuple[_Method, ...] = (matching.by_prefix, _by_both, matching.by_infix)
    places: list[tuple[tuple[int, str], int, int]] = []
    capped = False
    for method in methods if query.words else methods[:1]:
        for number, part in enumerate(parts):
            found = method(con, part.source, query, part.conditions, limit)
            capped = capped or found.capped
            places += [(place, number, key) for key, place in found.places.items()]
        if places:
            break
    places.sort()
    best = [(parts[number].kind, key) for _, number, key in places[:limit]]
    return Best(best, capped or len(places) > limit)


def _by_both(con: Connection, source: Source, query: Query, conditions: Conditions, limit: int) -> Found:
    """Imported when it is needed, which is seldom."""
    if len(query.words) < 2:
        return matching.NOTHING
    from crm_tui.store.sql import two_rows

    return two_rows.by_both(con, source, query, conditions, limit)


def _parts(con: Connection, sight: Sight, query: Query, *, inactive: bool) -> Iterator[_Part]:
    """The kinds that are wanted and seen; a kind to which a field does not apply is left out."""
    wanted = [word for value in matching.values_of(query, "kind") for word in _KINDS if word.startswith(value)]
    kinds = {_KINDS[word] for word in wanted} if matching.values_of(query, "kind") else set(_KINDS.values())
    keywords, roles = matching.contact_labels(con, query)
    owners = matching.owners(con, query)
    customers = _few_in(con, query)
    if [] in (keywords, roles, owners, customers):
        return  # nothing is called so
    living = Conditions((), {}) if inactive else Conditions(("c.is_active = 1",), {})

    def of_customer(alias: str) -> Conditions:
        return living.also(matching.customer_places(query) if customers is None else _of(alias, customers))

    def owned(alias: str) -> Conditions:
        return Conditions((), {}) if owners is None else _owned(alias, owners)

    if CUSTOMER in kinds and keywords is None and roles is None:
        yield _part(CUSTOMER, CUSTOMERS, query, of_customer("c").also(owned("c")))
    if CONTACT in kinds:
        conditions = of_customer("p").also(owned("c")).also(_labels(con, "p", keywords, roles))
        living_contact = Conditions(("p.is_deleted = 0",), {}) if inactive else LIVING_CONTACT
        yield _part(CONTACT, _CONTACTS, query, conditions.also(living_contact))
    if sight.projects == Projects.NONE or roles is not None:
        return
    if CASE in kinds:
        conditions = of_customer("k").also(owned("k")).also(_labels(con, "k", keywords, None)).also(_lives(wanted))
        seen = Conditions((case_seen(sight, "k"),), sight.parameters)
        yield _part(CASE, _CASES, query, conditions.also(seen))
    if INVOICE in kinds and keywords is None:
        seen = Conditions((invoice_seen(sight),), sight.parameters)
        yield _part(INVOICE, _INVOICES, query, of_customer("i").also(owned("c")).also(seen))


def _few_in(con: Connection, query: Query) -> list[int] | None:
    """The customers of the cities that are asked for, where they are few; else None."""
    places = matching.customer_places(query)
    if not places.sql:
        return None
    found = con.execute(f"SELECT c.id FROM customer c WHERE {places.where} LIMIT {_OF_CITY}", places.parameters)
    customers = [row[0] for row in found]
    return customers if len(customers) < _OF_CITY else None


def _of(alias: str, customers: list[int]) -> Conditions:
    """Rows of these customers: an index leads to them, so that not all rows are gone through."""
    column = "id" if alias == "c" else "customer_id"
    of = f"{alias}.{column} IN (SELECT value FROM json_each(:of_city))"
    return Conditions((of,), {"of_city": matching.ids(customers)})


def _part(kind: str, source: Source, query: Query, conditions: Conditions) -> _Part:
    alias = source.alias
    rechecks = matching.phrases(query, alias, is_named=alias != "i").also(matching.exclusions(query, alias))
    return _Part(kind, source, conditions.also(rechecks))


def _owned(alias: str, owners: list[int]) -> Conditions:
    return Conditions(
        (f"{alias}.owner_id IN (SELECT value FROM json_each(:owners))",), {"owners": matching.ids(owners)}
    )


def _labels(con: Connection, alias: str, keywords: list[int] | None, roles: list[int] | None) -> Conditions:
    """Keywords of a contact (``p``) or case (``k``), and the role of a contact."""
    conditions = Conditions((), {})
    if keywords is not None:
        link = "contact" if alias == "p" else "case"
        bound = {"keywords": matching.ids(keywords)}
        chosen = f"FROM {link}_keyword l WHERE l.keyword_id IN (SELECT value FROM json_each(:keywords))"
        counted: int = con.execute(f"SELECT count(*) FROM (SELECT 1 {chosen} LIMIT {_LABELLED}) counted", bound).get
        labelled = f"{alias}.id IN (SELECT l.{link}_id {chosen})"
        if counted == _LABELLED:
            labelled = f"EXISTS (SELECT 1 {chosen} AND l.{link}_id = {alias}.id)"
        conditions = conditions.also(Conditions((labelled,), bound))
    if roles is not None:
        chosen = f"{alias}.role_id IN (SELECT value FROM json_each(:roles))"
        conditions = conditions.also(Conditions((chosen,), {"roles": matching.ids(roles)}))
    return conditions


def _lives(wanted: list[str]) -> Conditions:
    """``kind:project`` and ``kind:sales`` are one life of a case each."""
    if "case" in wanted or {"sales", "project"}.issubset(wanted) or not {"sales", "project"}.intersection(wanted):
        return Conditions((), {})
    return Conditions((f"k.sales_state {'=' if 'project' in wanted else '<>'} 'won'",), {})
