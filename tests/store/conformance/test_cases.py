"""Cases: two lives, statuses (rule 13), numbers, currency, lists and sums."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, AsUser, Value

from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.cases import Case, CaseChange, SalesState
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import Blocked, Conflict, Denied, Invalid, NotFound
from crm_tui.domain.finance import ForecastEntry
from crm_tui.domain.money import Money
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.store.cases import CaseLife
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store

DAY = dt.timedelta(days=1)


def enter(store: Store, case: Case, state: SalesState, **change: Any) -> Case:
    """Change to the first sales status that means ``state``."""
    wanted = CaseChange(sales_status=given.status(store, state), **change)
    return store.cases.update(case.id, case.revision, wanted)


def names(store: Store, customer: Customer, life: CaseLife, *, closed: bool = False) -> list[str]:
    return [row.case.name for row in store.cases.of_customer(customer.id, life, ALL, TODAY, closed=closed).rows]


class TestCreating:
    """What a new case takes from where."""

    def test_only_the_name_is_needed(self, store: Store) -> None:
        customer = given.customer(store)
        first, second = given.case(store, customer, "First"), given.case(store, customer, "Second")

        status = store.registries.get(first.sales_status)
        assert first.sales_state is SalesState.OPEN
        assert (status.sales_state, first.probability) == (SalesState.OPEN, status.probability)
        assert (first.owner, first.currency, first.expected_value) == (given.me(store), "EUR", None)
        assert second.number == first.number + 1
        assert store.cases.get(first.id) == first

    def test_the_currency_is_the_customers_and_fixed(self, store: Store) -> None:
        customer = given.customer(store)
        billing = store.billing.of_customer(customer.id)
        store.billing.update(customer.id, billing.revision, BillingChange(currency="NOK"))

        case = given.case(store, customer)

        assert case.currency == "NOK"
        assert given.case(store, customer, "In euro", currency="EUR").currency == "EUR"
        assert "currency" not in CaseChange.__struct_fields__
        billing = store.billing.of_customer(customer.id)
        store.billing.update(customer.id, billing.revision, BillingChange(currency="SEK"))
        assert store.cases.get(case.id).currency == "NOK"

    def test_a_number_of_ones_own_must_be_free(self, store: Store) -> None:
        customer = given.customer(store)
        case = given.case(store, customer)
        wished = given.case(store, customer, number=case.number + 1)
        assert given.case(store, customer).number == wished.number + 1
        with pytest.raises(Invalid) as refused:
            given.case(store, customer, number=case.number)
        assert refused.value.field == "number"

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": " "}, "name"),
            ({"probability": 101}, "probability"),
            ({"expected_value": 10**15}, "expected_value"),
            ({"start": TODAY, "deadline": TODAY - DAY}, "deadline"),
            ({"owner": 999}, "owner"),
            ({"members": (999,)}, "members"),
            ({"contact": 999}, "contact"),
            ({"sales_status": 99999}, "sales_status"),
            ({"currency": "XXQ"}, "currency"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, store: Store, fields: dict[str, Any], field: str) -> None:
        customer = given.customer(store)
        with pytest.raises(Invalid) as refused:
            given.case(store, customer, **({"name": "Robot cell"} | fields))
        assert refused.value.field == field
        assert store.cases.totals(customer.id, CaseLife.SALES).open == Count(0)

    def test_contacts_must_be_the_customers(self, store: Store) -> None:
        stranger = given.contact(store, given.customer(store, "Other Oy"))
        with pytest.raises(Invalid):
            given.case(store, given.customer(store), further_contacts=(stranger.id,))

    def test_a_case_may_begin_won(self, store: Store) -> None:
        case = given.case(store, given.customer(store), sales_status=given.status(store, SalesState.WON))
        assert (case.is_project, case.probability, case.expected_order_date) == (True, 100, TODAY)


class TestStates:
    """Rule 13."""

    def test_won_sets_probability_and_order_date_both_editable_after(self, store: Store) -> None:
        case = given.case(store, given.customer(store), probability=30, expected_order_date=TODAY + 9 * DAY)

        won = enter(store, case, SalesState.WON)

        assert (won.sales_state, won.probability, won.expected_order_date, won.closed) == (
            SalesState.WON, 100, TODAY, None
        )  # fmt: skip
        later = store.cases.update(case.id, won.revision, CaseChange(probability=90, expected_order_date=TODAY + DAY))
        assert (later.probability, later.expected_order_date) == (90, TODAY + DAY)

    def test_what_the_change_says_itself_stays(self, store: Store) -> None:
        case = given.case(store, given.customer(store))
        won = enter(store, case, SalesState.WON, expected_order_date=TODAY - DAY)
        assert (won.probability, won.expected_order_date) == (100, TODAY - DAY)

    def test_lost_closes_and_the_case_can_come_back(self, store: Store) -> None:
        customer = given.customer(store)
        case = given.case(store, customer)

        lost = enter(store, case, SalesState.LOST, lost_reason="Too dear")
        assert (lost.sales_state, lost.closed, lost.probability) == (SalesState.LOST, TODAY, 0)
        with pytest.raises(Invalid):
            store.cases.update(case.id, lost.revision, CaseChange(closed=None))
        assert names(store, customer, CaseLife.SALES) == []

        back = enter(store, lost, SalesState.OPEN)
        assert (back.closed, back.probability) == (None, case.probability)
        lost = enter(store, back, SalesState.LOST)
        assert enter(store, lost, SalesState.WON).closed is None

    def test_another_step_has_another_probability(self, store: Store, value: Value) -> None:
        step = value(RegistryKind.SALES_STATUS, "Final round", sales_state=SalesState.OPEN, probability=85)
        case = given.case(store, given.customer(store))
        assert store.cases.update(case.id, 1, CaseChange(sales_status=step)).probability == 85

    def test_a_done_project_status_closes_the_project(self, store: Store, value: Value) -> None:
        done = value(RegistryKind.PROJECT_STATUS, "All paid", is_done=True)
        going = value(RegistryKind.PROJECT_STATUS, "Going on")
        project = given.project(store, given.customer(store))

        closed = store.cases.update(project.id, project.revision, CaseChange(project_status=done))
        opened = store.cases.update(project.id, closed.revision, CaseChange(project_status=going))

        assert (closed.closed, opened.closed) == (TODAY, None)


class TestLists:
    """Two lives, open and closed, in pages."""

    def test_each_life_has_its_list_soonest_first_and_closed_ones_last(self, store: Store) -> None:
        customer = given.customer(store)
        given.case(store, customer, "later", expected_order_date=TODAY + 2 * DAY)
        given.case(store, customer, "sooner", expected_order_date=TODAY + DAY)
        given.case(store, customer, "whenever")
        enter(store, given.case(store, customer, "lost"), SalesState.LOST)
        given.project(store, customer, "project")
        given.case(store, given.customer(store, "Other Oy"), "elsewhere")

        assert names(store, customer, CaseLife.SALES) == ["sooner", "later", "whenever"]
        assert names(store, customer, CaseLife.SALES, closed=True) == ["sooner", "later", "whenever", "lost"]
        assert names(store, customer, CaseLife.PROJECT) == ["project"]

    def test_pages_meet(self, store: Store) -> None:
        customer = given.customer(store)
        for number in range(7):
            case = given.case(store, customer, f"case {number}", expected_order_date=TODAY + (number % 3) * DAY)
            if number > 4:
                enter(store, case, SalesState.LOST, closed=TODAY - number * DAY)
        everything = names(store, customer, CaseLife.SALES, closed=True)

        paged: list[str] = []
        request = PageRequest(limit=2)
        while True:
            page = store.cases.of_customer(customer.id, CaseLife.SALES, request, TODAY, closed=True)
            paged += [row.case.name for row in page.rows]
            if not page.more:
                break
            request = PageRequest(limit=2, after=page.cursors[-1])

        assert paged == everything
        assert everything[-2:] == ["case 5", "case 6"]

    def test_rows_have_names_and_eight_months_up_to_the_coming_one(self, store: Store) -> None:
        customer, payer = given.customer(store), given.customer(store, "Payer AS")
        person = given.contact(store, customer)
        case = given.case(store, customer, contact=person.id, sales_person=given.me(store), billing_customer=payer.id)
        for year, month, billing in [(2026, 4, 1), (2026, 5, 10), (2026, 11, 20), (2026, 12, 30), (2027, 1, 40)]:
            store.finance.put_forecast(ForecastEntry(case=case.id, year=year, month=month, billing=billing), None)

        (row,) = store.cases.of_customer(customer.id, CaseLife.SALES, ALL, TODAY).rows

        assert row.case == case
        assert (row.owner_name, row.sales_person_name, row.contact_name, row.billing_customer_name) == (
            "Aino Admin", "Aino Admin", "Liisa Laine", "Payer AS"
        )  # fmt: skip
        assert row.status_name == store.registries.get(case.sales_status).name
        assert row.months == (10, 0, 0, 0, 0, 0, 20, 30)

    def test_totals_are_per_currency_and_of_open_cases(self, store: Store) -> None:
        customer = given.customer(store)
        given.case(store, customer, expected_value=1001, probability=50)
        given.case(store, customer, expected_value=2001, probability=50)
        given.case(store, customer, expected_value=-1001, probability=50)
        given.case(store, customer, expected_value=500, probability=10, currency="NOK")
        given.case(store, customer, "no value")
        enter(store, given.case(store, customer, expected_value=99_999), SalesState.LOST)

        totals = store.cases.totals(customer.id, CaseLife.SALES)

        assert (totals.open, totals.closed) == (Count(5), Count(1))
        assert totals.value.amounts == (Money(2001, "EUR"), Money(500, "NOK"))
        assert totals.weighted.amounts == (Money(501 + 1001 - 501, "EUR"), Money(50, "NOK"))
        assert (totals.value.left_out, totals.weighted.left_out) == (0, 0)

    def test_details_show_what_is_planned_and_the_last_note(self, store: Store) -> None:
        customer = given.customer(store)
        case = given.case(store, customer)
        given.todo(store, customer, "due tomorrow", case=case.id, due=TODAY + DAY)
        given.todo(store, customer, "due today", case=case.id)
        given.todo(store, customer, "done", case=case.id, is_done=True)
        given.meeting(store, customer, NOW - DAY, "over", case=case.id)
        given.todo(store, customer, "elsewhere")
        given.note(store, customer, "first", case=case.id)
        given.note(store, customer, "last", case=case.id)

        details = store.cases.details(case.id, TODAY)

        assert [row.name for row in details.next_activities] == ["due today", "due tomorrow"]
        assert details.last_note is not None
        assert details.last_note.note.text == "last"
        assert details.row.case == case


class TestChanging:
    """Revisions, rights, deleting."""

    def test_a_stale_revision_is_refused_with_both_versions(self, store: Store) -> None:
        case = given.case(store, given.customer(store))
        theirs = store.cases.update(case.id, 1, CaseChange(name="Theirs"))
        mine = CaseChange(name="Mine")
        with pytest.raises(Conflict) as refused:
            store.cases.update(case.id, 1, mine)
        assert (refused.value.mine, refused.value.theirs) == (mine, theirs)

    def test_a_conflict_does_not_show_hidden_money(self, store: Store, as_user: AsUser) -> None:
        maija = as_user("maija", projects=ProjectLevel.MANAGER_WITHOUT_MONEY)
        case = given.case(store, given.customer(store), owner=given.me(maija), expected_value=777)
        store.cases.update(case.id, 1, CaseChange(name="Theirs"))
        with pytest.raises(Conflict) as refused:
            maija.cases.update(case.id, 1, CaseChange(name="Mine"))
        assert "777" not in repr(refused.value.theirs)

    def test_a_renumbered_case_keeps_numbers_unique(self, store: Store) -> None:
        customer = given.customer(store)
        first, second = given.case(store, customer), given.case(store, customer)
        assert store.cases.update(first.id, 1, CaseChange(number=first.number, name="Same")).number == first.number
        with pytest.raises(Invalid):
            store.cases.update(first.id, 2, CaseChange(number=second.number))

    def test_deleting_takes_what_is_on_the_case(self, store: Store) -> None:
        customer = given.customer(store)
        case = given.project(store, customer)
        task, note = given.task(store, case), given.note(store, customer, case=case.id)
        reply = given.note(store, customer, "reply", case=case.id, parent=note.id)
        store.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=11, billing=1), None)

        store.cases.delete(case.id, case.revision)

        for gone in (
            lambda: store.cases.get(case.id),
            lambda: store.activities.get(task.id),
            lambda: store.notes.get(note.id),
            lambda: store.notes.get(reply.id),
        ):
            with pytest.raises(NotFound):
                gone()

    def test_invoices_forbid_deleting(self, store: Store) -> None:
        customer = given.customer(store)
        case = given.case(store, customer)
        invoice = given.invoice(store, customer, cases=(case.id,))
        with pytest.raises(Blocked) as refused:
            store.cases.delete(case.id, case.revision)
        assert refused.value.blockers == (("invoice", invoice.id, "invoice 2026-1"),)
        assert store.cases.get(case.id) == case

    def test_an_owner_may_hand_over_and_then_see_it_no_more(self, store: Store, as_user: AsUser) -> None:
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        case = given.case(maija, given.customer(store), expected_value=100)
        handed = maija.cases.update(case.id, 1, CaseChange(owner=given.me(store)))
        assert handed.owner == given.me(store)
        with pytest.raises(NotFound):
            maija.cases.get(case.id)

    def test_nobody_takes_over_a_case_to_see_its_money(self, store: Store, as_user: AsUser) -> None:
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        case = given.case(store, given.customer(store), sales_person=given.me(maija), expected_value=777)
        with pytest.raises(Denied):
            maija.cases.update(case.id, 1, CaseChange(owner=given.me(maija)))
        assert store.cases.get(case.id) == case

    def test_members_see_but_do_not_change(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        olli = as_user("olli", customers=CustomerLevel.EDIT, projects=ProjectLevel.MEMBER)
        case = given.case(store, customer, members=(given.me(olli),))
        with pytest.raises(Denied) as refused:
            olli.cases.update(case.id, 1, CaseChange(name="Mine"))
        assert refused.value.permission == "projects: manager without money"
        with pytest.raises(Denied):
            given.case(olli, customer)
        with pytest.raises(Denied):
            olli.cases.delete(case.id, 1)

    def test_an_unknown_case(self, store: Store) -> None:
        with pytest.raises(NotFound):
            store.cases.get(4711)
        with pytest.raises(NotFound):
            store.cases.of_customer(4711, CaseLife.SALES, ALL, TODAY)


def test_an_activity_of_another_kind_is_no_task(store: Store) -> None:
    customer = given.customer(store)
    case = given.project(store, customer)
    given.activity(store, customer, ActivityKind.TODO, "not a task", case=case.id)
    assert all(not column.tasks for column in store.activities.board(customer.id, TODAY))


def test_who_has_a_number_is_not_told_where_it_is_hidden(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    hidden = given.case(store, customer, "Canary")
    seller = as_user("seller", projects=ProjectLevel.MANAGER)
    own = given.case(seller, customer, "Own")
    with pytest.raises(Invalid, match=f"number: {hidden.number} is already used by another case"):
        given.case(seller, customer, number=hidden.number)
    with pytest.raises(Invalid, match=f"number: {own.number} is already used by Own"):
        given.case(seller, customer, number=own.number)
