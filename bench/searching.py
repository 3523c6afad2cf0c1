"""Search and card in the store: what a million costs more than ten thousand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial

from bench.data import LOGIN, Scene, now, say, today
from bench.report import Row, grows, ratio_at_most
from bench.timing import Timing, computed, timing_of
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.store import SqlStore, open_store

TITLE = "Search and card in the store, processor time"
WORDS = ("m", "ma", "mar", "berg", "lahtinen", "040 555", "hels oy", "anders", "1001", "ferr", "soren", "lars hydro")
_ROUNDS = 20  # of all words; one more before them fills the caches
_PAGE = PageRequest(limit=100)
#: what is compared: more than this times the p95 of the smaller store is too much
_TARGETS = {"find anything": 1.5, "filter the list": 1.5, "card": 1.2}
_BASE = 10_000


class _Asked:
    """A store and things to ask it about, the same for every size but for the customers."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._dice = random.Random(7)
        self._customers = [row.id for row in store.customers.page(CustomerQuery(), _PAGE).rows]
        self.calls: dict[str, Callable[[str], object]] = {
            "find anything": store.search.anything,
            "filter the list": lambda text: store.customers.page(CustomerQuery(text=text), _PAGE),
            "card": lambda _: store.customers.card(self._dice.choice(self._customers), today()),
            "preview": lambda _: store.customers.preview(self._dice.choice(self._customers), today()),
        }


def measure(scene: Scene) -> Iterator[Row]:
    """All sizes in turns, call by call."""
    taken: dict[tuple[str, int], list[float]] = {}
    by_word: dict[tuple[str, int, str], list[float]] = {}
    with ExitStack() as stack:
        asked = {}
        for size in scene.sizes:
            say(f"opening {size:,} customers")
            store = open_store(scene.store(size), login=LOGIN, clock=now)
            asked[size] = _Asked(stack.enter_context(closing(store)))
        for turn in range(len(WORDS) * (1 + min(_ROUNDS, 2 * scene.repeats))):
            for size, one in asked.items():
                for name, call in one.calls.items():
                    word = WORDS[turn % len(WORDS)]
                    spent = computed(partial(call, word))
                    if turn >= len(WORDS):
                        taken.setdefault((name, size), []).append(spent)
                        by_word.setdefault((name, size, word), []).append(spent)
    timings = {key: timing_of(times) for key, times in taken.items()}
    for name in ("find anything", "filter the list", "card", "preview"):
        yield from _rows(scene, name, {size: timings[name, size] for size in scene.sizes})
        if name in ("find anything", "filter the list"):
            spent_on = {word: timing_of(by_word[name, scene.largest, word]).median for word in WORDS}
            dear = sorted(WORDS, key=lambda word: -spent_on[word])[:3]
            yield Row(f"{name}: the dearest words", ", ".join(f"{word} {spent_on[word]:.1f} ms" for word in dear))


def _rows(scene: Scene, name: str, timings: dict[int, Timing]) -> Iterator[Row]:
    yield grows(
        f"{name} in the store, p95", {size: each.p95 for size, each in timings.items()}, scene.sizes, " ms", digits=1
    )
    for size, timing in timings.items():
        yield Row(f"{size:,} customers: {name}", f"{timing.median:.2f} ms, p95 {timing.p95:.2f}")
    base = _BASE if _BASE in timings else scene.smallest
    if name in _TARGETS and scene.largest > base:
        ratio = timings[scene.largest].p95 / timings[base].p95
        what = f"{name}: p95 at {scene.largest:,} against {base:,}"
        yield ratio_at_most(what, ratio, _TARGETS[name], f"{base:,}", shown=f"{timings[scene.largest].p95:.2f} ms")
