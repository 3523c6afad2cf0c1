"""The world, made once for all tests that look at it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
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


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Path, world: World) -> Iterator[Pair]:
    """The two worlds of a sight, which is the parameter."""
    with pair_of(tmp_path, world, request.param) as made:
        yield made


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """How much was tried; it can be read with ``-s``."""
    told: Figures = []
    yield told
    sys.stdout.write("".join(f"\n{sentence}" for sentence in told))
