"""What is asked of the financials, sentence by sentence: done by keys, seen on the screen, and checked against the
store."""

from __future__ import annotations

from collections.abc import Callable

from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import case_of, customer_of, store_of

from crm_tui.domain.finance import Forecast, ForecastEntry
from crm_tui.domain.periods import Month
from crm_tui.screens.dialogs.behind import BehindDialog
from crm_tui.screens.dialogs.conflict import ConflictDialog
from crm_tui.screens.dialogs.invoice import InvoiceDialog
from crm_tui.store.finance import Figure
from crm_tui.store.sql.store import SqlStore

Opening = Callable[[str], SqlStore]
NOV = Month(2026, 11)


def forecast_of(crm: Crm, number: int, month: Month = NOV) -> Forecast | None:
    """The stored forecast of a case for a month."""
    found = store_of(crm).finance.forecasts(case_of(crm, number).case.id, month, 1)
    return found[0] if found else None


def digits(text: str) -> str:
    """A text without the blanks in its figures."""
    return text.replace(" ", "")


async def test_aggregated_financial_forecasts_of_the_customers_different_projects(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        store, customer = store_of(crm), customer_of(crm)
        cases = [case_of(crm, number).case for number in (1987, 2088, 2104, 2150, 2231, 2240, 2244, 2247)]
        for place, month in enumerate(Month(2026, 9).plus(n) for n in range(6)):
            rows = [each for case in cases for each in store.finance.forecasts(case.id, month, 1)]
            billing = sum(row.billing for row in rows if isinstance(row.billing, int))
            shown = store.finance.window(customer.id, Month(2026, 9), 6, None).months[place].forecast_billing
            assert shown == billing
            assert str(round(billing / 100)) in digits(crm.text())
        await crm.press("c")
        await crm.see("currency NOK of EUR, NOK")
        assert "52000" in digits(crm.text())  # the project in crowns stands alone


async def test_every_figure_drills_down_to_the_cases_behind_it_and_their_notes(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press("left", "enter")
        assert isinstance(crm.app.screen, BehindDialog)
        await crm.see("Billing, Nov 2026", "8 cases in EUR", "Deck crane replacement, MS Juojärvi  note")
        found = store_of(crm).finance.behind(customer_of(crm).id, NOV, 1, Figure.BILLING, None)
        total = sum(row.forecast or 0 for row in found.rows)
        assert str(round(total / 100)) in digits(next(line for line in crm.lines() if " Sum " in line))
        await crm.press("j", "j")
        await crm.see("Nov 2026 billing  Sea trial moved to next month")
        await crm.press("enter")
        await crm.see("Deck crane replacement")
        assert crm.focused_panel is not None
        assert "2104" in crm.row


async def test_totals_and_the_difference_drill_down_too(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press(*["l"] * 20)
        await crm.see("Difference", "to Nov")
        await crm.press("enter")
        await crm.see("Billing, Sep – Nov 2026", "8 cases in EUR", "difference")
        assert "−55802" in digits(next(line for line in crm.lines() if " Sum " in line))
        await crm.press("escape", "left", "left", "j", "enter")
        await crm.see("Revenue, Sep 2026 – Feb 2027", "8 cases in EUR")
        crm.see_no("actual   difference")  # of months that are still to come it would say nothing
        await crm.press("escape", "G", "enter")
        await crm.see("Margin, Sep 2026 – Feb 2027")


async def test_a_forecast_is_edited_in_place_with_its_notes_taken_back_and_cleared(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press("left", "e")
        await crm.see("Billing, Nov 2026")  # several cases are behind it: one is chosen
        await crm.press("j", "j", "e")
        await crm.see("Forecast of 2104 Deck crane replacement", "actual 13 608")
        await crm.fill(billing="22.000,50", billing_note="As agreed on Monday", other_expense="")
        await crm.save()
        stored = forecast_of(crm, 2104)
        assert stored is not None
        assert (stored.billing, stored.billing_note, stored.other_expense) == (22_000_50, "As agreed on Monday", None)
        await crm.see("70 956")  # 70 915 - 21 960 + 22 000.50
        await crm.press("u")
        stored = forecast_of(crm, 2104)
        assert stored is not None
        assert (stored.billing, stored.other_expense) == (21_960_00, round(21_960 * 0.12) * 100)
        await crm.press("enter", "j", "j", "e")
        names = ("billing", "revenue", "labor_expense", "other_expense", "billing_note")
        await crm.fill(**dict.fromkeys(names, ""))
        await crm.save()
        assert forecast_of(crm, 2104) is None
        await crm.see("48 955")
        await crm.press("u")
        again = forecast_of(crm, 2104)
        assert again is not None
        assert (again.billing, again.billing_note) == (stored.billing, stored.billing_note)


async def test_a_forecast_is_added_for_a_case_that_has_none(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press(*["."] * 12, "a")
        await crm.see("New forecast, Sep 2027")
        await crm.fill(case="2231", labor_expense="1 200")
        await crm.press("ctrl+s")
        await crm.see("1 200")
        stored = forecast_of(crm, 2231, Month(2027, 9))
        assert stored is not None
        assert (stored.billing, stored.labor_expense) == (None, 1_200_00)
        await crm.press("j", "j", "left", "e")  # the one case behind the figure opens at once
        await crm.see("Forecast of 2231 Crane foundation, quay 4, Sep 2027")
        await crm.fill(labor_expense="12 EUR 5")
        await crm.press("ctrl+s")
        await crm.see("is not an amount")


async def test_a_month_without_forecasts_says_when_nothing_can_be_added(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press("a")
        await crm.see("every open case has one for this month")
        await crm.press("ctrl+s")
        await crm.see("Case is needed")


async def test_two_who_forecast_the_same_month_are_asked(start: Start, open_sample: Opening) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press("left", "enter", "j", "j", "e")
        await crm.fill(billing="1", revenue="2")
        theirs = forecast_of(crm, 2104)
        assert theirs is not None
        entry = ForecastEntry(case=theirs.case, year=2026, month=11, billing=9_00, other_note="theirs")
        other.finance.put_forecast(entry, theirs.revision)
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.see("Two changes to 2104 Deck crane", "Mikael Korhonen", "Billing")
        await crm.press("M", "ctrl+s")
        merged = forecast_of(crm, 2104)
        assert merged is not None
        assert (merged.billing, merged.revenue, merged.other_note) == (1_00, 2_00, "theirs")


async def test_what_permissions_leave_out_is_said_beside_the_sum_and_nowhere_shown(start: Start) -> None:
    async with start("mikael") as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.see("hidden by your permissions are left out", "*")
        window = store_of(crm).finance.window(customer_of(crm).id, Month(2026, 9), 6, None)
        whole = digits("70 915")
        assert whole not in digits(crm.text())
        assert window.left_out
        await crm.press("left", "enter")
        await crm.see("are left out")
        assert len(store_of(crm).finance.behind(customer_of(crm).id, NOV, 1, Figure.BILLING, None).rows) < 8
        assert whole not in digits(crm.text())


async def test_who_may_see_no_money_reads_so_and_every_command_says_why(start: Start) -> None:
    async with start("jonas") as crm:  # a member of some cases, without their money
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.see("hidden*", "* 3 cases hidden by your permissions are left out")
        crm.see_no("░░")
        needs = "it needs the permission “projects: manager”"
        states = crm.commands()
        assert [states[name].reason for name in ("list.add", "list.edit")] == [needs, needs]
        assert states["move.open"].reason == "there is no figure here"
    async with start("liisa") as crm:  # knows of no case
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.see("all figures: they need “projects: member”", "all invoices: they need “projects: member”")
        crm.see_no("░░")
        assert {crm.commands()[name].reason for name in ("move.open", "list.add", "financials.chart")} == {
            "there are no figures here"
        }


async def test_an_invoice_is_opened_with_its_receiver_as_it_was_and_leads_to_its_case(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.panel("invoices")
        await crm.see("! 1 late", "! 6 d late")
        await crm.press("j", "j", "enter")
        assert isinstance(crm.app.screen, InvoiceDialog)
        await crm.see("Invoice 2026-0421", "! 6 d late  overdue, waiting", "12 Nov 2026", "2150 Class renewal")
        await crm.see("8 300.00 EUR", "2 116.50 EUR", "10 416.50 EUR", "as it was then", "Satamakatu 14")
        await crm.press("C")
        await crm.see("Changes: 2026-0421")
        await crm.press("escape", "y")
        await crm.choose("Number")
        await crm.press("enter", "c")
        assert "2150" in crm.row
        await crm.see("Class renewal documentation")


async def test_from_a_case_to_its_forecast_in_its_currency(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(2)
        crm.table.move_to_id(str(case_of(crm, 2236).case.id))
        await crm.press("c")
        await crm.choose("Forecast")
        await crm.see("cases in NOK")
        assert isinstance(crm.app.screen, BehindDialog)
        assert "2236" in crm.row


async def test_a_forecast_is_gone_through_month_by_month_from_the_form(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press("left", "j", "enter", "j", "j", "e")
        await crm.see("Forecast of 2104 Deck crane replacement, MS Juojärvi, Nov 2026", "margin 8 564 EUR, 40 %")
        await crm.put("20000")
        await crm.see("margin 7 263 EUR, 36 %")
        await crm.press("pagedown")  # saved; in the next month the same field has the focus
        await crm.see("MS Juojärvi, Dec 2026")
        stored = forecast_of(crm, 2104)
        assert stored is not None
        assert stored.revenue == 20_000_00
        await crm.put("nothing")
        await crm.press("pageup")
        await crm.see("MS Juojärvi, Dec 2026", "is not an amount")
        await crm.press("escape", "escape")
        await crm.see("not saved")
