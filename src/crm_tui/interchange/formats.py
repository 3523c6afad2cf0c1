"""Which columns of a CSV file mean what: a known format, or else the usual names of columns.

The choice is a ``Mapping`` that can be shown to a person and changed by them (``--map FIELD=COLUMN``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnlyDict
from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from crm_tui.interchange.encoding import Unreadable
from crm_tui.interchange.finance_columns import ACTUAL_AMOUNTS, FORECAST_AMOUNTS
from crm_tui.interchange.format_tables import FIELDS, FORMATS, NEEDED, SYNONYMS, Format
from crm_tui.interchange.names import fold_header

KINDS = {
    "customer": "customers",
    "contact": "contacts",
    "case": "sales cases and projects",
    "user": "users",
    "order": "orders (a project and an invoice each)",
    "invoice": "invoices",
    "forecast": "forecasts of cases by month",
    "actual": "actual figures of cases by month",
}


class Mapping(Struct, frozen=True, kw_only=True):
    """What the rows of a file are and which column feeds which field.

    ``kind`` is one of KINDS, ``unmapped`` are the columns left out. ``source``, ``customers`` and ``owners``
    begin the external references of the rows, of their customers and of their users.
    """

    format: str
    kind: str
    source: str
    columns: dict[str, str]
    unmapped: tuple[str, ...]
    customers: str = ""
    owners: str = ""

    def lines(self) -> tuple[str, ...]:
        """The choice in words, a line for each field."""
        width = max(map(len, self.columns), default=0)
        left_out = (f"left out: {', '.join(self.unmapped)}",) if self.unmapped else ()
        return (
            f"{self.format}: {KINDS[self.kind]}",
            *(f"  {field:<{width}} = {column}" for field, column in self.columns.items()),
            *left_out,
        )


def choose_mapping(
    columns: Sequence[str], *, kind: str | None = None, overrides: ReadOnlyDict[str, str] | None = None
) -> Mapping:
    """The mapping for a header.

    ``kind`` (one of KINDS) forbids the formats of other kinds. ``overrides`` are columns by field, an empty
    column meaning that the field is not to be filled. Raises Unreadable where no column is recognised, or
    where an override names a field or column that doesn't exist; the message lists those that do. Figures by
    month that could be of either kind are Unreadable without a ``kind``.
    """
    if kind is not None and kind not in KINDS:
        raise Unreadable(f"There is no kind “{kind}”: choose one of {', '.join(KINDS)}.")
    by_header = {fold_header(column): column for column in reversed(columns)}
    known = next((f for f in FORMATS if kind in (None, f.kind) and _fits(f, by_header)), None)
    if known is not None:
        found = _by_table(known.columns, by_header)
        if known.synonyms:
            found = {**_by_synonyms(known.kind, by_header, taken=set(found.values())), **found}
        chosen = known.kind
        name, source, customers, owners = known.name, known.source, known.customers, known.owners
    else:
        chosen = kind or _likely_kind(by_header)
        found, name = _by_synonyms(chosen, by_header), "columns by their names"
        source, customers, owners = f"csv:{chosen}", "csv:customer", "csv:user"
    for field, column in (overrides or {}).items():
        _override(found, chosen, field, column, columns)
    if not any(field in found for field in NEEDED[chosen]):
        raise Unreadable(
            f"No column was recognised as {' or '.join(NEEDED[chosen])} of {KINDS[chosen]}: "
            f"say which with --map FIELD=COLUMN. Columns: {', '.join(columns)[:500]}."
        )
    order = {column: position for position, column in enumerate(columns)}
    ordered = dict(sorted(found.items(), key=lambda item: order[item[1]]))
    unmapped = tuple(column for column in columns if column not in found.values())
    return Mapping(
        format=name,
        kind=chosen,
        source=source,
        columns=ordered,
        unmapped=unmapped,
        customers=customers,
        owners=owners,
    )


def parse_override(text: str) -> tuple[str, str]:
    """(field, column) of ``FIELD=COLUMN``. Raises Unreadable for anything else."""
    field, equals, column = text.partition("=")
    if not equals or not field.strip():
        raise Unreadable(f"“{text}” is not FIELD=COLUMN.")
    return field.strip(), column.strip()


def _fits(known: Format, by_header: ReadOnlyDict[str, str]) -> bool:
    headers = by_header.keys()
    one = not known.needs_one or bool(known.needs_one & headers)
    return known.needs <= headers and one and not known.never & headers


def _by_table(table: ReadOnlyDict[str, str], by_header: ReadOnlyDict[str, str]) -> dict[str, str]:
    """Columns by field. Where several columns mean the same field, the table's order decides."""
    found: dict[str, str] = {}
    for pattern, field in table.items():
        if "#" not in pattern:
            if pattern in by_header:
                found.setdefault(field, by_header[pattern])
            continue
        numbered = re.compile(pattern.replace("#", r"(\d{1,3})"))
        for header, column in by_header.items():
            if match := numbered.fullmatch(header):
                number = "" if match[1] == "1" else match[1]
                found.setdefault(field.replace("#", number), column)
    return found


@cache
def _synonyms(kind: str) -> dict[str, str]:
    """Field by folded name; an earlier field keeps a name that two could have."""
    names: dict[str, str] = {}
    for field, synonyms in SYNONYMS[kind].items():
        for name in (field, *synonyms):
            names.setdefault(fold_header(name), field)
    return names


def _by_synonyms(kind: str, by_header: ReadOnlyDict[str, str], *, taken: set[str] | None = None) -> dict[str, str]:
    free = {header: column for header, column in by_header.items() if column not in (taken or set())}
    return _by_table(_synonyms(kind), free)


def _likely_kind(by_header: ReadOnlyDict[str, str]) -> str:
    """What rows are whose format isn't known, by the fields that their columns would fill."""
    if finance := _likely_finance(by_header):
        return finance
    contact, customer, case = (_by_synonyms(kind, by_header) for kind in ("contact", "customer", "case"))
    if "first_name" in contact or "last_name" in contact:
        return "contact"
    if "name" in case and case.keys() & {"value", "stage", "probability", "close_date"}:
        return "case"
    if "name" in customer and "contact_name" in customer:
        return "customer"
    if {"name", "organization"} <= contact.keys() or "name" not in customer:
        return "contact" if contact else "customer"
    return "customer"


def _likely_finance(by_header: ReadOnlyDict[str, str]) -> str | None:
    """The kind of rows of figures by case and month, or of invoices; None for other rows. Raises Unreadable where
    the figures could as well be forecasts as actual ones: a wrong guess would overwrite those of the other kind."""
    forecast, actual = (_by_synonyms(kind, by_header).keys() for kind in ("forecast", "actual"))
    planned, happened = len(forecast & set(FORECAST_AMOUNTS)), len(actual & set(ACTUAL_AMOUNTS))
    if {"case", "month"} <= forecast and (planned or happened):
        if planned == happened:
            raise Unreadable(
                "The figures of this file could be forecasts or actual ones: say which with --kind forecast or"
                " --kind actual."
            )
        return "forecast" if planned > happened else "actual"
    invoice = _by_synonyms("invoice", by_header)
    # many things have a number, a date and a total: the number has to be called an invoice's
    is_invoice = {"number", "date", "total"} <= invoice.keys() and fold_header(invoice["number"]) != "number"
    return "invoice" if is_invoice else None


def _override(found: dict[str, str], kind: str, field: str, column: str, columns: Sequence[str]) -> None:
    known = FIELDS[kind]
    if field not in known and re.sub(r"(?<=[a-z])\d{1,3}", "#", field, count=1) not in known:
        plain = sorted(name for name in known if "#" not in name)
        raise Unreadable(f"{KINDS[kind]} have no field “{field}”: choose one of {', '.join(plain)}.")
    if not column:
        found.pop(field, None)
        return
    matches = [c for c in columns if c == column] or [c for c in columns if fold_header(c) == fold_header(column)]
    if not matches:
        raise Unreadable(f"There is no column “{column}”: choose one of {', '.join(columns)[:500]}.")
    for other in [name for name, taken in found.items() if taken == matches[0]]:
        del found[other]
    found[field] = matches[0]
