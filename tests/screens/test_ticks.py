"""Segments are ticked at once: a tick that was not saved goes back, and one that changed nothing offers no undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.screens.conftest import Start
from tests.screens.kallavesi import NUMBER, cursor_on, customer_of

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.errors import CrmError, Denied, Unavailable
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


@pytest.mark.parametrize("error", [Denied("edit customers", "Customers"), Unavailable("The store is locked.")], ids=str)
@pytest.mark.parametrize(("segment", "was"), [("Ports", "[ ] Ports"), ("Shipyards", "[x] Shipyards")])
async def test_a_tick_that_was_not_saved_goes_back(
    segment: str, was: str, error: CrmError, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise error

    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(5)
        await crm.panel("segments")
        await crm.see(was)
        before = customer_of(crm)
        cursor_on(crm, segment)
        monkeypatch.setattr(SqlCustomers, "update", refuse)
        await crm.press("space")
        await crm.expect_toast(str(error))
        await crm.see(was)
        assert customer_of(crm) == before


async def test_a_tick_that_somebody_else_made_already_offers_no_undo(start: Start, open_sample: Open) -> None:
    async with start() as crm:
        mikael = open_sample("mikael")
        await crm.open("kallavesi")
        await crm.tab(5)
        await crm.panel("segments")
        ports = next(each.id for each in mikael.registries.list(RegistryKind.SEGMENT) if each.name == "Ports")
        customer = mikael.customers.by_number(NUMBER)
        mikael.customers.update(customer.id, customer.revision, CustomerChange(segments=(*customer.segments, ports)))
        cursor_on(crm, "[ ] Ports")
        await crm.press("space")
        assert crm.toasts == ["Ports was on already."]
        await crm.see("[x] Ports")
