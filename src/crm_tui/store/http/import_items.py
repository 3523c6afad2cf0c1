"""Records to be imported keep the types of their fields, which JSON does not tell: dates, Structs, decimal amounts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import NewCase
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.finance import ActualEntry, ForecastEntry, NewInvoice
from crm_tui.domain.users import NewUser
from crm_tui.store.history import ImportItem

_NEW: Mapping[Kind, type[Struct]] = {
    Kind.CUSTOMER: NewCustomer,
    Kind.ADDRESS: NewAddress,
    Kind.CONTACT: NewContact,
    Kind.USER: NewUser,
    Kind.CASE: NewCase,
    Kind.INVOICE: NewInvoice,
    Kind.FORECAST: ForecastEntry,
    Kind.ACTUAL: ActualEntry,
}


def with_types(item: ImportItem) -> ImportItem:
    """The item with fields as they were sent. What does not fit stays as it came: the store refuses it by itself, and
    not the records beside it."""
    types = _types(item.kind)
    fields = {name: _typed(value, types[name]) if name in types else value for name, value in item.fields.items()}
    return msgspec.structs.replace(item, fields=fields)


@cache
def _types(kind: Kind) -> dict[str, Any]:
    return get_type_hints(_NEW[kind]) if kind in _NEW else {}


def _typed(value: Any, kind: Any) -> Any:
    is_amount = kind is int or int in get_args(kind)
    try:
        return msgspec.convert(value, Decimal if is_amount and isinstance(value, str) else kind)
    except msgspec.ValidationError:
        return value
