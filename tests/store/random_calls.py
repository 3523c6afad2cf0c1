"""Calls of the port made up at random from its signatures: ids that are there and such that are not, texts of all
scripts and none, dates at the ends of the calendar, numbers at the ends of 64 bits."""

from __future__ import annotations

import datetime as dt
import io
import types
import typing
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Any, BinaryIO, NamedTuple

import msgspec
from msgspec import NODEFAULT, UNSET, Struct, UnsetType
from tests.store.conftest import NOW, TODAY

from crm_tui.domain.entities import Kind
from crm_tui.domain.periods import Month
from crm_tui.store.http.parameters import signature
from crm_tui.store.http.routes import ROUTES, Route
from crm_tui.store.paging import PageRequest

#: the tables whose ids a parameter or a field of this name takes; registries by their kind
_TABLES = {
    "activity": "activity", "address": "address", "assignee": "crm_user", "author": "crm_user",
    "billing_customer": "customer", "case": "crm_case", "cases": "crm_case", "change": "change", "contact": "contact",
    "contacts": "contact", "customer": "customer", "file": "file", "forecast": "forecast",
    "further_contacts": "contact", "goes": "customer", "headquarters": "address", "invoice": "invoice",
    "members": "crm_user", "note": "note", "one": "customer", "other": "customer", "owner": "crm_user",
    "parent": "note", "participants": "crm_user", "profile": "profile", "run": "import_run",
    "sales_person": "crm_user", "stays": "customer", "superior": "crm_user", "user": "crm_user", "users": "crm_user",
    "view": "saved_view", "key": "customer", "entity": "customer",
}  # fmt: skip
_REGISTRIES = {
    "business_unit": "business unit", "group": "segment group", "industry": "industry", "keyword": "keyword",
    "keywords": "keyword", "project_status": "project status", "role": "contact role", "sales_status": "sales status",
    "segment": "segment", "segments": "segment", "task_status": "task status", "type": "activity type",
    "value": None, "replacement": None,
}  # fmt: skip
_WORDS = ("Aalto", "Øl", "ÅNGSTRÖM", "Straße", "İstanbul", "東京 商事", "Нева", "O'Brien", "K-Market", "A/S", "Café",
          "Zoë", "aa", "ZZ", "Ab", "ab", "ﬁnn", "e\u0301clair", "00100", "040-555 0143", "+358 40 5550143", "Ǆ", "ſ",
          "אבג", "👩‍🚀", "%_", "\\", "x")  # fmt: skip
_ODD = ("", " ", "\t", "a\nb", "\u202egnp.exe", "\uffff", "'; --", '"', ":*", "&", "a & !b", "{", "}", "null", "1e5",
        "name:x", '"Aalto Oy"', "-aalto", "city:oslo", "ö" * 45, "\U0010ffff", "\u0345", "\x1f", "\x7f")  # fmt: skip
_REFUSED = ("\0", "a\0b", "\ud800", "x\udfff")
_DATES = (
    TODAY,
    TODAY,
    dt.date(2026, 11, 17),
    dt.date(2026, 12, 31),
    dt.date(2025, 2, 28),
    dt.date(1900, 1, 1),
    dt.date(2999, 12, 31),
)
_NUMBERS = (0, 1, 2, 5, 12, 100, 1_250_00, 2_026, -1, 10_001, 2**31, 2**53 + 1)
_HUGE = (2**63 - 1, -(2**63), 2**63, 10**30)
#: tokens and passwords are random; a load needs an empty store; ``compared`` is a place for what was compared
_LEFT_OUT = ("portable.load", "devices.create", "devices.set_password", "duplicates.pairs", "imports.write",
             "imports.check", "files.open", "pulse", "was_saved", "customers.take_from_register")  # fmt: skip

Ids = Callable[[str, str | int | None], Sequence[int]]


class Call(NamedTuple):
    """A call of a method of the port."""

    route: Route
    given: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.route.method}({', '.join(f'{name}={value!r}' for name, value in self.given.items())})"


def route_of(method: str) -> Route:
    """The route of a method."""
    return next(route for route in ROUTES if route.method == method)


class Calls:
    """Makes up calls; ``ids`` gives those of a table, of registry values those of a kind, and what is in a column."""

    def __init__(self, random: Random, ids: Ids, odd: float = 0.06) -> None:
        self._random = random
        self._ids = ids
        self._odd = odd
        self._routes = [route for route in ROUTES if route.method not in _LEFT_OUT]
        weights = {"POST": 6, "PATCH": 3, "PUT": 2, "GET": 1, "DELETE": 0.5}
        self._weights = [weights[route.verb] for route in self._routes]

    def one(self) -> Call:
        """A call of any method, of those that write more often."""
        route = self._random.choices(self._routes, self._weights)[0]
        return self.of(route)

    def of(self, route: Route) -> Call:
        """A call of this method."""
        given = {
            each.name: self._value(each.name, each.type)
            for each in signature(route).parameters
            if each.default is NODEFAULT or self._random.random() < 0.4
        }
        if "entry" in given:  # of a month, which may have figures
            given["revision"] = self._random.choice((None, None, 1, 2))
        elif "revision" in given:
            about, key = next(iter(given.items()))
            table = "billing_settings" if route.method.startswith("billing") else self._table(about)
            given["revision"] = self._revision(table, key)
        if "revisions" in given:
            table = "contact" if "contacts" in route.method else "customer"
            given["revisions"] = tuple(self._revision(table, given[which]) for which in ("stays", "goes"))
        return Call(route, given)

    def _table(self, name: str) -> str:
        return _TABLES.get(name, "registry_value")

    def _revision(self, table: str, key: int) -> int:
        known = self._ids(f"{table}.revision", key)
        return known[0] if known and self._random.random() < 0.95 else self._random.choice((0, 1, 2, 99))

    def _value(self, name: str, kind: Any) -> Any:
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            kinds = [each for each in typing.get_args(kind) if each is not UnsetType]
            empty = [each for each in kinds if each is type(None)]
            full = [each for each in kinds if each is not type(None)]
            if empty and self._random.random() < 0.25:
                return None
            return self._value(name, self._random.choice(full))
        if origin in (tuple, list, set, frozenset, Collection, Sequence, Iterable):
            inner, *others = typing.get_args(kind)
            if others and others[0] is not ...:
                return tuple(self._value(name, each) for each in (inner, *others))
            return tuple(self._value(name, inner) for _ in range(self._random.choice((0, 1, 1, 2))))
        if origin is dict:
            return {}
        if kind is Month:
            return Month(self._number("year", False), self._number("month", False))
        if kind is PageRequest:
            return PageRequest(limit=self._random.choice((1, 3, 100)), from_end=self._random.random() < 0.2)
        if isinstance(kind, type) and issubclass(kind, Struct):
            return self._struct(kind)
        if kind is Kind and name == "kind":
            return self._random.choice((Kind.CUSTOMER, Kind.CONTACT, *Kind))
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self._random.choice(list(kind))
        return self._plain(name, kind)

    def _plain(self, name: str, kind: Any) -> Any:
        random = self._random
        is_odd = random.random() < self._odd
        if kind is bool:
            return random.random() < 0.6
        if kind is int:
            return self._number(name, is_odd)
        if kind is str:
            return self._text(name, is_odd)
        if kind is dt.date:
            return random.choice(_DATES) if is_odd else random.choice(_DATES[:5])
        if kind is dt.datetime:
            return self._instant(is_odd)
        if kind is Decimal:
            return Decimal(random.choice(("0", "1", "24", "25.5", "0.005", "1e3", "-1", "99999999999")))
        if kind is BinaryIO:
            return io.BytesIO(random.randbytes(random.choice((0, 1, 70_000))))
        raise TypeError(f"{name}: {kind}")

    def _struct(self, kind: type[Struct]) -> Any:
        made = {}
        for field in msgspec.structs.fields(kind):
            is_needed = field.default is NODEFAULT and field.default_factory is NODEFAULT
            if is_needed or self._random.random() < (0.3 if field.default is UNSET else 0.4):
                made[field.name] = self._value(field.name, typing.get_type_hints(kind)[field.name])
        return kind(**made)

    def _number(self, name: str, is_odd: bool) -> int:
        if name in _TABLES or name in _REGISTRIES:
            known = self._ids(self._table(name), _REGISTRIES.get(name))
            if known and not is_odd:
                return self._random.choice(known[-6:])
            return self._random.choice((0, 1, -1, 77, *_HUGE[:2])) if is_odd else 1
        if name == "month":
            return self._random.randint(1, 12) if not is_odd else 13
        if name == "year":
            return self._random.choice((2025, 2026, 2027)) if not is_odd else 99_999
        if name in ("probability", "completion"):
            return self._random.choice((0, 10, 50, 100)) if not is_odd else 101
        if name == "limit":
            return self._random.choice((1, 3, 50))
        if name == "number" and not is_odd:
            return self._random.choice(_NUMBERS[:8]) if self._random.random() < 0.3 else self._random.randrange(10**6)
        return self._random.choice(_HUGE[:2] if is_odd else _NUMBERS)

    def _text(self, name: str, is_odd: bool) -> str:
        random = self._random
        if is_odd:
            return random.choice((*_ODD, *_REFUSED, "lorem ipsum " * 700))
        if name == "currency":
            return random.choice(("EUR", "NOK", "SEK"))
        if name == "country":
            return random.choice(("FI", "NO", "SE"))
        if name == "time_zone":
            return random.choice(("Europe/Helsinki", "Europe/Oslo"))
        if name == "language":
            return random.choice(("en", "fi"))
        if name in ("address", "email"):
            return f"{random.choice(('a', 'Ö', 'eeva'))}@{random.choice(('aalto', 'x'))}.example"
        if name == "url":
            return "https://example.org/a"
        if name == "text" and random.random() < 0.5:
            return random.choice(_WORDS)[: random.randint(1, 4)]
        return " ".join(random.choice(_WORDS) for _ in range(random.choice((1, 1, 2, 3))))

    def _instant(self, is_odd: bool) -> dt.datetime:
        moment = NOW + dt.timedelta(hours=self._random.choice((-800, -30, -1, 0, 1, 5, 50, 2_000)))
        if not is_odd:
            return moment.astimezone(self._random.choice((dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=45)))))
        return self._random.choice(
            (
                dt.datetime(1, 1, 1, tzinfo=dt.UTC),
                dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC),
                dt.datetime(1900, 3, 1, 12, 0, 0, 1, tzinfo=dt.UTC),
                moment + dt.timedelta(microseconds=10),
            )
        )
