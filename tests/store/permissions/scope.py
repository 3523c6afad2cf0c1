"""What there is in the world to ask for: ids of things, also of hidden and gone ones, and words to look for."""

from __future__ import annotations

from typing import Any

import apsw
from tests.store.permissions.canaries import Canaries, partner

from crm_tui.domain.entities import Kind

_TABLES = {
    Kind.CUSTOMER: "customer", Kind.ADDRESS: "address", Kind.CONTACT: "contact", Kind.ACTIVITY: "activity",
    Kind.NOTE: "note", Kind.CASE: "crm_case", Kind.FORECAST: "forecast", Kind.ACTUAL: "actual",
    Kind.INVOICE: "invoice", Kind.FILE: "file", Kind.BILLING: "billing_settings", Kind.USER: "crm_user",
    Kind.PROFILE: "profile", Kind.REGISTRY: "registry_value", Kind.ORGANIZATION: "organization",
}  # fmt: skip
#: classes of fields that have search words
_SEARCHED = (
    "customer name", "customer VAT number", "customer phone", "customer e-mail", "customer business id",
    "contact name", "contact e-mail", "contact phone", "contact title", "case name", "case order number",
    "case reference", "invoice number", "invoice receiver", "address city", "case description", "case note",
)  # fmt: skip


class Scope:
    """``words``: how many are looked for of each class of field that has search words."""

    def __init__(self, con: apsw.Connection, canaries: Canaries, words: int) -> None:
        self.ids = {kind: self._ids(con, kind, table) for kind, table in _TABLES.items()}
        self.refs = {
            kind: tuple(row[0] for row in con.execute(f"SELECT external_ref FROM {table} WHERE external_ref <> ''"))
            for kind, table in _TABLES.items()
            if "external_ref" in [row[1] for row in con.execute(f"PRAGMA table_info({table})")]
        }
        by_class: dict[str, list[str]] = {}
        for canary, field_class in canaries.classes.items():
            by_class.setdefault(field_class, []).append(canary)
        self.words = tuple(word for name in _SEARCHED for word in _spread(by_class[name], words))
        self.changes = tuple(row[0] for row in con.execute("SELECT id FROM change ORDER BY id"))
        self.numbers = tuple(row[0] for row in con.execute("SELECT number FROM customer ORDER BY id"))
        self.registries: dict[str, list[int]] = {}
        for kind, key in con.execute("SELECT kind, id FROM registry_value ORDER BY id"):
            self.registries.setdefault(kind, []).append(key)

    @property
    def typed(self) -> list[str]:
        """What somebody might type: words of every searched field, of this world and the other, their beginnings, and
        what is inside of them."""
        typed = []
        for word in self.words:
            typed += [word, word[:5], word[2:], partner(word)]
        return typed

    def _ids(self, con: apsw.Connection, kind: Kind, table: str) -> tuple[int, ...]:
        rows: list[Any] = con.execute(
            f"SELECT id FROM {table} UNION SELECT entity_id FROM change_line WHERE kind = ? ORDER BY 1", (kind.value,)
        ).fetchall()
        return tuple(row[0] for row in rows)


def _spread(words: list[str], number: int) -> list[str]:
    """So many of them, from all over the list."""
    return words[:: max(1, len(words) // number)][:number]
