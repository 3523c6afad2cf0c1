"""The cases behind each figure of a customer with 500 cases add up to it, whoever asks; no table is gone through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from tests.store.many_cases import FIRST, LOGINS, MONTHS, Company, build

from crm_tui.domain.periods import Month
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.store.finance import Figure
from crm_tui.store.sql import finance_behind
from crm_tui.store.sql import rights as rights_of
from crm_tui.store.sql.sqlite import SqliteConnection

LEVELS = [level for level in ProjectLevel if level is not ProjectLevel.NONE]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("behind") / "crm.db"


@pytest.fixture(scope="module")
def company(path: Path) -> Iterator[Company]:
    made = build(path)
    yield made
    made.store.close()


@pytest.mark.parametrize("level", LEVELS)
def test_they_add_up_to_every_figure(company: Company, level: ProjectLevel) -> None:
    store, _ = company.of(level)
    for currency in ("EUR", "JPY"):
        window = store.finance.window(company.customer, FIRST, MONTHS, currency)
        for figure in Figure:
            for first, months in ((FIRST, MONTHS), (Month(2026, 11), 1), (Month(2026, 12), 2)):
                found = store.finance.behind(company.customer, first, months, figure, currency)
                shown = [month for month in window.months if 0 <= month.month.since(first) < months]
                for side in ("forecast", "actual"):
                    amounts = [getattr(month, f"{side}_{figure}") for month in shown]
                    behind = [getattr(row, side) for row in found.rows]
                    assert sum(filter(None, behind)) == sum(filter(None, amounts))
                    assert any(each is not None for each in behind) == any(each is not None for each in amounts)
                assert found.left_out <= window.left_out


def test_indexes_lead_to_them(company: Company, path: Path) -> None:
    con = SqliteConnection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    rights = rights_of.load(con, LOGINS[ProjectLevel.UNIT])
    statements: list[tuple[str, object]] = []

    def note(cursor: apsw.Cursor, statement: str, bindings: object) -> bool:
        statements.append((statement, bindings))
        return True

    con.exec_trace = note
    finance_behind.behind(con, rights, company.customer, FIRST, MONTHS, Figure.MARGIN, "EUR")
    finance_behind.without_forecast(con, rights, company.customer, FIRST)
    con.exec_trace = None
    steps = [
        str(row[3])
        for statement, bindings in statements
        for row in con.execute(f"EXPLAIN QUERY PLAN {statement}", bindings)  # type: ignore[arg-type] # as it was
    ]
    con.close()
    assert statements
    assert not [step for step in steps if step.startswith(("SCAN c", "SCAN f"))], steps
