"""What a route takes and gives, read from the signature of its method of the port.

What the path names goes there. ``revision`` goes into If-Match, so that who writes says what they saw. Without a body
(GET, DELETE) all others go into the query, Structs field by field; otherwise a single Struct is the body, and several
parameters are an object with their names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct

from crm_tui.store.activities import Activities, Notes
from crm_tui.store.addresses import Addresses
from crm_tui.store.cases import Cases
from crm_tui.store.contacts import Contacts
from crm_tui.store.customers import Customers
from crm_tui.store.devices import Devices
from crm_tui.store.duplicates import Duplicates
from crm_tui.store.files import Files
from crm_tui.store.finance import Finance
from crm_tui.store.history import History, Imports, Portable
from crm_tui.store.http.routes import Route
from crm_tui.store.merging import Merging
from crm_tui.store.port import Store
from crm_tui.store.search import Search
from crm_tui.store.settings import Billing, Registries, Users
from crm_tui.store.views import Views

#: the facets of the port by their names
FACETS: Mapping[str, type] = {
    "customers": Customers,
    "addresses": Addresses,
    "contacts": Contacts,
    "activities": Activities,
    "notes": Notes,
    "cases": Cases,
    "finance": Finance,
    "files": Files,
    "billing": Billing,
    "registries": Registries,
    "users": Users,
    "devices": Devices,
    "views": Views,
    "search": Search,
    "duplicates": Duplicates,
    "history": History,
    "imports": Imports,
    "merging": Merging,
    "portable": Portable,
}
_WITHOUT_BODY = ("GET", "DELETE")


class Place(StrEnum):
    """Where a parameter is in a request."""

    PATH = "path"
    QUERY = "query"
    REVISION = "revision"
    BODY = "body"


class Parameter(NamedTuple):
    """``default`` is NODEFAULT where the parameter has to be given."""

    name: str
    type: Any
    default: Any
    place: Place


class Signature(NamedTuple):
    """``body`` is the type of the JSON that is sent, None where there is none; ``is_whole``: it is the single parameter
    of the body itself. ``returns`` is what the method gives; None: nothing."""

    parameters: tuple[Parameter, ...]
    body: Any
    is_whole: bool
    returns: Any

    def at(self, place: Place) -> tuple[Parameter, ...]:
        """The parameters that stand there."""
        return tuple(each for each in self.parameters if each.place is place)


def function_of(route: Route) -> Any:
    """The method of the port, as its Protocol has it."""
    facet, _, name = route.method.rpartition(".")
    return getattr(FACETS[facet] if facet else Store, name)


@cache
def signature(route: Route) -> Signature:
    """Where each parameter of the route's method goes, and what comes back."""
    function = function_of(route)
    hints = get_type_hints(function)
    in_path = set(re.findall(r"{(\w+)}", route.path))
    parameters = tuple(
        Parameter(name, hints[name], _default(each), _place(route, name, in_path))
        for name, each in inspect.signature(function).parameters.items()
        if name != "self" and name not in route.local
    )
    returns = hints["return"]
    body, is_whole = _body(route, [each for each in parameters if each.place is Place.BODY])
    return Signature(parameters, body, is_whole, None if returns is type(None) else returns)


def arguments(route: Route, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What a call of the method was given, by name; what was left out is not there."""
    bound = inspect.signature(function_of(route)).bind(None, *args, **kwargs).arguments
    return {name: value for name, value in bound.items() if name != "self"}


def is_struct(kind: Any) -> bool:
    """Whether it is a Struct."""
    return isinstance(kind, type) and issubclass(kind, Struct)


def _default(parameter: inspect.Parameter) -> Any:
    return NODEFAULT if parameter.default is inspect.Parameter.empty else parameter.default


def _place(route: Route, name: str, in_path: set[str]) -> Place:
    if name in in_path:
        return Place.PATH
    if name == "revision":
        return Place.REVISION
    return Place.QUERY if route.verb in _WITHOUT_BODY else Place.BODY


def _body(route: Route, parameters: list[Parameter]) -> tuple[Any, bool]:
    """The type of the body, and whether a single parameter is all of it."""
    if not parameters:
        return None, False
    if len(parameters) == 1 and is_struct(parameters[0].type):
        return parameters[0].type, True
    fields = [
        (each.name, each.type) if each.default is NODEFAULT else (each.name, each.type, each.default)
        for each in parameters
    ]
    facet, _, name = route.method.rpartition(".")
    title = "".join(word.title() for word in f"{name}_{facet}".split("_"))
    return msgspec.defstruct(title, fields, kw_only=True, forbid_unknown_fields=True), False
