"""The change log: who changed what, in words, without what the reader may not see (rules 16, 19, 20)."""

from __future__ import annotations

import datetime as dt

from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, AsUser, Clock, Value

from crm_tui.domain.activities import ActivityChange, ActivityKind
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.contacts import ContactChange, Email
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.finance import ForecastEntry, InvoiceChange
from crm_tui.domain.history import ChangeLine
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store


def lines(store: Store, customer: Customer, *kinds: Kind) -> tuple[ChangeLine, ...]:
    return store.history.of_customer(customer.id, ALL, kinds=kinds).rows


def of(store: Store, kind: Kind, entity: int) -> tuple[ChangeLine, ...]:
    return store.history.of_entity(kind, entity, ALL).rows


def test_creating_is_one_line_and_each_changed_field_another(store: Store, as_user: AsUser, clock: Clock) -> None:
    customer = given.customer(store)
    clock.advance(minutes=5)
    eeva = as_user("eeva", customers=CustomerLevel.EDIT)
    eeva.customers.update(customer.id, customer.revision, CustomerChange(name="Aalto AI Oy", employees=12))

    changed = lines(store, customer, Kind.CUSTOMER)

    assert {(line.field, line.old_label, line.new_label) for line in changed} == {
        ("name", "Aalto Robotics Oy", "Aalto AI Oy"),
        ("employees", "", "12"),
        ("", "", ""),
    }
    assert [(line.actor_name, line.at) for line in changed] == [
        ("Eeva", clock.now), ("Eeva", clock.now), ("Aino Admin", NOW)
    ]  # fmt: skip
    assert {line.entity_label for line in changed} == {"Aalto AI Oy"}
    name = next(line for line in changed if line.field == "name")
    assert (name.old, name.new, name.actor) == ('"Aalto Robotics Oy"', '"Aalto AI Oy"', given.me(eeva))


def test_what_is_the_same_already_leaves_no_line(store: Store) -> None:
    customer = given.customer(store)
    store.customers.update(customer.id, customer.revision, CustomerChange(name=customer.name))
    assert len(lines(store, customer, Kind.CUSTOMER)) == 1


def test_labels_are_names_and_words_instead_of_ids(store: Store, value: Value, as_user: AsUser) -> None:
    customer, other = given.customer(store), given.customer(store, "Payer AS")
    person = given.contact(store, customer)
    olli = as_user("olli")
    case = given.case(store, customer, currency="NOK")
    case = store.cases.update(
        case.id,
        case.revision,
        CaseChange(
            contact=person.id,
            members=(given.me(olli), given.me(store)),
            billing_customer=other.id,
            expected_value=123_450,
            business_unit=value(RegistryKind.BUSINESS_UNIT, "Helsinki"),
            deadline=TODAY,
        ),
    )
    store.contacts.update(
        person.id, 1, ContactChange(emails=(Email("l@aalto.example", do_not_use=True),), email_allowed=False)
    )
    meeting = given.meeting(store, customer, NOW)
    store.activities.update(meeting.id, 1, ActivityChange(starts_at=NOW + dt.timedelta(hours=1), case=case.id))

    labels = {line.field: line.new_label for line in lines(store, customer)}

    assert labels["contact"] == "Liisa Laine"
    assert labels["members"] == "Olli, Aino Admin"
    assert labels["billing_customer"] == "Payer AS"
    assert labels["expected_value"] == "1 234.50 NOK"
    assert labels["business_unit"] == "Helsinki"
    assert labels["deadline"] == "2026-11-18"
    assert labels["emails"] == "l@aalto.example (do not use)"
    assert labels["email_allowed"] == "no"
    assert labels["starts_at"] == "2026-11-18 13:00"
    assert labels["case"] == "Robot cell"


def test_pages_meet_and_kinds_narrow(store: Store) -> None:
    customer = given.customer(store)
    person = given.contact(store, customer)
    for number in range(6):
        change = ContactChange(title=f"T{number}", language=f"l{number}")
        person = store.contacts.update(person.id, person.revision, change)
    everything = lines(store, customer)

    paged: list[ChangeLine] = []
    request = PageRequest(limit=5)
    while True:
        page = store.history.of_customer(customer.id, request)
        paged += page.rows
        if not page.more:
            break
        request = PageRequest(limit=5, after=page.cursors[-1])

    assert tuple(paged) == everything
    assert len(lines(store, customer, Kind.CONTACT)) == 13
    assert lines(store, customer, Kind.NOTE) == ()
    assert of(store, Kind.CONTACT, person.id) == lines(store, customer, Kind.CONTACT)


def test_what_was_deleted_keeps_its_name(store: Store) -> None:
    customer = given.customer(store)
    note = given.note(store, customer, "Prefers\nmornings")
    store.notes.delete(note.id, note.revision)

    deleted, created = of(store, Kind.NOTE, note.id)

    assert (deleted.field, deleted.old_label, deleted.new_label, deleted.new) == ("", "Prefers mornings", "", None)
    assert (created.field, created.old, created.entity_label) == ("", None, "Prefers mornings")


def test_hidden_figures_are_left_out(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    maija = as_user("maija", projects=ProjectLevel.MANAGER)
    case = given.case(store, customer, sales_person=given.me(maija))
    store.cases.update(case.id, 1, CaseChange(expected_value=777_777, name="Renamed"))
    forecast = store.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=11), None)
    store.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=11, billing=777_777), 1)
    invoice = given.invoice(store, customer, cases=(case.id,))
    store.finance.update_invoice(invoice.id, 1, InvoiceChange(total=777_777, due=TODAY))

    seen = lines(maija, customer)

    assert "777" not in repr(seen)
    assert {line.field for line in seen if line.kind is Kind.CASE} == {"", "name"}
    assert {line.field for line in seen if line.kind is Kind.INVOICE} == {"", "due"}
    assert {line.field for line in of(maija, Kind.FORECAST, forecast.id)} == {""}
    assert repr(lines(store, customer)).count("777777") == 3


def test_cases_that_the_reader_does_not_see_and_what_is_on_them_are_left_out(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    olli = as_user("olli", projects=ProjectLevel.MEMBER)
    hidden = given.project(store, customer, "Canary")
    given.todo(store, customer, "Canary todo", case=hidden.id)
    note = given.note(store, customer, "Canary note", case=hidden.id)
    store.notes.delete(note.id, note.revision)
    doomed = given.case(store, customer, "Canary gone", expected_value=777)
    store.cases.delete(doomed.id, doomed.revision)
    moved = given.todo(store, customer, "Visible")
    moved = store.activities.update(moved.id, 1, ActivityChange(case=hidden.id))
    store.activities.update(moved.id, 2, ActivityChange(case=None))

    seen = lines(olli, customer)

    assert "Canary" not in repr(seen)
    assert {line.kind for line in seen} - {Kind.BILLING} == {Kind.CUSTOMER, Kind.ACTIVITY}
    assert {line.old_label + line.new_label for line in seen if line.field == "case"} == {"a case that you may not see"}
    assert of(olli, Kind.CASE, hidden.id) == of(olli, Kind.CASE, doomed.id) == of(olli, Kind.NOTE, note.id) == ()
    assert "Canary gone" in repr(lines(store, customer))


def test_private_entries_of_others_are_left_out_even_deleted_ones(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    other = as_user("olli")
    kept = given.activity(store, customer, ActivityKind.PERSONAL, "Canary", starts_at=NOW)
    store.activities.update(kept.id, 1, ActivityChange(location="Canary bay"))
    gone = given.activity(store, customer, ActivityKind.ABSENCE, "Canary too", starts_at=NOW)
    store.activities.delete(gone.id, 1)

    assert lines(other, customer, Kind.ACTIVITY) == ()
    assert of(other, Kind.ACTIVITY, kept.id) == of(other, Kind.ACTIVITY, gone.id) == ()
    assert len(lines(store, customer, Kind.ACTIVITY)) == 4


def test_the_history_of_a_deleted_customer_is_there(store: Store) -> None:
    customer = given.customer(store)
    given.contact(store, customer)
    store.customers.delete(customer.id, store.customers.get(customer.id).revision)

    seen = lines(store, customer)

    assert {line.entity_label for line in seen if line.kind is Kind.CUSTOMER} == {"Aalto Robotics Oy"}
    assert {line.entity_label for line in seen if line.kind is Kind.CONTACT} == {"Liisa Laine"}


def test_no_id_of_a_hidden_case_is_in_what_was_moved(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    vera = as_user("vera", projects=ProjectLevel.MEMBER)
    own = given.case(store, customer, "Own", members=(given.me(vera),))
    hidden, other = given.case(store, customer, "Hidden"), given.case(store, customer, "Other")
    todo = given.todo(store, customer, case=hidden.id)
    store.activities.update(todo.id, todo.revision, ActivityChange(case=own.id))
    bill = given.invoice(store, customer, cases=(own.id, hidden.id, other.id))
    store.finance.update_invoice(bill.id, bill.revision, InvoiceChange(cases=(own.id, hidden.id)))

    (moved,) = (line for line in of(vera, Kind.ACTIVITY, todo.id) if line.field == "case")
    (billed,) = (line for line in of(vera, Kind.INVOICE, bill.id) if line.field == "cases")

    assert (moved.old, moved.new) == ("0", str(own.id))
    assert (moved.old_label, moved.new_label) == ("a case that you may not see", "Own")
    assert (billed.old, billed.new) == (f"[{own.id}]", f"[{own.id}]")
    assert billed.old_label == billed.new_label == "Own, a case that you may not see"
    assert vera.finance.invoice(bill.id).cases == (own.id,)
    assert store.finance.invoice(bill.id).cases == (own.id, hidden.id)
