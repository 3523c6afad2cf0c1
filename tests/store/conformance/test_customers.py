"""Customers: creating, changing and deleting them (rules 1 to 3, 15)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conftest import TODAY, AsUser, Clock, Value

from crm_tui.domain.activities import ActivityKind, NewActivity, NewNote
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import NewCase
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.errors import Blocked, Conflict, Denied, Invalid, NotFound
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.finance import ActualEntry, NewInvoice, Receiver
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.domain.users import OrganizationChange, UserChange
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store


@pytest.fixture
def acme(store: Store) -> Customer:
    return store.customers.create(NewCustomer(name="Acme Oy"))


def test_a_name_is_enough_and_the_rest_has_defaults(store: Store, acme: Customer, clock: Clock) -> None:
    organization = store.users.organization()
    settings = store.billing.of_customer(acme.id)
    assert acme.owner == store.users.me().user.id
    assert acme.number == 10001
    assert acme.is_active
    assert acme.created_at == clock.now
    assert acme.created_by == acme.owner
    assert (settings.currency, settings.invoice_language, settings.time_zone) == ("EUR", "en", "Europe/Helsinki")
    assert organization.next_customer_number == 10002


def test_what_was_given_is_what_is_stored(store: Store, value: Value) -> None:
    industry = value(RegistryKind.INDUSTRY, "Construction")
    group = value(RegistryKind.SEGMENT_GROUP, "Size")
    segments = (
        value(RegistryKind.SEGMENT, "Small", group=group),
        value(RegistryKind.SEGMENT, "Large", group=group),
    )
    new = NewCustomer(
        name="Bodø Marin AS",
        number=77,
        description="☃ [b]not markup[/b]\nsecond line",
        vat_number="NO 974 760 673 MVA",
        business_id="974760673",
        industry=industry,
        email="post@bodomarin.example",
        phone="+47 75 50 00 00",
        website="https://bodomarin.example",
        employees=12,
        annual_revenue=1_250_000_00,
        segments=(segments[1], segments[0]),
    )
    saved = store.customers.create(new)
    assert {field: getattr(saved, field) for field in new.__struct_fields__ if field != "owner"} == {
        field: getattr(new, field) for field in new.__struct_fields__ if field != "owner"
    }
    assert store.customers.get(saved.id) == saved
    assert store.customers.by_number(77) == saved


def test_numbers_in_use_are_skipped(store: Store) -> None:
    for number in (10001, 10002, 10004):
        store.customers.create(NewCustomer(name="Taken", number=number))
    assert store.customers.create(NewCustomer(name="One")).number == 10003
    assert store.customers.create(NewCustomer(name="Two")).number == 10005


def test_the_counter_can_be_moved(store: Store) -> None:
    organization = store.users.organization()
    store.users.update_organization(organization.revision, OrganizationChange(next_customer_number=500))
    assert store.customers.create(NewCustomer(name="One")).number == 500


def test_a_number_is_given_once(store: Store, acme: Customer) -> None:
    with pytest.raises(Invalid, match="used by Acme Oy"):
        store.customers.create(NewCustomer(name="Other", number=acme.number))
    other = store.customers.create(NewCustomer(name="Other"))
    with pytest.raises(Invalid, match="used by Acme Oy"):
        store.customers.update(other.id, other.revision, CustomerChange(number=acme.number))
    same = store.customers.update(acme.id, acme.revision, CustomerChange(number=acme.number))
    assert same.revision == acme.revision
    assert store.customers.update(acme.id, acme.revision, CustomerChange(number=5)).number == 5


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("name", NewCustomer(name=" ")),
        ("name", NewCustomer(name="nul\0")),
        ("number", NewCustomer(name="A", number=0)),
        ("owner", NewCustomer(name="A", owner=999)),
        ("industry", NewCustomer(name="A", industry=999)),
        ("segments", NewCustomer(name="A", segments=(999,))),
        ("employees", NewCustomer(name="A", employees=-1)),
        ("annual_revenue", NewCustomer(name="A", annual_revenue=10**16)),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_left(store: Store, field: str, new: NewCustomer) -> None:
    before = store.users.organization()
    with pytest.raises(Invalid) as refused:
        store.customers.create(new)
    assert refused.value.field == field
    assert store.customers.count(CustomerQuery(active=None)).number == 0
    assert store.users.organization() == before


def test_a_disabled_industry_stays_but_is_not_chosen_anew(store: Store, value: Value) -> None:
    industry = store.registries.get(value(RegistryKind.INDUSTRY, "Construction"))
    acme = store.customers.create(NewCustomer(name="Acme", industry=industry.id))
    store.registries.update(industry.id, industry.revision, RegistryChange(is_active=False))
    acme = store.customers.update(acme.id, acme.revision, CustomerChange(name="Acme Oy"))
    assert acme.industry == industry.id
    with pytest.raises(Invalid, match="disabled"):
        store.customers.create(NewCustomer(name="Other", industry=industry.id))


def test_the_owner_is_an_active_user_or_who_it_was(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera").users.me().user
    acme = store.customers.create(NewCustomer(name="Acme", owner=vera.id))
    store.users.update(vera.id, vera.revision, UserChange(is_active=False))
    acme = store.customers.update(acme.id, acme.revision, CustomerChange(description="kept"))
    assert acme.owner == vera.id
    with pytest.raises(Invalid, match="Vera is not active"):
        store.customers.create(NewCustomer(name="Other", owner=vera.id))


def test_a_write_on_a_stale_revision_meets_both_versions(store: Store, acme: Customer, as_user: AsUser) -> None:
    theirs = as_user("vera").customers.update(acme.id, acme.revision, CustomerChange(name="Theirs"))
    mine = CustomerChange(name="Mine")
    with pytest.raises(Conflict) as conflict:
        store.customers.update(acme.id, acme.revision, mine)
    assert conflict.value.theirs == theirs
    assert conflict.value.mine == mine
    assert store.customers.get(acme.id) == theirs
    with pytest.raises(Conflict):
        store.customers.delete(acme.id, acme.revision)


def test_a_change_bumps_the_revision_and_says_who_and_when(
    store: Store, acme: Customer, as_user: AsUser, clock: Clock
) -> None:
    vera = as_user("vera")
    clock.advance(hours=1)
    changed = vera.customers.update(acme.id, acme.revision, CustomerChange(name="Acme Ab", phone=None))
    assert changed.revision == acme.revision + 1
    assert changed.updated_at == clock.now
    assert changed.updated_by == vera.users.me().user.id
    assert changed.created_at == acme.created_at
    nothing = vera.customers.update(acme.id, changed.revision, CustomerChange(name="Acme Ab"))
    assert nothing == changed


def test_the_headquarters_is_one_of_the_customers_own_addresses(store: Store, acme: Customer) -> None:
    other = store.customers.create(NewCustomer(name="Other"))
    foreign = store.addresses.create(NewAddress(customer=other.id, city="Oslo"))
    first = store.addresses.create(NewAddress(customer=acme.id, city="Kuopio"))
    second = store.addresses.create(NewAddress(customer=acme.id, city="Bergen"))
    acme = store.customers.get(acme.id)
    assert acme.headquarters == first.id
    for wrong in (foreign.id, None, 999):
        with pytest.raises(Invalid) as refused:
            store.customers.update(acme.id, acme.revision, CustomerChange(headquarters=wrong))
        assert refused.value.field == "headquarters"
    store.customers.update(acme.id, acme.revision, CustomerChange(headquarters=second.id))
    assert [a.id for a in store.addresses.of_customer(acme.id)] == [second.id, first.id]


def test_the_own_company_is_read_only(store: Store) -> None:
    own = store.customers.create(NewCustomer(name="Kallio Consulting", is_internal=True))
    settings = store.billing.of_customer(own.id)
    with pytest.raises(Invalid, match="own company"):
        store.customers.update(own.id, own.revision, CustomerChange(name="Other"))
    with pytest.raises(Invalid, match="own company"):
        store.customers.delete(own.id, own.revision)
    with pytest.raises(Invalid, match="own company"):
        store.customers.deletion(own.id)
    with pytest.raises(Invalid, match="own company"):
        store.addresses.create(NewAddress(customer=own.id, city="Oslo"))
    assert store.customers.get(own.id) == own
    assert store.billing.of_customer(own.id) == settings


def invoice_for(store: Store, customer: Customer, number: str, **fields: Any) -> int:
    new = NewInvoice(
        customer=customer.id,
        number=number,
        date=TODAY,
        currency="EUR",
        receiver=Receiver(name=customer.name),
        total=100_00,
        **fields,
    )
    return store.finance.create_invoice(new).id


def test_invoices_and_cases_that_it_pays_forbid_a_deletion(store: Store, acme: Customer) -> None:
    other = store.customers.create(NewCustomer(name="Hanko Marina"))
    paid = store.cases.create(NewCase(customer=other.id, name="Quay lighting", billing_customer=acme.id))
    direct = invoice_for(store, acme, "2026-1")
    of_other = invoice_for(store, other, "2026-2", billing_customer=acme.id)
    check = store.customers.deletion(acme.id)
    assert {(b.kind, b.id) for b in check.blockers} == {("invoice", direct), ("invoice", of_other), ("case", paid.id)}
    with pytest.raises(Blocked, match="Acme Oy can't be deleted") as blocked:
        store.customers.delete(acme.id, acme.revision)
    assert {label for _, _, label in blocked.value.blockers} == {
        "invoice 2026-1",
        "invoice 2026-2",
        f"case {paid.number} Quay lighting of Hanko Marina",
    }
    assert store.customers.get(acme.id) == acme


def test_a_blocking_case_that_is_hidden_has_no_name(store: Store, acme: Customer, as_user: AsUser) -> None:
    store.cases.create(NewCase(customer=acme.id, name="Canary", billing_customer=acme.id))
    vera = as_user("vera", projects=ProjectLevel.NONE, delete_customers=True)
    (blocker,) = vera.customers.deletion(acme.id).blockers
    assert blocker.id == 0
    assert "Canary" not in blocker.label
    with pytest.raises(Blocked) as blocked:
        vera.customers.delete(acme.id, acme.revision)
    assert "Canary" not in str(blocked.value)


def test_nobody_deletes_cases_that_they_do_not_see(store: Store, acme: Customer, as_user: AsUser) -> None:
    case = store.cases.create(NewCase(customer=acme.id, name="Canary"))
    vera = as_user("vera", projects=ProjectLevel.MEMBER, delete_customers=True)
    with pytest.raises(Blocked):
        vera.customers.delete(acme.id, acme.revision)
    assert store.cases.get(case.id) == case
    store.customers.delete(acme.id, acme.revision)


def test_nobody_learns_how_much_is_hidden_by_asking_for_a_deletion(
    store: Store, acme: Customer, as_user: AsUser
) -> None:
    vera = as_user("vera", projects=ProjectLevel.MEMBER, delete_customers=True)
    own = store.cases.create(NewCase(customer=acme.id, name="Own", members=(vera.users.me().user.id,)))
    given.note(store, acme, case=own.id)
    answers = []
    for number in range(2):
        case = store.cases.create(NewCase(customer=acme.id, name="Canary", billing_customer=acme.id))
        given.note(store, acme, case=case.id)
        given.invoice(store, acme, f"2026-{number}", cases=(case.id,))
        answers.append(vera.customers.deletion(acme.id))
    assert answers[0] == answers[1]
    assert [(each.kind, each.id) for each in answers[0].blockers] == [("invoice", 0), ("case", 0)]
    assert (answers[0].counts["cases"], answers[0].counts["notes"]) == (1, 1)


def test_erased_contacts_are_not_counted_and_go_with_the_customer(store: Store, acme: Customer) -> None:
    eeva = store.contacts.create(NewContact(customer=acme.id, first_name="Eeva", last_name="Lahtinen"))
    store.contacts.delete(eeva.id, eeva.revision)
    assert store.customers.deletion(acme.id).counts["contacts"] == 0
    store.customers.delete(acme.id, acme.revision)


def test_a_deletion_takes_all_that_is_below_the_customer(store: Store, acme: Customer, value: Value) -> None:
    group = value(RegistryKind.SEGMENT_GROUP, "Size")
    small = value(RegistryKind.SEGMENT, "Small", group=group)
    for city in ("Kuopio", "Oslo"):
        address = store.addresses.create(NewAddress(customer=acme.id, city=city))
    eeva = store.contacts.create(
        NewContact(customer=acme.id, first_name="Eeva", last_name="Lahtinen", address=address.id)
    )
    case = store.cases.create(NewCase(customer=acme.id, name="Deck crane", contact=eeva.id))
    note = store.notes.create(NewNote(customer=acme.id, text="First"))
    store.notes.create(NewNote(customer=acme.id, text="Reply", parent=note.id))
    store.notes.create(NewNote(customer=acme.id, case=case.id, text="On the case"))
    store.activities.create(NewActivity(kind=ActivityKind.TODO, name="Call", customer=acme.id))
    link = store.files.create(
        NewFile(customer=acme.id, name="Deck plans", kind=FileKind.LINK, url="https://example.org")
    )
    store.finance.put_actual(ActualEntry(case=case.id, year=2026, month=11, billed=1), None)
    acme = store.customers.get(acme.id)
    acme = store.customers.update(acme.id, acme.revision, CustomerChange(segments=(small,)))
    store.customers.opened(acme.id)
    store.customers.set_favourite(acme.id, favourite=True)

    check = store.customers.deletion(acme.id)
    assert check.blockers == ()
    assert check.counts == {
        "addresses": 2,
        "contacts": 1,
        "cases": 1,
        "forecasts": 0,
        "actuals": 1,
        "activities": 1,
        "notes": 3,
        "files": 1,
        "segments": 1,
    }
    store.customers.delete(acme.id, acme.revision)
    for gone in (
        lambda: store.customers.get(acme.id),
        lambda: store.addresses.get(address.id),
        lambda: store.contacts.get(eeva.id),
        lambda: store.cases.get(case.id),
        lambda: store.notes.get(note.id),
        lambda: store.files.get(link.id),
        lambda: store.billing.of_customer(acme.id),
    ):
        with pytest.raises(NotFound):
            gone()
    assert store.search.anything("acme").hits == ()
    assert store.search.anything("eeva").hits == ()
    assert store.search.anything("deck").hits == ()


def test_a_deletion_takes_its_contacts_out_of_others_cases_and_activities(store: Store, acme: Customer) -> None:
    other = store.customers.create(NewCustomer(name="Other"))
    people = [
        store.contacts.create(NewContact(customer=customer.id, first_name=name, last_name="X")).id
        for customer, name in ((acme, "Gone"), (other, "Kept"))
    ]
    call = store.activities.create(
        NewActivity(kind=ActivityKind.TODO, name="Call", customer=other.id, contact_participants=(people[0], people[1]))
    )
    store.customers.delete(acme.id, acme.revision)
    assert store.activities.get(call.id).contact_participants == (people[1],)


def test_deleting_needs_the_tick(store: Store, acme: Customer, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.ALL, delete_customers=False)
    with pytest.raises(Denied, match="delete customers"):
        vera.customers.delete(acme.id, acme.revision)
    with pytest.raises(Denied, match="delete customers"):
        vera.customers.deletion(acme.id)
    ville = as_user("ville", customers=CustomerLevel.EDIT, delete_customers=True)
    ville.customers.delete(acme.id, acme.revision)
    with pytest.raises(NotFound):
        store.customers.get(acme.id)


def test_who_may_read_may_not_change(store: Store, acme: Customer, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.READ)
    assert vera.customers.get(acme.id) == acme
    with pytest.raises(Denied, match="customers: edit"):
        vera.customers.create(NewCustomer(name="Mine"))
    with pytest.raises(Denied, match="customers: edit"):
        vera.customers.update(acme.id, acme.revision, CustomerChange(name="Mine"))
    assert store.customers.get(acme.id) == acme


def test_customers_none_hides_everything(acme: Customer, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.NONE)
    query = CustomerQuery()
    for call in (
        lambda: vera.customers.get(acme.id),
        lambda: vera.customers.by_number(acme.number),
        lambda: vera.customers.card(acme.id, TODAY),
        lambda: vera.customers.preview(acme.id, TODAY),
        lambda: vera.customers.count(query),
        lambda: vera.customers.open_value(query),
        lambda: vera.customers.neighbours(query, acme.id),
        lambda: vera.customers.opened(acme.id),
        lambda: vera.customers.set_favourite(acme.id, True),
        lambda: vera.customers.deletion(acme.id),
        lambda: vera.addresses.of_customer(acme.id),
        lambda: vera.billing.of_customer(acme.id),
        lambda: vera.search.anything("acme"),
    ):
        with pytest.raises(Denied, match="customers: read"):
            call()
