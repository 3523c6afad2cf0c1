"""The last minutes of a month in UTC, when in Helsinki the next one has begun: the user's zone decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.driver import WatchedApp, running
from tests.screens.conftest import set_up_store

from crm_tui.config import Settings
from crm_tui.domain.cases import NewCase
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.finance import ActualEntry, ForecastEntry, InvoiceStatus, NewInvoice, Receiver
from crm_tui.domain.periods import Month, months_from
from crm_tui.store.sql.store import SqlStore, open_store

MOMENT = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """A customer with two cases: each month from July on 2026 a hundred more is billed than in the one before."""
    set_up_store(tmp_path / "crm.db").close()
    opened = open_store(tmp_path / "crm.db", login="admin", clock=lambda: MOMENT)
    customer = opened.customers.create(NewCustomer(name="Aalto Oy")).id
    for name in ("Cell", "Crane"):
        case = opened.cases.create(NewCase(customer=customer, name=name, currency="EUR")).id
        for place, (year, month) in enumerate(months_from(Month(2026, 7), 12)):
            billing, billed = (1000 + place * 100) * 100, (2000 + place * 100) * 100
            opened.finance.put_forecast(ForecastEntry(case=case, year=year, month=month, billing=billing), None)
            opened.finance.put_actual(ActualEntry(case=case, year=year, month=month, billed=billed), None)
    opened.finance.create_invoice(
        NewInvoice(
            customer=customer,
            number="2026-77",
            status=InvoiceStatus.SENT,
            date=dt.date(2026, 11, 1),
            due=dt.date(2026, 11, 30),
            currency="EUR",
            total=100,
            receiver=Receiver(name="Aalto Oy"),
        )
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("zone", "span", "billed", "is_late"),
    [("UTC", "Sep 2026 – Feb 2027", "4 800 EUR", False), ("Europe/Helsinki", "Oct 2026 – Mar 2027", "5 000 EUR", True)],
)
async def test_the_month_is_that_of_the_user(
    store: SqlStore, tmp_path: Path, zone: str, span: str, billed: str, is_late: bool
) -> None:
    """The window, the month that is now, and whether an invoice of the last of November is late."""
    app = WatchedApp(
        store,
        Settings(),
        theme="crm-dark",
        now=lambda: MOMENT,
        zone=ZoneInfo(zone),
        export_folder=tmp_path,
        crash_folder=tmp_path / "crashes",
        motion=False,
    )
    async with running(app) as crm:
        await crm.open("Aalto")
        await crm.tab(4)
        await crm.see(span, "2026-77")
        if is_late:
            await crm.see("1 d late")
        else:
            crm.see_no("1 d late")
        await crm.panel("finance")
        await crm.press("y")  # the cursor begins on what was billed this month
        await crm.expect_toast(billed)
