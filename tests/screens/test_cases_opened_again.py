"""A case that is open again: a project keeps the status that it had, and nothing says any more why a case was lost."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from tests.driver import NOW
from tests.store.conformance import given
from tests.store.conformance.given import TODAY

from crm_tui.config import Settings
from crm_tui.domain.cases import Case, CaseChange, SalesState
from crm_tui.domain.registries import RegistryKind
from crm_tui.screens.case_changes import close, open_again, win
from crm_tui.screens.case_facts import CaseInFull, all_facts, row_facts
from crm_tui.screens.present import Clock
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore


def project_status(store: Store, *, done: bool, place: int = 0) -> int:
    """A project status that means done, or not."""
    values = store.registries.list(RegistryKind.PROJECT_STATUS)
    return [value.id for value in values if value.is_done == done][place]


def labels(store: Store, case: Case) -> list[str]:
    """What is said of a case, beside the list and in full."""
    clock = Clock(NOW, ZoneInfo("UTC"), Settings())
    full = CaseInFull.read(store, case.id, TODAY)
    return [fact.label for fact in (*row_facts(full.details.row, clock), *all_facts(full, clock))]


@pytest.mark.parametrize("place", [0, 1])
def test_a_project_that_was_closed_without_being_done_keeps_its_status(fresh_store: SqlStore, place: int) -> None:
    had = project_status(fresh_store, done=False, place=place)
    made = given.project(fresh_store, given.customer(fresh_store))
    change = CaseChange(project_status=had, closed=TODAY)
    closed = fresh_store.cases.update(made.id, made.revision, change)

    again = open_again(fresh_store, closed)

    assert (again.project_status, again.closed) == (had, None)


def test_a_project_that_was_done_is_at_its_beginning_again(fresh_store: SqlStore) -> None:
    closed = close(fresh_store, given.project(fresh_store, given.customer(fresh_store)), TODAY)
    assert closed.project_status == project_status(fresh_store, done=True)

    again = open_again(fresh_store, closed)

    assert (again.project_status, again.closed) == (project_status(fresh_store, done=False), None)


def test_why_it_was_lost_is_said_while_it_is_lost(fresh_store: SqlStore) -> None:
    made = given.case(fresh_store, given.customer(fresh_store))
    status = given.status(fresh_store, SalesState.LOST)
    lost = fresh_store.cases.update(made.id, made.revision, CaseChange(sales_status=status, lost_reason="Too dear"))
    assert labels(fresh_store, lost).count("Lost because") == 2

    again = open_again(fresh_store, lost)
    assert "Lost because" not in labels(fresh_store, again)
    assert "Lost because" not in labels(fresh_store, win(fresh_store, again))
    assert fresh_store.cases.get(made.id).lost_reason == "Too dear"
