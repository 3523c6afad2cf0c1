"""Rules 11 and 15 to 19: whatever the port is asked, under every profile, nothing hidden comes back, by no way.

Each profile asks each method; long lists of arguments are shared out among the profiles that see the same things."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.store.permissions.conftest import Figures
from tests.store.permissions.pair import Pair
from tests.store.permissions.profiles import EVERY, SIGHTS, Permissions, elsewhere, of_sight, some_of_sight
from tests.store.permissions.reads import READS, calls
from tests.store.permissions.sums import numbers_in
from tests.store.permissions.walker import Call, answer, methods
from tests.store.permissions.world import World
from tests.store.permissions.writes import WRITES

#: words of each class of field that are looked for
_WORDS = 2
#: PostgreSQL and servers are asked by a few profiles one of so many questions alike; every profile asks in the soak
_ONE_OF = 30


def test_every_method_of_the_port_is_asked() -> None:
    assert set(methods()) == READS.keys() | WRITES.keys()
    assert not READS.keys() & WRITES.keys()
    assert len(EVERY) == 72


class Walk:
    """One walk over all readings of some profiles, in both worlds, and what it found."""

    def __init__(self, pair: Pair, world: World) -> None:
        self._pair = pair
        self._canaries = world.canaries
        self.leaks: Counter[str] = Counter()
        self.differences: dict[str, str] = {}
        self.seen: set[str] = set()
        self.asked = 0

    def ask(self, permissions: Permissions, call: Call) -> None:
        """Make one call in both worlds, and judge the answers."""
        self.asked += 1
        first, second = answer(self._pair.first, call), answer(self._pair.second, call)
        if not _is_whole_export(permissions, call):
            if _comparable(call, first) != _comparable(call, second):
                self.differences.setdefault(f"{call.method}, {permissions}", f"{call}: {_apart(first, second)}")
            found = self._canaries.found_in(first)
            for canary in found & self._pair.hidden:
                self.leaks[f"{self._canaries.classes[canary]} by {call.method}"] += 1
            for number in numbers_in(first) & self._pair.telling:
                self.leaks[f"the number {number} by {call}"] += 1
            self.seen |= found


def _is_whole_export(permissions: Permissions, call: Call) -> bool:
    """The whole store goes to who may see all of it, to the letter: with private entries of others, which are the
    only thing that is hidden from them otherwise."""
    return call.method == "portable.dump" and permissions.sight == "all"


def _comparable(call: Call, text: str) -> str:
    """Administrators learn that a value is in use by something hidden, but not by how much: they can't delete it."""
    return re.sub(r'\{"kind":"\w+","number":null\},?', "", text) if call.method == "registries.usage" else text


def _apart(first: str, second: str) -> str:
    """Where two texts part."""
    place = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), 0)
    start = max(0, place - 100)
    return f"{first[start : place + 100]} AND {second[start : place + 100]}"


@pytest.mark.parametrize(("sight", "pair"), [(sight, sight) for sight in SIGHTS], indirect=["pair"], ids=SIGHTS)
def test_nothing_hidden_comes_back(sight: str, pair: Pair, world: World, figures: Figures) -> None:
    figures.append(_figures(sight, pair, world, _walked(sight, pair, world, _WORDS, shared=True)))


@pytest.mark.soak
@pytest.mark.parametrize(("sight", "pair"), [(sight, sight) for sight in SIGHTS], indirect=["pair"], ids=SIGHTS)
def test_nothing_hidden_comes_back_whatever_every_profile_asks(
    sight: str, pair: Pair, world: World, figures: Figures
) -> None:
    figures.append(_figures(sight, pair, world, _walked(sight, pair, world, 6, shared=False)))


@elsewhere("postgres_pair")
def test_nothing_hidden_comes_back_from_postgres(sight: str, postgres_pair: Pair, world: World) -> None:
    _walk(some_of_sight(sight), postgres_pair, world, _WORDS, turns=_ONE_OF)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("sight", "postgres_pair"), [(sight, sight) for sight in SIGHTS], indirect=["postgres_pair"], ids=SIGHTS
)
def test_nothing_hidden_comes_back_from_postgres_whatever_is_asked(
    sight: str, postgres_pair: Pair, world: World, figures: Figures
) -> None:
    figures.append(_figures(sight, postgres_pair, world, _walked(sight, postgres_pair, world, _WORDS, shared=True)))


@elsewhere("http_pair")
def test_nothing_hidden_comes_back_over_http(sight: str, http_pair: Pair, world: World) -> None:
    _walk(some_of_sight(sight), http_pair, world, _WORDS, turns=_ONE_OF)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("sight", "http_pair"), [(sight, sight) for sight in SIGHTS], indirect=["http_pair"], ids=SIGHTS
)
def test_nothing_hidden_comes_back_over_http_whatever_is_asked(
    sight: str, http_pair: Pair, world: World, figures: Figures
) -> None:
    figures.append(_figures(sight, http_pair, world, _walked(sight, http_pair, world, _WORDS, shared=True)))


def _walked(sight: str, pair: Pair, world: World, words: int, *, shared: bool) -> Walk:
    profiles = of_sight(sight)
    walk = _walk(profiles, pair, world, words, turns=len(profiles) if shared else 1)
    classes = Counter(world.canaries.classes[canary] for canary in pair.shown - walk.seen)
    assert not classes, "this may be seen, and nothing shows it"
    return walk


def _walk(profiles: list[Permissions], pair: Pair, world: World, words: int, turns: int) -> Walk:
    """Each profile asks every method; of many arguments alike those whose turn it is."""
    walk, scope = Walk(pair, world), pair.scope(words)
    for turn, permissions in enumerate(profiles):
        pair.assume(permissions)
        for call in calls(scope, turn, turns):
            walk.ask(permissions, call)
    assert not walk.leaks
    assert not walk.differences
    return walk


def _figures(sight: str, pair: Pair, world: World, walk: Walk) -> str:
    checks = walk.asked * (len(pair.hidden) + len(pair.telling))
    classes = len({world.canaries.classes[canary] for canary in pair.hidden})
    return (
        f"sight {sight}: {len(READS)} methods x {len(of_sight(sight))} profiles, {walk.asked} questions in each of"
        f" two worlds, {len(pair.hidden)} canaries in {classes} classes of fields and {len(pair.telling)} sums hidden,"
        f" {len(pair.shown)} canaries shown, {checks} canary checks"
    )
