"""What came after a merge and is kept when it is undone or redone, in sentences for people."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.history_labels import Labels, unnamed
from crm_tui.store.sql.merge_around import went_into
from crm_tui.store.sql.merge_pointers import pointers_to
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BY_KIND
from crm_tui.store.sql.undo_labels import FOLLOWS, MERGED
from crm_tui.store.sql.undo_since import Since

#: as many sentences; what is more is counted
_MOST = 200
_OWN = (Kind.CUSTOMER, Kind.BILLING)
_CAME = "SELECT kind, entity_id FROM change_line WHERE change_id = ? AND field = 'customer'"


class _Happened(NamedTuple):
    """What happened to one thing since."""

    kind: Kind
    entity: int
    is_added: bool
    came: bool
    fields: list[str]


class KeptOfCustomers:
    """Looks at the card of the customer ``rest`` before things move from it to the customer ``to``, by undo of the
    change ``head`` or by its redo, and says afterwards what became of what was done since: of what is hidden from the
    actor only that it moved."""

    def __init__(
        self, con: Connection, rights: Rights, since: Since, head: int, *, rest: int, to: int, way: str
    ) -> None:
        self._con = con
        self._labels = Labels(con, rights)
        self._since = since
        self._rest = rest
        self._to = to
        self._way = way
        self._head = head
        self._merges: list[int] = []
        self._happened = self._look()

    def sentences(self, without_address: list[int]) -> tuple[str, ...]:
        """One for each thing; contacts ``without_address`` lost it to the other customer."""
        names = {key: self._labels.entity(Kind.CUSTOMER, key) for key in (self._rest, self._to)}
        told = [self._sentence(one, names) for one in self._happened]
        told += self._elsewhere()
        told += [
            f"{self._since.name(Kind.CUSTOMER, other)}, merged since into {names[self._rest]}, stays so"
            for other in self._merges
        ]
        told += [
            f"{self._since.name(Kind.CONTACT, contact)} is without an address now: it is the other customer's"
            for contact in without_address
        ]
        return capped(told)

    def _look(self) -> list[_Happened]:
        came = {(Kind(kind), key) for kind, key in self._con.execute(_CAME, (self._head,))}
        found: dict[tuple[Kind, int], _Happened] = {}
        for kind, entity, field, (_, new) in self._since.on_card(self._rest):
            if kind in _OWN:
                if field == MERGED and new is not None:
                    self._merges.append(int(msgspec.json.decode(new)))
                continue
            key = (kind, entity)
            is_added = not field and self._since.was_added(kind, entity)
            if key in came or is_added or key in found:
                one = found.setdefault(key, _Happened(kind, entity, is_added and key not in came, key in came, []))
                if field and field not in one.fields:
                    one.fields.append(field)
        return list(found.values())

    def _sentence(self, one: _Happened, names: dict[int, str]) -> str | None:
        there = self._where(one)
        if there is None:
            return self._gone(one) if one.came else None
        if one.kind is Kind.CONTACT and self._con.execute(_ERASED, (one.entity,)).get:
            return "a contact erased since stays erased"
        goes = there == self._to
        if not self._since.is_seen(one.kind, one.entity):
            return f"{unnamed(one.kind)}, added or changed since, {self._way} {names[there]}" if goes else None
        name = self._since.name(one.kind, one.entity)
        if one.is_added:
            becomes = f"{self._way} {names[self._to]}" if goes else f"stays with {names[self._rest]}"
            return f"{name}, added since, {becomes}" if there in names else None
        fields = [field.replace("_", " ") for field in one.fields if FOLLOWS.get((one.kind, field)) not in one.fields]
        changed = f"{name}, changed since ({', '.join(fields)})"
        if there not in names:
            return None  # told by _elsewhere
        return f"{changed}, {self._way} {names[self._to]} as it is" if goes else f"{changed}, stays with {names[there]}"

    def _gone(self, one: _Happened) -> str | None:
        if not self._since.is_seen(one.kind, one.entity):
            return None
        name = self._since.name(one.kind, one.entity)
        into = went_into(self._con, one.kind, one.entity)
        if into is None:
            return f"{name}, deleted since, stays deleted"
        return f"{name}, merged since into {self._labels.entity(one.kind, into)}, stays so"

    def _where(self, one: _Happened) -> int | None:
        table = BY_KIND[one.kind].name
        customer = f"SELECT customer_id FROM {table} WHERE id = ?"
        if one.kind in (Kind.FORECAST, Kind.ACTUAL):
            customer = f"SELECT c.customer_id FROM {table} f JOIN crm_case c ON c.id = f.case_id WHERE f.id = ?"
        row = self._con.execute(customer, (one.entity,)).fetchone()
        return None if row is None else int(row[0] or 0)

    def _elsewhere(self) -> list[str]:
        """What came and is with neither of the two any more."""
        told = []
        for pointer in pointers_to(self._con, Kind.CUSTOMER):
            if pointer.field != "customer":
                continue
            rows: list[Any] = self._con.execute(
                f"SELECT id, customer_id FROM {pointer.table.name} WHERE id IN (SELECT entity_id FROM change_line"
                " WHERE change_id = :head AND kind = :kind AND field = 'customer')"
                " AND (customer_id IS NULL OR customer_id NOT IN (:rest, :to)) ORDER BY id",
                {"head": self._head, "kind": pointer.table.kind.value, "rest": self._rest, "to": self._to},
            ).fetchall()
            things = [(pointer.table.kind, key) for key, _ in rows]
            told += [f"{name}, moved since, stays where it is" for name in self._since.names(things)]
        return told


class KeptOfContacts:
    """The same for contacts: what stands with the contact ``rest`` since."""

    def __init__(self, con: Connection, rights: Rights, since: Since, *, rest: int) -> None:
        self._con = con
        self._labels = Labels(con, rights)
        self._since = since
        self._rest = rest
        self._added: list[tuple[Kind, int]] = []
        for pointer in pointers_to(con, Kind.CONTACT):
            kind = pointer.table.kind
            rows: list[Any] = con.execute(
                f"SELECT t.id FROM {pointer.table.name} t WHERE {pointer.rows} ORDER BY t.id", {"old": rest}
            ).fetchall()
            self._added += [(kind, key) for (key,) in rows if since.was_added(kind, key)]

    def sentences(self, with_contact: int, kept: list[tuple[Kind, int]]) -> tuple[str, ...]:
        """Where those are now; ``kept`` are rows whose contacts changed since."""
        name = self._labels.entity(Kind.CONTACT, with_contact)
        told = [f"{one}, added since, stays with {name}" for one in self._since.names(self._added)]
        told += [f"{one} keeps the contacts that it got since" for one in self._since.names(kept)]
        return capped(told)


_ERASED = "SELECT is_deleted FROM contact WHERE id = ?"


def capped(told: list[str | None] | list[str]) -> tuple[str, ...]:
    """The sentences, each once; of very many the first, and how many more there are."""
    sentences = tuple(dict.fromkeys(one for one in told if one is not None))
    if len(sentences) <= _MOST:
        return sentences
    return (*sentences[:_MOST], f"{len(sentences) - _MOST} more things that were added or changed since")
