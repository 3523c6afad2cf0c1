"""Figures of tabs 2 and 4, of the card and of the list against sums made in plain Python of the rows as they lie in
the tables: 500 cases in three currencies, as users of every level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

import pytest
from tests.store.conftest import NOW, TODAY, Clock
from tests.store.many_cases import FIRST, MONTHS, Company, Raw, Row, Seen, build, in_months, total

from crm_tui.domain.cases import CaseChange, NewCase, SalesState
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Denied
from crm_tui.domain.money import Money, Totals, weighted
from crm_tui.domain.periods import Month, months_from, window
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.cases import CaseChoice, CaseLife, CaseSum
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.finance import Figure, MonthFigures
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

LEVELS = [level for level in ProjectLevel if level is not ProjectLevel.NONE]
#: the last and the first day of a month, and of a year
BOUNDARIES = [dt.date(2026, 11, 30), dt.date(2026, 12, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)]
CURRENCIES = ("EUR", "JPY", "NOK")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    built = build(tmp_path_factory.mktemp("figures") / "crm.db")
    yield built
    built.store.close()


def sums(raw: Raw, who: Seen, cases: list[Row], of: Callable[[Row], int | None]) -> Totals:
    """What a sum over cases has to be: per currency that is seen and has a figure, and how many are left out."""
    shown = [case for case in cases if raw.has_money(who, case)]
    amounts = {code: total(of(case) for case in shown if case["currency"] == code) for code in CURRENCIES}
    return Totals(
        tuple(Money(amount, code) for code, amount in amounts.items() if amount is not None), len(cases) - len(shown)
    )


def value(case: Row) -> int | None:
    """The expected value."""
    return None if case["expected_value"] is None else int(case["expected_value"])


def by_chance(case: Row) -> int | None:
    """The value weighted by the probability."""
    if case["expected_value"] is None:
        return None
    return weighted(Money(case["expected_value"], "EUR"), case["probability"] or 0).amount


def is_over(case: Row) -> bool:
    return case["closed"] is not None or case["sales_state"] == SalesState.LOST


def is_listed(raw: Raw, case: Row, choice: CaseChoice, today: dt.date) -> bool:
    match choice:
        case CaseChoice.OPEN:
            return not is_over(case)
        case CaseChoice.WON | CaseChoice.LOST:
            return bool(case["sales_state"] == choice.value)
        case CaseChoice.CLOSED:
            return case["closed"] is not None
        case CaseChoice.ATTENTION:
            day = case["deadline"] if case["sales_state"] == SalesState.WON else case["expected_order_date"]
            is_late = day is not None and day < today.isoformat()
            return not is_over(case) and (is_late or case["id"] not in raw.busy(today, NOW))
        case _:
            return True


def test_the_company_has_what_is_asked_of_it(company: Company) -> None:
    """Otherwise the sums below would prove little."""
    raw = company.raw
    with_forecast = {row["case_id"] for row in raw.forecasts}
    assert len(raw.cases) == 500
    assert 50 < len(with_forecast) < 450
    assert {case["currency"] for case in raw.cases} == set(CURRENCIES)
    for level in LEVELS:
        who = company.users[level]
        seen = raw.seen(who)
        money = [case for case in seen if raw.has_money(who, case)]
        assert 20 < len(seen) <= 500
        if level in (ProjectLevel.MANAGER, ProjectLevel.UNIT):
            assert 20 < len(money) < len(seen) < 500


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("life", CaseLife)
def test_totals_of_cases(company: Company, level: ProjectLevel, life: CaseLife) -> None:
    store, who = company.of(level)
    states = {CaseLife.SALES: (SalesState.OPEN, SalesState.LOST), CaseLife.PROJECT: (SalesState.WON,)}[life]
    cases = [case for case in company.raw.seen(who) if case["sales_state"] in states]
    going_on = [case for case in cases if not is_over(case)]
    found = store.cases.totals(company.customer, life)
    assert (found.open.number, found.closed.number) == (len(going_on), len(cases) - len(going_on))
    assert found.value == sums(company.raw, who, going_on, value)
    assert found.weighted == sums(company.raw, who, going_on, by_chance)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("today", [TODAY, *BOUNDARIES])
def test_key_figures_of_the_cases(company: Company, level: ProjectLevel, today: dt.date) -> None:
    store, who = company.of(level)
    seen = company.raw.seen(who)
    found = store.cases.figures(company.customer, today)
    sales = [case for case in seen if case["sales_state"] == SalesState.OPEN and not is_over(case)]
    year = str(today.year)
    won = [case for case in seen if case["sales_state"] == SalesState.WON]
    this_year = [case for case in won if (case["expected_order_date"] or "").startswith(year)]
    lost = sum(case["sales_state"] == SalesState.LOST for case in seen)
    assert found.counts == {
        choice: sum(is_listed(company.raw, case, choice, today) for case in seen) for choice in CaseChoice
    }
    assert found.value == sums(company.raw, who, sales, value)
    assert found.weighted == sums(company.raw, who, sales, by_chance)
    assert (found.year, found.won_number) == (today.year, len(this_year))
    assert found.won_value == sums(company.raw, who, this_year, value)
    assert (found.won, found.lost) == (len(won), lost)
    share = Decimal(100 * len(won)) / (len(won) + lost)
    assert found.hit_rate == int(share.to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("choice", CaseChoice)
def test_what_is_listed_and_its_sums(company: Company, level: ProjectLevel, choice: CaseChoice) -> None:
    store, who = company.of(level)
    for today in (TODAY, dt.date(2026, 12, 1)):
        listed = [case for case in company.raw.seen(who) if is_listed(company.raw, case, choice, today)]
        page = store.cases.listed(company.customer, choice, PageRequest(limit=1000), today)
        assert {row.case.id for row in page.rows} == {case["id"] for case in listed}
        groups: dict[tuple[str, bool, str], list[Row]] = {}
        for case in listed:
            groups.setdefault((case["sales_state"], is_over(case), case["currency"]), []).append(case)
        found = store.cases.sums(company.customer, choice, today)
        assert {(one.state.value, one.is_over, one.currency): one for one in found} == {
            (state, over, code): _case_sum(company.raw, who, state, over, code, cases)
            for (state, over, code), cases in groups.items()
        }


def _case_sum(raw: Raw, who: Seen, state: str, over: bool, currency: str, cases: list[Row]) -> CaseSum:
    shown = [case for case in cases if raw.has_money(who, case)]
    return CaseSum(
        state=SalesState(state),
        is_over=over,
        currency=currency,
        number=len(cases),
        left_out=len(cases) - len(shown),
        value=total(map(value, shown)),
        weighted=total(map(by_chance, shown)),
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("currency", [None, "NOK", "JPY", "SEK"])
def test_the_window_and_what_is_behind_its_figures(company: Company, level: ProjectLevel, currency: str | None) -> None:
    """Also of a currency that no case is in; of a month, half a year over the turn of a year, and three years."""
    store, who = company.of(level)
    raw, code = company.raw, currency or "EUR"
    cases = {case["id"]: case for case in raw.seen(who) if case["currency"] == code}
    money = {key for key, case in cases.items() if raw.has_money(who, case)}
    for first, months in ((Month(2026, 12), 1), (Month(2026, 10), 6), (FIRST, MONTHS)):
        forecasts, actuals = in_months(raw.forecasts, first, months), in_months(raw.actuals, first, months)
        found = store.finance.window(company.customer, first, months, currency)
        assert found.currency == code
        assert [figures.month for figures in found.months] == list(months_from(first, months))
        for figures in found.months:
            assert figures == _month(figures.month, [
                [row for row in rows if row["case_id"] in money and Month(row["year"], row["month"]) == figures.month]
                for rows in (forecasts, actuals)
            ])  # fmt: skip
        with_something = {row["case_id"] for rows in (forecasts, actuals) for row in rows if _has_something(row)}
        assert found.left_out == len(with_something & (cases.keys() - money))
        for figure in Figure:
            behind = store.finance.behind(company.customer, first, months, figure, currency)
            for side in ("forecast", "actual"):
                of_months = (getattr(month, f"{side}_{figure}") for month in found.months)
                assert total(getattr(row, side) for row in behind.rows) == total(of_months)
            assert {row.case for row in behind.rows} <= money


def _month(month: Month, rows: list[list[Row]]) -> MonthFigures:
    forecasts, actuals = rows
    forecast = [
        total(row[field] for row in forecasts) for field in ("billing", "revenue", "labor_expense", "other_expense")
    ]
    billed, labor, other = (total(row[field] for row in actuals) for field in ("billed", "labor_cost", "other_cost"))
    return MonthFigures(
        month=month,
        forecast_billing=forecast[0],
        forecast_revenue=forecast[1],
        forecast_labor=forecast[2],
        forecast_other=forecast[3],
        forecast_margin=_margin(*forecast[1:]),
        actual_billing=billed,
        actual_revenue=billed,
        actual_labor=labor,
        actual_other=other,
        actual_margin=_margin(billed, labor, other),
    )


def _margin(revenue: int | None, labor: int | None, other: int | None) -> int | None:
    costs = [-cost for cost in (labor, other) if cost is not None]
    return total([revenue, *costs])


def _has_something(row: Row) -> bool:
    amounts = ("billing", "revenue", "labor_expense", "other_expense", "billed", "labor_cost", "other_cost")
    return any(row.get(field) is not None for field in amounts)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("today", [TODAY, *BOUNDARIES])
def test_the_card_and_the_list(company: Company, level: ProjectLevel, today: dt.date) -> None:
    """The margin is that of the months around today: it moves with the month."""
    store, who = company.of(level)
    raw, seen = company.raw, company.raw.seen(who)
    figures = store.customers.card(company.customer, today).figures
    preview = store.customers.preview(company.customer, today)
    sales = [case for case in seen if case["sales_state"] == SalesState.OPEN and case["closed"] is None]
    projects = [case for case in seen if case["sales_state"] == SalesState.WON and case["closed"] is None]
    assert (figures.open_sales.number, figures.projects.number) == (len(sales), len(projects))
    assert preview.open_cases.number == len(sales)
    if not who.profile.projects.at_least(ProjectLevel.MANAGER):
        assert not isinstance(figures.open_value, Totals)
        assert not isinstance(figures.margin_percent, int | None)
        return
    assert figures.open_value == preview.open_value == sums(raw, who, sales, value)
    assert preview.weighted_value == sums(raw, who, sales, by_chance)
    assert store.customers.open_value(CustomerQuery(text="Aalto")) == figures.open_value
    own = {case["id"] for case in seen if case["currency"] == "EUR" and raw.has_money(who, case)}
    actuals = [row for row in in_months(raw.actuals, window(today)[0], 6) if row["case_id"] in own]
    billed = sum(row["billed"] or 0 for row in actuals)
    margin = billed - sum((row["labor_cost"] or 0) + (row["other_cost"] or 0) for row in actuals)
    assert isinstance(figures.margin_percent, int)
    assert figures.margin_percent == int((Decimal(100 * margin) / billed).to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("today", [TODAY, *BOUNDARIES])
def test_invoices(company: Company, level: ProjectLevel, today: dt.date) -> None:
    store, who = company.of(level)
    raw, seen = company.raw, {case["id"]: case for case in company.raw.seen(who)}
    sees_all = who.profile.projects is ProjectLevel.ALL
    known = [row for row in raw.invoices if sees_all or seen.keys() & set(raw.billed[row["id"]])]
    whole = [
        row
        for row in known
        if sees_all
        or (raw.billed[row["id"]] and all(c in seen and raw.has_money(who, seen[c]) for c in raw.billed[row["id"]]))
    ]
    outstanding = [row for row in known if row["status"] in ("sent", "waiting")]
    amounts = {
        code: total(row["total"] for row in outstanding if row in whole and row["currency"] == code)
        for code in CURRENCIES
    }
    found = store.finance.invoice_totals(company.customer, today)
    assert found.count.number == len(known)
    assert found.late.number == sum((row["due"] or "9999") < today.isoformat() for row in outstanding)
    assert found.outstanding == Totals(
        tuple(Money(amount, code) for code, amount in amounts.items() if amount is not None),
        sum(row not in whole for row in outstanding),
    )
    page = store.finance.invoices(company.customer, PageRequest(limit=1000))
    shown = {row.invoice.id: row.invoice.total for row in page.rows}
    assert shown.keys() == {row["id"] for row in known}
    assert {key: amount for key, amount in shown.items() if isinstance(amount, int)} == {
        row["id"]: row["total"] for row in whole
    }


def test_without_any_project_permission_there_are_no_figures(company: Company) -> None:
    store, _ = company.of(ProjectLevel.NONE)
    for call in (
        lambda: store.cases.totals(company.customer, CaseLife.SALES),
        lambda: store.cases.figures(company.customer, TODAY),
        lambda: store.finance.window(company.customer, FIRST, MONTHS, None),
        lambda: store.finance.behind(company.customer, FIRST, MONTHS, Figure.BILLING, None),
        lambda: store.finance.invoice_totals(company.customer, TODAY),
    ):
        with pytest.raises(Denied):
            call()


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2026, 11, 30, 21, 59, tzinfo=dt.UTC), dt.date(2026, 11, 30)),
        (dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC), dt.date(2026, 12, 1)),
        (dt.datetime(2026, 12, 31, 22, 0, tzinfo=dt.UTC), dt.date(2027, 1, 1)),
    ],
)
def test_what_is_won_at_midnight_counts_where_the_organization_is(
    store: Store, clock: Clock, moment: dt.datetime, day: dt.date
) -> None:
    """In Helsinki it is two hours later than in UTC: won on the last evening of the year may be won next year."""
    clock.now = moment
    customer = store.customers.create(NewCustomer(name="Aalto Oy"))
    case = store.cases.create(NewCase(customer=customer.id, name="Cell", expected_value=100, currency="EUR"))
    won = next(v.id for v in store.registries.list(RegistryKind.SALES_STATUS) if v.sales_state is SalesState.WON)
    changed = store.cases.update(case.id, case.revision, CaseChange(sales_status=won))
    assert changed.expected_order_date == day
    for year in (2026, 2027):
        figures = store.cases.figures(customer.id, dt.date(year, 6, 1))
        assert figures.won_value == (Totals((Money(100, "EUR"),)) if year == day.year else Totals())
