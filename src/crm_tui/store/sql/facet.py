"""What all facets share: how to read and write as the bound actor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from crm_tui.store.sql import idempotency
from crm_tui.store.sql import rights as rights_of
from crm_tui.store.sql.database import Database
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.transactions import Question
from crm_tui.store.sql.write import Change


class Binding(NamedTuple):
    """A database, on whose behalf it is used, the clock, the question that is asked, if only the newest matters,
    and the key of a write that is carried out at most once."""

    database: Database
    login: str
    clock: Callable[[], dt.datetime]
    question: Question | None = None
    key: str | None = None


class Facet:
    """A subject of the store. Every public method opens one transaction and checks the actor in it."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding

    @contextmanager
    def _reading(self) -> Iterator[tuple[Connection, Rights]]:
        with self._binding.database.reading(self._binding.question) as con:
            yield con, rights_of.load(con, self._binding.login)

    @contextmanager
    def _writing(
        self, action: str = "", *, source: str | None = None, import_id: int | None = None
    ) -> Iterator[tuple[Change, Rights]]:
        with self._binding.database.writing() as con:
            rights = rights_of.load(con, self._binding.login)
            key = self._binding.key
            if key is not None:
                idempotency.need_new(con, rights.user, key)
            now = self._now()
            yield Change(con, rights.user, now, action=action, source=source, import_id=import_id, key=key), rights

    def _now(self) -> dt.datetime:
        return self._binding.clock()
