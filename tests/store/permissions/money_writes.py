"""Attempts to write cases, figures and invoices, with what each profile may do by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.store.conftest import TODAY
from tests.store.permissions.trial import (
    ANY,
    BLOCKED,
    CONFLICT,
    DONE,
    INVALID,
    NO_CHOICE,
    STALE,
    Attempt,
    Trial,
)

from crm_tui.domain.cases import CaseChange, NewCase
from crm_tui.domain.entities import Kind
from crm_tui.domain.finance import ActualEntry, ForecastEntry, NewInvoice, Receiver


def create_cases(trial: Trial) -> Iterator[Attempt]:
    """With and without a value, and with numbers that are taken."""
    yield Attempt(trial.needs("read", "manager without money"), (NewCase(customer=trial.mixed, name="New"),))
    valued = NewCase(customer=trial.mixed, name="New", expected_value=1_00)
    outcome = trial.needs("read", "manager without money")
    yield Attempt(outcome if outcome != DONE else trial.needs("read", "manager"), (valued,))
    for number in trial.ids("SELECT number FROM crm_case"):  # a number is taken, be it by something hidden
        outcome = trial.needs("read", "manager without money")
        taken = NewCase(customer=trial.mixed, name="New", number=number)
        yield Attempt(INVALID if outcome == DONE else outcome, (taken,))


def update_cases(trial: Trial) -> Iterator[Attempt]:
    """Names, completion, values, and taking them over."""
    for key in trial.ids("SELECT id FROM crm_case"):
        outcome, revision = trial.change_case(key), trial.revision(Kind.CASE, key)
        for change in (CaseChange(name="Renamed"), CaseChange(completion=9)):
            yield Attempt(outcome, (key, revision, change))
            yield Attempt(CONFLICT if outcome == DONE else outcome, (key, STALE, change))
        money = trial.write_figures(key) if outcome == DONE else outcome
        yield Attempt(money, (key, revision, CaseChange(expected_value=7_00)))
        yield Attempt(CONFLICT if money == DONE else money, (key, STALE, CaseChange(expected_value=7_00)))
        yield Attempt(_taking_over(trial, key, outcome), (key, revision, CaseChange(owner=trial.sight.actor)))


def _taking_over(trial: Trial, case: int, outcome: str) -> str:
    """Nobody makes a case their own to see its money."""
    facts = trial.sight.cases[case]
    gains = trial.sight.sees_money(facts._replace(owner=trial.sight.actor)) and not trial.sight.sees_money(facts)
    return "projects: all" if outcome == DONE and gains else outcome


def delete_cases(trial: Trial) -> Iterator[Attempt]:
    """Each of them."""
    for key in trial.ids("SELECT id FROM crm_case"):
        outcome = trial.change_case(key)
        is_billed = trial.con.execute("SELECT 1 FROM invoice_case WHERE case_id = ?", (key,)).get
        yield Attempt(BLOCKED if outcome == DONE and is_billed else outcome, (key, trial.revision(Kind.CASE, key)))


def put(entry: type[ForecastEntry] | type[ActualEntry], field: str) -> Callable[[Trial], Iterator[Attempt]]:
    """Figures of a month that has none, and of one that has some."""

    def attempts(trial: Trial) -> Iterator[Attempt]:
        for case in trial.ids("SELECT DISTINCT case_id FROM forecast"):
            outcome = trial.write_figures(case)
            amount: dict[str, Any] = {field: 5_00}
            yield Attempt(outcome, (entry(case=case, year=2028, month=1, **amount), None))
            there = entry(case=case, year=2026, month=11, **amount)
            yield Attempt(outcome, (there, 2))
            for revision in (None, STALE):
                yield Attempt(CONFLICT if outcome == DONE else outcome, (there, revision))

    return attempts


def delete_forecasts(trial: Trial) -> Iterator[Attempt]:
    """One of each case."""
    for key in trial.ids("SELECT min(id) FROM forecast GROUP BY case_id"):
        case = trial.con.execute("SELECT case_id FROM forecast WHERE id = ?", (key,)).get
        outcome = trial.write_figures(case)
        yield Attempt(outcome, (key, trial.revision(Kind.FORECAST, key)))
        yield Attempt(CONFLICT if outcome == DONE else outcome, (key, STALE))


def create_invoices(trial: Trial) -> Iterator[Attempt]:
    """Of one case, of several, of none, and with numbers that are taken."""
    for cases in ((), *((case,) for case in trial.projects), tuple(trial.projects[:2])):
        new = _invoice(trial, "new", cases)
        outcome = trial.needs("read", "manager")
        if outcome == DONE and not all(trial.sight.knows(case) for case in cases):
            outcome = NO_CHOICE
        elif outcome == DONE and not trial.sight.knows_money(list(cases)):
            outcome = "projects: all"
        yield Attempt(outcome, (new,))
    for (number,) in trial.con.execute("SELECT number FROM invoice LIMIT 30").fetchall():
        outcome = trial.needs("read", "all")
        taken = _invoice(trial, str(number), ())
        if outcome != DONE:
            outcome = ANY if trial.missing("read", "manager") is None else trial.needs("read", "manager")
        yield Attempt(INVALID if outcome == DONE else outcome, (taken,))


def _invoice(trial: Trial, number: str, cases: tuple[int, ...]) -> NewInvoice:
    billed: dict[str, Any] = {"customer": trial.mixed, "cases": cases, "currency": "EUR", "total": 1}
    return NewInvoice(number=number, date=TODAY, receiver=Receiver(name="Receiver"), **billed)


def invoices(trial: Trial, *change: Any) -> Iterator[Attempt]:
    """Changes of each of them; without a change, deletions."""
    for key in trial.ids("SELECT id FROM invoice"):
        cases = trial.ids("SELECT case_id FROM invoice_case WHERE invoice_id = :key", key=key)
        outcome = trial.write_invoice(cases)
        yield Attempt(outcome, (key, trial.revision(Kind.INVOICE, key), *change))
        yield Attempt(CONFLICT if outcome == DONE else outcome, (key, STALE, *change))
