"""Another world, which differs from the first one only in what is hidden from the actor: whoever can tell the two
apart by any answer got at something hidden, be it by a sum, an order, a count, or an error."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from typing import Any

from tests.store.permissions.canaries import partner
from tests.store.permissions.sight import Sight, Verdict
from tests.store.permissions.world import Record

_CANARY = re.compile(r"[a-z]q[xy](?:[a-z]{2}){3}|(?<!\d)[6-9]\d{7}(?!\d)")
#: what may be on a case, by the name of its records; an invoice may be on several
_ON_CASE = ("activity", "note", "forecast", "actual", "file")
_DATES = ("expected_order_date", "start", "deadline", "due", "date", "paid")


class OtherWorld:
    """Makes the records of the other world. Every hidden word and amount is another one; of the cases that are not
    seen, about half were never there, with all that is on it, and the others have other dates and chances."""

    def __init__(self, records: tuple[Record, ...], sight: Sight, verdicts: dict[str, Verdict]) -> None:
        self._records = records
        self._sight = sight
        self._hidden = {canary for canary, verdict in verdicts.items() if verdict is Verdict.HIDDEN}
        self._unseen = {case for case, facts in sight.cases.items() if not sight.sees_case(facts)}
        imported = {row["id"] for name, row in records if name == "case" and row["import_id"] is not None}
        # two and two of a relation are next to each other; and the actor's own import is not made undone
        self.never = {case for case in self._unseen - imported if case % 4 > 1}
        # an invoice that is seen for one of its cases is on another unseen one instead of one that never was
        self._instead = dict(zip(sorted(self.never), sorted(self._unseen - self.never), strict=False))
        self._dropped = {(name, row["id"]) for name, row in records if "id" in row and self._is_dropped(name, row)}
        self._contents = {row["content_key"] for name, row in records if name == "file" and self._is_dropped(name, row)}
        self._changed: dict[str, bytes] = {
            row["key"]: self._swap(base64.b64decode(row["data"]).decode()).encode()
            for name, row in records
            if name == "content"
        }

    def records(self) -> Iterator[Record]:
        """All of them, in order."""
        for name, row in self._records:
            if name == "content":
                if row["key"] not in self._contents:
                    yield name, row | {"data": base64.b64encode(self._changed[row["key"]]).decode()}
            elif name == "change line":
                if (row["kind"], row["entity_id"]) not in self._dropped:
                    yield name, self._swap(self._on_other_cases(row))
            elif (name, row.get("id")) not in self._dropped:
                yield name, self._moved(name, self._swap(row))

    def _is_dropped(self, name: str, row: dict[str, Any]) -> bool:
        if name == "case":
            return row["id"] in self.never
        if name == "invoice":
            return bool(row["cases"]) and self.never.issuperset(row["cases"])
        return name in _ON_CASE and row["case"] in self.never

    def _moved(self, name: str, row: dict[str, Any]) -> dict[str, Any]:
        """A row with what is hidden in it without being a canary."""
        if name == "file" and row.get("content_key"):
            row["sha256"] = hashlib.sha256(self._changed[row["content_key"]]).hexdigest()
        is_on_unseen = row["id"] in self._unseen if name == "case" else row.get("case") in self._unseen
        if name == "invoice":
            row["cases"] = [self._instead.get(case, case) for case in row["cases"]]
            is_on_unseen = bool(row["cases"]) and self._unseen.issuperset(row["cases"])
        if not is_on_unseen:
            return row
        later = {field: _later(row[field]) for field in _DATES if row.get(field) is not None}
        chance = {"probability": 20} if name == "case" and row["probability"] == 50 else {}
        done = {"is_done": not row["is_done"]} if name == "activity" and row["kind"] == "to-do" else {}
        return row | later | chance | done

    def _on_other_cases(self, line: dict[str, Any]) -> dict[str, Any]:
        """A line of the change log, where it names cases of which some never were."""
        if line["field"] not in ("case", "cases"):
            return line
        numbers = re.compile(r"\d+")
        named = {side: line[side] for side in ("old", "new") if line[side] is not None}
        return line | {
            side: numbers.sub(lambda found: str(self._instead.get(int(found[0]), int(found[0]))), text)
            for side, text in named.items()
        }

    def _swap(self, value: Any) -> Any:
        """A value with other canaries in the place of those that are hidden."""
        match value:
            case str():
                return _CANARY.sub(lambda found: self._other(found[0]), value)
            case bool():
                return value
            case int():
                return int(self._other(str(value)))
            case dict():
                return {key: self._swap(each) for key, each in value.items()}
            case list() | tuple():
                return [self._swap(each) for each in value]
        return value

    def _other(self, text: str) -> str:
        return partner(text) if text in self._hidden else text


def _later(text: str) -> str:
    return (dt.date.fromisoformat(text) + dt.timedelta(days=17)).isoformat()
