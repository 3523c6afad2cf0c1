"""What the word that is being typed on a command line may become: customers, people, users and registry values.

A shell puts in what all candidates begin with. So where there are more than are listed, the last of all is listed,
too: with it they have the same beginning as all of them together. It imports nothing that costs time.
"""

from __future__ import annotations

import apsw

from crm_tui.domain.errors import Unavailable
from crm_tui.domain.normalise import fold, key_range, sort_key, words
from crm_tui.store.sql import filesystem, lookup, matching, opening, sight
from crm_tui.store.sql.migrate import APPLICATION_ID, NEWEST
from crm_tui.store.sql.sqlite import SqliteConnection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crm_tui.store.sql.dialect import Connection
    from crm_tui.store.sql.sight import Actor

#: what is put in, and what is said about it
Candidate = tuple[str, str]

MOST = 60
#: milliseconds; who presses a key at a prompt does not wait for somebody else's write
_PATIENCE = 200
_LAST = "\U0010ffff"
_LONGEST_NUMBER = 15
#: people that are looked at for a name; a first name that more have is not listed
_LOOKED_AT = 300
#: customers that are offered before anything is typed
_RECENT = 20
#: what ``kind:`` may be followed by
_KINDS = ("customer", "contact", "case", "sales", "project", "invoice")
#: the values of domain.registries.RegistryKind, by what options and queries call them
_REGISTRIES = {
    "keyword": "keyword",
    "role": "contact role",
    "industry": "industry",
    "segment": "segment",
    "unit": "business unit",
}
_CUSTOMER_OF = {
    lookup.CUSTOMER: "SELECT id FROM customer WHERE id = ?",
    lookup.CONTACT: "SELECT customer_id FROM contact WHERE id = ?",
    lookup.CASE: "SELECT customer_id FROM crm_case WHERE id = ?",
    lookup.INVOICE: "SELECT customer_id FROM invoice WHERE id = ?",
}


class Glance:
    """A context: a connection to a store that is in order, which changes nothing, waits for nobody, and does nothing of
    what a store may need before it can be used. Raises Unavailable for such a one, Corrupt for what is no store, and
    the errors of apsw and the system."""

    def __init__(self, path: str) -> None:
        self._path = filesystem.absolute(path)
        self._connection: SqliteConnection | None = None
        filesystem.require_own_file(self._path)
        application, version, _ = opening.header(self._path)
        if (application, version) != (APPLICATION_ID, NEWEST):
            raise Unavailable(f"{path} is no store of this version.")
        self._lock = filesystem.StoreLock(self._path)

    def __enter__(self) -> SqliteConnection:
        try:
            if not self._lock.take_shared():
                raise Unavailable(f"{self._path} is being made ready.")
            if filesystem.has_unfinished_journal(self._path) and self._lock.take_alone():
                raise Unavailable(f"{self._path} was not closed properly.")
            # not read-only: SQLite would leave a log behind, which the next one takes for that of a crash
            flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW
            self._connection = connection = SqliteConnection(self._path, flags=flags)
            connection.pragma("busy_timeout", _PATIENCE)
            connection.pragma("trusted_schema", 0)
            connection.pragma("query_only", 1)
            connection.execute("BEGIN")
            if connection.pragma("user_version") != NEWEST:
                raise Unavailable(f"{self._path} was replaced while it was being opened.")
        except BaseException:
            self.__exit__()
            raise
        return connection

    def __exit__(self, *exception: object) -> None:
        try:
            if self._connection is not None:
                self._connection.close(True)
        finally:
            self._lock.release()


def seeing(con: Connection, login: str) -> Actor:
    """Who looks. Raises UnknownUser, and Denied for who sees no customers."""
    actor = sight.load(con, login)
    actor.need_customers("see customers")
    return actor


def numbers(con: Connection, digits: str) -> list[Candidate]:
    """Active customers whose number begins so."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER) or digits[0] == "0":
        return []
    found: list[Candidate] = []
    for more in range(_LONGEST_NUMBER - len(digits) + 1):
        first = int(digits) * 10**more
        within = "FROM customer WHERE number BETWEEN ? AND ? AND is_active = 1 ORDER BY number"
        bounds = (first, first + 10**more - 1)
        room = MOST - len(found)
        rows = list(con.execute(f"SELECT number, name {within} LIMIT {max(room, 0) + 1}", bounds))
        if len(rows) > room:
            rows = [*rows[: max(room, 0)], *con.execute(f"SELECT number, name {within} DESC LIMIT 1", bounds)]
        found += [(str(number), name) for number, name in rows]
    return found


def named(con: Connection, text: str) -> list[Candidate]:
    """Active customers whose name begins so, with their number, then people with their customer. What is put in has to
    be as it is typed on, so names that only their words make begin so are left out."""
    return [*customers_named(con, text), *_people(con, text)]


def _people(con: Connection, text: str) -> list[Candidate]:
    """Active contacts called so, first name first; of very many none, and what is typed stays as it is."""
    search = con.dialect.search
    match = search.every(map(search.prefix, words(text)))
    if not match:
        return []
    rows = con.execute(
        "SELECT trim(p.first_name || ' ' || p.last_name), c.name"
        f" FROM ({search.ids('contact_words', '?')} LIMIT ?) w"
        " CROSS JOIN contact p ON p.id = w.id CROSS JOIN customer c ON c.id = p.customer_id"
        " WHERE p.is_active = 1 AND p.is_deleted = 0 AND c.is_active = 1",
        (match, _LOOKED_AT),
    )
    people = list(beginning(((name, customer) for name, customer in rows), text))
    return [(text, "many people")] if len(people) > MOST else people


def customers_named(con: Connection, text: str) -> list[Candidate]:
    """Active customers whose name begins so, with their number."""
    key = sort_key(text)
    if not key:
        return []
    if not text[-1].isalnum():
        key += " "
    named = (
        "SELECT c.name, c.number FROM customer c"
        " WHERE c.name_key >= ? AND c.name_key < ? AND c.is_active = 1 ORDER BY c.name_key"
    )
    bounds = (key, key + _LAST)
    found = list(con.execute(f"{named} LIMIT {MOST + 1}", bounds))
    if len(found) > MOST:
        found = [*found[:MOST], *con.execute(f"{named} DESC LIMIT 1", bounds)]
    typed = fold(text)
    return [(name, str(number)) for name, number in found if fold(name).startswith(typed)]


def found_by(con: Connection, actor: Actor, text: str) -> list[Candidate]:
    """Numbers of the customers that a look-up for these words leads to, the best first."""
    best = lookup.best(con, actor, text, MOST, inactive=False)
    customers: dict[int, None] = {}
    for kind, key in best.keys:
        for (customer,) in con.execute(_CUSTOMER_OF[kind], (key,)):
            customers[customer] = None
    rows = con.execute(
        "SELECT id, number, name FROM customer WHERE id IN (SELECT value FROM json_each(?))",
        (matching.ids(list(customers)),),
    )
    shown = {key: (str(number), name) for key, number, name in rows}
    return [shown[key] for key in customers]


def recent(con: Connection, actor: Actor) -> list[Candidate]:
    """Numbers of the customers whose cards the actor opened last, the latest first."""
    rows = con.execute(
        "SELECT c.number, c.name FROM recent r JOIN customer c ON c.id = r.customer_id"
        " WHERE r.user_id = ? AND c.is_active = 1 ORDER BY r.at DESC, c.id DESC LIMIT ?",
        (actor.user, _RECENT),
    )
    return [(str(number), name) for number, name in rows]


def field_values(con: Connection, field: str, text: str) -> list[Candidate]:
    """What may stand behind ``owner:``, ``keyword:`` and the like in a query, with the field; several words stand
    in quotation marks, as a query has them."""
    text = text.strip('"')
    if field == "kind":
        found: list[Candidate] = [(kind, "") for kind in _KINDS]
    elif field == "owner":
        found = [(name, login) for login, name in users(con)]
    elif field == "city":
        found = _cities(con, text)
    else:
        found = values(con, field)
    typed = ((f'"{value}"' if " " in value else value, about) for value, about in beginning(found, text))
    return [(f"{field}:{value}", about) for value, about in typed]


def _cities(con: Connection, text: str) -> list[Candidate]:
    """One look into the index for each; of too many, the last as well."""
    first, end = key_range(text)
    found: list[Candidate] = []
    step = "SELECT city, city_key FROM customer WHERE city_key >= ? AND city_key < ? ORDER BY city_key {} LIMIT 1"
    row = con.execute(step.format(""), (max(first, " "), end)).fetchone()
    while row is not None and len(found) < MOST:
        found.append((row[0], ""))
        row = con.execute(step.format(""), (f"{row[1]}\0", end)).fetchone()
    if row is not None:
        found += [(city, "") for city, _ in con.execute(step.format("DESC"), (row[1], end))]
    return found


def views(con: Connection, actor: Actor) -> list[Candidate]:
    """The actor's saved views of contacts."""
    rows = con.execute(
        "SELECT name FROM saved_view WHERE user_id = ? AND list = 'contacts' ORDER BY name", (actor.user,)
    )
    return [(name, "") for (name,) in rows]


def users(con: Connection) -> list[Candidate]:
    """Logins of active users, with their names."""
    return [*con.execute("SELECT login, name FROM crm_user WHERE is_active = 1 ORDER BY login")]


def profiles(con: Connection) -> list[Candidate]:
    """Names of profiles."""
    return [(name, "") for (name,) in con.execute("SELECT name FROM profile ORDER BY name")]


def values(con: Connection, registry: str) -> list[Candidate]:
    """Active values of a registry, named as options name it."""
    listed = "SELECT name FROM registry_value WHERE kind = ? AND is_active = 1 ORDER BY position, id"
    return [(name, "") for (name,) in con.execute(listed, (_REGISTRIES[registry],))]


def beginning(candidates: Iterable[Candidate], text: str) -> Iterator[Candidate]:
    """Those that begin so, however they are written."""
    typed = fold(text)
    return (candidate for candidate in candidates if fold(candidate[0]).startswith(typed))
