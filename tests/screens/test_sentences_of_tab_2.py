"""What is asked of sales cases and projects, sentence by sentence: done by keys, seen on the screen, and kept in the
store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, TODAY, cursor_on, customer_of, store_of

from crm_tui.commands import COMMANDS
from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState
from crm_tui.domain.errors import Blocked, Denied
from crm_tui.domain.money import Money, format_money, sum_by_currency, weighted
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser
from crm_tui.screens.case_rows import FORMULAS
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.case import CaseDialog
from crm_tui.store.cases import CaseChoice
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.cells import cell
from crm_tui.widgets.tab_strip import TabStrip

DAY = timedelta(days=1)


def cases(crm: Crm) -> dict[int, Case]:
    """All stored cases of the customer, by number."""
    rows = store_of(crm).cases.listed(customer_of(crm).id, CaseChoice.ALL, ALL, TODAY).rows
    return {row.case.number: row.case for row in rows}


def column(crm: Crm, key: str) -> list[str]:
    """What the cases that are listed show in a column."""
    place = next(index for index, column in enumerate(crm.table.columns) if column.key == key)
    rows = (crm.table.row_at(index) for index in range(crm.table.count))
    return [cell(row.cells[place]).plain for row in rows if row is not None and row.selectable]


def numbers(crm: Crm) -> list[int]:
    """The numbers of the cases that are listed."""
    return [int(text) for text in column(crm, "number")]


async def tab_2(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.panel("cases")


async def choose(crm: Crm, choice: CaseChoice) -> None:
    """Switch to other cases."""
    await crm.press("F")
    await crm.choose(choice.value.capitalize())


# -- seeing -----------------------------------------------------------------------------------------------------------


async def test_all_sales_cases_and_projects_related_to_the_customer(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        stored = cases(crm)
        assert {case.sales_state for case in stored.values()} == set(SalesState)
        assert len(stored) == 12
        sets = {
            CaseChoice.WON: {n for n, case in stored.items() if case.is_project},
            CaseChoice.LOST: {n for n, case in stored.items() if case.sales_state is SalesState.LOST},
            CaseChoice.CLOSED: {n for n, case in stored.items() if case.closed},
            CaseChoice.ALL: set(stored),
            CaseChoice.OPEN: {n for n, case in stored.items() if not case.closed},
        }
        for choice, expected in sets.items():
            await choose(crm, choice)
            assert set(numbers(crm)) == expected, choice
            of = f"{len(expected)} of 12" if len(expected) < 12 else "12"
            await crm.see(f"{choice.value.capitalize()} cases {of}")
        await crm.see("Sales cases  5", "Projects  5", "Probability", "Completed", "Order", "Deadline", "8 months")
        for text in ("◐ Negotiation", "━━━━━━━───  70 %", "1 250 000 NOK", "15 Dec", "! Late", "‖ On hold"):
            await crm.see(text)
        await crm.press("F")
        await crm.see("Needing attention", " 4  nothing planned, or their date has passed", "12")


async def test_the_key_figures_are_those_of_the_raw_cases_and_help_has_their_formulas(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        stored = list(cases(crm).values())
        selling = [case for case in stored if case.sales_state is SalesState.OPEN and not case.closed]
        this_year = [case for case in stored if case.is_project and (case.expected_order_date or TODAY).year == 2026]
        for total in (
            sum_by_currency(Money(case.expected_value or 0, case.currency) for case in selling),
            sum_by_currency(
                weighted(Money(case.expected_value or 0, case.currency), case.probability or 0) for case in selling
            ),
            sum_by_currency(Money(case.expected_value or 0, case.currency) for case in this_year),
        ):
            assert len(total.amounts) == 2
            await crm.see(*(format_money(money, with_cents=False) for money in total.amounts))
        await crm.see("2 won in 2026", "86 %  6 of 7", "! 4  F shows them")
        await crm.press("?")
        listed = "\n".join(crm.rows)
        assert all(name in listed and formula in listed for name, formula in FORMULAS)
        await crm.press("end", "enter")  # what explains is no command
        await crm.see("Open cases")


async def test_cases_needing_attention_are_reached_and_leave_when_something_is_planned(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        await choose(crm, CaseChoice.ATTENTION)
        assert set(numbers(crm)) == {2236, 2244, 2247, 2150}
        assert column(crm, "why").count("nothing planned") == 3
        await crm.see("deadline passed")
        case = cases(crm)[2244]
        store_of(crm).activities.create(
            NewActivity(kind=ActivityKind.TODO, name="Call", customer=case.customer, case=case.id, due=TODAY + DAY)
        )
        await crm.press("r")
        assert set(numbers(crm)) == {2236, 2247, 2150}
        await crm.see("! 3  F shows them")


async def test_a_case_opens_in_full_and_leads_to_its_tasks_notes_forecast_and_invoices(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        stored, store = cases(crm)[2150], store_of(crm)
        payer = store.customers.by_number(10001)
        keyword = store.registries.list(RegistryKind.KEYWORD)[0]
        store.cases.update(
            stored.id,
            stored.revision,
            CaseChange(
                billing_customer=payer.id, keywords=(keyword.id,), start=date(2026, 3, 2), our_reference="Ours 1",
                your_reference="Yours 2", order_number="PO 3", description="All of it",
            ),
        )  # fmt: skip
        await crm.press("r")
        cursor_on(crm, "Class renewal")
        await crm.press("enter")
        assert isinstance(crm.app.screen, CaseDialog)
        await crm.see("▸ In progress, 45 % done", "! deadline passed", "36 900 EUR", "2 Mar 2026", "6 Nov 2026")
        await crm.see("Tuva Nilsen, Mikael Korhonen", payer.name, keyword.name, "Ours 1", "Yours 2", "PO 3")
        await crm.see("All of it", "Business unit", "There are", "Created", "Updated 18 Nov 2026 14:20")
        for word, tab, panel in (("Tasks", 3, "column"), ("Notes", 3, "notes"), ("Invoices", 4, "invoices")):
            await crm.press("c")
            await crm.choose(word)
            assert crm.app.screen.query_one(TabStrip).active == tab
            assert crm.focused_panel is not None
            assert str(crm.focused_panel.id).startswith(panel)
            await crm.tab(2)
        await crm.press("c")
        await crm.choose("Forecast")
        await crm.see("2150 Class renewal documentation")
        if not isinstance(crm.app.screen, CustomerCardScreen):
            await crm.press("escape")  # the figures of the case have a dialog of their own
        assert crm.app.screen.query_one(TabStrip).active == 4


# -- adding and editing -----------------------------------------------------------------------------------------------


async def test_a_sales_case_is_added_with_everything_that_it_has(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        payer = store_of(crm).customers.by_number(10016)
        await crm.press("a")
        await crm.see("New sales case", "New lead")
        await crm.fill(name="Dock gate sensors", number="7001", sales_status="Offer sent")
        assert crm.form.form.fields["probability"].value == "40"
        await crm.fill(probability="45", expected_value="1 234,50 ", currency="Norwegian krone")
        await crm.fill(expected_order_date="+3w", start="1.2.2027", deadline="end of month")
        await crm.press("ctrl+s")
        await crm.see("! Must not be before the start")
        await crm.fill(deadline="30.6.2027", sales_person="Tuva", members="Mikael", business_unit="Marine")
        await crm.fill(contact="Eeva", further_contacts="Ingrid", keywords="News")
        await crm.fill(our_reference="O 1", your_reference="Y 2", order_number="PO 3", description="Two gates")
        crm.form.form.go_to("billing_customer")
        await crm.press("enter")
        await crm.see("opened last; type to find others", "this customer", "Kallavesi")
        await crm.put(payer.name[:8])
        await crm.see(payer.name)
        await crm.press("enter")
        await crm.save()
        assert "Dock gate sensors" in crm.row
        await crm.see("! nothing planned", payer.name, "PO 3")
        new = cases(crm)[7001]
        names = {user.id: user.name for user in store_of(crm).users.list()}
        assert (new.expected_value, new.currency, new.probability) == (123_450, "NOK", 45)
        assert (new.expected_order_date, new.start, new.deadline) == (
            TODAY + 21 * DAY, date(2027, 2, 1), date(2027, 6, 30)
        )  # fmt: skip
        assert (names[new.owner or 0], names[new.sales_person or 0]) == ("Sanna Virtanen", "Tuva Nilsen")
        assert [names[key] for key in new.members] == ["Mikael Korhonen"]
        assert (new.our_reference, new.your_reference, new.order_number) == ("O 1", "Y 2", "PO 3")
        assert (new.billing_customer, len(new.further_contacts), len(new.keywords)) == (payer.id, 1, 1)
        assert new.contact is not None
        assert new.business_unit is not None
        assert new.description == "Two gates"
        with pytest.raises(Blocked, match="7001"):  # what it bills is not deleted any more
            store_of(crm).customers.delete(payer.id, payer.revision)
        await crm.press("u")
        await crm.expect_toast("Taken back")
        assert 7001 not in cases(crm)
        await crm.press("U")
        await crm.expect_toast("Done again")
        assert cases(crm)[7001].billing_customer == payer.id


REFUSED = (
    ("expected_value", "1,234", "could mean two amounts"),
    ("expected_value", "12.345,678", "EUR has 2 decimals"),
    ("expected_value", "many", "is not an amount"),
    ("probability", "101", "A whole percent from 0 to 100"),
    ("number", "0", "A case number is a whole number from 1 on"),
    ("number", "2240", "2240"),
    ("expected_order_date", "31.2.", "31.2."),
    ("start", "soon", "A date such as tomorrow"),
    ("name", "", "Name is needed"),
)


async def test_what_can_not_be_is_refused_below_its_field(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        before = cases(crm)
        await crm.press("e")
        for name, typed, words in REFUSED:
            field = crm.form.form.fields[name]
            was = field.value
            await crm.fill(**{name: typed})
            await crm.press("ctrl+s")
            await crm.see("! ", words)
            assert field.has_focus_within
            await crm.fill(**{name: was or ""})
        assert cases(crm) == before


async def test_a_case_is_edited_its_currency_is_fixed_and_another_status_fills_in_what_follows(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await tab_2(crm)
        cursor_on(crm, "Ballast")
        await crm.press("e")
        await crm.see("Sales case: 2240 Ballast water retrofit", "fixed once saved", "96 000")
        await crm.fill(expected_value="97000", name="Ballast water", sales_status="Won")
        assert crm.form.form.fields["probability"].value == "100"
        await crm.see("18 Nov 2026", "Project is", "Done %")
        await crm.fill(completion="5", billing_customer="Kallavesi")
        await crm.save()
        won = cases(crm)[2240]
        assert (won.name, won.expected_value, won.completion) == ("Ballast water", 97_000_00, 5)
        assert (won.sales_state, won.probability, won.expected_order_date) == (SalesState.WON, 100, TODAY)
        assert "Ballast water" in crm.row
        await crm.press("e")
        await crm.see("Project: 2240")
        await crm.fill(sales_status="Lost")
        await crm.see("Lost because")
        await crm.fill(lost_reason="Too dear")
        await crm.save()
        lost = cases(crm)[2240]
        assert (lost.sales_state, lost.closed, lost.lost_reason) == (SalesState.LOST, TODAY, "Too dear")


async def test_the_customer_in_a_draft_has_its_name_again(start: Start, open_sample: Callable[[str], SqlStore]) -> None:
    store = open_sample("sanna")
    payer = store.customers.by_number(10016)
    async with start(store=store) as crm:
        await tab_2(crm)
        crm.app.screen.query_one("#cases").want_form("case", None, given={"billing_customer": payer.id})  # type: ignore[attr-defined]  # a panel
        await crm.see(payer.name)
        assert crm.form.form.fields["billing_customer"].words(1) == "another customer"


# -- won, lost, closed, deleted ---------------------------------------------------------------------------------------


async def test_won_sets_probability_and_order_date_and_can_be_taken_back(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        cursor_on(crm, "Ballast")
        before = cases(crm)[2240]
        await crm.press("w")
        await crm.expect_toast("2240 Ballast water retrofit, MS Suvi is won: 100 %, ordered today.  u takes it back.")
        won = cases(crm)[2240]
        assert (won.sales_state, won.probability, won.expected_order_date) == (SalesState.WON, 100, TODAY)
        await crm.see("Projects  6", "3 won in 2026", "244 000 EUR", "88 %  7 of 8")
        await crm.see_row("▸ In progress")
        await crm.press("w")
        await crm.expect_toast("it is won already")
        await crm.press("u")
        await crm.see("Projects  5", "2 won in 2026")
        assert cases(crm)[2240].probability == before.probability
        assert cases(crm)[2240].expected_order_date == before.expected_order_date


async def test_lost_with_or_without_a_reason_closes_and_opens_again(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        cursor_on(crm, "Crane foundation")
        await crm.press("L")
        await crm.see("Lost: 2231 Crane foundation, quay 4", "may stay empty")
        await crm.save()
        lost = cases(crm)[2231]
        assert (lost.sales_state, lost.closed, lost.probability, lost.lost_reason) == (SalesState.LOST, TODAY, 0, None)
        assert 2231 not in numbers(crm)
        cursor_on(crm, "Ballast")
        await crm.press("L")
        await crm.fill(lost_reason="The yard took another offer", closed="yesterday")
        await crm.press("ctrl+s")
        await crm.see("A date such as tomorrow")
        await crm.fill(closed="17.11.2026")
        await crm.save()
        assert (cases(crm)[2240].lost_reason, cases(crm)[2240].closed) == ("The yard took another offer", TODAY - DAY)
        await choose(crm, CaseChoice.LOST)
        assert set(numbers(crm)) == {2219, 2231, 2240}
        cursor_on(crm, "Ballast")
        await crm.see("Lost because", "The yard took another")
        assert crm.commands()["list.activate"].command.label == "Reopen"
        await crm.press("L")
        await crm.expect_toast("it is lost already")
        cursor_on(crm, "Crane foundation")
        await crm.press("x")
        await crm.expect_toast("2231 Crane foundation, quay 4 is open again")
        again = cases(crm)[2231]
        assert (again.sales_state, again.closed) == (SalesState.OPEN, None)
        await crm.press("u")
        assert cases(crm)[2231].closed == TODAY


async def test_a_project_is_closed_and_opened_again(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        await crm.press("x")
        await crm.expect_toast("a sales case in progress is closed by winning or losing it")
        cursor_on(crm, "Shore power")
        await crm.press("x")
        await crm.expect_toast("2088 Shore power feasibility is closed, and hidden: F shows closed ones")
        assert 2088 not in numbers(crm)
        assert cases(crm)[2088].closed == TODAY
        await crm.press("i")
        cursor_on(crm, "Shore power")
        await crm.see_row("✓ Done")
        await crm.press("x")
        await crm.expect_toast("2088 Shore power feasibility is open again")
        await crm.see_row("▸ In progress")
        await crm.press("u", "u")
        await crm.see_row("‖ On hold")


async def test_deleting_names_what_goes_along_and_invoices_forbid_it(start: Start) -> None:
    async with start() as crm:
        await tab_2(crm)
        cursor_on(crm, "Class renewal")
        await crm.press("d")
        await crm.expect_toast("2150 Class renewal documentation can't be deleted")
        cursor_on(crm, "Ballast")
        below = store_of(crm).cases.below(cases(crm)[2240].id)
        assert below.invoices == 0
        await crm.press("d")
        await crm.see("Delete 2240 Ballast water retrofit, MS Suvi?", f"{below.activities} activities", "forecasts")
        await crm.press("escape")
        assert 2240 in cases(crm)
        await crm.press("d", "D")
        await crm.expect_toast("2240 Ballast water retrofit, MS Suvi deleted.  u takes it back.")
        assert 2240 not in cases(crm)
        await crm.press("u")
        assert store_of(crm).cases.below(cases(crm)[2240].id) == below


# -- who may what -----------------------------------------------------------------------------------------------------

OWN, OTHER = "Own lead", "Somebody else's lead"
WRITES = ("list.edit", "list.delete", "cases.won", "cases.lost")


def _reaches(level: ProjectLevel, other: ProjectLevel) -> bool:
    return level.at_least(other)


def _prepare(admin: SqlStore, level: ProjectLevel) -> int:
    """The user of a level with a case that they own, and one that they are a member of."""
    customer = admin.customers.by_number(10482).id
    profile = admin.users.create_profile(Profile(name="under test", customers=CustomerLevel.READ, projects=level))
    vera = admin.users.create(NewUser(name="Vera Vinter", login="vera", profile=profile.id)).id
    own = NewCase(customer=customer, name=OWN, owner=vera, members=(vera,), expected_value=777_00)
    admin.cases.create(own)
    return admin.cases.create(NewCase(customer=customer, name=OTHER, members=(vera,), expected_value=888_00)).id


@pytest.mark.parametrize("level", ProjectLevel)
async def test_commands_and_money_by_project_permission(
    level: ProjectLevel, start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    other = _prepare(open_sample("sanna"), level)
    async with start("vera") as crm:
        await tab_2(crm)
        if level is ProjectLevel.NONE:
            await crm.see("Your permissions hide all cases: they need “projects: member”.")
            assert crm.commands()["list.add"].reason == "it needs the permission “projects: manager without money”"
            return
        manages, money = _reaches(level, ProjectLevel.MANAGER_WITHOUT_MONEY), _reaches(level, ProjectLevel.MANAGER)
        cursor_on(crm, OWN)
        await crm.settle()
        await crm.see_row("777 EUR" if money else "hidden")
        for command in ("list.add", *WRITES):
            expected = None if manages else "it needs the permission “projects: manager without money”"
            assert crm.commands()[command].reason == expected, command
        cursor_on(crm, OTHER)
        await crm.settle()
        await crm.see_row("888 EUR" if level is ProjectLevel.ALL else "hidden")
        case = store_of(crm).cases.get(other)
        for command in WRITES:
            reason = crm.commands()[command].reason
            assert (reason is None) == (level is ProjectLevel.ALL), command
            if reason is not None:
                screen = crm.app.screen
                await crm.press(COMMANDS[command].keys[0])
                await crm.expect_toast(reason)
                assert crm.app.screen is screen
        if level is not ProjectLevel.ALL:
            for call in (
                lambda: store_of(crm).cases.update(other, case.revision, CaseChange(name="Mine")),
                lambda: store_of(crm).cases.delete(other, case.revision),
            ):
                with pytest.raises(Denied):
                    call()
        if manages:
            cursor_on(crm, OWN)
            await crm.press("e")
            await crm.see("777" if money else "hidden")
            assert crm.form.form.fields["expected_value"].can_focus is False
            await crm.fill(name="Own, renamed")
            await crm.save()
            renamed = next(row.case for row in _rows(crm) if row.case.name == "Own, renamed")
            assert open_sample("sanna").cases.get(renamed.id).expected_value == 777_00


def _rows(crm: Crm) -> tuple:  # type: ignore[type-arg]
    return store_of(crm).cases.listed(customer_of(crm).id, CaseChoice.ALL, ALL, TODAY).rows
