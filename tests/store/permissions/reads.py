"""Every reading method of the port with all arguments that may make a difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations, product
from typing import Any

from tests.store.conftest import NOW, TODAY
from tests.store.permissions.scope import Scope
from tests.store.permissions.walker import Call

from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.contacts import Email, NewContact, Phone
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.periods import Month
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.activities import BoardFilter, FeedPart
from crm_tui.store.cases import CaseChoice, CaseLife
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.finance import Figure
from crm_tui.store.paging import PageRequest

ALL = PageRequest(limit=1000)
#: whole, in pages of one from either end
PAGES = (ALL, PageRequest(limit=1), PageRequest(limit=1, from_end=True), PageRequest(limit=2, skip=1))
_FIRST = Month(2026, 10)
_LATER = NOW + dt.timedelta(days=30)

Args = Iterable[tuple[Any, ...]]


def _each(kind: Kind, *more: tuple[Any, ...]) -> Callable[[Scope], Args]:
    """Of each entity of a kind, with each combination of further arguments."""
    return lambda scope: product(scope.ids[kind], *more)


def _of_customer(*more: tuple[Any, ...]) -> Callable[[Scope], Args]:
    """Of every customer, in each turn."""
    return lambda scope: product(scope.ids[Kind.CUSTOMER], *more)


def _nothing(scope: Scope) -> Args:
    return ((),)


def _customer_queries(scope: Scope) -> list[CustomerQuery]:
    sorts = [
        CustomerQuery(sort=sort, descending=down, active=active, text=text)
        for sort, down, active, text in product(CustomerSort, (False, True), (True, None), ("", "e"))
    ]
    filters: list[dict[str, Any]] = [
        {"favourites": True},
        {"recent": True},
        {"recent": True, "sort": CustomerSort.OPEN_VALUE},
        *({"owner": user} for user in scope.ids[Kind.USER]),
        *({"keyword": value} for value in scope.registries["keyword"]),
        *({"role": value} for value in scope.registries["contact role"]),
        *({"industry": value} for value in scope.registries["industry"]),
        *({"text": text, "active": None} for text in scope.typed[::2]),
        *({"text": text} for text in ("owner:user", "city:a", "keyword:fair", "role:chief", "keyword:fair -a")),
    ]
    return [*sorts, *(CustomerQuery(**each) for each in filters)]


def _contact_queries(scope: Scope) -> list[ContactQuery]:
    filters: list[dict[str, Any]] = [
        {},
        {"active": None},
        {"active": False},
        *({"owner": user} for user in scope.ids[Kind.USER]),
        *({"keyword": value} for value in scope.registries["keyword"]),
        *({"role": value} for value in scope.registries["contact role"]),
        *({"industry": value} for value in scope.registries["industry"]),
        *({"text": text, "active": None} for text in scope.typed[::2]),
    ]
    return [ContactQuery(**each) for each in filters]


def _customer_pages(scope: Scope) -> Args:
    queries = _customer_queries(scope)
    yield from ((query, ALL) for query in queries)
    yield from product(queries[:8], PAGES[1:])


def _neighbours(scope: Scope) -> Args:
    return product(_customer_queries(scope)[:24], scope.ids[Kind.CUSTOMER])


def _invoked(scope: Scope) -> Args:
    typed = [*scope.typed, "kind:case", "kind:invoice", "kind:project", "keyword:fair", "owner:user", "own", "mixed"]
    return ((text,) for text in typed)


def _boards(scope: Scope) -> Iterator[tuple[Any, ...]]:
    filters = [
        BoardFilter(),
        BoardFilter(unassigned=True),
        BoardFilter(late=True),
        *(BoardFilter(case=case) for case in scope.ids[Kind.CASE]),
        *(BoardFilter(assignee=user) for user in scope.ids[Kind.USER]),
    ]
    return product(scope.ids[Kind.CUSTOMER], (TODAY,), filters)


def _behind(scope: Scope) -> Args:
    return product(scope.ids[Kind.CUSTOMER], (_FIRST,), (6,), Figure, (None, "USD"))


def _entities(scope: Scope) -> Args:
    pairs = [(kind, key) for kind in Kind for key in scope.ids[kind]]
    return ((kind, key, ALL) for kind, key in pairs)


def _like_customers(scope: Scope) -> Args:
    return (
        (NewCustomer(name=word, vat_number=f"FI{word}", phone=word, email=f"{word}@example.com"),)
        for word in scope.words
    )


def _like_contacts(scope: Scope) -> Args:
    return (
        (
            NewContact(
                customer=scope.ids[Kind.CUSTOMER][0],
                first_name=word,
                last_name=word,
                phones=(Phone(word),),
                emails=(Email(f"{word}@example.com"),),
            ),
        )
        for word in scope.words
    )


READS: dict[str, Callable[[Scope], Args]] = {
    "store.name": _nothing,
    "store.notices": _nothing,
    "store.was_saved": lambda scope: (("key of the actor",), ("key of another",)),
    "customers.page": _customer_pages,
    "customers.count": lambda scope: ((query,) for query in _customer_queries(scope)),
    "customers.open_value": lambda scope: ((query,) for query in _customer_queries(scope)),
    "customers.neighbours": _neighbours,
    "customers.preview": _of_customer((TODAY,)),
    "customers.card": _of_customer((TODAY,)),
    "customers.get": _of_customer(),
    "customers.by_number": lambda scope: ((number,) for number in (*scope.numbers, 9)),
    "customers.registered": lambda scope: ((request,) for request in PAGES),
    "customers.deletion": _of_customer(),
    "addresses.of_customer": _of_customer(),
    "addresses.get": _each(Kind.ADDRESS),
    "contacts.across": lambda scope: product(_contact_queries(scope), (ALL,)),
    "contacts.count_across": lambda scope: ((query,) for query in _contact_queries(scope)),
    "contacts.of_customer": _of_customer(PAGES),
    "contacts.count": _of_customer(),
    "contacts.get": _each(Kind.CONTACT),
    "activities.feed": _of_customer(tuple(FeedPart), PAGES, (NOW, _LATER), (TODAY,)),
    "activities.feed_counts": _of_customer((NOW, _LATER), (TODAY,), ((), *((kind.value,) for kind in ActivityKind))),
    "activities.agenda": lambda scope: product(FeedPart, PAGES, (NOW, _LATER), (TODAY,)),
    "activities.agenda_counts": lambda scope: ((NOW, TODAY), (_LATER, TODAY)),
    "activities.board": _boards,
    "activities.get": _each(Kind.ACTIVITY),
    "notes.of_projects": _of_customer(PAGES),
    "notes.count_of_projects": _of_customer(),
    "notes.get": _each(Kind.NOTE),
    "cases.of_customer": _of_customer(tuple(CaseLife), PAGES, (TODAY,)),
    "cases.totals": _of_customer(tuple(CaseLife)),
    "cases.listed": _of_customer(tuple(CaseChoice), PAGES, (TODAY,)),
    "cases.sums": _of_customer(tuple(CaseChoice), (TODAY,)),
    "cases.figures": _of_customer((TODAY,)),
    "cases.below": _each(Kind.CASE),
    "cases.details": _each(Kind.CASE, (TODAY,)),
    "cases.get": _each(Kind.CASE),
    "finance.window": _of_customer((_FIRST,), (1, 6), (None, "USD")),
    "finance.behind": _behind,
    "finance.without_forecast": _of_customer((Month(2026, 11), Month(2027, 1))),
    "finance.invoices": _of_customer(PAGES),
    "finance.invoice_totals": _of_customer((TODAY,)),
    "finance.invoice": _each(Kind.INVOICE),
    "finance.forecasts": _each(Kind.CASE, (_FIRST,), (6,)),
    "finance.actuals": _each(Kind.CASE, (_FIRST,), (6,)),
    "files.of_customer": _of_customer(PAGES),
    "files.count": _of_customer(),
    "files.get": _each(Kind.FILE),
    "files.open": _each(Kind.FILE),
    "billing.of_customer": _of_customer(),
    "registries.list": lambda scope: ((kind,) for kind in RegistryKind),
    "registries.get": _each(Kind.REGISTRY),
    "registries.usage": _each(Kind.REGISTRY),
    "users.me": _nothing,
    "users.list": _nothing,
    "users.get": _each(Kind.USER),
    "users.profiles": _nothing,
    "users.organization": _nothing,
    "devices.own": _nothing,
    "devices.of_everybody": _nothing,
    "views.customers": _nothing,
    "views.contacts": _nothing,
    "search.anything": _invoked,
    "search.lookup": _invoked,
    "duplicates.like_customer": _like_customers,
    "duplicates.like_contact": _like_contacts,
    "duplicates.pairs": lambda scope: ((Kind.CUSTOMER,), (Kind.CONTACT,)),
    "duplicates.dismissed": lambda scope: ((Kind.CUSTOMER,), (Kind.CONTACT,)),
    "merging.check_customers": lambda scope: permutations(scope.ids[Kind.CUSTOMER], 2),
    "merging.check_contacts": lambda scope: permutations(scope.ids[Kind.CONTACT], 2),
    "merging.went_into": lambda scope: (
        (kind, key) for kind in (Kind.CUSTOMER, Kind.CONTACT) for key in scope.ids[kind]
    ),
    "history.of_customer": _of_customer(PAGES),
    "history.of_entity": _entities,
    "history.steps": lambda scope: ((request,) for request in PAGES),
    "imports.known": lambda scope: ((kind, refs) for kind, refs in scope.refs.items()),
    "imports.list": _nothing,
    "portable.dump": _nothing,
}

#: further keyword arguments of a method, each tried as well
ALSO: dict[str, tuple[dict[str, Any], ...]] = {
    "customers.count": ({"exact": True},),
    "contacts.count_across": ({"exact": True},),
    "contacts.of_customer": ({"inactive": True},),
    "cases.of_customer": ({"closed": True},),
    "search.anything": ({"inactive": True},),
    "search.lookup": ({"inactive": True},),
    "registries.list": ({"disabled": False},),
    "users.list": ({"inactive": True},),
}


def calls(scope: Scope, turn: int = 0, turns: int = 1) -> Iterator[Call]:
    """All readings; or, of each method, those whose turn it is."""
    for method, arguments in READS.items():
        listed = [Call(method, args, kwargs) for args in arguments(scope) for kwargs in ({}, *ALSO.get(method, ()))]
        yield from listed[turn % min(turns, len(listed)) :: turns]
