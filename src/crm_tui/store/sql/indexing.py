"""What the store keeps beside the data so that lists sort and searches answer at once.

Kept columns are derived from a row on every write; the search index follows its ``words``. Nothing here is data:
rebuild() makes all of it anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from crm_tui.domain import indexed_words
from crm_tui.domain.activities import PRIVATE, TICKED
from crm_tui.domain.entities import Kind
from crm_tui.domain.indexed_words import identifier_words, search_words
from crm_tui.domain.normalise import sort_key
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import BY_KIND, Table, instant

#: the indexes over a kind's words (word_search.py)
INDEXES: dict[Kind, tuple[str, ...]] = {
    Kind.CUSTOMER: ("customer_words", "customer_infix"),
    Kind.CONTACT: ("contact_words", "contact_infix"),
    Kind.CASE: ("case_words", "case_infix"),
    Kind.INVOICE: ("invoice_words",),
}
#: activities that all who read the customers list may know of; the others are no part of its last activity
OPEN = f"case_id IS NULL AND kind NOT IN ({', '.join(repr(kind.value) for kind in PRIVATE)})"
#: a to-do without a due date comes last
NO_DATE = dt.date(9999, 12, 31)


class OfCustomer(NamedTuple):
    """What contacts keep of their customer, to be listed by. Triggers follow what changes later."""

    owner: int | None
    industry: int | None
    is_active: bool


_UNKNOWN = OfCustomer(None, None, is_active=True)


def kept(table: Table[Any], values: Mapping[str, Any], con: Connection) -> dict[str, Any]:
    """The kept columns of a row with these field values."""
    derive = _KEPT.get(table.kind)
    return derive(values, con) if derive else {}


def words(con: Connection, table: Table[Any], key: int) -> str | None:
    """The words under which a row is indexed now."""
    if table.kind not in INDEXES:
        return None
    row = con.execute(f"SELECT words FROM {table.name} WHERE id = ?", (key,)).fetchone()
    return row[0] if row else None


def added(con: Connection, kind: Kind, key: int, kept_now: Mapping[str, Any]) -> None:
    """Index a new row."""
    for index in INDEXES.get(kind, ()):
        con.dialect.search.put(con, index, key, kept_now["words"])


def added_many(con: Connection, kind: Kind, keys: Sequence[int]) -> None:
    """Index new rows together."""
    table = BY_KIND[kind].name
    listed = msgspec.json.encode(sorted(keys)).decode()
    for index in INDEXES.get(kind, ()):
        con.dialect.search.put_many(con, index, table, listed)


def removed(con: Connection, kind: Kind, key: int, old: str | None) -> None:
    """Take a row out of the index; ``old`` must be what was indexed."""
    for index in INDEXES.get(kind, ()):
        con.dialect.search.take(con, index, key, old)


def changed(con: Connection, kind: Kind, key: int, old: str | None, kept_now: Mapping[str, Any]) -> None:
    """Index a changed row anew, if its words changed."""
    if kind in INDEXES and kept_now["words"] != old:
        removed(con, kind, key, old)
        added(con, kind, key, kept_now)


def refresh_customer(con: Connection, key: int, *, is_indexed: bool = True) -> None:
    """Derive a customer's kept columns again after its headquarters, owner or activities changed; one that is new
    may not be indexed yet."""
    from crm_tui.store.sql.tables import CUSTOMER
    from crm_tui.store.sql.write import get

    customer = get(con, CUSTOMER, key)
    values = {field: getattr(customer, field) for field in customer.__struct_fields__}
    old = words(con, CUSTOMER, key)
    now = kept(CUSTOMER, values, con)
    assignments = ", ".join(f"{name} = :{name}" for name in now)
    con.execute(f"UPDATE customer SET {assignments} WHERE id = :_id", now | {"_id": key})
    if is_indexed:
        changed(con, Kind.CUSTOMER, key, old, now)


def recount_activity(con: Connection, customer: int, now: dt.datetime) -> None:
    """Find anew when something last happened with a customer: a tick, an entry that is over, or a note, each read
    from the end of an index."""
    con.execute(
        "UPDATE customer SET last_activity_at = (SELECT coalesce(max(happened.at), '') FROM ("
        "SELECT max(at) AS at FROM activity"
        f" WHERE customer_id = :customer AND is_done = 1 AND over_at IS NULL AND {OPEN}"
        f" UNION ALL SELECT max(over_at) FROM activity WHERE customer_id = :customer AND over_at <= :now AND {OPEN}"
        f" UNION ALL SELECT {con.dialect.instant('max(created_at)')} FROM note"
        " WHERE customer_id = :customer AND case_id IS NULL"
        ") happened) WHERE id = :customer",
        {"customer": customer, "now": instant(now)},
    )


def settle(con: Connection, now: dt.datetime) -> None:
    """Count timed entries that were over since the last time as their customers' last activity."""
    until = instant(now)
    since: str = con.execute("SELECT settled_until FROM upkeep").get
    con.execute(
        "UPDATE customer SET last_activity_at ="
        " CASE WHEN ended.at > last_activity_at THEN ended.at ELSE last_activity_at END"
        " FROM (SELECT customer_id, max(over_at) AS at FROM activity"
        f"       WHERE over_at > ? AND over_at <= ? AND customer_id IS NOT NULL AND {OPEN}"
        "       GROUP BY customer_id) AS ended"
        " WHERE customer.id = ended.customer_id",
        (since, until),
    )
    con.execute("UPDATE upkeep SET settled_until = ?", (until,))


def rebuild(con: Connection) -> None:
    """Make every search index anew from the words in the tables: after a bulk load."""
    for indexes in INDEXES.values():
        for index in indexes:
            con.dialect.search.rebuild(con, index)


@lru_cache(maxsize=20_000)
def _part_words(name: str) -> tuple[str, ...]:
    """The words of a part of a name: in bulk the same ones come again and again."""
    return tuple(indexed_words.indexed_words(name))


@lru_cache(maxsize=20_000)
def _phone_words(number: str, region: str | None) -> tuple[str, ...]:
    """The words of a phone number; taking one apart costs more than writing its row."""
    return tuple(indexed_words.phone_words(number, region))


def _customer(values: Mapping[str, Any], con: Connection) -> dict[str, Any]:
    city, country = None, None
    if values.get("headquarters") is not None:
        row = con.execute("SELECT city, country FROM address WHERE id = ?", (values["headquarters"],)).fetchone()
        city, country = row if row else (None, None)
    owner = None
    if values.get("owner") is not None:
        row = con.execute("SELECT name FROM crm_user WHERE id = ?", (values["owner"],)).fetchone()
        owner = row[0] if row else None
    return customer_kept(values, city=city, owner=owner, region=country or home_country(con))


def customer_kept(
    values: Mapping[str, Any], *, city: str | None, owner: str | None, region: str | None
) -> dict[str, Any]:
    """The kept columns of a customer whose headquarters is in ``city``; ``region`` reads its phone number."""
    return {
        "name_key": sort_key(values["name"]),
        "city": city,
        "city_key": sort_key(city or ""),
        "owner_key": sort_key(owner or ""),
        "words": search_words(
            values["name"],
            str(values["number"]),
            identifier_words(values.get("vat_number") or "", region),
            identifier_words(values.get("business_id") or "", region),
            values.get("email"),
            _phone_words(values.get("phone") or "", region),
            values.get("website"),
            city,
        ),
    }


def _contact(values: Mapping[str, Any], con: Connection) -> dict[str, Any]:
    return contact_kept(values, home_country(con), of_customers(con, [values["customer"]]).get(values["customer"]))


def of_customers(con: Connection, customers: Sequence[int]) -> dict[int, OfCustomer]:
    """What contacts keep of these customers."""
    rows = con.execute(
        "SELECT id, owner_id, industry_id, is_active FROM customer WHERE id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(customers).decode(),),
    )
    return {key: OfCustomer(owner, industry, bool(is_active)) for key, owner, industry, is_active in rows}


def contact_kept(values: Mapping[str, Any], region: str | None, customer: OfCustomer | None) -> dict[str, Any]:
    """The kept columns of a contact of ``customer``; ``region`` reads its phone numbers."""
    owner, industry, is_active = customer or _UNKNOWN
    of_customer = {
        "customer_owner": owner,
        "customer_industry": industry,
        "is_living": int(is_active and values.get("is_active", True)),
    }
    if values.get("is_deleted"):
        return {"name_key": "", "words": "", **of_customer}
    return {
        "name_key": sort_key(f"{values['last_name']} {values['first_name']}"),
        "words": search_words(
            _part_words(values["first_name"]),
            _part_words(values["last_name"]),
            *(email.address for email in values.get("emails", ())),
            *(_phone_words(phone.number, region) for phone in values.get("phones", ())),
        ),
        **of_customer,
    }


def _case(values: Mapping[str, Any], con: Connection) -> dict[str, Any]:
    return case_kept(values)


def case_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """The kept columns of a case."""
    references = ("our_reference", "your_reference", "order_number")
    return {
        "name_key": sort_key(values["name"]),
        "words": search_words(values["name"], str(values["number"]), *(values.get(field) for field in references)),
    }


def _invoice(values: Mapping[str, Any], con: Connection) -> dict[str, Any]:
    return {"words": search_words(values["number"], identifier_words(values["number"]))}


def _activity(values: Mapping[str, Any], con: Connection) -> dict[str, Any]:
    return activity_kept(values)


def activity_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Where an activity stands in the feed: ``at`` orders it, ``over_at`` is when an entry that nobody ticks is
    over. What is ticked stands where it is due, the day that its line shows; entries stand where they begin."""
    start, end = values.get("starts_at"), values.get("ends_at")
    first, last = values.get("starts_on"), values.get("due")
    if values["kind"] in TICKED:
        moment = (values.get("done_at") if values.get("is_done") else None) or start
        return {"at": instant(moment) if moment else (last or first or NO_DATE).isoformat(), "over_at": None}
    begins = instant(start) if start else (first or last or NO_DATE).isoformat()
    over = instant(end or start) if start else f"{last or first or NO_DATE}T23:59:59.999999Z"
    return {"at": begins, "over_at": over}


_KEPT: dict[Kind, Callable[[Mapping[str, Any], Connection], dict[str, Any]]] = {
    Kind.CUSTOMER: _customer,
    Kind.CONTACT: _contact,
    Kind.CASE: _case,
    Kind.INVOICE: _invoice,
    Kind.ACTIVITY: _activity,
}


def home_country(con: Connection) -> str | None:
    """The organization's country: national phone numbers are read as its own."""
    row = con.execute("SELECT country FROM organization").fetchone()
    return row[0] if row else None
