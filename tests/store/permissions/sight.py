"""What the actor may see, read a second time: raw tables, and rules 11 and 15 to 17 in plain words.

Nothing here knows how the store decides. Every cell that holds a canary is judged by its row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

import apsw
from tests.store.permissions.canaries import Canaries

#: columns that are made from others for searching and sorting; they are not data
_KEPT = frozenset({"words", "name_key", "city_key", "owner_key"})
#: everybody may know them (registries, names of users)
_FOR_ALL = ("registry_value", "profile", "crm_user", "organization")
_BELOW_CUSTOMER = ("customer", "address", "contact", "billing_settings", "import_run")
_OF_KIND = {"billing settings": "billing_settings", "case": "crm_case", "user": "crm_user"}
_PRIVATE = ("personal", "absence")
_MONEY = {
    "crm_case": ("expected_value",),
    "forecast": ("billing", "revenue", "labor_expense", "other_expense", "billing_note", "revenue_note", "labor_note",
                 "other_note"),
    "actual": ("billed", "labor_cost", "other_cost"),
    "invoice": ("total", "vat"),
}  # fmt: skip


class Verdict(IntEnum):
    """What becomes of a canary. It may be in several places; the most open one counts."""

    HIDDEN = 0
    #: seen or not, as the store likes: what is left of things that are gone
    OPTIONAL = 1
    SHOWN = 2


class CaseFacts(NamedTuple):
    """Whose a case is."""

    owner: int | None
    sales_person: int | None
    unit: int | None
    members: frozenset[int]


class Sight:
    """The rules, for one actor with these two levels, over the tables of ``con``."""

    def __init__(self, con: apsw.Connection, login: str, customers: str, projects: str) -> None:
        self._con = con
        self.customers, self.projects = customers, projects
        self.actor, self.unit = con.execute("SELECT id, business_unit_id FROM crm_user WHERE login = ?", (login,)).get
        self.below = self._all_below()
        self.cases = {
            key: CaseFacts(owner, sales, unit, self._linked("case_member", "case_id", "user_id", key))
            for key, owner, sales, unit in con.execute(
                "SELECT id, owner_id, sales_person_id, business_unit_id FROM crm_case"
            )
        }
        self._gone_cases = {
            row["id"]: CaseFacts(row["owner"], row["sales_person"], row["business_unit"], frozenset(row["members"]))
            for row in self._gone("case")
        }

    def _all_below(self) -> frozenset[int]:
        pairs: list[Any] = self._con.execute("SELECT id, superior_id FROM crm_user").fetchall()
        found: set[int] = set()
        while more := {key for key, superior in pairs if superior in {self.actor, *found}} - found:
            found |= more
        return frozenset(found - {self.actor})

    def _linked(self, table: str, owner: str, value: str, key: int) -> frozenset[int]:
        rows = self._con.execute(f"SELECT {value} FROM {table} WHERE {owner} = ?", (key,))
        return frozenset(row[0] for row in rows)

    def _gone(self, kind: str) -> Iterator[dict[str, Any]]:
        for (old,) in self._con.execute(
            "SELECT old FROM change_line WHERE kind = ? AND field = '' AND old <> ''", (kind,)
        ):
            yield json.loads(old)

    # --- rule 16

    def sees_case(self, of: CaseFacts) -> bool:
        """The column *cases seen* of the table."""
        if self.customers == "none":
            return False
        is_member = self.actor in of.members
        is_manager = self.actor in (of.owner, of.sales_person)
        in_unit = of.unit is not None and of.unit == self.unit
        return {
            "none": False,
            "member": is_member,
            "manager without money": is_member or is_manager,
            "manager": is_member or is_manager,
            "unit": is_member or is_manager or in_unit,
            "all": True,
        }[self.projects]

    def sees_money(self, of: CaseFacts) -> bool:
        """The column *money seen*."""
        is_theirs = of.owner == self.actor or of.owner in self.below
        in_unit = of.unit is not None and of.unit == self.unit
        shown = {"manager": is_theirs, "unit": is_theirs or in_unit, "all": True}.get(self.projects, False)
        return shown and self.sees_case(of)

    def knows(self, case: int | None) -> bool:
        """Whether something that is on this case, or on none, is not hidden for it."""
        return self.customers != "none" and (case is None or self.sees_case(self._facts(case)))

    def knows_money(self, cases: list[int]) -> bool:
        """Whether all of them show their money; of nothing only to those who see all."""
        if not cases:
            return self.customers != "none" and self.projects == "all"
        return all(self.sees_money(self._facts(case)) for case in cases)

    def _facts(self, case: int) -> CaseFacts:
        return self.cases[case] if case in self.cases else self._gone_cases[case]

    # --- what that makes of rows

    def row(self, table: str, row: dict[str, Any]) -> tuple[bool, bool]:
        """Whether a row is seen, and the money in it. References are called as columns of the tables are."""
        if table in _FOR_ALL:
            return True, True
        if table == "saved_view":
            return row["user_id"] == self.actor, False
        if table in _BELOW_CUSTOMER:
            return self.customers != "none", True
        if table in ("note", "file"):
            return self.knows(row["case_id"]), False
        if table == "activity":
            return self._sees_activity(row), False
        if table == "crm_case":
            facts = self._facts(row["id"])
            return self.sees_case(facts), self.sees_money(facts)
        if table in ("forecast", "actual"):
            return self.knows(row["case_id"]), self.knows_money([row["case_id"]])
        if table == "invoice":
            sees = any(self.knows(case) for case in row["cases"]) or self.knows_money([])
            return sees, self.knows_money(row["cases"])
        raise AssertionError(f"say who may see rows of {table}")

    def _sees_activity(self, row: dict[str, Any]) -> bool:
        """Rule 11: others see a private entry as one word."""
        mine = row["owner_id"] == self.actor or self.actor in row["users"]
        return self.knows(row["case_id"]) and (mine or row["kind"] not in _PRIVATE)

    # --- where the canaries are

    def verdicts(self, canaries: Canaries, contents: dict[str, bytes]) -> dict[str, Verdict]:
        """What becomes of each canary; ``contents`` are those of files, by their keys."""
        found = dict.fromkeys(canaries.classes, Verdict.HIDDEN)
        for canary, verdict in self._cells(canaries, contents):
            found[canary] = max(found[canary], verdict)
        return found

    def _cells(self, canaries: Canaries, contents: dict[str, bytes]) -> Iterator[tuple[str, Verdict]]:
        for table in self._tables():
            for row in self.rows(table):
                sees, money = self.row(table, row)
                for column, value in row.items():
                    is_shown = sees and (money or column not in _MONEY.get(table, ()))
                    if column not in _KEPT:
                        yield from self._judged(canaries, value, Verdict.SHOWN if is_shown else Verdict.HIDDEN)
                if table == "file" and row["content_key"] is not None:
                    text = contents[row["content_key"]].decode()
                    yield from self._judged(canaries, text, Verdict.SHOWN if sees else Verdict.HIDDEN)
        yield from self._log(canaries)

    def _judged(self, canaries: Canaries, value: Any, verdict: Verdict) -> Iterator[tuple[str, Verdict]]:
        for canary in canaries.found_in(str(value)) & canaries.classes.keys():
            yield canary, verdict

    def _tables(self) -> list[str]:
        rows = self._con.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%id INTEGER PRIMARY KEY%'"
            " AND name NOT LIKE '%\\_words%' ESCAPE '\\' AND name NOT LIKE '%\\_infix%' ESCAPE '\\'"
            " AND name NOT IN ('change', 'upkeep')"
        )
        return [row[0] for row in rows]

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table, with the users of an activity and the cases of an invoice."""
        names = [row[1] for row in self._con.execute(f"PRAGMA table_info({table})")]
        listed: list[Any] = self._con.execute(f"SELECT * FROM {table}").fetchall()
        for values in listed:
            row = dict(zip(names, values, strict=True))
            if table == "activity":
                row["users"] = self._linked("activity_user", "activity_id", "user_id", row["id"])
            elif table == "invoice":
                row["cases"] = sorted(self._linked("invoice_case", "invoice_id", "case_id", row["id"]))
            yield row

    def _log(self, canaries: Canaries) -> Iterator[tuple[str, Verdict]]:
        """The change log: a line is seen with what it is about; money in it with the money of that."""
        lines: list[Any] = self._con.execute("SELECT kind, entity_id, field, old, new FROM change_line").fetchall()
        there = {(t, row["id"]): self.row(t, row) for t in self._tables() for row in self.rows(t)}
        copies = {(kind, entity): json.loads(old) for kind, entity, field, old, _ in lines if field == "" and old}
        for kind, entity, field, old, new in lines:
            table = _OF_KIND.get(kind, kind.replace("registry value", "registry_value"))
            if (table, entity) in there:
                (sees, money), best = there[table, entity], Verdict.SHOWN
            else:
                (sees, money), best = self.row(table, _as_row(copies[kind, entity])), Verdict.OPTIONAL
            whole = json.loads(old) if field == "" and old else {field: f"{old} {new}"}
            if field == "" and old:
                best = Verdict.OPTIONAL
            for name, value in whole.items():
                is_seen = sees and (money or name not in _MONEY.get(table, ()))
                yield from self._judged(canaries, value, best if is_seen else Verdict.HIDDEN)


def _as_row(copy: dict[str, Any]) -> dict[str, Any]:
    """The log's copy of a row, with references called as in the tables."""
    return {
        **copy,
        "case_id": copy.get("case"),
        "owner_id": copy.get("owner"),
        "users": copy.get("user_participants", ()),
    }


def raw(path: Path) -> apsw.Connection:
    """The tables themselves."""
    return apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
