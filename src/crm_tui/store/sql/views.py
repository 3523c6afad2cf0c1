"""Saved views: settings of the actor's own, neither logged nor undone, for which no permission is needed.

A query is kept as JSON. What it has and this version does not know is passed over, what it lacks has its default; one
that can't be read at all is as if it were not there, and goes when its name is taken anew.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from crm_tui.domain.customers import require
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.domain.names import squeezed
from crm_tui.domain.normalise import check_key, check_text
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.registry_uses import standing_for
from crm_tui.store.views import ContactView, CustomerView

_CUSTOMERS, _CONTACTS = "customers", "contacts"
_QUERIES: dict[str, type[CustomerQuery] | type[ContactQuery]] = {_CUSTOMERS: CustomerQuery, _CONTACTS: ContactQuery}

#: fields of a query that name a value of a registry
_VALUES = ("industry", "segment", "keyword", "role")

Q = TypeVar("Q", bound=msgspec.Struct)


class SqlViews(Facet):
    """The Views facet."""

    def customers(self) -> tuple[CustomerView, ...]:
        """The actor's views of the customers list, by name."""
        return tuple(CustomerView(id=key, name=name, query=query) for key, name, query in self._of(CustomerQuery))

    def contacts(self) -> tuple[ContactView, ...]:
        """The actor's views of the contacts of all customers, by name."""
        return tuple(ContactView(id=key, name=name, query=query) for key, name, query in self._of(ContactQuery))

    def save_customers(self, name: str, query: CustomerQuery) -> CustomerView:
        """Keep a view of the customers list, in the place of one with that name."""
        return CustomerView(id=self._save(_CUSTOMERS, name, query), name=squeezed(name), query=query)

    def save_contacts(self, name: str, query: ContactQuery) -> ContactView:
        """Keep a view of the contacts, in the place of one with that name."""
        return ContactView(id=self._save(_CONTACTS, name, query), name=squeezed(name), query=query)

    def rename(self, view: int, name: str) -> None:
        """Call a view otherwise; Invalid where another one of the list has that name."""
        require(name, "name")
        check_key("name", name)
        with self._writing() as (work, rights):
            found = work.con.execute(
                "SELECT list FROM saved_view WHERE id = ? AND user_id = ?", (view, rights.user)
            ).fetchone()
            if found is None:
                raise NotFound("view", view)
            namesake = _namesake(work.con, rights.user, found[0], name)
            if namesake not in (None, view):
                if _is_readable(work.con, found[0], namesake):
                    raise Invalid("name", f"another view is called “{squeezed(name)}”; choose another name")
                work.con.execute("DELETE FROM saved_view WHERE id = ?", (namesake,))
            work.con.execute("UPDATE saved_view SET name = ? WHERE id = ?", (squeezed(name), view))

    def delete(self, view: int) -> None:
        """Forget a view."""
        with self._writing() as (work, rights):
            work.con.execute("DELETE FROM saved_view WHERE id = ? AND user_id = ?", (view, rights.user))
            if not work.con.changes():
                raise NotFound("view", view)

    def _of(self, kind: type[Q]) -> list[tuple[int, str, Q]]:
        of_list = next(name for name, query in _QUERIES.items() if query is kind)
        with self._reading() as (con, rights):
            rows: list[Any] = con.execute(
                "SELECT id, name, query FROM saved_view WHERE user_id = ? AND list = ?", (rights.user, of_list)
            ).fetchall()
            read = [(key, name, _read(text, kind)) for key, name, text in rows]
            views = [(key, name, _with_replacements(con, query)) for key, name, query in read if query is not None]
        return sorted(views, key=lambda view: (_same(view[1]), view[0]))

    def _save(self, of_list: str, name: str, query: CustomerQuery | ContactQuery) -> int:
        require(name, "name")
        check_key("name", name)
        check_text("text", query.text)
        values = {"list": of_list, "name": squeezed(name), "query": msgspec.json.encode(query).decode()}
        with self._writing() as (work, rights):
            namesake = _namesake(work.con, rights.user, of_list, name)
            if namesake is not None:
                work.con.execute(
                    "UPDATE saved_view SET name = :name, query = :query WHERE id = :id", values | {"id": namesake}
                )
                return namesake
            return int(
                work.con.execute(
                    "INSERT INTO saved_view (user_id, list, name, query) VALUES (:user, :list, :name, :query)"
                    " RETURNING id",
                    values | {"user": rights.user},
                ).get
            )


def _same(name: str) -> str:
    """Names that are the same are called the same, capitals and blanks aside."""
    return squeezed(name).casefold()


def _namesake(con: Connection, user: int, of_list: str, name: str) -> int | None:
    rows = con.execute("SELECT id, name FROM saved_view WHERE user_id = ? AND list = ? ORDER BY id", (user, of_list))
    return next((key for key, known in rows if _same(known) == _same(name)), None)


def _is_readable(con: Connection, of_list: str, view: int) -> bool:
    text: str = con.execute("SELECT query FROM saved_view WHERE id = ?", (view,)).get
    return _read(text, _QUERIES[of_list]) is not None


def _read(text: str, kind: type[Q]) -> Q | None:
    try:
        return msgspec.json.decode(text, type=kind)
    except ValueError:
        return None


def _with_replacements(con: Connection, query: Q) -> Q:
    """With what took the place of values that were replaced since it was saved."""
    chosen = {field: getattr(query, field) for field in _VALUES}
    return replace(query, **{field: standing_for(con, value) for field, value in chosen.items() if value is not None})
