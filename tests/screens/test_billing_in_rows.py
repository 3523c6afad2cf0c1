"""Billing defaults are typed in their rows: what others saved meanwhile, and what is left unsaved, is never lost
without a word."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from tests.driver import PATIENCE, Crm, arrives
from tests.screens.conftest import Start
from tests.screens.kallavesi import NUMBER, cursor_on, store_of

from crm_tui.domain.errors import Unavailable
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.screens.billing_panel import BillingPanel
from crm_tui.store.port import Store
from crm_tui.store.sql.billing import SqlBilling
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.row_input import RowTable

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


@pytest.mark.parametrize(
    ("row", "key"), [("VAT", "enter"), ("Reverse charge", "space"), ("Currency", "enter"), ("Payment term", "enter")]
)
async def test_what_is_typed_stays_in_sight_when_another_row_is_to_be_edited(row: str, key: str, start: Start) -> None:
    async with start() as crm:
        await billing(crm)
        before = settings(store_of(crm))
        await edit(crm, "Payment term", "45")
        crm.app.screen.query_one(BillingPanel).query_one(RowTable).focus()
        await crm.settle()
        cursor_on(crm, row)
        await crm.press(key)
        await crm.see("! Not saved yet.", "45", "• not saved")
        assert settings(store_of(crm)) == before
        await crm.press("enter")
        assert settings(store_of(crm)).payment_term == 45
        await edit(crm, "VAT", "7")
        await crm.press("enter")
        assert settings(store_of(crm)).vat_percent == 7


async def test_keys_are_heard_again_when_a_save_fails_that_was_left(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = Event(), Event()

    def locked(*_: object, **__: object) -> BillingSettings:
        begun.set()
        assert go.wait(PATIENCE)
        raise Unavailable("The store is locked.")

    async with start() as crm:
        await billing(crm)
        await edit(crm, "Payment term", "45")
        monkeypatch.setattr(SqlBilling, "update", locked)
        arrives(crm.pilot, "enter")
        while not begun.is_set():
            await crm.pilot.pause()
        crm.app.screen.query_one(BillingPanel).put_away()
        go.set()
        await crm.expect_toast("The store is locked.")
        await crm.panel("billing")
        arrives(crm.pilot, "g")
        arrives(crm.pilot, "y")
        await crm.settle()
        assert "Template" in crm.row


async def test_what_somebody_else_saved_alike_is_not_taken_back_by_undo(start: Start, open_sample: Open) -> None:
    async with start() as crm:
        mikael = open_sample("mikael")
        await billing(crm)
        await edit(crm, "Payment term", "45")
        change(mikael, payment_term=45)
        await crm.press("enter")
        assert crm.toasts == ["Payment term: 45 days already."]
        crm.see_no("• not saved")
