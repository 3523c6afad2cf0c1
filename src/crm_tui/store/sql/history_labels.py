"""What a person reads in the change log: names instead of ids, amounts with their currency, values as words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from crm_tui.domain.activities import Note
from crm_tui.domain.addresses import Address, one_line
from crm_tui.domain.contacts import Contact
from crm_tui.domain.entities import Entity, Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.finance import Actual, Forecast, Invoice
from crm_tui.domain.money import Money, format_money
from crm_tui.domain.names import contact_name
from crm_tui.store.sql import defaults
from crm_tui.store.sql.case_access import hides_case
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BY_KIND
from crm_tui.store.sql.write import get

_LONGEST = 60

_REFERRING: dict[Kind, str] = {
    Kind.USER: "owner assignee author sales_person superior members user_participants",
    Kind.CUSTOMER: "customer billing_customer",
    Kind.CONTACT: "contact further_contacts contact_participants",
    Kind.CASE: "case cases",
    Kind.ADDRESS: "address headquarters",
    Kind.REGISTRY: "industry role keywords segments business_unit sales_status project_status task_status type group",
    Kind.NOTE: "parent",
    Kind.PROFILE: "profile",
}
#: what the ids in a field are of
REFERENCES = {field: kind for kind, fields in _REFERRING.items() for field in fields.split()}
_AMOUNTS: dict[Kind, frozenset[str]] = {
    Kind.CUSTOMER: frozenset({"annual_revenue"}),
    Kind.CASE: frozenset({"expected_value"}),
    Kind.INVOICE: frozenset({"total", "vat"}),
    Kind.FORECAST: frozenset({"billing", "revenue", "labor_expense", "other_expense"}),
    Kind.ACTUAL: frozenset({"billed", "labor_cost", "other_cost"}),
}


class Labels:
    """Labels for one page of the change log. What was deleted is known by the log's copy of it."""

    def __init__(self, con: Connection, rights: Rights) -> None:
        self._con = con
        self._rights = rights
        self._zone = defaults.time_zone(con)
        self._known: dict[tuple[Kind, int], Entity | None] = {}

    def entity(self, kind: Kind, key: int) -> str:
        """What people call the thing with this id."""
        if kind is Kind.PROFILE:
            return self._profile(key)
        if kind is Kind.BILLING:
            return kind.value
        found = self._find(kind, key)
        match found:
            case None if kind is Kind.CONTACT:
                return contact_name("", "")  # merged into somebody who was erased
            case None:
                return f"{kind.value} {key}"
            case Contact():
                return contact_name(found.first_name, found.last_name)
            case Address():
                return one_line(found)
            case Note():
                return shorten(found.text)
            case Invoice():
                return found.number
            case Forecast() | Actual():
                return f"{found.year}-{found.month:02} {self._case(found.case)}"
        return str(getattr(found, "name", kind.value))

    def value(self, kind: Kind, key: int, field: str, text: str | None) -> str:
        """What a value in the log says; ``text`` is its JSON. Of a whole row, its name."""
        if text is None:
            return ""
        if not field:
            return self.entity(kind, key)
        value = msgspec.json.decode(text)
        if field == "merged":
            return self.entity(kind, int(value))  # see undo_labels.MERGED
        if field in _AMOUNTS.get(kind, ()) and isinstance(value, int):
            return format_money(Money(value, self._currency(kind, key)))
        of = kind if field == "not_duplicate" else REFERENCES.get(field)
        if of is not None:
            return self._join(value, lambda one: self._reference(of, one))
        return self._join(value, self._plain)

    def stored(self, field: str, text: str | None) -> str | None:
        """A value as the log keeps it, but for the ids of cases that the actor may not see: 0 stands for one, and of
        several they are left out."""
        if text is None or REFERENCES.get(field) is not Kind.CASE:
            return text
        value = msgspec.json.decode(text)
        if not isinstance(value, list):
            return "0" if hides_case(self._con, self._rights, value) else text
        seen = [case for case in value if not hides_case(self._con, self._rights, case)]
        return msgspec.json.encode(seen).decode()

    def _profile(self, key: int) -> str:
        name = self._con.execute("SELECT name FROM profile WHERE id = ?", (key,)).get
        if name is None:
            name = self._con.execute(
                "SELECT old -> 'profile' ->> 'name' FROM change_line WHERE kind = ? AND entity_id = ? AND field = ''"
                " AND old IS NOT NULL ORDER BY change_id DESC LIMIT 1",
                (Kind.PROFILE.value, key),
            ).get
        return str(name) if name is not None else f"{Kind.PROFILE.value} {key}"

    def _join(self, value: Any, label: Callable[[Any], str]) -> str:
        # several that are hidden are as good as one
        return ", ".join(dict.fromkeys(label(one) for one in value)) if isinstance(value, list) else label(value)

    def _reference(self, kind: Kind, key: Any) -> str:
        return self._case(key) if kind is Kind.CASE else self.entity(kind, int(key))

    def _case(self, key: int) -> str:
        if hides_case(self._con, self._rights, key):
            return "a case that you may not see"
        return self.entity(Kind.CASE, key)

    def _plain(self, value: Any) -> str:
        match value:
            case bool():
                return "yes" if value else "no"
            case dict():
                return _part(value)
            case str():
                return self._moment(value)
        return str(value)

    def _moment(self, text: str) -> str:
        """An instant where the organization is; any other text as it is."""
        if len(text) < 20 or text[10] != "T" or not text.endswith("Z"):
            return text
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            return text
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _currency(self, kind: Kind, key: int) -> str:
        found = self._find(kind, key)
        match found:
            case Forecast() | Actual():
                found = self._find(Kind.CASE, found.case)
            case None:
                pass
        code = getattr(found, "currency", None)
        return str(code) if code else defaults.currency(self._con, key if kind is Kind.CUSTOMER else 0)

    def _find(self, kind: Kind, key: int) -> Entity | None:
        """The thing itself, or the log's last copy of it."""
        if (kind, key) not in self._known:
            self._known[kind, key] = self._load(kind, key)
        return self._known[kind, key]

    def _load(self, kind: Kind, key: int) -> Entity | None:
        table = BY_KIND[kind]
        try:
            found: Entity = get(self._con, table, key)
        except NotFound:
            row = self._con.execute(
                "SELECT old FROM change_line WHERE kind = ? AND entity_id = ? AND field = '' AND old IS NOT NULL"
                " ORDER BY change_id DESC LIMIT 1",
                (kind.value, key),
            ).fetchone()
            return msgspec.json.decode(row[0], type=table.entity) if row else None
        return found


def unnamed(kind: Kind) -> str:
    """What something is called that the actor may not know: “an invoice that your permissions hide”."""
    article = "an" if kind.value[0] in "aeiou" else "a"
    return f"{article} {kind.value} that your permissions hide"


def shorten(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _part(value: Mapping[str, Any]) -> str:
    """An e-mail address, a phone number, or an invoice's receiver."""
    text = str(value.get("address") or value.get("number") or value.get("name") or "")
    return f"{text} (do not use)" if value.get("do_not_use") else text
