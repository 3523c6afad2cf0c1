"""Tab 4: the window of months, its keys and its cell cursor, and the invoices."""

from typing import Any

import pytest
from tests.screens import fakes
from tests.screens.fakes import FakeStore, invoice, outstanding
from tests.screens.tab_app import TabApp, press, settle, shown
from textual.pilot import Pilot

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.periods import Month
from crm_tui.screens.card_tab import Target
from crm_tui.screens.financials import FinancialsTab
from crm_tui.widgets.pair_chart import PairChart

INVOICES = (
    invoice(431, InvoiceStatus.DRAFT, days=0, due=None),
    invoice(426, InvoiceStatus.SENT, due=24, cases=3),
    invoice(420, InvoiceStatus.WAITING, due=-6),
    invoice(419, InvoiceStatus.SENT, due=0, total=None),
    *(invoice(key, InvoiceStatus.PAID, due=-10) for key in range(418, 100, -1)),
    invoice(99, InvoiceStatus.CREDITED, total=-1200_00),
)


def app(theme: str = "crm-dark", **changes: object) -> TabApp:
    given = {"invoice_rows": INVOICES, "outstanding": outstanding(37525_00)} | changes
    return TabApp(FinancialsTab, FakeStore(**given), fakes.card(), theme=theme)  # type: ignore[arg-type] # any field


def store(pilot: Pilot[None]) -> FakeStore:
    return pilot.app.session.store  # type: ignore[attr-defined, no-any-return] # TabApp's


def line(pilot: Pilot[None], label: str) -> list[str]:
    """The figures behind a label: parts between two blanks or more."""
    row = next(line for line in shown(pilot.app) if line[1:].lstrip(" ▌").startswith(label))
    return row.strip("│▌ ").split("  ")


async def copied(pilot: Pilot[None]) -> list[str]:
    await press(pilot, "y")
    return pilot.app.copied  # type: ignore[attr-defined, no-any-return] # TabApp's


async def test_forecast_and_actual_stand_side_by_side_with_totals_and_shares() -> None:
    async with app(unit=100_00).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        text = "\n".join(shown(pilot.app))
        assert "window Sep 2025 – Feb 2026" in text
        assert "currency EUR of EUR, NOK" in text
        assert store(pilot).asked == [(Month(2025, 9), 6, None)]
        figures = " ".join(" ".join(line(pilot, "Billing")).split())
        assert figures == "Billing 900 9 000 1 000 10 000 1 100 11 000 1 200 – 100 – 200 – 30 000"
        assert " ".join(" ".join(line(pilot, "Margin")).split()).endswith("100 – 9 000")
        assert " ".join(" ".join(line(pilot, "of revenue")).split()) == (
            "of revenue 50 % 30 % 50 % 30 % 50 % 30 % 50 % – 50 % – 50 % – 30 %"
        )
        heads = next(row for row in shown(pilot.app) if "Nov now" in row)
        assert heads.strip("│ ").split() == ["Sep", "Oct", "Nov", "now", "Dec", "Jan", "2026", "Feb", "Total"]


async def test_a_wide_screen_has_room_for_the_total_of_the_forecast_and_the_difference() -> None:
    async with app().run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        assert " ".join(" ".join(line(pilot, "Billing")).split()).endswith("45 000 300 000 +270 000")
        text = "\n".join(shown(pilot.app))
        assert "Sep – Nov 2025  forecast 30 000  actual 300 000  difference +270 000  900 %" in text
        heads = [row for row in shown(pilot.app) if "Difference" in row or "to Nov" in row]
        assert [row.strip("│ ").split()[-1] for row in heads] == ["Difference", "Nov"]


async def test_the_difference_is_reached_where_it_does_not_fit_and_can_be_copied() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Difference" not in "\n".join(shown(pilot.app))
        await press(pilot, *["l"] * 9)
        assert "Difference" in "\n".join(shown(pilot.app))
        assert await copied(pilot) == ["270 000 EUR"]


async def test_the_picture_shows_the_row_under_the_cursor_and_can_be_put_away() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        text = "\n".join(shown(pilot.app))
        assert "░░ forecast billing  ██ actual billing  Sep 2025 – Feb 2026  EUR of EUR, NOK" in text
        assert "██████" in text
        await press(pilot, "G")
        assert "░░ forecast margin  ██ actual margin" in "\n".join(shown(pilot.app))
        await press(pilot, "p")
        assert "██" not in "\n".join(shown(pilot.app))
        await press(pilot, "p")
        assert "██████" in "\n".join(shown(pilot.app))


async def test_a_move_within_a_row_does_not_draw_the_picture_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        drawn: list[int] = []
        draw = PairChart.set_bars

        def counted(chart: PairChart, *bars: Any) -> None:
            drawn.append(1)
            draw(chart, *bars)

        monkeypatch.setattr(PairChart, "set_bars", counted)
        await press(pilot, "h", "l")
        assert not drawn
        await press(pilot, "j")
        assert drawn


async def test_keys_narrow_widen_and_move_the_window() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        wanted = [
            (")", (Month(2025, 9), 7)),
            ("(", (Month(2025, 9), 6)),
            (",", (Month(2025, 8), 6)),
            (".", (Month(2025, 9), 6)),
            ("w", (Month(2025, 1), 12)),
            ("w", (Month(2025, 9), 6)),
        ]
        for key, expected in wanted:
            await press(pilot, key)
            assert store(pilot).asked[-1][:2] == expected
        await press(pilot, *["("] * 8)
        assert store(pilot).asked[-1][:2] == (Month(2025, 9), 1)
        assert "one month is the least" in "\n".join(str(each.message) for each in pilot.app._notifications)


async def test_c_shows_one_currency_at_a_time() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "c")
        assert store(pilot).asked[-1][2] == "NOK"
        assert "currency NOK of EUR, NOK" in "\n".join(shown(pilot.app))
        await press(pilot, "c")
        assert store(pilot).asked[-1][2] == "EUR"
        pilot.app.screen.query_one(FinancialsTab).show(fakes.card(2))
        await settle(pilot)
        assert store(pilot).asked[-1][2] is None


async def test_the_cell_cursor_starts_on_what_was_billed_this_month_and_reaches_every_figure() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert await copied(pilot) == ["110 000 EUR"]
        await press(pilot, "h", "j", "y")
        assert pilot.app.copied[-1] == "11 000 EUR"  # type: ignore[attr-defined]
        await press(pilot, *["l"] * 8)
        assert (await copied(pilot))[-1] == "45 000 EUR"
        await press(pilot, "right", "G", "y")
        assert pilot.app.copied[-1] == "30 %"  # type: ignore[attr-defined]
        await press(pilot, "g", *["left"] * 20)
        assert (await copied(pilot))[-1] == "9 000 EUR"


async def test_on_a_narrow_screen_the_months_scroll_under_the_cursor() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "3 later ›" in "\n".join(shown(pilot.app))
        await press(pilot, *["l"] * 6)
        text = "\n".join(shown(pilot.app))
        assert "‹ 3 earlier" in text
        assert "Feb" in text
        assert "Sep  " not in text


async def test_the_cursor_stays_on_its_month_when_the_window_moves() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, ",")
        assert await copied(pilot) == ["110 000 EUR"]
        await press(pilot, "l", "l", ".", ".", ".")
        assert await copied(pilot) == ["110 000 EUR"]  # December has no actual figure yet: nothing is copied
        await press(pilot, "h")
        assert (await copied(pilot))[-1] == "12 000 EUR"


async def test_what_permissions_hide_is_said_and_marked() -> None:
    async with app(left_out=2).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "* 2 cases hidden by your permissions are left out" in "\n".join(shown(pilot.app))
        assert line(pilot, "Billing")[-1].endswith("300 000*")


async def test_who_may_see_no_money_reads_so_in_both_panels() -> None:
    denied = Denied("see figures", "projects: manager")
    async with app(denied=denied).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        text = "\n".join(shown(pilot.app))
        assert "Your permissions hide all figures: they need “projects: manager”." in text
        assert "Your permissions hide all invoices: they need “projects: manager”." in text
        assert "Loading" not in text


async def test_no_figures_is_said() -> None:
    async with app(currencies=("SEK",), unit=None).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "No figures in SEK in these months." in "\n".join(shown(pilot.app))
        await press(pilot, "c")
        assert "all cases have the same currency" in "\n".join(str(each.message) for each in pilot.app._notifications)


async def test_invoices_show_number_case_state_and_total() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        text = "\n".join(shown(pilot.app))
        assert "Invoices 323  ! 1 late" in text
        assert "outstanding  37 525 EUR" in text
        for words in ("○ Draft", "◐ Sent", "! 6 d late", "• today", "✓ Paid", "hidden", "2104 Deck crane"):
            assert words in text
        assert "+2" in next(row for row in shown(pilot.app) if "2025-0426" in row)


async def test_invoices_come_in_pages_and_the_one_under_the_cursor_is_shown_whole() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "p", "tab", "j", "j")  # without the picture there is room for the whole of it
        text = "\n".join(shown(pilot.app))
        assert "2025-0420  ! 6 d late  dated 9 Oct 2025  due 12 Nov 2025" in text
        assert "8 300.00 EUR  VAT 1 660.00 EUR" in text
        assert "70100 Kuopio, FI" in text
        await press(pilot, "G")
        assert "−1 200 EUR" in "\n".join(shown(pilot.app))


async def test_an_invoice_found_elsewhere_gets_the_cursor() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        pilot.app.screen.query_one(FinancialsTab).put_cursor_on(Target(Kind.INVOICE, 420))
        await settle(pilot)
        await press(pilot, "y", "enter")
        assert pilot.app.copied == ["2025-0420"]  # type: ignore[attr-defined]


async def test_hidden_amounts_of_invoices_are_said_below_the_list_and_not_while_it_is_closed() -> None:
    async with app(outstanding=outstanding(100_00, 2)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "2 amounts" not in "\n".join(shown(pilot.app))
        await press(pilot, "tab")
        assert "* 2 amounts hidden by your permissions are left out" in "\n".join(shown(pilot.app))


async def test_no_invoices_is_said() -> None:
    async with app(invoice_rows=()).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "No invoices yet." in "\n".join(shown(pilot.app))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80", "120", "200"])
def test_how_it_looks(size: tuple[int, int], snap_compare) -> None:  # type: ignore[no-untyped-def] # the plugin's
    assert snap_compare(app(left_out=2, unit=4321_00), terminal_size=size, run_before=_right)


def test_how_it_looks_in_16_colours(snap_compare) -> None:  # type: ignore[no-untyped-def] # the plugin's
    assert snap_compare(app("ansi-dark"), terminal_size=(80, 24), run_before=_right)


async def _right(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await press(pilot, "j", "l")
