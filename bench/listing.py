"""Lists of all sizes in the store: pages, sorts, filters, counts, neighbours; and the cards of very big customers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

from bench.data import LOGIN, Scene, now, today
from bench.report import Row, at_most, grows, ratio_at_most
from bench.timing import computed, timing_of
from crm_tui.demo.build import BY_HAND
from crm_tui.demo.bulk import FIRST_CUSTOMER_NUMBER, HUGE_ACTIVITIES, HUGE_CONTACTS, HUGE_FROM
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.activities import FeedPart
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.store import SqlStore, open_store

TITLE = "Lists in the store, processor time"
_RUNS = 7
_PAGE, _LAST = PageRequest(limit=100), PageRequest(limit=100, from_end=True)
_MOST = 40.0  # milliseconds that any list may take at the largest size
#: of these, for the table of how cost grows
_GROWING = ("all by name, first page", "all by name, last page", "all by name, count", "owner by name, first page")
Calls = dict[str, Callable[[], object]]


def measure(scene: Scene) -> Iterator[Row]:
    """Every list at every size; then the big customers of the largest store, if it has them."""
    found: dict[str, dict[int, float]] = {}
    with ExitStack() as stack:
        for size in scene.sizes:
            store = stack.enter_context(closing(open_store(scene.store(size), login=LOGIN, clock=now)))
            for name, call in _lists(store).items():
                found.setdefault(name, {})[size] = _middle(call, scene.repeats)
        for name, times in found.items():
            shown = " · ".join(f"{time:.1f}" for time in times.values())
            row = at_most(name, times[scene.largest], _MOST, " ms", digits=1)
            yield row._replace(value=f"{shown} ms")
        for name in _GROWING:
            yield grows(name, found[name], scene.sizes, " ms", digits=1)
        few, many = (found["all by name, first page"][size] for size in (scene.smallest, scene.largest))
        what = f"the first page of {scene.largest:,} against {scene.smallest:,}"
        yield ratio_at_most(what, many / few, 1.3, f"{scene.smallest:,}", shown=f"{many:.2f} ms")
        if scene.largest > HUGE_FROM + BY_HAND:
            yield from _big(store, scene.repeats)


def _lists(store: SqlStore) -> Calls:
    industry = store.registries.list(RegistryKind.INDUSTRY)[0].id
    segment = store.registries.list(RegistryKind.SEGMENT)[0].id
    keyword = store.registries.list(RegistryKind.KEYWORD)[0].id
    role = store.registries.list(RegistryKind.CONTACT_ROLE)[0].id
    owner = store.users.me().user.id
    narrowed = {
        "all": CustomerQuery(),
        "owner": CustomerQuery(owner=owner),
        "owner, industry, segment, role": CustomerQuery(owner=owner, industry=industry, segment=segment, role=role),
        "city:oslo": CustomerQuery(text="city:oslo"),
        "lahtinen": CustomerQuery(text="lahtinen"),
        "oy, owner, segment": CustomerQuery(text="oy", owner=owner, segment=segment),
    }
    calls: Calls = {}
    for name, query in narrowed.items():
        calls |= _customers(store, f"{name} by name", query)
    for sort in CustomerSort:
        calls |= _customers(store, f"all by {sort.value}, down", CustomerQuery(sort=sort, descending=True), short=True)
    people = {
        "all": ContactQuery(),
        "keyword, role": ContactQuery(keyword=keyword, role=role),
        "040": ContactQuery(text="040"),
        "owner, role": ContactQuery(owner=owner, role=role),
    }
    for name, of in people.items():
        calls[f"contacts: {name}"] = lambda of=of: store.contacts.across(of, _PAGE)  # type: ignore[misc]
    calls["contacts: all, last page"] = lambda: store.contacts.across(ContactQuery(), _LAST)
    calls["my activities"] = lambda: store.activities.agenda(FeedPart.PLANNED, _PAGE, now(), today())
    return calls


def _customers(store: SqlStore, name: str, query: CustomerQuery, *, short: bool = False) -> Calls:
    customers = store.customers
    first = customers.page(query, _PAGE)
    calls: Calls = {
        f"{name}, first page": lambda: customers.page(query, _PAGE),
        f"{name}, last page": lambda: customers.page(query, _LAST),
    }
    if first.rows and not short:
        middle, after = first.rows[len(first.rows) // 2].id, PageRequest(limit=100, after=first.cursors[-1])
        calls[f"{name}, next page"] = lambda: customers.page(query, after)
        calls[f"{name}, next and previous customer"] = lambda: customers.neighbours(query, middle)
        calls[f"{name}, count"] = lambda: customers.count(query)
    return calls


def _big(store: SqlStore, repeats: int) -> Iterator[Row]:
    """Against a usual customer, whose reads are next to nothing: the target is that of any list."""
    usual, active, many = (store.customers.by_number(FIRST_CUSTOMER_NUMBER + place).id for place in (9, 0, 1))
    names = {active: f"{HUGE_ACTIVITIES:,} activities", many: f"{HUGE_CONTACTS:,} contacts"}
    few = _reads(store, usual)
    for customer, name in names.items():
        for what, call in _reads(store, customer).items():
            row = at_most(f"a customer with {name}: {what}", _middle(call, repeats), _MOST, " ms", digits=1)
            yield row._replace(ratio=f"a usual one {_middle(few[what], repeats):.1f} ms")


def _reads(store: SqlStore, customer: int) -> Calls:
    calls: Calls = {
        "card": lambda: store.customers.card(customer, today()),
        "preview": lambda: store.customers.preview(customer, today()),
        "contacts": lambda: store.contacts.of_customer(customer, _PAGE),
        "contacts, last page": lambda: store.contacts.of_customer(customer, _LAST),
        "counts of the feed": lambda: store.activities.feed_counts(customer, now(), today()),
        "board": lambda: store.activities.board(customer, today()),
    }
    for part in FeedPart:
        for words, page in (("", _PAGE), (", last page", _LAST)):
            calls[f"{part.value} activities{words}"] = (
                lambda part=part, page=page: store.activities.feed(customer, part, page, now(), today())  # type: ignore[misc]
            )
    return calls


def _middle(call: Callable[[], object], repeats: int) -> float:
    call()
    return timing_of([computed(call) for _ in range(min(_RUNS, repeats))]).median
