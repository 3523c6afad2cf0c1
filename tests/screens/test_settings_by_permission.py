"""Every command of tab 5 and of the registries, as users who may read, edit, or administer: it works, or it is greyed
with its reason; and the store refuses in either case what may not be done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, NUMBER, cursor_on, customer_of, store_of

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.domain.users import NewUser
from crm_tui.screens.registries import RegistriesScreen
from crm_tui.screens.session import CardRequest
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]
LOGIN = "vera"
EDIT, ADMIN = "it needs the permission “customers: edit”", "it needs the permission “administrator”"


@pytest.fixture
def user(open_sample: Open) -> Callable[..., Store]:
    """Makes the user of a level, and gives the store as they see it."""

    def make(customers: CustomerLevel, *, admin: bool = False) -> Store:
        sanna = open_sample("sanna")
        profile = Profile(name="under test", customers=customers, projects=ProjectLevel.ALL, admin=admin)
        stored = sanna.users.create_profile(profile)
        sanna.users.create(NewUser(name="Vera Vinter", login=LOGIN, profile=stored.id))
        return sanna.acting_as(LOGIN)

    return make


async def reason(crm: Crm, panel: str, row: str, command: str) -> str | None:
    await crm.panel(panel)
    cursor_on(crm, row)
    await crm.settle()
    return crm.commands()[command].reason


@pytest.mark.parametrize("level", [CustomerLevel.READ, CustomerLevel.EDIT])
async def test_settings_are_read_with_read_and_changed_with_edit(
    level: CustomerLevel, user: Callable[..., Store], start: Start
) -> None:
    user(level)
    expected = EDIT if level is CustomerLevel.READ else None
    async with start(LOGIN) as crm:
        await crm.open("kallavesi")
        await crm.tab(5)
        await crm.see("Payment term", "[x] Shipyards")
        for panel, row, command in (
            ("billing", "Payment term", "list.edit"),
            ("billing", "Reverse charge", "list.done"),
            ("segments", "Ports", "list.done"),
        ):
            assert await reason(crm, panel, row, command) == expected, command
        for panel, row, keys in (("billing", "Payment term", ("enter", "e")), ("segments", "Ports", ("space",))):
            await reason(crm, panel, row, "list.history")
            for key in keys if expected else ():
                await crm.press(key)
                await crm.expect_toast(EDIT)
        store, customer = store_of(crm), customer_of(crm)
        settings = store.billing.of_customer(customer.id)
        if expected:
            crm.see_no("on or off", "• not saved")
            with pytest.raises(Denied, match="customers: edit"):
                store.billing.update(customer.id, settings.revision, BillingChange(payment_term=1))
            with pytest.raises(Denied, match="customers: edit"):
                store.customers.update(customer.id, customer.revision, CustomerChange(segments=()))
        assert (store.billing.of_customer(customer.id), customer_of(crm)) == (settings, customer)


def test_with_none_there_are_no_settings(user: Callable[..., Store], open_sample: Open) -> None:
    vera, customer = user(CustomerLevel.NONE), open_sample("sanna").customers.by_number(NUMBER).id
    with pytest.raises(Denied, match="customers: read"):
        vera.billing.of_customer(customer)


async def test_the_own_company_is_changed_nowhere(start: Start) -> None:
    async with start() as crm:
        own = next(
            row.id
            for row in store_of(crm).customers.page(CustomerQuery(), ALL).rows
            if store_of(crm).customers.get(row.id).is_internal
        )
        crm.app.session.open_card(CardRequest(own, 5))
        await crm.settle()
        assert "your own company" in (await reason(crm, "billing", "Payment term", "list.edit") or "")


@pytest.mark.parametrize("admin", [True, False], ids=["administrator", "everybody else"])
async def test_registries_are_changed_by_administrators(admin: bool, user: Callable[..., Store], start: Start) -> None:
    vera = user(CustomerLevel.EDIT, admin=admin)
    value = vera.registries.list(RegistryKind.KEYWORD)[1]
    async with start(LOGIN) as crm:
        assert crm.commands()["app.registries"].reason == (None if admin else ADMIN)
        crm.app.push_screen(RegistriesScreen(crm.app.session))  # as it is still open when the permission goes
        await crm.settle()
        cursor_on(crm, "Keywords")
        await crm.press("enter", "j")
        for command in ("add", "edit", "activate", "delete"):
            assert crm.commands()[f"list.{command}"].reason == (None if admin else ADMIN)
        for command in ("up", "down"):
            assert crm.commands()[f"registries.{command}"].reason == (None if admin else ADMIN)
    for call in (
        lambda: vera.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name="New")),
        lambda: vera.registries.reorder(value.id, vera.registries.get(value.id).revision, 0),
        lambda: vera.registries.update(
            value.id, vera.registries.get(value.id).revision, RegistryChange(is_active=False)
        ),
        lambda: vera.registries.delete(
            value.id, vera.registries.get(value.id).revision, vera.registries.list(RegistryKind.KEYWORD)[5].id
        ),
    ):
        if admin:
            call()
        else:
            with pytest.raises(Denied, match="administrator"):
                call()
    if not admin:
        assert vera.registries.get(value.id) == value
