"""The customer whose card has some of everything, as it stands in the store behind the screen."""

from __future__ import annotations

from tests.driver import NOW, Crm

from crm_tui.domain.contacts import Contact
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.store.activities import FeedPart, FeedRow
from crm_tui.store.cases import CaseLife, CaseRow
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

NUMBER = 10482
ALL = PageRequest(limit=500)
TODAY = NOW.date()


def store_of(crm: Crm) -> Store:
    """The store behind the screen."""
    return crm.app.session.store


def customer_of(crm: Crm, number: int = NUMBER) -> Customer:
    """The customer as it is stored now."""
    return store_of(crm).customers.by_number(number)


def feed(crm: Crm, part: FeedPart) -> list[FeedRow]:
    """The stored lines of the feed."""
    return list(store_of(crm).activities.feed(customer_of(crm).id, part, ALL, NOW, TODAY).rows)


def case_of(crm: Crm, number: int) -> CaseRow:
    """A stored case of the customer."""
    rows = (
        row for life in CaseLife for row in store_of(crm).cases.of_customer(customer_of(crm).id, life, ALL, TODAY).rows
    )
    return next(row for row in rows if row.case.number == number)


def contacts_of(crm: Crm) -> list[Contact]:
    """The stored contacts of the customer, inactive ones too."""
    return [row.contact for row in store_of(crm).contacts.of_customer(customer_of(crm).id, ALL, inactive=True).rows]


def cursor_on(crm: Crm, words: str) -> None:
    """Put the cursor on the first row of the list that contains these words."""
    crm.table.move_to(next(place for place, row in enumerate(crm.rows) if words in row))


async def menu(crm: Crm, entry: str) -> None:
    """Open the menu of the customer and take an entry."""
    await crm.press("m")
    await crm.choose(entry)


async def new_customer(crm: Crm, name: str) -> Customer:
    """Add a customer from the list; its card opens."""
    await crm.press("a")
    await crm.fill(name=name)
    await crm.save()
    assert isinstance(crm.app.screen, CustomerCardScreen)
    hit = next(hit for hit in store_of(crm).search.anything(name).hits if hit.kind is Kind.CUSTOMER)
    return store_of(crm).customers.get(hit.customer)
