"""Which rows of a table meet by a key: kept as numbers in arrays, so that millions of rows fit into memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

#: a key of more rows than this says too little: what they have in common besides has keys of its own
MOST_ALIKE = 25
#: a word that so many have in their names is a name
COMMON = 3

_ROW_BITS = 26
_ROW = (1 << _ROW_BITS) - 1
_KEY = (1 << (64 - _ROW_BITS)) - 1
_PARTS = 64
#: rows whose pairs are compared together
BLOCK = 4_000


class Meeting:
    """Collects the keys of rows, which are numbered in the order of their coming, and finds who meets."""

    def __init__(self) -> None:
        self._rows = array("q")
        self._words: Counter[str] = Counter()
        self._parts = [array("Q") for _ in range(_PARTS)]

    def __len__(self) -> int:
        return len(self._rows)

    def is_common(self, word: str) -> bool:
        """Whether several rows have this word in their names."""
        return self._words[word] >= COMMON

    def add(self, key: int, words: Iterable[str], keys: Iterable[str]) -> None:
        """A row by its id, the words of its name, and its keys."""
        row = len(self._rows)
        self._rows.append(key)
        self._words.update(words)
        for number in map(hash, set(keys)):
            self._parts[number % _PARTS].append(((number >> 6) & _KEY) << _ROW_BITS | row)

    def pairs(self) -> Iterator[list[tuple[int, int]]]:
        """Pairs of ids that meet, each once and the one that came first in front, block by block. An empty list now
        and then while they are looked for. The keys are gone afterwards."""
        blocks = [array("Q") for _ in range(len(self._rows) // BLOCK + 1)]
        while self._parts:
            for one, other in _meetings(sorted(self._parts.pop())):
                blocks[one // BLOCK].append(one << _ROW_BITS | other)
            yield []
        blocks.reverse()
        while blocks:
            met = sorted(set(blocks.pop()))
            yield [(self._rows[pair >> _ROW_BITS], self._rows[pair & _ROW]) for pair in met]


def _meetings(entries: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs of rows with the same key, of sorted entries."""
    start, count = 0, len(entries)
    while start < count:
        key = entries[start] >> _ROW_BITS
        end = start + 1
        while end < count and entries[end] >> _ROW_BITS == key:
            end += 1
        if 1 < end - start <= MOST_ALIKE:
            yield from combinations([entry & _ROW for entry in entries[start:end]], 2)
        start = end
