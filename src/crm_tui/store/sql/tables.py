"""How entities lie in tables: columns, references, link tables, and the values in them.

A column has the name of its field, references end in ``_id``, fields that hold several ids live in link
tables, and Structs within an entity (e-mails, phones, an invoice's receiver) are JSON text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Struct
from msgspec.inspect import (
    BoolType,
    CustomType,
    DateTimeType,
    DateType,
    DecimalType,
    EnumType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from crm_tui.domain.activities import Activity, Note
from crm_tui.domain.addresses import Address
from crm_tui.domain.cases import Case
from crm_tui.domain.contacts import Contact
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Entity, Kind
from crm_tui.domain.files import File
from crm_tui.domain.finance import Actual, Forecast, Invoice
from crm_tui.domain.registries import RegistryValue
from crm_tui.domain.settings import BillingSettings
from crm_tui.domain.users import Organization, User

E = TypeVar("E", bound=Entity)

#: fields that hold the id of another row; their columns end in _id
REFERENCES = frozenset(
    (
        "address", "assignee", "author", "billing_customer", "business_unit", "case", "contact", "customer", "group",
        "headquarters", "industry", "owner", "parent", "profile", "project_status", "role", "sales_person",
        "sales_status", "superior", "task_status", "type",
    )
)  # fmt: skip


class Link(NamedTuple):
    """A field with several ids: rows of ``table``, ordered by position."""

    field: str
    table: str
    owner_column: str
    value_column: str


class Table(NamedTuple, Generic[E]):
    """A table and the entity whose rows it holds. ``computed`` fields are not stored."""

    kind: Kind
    name: str
    entity: type[E]
    links: tuple[Link, ...] = ()
    computed: frozenset[str] = frozenset()


ORGANIZATION = Table(Kind.ORGANIZATION, "organization", Organization)
REGISTRY = Table(Kind.REGISTRY, "registry_value", RegistryValue)
USER = Table(Kind.USER, "crm_user", User)
CUSTOMER = Table(
    Kind.CUSTOMER, "customer", Customer, (Link("segments", "customer_segment", "customer_id", "segment_id"),)
)
BILLING = Table(Kind.BILLING, "billing_settings", BillingSettings)
ADDRESS = Table(Kind.ADDRESS, "address", Address)
CONTACT = Table(Kind.CONTACT, "contact", Contact, (Link("keywords", "contact_keyword", "contact_id", "keyword_id"),))
CASE = Table(
    Kind.CASE,
    "crm_case",
    Case,
    (
        Link("members", "case_member", "case_id", "user_id"),
        Link("further_contacts", "case_contact", "case_id", "contact_id"),
        Link("keywords", "case_keyword", "case_id", "keyword_id"),
    ),
)
ACTIVITY = Table(
    Kind.ACTIVITY,
    "activity",
    Activity,
    (
        Link("user_participants", "activity_user", "activity_id", "user_id"),
        Link("contact_participants", "activity_contact", "activity_id", "contact_id"),
    ),
    computed=frozenset({"is_private"}),
)
NOTE = Table(Kind.NOTE, "note", Note)
FORECAST = Table(Kind.FORECAST, "forecast", Forecast)
ACTUAL = Table(Kind.ACTUAL, "actual", Actual)
INVOICE = Table(Kind.INVOICE, "invoice", Invoice, (Link("cases", "invoice_case", "invoice_id", "case_id"),))
FILE = Table(Kind.FILE, "file", File)

#: every entity table, in an order in which rows can be loaded with references to earlier ones only,
#: but for those inside a table and a customer's headquarters
TABLES: tuple[Table[Any], ...] = (
    ORGANIZATION, REGISTRY, USER, CUSTOMER, BILLING, ADDRESS, CONTACT, CASE, ACTIVITY, NOTE,
    FORECAST, ACTUAL, INVOICE, FILE,
)  # fmt: skip
BY_KIND: dict[Kind, Table[Any]] = {table.kind: table for table in TABLES}


def column(field: str) -> str:
    """The column of a field."""
    return f"{field}_id" if field in REFERENCES else field


def instant(moment: dt.datetime) -> str:
    """An instant as it is stored: UTC, microseconds, sortable as text."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(value: Any) -> Any:
    """A field's value as SQLite keeps it."""
    if value is None or type(value) in (str, int):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Struct | tuple | list | dict):
        return msgspec.json.encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no place in a table")


@cache
def plain_fields(table: Table[E]) -> tuple[str, ...]:
    """The fields that are columns of the table itself, id first."""
    linked = {link.field for link in table.links}
    return tuple(f for f in table.entity.__struct_fields__ if f not in linked and f not in table.computed)


@cache
def columns(table: Table[E], alias: str) -> str:
    """What to select of ``alias`` so that decode() can read it; link tables come along as JSON."""
    own = [f'{alias}."{column(field)}"' for field in plain_fields(table)]
    linked = [
        f"(SELECT json_group_array(v) FROM (SELECT {link.value_column} AS v FROM {link.table}"
        f" WHERE {link.owner_column} = {alias}.id ORDER BY position))"
        for link in table.links
    ]
    return ", ".join(own + linked)


@cache
def width(table: Table[E]) -> int:
    """How many values of a row decode() reads."""
    return len(plain_fields(table)) + len(table.links)


def decode(table: Table[E], row: Sequence[Any]) -> E:
    """The entity in the first ``width(table)`` values of a row selected by columns()."""
    values = {
        field: decoder(value) if decoder and value is not None else value
        for (field, decoder), value in zip(_decoders(table), row, strict=False)
    }
    return table.entity(**values)


@cache
def _decoders(table: Table[E]) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    info = type_info(table.entity)
    assert isinstance(info, StructType)  # noqa: S101 - entities are Structs
    types = {field.name: field.type for field in info.fields}
    own = [(field, _decoder(types[field])) for field in plain_fields(table)]
    return (*own, *((link.field, _ids) for link in table.links))


def _ids(text: str) -> tuple[int, ...]:
    return msgspec.json.decode(text, type=tuple[int, ...])


def _decoder(kind: Type) -> Callable[[Any], Any] | None:
    """How a stored value becomes a field's value; None where it already is."""
    options = kind.types if isinstance(kind, UnionType) else (kind,)
    for option in options:
        match option:
            case BoolType():
                return bool
            case DateTimeType():
                return dt.datetime.fromisoformat
            case DateType():
                return dt.date.fromisoformat
            case DecimalType():
                return Decimal
            case EnumType(cls=cls):
                return cls
            case StructType(cls=cls):
                return msgspec.json.Decoder(cls).decode
            case VarTupleType(item_type=StructType(cls=cls)):
                return msgspec.json.Decoder(tuple[cls, ...]).decode  # type: ignore[valid-type]  # a type made at run time
            case CustomType():
                continue  # UnsetType: hidden figures, never stored
    return None


def changed_fields(change: Struct) -> dict[str, Any]:
    """The fields that a change Struct sets."""
    values = {field: getattr(change, field) for field in change.__struct_fields__}
    return {field: value for field, value in values.items() if value is not UNSET}
