"""Amounts and settings do not stay on screen, nor to be copied, under another customer or without the right to them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from tests.driver import PATIENCE
from tests.screens import fakes
from tests.screens.fakes import FakeStore, billing, invoice, outstanding
from tests.screens.tab_app import TabApp, press, settle, shown

from crm_tui.domain.errors import CrmError, Denied, Unavailable
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.periods import Month
from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.customer_settings import CustomerSettingsTab
from crm_tui.screens.dialogs.behind import BehindDialog
from crm_tui.screens.financials import FinancialsTab
from crm_tui.store.finance import Behind, Figure

NO_MONEY = Denied("see", "money")


class MoneyStore(FakeStore):
    """Answers what is behind a figure only once it is told to."""

    def __init__(self) -> None:
        invoices = [invoice(431, InvoiceStatus.SENT), invoice(430, InvoiceStatus.SENT, total=None)]
        super().__init__(invoice_rows=invoices, outstanding=outstanding(37525_00, 1), unit=100_00)
        self.go = Event()

    def behind(self, customer: int, first: Month, months: int, figure: Figure, currency: str) -> Behind:
        assert self.go.wait(PATIENCE)
        return Behind(currency=currency, rows=(), left_out=0)


class LostBilling:
    """A store whose file is away by now."""

    def of_customer(self, customer: int) -> None:
        raise Unavailable("The store can't be reached.")


def text(app: TabApp) -> str:
    return "\n".join(shown(app))


@pytest.mark.parametrize(
    ("error", "customer"),
    [(Unavailable("The store can't be reached."), 2), (NO_MONEY, 2), (NO_MONEY, 1)],
    ids=["another customer, unread", "another customer, denied", "right withdrawn"],
)
async def test_no_amount_stays_that_was_not_read(error: CrmError, customer: int) -> None:
    store = MoneyStore()
    app = TabApp(FinancialsTab, store, fakes.card())
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "11 000" in text(app)
        assert "outstanding" in text(app)
        store.denied = error
        app.tab.show(fakes.card(customer))
        await settle(pilot)
        for gone in ("11 000", "outstanding", "left out", "2025-0431", "37 525", "6 months"):
            assert gone not in text(app)
        await press(pilot, "y", "tab", "y")
        assert app.copied == []


async def test_what_is_behind_a_figure_of_another_customer_is_not_shown() -> None:
    store = MoneyStore()
    app = TabApp(FinancialsTab, store, fakes.card())
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await pilot.pause()
        app.tab.show(fakes.card(2))
        store.go.set()
        await settle(pilot)
        assert not isinstance(app.screen, BehindDialog)


async def test_settings_of_another_customer_do_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    make: Callable[..., CardTab] = CustomerSettingsTab
    app = TabApp(make, FakeStore(settings=billing(payment_term=47)), fakes.card())
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "47 days" in text(app)
        monkeypatch.setattr(FakeStore, "billing", LostBilling())
        app.tab.show(fakes.card(2))
        await settle(pilot)
        assert "47 days" not in text(app)
