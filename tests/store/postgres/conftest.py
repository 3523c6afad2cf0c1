"""Databases of the tests' PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests import postgres
from tests.store.conftest import set_up_in_postgres


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of a database with nothing in it."""
    address = postgres.new_database()
    yield address
    postgres.drop_database(address)


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a store that was just set up."""
    address = postgres.new_database(postgres.template("set_up", set_up_in_postgres))
    yield address
    postgres.drop_database(address)
