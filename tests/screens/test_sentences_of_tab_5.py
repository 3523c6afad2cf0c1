"""What is asked of the customer settings, sentence by sentence: done by keys, seen on the screen, kept in the store."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.driver import NOW, ZONE, Crm, WatchedApp, running
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, NUMBER, cursor_on, customer_of, store_of

from crm_tui.domain.cases import NewCase
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.dialogs.billing_form import BillingForm
from crm_tui.screens.session import CardRequest
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


async def settings_tab(crm: Crm, panel: str = "billing") -> None:
    await crm.open("kallavesi")
    await crm.tab(5)
    await crm.panel(panel)


def settings(store: Store) -> BillingSettings:
    return store.billing.of_customer(store.customers.by_number(NUMBER).id)


def change(store: Store, **fields: object) -> BillingSettings:
    """Somebody else saves these fields."""
    now = settings(store)
    return store.billing.update(now.id, now.revision, BillingChange(**fields))  # type: ignore[arg-type]  # any fields


def names(crm: Crm) -> set[str]:
    """The names of the segments that are stored."""
    known = {value.id: value.name for value in store_of(crm).registries.list(RegistryKind.SEGMENT)}
    return {known[segment] for segment in customer_of(crm).segments}


async def edit(crm: Crm, row: str, text: str | None = None) -> None:
    """Put the cursor on a row, and begin to edit it."""
    cursor_on(crm, row)
    await crm.press("enter")
    if text is not None:
        await crm.put(text)


# -- default billing settings and market segmentation -----------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80", "120"])
async def test_default_billing_settings_and_market_segmentation(start: Start, size: tuple[int, int]) -> None:
    async with start(size=size) as crm:
        case = store_of(crm).cases.create(NewCase(customer=customer_of(crm).id, name="Before"))
        await settings_tab(crm)
        await crm.see("Defaults for new cases only: existing cases keep theirs.", "Template", "Standard, two lang")
        await edit(crm, "Payment term", " 21 days ")
        await crm.see("• not saved", "Enter Save", "Esc Leave as it was")
        await crm.press("enter")
        await crm.expect_toast("Payment term: 21 days.  u takes it back.")
        crm.see_no("• not saved")
        assert "Payment term 21 days" in crm.row
        await edit(crm, "VAT", "14,5 %")
        await crm.press("enter")
        await edit(crm, "Template", "Short")
        await crm.press("ctrl+s")
        await edit(crm, "Price list", "")
        await crm.press("enter")
        await crm.expect_toast("Price list removed")
        await edit(crm, "Language")
        await crm.choose("Swedish")
        await crm.expect_toast("Invoice language: Swedish")
        await edit(crm, "Currency")
        await crm.choose("NOK")
        await edit(crm, "Time zone")
        await crm.put("oslo")
        await crm.press("enter")
        await crm.expect_toast("Time zone: Europe/Oslo")
        now = settings(store_of(crm))
        assert (now.payment_term, now.vat_percent, now.invoice_template) == (21, Decimal("14.5"), "Short")
        assert (now.price_list, now.invoice_language, now.currency) == (None, "sv", "NOK")
        assert now.time_zone == "Europe/Oslo"
        assert store_of(crm).cases.get(case.id) == case
        await crm.press("u")
        await crm.expect_toast("Taken back")
        assert settings(store_of(crm)).time_zone == "Europe/Helsinki"
        await crm.see("Europe/Helsinki")
        await crm.press("U")
        await crm.see("Europe/Oslo")
        await crm.panel("segments")
        cursor_on(crm, "Ports")
        await crm.press("space")
        await crm.expect_toast("Ports on.  u takes it back.")
        assert "Ports" in names(crm)


async def test_what_makes_no_sense_is_said_below_the_row_and_nothing_is_saved(start: Start) -> None:
    async with start() as crm:
        await settings_tab(crm)
        before = settings(store_of(crm))
        for row, typed, words in (
            ("Payment term", "3o", "! Whole days, 0 to 365, for example 30"),
            ("Payment term", "366", "! Whole days, 0 to 365, for example 30"),
            ("Payment term", "1.5", "! Whole days, 0 to 365, for example 30"),
            ("Overdue interest", "-1", "! A percentage from 0 to 100"),
            ("VAT", "100.01", "! A percentage from 0 to 100"),
            ("VAT", "1e1", "! A percentage from 0 to 100"),
            ("Address", "0037 9000", "! An e-invoice address has no blanks"),
        ):
            await edit(crm, row, typed)
            await crm.press("enter")
            await crm.see(words, "• not saved")
            await crm.type("9")
            crm.see_no(words)
            await crm.press("escape")
            crm.see_no("• not saved")
        assert settings(store_of(crm)) == before


async def test_reverse_charge_is_ticked_and_asks_for_its_text(start: Start) -> None:
    async with start() as crm:
        await settings_tab(crm)
        await crm.see("its text is asked for when it is on")
        cursor_on(crm, "Reverse charge")
        await crm.press("space")
        await crm.type("Article 196.")
        await crm.press("enter")
        await crm.see("[x] Yes", "Article 196.")
        now = settings(store_of(crm))
        assert (now.reverse_charge, now.reverse_charge_text) == (True, "Article 196.")
        cursor_on(crm, "Reverse charge")
        await crm.press("space")
        await crm.see("[ ] No")
        await crm.press("u")
        await crm.see("[x] Yes")


async def test_e_invoice_address_and_operator_are_one_pair(start: Start) -> None:
    async with start() as crm:
        await settings_tab(crm)
        before = settings(store_of(crm))
        await edit(crm, "Operator", "")
        await crm.press("enter")
        await crm.expect_toast("E-invoice address and operator removed.  u takes it back.")
        now = settings(store_of(crm))
        assert (now.einvoice_address, now.einvoice_operator) == (None, None)
        await edit(crm, "Address", "003712345671")
        await crm.press("enter")
        await crm.see("003712345671  • not saved yet", "its operator, too: saved as a pair")
        await crm.press("enter")
        await crm.see("! The operator goes with it")
        assert settings(store_of(crm)) == now
        await crm.type("BAWCFI22")
        await crm.press("enter")
        await crm.expect_toast("E-invoice address and operator saved")
        now = settings(store_of(crm))
        assert (now.einvoice_address, now.einvoice_operator) == ("003712345671", "BAWCFI22")
        await crm.press("u")
        await crm.press("u")
        now = settings(store_of(crm))
        assert (now.einvoice_address, now.einvoice_operator) == (before.einvoice_address, before.einvoice_operator)


async def test_what_another_program_saved_meanwhile_is_said_and_never_overwritten_unseen(
    start: Start, open_sample: Open
) -> None:
    async with start() as crm:
        mikael = open_sample("mikael")
        await settings_tab(crm)
        await edit(crm, "Payment term", "45")
        change(mikael, vat_percent=Decimal(10))
        await crm.press("enter")
        now = settings(store_of(crm))
        assert (now.payment_term, now.vat_percent) == (45, Decimal(10))  # two fields: both are kept
        await edit(crm, "Payment term", "60")
        change(mikael, payment_term=7)
        await crm.press("enter")
        await crm.see("! Mikael Korhonen made it 7 days", "Enter saves")
        assert settings(mikael).payment_term == 7
        await crm.press("escape")
        assert "Payment term 7 days" in crm.row
        await edit(crm, "Payment term", "60")
        change(mikael, payment_term=8)
        await crm.press("enter", "enter")
        assert settings(mikael).payment_term == 60
        await edit(crm, "Currency")
        change(mikael, currency="SEK")
        await crm.choose("NOK")
        await crm.expect_toast("Currency: Mikael Korhonen made it SEK meanwhile. Nothing was changed.")
        assert settings(mikael).currency == "SEK"


async def test_what_is_typed_is_a_draft_and_is_gone_on_with(open_sample: Open, tmp_path: Path) -> None:
    keeper = DraftKeeper(open_drafts(tmp_path / "drafts.db", store="demo", actor="sanna"), delay=3600)
    app = WatchedApp(
        open_sample("sanna"), now=lambda: NOW, zone=ZONE, crash_folder=tmp_path, motion=False, drafts=keeper
    )
    async with running(app) as crm:
        await settings_tab(crm)
        await edit(crm, "Payment term", "4")
        await crm.type("5")
        app.save_drafts()
        (draft,) = keeper.all()
        assert (draft.title, draft.values["payment_term"]) == ("Billing defaults: Payment term", "45")
        await crm.press("tab")
        await crm.see("• not saved")
        await crm.press("shift+tab")
        await crm.type("0")
        other = next(row.id for row in store_of(crm).customers.page(CustomerQuery(), ALL).rows if row.number != NUMBER)
        crm.app.session.open_card(CardRequest(other, 5))
        await crm.expect_toast("Payment term was not saved; Drafts among the commands has what you typed.")
        crm.see_no("• not saved")
        await edit(crm, "VAT", "7")
        await crm.press("tab", ":")
        await crm.put("drafts")
        app.save_drafts()
        await crm.press("enter")
        crm.see_no("• not saved")
        await crm.see("Billing defaults: VAT")
        await crm.choose("Payment term")
        assert isinstance(crm.app.screen, BillingForm)
        assert crm.form.form.fields["payment_term"].value == "450"
        await crm.press("ctrl+s")
        await crm.see("! Whole days, 0 to 365")
        await crm.fill(payment_term="45")
        await crm.save()
        assert settings(store_of(crm)).payment_term == 45
        app.save_drafts()
        assert [draft.title for draft in keeper.all()] == ["Billing defaults: VAT"]
    keeper.close()


# -- segmentation seen in tab 1 and edited here -----------------------------------------------------------------------


async def test_segmentation_seen_in_tab_1_and_edited_here(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("details")
        await crm.see("Segments", "Shipyards", "5 settings")
        crm.see_no("Ports")
        await crm.tab(5)
        await crm.panel("segments")
        before = names(crm)
        cursor_on(crm, "Ports")
        await crm.press("space")
        cursor_on(crm, "Shipyards")
        await crm.press("space")
        await crm.see("[x] Ports", "[ ] Shipyards")
        assert names(crm) == before - {"Shipyards"} | {"Ports"}
        await crm.tab(1)
        await crm.see("Ports")
        await crm.press("u", "u")
        crm.see_no("Ports")
        assert names(crm) == before


async def test_a_disabled_segment_is_kept_where_it_is_chosen_and_can_not_be_chosen_anew(start: Start) -> None:
    async with start() as crm:
        await settings_tab(crm, "segments")
        await crm.see("[x] Campaign 2019  disabled, kept")
        cursor_on(crm, "Ports")
        await crm.press("space")
        assert "Campaign 2019" in names(crm)
        cursor_on(crm, "Campaign 2019")
        await crm.press("space")
        await crm.expect_toast("Campaign 2019 off; it is disabled, so it can't be chosen again.")
        crm.see_no("[x] Campaign 2019", "[ ] Campaign 2019")
        await crm.press("u")
        await crm.see("[x] Campaign 2019  disabled, kept")


async def test_hundreds_of_segments_are_filtered_while_typing(start: Start, open_sample: Open) -> None:
    admin = open_sample("sanna")
    group = admin.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT_GROUP, name="Trade"))
    for number in range(300):
        new = NewRegistryValue(kind=RegistryKind.SEGMENT, name=f"Branch {number}", group=group.id)
        admin.registries.create(new)
    async with start(size=(80, 24)) as crm:
        await settings_tab(crm, "segments")
        await crm.press("/")
        await crm.type("trade 27")
        await crm.see("13 of", "[ ] Branch 27", "[ ] Branch 270")
        crm.see_no("Shipyards", "Branch 28")
        await crm.press("enter", "j", "space")
        await crm.see("[x] Branch 127")
        assert "Branch 127" in names(crm)
        await crm.press("/", "escape", "escape")
        await crm.see("Branch 120", "[x] Branch 127")


async def test_ticks_in_quick_succession_and_of_two_programs_all_count(start: Start, open_sample: Open) -> None:
    async with start() as crm:
        mikael = open_sample("mikael")
        await settings_tab(crm, "segments")
        customer = mikael.customers.by_number(NUMBER)
        mikael.customers.update(customer.id, customer.revision, CustomerChange(segments=()))
        cursor_on(crm, "Ports")
        await crm.pilot.press("space", "j", "space", "j", "space")
        await crm.settle()
        assert names(crm) == {"Ports", "Energy", "Construction"}


async def test_without_segment_groups_the_tab_says_how_to_start(start: Start, fresh_store: SqlStore) -> None:
    for value in fresh_store.registries.list(RegistryKind.SEGMENT_GROUP):
        fresh_store.registries.update(value.id, value.revision, RegistryChange(is_active=False))
    async with start(store=fresh_store) as crm:
        await crm.press("a")
        await crm.fill(name="Saimaa Tug & Barge Oy")
        await crm.save()
        crm.see_no("Segments")
        await crm.tab(5)
        await crm.panel("segments")
        await crm.see("No segment groups yet. “Registries” in : adds them.")
