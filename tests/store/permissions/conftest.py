"""The world, made once for all tests that look at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias

import pytest
from tests.store.permissions.pair import Pair, pair_of
from tests.store.permissions.world import World, build

#: sentences on how much was tried
Figures: TypeAlias = list[str]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """What was planted."""
    return build(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Callable[[str], Pair]]:
    """The two worlds of a sight: made once, since every write in them is taken back."""
    made: dict[str, Pair] = {}
    with ExitStack() as closing:

        def of(sight: str) -> Pair:
            if sight not in made:
                made[sight] = closing.enter_context(pair_of(tmp_path_factory.mktemp("pair"), world, sight))
            return made[sight]

        yield of


@pytest.fixture
def pair(request: pytest.FixtureRequest, pairs: Callable[[str], Pair]) -> Pair:
    """The two worlds of the sight which is the parameter."""
    return pairs(request.param)


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """How much was tried; it can be read with ``-s``."""
    told: Figures = []
    yield told
    sys.stdout.write("".join(f"\n{sentence}" for sentence in told))
