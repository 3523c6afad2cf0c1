"""People who save all the time, whatever becomes of the server, and what has to be there in the end."""

from __future__ import annotations

import io
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import Any

from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.errors import AlreadySaved, MaybeSaved, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.http.store import RemoteStore
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

#: seconds until somebody who was told that it did not work tries again
_PAUSE = 0.05
#: seconds in which something has to be saved; only a failing test waits so long
_PATIENCE = 60.0
#: every so many customers get a file
_FILES = 4


class Told(Enum):
    """What somebody was told of a write; as often it may be there."""

    SAVED = (1,)
    MAYBE = (0, 1)
    NOT_SAVED = (0,)


@dataclass
class Written:
    """A customer as somebody wrote it: what they were told of each step."""

    created: Told = Told.NOT_SAVED
    described: Told = Told.NOT_SAVED
    filed: Told = Told.NOT_SAVED


class Saver:
    """Creates, describes and files until it is told to stop. Who ``insists`` does the same again under the same key
    until it is sure, as a form does; others go on with something else."""

    def __init__(self, store: RemoteStore, name: str, *, insists: bool) -> None:
        self.written: dict[str, Written] = {}
        self.saved_at: list[float] = []
        self._store, self._name, self._insists = store, name, insists
        self._moved = threading.Condition()
        self._is_over = threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._running = self._pool.submit(self._run)
        self._running.add_done_callback(lambda _: self._move())

    def wait_for(self, number: int) -> None:
        """Until so many more writes were acknowledged."""
        with self._moved:
            wanted = len(self.saved_at) + number
            assert self._moved.wait_for(lambda: len(self.saved_at) >= wanted or self._running.done(), _PATIENCE)
        if self._running.done():
            self._running.result()

    def stop(self) -> None:
        """End; raises what it met besides what it has to expect."""
        self._is_over.set()
        self._running.result(_PATIENCE)
        self._pool.shutdown()
        self._store.close()

    def _run(self) -> None:
        number = 0
        while not self._is_over.is_set():
            number += 1
            self._write(f"{self._name} {number}", has_file=number % _FILES == 0)

    def _write(self, name: str, *, has_file: bool) -> None:
        written = self.written[name] = Written()
        written.created, made = self._told(lambda store: store.customers.create(NewCustomer(name=name)))
        if made is None:
            return
        change = CustomerChange(description=name)
        written.described, _ = self._told(lambda store: store.customers.update(made.id, made.revision, change))
        if has_file:
            new = NewFile(customer=made.id, kind=FileKind.FILE, name=name)
            written.filed, _ = self._told(lambda store: store.files.create(new, io.BytesIO(content_of(name))))

    def _told(self, write: Callable[[Store], Any]) -> tuple[Told, Any]:
        """What is told in the end, and what was written where that is known."""
        told, key = Told.NOT_SAVED, uuid.uuid4().hex
        while True:
            try:
                value = write(self._store.once(key))
            except AlreadySaved:  # by a try whose answer was lost
                self._move(saved=True)
                return Told.SAVED, None
            except Unavailable as error:
                told = Told.MAYBE if isinstance(error, MaybeSaved) else told
                self._is_over.wait(_PAUSE)
                if not self._insists or self._is_over.is_set():
                    return told, None
            else:
                self._move(saved=True)
                return Told.SAVED, value

    def _move(self, *, saved: bool = False) -> None:
        with self._moved:
            if saved:
                self.saved_at.append(monotonic())
            self._moved.notify_all()


def content_of(name: str) -> bytes:
    """The content of the file of a customer: more than one piece on its way."""
    return name.encode() * 10_000


def judge(store: Store, savers: Sequence[Saver]) -> Counter[Told]:
    """Raise AssertionError unless all that was told as saved is there once, what may be saved at most once, and the
    rest is not; returns how often each was told."""
    written = {name: each for saver in savers for name, each in saver.written.items()}
    ids = list(_customers(store))
    there = Counter(name for name, _ in ids)
    assert set(there) <= set(written)
    for name, each in written.items():
        assert there[name] in each.created.value, (name, each, there[name])
    for name, customer in ids:
        each = written[name]
        found = store.customers.get(customer)
        assert (found.description == name, found.revision - 1) in [(n == 1, n) for n in each.described.value]
        files = store.files.of_customer(customer, PageRequest()).rows
        assert len(files) in each.filed.value
        for row in files:
            with store.files.open(row.file.id) as content:
                assert content.read() == content_of(name)
    return Counter(told for each in written.values() for told in (each.created, each.described, each.filed))


def _customers(store: Store) -> Iterator[tuple[str, int]]:
    request = PageRequest(limit=500)
    while True:
        page = store.customers.page(CustomerQuery(), request)
        yield from ((row.name, row.id) for row in page.rows)
        if not page.more:
            return
        request = PageRequest(limit=500, after=page.cursors[-1])
