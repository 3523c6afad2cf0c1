"""Customers in bulk: compact rows made from their number alone, table by table, so that nothing is held in memory.

What belongs to customer ``i`` (0 is the first one in bulk) follows from ``i``: its contacts, cases and activities
have ids that can be counted out, so that every table can be made on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm_tui.demo import numbers
from crm_tui.demo.names import COUNTRIES, NOTE_TEXTS, TODO_SUBJECTS, TRADES
from crm_tui.demo.organization import SEGMENTS
from crm_tui.demo.people import email_name
from crm_tui.demo.world import World
from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.cases import SalesState
from crm_tui.domain.registries import RegistryKind as Kind
from crm_tui.store.sql.tables import instant

FIRST_CUSTOMER_NUMBER = 20_001
FIRST_CASE_NUMBER = 20_001
#: from so many customers on, two of them are huge
HUGE_FROM = 100_000
HUGE_ACTIVITIES = 100_000
HUGE_CONTACTS = 10_000
#: every so many customers one has a case
_CASE_EVERY = 5
#: numbers of each country; taking a phone number apart takes longer than all else, so that few are enough
_PHONES = 1_000
_MIX = ("FI", "FI", "FI", "NO", "FI", "NO", "SE", "DE", "EE", "FI")
_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ra",
    "ve",
    "su",
    "ti",
    "no",
    "ha",
    "le",
    "pu",
    "sa",
    "jo",
    "mä",
    "ru",
    "ki",
    "to",
    "va",
    "ne",
    "li",
]

Row = dict[str, Any]


class Bulk:
    """``count`` customers behind those of ``world``."""

    def __init__(self, world: World, seed: int, count: int) -> None:
        self._world = world
        self._count = max(0, count)
        self._seed = seed
        self._huge = count >= HUGE_FROM
        self._first = {
            table: world.next_id(table) for table in ("customer", "address", "contact", "case", "activity", "note")
        }
        self._days = [instant(min(world.at(world.day(-n), 9), world.now)) for n in range(900)]
        self._dates = [world.day(n - 700).isoformat() for n in range(800)]
        self._staff = tuple(world.by.values())
        self._industries = tuple(world.find(Kind.INDUSTRY, industry) for _, industry in TRADES)
        self._tables: dict[str, Callable[[], Iterator[Row]]] = {
            "address": self._addresses, "customer": self._customers, "billing settings": self._billing,
            "contact": self._contacts, "case": self._cases, "activity": self._activities, "note": self._notes,
        }  # fmt: skip

    def next_numbers(self) -> tuple[int, int]:
        """The numbers that the next customer and the next case get."""
        return FIRST_CUSTOMER_NUMBER + self._count, FIRST_CASE_NUMBER + self._cases_before(self._count)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, by id."""
        make = self._tables.get(table)
        return make() if make and self._count else iter(())

    def _stamps(self, key: int, i: int) -> Row:
        made, by = self._days[(i * 7 + key) % 900], self._staff[i % 5]
        return {"id": key, "revision": 1, "created_at": made, "created_by": by, "updated_at": made, "updated_by": by}

    def _customers(self) -> Iterator[Row]:
        segments = [self._world.find(Kind.SEGMENT, name) for name in SEGMENTS["Business"]]
        first, addresses = self._first["customer"], self._first["address"]
        for i in range(self._count):
            country = COUNTRIES[_MIX[i % 10]]
            vat = numbers.vat_number(country.code, 1000 + i) if i < 100_000 and country.code in ("FI", "NO") else None
            name = self._name(i)
            yield self._stamps(first + i, i) | {
                "name": f"{name} {TRADES[i // 7 % 20][0]} {country.form}",
                "number": FIRST_CUSTOMER_NUMBER + i,
                "owner": self._staff[i // 3 % 5],
                "vat_number": vat,
                "industry": self._industries[i // 7 % 20],
                "email": f"info@{email_name(name)}{i}.example",
                "phone": numbers.landline(country.code, i % _PHONES),
                "headquarters": addresses + i,
                "is_active": i % 40 != 7,
                "segments": (segments[i % 7],),
            }

    def _billing(self) -> Iterator[Row]:
        first = self._first["customer"]
        for i in range(self._count):
            country = COUNTRIES[_MIX[i % 10]]
            yield self._stamps(first + i, i) | {
                "currency": country.currency,
                "invoice_language": country.language,
                "time_zone": country.time_zone,
                "payment_term": (14, 30)[i % 2],
            }

    def _name(self, i: int) -> str:
        n = i * 7919 + self._seed
        return "".join(_SYLLABLES[n // 20**place % 20] for place in range(2 + i % 3)).capitalize()

    def _addresses(self) -> Iterator[Row]:
        first, customers = self._first["address"], self._first["customer"]
        for i in range(self._count):
            country = COUNTRIES[_MIX[i % 10]]
            city, postal_code = country.cities[i // 10 % len(country.cities)]
            yield self._stamps(first + i, i) | {
                "customer": customers + i,
                "line1": f"{country.streets[i // 5 % len(country.streets)]} {i % 90 + 1}",
                "postal_code": postal_code,
                "city": city,
                "country": country.code,
                "is_visiting": True,
            }

    def _contacts(self) -> Iterator[Row]:
        roles = [row["id"] for row in self._world.rows["registry value"] if row["kind"] == Kind.CONTACT_ROLE]
        keywords = [row["id"] for row in self._world.rows["registry value"] if row["kind"] == Kind.KEYWORD]
        key, customers = self._first["contact"], self._first["customer"]
        for i in range(self._count):
            country = COUNTRIES[_MIX[i % 10]]
            firsts, lasts = country.first_names, country.last_names
            for n in range(self._contacts_of(i)):
                first, last = firsts[(i + 5 * n) % len(firsts)], lasts[(i // 3 + 7 * n) % len(lasts)]
                yield self._stamps(key, i) | {
                    "customer": customers + i,
                    "first_name": first,
                    "last_name": last,
                    "emails": [{"address": f"{email_name(first)}.{email_name(last)}{key}@mail{i % 500}.example"}],
                    "phones": [{"number": numbers.mobile(country.code, key * 13 % _PHONES)}],
                    "role": roles[(i + n) % 5],
                    "keywords": (keywords[(i + n) % 12],) if key % 3 == 0 else (),
                    "is_active": key % 25 != 3,
                }
                key += 1

    def _contacts_of(self, i: int) -> int:
        return HUGE_CONTACTS if self._huge and i == 1 else (2, 3, 4)[i % 3]

    def _cases(self) -> Iterator[Row]:
        status = self._world.find(Kind.SALES_STATUS, "Qualified")
        first, customers = self._first["case"], self._first["customer"]
        for n, i in enumerate(range(0, self._count, _CASE_EVERY)):
            currency = COUNTRIES[_MIX[i % 10]].currency
            yield self._stamps(first + n, i) | {
                "customer": customers + i,
                "name": f"Energy audit {n % 50 + 1}",
                "number": FIRST_CASE_NUMBER + n,
                "owner": self._staff[i // 3 % 5],
                "members": (self._staff[i // 3 % 5],),
                "sales_status": status,
                "sales_state": SalesState.OPEN,
                "probability": 20,
                "expected_value": (i % 90 + 5) * 100_000,
                "currency": currency,
            }

    @staticmethod
    def _cases_before(i: int) -> int:
        return (i + _CASE_EVERY - 1) // _CASE_EVERY

    def _activities(self) -> Iterator[Row]:
        meeting = self._world.find(Kind.ACTIVITY_TYPE, "Meeting")
        key, customers = self._first["activity"], self._first["customer"]
        today = self._world.today.isoformat()
        for i in range(self._count):
            for n in range(self._activities_of(i)):
                row = self._stamps(key, i) | {"customer": customers + i, "owner": self._staff[(i + n) % 5]}
                day = self._dates[(i * 31 + n * 97) % 800]
                if n % 2:
                    start = f"{day}T{7 + n % 8:02}:00:00Z"
                    row |= {
                        "kind": ActivityKind.CALENDAR, "name": "Weekly call", "starts_at": start, "ends_at": start,
                        "type": meeting,
                    }  # fmt: skip
                else:
                    done = day < today and key % 50 != 0
                    row |= {
                        "kind": ActivityKind.TODO, "name": TODO_SUBJECTS[(i + n) % len(TODO_SUBJECTS)], "due": day,
                        "is_done": done, "done_at": f"{day}T10:00:00Z" if done else None,
                    }  # fmt: skip
                yield row
                key += 1

    def _activities_of(self, i: int) -> int:
        return HUGE_ACTIVITIES if self._huge and i == 0 else (4, 5, 6)[i % 3]

    def _notes(self) -> Iterator[Row]:
        first, customers = self._first["note"], self._first["customer"]
        for n, i in enumerate(range(0, self._count, 10)):
            author = self._staff[i % 5]
            yield self._stamps(first + n, i) | {
                "customer": customers + i, "text": NOTE_TEXTS[i % len(NOTE_TEXTS)], "author": author,
            }  # fmt: skip
