"""The change log, newest first, without lines of what the actor may not see; and undo and redo, which are made from
it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crm_tui.domain.entities import Kind
from crm_tui.domain.history import ChangeLine
from crm_tui.domain.permissions import Action
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.history_labels import Labels
from crm_tui.store.sql.history_seen import visible
from crm_tui.store.sql.keyset import Found, Source
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.undo_steps import Steps
from crm_tui.store.undo import Settled, UndoStep


class SqlHistory(Facet):
    """The History facet."""

    def of_customer(self, customer: int, request: PageRequest, *, kinds: Sequence[Kind] = ()) -> Page[ChangeLine]:
        """What changed on a customer's card, of all kinds or of these; also after it was deleted."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CUSTOMER)
            rows = f"change_line l WHERE l.customer_id = :customer AND {visible(rights)}"
            parameters = rights.parameters | {"customer": customer}
            if kinds:
                rows += " AND l.kind IN (SELECT CAST(value AS TEXT) FROM json_each(:kinds))"
                parameters["kinds"] = keyset.as_json(tuple(kinds))
            return _page(con, rights, rows, parameters, request)

    def of_entity(self, kind: Kind, entity: int, request: PageRequest) -> Page[ChangeLine]:
        """What changed of one thing; also after it was deleted."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, kind)
            rows = f"change_line l WHERE l.kind = :kind AND l.entity_id = :entity AND {visible(rights)}"
            parameters = rights.parameters | {"kind": kind.value, "entity": entity}
            return _page(con, rights, rows, parameters, request)

    def steps(self, request: PageRequest) -> Page[UndoStep]:
        """What the actor can undo and redo, newest first."""
        with self._reading() as (con, rights):
            return Steps(con, rights, self._now()).page(request)

    def undo(self, change: int | None = None, *, settled: Sequence[Settled] = ()) -> UndoStep:
        """Take back a change of the actor's, or the newest one that is in effect."""
        return self._take_back(change, settled, redo=False)

    def redo(self, change: int | None = None, *, settled: Sequence[Settled] = ()) -> UndoStep:
        """Make a change again that was undone, or the one undone last."""
        return self._take_back(change, settled, redo=True)

    def _take_back(self, change: int | None, settled: Sequence[Settled], *, redo: bool) -> UndoStep:
        from crm_tui.store.sql import undo  # a dozen modules, and no start needs them

        with self._writing() as (work, rights):
            return undo.take_back(work, rights, change, settled, redo=redo)


def _page(
    con: Connection, rights: Rights, rows: str, parameters: dict[str, Any], request: PageRequest
) -> Page[ChangeLine]:
    found = keyset.find(con, [Source(rows, ("l.change_id",), "l.line")], parameters, request, descending=True)
    return Page(rows=tuple(_lines(con, rights, found)), cursors=found.cursors, more=found.more)


def _lines(con: Connection, rights: Rights, found: Found) -> list[ChangeLine]:
    labels = Labels(con, rights)
    places = [(change, line) for change, _, line in found.keys]
    # a change may have very many lines: of those on the page none is read whose number is on no line of the page
    rows: list[Any] = con.execute(
        "SELECT l.line, l.change_id, h.at, h.actor_id, u.name, l.kind, l.entity_id, l.field, l.old, l.new, h.source"
        " FROM change_line l JOIN change h ON h.id = l.change_id LEFT JOIN crm_user u ON u.id = h.actor_id"
        " WHERE l.change_id IN (SELECT value FROM json_each(:changes))"
        " AND l.line IN (SELECT value FROM json_each(:lines))",
        {
            "changes": keyset.as_json(sorted({change for change, _ in places})),
            "lines": keyset.as_json(sorted({line for _, line in places})),
        },
    ).fetchall()
    by_place = {(change, line): (change, *rest) for line, change, *rest in rows}
    return [_line(by_place[place], labels) for place in places]


def _line(row: tuple[Any, ...], labels: Labels) -> ChangeLine:
    change, at, actor, actor_name, kind_name, entity, field, old, new, source = row
    kind = Kind(kind_name)
    return ChangeLine(
        change=change,
        at=dt.datetime.fromisoformat(at),
        actor=actor,
        actor_name=actor_name or "crm-tui",
        kind=kind,
        entity=entity,
        entity_label=labels.entity(kind, entity),
        field=field,
        old=labels.stored(field, old),
        new=labels.stored(field, new),
        old_label=labels.value(kind, entity, field, old),
        new_label=labels.value(kind, entity, field, new),
        source=source or "",
    )
