"""What a person reads in the list of what can be undone."""

from __future__ import annotations

from typing import Any

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.dismissals import FIELD
from crm_tui.store.sql.history_labels import Labels
from crm_tui.store.sql.rights import Rights

#: fields that change with another one
FOLLOWS: dict[tuple[Kind, str], str] = {
    (Kind.ACTIVITY, "is_done"): "task_status",
    (Kind.ACTIVITY, "done_at"): "is_done",
    (Kind.ACTIVITY, "customer"): "case",
    (Kind.CASE, "sales_state"): "sales_status",
}
PLURALS = {Kind.ADDRESS: "addresses", Kind.ACTIVITY: "activities"}
#: the field in the change log's last line of a merge, on the one that stays; there is no such field to be undone
MERGED = "merged"
#: what goes with another without a word: every customer has them
_UNNAMED = (Kind.BILLING,)


class StepLabels:
    """Labels for one page of steps."""

    def __init__(self, con: Connection, rights: Rights) -> None:
        self._con = con
        self._labels = Labels(con, rights)

    def step(self, change: int, kind: Kind, entity: int, *, field: str, is_deletion: bool) -> str:
        """What a change did: “Contact Liisa Laine: title, phones”, “Customer Aalto Oy deleted, with 6 contacts”."""
        name = "" if kind is Kind.BILLING else f" {self._labels.entity(kind, entity)}"
        subject = f"{kind.value.capitalize()}{name}"
        if field == MERGED:
            return self._merge(change, kind, entity)
        if not field and is_deletion:
            return f"{subject} deleted{self._parts(change, kind, entity)}"
        if not field:
            return f"{subject} added"
        if field == FIELD:
            return self._pair(change, kind, entity)
        return f"{subject}: {', '.join(self._fields(change, kind, entity))}"

    def taken(self, change: int, customer: int | None, source: str, *, is_new: bool) -> str:
        """What came from a register: “Details of Aalto Oy from PRH: name, address”, “Customer Aalto Oy added from
        PRH”."""
        register = source.partition(",")[0]
        if is_new:
            return f"Customer {self.customer(customer)} added from {register}"
        rows = self._con.execute(
            "SELECT CASE WHEN kind = 'address' THEN kind ELSE field END FROM change_line"
            " WHERE change_id = ? AND kind IN ('customer', 'address') AND field <> 'headquarters'"
            " ORDER BY kind = 'address', line",
            (change,),
        )
        return (
            f"Details of {self.customer(customer)} from {register}: {', '.join(dict.fromkeys(row[0] for row in rows))}"
        )

    def customer(self, customer: int | None) -> str:
        """The name of a customer, also of one that is gone."""
        return "" if customer is None else self._labels.entity(Kind.CUSTOMER, customer)

    def _pair(self, change: int, kind: Kind, entity: int) -> str:
        """“Contacts Liisa Laine and Lisa Laine: not duplicates”."""
        old, new = self._con.execute(
            "SELECT old, new FROM change_line WHERE change_id = ? AND kind = ? AND entity_id = ? AND field = ?",
            (change, kind.value, entity, FIELD),
        ).get
        names = sorted((entity, int(old or new)))
        said = "maybe duplicates again" if new is None else "not duplicates"
        return f"{kind.value.capitalize()}s {' and '.join(self._labels.entity(kind, key) for key in names)}: {said}"

    def _merge(self, change: int, kind: Kind, stays: int) -> str:
        """“Customer Aalto Oy merged into Aalto Group, with 40 contacts, 12 cases”."""
        goes = self._con.execute("SELECT goes_id FROM merged WHERE change_id = ?", (change,)).get
        rows: list[Any] = self._con.execute(
            "SELECT kind, count(DISTINCT entity_id) FROM change_line WHERE change_id = :change"
            " AND field NOT IN ('', 'deleted') AND NOT (entity_id = :stays AND kind IN (:kind, 'billing settings'))"
            " GROUP BY kind ORDER BY 2 DESC, 1",
            {"change": change, "kind": kind.value, "stays": stays},
        ).fetchall()
        parts = [_counted(Kind(part), number) for part, number in rows]
        names = f"{self._labels.entity(kind, goes)} merged into {self._labels.entity(kind, stays)}"
        return f"{kind.value.capitalize()} {names}{', with ' if parts else ''}{', '.join(parts)}"

    def _fields(self, change: int, kind: Kind, entity: int) -> list[str]:
        rows = self._con.execute(
            "SELECT field FROM change_line WHERE change_id = ? AND kind = ? AND entity_id = ? ORDER BY line",
            (change, kind.value, entity),
        )
        fields = [row[0] for row in rows]
        leading = [field for field in fields if FOLLOWS.get((kind, field)) not in fields]
        return [field.replace("_", " ") for field in leading]

    def _parts(self, change: int, kind: Kind, entity: int) -> str:
        """What went with it; of people who were erased since, that they stay so."""
        rows: list[Any] = self._con.execute(
            "SELECT l.kind, count(*), coalesce(sum(k.is_deleted), 0) FROM change_line l"
            " LEFT JOIN contact k ON l.kind = 'contact' AND k.id = l.entity_id"
            " WHERE l.change_id = :change AND l.field IN ('', 'deleted')"
            " AND NOT (l.kind = :kind AND l.entity_id = :entity) GROUP BY l.kind ORDER BY count(*) DESC, l.kind",
            {"change": change, "kind": kind.value, "entity": entity},
        ).fetchall()
        parts = [_counted(Kind(part), number) for part, number, _ in rows if Kind(part) not in _UNNAMED]
        erased = sum(number for _, _, number in rows)
        told = f"; {_counted(Kind.CONTACT, erased)} erased since" if erased else ""
        return (f", with {', '.join(parts)}" if parts else "") + told


def _counted(kind: Kind, number: int) -> str:
    return f"{number} {kind.value if number == 1 else PLURALS.get(kind, f'{kind.value}s')}"
