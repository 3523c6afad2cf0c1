"""Billing defaults are typed in their rows: what others saved meanwhile, and what is left unsaved, is never lost
without a word."""

from __future__ import annotations

from collections.abc import Callable

from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import NUMBER, cursor_on, store_of

from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


async def edit(crm: Crm, row: str, text: str | None = None) -> None:
    cursor_on(crm, row)
    await crm.press("enter")
    if text is not None:
        await crm.put(text)


async def billing(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(5)
    await crm.panel("billing")


def settings(store: Store) -> BillingSettings:
    return store.billing.of_customer(store.customers.by_number(NUMBER).id)


def change(store: Store, **fields: object) -> BillingSettings:
    """Somebody else saves these fields."""
    now = settings(store)
    return store.billing.update(now.id, now.revision, BillingChange(**fields))  # type: ignore[arg-type]  # any fields


async def test_an_address_is_not_put_beside_the_new_operator_of_somebody_else_unasked(
    start: Start, open_sample: Open
) -> None:
    async with start() as crm:
        mikael = open_sample("mikael")
        await billing(crm)
        before = settings(mikael)
        await edit(crm, "Address", "003712345671")
        change(mikael, einvoice_operator="BAWCFI22")
        await crm.press("enter")
        await crm.see("! Mikael Korhonen made the operator")
        assert settings(mikael).einvoice_address == before.einvoice_address
        await crm.press("enter")
        await crm.expect_toast("E-invoice address: 003712345671")
        now = settings(mikael)
        assert (now.einvoice_address, now.einvoice_operator) == ("003712345671", "BAWCFI22")
