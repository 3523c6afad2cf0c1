"""What is taken from a business register: one change with its source, which undo takes back as one."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conformance.taking_back import address, found, labels
from tests.store.conformance.test_merging import merge
from tests.store.conftest import AsUser, Value

from crm_tui.domain.addresses import Address, AddressChange, one_line
from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import AlreadySaved, Conflict, Denied, Invalid, NotFound, NotUndoable
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate, Which
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.domain.users import UserChange
from crm_tui.domain.vat import RegisterNumber
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store

NUMBER = RegisterNumber("FI", "0112038-9")
SOURCE = "PRH, business id 0112038-9"
PLACE = RegisterPlace(
    line1="Satamakatu 9", line2="c/o Aalto", postal_code="70100", city="Kuopio", country="FI", which=Which.VISITING
)
CHANGE = CustomerChange(
    name="Aalto Robotics Oyj", email="info@aalto.example", website="aalto.example", phone="+358 17 1"
)


@pytest.fixture
def aalto(store: Store) -> Customer:
    return known(store, phone="017 1")


def known(store: Store, name: str = "Aalto Robotics Oy", **fields: Any) -> Customer:
    """A customer whose VAT number leads to the company that was looked up."""
    return given.customer(store, name, vat_number="FI01120389", **fields)


def update(store: Store, customer: Customer, **fields: Any) -> RegisterUpdate:
    """What is taken after the customer was looked at as it is stored now."""
    now = store.customers.get(customer.id)
    seen = store.addresses.get(now.headquarters) if now.headquarters else None
    values: dict[str, Any] = {"number": NUMBER, "change": CustomerChange(), "source": SOURCE} | fields
    return RegisterUpdate(
        customer=now.id,
        revision=now.revision,
        headquarters=seen.id if seen else None,
        headquarters_revision=seen.revision if seen else None,
        **values,
    )


def headquarters(store: Store, customer: Customer) -> Address:
    return store.addresses.of_customer(customer.id)[0]


def industry(store: Store, customer: Customer) -> str | None:
    key = store.customers.get(customer.id).industry
    return store.registries.get(key).name if key else None


def disable_country(store: Store, code: str) -> None:
    country = next(value for value in store.registries.list(RegistryKind.COUNTRY) if value.code == code)
    store.registries.update(country.id, country.revision, RegistryChange(is_active=False))


def sources(store: Store, customer: Customer) -> list[tuple[str, str]]:
    lines = store.history.of_customer(customer.id, ALL).rows
    return [(line.field or line.kind.value, line.source) for line in lines]


def test_all_that_is_taken_is_one_change_that_undo_and_redo_know_as_one(store: Store, aalto: Customer) -> None:
    taken = store.customers.take_from_register(
        update(store, aalto, change=CHANGE, place=PLACE, industry="Manufacture of robots")
    )
    assert taken == store.customers.get(aalto.id)
    assert (taken.name, taken.email, taken.website, taken.phone) == (
        "Aalto Robotics Oyj", "info@aalto.example", "aalto.example", "+358 17 1",
    )  # fmt: skip
    assert taken.revision == aalto.revision + 1
    place = headquarters(store, aalto)
    assert taken.headquarters == place.id
    assert one_line(place) == "Satamakatu 9, c/o Aalto, 70100 Kuopio FI"
    assert (place.is_visiting, place.is_postal, place.is_billing) == (True, False, False)
    assert industry(store, aalto) == "Manufacture of robots"
    assert found(store, "oyj kuopio") == ["Aalto Robotics Oyj"]
    assert labels(store)[0] == (
        "Details of Aalto Robotics Oyj from PRH: name, email, phone, website, industry, address"
    )

    store.history.undo()
    before = store.customers.get(aalto.id)
    assert (before.name, before.email, before.phone, before.industry) == (aalto.name, None, "017 1", None)
    assert store.addresses.of_customer(aalto.id) == ()
    assert "Manufacture of robots" not in [v.name for v in store.registries.list(RegistryKind.INDUSTRY)]
    assert found(store, "kuopio") == []

    store.history.redo()
    assert store.customers.get(aalto.id).headquarters == place.id
    assert industry(store, aalto) == "Manufacture of robots"
    assert found(store, "oyj kuopio") == ["Aalto Robotics Oyj"]


def test_the_log_says_where_it_is_from_and_an_undo_of_it_is_not(store: Store, aalto: Customer) -> None:
    place = address(store, aalto, "Oulu")
    store.customers.take_from_register(update(store, aalto, change=CustomerChange(email="a@b.example"), place=PLACE))
    assert set(sources(store, aalto)[:2]) == {("email", SOURCE), ("country", SOURCE)}
    assert sources(store, aalto)[-1] == ("customer", "")
    of_address = store.history.of_entity(Kind.ADDRESS, place.id, ALL).rows
    assert [line.source for line in of_address] == [SOURCE] * 5 + [""]
    store.history.undo()
    assert {source for _, source in sources(store, aalto)[:6]} == {""}


def test_an_address_takes_all_its_parts_from_the_register_and_keeps_what_is_ours(store: Store, aalto: Customer) -> None:
    place = address(
        store, aalto, "Kuopio", line1="Satamakatu 9", postal_code="70100", region="Savo", country="FI",
        phone="017 2", is_billing=True, is_postal=True,
    )  # fmt: skip
    postal = replace(PLACE, line1="PL 1", line2=None, postal_code="70101", which=Which.POSTAL)
    store.customers.take_from_register(update(store, aalto, place=postal))
    moved = store.addresses.get(place.id)
    assert (moved.line1, moved.line2, moved.region, moved.phone) == ("PL 1", None, "Savo", "017 2")
    assert (moved.is_billing, moved.is_postal, moved.is_visiting) == (True, True, False)
    assert labels(store)[0] == "Details of Aalto Robotics Oy from PRH: address"

    abroad = RegisterPlace(line1=None, line2=None, postal_code=None, city="Oslo", country="NO", which=Which.POSTAL)
    store.customers.take_from_register(update(store, aalto, place=abroad))
    assert one_line(store.addresses.get(place.id)) == "Oslo NO"
    assert store.addresses.get(place.id).region is None
    assert found(store, "oslo") == [aalto.name]
    assert found(store, "kuopio") == []
    store.history.undo()
    assert store.addresses.get(place.id).region == "Savo"
    assert found(store, "kuopio") == [aalto.name]


def test_a_first_address_is_what_the_registers_is(store: Store, aalto: Customer) -> None:
    store.customers.take_from_register(update(store, aalto, place=replace(PLACE, which=Which.POSTAL)))
    place = headquarters(store, aalto)
    assert (place.is_visiting, place.is_postal) == (False, True)


@pytest.mark.parametrize("country", ["XX", "FI"])
def test_a_country_that_can_not_be_chosen_is_left_out_of_new_customers_and_else_refused(
    store: Store, aalto: Customer, country: str
) -> None:
    kept = address(store, other := known(store, "Other"), "Turku", country="FI")
    abroad = address(store, third := known(store, "Third"), "Malmö", country="SE")
    disable_country(store, "FI")
    place = replace(PLACE, country=country)
    made = store.customers.create_from_register(NewCustomer(name="New"), place, SOURCE)
    assert one_line(headquarters(store, made)) == "Satamakatu 9, c/o Aalto, 70100 Kuopio"
    for customer in (aalto, third):  # what is compared says beforehand what can be written
        with pytest.raises(Invalid, match=rf"country: {country} is"):
            store.customers.take_from_register(update(store, customer, place=place))
    assert store.addresses.get(abroad.id) == abroad
    store.customers.take_from_register(update(store, other, place=PLACE))  # it has that country already
    assert store.addresses.get(kept.id).country == "FI"


def test_nothing_different_is_no_change(store: Store, aalto: Customer) -> None:
    store.customers.take_from_register(update(store, aalto, change=CHANGE, place=PLACE, industry="Robots"))
    pulse, before = store.pulse(), store.customers.get(aalto.id)
    again = update(store, aalto, change=CHANGE, place=PLACE, industry="ROBOTS")
    assert store.customers.take_from_register(again) == before
    assert store.customers.take_from_register(update(store, aalto)) == before
    assert store.pulse() == pulse


def test_an_industry_is_one_of_the_list_whatever_its_capitals(store: Store, aalto: Customer, value: Value) -> None:
    robots = value(RegistryKind.INDUSTRY, "Robots")
    store.customers.take_from_register(update(store, aalto, industry=" ROBOTS"))
    assert store.customers.get(aalto.id).industry == robots
    disabled = store.registries.get(robots)
    store.registries.update(robots, disabled.revision, RegistryChange(is_active=False))
    store.customers.take_from_register(update(store, aalto, industry="robots"))  # kept, as it is the customer's
    with pytest.raises(Invalid, match="Robots is disabled"):
        store.customers.take_from_register(update(store, known(store, "Other"), industry="robots"))


def test_a_new_industry_takes_an_administrator(store: Store, aalto: Customer, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.EDIT)
    pulse = store.pulse()
    with pytest.raises(Denied, match=r"add the industry “Robots”.*administrator"):
        vera.customers.take_from_register(update(store, aalto, change=CHANGE, place=PLACE, industry="Robots"))
    assert store.pulse() == pulse
    vera.customers.take_from_register(update(store, aalto, change=CHANGE, place=PLACE))


def test_an_industry_that_others_use_by_now_stays_when_the_rest_is_undone(store: Store, aalto: Customer) -> None:
    store.customers.take_from_register(update(store, aalto, change=CHANGE, industry="Robots"))
    robots = store.customers.get(aalto.id).industry
    given.customer(store, "Other", industry=robots)
    taken, *_ = [step for step in store.history.steps(ALL).rows if "from PRH" in step.label]
    store.history.undo(taken.change)
    assert (store.customers.get(aalto.id).name, industry(store, aalto)) == (aalto.name, None)
    store.history.redo(taken.change)
    assert store.customers.get(aalto.id).industry == robots


def test_an_industry_alone_is_not_taken_anew_for_a_customer_that_is_gone(store: Store, aalto: Customer) -> None:
    store.customers.take_from_register(update(store, aalto, industry="Robots"))
    taken = taken_change(store)
    now = store.customers.get(aalto.id)
    store.customers.update(aalto.id, now.revision, CustomerChange(industry=None))
    store.history.undo(taken)  # which leaves no line of the customer: it is as it was
    now = store.customers.get(aalto.id)
    store.customers.delete(aalto.id, now.revision)
    with pytest.raises(NotUndoable, match="is gone; bring it back first"):
        store.history.redo(taken)
    assert "Robots" not in [value.name for value in store.registries.list(RegistryKind.INDUSTRY)]


def test_what_changed_meanwhile_is_a_conflict_and_nothing_is_written(store: Store, aalto: Customer) -> None:
    first = update(store, aalto, change=CHANGE, place=PLACE)
    address(store, aalto, "Oulu")
    with pytest.raises(Conflict) as customer:
        store.customers.take_from_register(first)  # there was no address when it was looked at
    assert (customer.value.kind, customer.value.key) == ("customer", aalto.id)

    second = update(store, aalto, change=CHANGE, place=PLACE)
    at = headquarters(store, aalto)
    store.addresses.update(at.id, at.revision, AddressChange(line1="Kalakatu 1"))
    pulse = store.pulse()
    with pytest.raises(Conflict) as place:
        store.customers.take_from_register(second)
    assert (place.value.kind, place.value.key) == ("address", at.id)
    assert place.value.theirs == store.addresses.get(at.id)
    assert place.value.mine == AddressChange(
        line1="Satamakatu 9", line2="c/o Aalto", postal_code="70100", city="Kuopio", country="FI", region=None
    )
    assert store.pulse() == pulse
    store.customers.take_from_register(replace(second, place=None))  # the address is not touched

    other = address(store, aalto, "Bergen")
    at = store.addresses.get(at.id)
    while other.revision < at.revision:  # it is another address also where its revision is that of the first one
        other = store.addresses.update(other.id, other.revision, AddressChange(line1=f"Quay {other.revision}"))
    third = update(store, aalto, place=PLACE)
    now = store.customers.get(aalto.id)
    store.customers.update(aalto.id, now.revision, CustomerChange(headquarters=other.id))
    assert other.revision == third.headquarters_revision
    for stale in (third, replace(third, revision=store.customers.get(aalto.id).revision)):
        with pytest.raises(Conflict):
            store.customers.take_from_register(stale)


@pytest.mark.parametrize("vat", [None, "FI12345671", "SE556056625801", "FI01120388", "NO923609016MVA"])
def test_nothing_of_a_company_is_written_to_a_customer_with_another_number(
    store: Store, aalto: Customer, vat: str | None
) -> None:
    seen = update(store, aalto, change=CHANGE, place=PLACE)
    store.customers.update(aalto.id, aalto.revision, CustomerChange(vat_number=vat))
    pulse = store.pulse()
    with pytest.raises(Conflict):
        store.customers.take_from_register(seen)
    with pytest.raises(Invalid, match=r"vat number: it does not lead to 0112038-9.*ask the register again"):
        store.customers.take_from_register(update(store, aalto, change=CHANGE, place=PLACE))
    assert store.pulse() == pulse
    now = store.customers.get(aalto.id)
    store.customers.update(aalto.id, now.revision, CustomerChange(vat_number="FI 0112038-9"))  # the same, typed else
    store.customers.take_from_register(update(store, aalto, change=CHANGE, place=PLACE))


def test_the_country_of_the_headquarters_says_whose_number_it_is(store: Store) -> None:
    aalto = given.customer(store, vat_number="01120389")
    place = address(store, aalto, "Oslo", country="NO")
    with pytest.raises(Invalid, match="does not lead"):
        store.customers.take_from_register(update(store, aalto, change=CHANGE))
    store.addresses.update(place.id, place.revision, AddressChange(country="FI"))
    store.customers.take_from_register(update(store, aalto, change=CHANGE))


def test_the_rules_of_an_edit_hold(store: Store, aalto: Customer, as_user: AsUser) -> None:
    own = store.customers.create(NewCustomer(name="Kallio Consulting", is_internal=True, vat_number="FI01120389"))
    with pytest.raises(Invalid, match="own company"):
        store.customers.take_from_register(update(store, own, place=PLACE))
    with pytest.raises(Invalid, match="name"):
        store.customers.take_from_register(update(store, aalto, change=CustomerChange(name=" "), place=PLACE))
    nowhere = RegisterPlace(line1=None, line2=None, postal_code=None, city=None, country=None, which=Which.VISITING)
    with pytest.raises(Invalid, match="at least one line"):
        store.customers.take_from_register(update(store, aalto, place=nowhere))
    stale = update(store, aalto, change=CHANGE)
    vera = as_user("vera", customers=CustomerLevel.READ)
    with pytest.raises(Denied, match="customers: edit"):
        vera.customers.take_from_register(stale)
    with pytest.raises(Denied, match="customers: edit"):
        vera.customers.create_from_register(NewCustomer(name="New"), PLACE, SOURCE)
    assert store.addresses.of_customer(aalto.id) == ()
    store.customers.delete(aalto.id, store.customers.get(aalto.id).revision)
    with pytest.raises(NotFound):
        store.customers.take_from_register(stale)


def test_a_customer_is_created_with_its_address_and_goes_with_it(store: Store) -> None:
    new = NewCustomer(name="Bodø Marin AS", business_id="923609016")
    made = store.customers.create_from_register(new, PLACE, SOURCE)
    assert made == store.customers.get(made.id)
    assert made.owner == store.users.me().user.id
    assert made.headquarters == headquarters(store, made).id
    assert store.billing.of_customer(made.id).currency == "EUR"
    assert found(store, "marin kuopio") == ["Bodø Marin AS"]
    assert labels(store) == ["Customer Bodø Marin AS added from PRH"]
    assert {source for _, source in sources(store, made)} == {SOURCE}
    store.history.undo()
    assert store.customers.count(CustomerQuery()).number == 0
    store.history.redo()
    assert store.customers.get(made.id).headquarters == made.headquarters
    assert found(store, "marin kuopio") == ["Bodø Marin AS"]
    without = store.customers.create_from_register(NewCustomer(name="Aalto"), None, SOURCE)
    assert without.headquarters is None


def test_both_are_written_once_under_their_key(store: Store, aalto: Customer) -> None:
    for key, taken in (
        ("first", update(store, aalto, place=PLACE)),
        ("moved", update(store, known(store, "Other"), place=PLACE, industry="Robots")),
    ):
        store.once(key).customers.take_from_register(taken)
        with pytest.raises(AlreadySaved) as again:
            store.once(key).customers.take_from_register(taken)
        assert (again.value.kind, again.value.key) == (Kind.CUSTOMER.value, taken.customer)
    nothing = update(store, aalto, place=PLACE)
    store.once("same").customers.take_from_register(nothing)
    assert not store.was_saved("same")
    moved = update(store, aalto, place=replace(PLACE, line1="Kalakatu 1"))
    store.once("moved again").customers.take_from_register(moved)
    with pytest.raises(AlreadySaved) as again:
        store.once("moved again").customers.take_from_register(moved)
    assert (again.value.kind, again.value.key) == (Kind.CUSTOMER.value, aalto.id)
    made = store.once("k2").customers.create_from_register(NewCustomer(name="Bodø"), PLACE, SOURCE)
    with pytest.raises(AlreadySaved) as caught:
        store.once("k2").customers.create_from_register(NewCustomer(name="Bodø"), PLACE, SOURCE)
    assert (caught.value.kind, caught.value.key) == (Kind.CUSTOMER.value, made.id)


def taken_change(store: Store) -> int:
    return next(step.change for step in store.history.steps(ALL).rows if "from PRH" in step.label)


@pytest.mark.parametrize("more", [{}, {"place": PLACE}, {"industry": "Robots"}, {"place": PLACE, "industry": "Robots"}])
@pytest.mark.parametrize("has_address", [False, True])
def test_what_was_taken_is_not_taken_back_of_a_customer_that_is_gone(
    store: Store, aalto: Customer, more: dict[str, Any], has_address: bool
) -> None:
    if has_address:
        address(store, aalto, "Turku")
    store.customers.take_from_register(update(store, aalto, change=CHANGE, **more))
    taken, bigger = taken_change(store), given.customer(store, "Bigger")

    def is_back() -> bool:
        now = store.customers.get(aalto.id)
        return now.name == CHANGE.name and industry(store, aalto) == more.get("industry")

    def delete() -> None:
        store.customers.delete(aalto.id, store.customers.get(aalto.id).revision)

    def go_into_another() -> None:
        merge(store, bigger, aalto)

    for go, how in ((delete, "is gone; bring it back first"), (go_into_another, "merged into Bigger")):
        go()
        gone = store.history.steps(ALL).rows[0].change
        with pytest.raises(NotUndoable, match=how):
            store.history.undo(taken)
        store.history.undo(gone)
        assert is_back()
    store.history.undo(taken)
    assert store.customers.get(aalto.id).name == aalto.name
    delete()
    with pytest.raises(NotUndoable, match="is gone; bring it back first"):
        store.history.redo(taken)


@pytest.mark.parametrize("has_address", [False, True])
def test_what_was_taken_is_taken_back_by_who_may_change_the_customer_only(
    store: Store, aalto: Customer, as_user: AsUser, has_address: bool
) -> None:
    """Also where an industry was made along, and by administrators of lists alone."""
    place = address(store, aalto, "Turku") if has_address else None
    vera = as_user("vera", customers=CustomerLevel.EDIT, admin=True)
    vera.customers.take_from_register(update(store, aalto, change=CHANGE, place=PLACE, industry="Robots"))
    demote(store, "vera", CustomerLevel.READ)
    pulse = store.pulse()
    with pytest.raises(Denied, match="customers: edit"):
        vera.history.undo()
    demote(store, "vera", CustomerLevel.EDIT)
    vera.history.undo()
    demote(store, "vera", CustomerLevel.READ)
    before, pulse = store.customers.get(aalto.id), store.pulse()
    with pytest.raises(Denied, match="customers: edit"):
        vera.history.redo()
    assert store.pulse() == pulse
    assert store.customers.get(aalto.id) == before
    if place is not None:  # an address that is gone is not left out without a word
        demote(store, "vera", CustomerLevel.EDIT)
        now = store.addresses.get(place.id)
        store.addresses.delete(place.id, now.revision)
        with pytest.raises(NotUndoable, match="The address Turku is gone"):
            vera.history.redo()


def demote(store: Store, login: str, level: CustomerLevel) -> None:
    """Give a user another level of customers; an administrator of the lists they stay."""
    user = next(each for each in store.users.list() if each.login == login)
    profile = store.users.create_profile(
        Profile(
            name=f"{level} {user.revision}",
            customers=level,
            delete_customers=False,
            projects=ProjectLevel.ALL,
            admin=True,
        )
    )
    store.users.update(user.id, user.revision, UserChange(profile=profile.id))
