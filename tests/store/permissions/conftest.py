"""The world, made once for all tests that look at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import TypeAlias

import pytest
from tests.store.permissions.pair import Pair, http_pair_of, pair_of, postgres_pair_of
from tests.store.permissions.world import World, build

#: sentences on how much was tried
Figures: TypeAlias = list[str]
#: gives the two worlds of a sight
Pairs: TypeAlias = Callable[[str], Pair]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """What was planted."""
    return build(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Pairs]:
    """The two worlds of a sight: made once, since every write in them is taken back."""
    with ExitStack() as closing:
        yield cache(lambda sight: closing.enter_context(pair_of(tmp_path_factory.mktemp("pair"), world, sight)))


@pytest.fixture(scope="session")
def postgres_pairs(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Pairs]:
    """The same in PostgreSQL."""
    with ExitStack() as closing:
        yield cache(
            lambda sight: closing.enter_context(postgres_pair_of(tmp_path_factory.mktemp("pair"), world, sight))
        )


@pytest.fixture(scope="session")
def http_pairs(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Pairs]:
    """The same at servers."""
    with ExitStack() as closing:
        yield cache(lambda sight: closing.enter_context(http_pair_of(tmp_path_factory.mktemp("pair"), world, sight)))


@pytest.fixture
def pair(request: pytest.FixtureRequest, pairs: Pairs) -> Pair:
    """The two worlds of the sight which is the parameter."""
    return pairs(request.param)


@pytest.fixture
def postgres_pair(request: pytest.FixtureRequest, postgres_pairs: Pairs) -> Pair:
    """The same in PostgreSQL."""
    return postgres_pairs(request.param)


@pytest.fixture
def http_pair(request: pytest.FixtureRequest, http_pairs: Pairs) -> Pair:
    """The same at servers."""
    return http_pairs(request.param)


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """How much was tried; it can be read with ``-s``."""
    told: Figures = []
    yield told
    sys.stdout.write("".join(f"\n{sentence}" for sentence in told))
