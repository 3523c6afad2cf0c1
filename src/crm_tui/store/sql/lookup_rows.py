"""What a look-up says about what it found: a name, numbers, and how to reach it.

The look-up from the shell uses this module: it imports nothing that costs time (no typing, no msgspec).
"""

from __future__ import annotations

from crm_tui.store.sql import matching
from crm_tui.store.sql.lookup import CASE, CONTACT, CUSTOMER, INVOICE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crm_tui.store.sql.dialect import Connection, Dialect


class Line:
    """One hit. ``number`` is its own, of a contact none; phones and e-mails are those that may be used, the first
    first."""

    __slots__ = (
        "customer", "customer_name", "customer_number", "emails", "id", "is_active", "kind", "name", "number", "phones",
        "title",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        key: int,
        customer: tuple[int, int, str],
        name: str,
        number: str,
        title: str,
        phones: tuple[str, ...],
        emails: tuple[str, ...],
        is_active: int,
    ) -> None:
        self.kind = kind
        self.id = key
        self.customer, self.customer_number, self.customer_name = customer
        self.name = name
        self.number = number
        self.title = title
        self.phones = phones
        self.emails = emails
        self.is_active = bool(is_active)


#: between the values of a list; no phone number or address holds it, as the rest of its text is one line
_BETWEEN = "\x1f"
_LISTED = "(SELECT value FROM json_each(?))"


def _statements(dialect: Dialect) -> dict[str, str]:
    """kind -> rows (id, customer's id, its number, its name, name, number, title, phones, e-mails, active)"""
    phones, emails = dialect.usable("p.phones", "number"), dialect.usable("p.emails", "address")
    return {
        CUSTOMER: "SELECT c.id, c.id, c.number, c.name, c.name, c.number, '', c.phone, c.email, c.is_active = 1"
        f" FROM customer c WHERE c.id IN {_LISTED}",
        CONTACT: "SELECT p.id, c.id, c.number, c.name, trim(p.first_name || ' ' || p.last_name), '', p.title,"
        f" {phones}, {emails}, p.is_active = 1 AND c.is_active = 1"
        f" FROM contact p JOIN customer c ON c.id = p.customer_id WHERE p.id IN {_LISTED}",
        CASE: "SELECT k.id, c.id, c.number, c.name, k.name, k.number, s.name, '', '',"
        " k.closed IS NULL AND c.is_active = 1 FROM crm_case k JOIN customer c ON c.id = k.customer_id"
        f" JOIN registry_value s ON s.id = k.sales_status_id WHERE k.id IN {_LISTED}",
        INVOICE: "SELECT i.id, c.id, c.number, c.name, i.number, i.number,"
        " i.status || ', ' || CAST(i.date AS TEXT), '', '', c.is_active = 1"
        f" FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE i.id IN {_LISTED}",
    }


def lines(con: Connection, best: list[tuple[str, int]]) -> list[Line]:
    """The hits in their order."""
    found: dict[tuple[str, int], Line] = {}
    for kind, statement in _statements(con.dialect).items():
        keys = [key for one, key in best if one == kind]
        if keys:
            for row in con.execute(statement, (matching.ids(keys),)):
                found[kind, row[0]] = _line(kind, row)
    return [found[place] for place in best]


def _line(kind: str, row: tuple[object, ...]) -> Line:
    key, customer, customer_number, customer_name, name, number, title, phones, emails, is_active = row
    return Line(
        kind,
        int(str(key)),
        (int(str(customer)), int(str(customer_number)), str(customer_name)),
        str(name),
        str(number),
        str(title or ""),
        _values(phones),
        _values(emails),
        is_active == 1,
    )


def _values(joined: object) -> tuple[str, ...]:
    return tuple(str(joined).split(_BETWEEN)) if joined else ()
