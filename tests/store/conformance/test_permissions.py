"""Rules 15 to 17 and 19: what is hidden at each level, and that a refusal names what is missing and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest
from msgspec import UNSET
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, AsUser, Value

from crm_tui.domain.activities import NoteChange
from crm_tui.domain.cases import Case, CaseChange
from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import Denied, NotFound
from crm_tui.domain.files import FileChange, NewFile
from crm_tui.domain.finance import ActualEntry, ForecastEntry, Invoice, InvoiceChange, InvoiceStatus
from crm_tui.domain.money import Money
from crm_tui.domain.periods import Month
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.activities import FeedPart
from crm_tui.store.cases import CaseChoice, CaseLife
from crm_tui.store.port import Store

NOV = Month(2026, 11)
#: a figure that stands nowhere else
CANARY = 777_777


class Firm(NamedTuple):
    """A customer with a case of each relation to the actor, each with an invoice and figures."""

    actor: Store
    customer: Customer
    cases: dict[str, Case]
    invoices: dict[str, Invoice]


#: relations of a case to the actor
HELPED = "of a subordinate whom they help"
RELATIONS = ("owner", "sales person", "member", HELPED, "of the unit", "foreign", "ownerless")
#: by level: cases seen, and of these the ones whose money is seen (rule 16)
SEEN: dict[ProjectLevel, tuple[set[str], set[str]]] = {
    ProjectLevel.NONE: (set(), set()),
    ProjectLevel.MEMBER: ({"member", HELPED, "ownerless"}, set()),
    ProjectLevel.MANAGER_WITHOUT_MONEY: (
        {"owner", "sales person", "member", HELPED, "ownerless"},
        set(),
    ),
    ProjectLevel.MANAGER: (
        {"owner", "sales person", "member", HELPED, "ownerless"},
        {"owner", HELPED},
    ),
    ProjectLevel.UNIT: (
        {"owner", "sales person", "member", HELPED, "ownerless", "of the unit"},
        {"owner", HELPED, "of the unit"},
    ),
    ProjectLevel.ALL: (set(RELATIONS), set(RELATIONS)),
}


@pytest.fixture
def firm(store: Store, as_user: AsUser, value: Value) -> Callable[[ProjectLevel], Firm]:
    """A firm whose actor has a project permission, and reads customers."""

    def make(level: ProjectLevel) -> Firm:
        unit = value(RegistryKind.BUSINESS_UNIT, "Helsinki")
        actor = as_user("actor", customers=CustomerLevel.READ, projects=level, business_unit=unit)
        me = given.me(actor)
        below = given.me(as_user("below", superior=me))
        lowest = given.me(as_user("lowest", superior=below))
        relation: dict[str, dict[str, object]] = {
            "owner": {"owner": me},
            "sales person": {"sales_person": me},
            "member": {"members": (me,)},
            HELPED: {"owner": lowest, "members": (me,)},
            "of the unit": {"business_unit": unit},
            "foreign": {},
            "ownerless": {"members": (me,)},
        }
        customer = given.customer(store)
        cases: dict[str, Case] = {}
        invoices: dict[str, Invoice] = {}
        for name, fields in relation.items():
            case = given.case(store, customer, name, expected_value=CANARY, probability=100, **fields)
            if name == "ownerless":
                case = store.cases.update(case.id, case.revision, CaseChange(owner=None))
            entry: dict[str, Any] = {"case": case.id, "year": 2026, "month": 11}
            store.finance.put_forecast(ForecastEntry(**entry, billing=CANARY, billing_note="half of it now"), None)
            store.finance.put_actual(ActualEntry(**entry, billed=CANARY), None)
            cases[name] = case
            amounts = {"total": CANARY, "vat": CANARY}
            invoices[name] = given.invoice(
                store, customer, name, cases=(case.id,), status=InvoiceStatus.SENT, **amounts
            )
        return Firm(actor, customer, cases, invoices)

    return make


@pytest.mark.parametrize("level", ProjectLevel)
class TestSight:
    """Rule 16, level by level. A hidden figure is UNSET: neither null nor zero."""

    def test_cases_and_their_values(self, firm: Callable[[ProjectLevel], Firm], level: ProjectLevel) -> None:
        actor, customer, cases, _ = firm(level)
        seen, with_money = SEEN[level]
        if level is ProjectLevel.NONE:
            with pytest.raises(Denied) as refused:
                actor.cases.of_customer(customer.id, CaseLife.SALES, ALL, TODAY)
            assert refused.value.permission == "projects: member"
            return

        rows = actor.cases.of_customer(customer.id, CaseLife.SALES, ALL, TODAY).rows
        totals = actor.cases.totals(customer.id, CaseLife.SALES)

        assert {row.case.name for row in rows} == seen
        for row in rows:
            shown = row.case.name in with_money
            assert (row.case.expected_value == CANARY) is shown
            assert (row.case.expected_value is UNSET) is not shown
            assert (row.months is UNSET) is not shown
            assert actor.cases.get(row.case.id) == row.case == actor.cases.details(row.case.id, TODAY).row.case
        amounts = (Money(CANARY * len(with_money), "EUR"),) if with_money else ()
        for total in (totals.value, totals.weighted):
            assert (total.amounts, total.left_out) == (amounts, len(seen) - len(with_money))
        for name in set(RELATIONS) - seen:
            with pytest.raises(NotFound):
                actor.cases.get(cases[name].id)

    def test_forecasts_and_actuals(self, firm: Callable[[ProjectLevel], Firm], level: ProjectLevel) -> None:
        actor, customer, cases, _ = firm(level)
        seen, with_money = SEEN[level]
        for name, case in cases.items():
            if name not in seen:
                with pytest.raises((Denied, NotFound)):
                    actor.finance.forecasts(case.id, NOV, 1)
                continue
            (forecast,), (actual,) = actor.finance.forecasts(case.id, NOV, 1), actor.finance.actuals(case.id, NOV, 1)
            for figure in (forecast.billing, actual.billed):
                assert figure == CANARY if name in with_money else figure is UNSET
            assert (forecast.revenue is None) is (name in with_money)
            assert forecast.billing_note == ("half of it now" if name in with_money else UNSET)
        if seen:
            window = actor.finance.window(customer.id, NOV, 1, None)
            total = CANARY * len(with_money) if with_money else None
            assert (window.months[0].forecast_billing, window.months[0].actual_revenue) == (total, total)
            assert window.left_out == len(seen) - len(with_money)

    def test_invoices(self, firm: Callable[[ProjectLevel], Firm], level: ProjectLevel, store: Store) -> None:
        actor, customer, cases, invoices = firm(level)
        seen, with_money = SEEN[level]
        both = given.invoice(
            store,
            customer,
            "both",
            cases=(cases["owner"].id, cases["sales person"].id),
            total=CANARY,
            status=InvoiceStatus.PAID,
        )
        if level is ProjectLevel.NONE:
            with pytest.raises(Denied):
                actor.finance.invoices(customer.id, ALL)
            return

        rows = {row.invoice.number: row.invoice for row in actor.finance.invoices(customer.id, ALL).rows}
        totals = actor.finance.invoice_totals(customer.id, TODAY)

        expected = seen | ({"both"} if "owner" in seen else set())
        assert set(rows) == expected
        for name in seen:
            assert rows[name].total == CANARY if name in with_money else rows[name].total is UNSET
            assert rows[name].vat == CANARY if name in with_money else rows[name].vat is UNSET
            assert actor.finance.invoice(invoices[name].id) == rows[name]
        if "both" in expected:
            shown = {"owner", "sales person"} <= with_money
            assert rows["both"].total == CANARY if shown else rows["both"].total is UNSET
            assert actor.finance.invoice(both.id) == rows["both"]
        assert totals.outstanding.amounts == ((Money(CANARY * len(with_money), "EUR"),) if with_money else ())
        assert totals.outstanding.left_out == len(seen) - len(with_money)

    def test_no_canary_leaks_anywhere(self, firm: Callable[[ProjectLevel], Firm], level: ProjectLevel) -> None:
        """Where the actor sees no money at all, no answer holds the figure."""
        actor, customer, cases, invoices = firm(level)
        if SEEN[level][1]:
            return
        said = ""
        asked: list[Callable[[], object]] = [
            *(partial(actor.cases.of_customer, customer.id, life, ALL, TODAY, closed=True) for life in CaseLife),
            *(partial(actor.cases.totals, customer.id, life) for life in CaseLife),
            *(partial(actor.cases.listed, customer.id, choice, ALL, TODAY) for choice in CaseChoice),
            *(partial(actor.cases.sums, customer.id, choice, TODAY) for choice in CaseChoice),
            partial(actor.cases.figures, customer.id, TODAY),
            *(partial(actor.cases.details, case.id, TODAY) for case in cases.values()),
            *(partial(actor.finance.invoice, invoice.id) for invoice in invoices.values()),
            partial(actor.finance.window, customer.id, NOV, 12, None),
            partial(actor.finance.invoice_totals, customer.id, TODAY),
            partial(actor.history.of_customer, customer.id, ALL),
            partial(actor.activities.board, customer.id, TODAY),
            partial(actor.files.of_customer, customer.id, ALL),
        ]
        for ask in asked:
            try:
                said += repr(ask())
            except (Denied, NotFound) as refused:
                said += str(refused)
        assert str(CANARY) not in said
        assert "7 777.77" not in said


def test_an_invoice_without_cases_is_there_for_those_who_see_all(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    invoice = given.invoice(store, customer)
    unit = as_user("uuno", projects=ProjectLevel.UNIT)
    assert unit.finance.invoices(customer.id, ALL).rows == ()
    with pytest.raises(NotFound):
        unit.finance.invoice(invoice.id)
    assert as_user("alli", projects=ProjectLevel.ALL).finance.invoice(invoice.id) == invoice


class Card(NamedTuple):
    """A customer with one of everything, made by an administrator."""

    customer: int
    contact: int
    case: int
    activity: int
    note: int
    file: int
    invoice: int


@pytest.fixture
def card(store: Store) -> Card:
    customer = given.customer(store)
    case = given.case(store, customer, expected_value=1)
    return Card(
        customer.id,
        given.contact(store, customer).id,
        case.id,
        given.meeting(store, customer, NOW).id,
        given.note(store, customer).id,
        store.files.create(NewFile(customer=customer.id, name="x", url="https://x.example")).id,
        given.invoice(store, customer, cases=(case.id,)).id,
    )


def everything(store: Store) -> list[object]:
    return list(store.portable.dump())


def refused_writes(actor: Store, card: Card) -> dict[str, Callable[[], object]]:
    """Writes by name; each is to be refused."""
    by = {"created_at": NOW, "created_by": None, "updated_at": NOW, "updated_by": None}
    customer = Customer(id=card.customer, revision=1, name="x", number=1, **by)  # type: ignore[arg-type]  # any field
    entry: dict[str, Any] = {"case": card.case, "year": 2026, "month": 11}
    return {
        "add contact": lambda: given.contact(actor, customer),
        "change contact": lambda: actor.contacts.update(card.contact, 1, ContactChange(title="x")),
        "delete contact": lambda: actor.contacts.delete(card.contact, 1),
        "add file": lambda: actor.files.create(NewFile(customer=card.customer, name="x", url="https://x.example")),
        "change file": lambda: actor.files.update(card.file, 1, FileChange(name="y")),
        "delete file": lambda: actor.files.delete(card.file, 1),
        "change note": lambda: actor.notes.update(card.note, 1, NoteChange(text="x")),
        "delete note": lambda: actor.notes.delete(card.note, 1),
        "add case": lambda: given.case(actor, customer),
        "change case": lambda: actor.cases.update(card.case, 1, CaseChange(name="x")),
        "delete case": lambda: actor.cases.delete(card.case, 1),
        "add invoice": lambda: given.invoice(actor, customer, "new", cases=(card.case,)),
        "change invoice": lambda: actor.finance.update_invoice(card.invoice, 1, InvoiceChange(total=1)),
        "delete invoice": lambda: actor.finance.delete_invoice(card.invoice, 1),
        "forecast": lambda: actor.finance.put_forecast(ForecastEntry(**entry, billing=1), None),
        "actual": lambda: actor.finance.put_actual(ActualEntry(**entry, billed=1), None),
    }


@pytest.mark.parametrize(
    ("customers", "projects", "writes", "permission"),
    [
        (CustomerLevel.READ, ProjectLevel.NONE, "contact file note", "customers: edit"),
        (CustomerLevel.READ, ProjectLevel.NONE, "case forecast actual invoice", "projects: "),
        (CustomerLevel.READ, ProjectLevel.MEMBER, "add_case", "projects: manager without money"),
        (CustomerLevel.ALL, ProjectLevel.MANAGER_WITHOUT_MONEY, "forecast actual add_invoice", "projects: manager"),
        (CustomerLevel.NONE, ProjectLevel.ALL, "contact file note case forecast actual invoice", "customers: "),
    ],
)  # fmt: skip
def test_a_refusal_names_the_permission_and_changes_nothing(
    store: Store,
    as_user: AsUser,
    card: Card,
    customers: CustomerLevel,
    projects: ProjectLevel,
    writes: str,
    permission: str,
) -> None:
    actor = as_user("actor", customers=customers, projects=projects)
    before = everything(store)
    words = [word.replace("_", " ") for word in writes.split()]
    writing = refused_writes(actor, card)
    tried = {name: write for name, write in writing.items() if any(word in name for word in words)}
    assert tried
    for name, write in tried.items():
        with pytest.raises(Denied) as refused:
            write()
        assert refused.value.permission.startswith(permission), name
        assert refused.value.permission in str(refused.value)
    assert everything(store) == before


@pytest.mark.parametrize("level", [ProjectLevel.MEMBER, ProjectLevel.MANAGER, ProjectLevel.UNIT])
def test_what_is_not_seen_is_not_there_and_is_not_changed(
    store: Store, as_user: AsUser, card: Card, level: ProjectLevel
) -> None:
    actor = as_user("actor", customers=CustomerLevel.ALL, projects=level)
    before = everything(store)
    writes = refused_writes(actor, card)
    for name in ("change case", "delete case", "change invoice", "delete invoice"):
        with pytest.raises(NotFound):
            writes[name]()
    for name in ("forecast", "actual"):
        with pytest.raises((NotFound, Denied)):
            writes[name]()
    assert everything(store) == before


def test_the_value_is_written_only_by_who_sees_it(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    blind = as_user("blind", projects=ProjectLevel.MANAGER_WITHOUT_MONEY)
    seller = as_user("seller", projects=ProjectLevel.MANAGER)
    case = given.case(store, customer, owner=given.me(blind), sales_person=given.me(seller), expected_value=CANARY)
    before = everything(store)

    for actor, permission in ((blind, "projects: manager"), (seller, "projects: all")):
        for write in (
            lambda actor=actor: actor.cases.update(case.id, 1, CaseChange(expected_value=1)),
            lambda actor=actor: given.case(actor, customer, owner=given.me(store), expected_value=1),
        ):
            with pytest.raises(Denied) as refused:
                write()
            assert refused.value.permission == permission
    assert everything(store) == before

    renamed = blind.cases.update(case.id, 1, CaseChange(name="Renamed"))
    assert renamed.expected_value is UNSET
    assert store.cases.get(case.id).expected_value == CANARY


@pytest.mark.parametrize(
    "ask",
    [
        lambda store, card: store.contacts.of_customer(card.customer, ALL),
        lambda store, card: store.contacts.count(card.customer),
        lambda store, card: store.contacts.get(card.contact),
        lambda store, card: store.activities.feed(card.customer, FeedPart.PAST, ALL, NOW, TODAY),
        lambda store, card: store.activities.feed_counts(card.customer, NOW, TODAY),
        lambda store, card: store.activities.board(card.customer, TODAY),
        lambda store, card: store.activities.get(card.activity),
        lambda store, card: store.notes.of_projects(card.customer, ALL),
        lambda store, card: store.notes.count_of_projects(card.customer),
        lambda store, card: store.notes.get(card.note),
        lambda store, card: store.cases.of_customer(card.customer, CaseLife.SALES, ALL, TODAY),
        lambda store, card: store.cases.totals(card.customer, CaseLife.SALES),
        lambda store, card: store.cases.listed(card.customer, CaseChoice.ALL, ALL, TODAY),
        lambda store, card: store.cases.sums(card.customer, CaseChoice.ALL, TODAY),
        lambda store, card: store.cases.figures(card.customer, TODAY),
        lambda store, card: store.cases.details(card.case, TODAY),
        lambda store, card: store.cases.below(card.case),
        lambda store, card: store.cases.get(card.case),
        lambda store, card: store.finance.window(card.customer, NOV, 6, None),
        lambda store, card: store.finance.invoices(card.customer, ALL),
        lambda store, card: store.finance.invoice_totals(card.customer, TODAY),
        lambda store, card: store.finance.invoice(card.invoice),
        lambda store, card: store.finance.forecasts(card.case, NOV, 6),
        lambda store, card: store.finance.actuals(card.case, NOV, 6),
        lambda store, card: store.files.of_customer(card.customer, ALL),
        lambda store, card: store.files.count(card.customer),
        lambda store, card: store.files.get(card.file),
        lambda store, card: store.files.open(card.file),
        lambda store, card: store.history.of_customer(card.customer, ALL),
    ],
)
def test_who_sees_no_customers_sees_nothing_below_them(
    as_user: AsUser, card: Card, ask: Callable[[Store, Card], object]
) -> None:
    actor = as_user("actor", customers=CustomerLevel.NONE, projects=ProjectLevel.ALL)
    with pytest.raises(Denied) as refused:
        ask(actor, card)
    assert refused.value.permission == "customers: read"


def test_rights_are_read_anew_in_every_call(store: Store, as_user: AsUser, card: Card) -> None:
    from crm_tui.domain.users import UserChange

    actor = as_user("actor")
    user = next(user for user in store.users.list() if user.login == "actor")
    assert actor.contacts.get(card.contact)
    store.users.update(user.id, user.revision, UserChange(is_active=False))
    with pytest.raises(NotFound):
        actor.contacts.get(card.contact)
