"""A store to copy, and where to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.conftest import TODAY, Clock
from tests.store.copying.ends import WAYS, File, InPostgres, Record, World

from crm_tui.demo.build import records


@pytest.fixture(scope="module")
def company() -> list[Record]:
    """A small company as records."""
    return list(records(7, TODAY, 15))


@pytest.fixture(params=["file to file", "file to PostgreSQL"])
def world(request: pytest.FixtureRequest, tmp_path: Path, company: list[Record], clock: Clock) -> Iterator[World]:
    """Both ways into a store; a test may ask for other ways."""
    begin, end = (
        InPostgres() if in_postgres else File(tmp_path / f"{name}.db")
        for name, in_postgres in zip(("from", "to"), WAYS[request.param], strict=True)
    )
    made = World(begin, end, company, clock)
    yield made
    made.source.close()
    begin.remove()
    end.remove()
