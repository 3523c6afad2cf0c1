"""Copying a whole store into a new one, whichever database each of them is in.

It goes over in batches, in an order that is always the same; with each the new store keeps how many rows there were,
and a checksum of them. A copy that was interrupted reads again from the start, which costs a fraction of writing, and
goes on writing where it was: if what it read is what it had read then, all of it is of one moment. If not, it begins
anew. Indexes are made when all is there, each in a transaction of its own.

Until all is there and was compared, nobody opens the new store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from crm_tui.domain.errors import Corrupt, Invalid
from crm_tui.store.history import Progress
from crm_tui.store.sql import loading
from crm_tui.store.sql.checksums import Checksums
from crm_tui.store.sql.copy_ends import Batch, Source, Target
from crm_tui.store.sql.copy_state import State
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import CUSTOMER


class Copied(NamedTuple):
    """What was copied: rows by table, contents among them. ``began_anew``: what an earlier copy had done was of another
    state of the store."""

    tables: dict[str, int]
    began_anew: bool

    @property
    def rows(self) -> int:
        """All of them."""
        return sum(self.tables.values())


def copy(source: Source, target: Target, now: dt.datetime, progress: Progress) -> Copied:
    """Copy all of ``source`` into ``target``, compare, and publish it. What ``progress`` raises ends it, as does every
    error; the same call then goes on. Raises Corrupt where the copy is not the same."""
    began_anew = False
    state = target.state() or target.begin()
    while True:
        copying = _Copying(source, target, progress)
        with closing(source.batches()) as batches:
            if copying.pass_over(batches, state):
                copying.take(batches, state)
                break
        began_anew, state = True, target.begin()
    copying.finish(now)
    copying.compare()
    target.publish()
    return Copied({name: rows for name, (rows, _) in copying.sums.tables().items()}, began_anew)


class _Copying:
    """One run."""

    def __init__(self, source: Source, target: Target, tell: Progress) -> None:
        self._source = source
        self._target = target
        self._tell = tell
        self.sums = Checksums()

    def pass_over(self, batches: Iterator[Batch], state: State) -> bool:
        """Read what is copied already; false if that is not what was read then."""
        while self.sums.rows < state.rows and (batch := next(batches, None)) is not None:
            self.sums.add(batch.name, *batch.said())
            self._tell(f"{batch.name} (copied already)", self.sums.rows)
        return (self.sums.rows, self.sums.so_far) == (state.rows, state.checksum) or not state.rows

    def take(self, batches: Iterator[Batch], state: State) -> None:
        """Copy the rest."""
        target = self._target
        unfinished = [name for name in target.contents.kept() if name.startswith(".")]
        if unfinished:
            target.contents.discard(unfinished)
        for batch in batches:
            with target.transaction(), _fitting(target.con):
                batch.write(target)
                self.sums.add(batch.name, *batch.said())
                target.keep(State(self.sums.rows, self.sums.so_far, state.anew))
            self._tell(batch.name, self.sums.rows)

    def finish(self, now: dt.datetime) -> None:
        """What is made of many rows: what follows from them, and indexes; customers' last, as some of that changes
        customers."""
        target = self._target
        state = target.state()
        assert state is not None  # noqa: S101 - it was begun
        left = loading.customers_last(state.anew)
        is_derived = False
        for number, (table, statement) in enumerate(left, 1):
            self._tell("indexes", number)
            with target.transaction(), _fitting(target.con):
                target.con.dialect.bulk.make_room(target.con)
                if table == CUSTOMER.name and not is_derived:
                    self._source.derive(target, now)
                    is_derived = True
                target.con.execute(statement)
                target.keep(state._replace(anew=tuple(left[number:])))
        with target.transaction(), _fitting(target.con):
            loading.round_off(target.con, lambda what: self._tell(what, self.sums.rows))
        self._tell("tables", self.sums.rows)
        target.settle()

    def compare(self) -> None:
        """Raise Corrupt unless each table of the copy has as many rows as were read, and the same ones; of contents all
        bytes are read."""
        stored = Checksums()
        try:
            with self._target.transaction():
                for batch in self._source.copied(self._target):
                    batch.check()
                    stored.add(batch.name, *batch.said())
                    self._tell(f"comparing {batch.name}", stored.rows)
        except Corrupt as error:  # which speaks as of a store that is in use
            raise self._other_than_read("contents of files") from error
        wanted, found = self.sums.tables(), stored.tables()
        different = [name for name in {**wanted, **found} if wanted.get(name) != found.get(name)]
        if different:
            raise self._other_than_read(", ".join(different))

    def _other_than_read(self, what: str) -> Corrupt:
        return Corrupt(
            f"The copy is not what was read ({what}), so it was not put into use: something else wrote to it, or its"
            f" disk is not to be trusted. {self._target.undone}, and copy again."
        )


@contextmanager
def _fitting(con: Connection) -> Iterator[None]:
    try:
        yield
    except con.dialect.broken as error:
        raise Invalid("records", f"do not fit together ({error})") from error
