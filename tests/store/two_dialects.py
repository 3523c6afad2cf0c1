"""The same calls on a store in SQLite and on one in PostgreSQL, whose answers are compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import apsw
import msgspec
import psycopg
from msgspec.structs import replace
from tests.store.conftest import Clock
from tests.store.random_calls import Call, Calls, route_of

from crm_tui.domain.errors import CrmError
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store

#: what there is before anything is asked
_BEGINS = (
    *("customers.create",) * 8, *("addresses.create",) * 6, *("contacts.create",) * 20, *("cases.create",) * 20,
    *("activities.create",) * 20, *("notes.create",) * 8, *("files.create",) * 5, *("finance.create_invoice",) * 8,
    *("finance.put_forecast",) * 6, *("finance.put_actual",) * 4, "registries.create", "registries.create",
)  # fmt: skip
_NEXT = "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, %s)"
_LOGINS = ("admin", "admin", "admin", "vera", "sven", "lars")


class Pair:
    """Both stores, and what is known of them."""

    def __init__(self, first: Store, second: Store, raw: Path, line: psycopg.Connection[Any], clock: Clock) -> None:
        self._stores = first, second
        self._raw = apsw.Connection(str(raw))
        self._line = line
        self._clock = clock
        numbered = line.execute(
            "SELECT table_name FROM information_schema.columns WHERE is_identity = 'YES' AND table_schema = 'public'"
        )
        self._numbered = [name for (name,) in numbered]
        for store in self._stores:
            _hire(store)

    def close(self) -> None:
        """Look into them no more."""
        self._raw.close()

    def ids(self, table: str, which: str | int | None) -> Sequence[int]:
        """What Calls wants to know."""
        table, _, column = table.partition(".")
        by = "kind" if table == "registry_value" and not column else "id"
        statement = f"SELECT {column or 'id'} FROM {table} WHERE ?1 IS NULL OR {by} = ?1 ORDER BY id"
        return [row[0] for row in self._raw.execute(statement, (which,))]

    def differences(self, seed: int, calls: int) -> list[str]:
        """What the stores answer differently, in words."""
        random = Random(seed)
        begins, made = Calls(random, self.ids, 0), Calls(random, self.ids)
        found: list[str] = []
        for name in _BEGINS:
            found += self._compared(begins.of(route_of(name)), "admin")
        for _ in range(calls):
            self._clock.advance(seconds=random.choice((0, 1, 3600)))
            call, login = made.one(), random.choice(_LOGINS)
            found += self._compared(call, login)
            if found and call.route.verb != "GET":
                break  # what differs from here on may follow from that
        return found

    def _compared(self, call: Call, login: str) -> list[str]:
        answers = [_answer(store, call, login) for store in self._stores]
        if any(isinstance(answer, Raised) for answer in answers):
            self._line_up()
        if _plain(answers[0]) != _plain(answers[1]):
            return [f"{login}: {call}\n" + "\n".join(_apart("", *map(_plain, answers)))]
        request = call.given.get("request")
        if isinstance(answers[0], Page) and answers[0].rows and request is not None and not request.skip:
            return self._around(call, login, answers)
        return []

    def _around(self, call: Call, login: str, pages: list[Page[Any]]) -> list[str]:
        """What the stores answer differently about what stands before and after a page; each has cursors of its own."""
        for where, at in (("after", 0), ("before", -1)):
            requests = [replace(PageRequest(limit=2), **{where: page.cursors[at]}) for page in pages]
            calls = [Call(call.route, call.given | {"request": request}) for request in requests]
            asked = zip(self._stores, calls, strict=True)
            first, second = (_plain(_answer(store, each, login)) for store, each in asked)
            if first != second:
                return [f"{login}: {call}, {where} {at}\n" + "\n".join(_apart("", first, second))]
        return []

    def _line_up(self) -> None:
        """Ids that a failed call took are not given again in PostgreSQL; have both go on with the same ones."""
        given: dict[Any, Any] = dict(self._raw.execute("SELECT name, seq FROM sqlite_sequence"))
        for table in self._numbered:
            last = given.get(table, 0)
            self._line.execute(_NEXT, (table, max(last, 1), last > 0))


class Raised(msgspec.Struct):
    """An error instead of an answer; one that is none of ours is a mistake of ours."""

    kind: str
    words: str


def _plain(answer: Any) -> Any:
    """An answer in dicts and lists; cursors and the names of contents are each database's own."""
    plain = msgspec.to_builtins(answer, enc_hook=str)
    if isinstance(answer, list):
        plain = [(table, row) for table, row in plain if table not in ("content", "file content")]
    if isinstance(answer, Page):
        plain["cursors"] = len(answer.cursors)
    return _parsed(plain)


def _parsed(value: Any) -> Any:
    """The same with JSON, which each database keeps in an order of its own, as values; without names of contents."""
    if isinstance(value, dict):
        return {name: _parsed(each) for name, each in value.items() if name != "content_key"}
    if isinstance(value, list | tuple):
        return [_parsed(each) for each in value]
    if isinstance(value, str) and value.startswith(("{", "[{")):
        try:
            return _parsed(json.loads(value))
        except ValueError:
            return value
    return value


def _apart(place: str, first: Any, second: Any) -> list[str]:
    """Where two answers differ, in words."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return [line for key in first for line in _apart(f"{place}.{key}", first[key], second[key])]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        return [line for at, pair in pairs for line in _apart(f"{place}[{at}]", *pair)]
    return [] if first == second else [f"  {place}: {first!r} in SQLite, {second!r} in PostgreSQL"]


def _answer(store: Store, call: Call, login: str) -> Any:
    facet, _, name = call.route.method.rpartition(".")
    try:
        bound = store.acting_as(login)
        method: Callable[..., Any] = getattr(getattr(bound, facet) if facet else bound, name)
        for value in call.given.values():
            if hasattr(value, "seek"):
                value.seek(0)
        answer = method(**call.given)
        return list(answer) if name == "dump" else answer
    except CrmError as error:
        return Raised(type(error).__name__, str(error))


def _hire(store: Store) -> None:
    for login, customers, projects in (
        ("vera", CustomerLevel.READ, ProjectLevel.MEMBER),
        ("sven", CustomerLevel.ALL, ProjectLevel.ALL),
        ("lars", CustomerLevel.EDIT, ProjectLevel.MANAGER_WITHOUT_MONEY),
    ):
        profile = store.users.create_profile(
            Profile(name=login, customers=customers, projects=projects, delete_customers=False, admin=False)
        )
        store.users.create(NewUser(name=login.title(), login=login, profile=profile.id))
