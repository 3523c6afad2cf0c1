"""Numbers that tell hidden amounts though they are none themselves: their weighted values, and sums in which they
are, from which what is seen could be subtracted."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import apsw
from tests.store.permissions.sight import Sight

_NUMBER = re.compile(r"\d{8,}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ .\u00a0](?=\d)")
#: amounts of cases, with what they are added up by
_FIGURES = (
    "SELECT id, customer_id, currency, sales_state, expected_value FROM crm_case",
    "SELECT id, customer_id, currency, sales_state, expected_value * probability / 100 FROM crm_case",
    *(
        f"SELECT c.id, c.customer_id, c.currency, f.year * 100 + f.month, f.{field} FROM {table} f"
        " JOIN crm_case c ON c.id = f.case_id"
        for table, fields in (
            ("forecast", ("billing", "revenue", "labor_expense", "other_expense")),
            ("actual", ("billed", "labor_cost", "other_cost")),
        )
        for field in fields
    ),
)


def telling_numbers(con: apsw.Connection, sight: Sight) -> set[str]:
    """Sums over all cases of a customer, and over the hidden ones alone, by currency and state or month; and weighted
    values of hidden ones."""
    told: set[str] = set()
    for statement in _FIGURES:
        of_all: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        of_hidden: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        rows: list[Any] = con.execute(statement).fetchall()
        for case, *place, amount in rows:
            if amount is None:
                continue
            for key in (tuple(place), (place[0], place[1])):
                of_all[key].append(amount)
                if not sight.knows_money([case]):
                    of_hidden[key].append(amount)
        for key, amounts in of_hidden.items():
            told |= {str(sum(amounts)), str(sum(of_all[key])), *map(str, amounts)}
    return told


def numbers_in(text: str) -> set[str]:
    """The long numbers in a text, however they are written."""
    return set(_NUMBER.findall(text)) | set(_NUMBER.findall(_BETWEEN_DIGITS.sub("", text)))
