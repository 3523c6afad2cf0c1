"""Import runs: created, found again, changed, refused, taken back; against the port only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from tests.store.conftest import TODAY, AsUser, Clock

from crm_tui.domain.activities import NewNote
from crm_tui.domain.addresses import AddressChange
from crm_tui.domain.cases import CaseChange, SalesState
from crm_tui.domain.contacts import ContactChange, Email, Phone
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Away, Denied, Invalid, MaybeSaved, NotFound
from crm_tui.domain.finance import InvoiceStatus, Receiver
from crm_tui.domain.history import ImportState
from crm_tui.domain.periods import Month
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import UserChange
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.history import BY_NUMBER, ImportItem, Outcome
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.import_undo import Undoing


def item(kind: Kind, ref: str, /, *, by_name: bool = False, **fields: Any) -> ImportItem:
    """A record; arguments that end in _ref are references, ``choose`` holds registry values by name."""
    refs = {name.removesuffix("_ref"): fields.pop(name) for name in list(fields) if name.endswith("_ref")}
    choose = fields.pop("choose", {})
    return ImportItem(kind=kind, external_ref=ref, fields=fields, refs=refs, registry=choose, line=1, by_name=by_name)


ACME = item(Kind.CUSTOMER, "x:1", name="Acme Oy", email="info@acme.example", choose={"industry": ("Machinery",)})
OFFICE = item(Kind.ADDRESS, "x:1:a", customer_ref="x:1", line1="Kauppakatu 1", city="Kuopio", country="FI")
EEVA = item(
    Kind.CONTACT, "x:1:p", customer_ref="x:1", first_name="Eeva", last_name="Lahtinen",
    emails=(Email("eeva@acme.example"),), phones=(Phone("040 555 0143"),), choose={"keywords": ("News", "VIP")},
)  # fmt: skip


def write(store: Store, *items: ImportItem) -> tuple[int, list[Outcome]]:
    """Run an import of these records; returns its id and what became of each."""
    run = store.imports.begin("test.csv")
    results = store.imports.write(run, items)
    store.imports.finish(run)
    return run, [result.outcome for result in results]


def found(store: Store, text: str) -> list[str]:
    page = store.customers.page(CustomerQuery(text=text), PageRequest())
    return [row.name for row in page.rows]


def customer(store: Store, name: str) -> int:
    page = store.customers.page(CustomerQuery(), PageRequest())
    return next(row.id for row in page.rows if row.name == name)


def test_records_are_created_with_what_they_point_to(store: Store) -> None:
    _, outcomes = write(store, ACME, OFFICE, EEVA)
    assert outcomes == [Outcome.CREATED] * 3
    card = store.customers.card(customer(store, "Acme Oy"), TODAY)
    assert card.industry_name == "Machinery"
    assert [address.city for address in card.addresses] == ["Kuopio"]
    assert card.customer.headquarters == card.addresses[0].id
    preview = store.customers.preview(card.customer.id, TODAY)
    assert [line.name for line in preview.contacts] == ["Eeva Lahtinen"]
    assert store.billing.of_customer(card.customer.id).currency == "EUR"


@pytest.mark.parametrize("text", ["acme", "kuopio", "info@acme.example"])
def test_imported_customers_are_found(store: Store, text: str) -> None:
    write(store, ACME, OFFICE, EEVA)
    assert found(store, text) == ["Acme Oy"]


def test_the_same_again_changes_nothing(store: Store) -> None:
    write(store, ACME, OFFICE, EEVA)
    before = store.customers.get(customer(store, "Acme Oy"))
    _, outcomes = write(store, ACME, OFFICE, EEVA)
    assert outcomes == [Outcome.UNCHANGED] * 3
    assert store.customers.get(before.id) == before


def test_a_batch_finds_what_an_earlier_one_wrote(store: Store) -> None:
    run = store.imports.begin("test.csv")
    store.imports.write(run, [ACME])
    (result,) = store.imports.write(run, [OFFICE])
    assert result.outcome is Outcome.CREATED
    assert found(store, "kuopio") == ["Acme Oy"]
    assert store.customers.card(customer(store, "Acme Oy"), TODAY).customer.headquarters is not None


def test_a_changed_file_changes_the_record(store: Store) -> None:
    write(store, ACME, OFFICE)
    changed = item(Kind.CUSTOMER, "x:1", name="Acme Group Oy", email="info@acme.example")
    _, outcomes = write(store, changed)
    assert outcomes == [Outcome.UPDATED]
    assert found(store, "group") == ["Acme Group Oy"]


def test_what_a_user_changed_is_kept_while_the_file_stays_the_same(store: Store) -> None:
    write(store, ACME)
    key = customer(store, "Acme Oy")
    store.customers.update(key, store.customers.get(key).revision, CustomerChange(email="sales@acme.example"))
    _, outcomes = write(store, ACME)
    assert outcomes == [Outcome.UNCHANGED]
    assert store.customers.get(key).email == "sales@acme.example"
    _, outcomes = write(store, item(Kind.CUSTOMER, "x:1", name="Acme Oy", email="new@acme.example"))
    assert outcomes == [Outcome.UPDATED]
    assert store.customers.get(key).email == "new@acme.example"


def test_a_bad_record_does_not_stop_the_others(store: Store) -> None:
    run = store.imports.begin("test.csv")
    results = store.imports.write(
        run,
        [
            item(Kind.CUSTOMER, "x:0", name="  "),
            ACME,
            item(Kind.CONTACT, "x:9:p", customer_ref="x:9", first_name="A", last_name="B"),
            item(Kind.CUSTOMER, "x:2", name="Beta Oy", colour="red"),
            item(Kind.CUSTOMER, "x:3", name="Nul\0 Oy"),
            EEVA,
        ],
    )
    assert [r.outcome.value for r in results] == ["refused", "created", "refused", "refused", "refused", "created"]
    assert [bool(r.reason) for r in results] == [True, False, True, True, True, False]
    assert "x:9" in results[2].reason
    ended = store.imports.finish(run, refused_before=3)
    assert (ended.state, ended.created, ended.refused) == (ImportState.DONE, 2, 7)


def test_a_number_that_is_taken_is_refused(store: Store) -> None:
    store.customers.create(NewCustomer(name="First Oy", number=77))
    _, outcomes = write(store, item(Kind.CUSTOMER, "x:1", name="Second Oy", number=77), OFFICE)
    assert outcomes == [Outcome.REFUSED, Outcome.REFUSED]


def test_a_record_twice_in_a_batch_is_changed_by_the_second(store: Store) -> None:
    _, outcomes = write(store, ACME, OFFICE, item(Kind.CUSTOMER, "x:1", name="Acme Two Oy"))
    assert outcomes == [Outcome.CREATED, Outcome.CREATED, Outcome.UPDATED]
    assert found(store, "two") == ["Acme Two Oy"]
    assert found(store, "info@acme.example") == ["Acme Two Oy"]


def test_a_customer_known_by_name_is_the_one_that_is_there(store: Store) -> None:
    there = store.customers.create(NewCustomer(name="Acme Oy"))
    by_name = item(Kind.CUSTOMER, "organization:acme oy", by_name=True, name="ACME oy")
    contact = item(Kind.CONTACT, "v:1", customer_ref="organization:acme oy", first_name="Eeva", last_name="Aho")
    run = store.imports.begin("cards.vcf")
    (first,) = store.imports.write(run, [by_name])
    (second,) = store.imports.write(run, [contact])
    assert (first.outcome, second.outcome) == (Outcome.UNCHANGED, Outcome.CREATED)
    assert store.customers.get(there.id) == there
    assert [line.name for line in store.customers.preview(there.id, TODAY).contacts] == ["Eeva Aho"]


def test_cases_and_invoices(store: Store) -> None:
    case = item(
        Kind.CASE, "o:1", customer_ref="x:1", name="Order 1", sales_state=SalesState.WON, expected_value=120_00,
        currency="EUR", order_number="1",
    )  # fmt: skip
    invoice = item(
        Kind.INVOICE, "o:1:i", customer_ref="x:1", cases_ref=("o:1",), number="1", status=InvoiceStatus.SENT,
        date=dt.date(2026, 1, 2), due=dt.date(2026, 2, 1), total=120_00, currency="EUR",
        receiver=Receiver(name="Acme Oy"),
    )  # fmt: skip
    again = item(Kind.CASE, "o:2", customer_ref="x:1", name="Deal", choose={"sales_status": ("Prospecting",)})
    _, outcomes = write(store, ACME, case, invoice, again)
    assert outcomes == [Outcome.CREATED] * 4
    (row,) = store.finance.invoices(customer(store, "Acme Oy"), PageRequest()).rows
    assert (row.invoice.total, row.case_name, row.invoice.status) == (120_00, "Order 1", InvoiceStatus.SENT)
    assert store.cases.get(row.invoice.cases[0]).probability == 100
    assert "Prospecting" in [value.name for value in store.registries.list(RegistryKind.SALES_STATUS)]
    _, outcomes = write(store, ACME, case, invoice, again)
    assert outcomes == [Outcome.UNCHANGED] * 4


def test_users_get_the_humblest_profile(store: Store) -> None:
    nancy = item(Kind.USER, "u:1", name="Nancy Davolio", login="nancy")
    admin = item(Kind.USER, "u:2", name="Somebody", login="admin")
    _, outcomes = write(store, nancy, admin, item(Kind.CUSTOMER, "x:1", name="Acme Oy", owner_ref="u:2"))
    assert outcomes == [Outcome.CREATED, Outcome.UNCHANGED, Outcome.CREATED]
    made = next(user for user in store.users.list() if user.login == "nancy")
    profile = next(profile for profile in store.users.profiles() if profile.id == made.profile)
    assert (profile.profile.admin, profile.profile.customers) == (False, CustomerLevel.READ)
    assert store.customers.get(customer(store, "Acme Oy")).owner == store.users.me().user.id


def test_imported_users_keep_the_rules_of_users(store: Store, as_user: AsUser) -> None:
    logins = ("boss", "worker", "clerk")
    assert write(store, *(item(Kind.USER, f"u:{login}", name=login, login=login) for login in logins))[1] == [
        Outcome.CREATED
    ] * len(logins)
    user = {one.login: one for one in store.users.list()}
    everything = next(stored.id for stored in store.users.profiles() if stored.profile.delete_customers)
    clerks = store.users.create_profile(
        Profile(name="Clerk", customers=CustomerLevel.EDIT, projects=ProjectLevel.MANAGER, admin=True)
    )
    for login, profile in (("boss", everything), ("clerk", clerks.id)):
        store.users.update(user[login].id, user[login].revision, UserChange(profile=profile))
    before = store.users.list()
    _, outcomes = write(
        store.acting_as("clerk"),
        item(Kind.USER, "u:boss", login="mine"),
        item(Kind.USER, "u:boss", is_active=False),
        item(Kind.USER, "u:worker", superior_ref="u:clerk"),
        item(Kind.USER, "u:worker", profile=everything),
        item(Kind.USER, "u:clerk", is_active=False),
        item(Kind.USER, "u:worker", superior_ref="u:worker"),
        item(Kind.USER, "u:worker", login="admin"),
        item(Kind.USER, "u:new", name="New", login="new", profile=everything),
        item(Kind.USER, "u:new", name="New", login="new", superior_ref="u:nobody"),
    )
    assert outcomes == [Outcome.REFUSED] * 9
    assert store.users.list() == before


def test_the_new_name_of_a_user_reaches_the_customers_list(store: Store) -> None:
    user = item(Kind.USER, "u:1", name="Vera", login="vera")
    write(store, user, item(Kind.CUSTOMER, "x:1", name="One", owner_ref="u:1"), item(Kind.CUSTOMER, "x:2", name="Two"))
    assert write(store, item(Kind.USER, "u:1", name="Aada", login="vera"))[1] == [Outcome.UPDATED]
    by_owner = store.customers.page(CustomerQuery(sort=CustomerSort.OWNER), PageRequest()).rows
    assert [(row.name, row.owner_name) for row in by_owner] == [("One", "Aada"), ("Two", "Aino Admin")]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Kind.ACTIVITY, {"kind": "to-do", "name": "Call"}),
        (Kind.NOTE, {"text": "Called"}),
        (Kind.FILE, {"name": "offer.pdf"}),
        (Kind.REGISTRY, {"kind": "industry", "name": "Shipping"}),
    ],
)
def test_kinds_that_no_file_holds_are_refused(store: Store, kind: Kind, fields: dict[str, Any]) -> None:
    run = store.imports.begin("test.csv")
    (_, result) = store.imports.write(run, [ACME, item(kind, "x:1:n", customer_ref="x:1", **fields)])
    assert (result.outcome, result.reason) == (Outcome.REFUSED, f"kind: no {kind.value} can be imported")


def test_a_refused_record_leaves_nothing_of_itself(store: Store) -> None:
    store.customers.create(NewCustomer(name="First Oy", number=77))
    industries = store.registries.list(RegistryKind.INDUSTRY)
    mining = {"industry": ("Mining",)}
    run, outcomes = write(
        store,
        item(Kind.CUSTOMER, "x:1", name="Second Oy", number=77, choose=mining),
        item(Kind.CUSTOMER, "x:2", name=" ", choose=mining),
        item(Kind.CONTACT, "x:2:p", customer_ref="x:2", first_name="A", choose={"keywords": ("News",)}),
    )
    assert outcomes == [Outcome.REFUSED] * 3
    assert store.registries.list(RegistryKind.INDUSTRY) == industries
    assert "News" not in [value.name for value in store.registries.list(RegistryKind.KEYWORD)]
    assert store.imports.undo(run).removed == 0
    run, outcomes = write(
        store,
        item(Kind.CUSTOMER, "x:2", name=" ", choose=mining),
        item(Kind.CUSTOMER, "x:3", name="Third Oy", choose=mining),
    )
    assert outcomes == [Outcome.REFUSED, Outcome.CREATED]
    assert store.customers.card(customer(store, "Third Oy"), TODAY).industry_name == "Mining"
    assert store.imports.undo(run).removed == 2


def test_figures_and_invoices_are_known_without_a_reference(store: Store) -> None:
    """Figures by their case and month, invoices by their number; cases that come in the same batch by theirs."""
    case = item(Kind.CASE, "o:1", customer_ref="x:1", name="Crane", number=4000, currency="NOK")
    month: dict[str, Any] = {"case_ref": f"{BY_NUMBER}4000", "year": 2026, "month": 11}
    forecast = item(Kind.FORECAST, "any", **month, billing=Decimal("12.5"), revenue=7, billing_note="as offered")
    actual = item(Kind.ACTUAL, "any", **month, billed=Decimal(3))
    bill = item(
        Kind.INVOICE, f"{BY_NUMBER}A-1", number="A-1", cases_ref=(f"{BY_NUMBER}4000",),
        date=dt.date(2026, 11, 2), total=Decimal("1.25"),
    )  # fmt: skip
    everything = (ACME, case, forecast, actual, bill)
    assert [result.reason for result in store.imports.check(everything)] == [""] * 5
    run, outcomes = write(store, *everything)
    assert outcomes == [Outcome.CREATED] * 5
    assert write(store, forecast, actual, bill)[1] == [Outcome.UNCHANGED] * 3

    key = store.search.anything("4000").hits[0].id
    (planned,) = store.finance.forecasts(key, Month(2026, 11), 1)
    assert (planned.billing, planned.revenue, planned.billing_note) == (12_50, 7, "as offered")
    page = store.finance.invoices(customer(store, "Acme Oy"), PageRequest())
    (invoice,) = [row.invoice for row in page.rows]
    assert (invoice.total, invoice.currency, invoice.cases, invoice.receiver.name) == (1_25, "NOK", (key,), "Acme Oy")

    changed = item(Kind.FORECAST, "other", **month, revenue=None, billing=Decimal(1), currency="NOK")
    later, outcomes = write(store, changed, item(Kind.FORECAST, "other", **month, billing=1, currency="EUR"))
    assert outcomes == [Outcome.UPDATED, Outcome.REFUSED]
    assert store.imports.undo(later).restored == 1
    assert store.finance.forecasts(key, Month(2026, 11), 1)[0].billing == 12_50
    undone = store.imports.undo(run)
    assert undone.removed == 2  # the invoice and the actual figures; the forecast was touched since, and so it keeps
    assert [kept.split(":")[0] for kept in undone.kept][:2] == ["forecast Nov 2026", "case Crane"]


def test_a_check_keeps_nothing(store: Store) -> None:
    results = store.imports.check([ACME, OFFICE, item(Kind.CUSTOMER, "x:2", name="")])
    assert [result.outcome for result in results] == [Outcome.CREATED, Outcome.CREATED, Outcome.REFUSED]
    assert found(store, "acme") == []
    assert store.imports.list() == ()


def test_importing_takes_permissions(store: Store, as_user: AsUser) -> None:
    with pytest.raises(Denied):
        as_user("rita", customers=CustomerLevel.READ).imports.begin("test.csv")
    editor = as_user("edna", customers=CustomerLevel.EDIT, projects=ProjectLevel.MANAGER)
    run = editor.imports.begin("test.csv")
    plain = item(Kind.CUSTOMER, "x:5", name="Plain Oy")
    deal = item(Kind.CASE, "o:1", customer_ref="x:5", name="Deal")
    user = item(Kind.USER, "u:1", name="N", login="n")
    results = editor.imports.write(run, [ACME, plain, deal, user])
    assert [r.outcome.value for r in results] == ["refused", "created", "refused", "refused"]
    assert "Machinery" in results[0].reason
    with pytest.raises(Invalid):
        store.imports.write(run, [plain])  # somebody else's run


def test_a_run_is_taken_back(store: Store) -> None:
    before = store.registries.list(RegistryKind.INDUSTRY)
    run, _ = write(store, ACME, OFFICE, EEVA, item(Kind.USER, "u:1", name="N", login="n"))
    report = store.imports.undo(run)
    assert report.kept == ()
    assert report.removed == 7  # four records, an industry, two keywords
    assert found(store, "") == found(store, "acme") == []
    assert store.registries.list(RegistryKind.INDUSTRY) == before
    assert store.imports.list()[0].state is ImportState.UNDONE
    with pytest.raises(Invalid):
        store.imports.undo(run)
    _, outcomes = write(store, ACME, OFFICE, EEVA)
    assert outcomes == [Outcome.CREATED] * 3


def test_what_a_run_changed_is_as_before(store: Store) -> None:
    write(store, ACME, OFFICE, EEVA)
    later = (
        item(Kind.CUSTOMER, "x:1", name="Other Oy", choose={"industry": ("Shipping",)}),
        item(Kind.CONTACT, "x:1:p", customer_ref="x:1", first_name="Eva", emails=(Email("eva@acme.example"),)),
    )
    before = store.customers.get(customer(store, "Acme Oy"))
    run, outcomes = write(store, *later)
    assert outcomes == [Outcome.UPDATED] * 2
    report = store.imports.undo(run)
    after = store.customers.get(before.id)
    assert (after.name, after.industry, report.restored, report.kept) == (before.name, before.industry, 2, ())
    assert found(store, "acme") == ["Acme Oy"]
    assert [line.name for line in store.customers.preview(before.id, TODAY).contacts] == ["Eeva Lahtinen"]


def test_what_was_changed_since_is_kept_and_named(store: Store, clock: Clock) -> None:
    other, third = item(Kind.CUSTOMER, "x:2", name="Beta Oy"), item(Kind.CUSTOMER, "x:3", name="Gamma Oy")
    run, _ = write(store, ACME, OFFICE, EEVA, other, third)
    clock.advance(hours=1)
    key = customer(store, "Acme Oy")
    address = store.customers.card(key, TODAY).addresses[0]
    store.addresses.update(address.id, address.revision, AddressChange(line1="Kauppakatu 2"))
    store.notes.create(NewNote(customer=customer(store, "Beta Oy"), text="Called them."))
    report = store.imports.undo(run)
    assert sorted(name.split(":")[0] for name in report.kept) == [
        "address Kauppakatu 2 Kuopio", "customer Acme Oy", "customer Beta Oy", "registry value Machinery",
    ]  # fmt: skip
    assert found(store, "") == ["Acme Oy", "Beta Oy"]
    card = store.customers.card(key, TODAY)
    assert card.customer.headquarters == address.id
    assert card.figures.contacts.number == 0


def test_a_field_changed_since_is_kept_and_named(store: Store) -> None:
    write(store, ACME, EEVA)
    run, _ = write(store, item(Kind.CONTACT, "x:1:p", first_name="Eva", title="CEO"))
    (line,) = store.customers.preview(customer(store, "Acme Oy"), TODAY).contacts
    contact = store.contacts.get(line.id)
    store.contacts.update(contact.id, contact.revision, ContactChange(title="Chair"))
    report = store.imports.undo(run)
    after = store.contacts.get(line.id)
    assert (after.first_name, after.title, len(report.kept)) == ("Eeva", "Chair", 1)


def test_a_run_that_was_left_running_can_be_taken_back(store: Store) -> None:
    run = store.imports.begin("test.csv")
    store.imports.write(run, [ACME])
    store.imports.write(run, [OFFICE, EEVA])
    assert store.imports.list()[0].state is ImportState.RUNNING
    report = store.imports.undo(run, failed=True)
    assert (report.kept, found(store, "")) == ((), [])
    assert store.imports.list()[0].state is ImportState.FAILED
    with pytest.raises(Invalid):
        store.imports.write(run, [ACME])


def test_an_unknown_run(store: Store) -> None:
    with pytest.raises(NotFound):
        store.imports.undo(99)
    with pytest.raises(NotFound):
        store.imports.finish(99)


def test_what_is_hidden_by_now_stays_when_a_run_is_taken_back(store: Store, as_user: AsUser) -> None:
    seller = as_user("seller")
    me, profile = seller.users.me().user.id, seller.users.me().user.profile
    run = seller.imports.begin("test.csv")
    acme, *deals = (
        item(Kind.CUSTOMER, "x:5", name="Acme Oy"),
        item(Kind.CASE, "o:1", customer_ref="x:5", name="Kept", owner=me),
        item(Kind.CASE, "o:2", customer_ref="x:5", owner=me, name="Canary"),
        item(Kind.CASE, "o:3", customer_ref="x:5", owner=me, name="Canary as well"),
    )
    assert {result.outcome for result in seller.imports.write(run, [acme, *deals])} == {Outcome.CREATED}
    admin = store.users.me().user.id
    for name in ("Canary", "Canary as well"):
        case = store.cases.get(store.search.anything(name).hits[0].id)
        store.cases.update(case.id, case.revision, CaseChange(owner=admin))
    lesser = Profile(name="seller", customers=CustomerLevel.EDIT, projects=ProjectLevel.MANAGER)
    store.users.update_profile(profile, 1, lesser)

    assert seller.imports.known(Kind.CASE, ["o:1", "o:2"]) == {"o:1"}
    report = seller.imports.undo(run)

    assert "a case that your permissions hide: it stays as it is" in report.kept
    assert not any("Canary" in kept for kept in report.kept)
    assert {hit.label for hit in store.search.anything("canary").hits} == {"Canary", "Canary as well"}
    assert not store.search.anything("kept").hits


def test_a_run_that_is_taken_back_in_part_is_not_told_as_untouched(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.imports.begin("test")
    for number in range(2):
        store.imports.write(run, [item(Kind.CUSTOMER, f"x:{number}", name=f"Acme {number} Oy")])
    taken, take_back = [0], Undoing.take_back

    def once(undoing: Undoing, *given: Any) -> None:
        if taken[0]:
            raise Away("The connection broke; nothing of this was saved: try again.")
        take_back(undoing, *given)
        taken[0] = 1

    with monkeypatch.context() as patched:
        patched.setattr(Undoing, "take_back", once)
        with pytest.raises(MaybeSaved, match="part of it is taken back: take it back again"):
            store.imports.undo(run)
    assert [row.name for row in store.customers.page(CustomerQuery(), PageRequest()).rows] == ["Acme 0 Oy"]
    assert store.imports.undo(run).removed == 1
