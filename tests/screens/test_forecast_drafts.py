"""A forecast that was typed and not saved is gone on with, also one of a case that was chosen in the form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.driver import Crm, crm_app, running
from tests.screens.kallavesi import case_of, store_of

from crm_tui.domain.finance import Forecast, ForecastEntry
from crm_tui.domain.periods import Month
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.dialogs.conflict import ConflictDialog
from crm_tui.store.sql.store import SqlStore

NOV_26, SEP_27 = Month(2026, 11), Month(2027, 9)
FIELDS = (
    *("billing", "revenue", "labor_expense", "other_expense"),
    *("billing_note", "revenue_note", "labor_note", "other_note"),
)


async def typed(crm: Crm) -> None:
    """Type a new forecast for a case that is chosen in the form; it is not saved."""
    await crm.open("kallavesi")
    await crm.tab(4)
    await crm.press(*["."] * 12, "a")
    await crm.fill(case="2231", billing="12 000", billing_note="First half")
    crm.app.save_drafts()


async def edited(crm: Crm) -> Forecast:
    """Type another revenue into the forecast of a case, which is given; it is not saved."""
    await crm.open("kallavesi")
    await crm.tab(4)
    await crm.press("left", "j", "enter", "j", "j", "e")
    await crm.see("Forecast of 2104 Deck crane replacement, MS Juojärvi, Nov 2026")
    await crm.fill(revenue="20000")
    (stored,) = store_of(crm).finance.forecasts(case_of(crm, 2104).case.id, NOV_26, 1)
    return stored


async def test_it_is_gone_on_with_and_saved(
    open_sample: Callable[[str], SqlStore], keeper: DraftKeeper, tmp_path: Path
) -> None:
    async with running(crm_app(open_sample("sanna"), tmp_path, drafts=keeper)) as crm:
        await typed(crm)
    async with running(crm_app(open_sample("sanna"), tmp_path, drafts=keeper)) as crm:
        await crm.choose("forecast")
        await crm.see("Forecast of 2231 Crane foundation, quay 4, Sep 2027", "12 000", "First half", "not saved")
        await crm.save()
        (stored,) = store_of(crm).finance.forecasts(case_of(crm, 2231).case.id, SEP_27, 1)
        assert (stored.billing, stored.billing_note) == (12_000_00, "First half")
        crm.app.save_drafts()
        assert keeper.all() == ()


async def test_where_somebody_else_was_first_it_is_asked(
    open_sample: Callable[[str], SqlStore], keeper: DraftKeeper, tmp_path: Path
) -> None:
    async with running(crm_app(open_sample("sanna"), tmp_path, drafts=keeper)) as crm:
        await typed(crm)
        case = case_of(crm, 2231).case.id
    other = open_sample("sanna")
    other.finance.put_forecast(ForecastEntry(case=case, year=2027, month=9, billing=5_00, revenue=7_00), None)
    async with running(crm_app(open_sample("sanna"), tmp_path, drafts=keeper)) as crm:
        await crm.choose("forecast")
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.press("M", "ctrl+s")
        (stored,) = store_of(crm).finance.forecasts(case, SEP_27, 1)
        assert (stored.billing, stored.revenue, stored.billing_note) == (12_000_00, 7_00, "First half")


async def test_what_somebody_else_deleted_meanwhile_is_saved_as_a_new_one(
    open_sample: Callable[[str], SqlStore], tmp_path: Path
) -> None:
    other = open_sample("sanna")
    async with running(crm_app(open_sample("sanna"), tmp_path)) as crm:
        stored = await edited(crm)
        other.finance.delete_forecast(stored.id, stored.revision)
        await crm.save()
        await crm.expect_toast("was deleted meanwhile")
        (again,) = store_of(crm).finance.forecasts(stored.case, NOV_26, 1)
        assert (again.id == stored.id, again.revenue) == (False, 20_000_00)
        assert (again.billing, again.billing_note) == (stored.billing, stored.billing_note)


async def test_its_draft_is_saved_as_a_new_one_too(
    open_sample: Callable[[str], SqlStore], keeper: DraftKeeper, tmp_path: Path
) -> None:
    async with running(crm_app(open_sample("sanna"), tmp_path, drafts=keeper)) as crm:
        stored = await edited(crm)
        crm.app.save_drafts()
    open_sample("sanna").finance.delete_forecast(stored.id, stored.revision)
    async with running(crm_app(open_sample("sanna"), tmp_path, drafts=keeper)) as crm:
        await crm.choose("orecast")
        await crm.save()
        await crm.expect_toast("was deleted meanwhile")
        (again,) = store_of(crm).finance.forecasts(stored.case, NOV_26, 1)
        assert (again.billing, again.revenue) == (stored.billing, 20_000_00)
        crm.app.save_drafts()
        assert keeper.all() == ()


async def test_what_was_deleted_and_added_anew_meanwhile_is_not_overwritten(
    open_sample: Callable[[str], SqlStore], tmp_path: Path
) -> None:
    """The new one has the revision that the old one had."""
    other = open_sample("sanna")
    async with running(crm_app(open_sample("sanna"), tmp_path)) as crm:
        stored = await edited(crm)
        other.finance.delete_forecast(stored.id, stored.revision)
        theirs = other.finance.put_forecast(ForecastEntry(case=stored.case, year=2026, month=11, revenue=7_00), None)
        assert theirs.revision == stored.revision
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.press("M", "ctrl+s")
        (now,) = store_of(crm).finance.forecasts(stored.case, NOV_26, 1)
        assert (now.id, now.revenue) == (theirs.id, 20_000_00)


async def test_what_is_emptied_and_gone_already_is_gone(open_sample: Callable[[str], SqlStore], tmp_path: Path) -> None:
    other = open_sample("sanna")
    async with running(crm_app(open_sample("sanna"), tmp_path)) as crm:
        stored = await edited(crm)
        other.finance.delete_forecast(stored.id, stored.revision)
        await crm.fill(**dict.fromkeys(FIELDS, ""))
        await crm.save()
        assert store_of(crm).finance.forecasts(stored.case, NOV_26, 1) == ()
