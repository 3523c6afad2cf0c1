"""The customer card, its key figures, and the preview of the list (rules 15, 16)."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec import UNSET
from tests.store.conftest import TODAY, AsUser, Clock, Value

from crm_tui.domain.activities import ActivityKind, NewActivity, NewNote
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import CaseChange, NewCase
from crm_tui.domain.contacts import ContactChange, NewContact, Phone
from crm_tui.domain.customers import Customer, NewCustomer
from crm_tui.domain.errors import NotFound
from crm_tui.domain.finance import ActualEntry
from crm_tui.domain.money import Money
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.port import Store


@pytest.fixture
def acme(store: Store) -> Customer:
    return store.customers.create(NewCustomer(name="Acme Oy"))


def test_the_card_in_one_call(store: Store, value: Value, as_user: AsUser) -> None:
    vera = as_user("vera")
    group = value(RegistryKind.SEGMENT_GROUP, "Trade")
    new = NewCustomer(
        name="Kallavesi Marine",
        owner=vera.users.me().user.id,
        industry=value(RegistryKind.INDUSTRY, "Manufacturing"),
        segments=(
            value(RegistryKind.SEGMENT, "Shipyards", group=group),
            value(RegistryKind.SEGMENT, "Inland waters", group=group),
        ),
    )
    customer = store.customers.create(new)
    address = store.addresses.create(NewAddress(customer=customer.id, city="Kuopio"))
    vera.customers.set_favourite(customer.id, favourite=True)
    card = vera.customers.card(customer.id, TODAY)
    assert card.customer == store.customers.get(customer.id)
    assert card.owner_name == "Vera"
    assert card.created_by_name == card.updated_by_name == "Aino Admin"
    assert card.industry_name == "Manufacturing"
    assert card.segment_names == ("Shipyards", "Inland waters")
    assert card.has_segment_groups
    assert card.addresses == (address,)
    assert card.is_favourite
    assert not store.customers.card(customer.id, TODAY).is_favourite
    with pytest.raises(NotFound):
        store.customers.card(999, TODAY)


def test_the_key_figures(store: Store, acme: Customer, value: Value) -> None:
    won = value(RegistryKind.SALES_STATUS, "Won")
    store.contacts.create(NewContact(customer=acme.id, first_name="Eeva", last_name="Lahtinen"))
    store.contacts.create(NewContact(customer=acme.id, first_name="Old", last_name="One", is_active=False))
    for amount, currency in ((100_00, "EUR"), (50_00, "EUR"), (70_00, "NOK"), (None, "EUR")):
        store.cases.create(
            NewCase(customer=acme.id, name="Offer", expected_value=amount, currency=currency, probability=10)
        )
    project = store.cases.create(NewCase(customer=acme.id, name="Project", sales_status=won))
    for status in (None, won):
        store.cases.create(
            NewCase(customer=acme.id, name="Closed", sales_status=status, expected_value=9, closed=TODAY)
        )
    for due in (TODAY - dt.timedelta(days=1), TODAY, None):
        store.activities.create(
            NewActivity(kind=ActivityKind.TASK, name="Task", customer=acme.id, case=project.id, due=due)
        )
    figures = store.customers.card(acme.id, TODAY).figures
    assert figures.contacts.number == 1
    assert figures.open_sales.number == 4
    assert figures.projects.number == 1
    assert figures.open_value is not UNSET
    assert figures.open_value.amounts == (Money(150_00, "EUR"), Money(70_00, "NOK"))
    assert figures.tasks.number == 3
    assert figures.late_tasks.number == 1
    assert figures.margin_percent is None
    assert figures.currency == "EUR"


@pytest.mark.parametrize(
    ("figures", "percent"),
    [
        ([(2026, 11, 1000, 400, 125)], 48),  # 47.5, half up
        ([(2026, 9, 1000, 300, 0), (2027, 2, 1000, 300, 200)], 60),
        ([(2026, 8, 1000, 900, 0), (2027, 3, 1000, 900, 0)], None),
        ([(2026, 10, 0, 300, 0)], None),
        ([(2026, 10, 100, 300, 0)], -200),
    ],
)
def test_the_margin_of_the_window(
    store: Store, acme: Customer, figures: list[tuple[int, int, int, int, int]], percent: int | None
) -> None:
    case = store.cases.create(NewCase(customer=acme.id, name="Project"))
    foreign = store.cases.create(NewCase(customer=acme.id, name="Foreign", currency="NOK"))
    store.finance.put_actual(ActualEntry(case=foreign.id, year=2026, month=11, billed=1, labor_cost=99), None)
    for year, month, billed, labor, other in figures:
        entry = ActualEntry(case=case.id, year=year, month=month, billed=billed, labor_cost=labor, other_cost=other)
        store.finance.put_actual(entry, None)
    assert store.customers.card(acme.id, TODAY).figures.margin_percent == percent


def test_figures_hide_what_the_actor_may_not_see(store: Store, acme: Customer, as_user: AsUser) -> None:
    views = {
        level: as_user(level.value.replace(" ", "-"), projects=level)
        for level in (ProjectLevel.NONE, ProjectLevel.MEMBER, ProjectLevel.MANAGER)
    }
    everybody = tuple(view.users.me().user.id for view in views.values())
    mine = views[ProjectLevel.MANAGER].users.me().user.id
    admin = store.users.me().user.id
    for owner, amount, members in ((mine, 100, everybody), (admin, 7777, everybody), (admin, 55555, ())):
        case = store.cases.create(
            NewCase(customer=acme.id, name="Offer", owner=owner, expected_value=amount, members=members)
        )
        store.finance.put_actual(ActualEntry(case=case.id, year=2026, month=11, billed=amount), None)

    none = views[ProjectLevel.NONE].customers.card(acme.id, TODAY).figures
    assert none.open_sales.number == 0
    assert none.open_value is UNSET
    assert none.margin_percent is UNSET
    member = views[ProjectLevel.MEMBER].customers.card(acme.id, TODAY).figures
    assert member.open_sales.number == 2
    assert member.open_value is UNSET
    assert member.margin_percent is UNSET
    manager = views[ProjectLevel.MANAGER].customers.card(acme.id, TODAY).figures
    assert manager.open_sales.number == 2
    assert manager.open_value is not UNSET
    assert manager.open_value.amounts == (Money(100, "EUR"),)
    assert manager.open_value.left_out == 1
    assert manager.margin_percent == 100


def test_the_preview(store: Store, acme: Customer, clock: Clock) -> None:
    store.addresses.create(NewAddress(customer=acme.id, city="Kuopio"))
    eeva = store.contacts.create(
        NewContact(
            customer=acme.id,
            first_name="Eeva",
            last_name="Lahtinen",
            phones=(Phone("017 555", do_not_use=True), Phone("040 555 0143")),
        )
    )
    gone = store.contacts.create(NewContact(customer=acme.id, first_name="A", last_name="A"))
    store.contacts.update(gone.id, gone.revision, ContactChange(is_active=False))
    offer = store.cases.create(NewCase(customer=acme.id, name="Offer", expected_value=1001, probability=50))
    lost = store.cases.create(NewCase(customer=acme.id, name="Lost", expected_value=5, probability=50))
    lost_status = next(v for v in store.registries.list(RegistryKind.SALES_STATUS) if v.name == "Lost")
    store.cases.update(lost.id, lost.revision, CaseChange(sales_status=lost_status.id))
    store.activities.create(
        NewActivity(kind=ActivityKind.TODO, name="Late", customer=acme.id, due=TODAY - dt.timedelta(days=3))
    )
    store.notes.create(NewNote(customer=acme.id, text="Deliveries before noon"))
    preview = store.customers.preview(acme.id, TODAY)
    assert preview.customer.id == acme.id
    assert preview.owner_name == "Aino Admin"
    assert preview.headquarters is not None
    assert preview.headquarters.city == "Kuopio"
    assert [(c.id, c.name, c.phone) for c in preview.contacts] == [(eeva.id, "Eeva Lahtinen", "040 555 0143")]
    assert preview.contact_count.number == 1
    assert preview.open_cases.number == 1
    assert preview.open_value is not UNSET
    assert preview.open_value.amounts == (Money(1001, "EUR"),)
    assert preview.weighted_value is not UNSET
    assert preview.weighted_value.amounts == (Money(501, "EUR"),)
    assert [row.name for row in preview.planned] == ["Late"]
    assert (preview.planned_count.number, preview.late_count.number) == (1, 1)
    assert [row.name for row in preview.past] == ["Deliveries before noon"]
    assert offer.expected_value == 1001


def test_the_preview_shows_money_to_customers_all_only(store: Store, acme: Customer, as_user: AsUser) -> None:
    store.cases.create(NewCase(customer=acme.id, name="Offer", expected_value=1001))
    vera = as_user("vera", customers=CustomerLevel.EDIT, projects=ProjectLevel.ALL)
    preview = vera.customers.preview(acme.id, TODAY)
    assert preview.open_value is UNSET
    assert preview.weighted_value is UNSET
    assert preview.open_cases.number == 1
