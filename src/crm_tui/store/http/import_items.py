"""Records to be imported keep the types of their fields, which JSON does not tell: dates, Structs, decimal amounts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import NewCase
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.finance import ActualEntry, ForecastEntry, NewInvoice
from crm_tui.domain.users import NewUser
from crm_tui.store.history import ImportItem
from crm_tui.store.http.told import told

_CONTAINERS = (list, dict)
#: of a field that is none of the kind's own, such as the currency of figures
_UNKNOWN = str | int | float | bool | None

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
    """The item with fields as they were sent. A single value that does not fit stays as it came: the store refuses it
    by itself, and not the records beside it. Invalid for several where there is one, and the other way round."""
    types = _types(item.kind)
    fields = {name: _typed(name, value, types.get(name, _UNKNOWN)) for name, value in item.fields.items()}
    return msgspec.structs.replace(item, fields=fields)


@cache
def _types(kind: Kind) -> dict[str, Any]:
    return get_type_hints(_NEW[kind]) if kind in _NEW else {}


def _typed(name: str, value: Any, kind: Any) -> Any:
    is_amount = kind is int or int in get_args(kind)
    try:
        typed = msgspec.convert(value, Decimal if is_amount and isinstance(value, str) else kind)
    except msgspec.ValidationError as error:
        if isinstance(value, _CONTAINERS) or _is_container(kind):
            raise told(error, name) from None
        return value
    if isinstance(typed, Decimal) and not typed.is_finite():
        raise Invalid(name, "is not an amount")
    return typed


def _is_container(kind: Any) -> bool:
    return (get_origin(kind) or kind) is tuple or (isinstance(kind, type) and issubclass(kind, Struct))
