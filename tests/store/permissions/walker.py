"""Walks the port: which methods there are, and what they answer, as text."""

from __future__ import annotations

import importlib
import pkgutil
import typing
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

import msgspec

import crm_tui.store
from crm_tui.domain.errors import CrmError
from crm_tui.store.port import Store

#: attributes of a failure that hold more than its sentence
_DETAILS = ("theirs", "blockers", "conflicts", "kind", "key")


class Call(NamedTuple):
    """A call of a method of the port: ``customers.page`` and its arguments."""

    method: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}

    def __str__(self) -> str:
        return f"{self.method}{self.args}{self.kwargs or ''}"


def _facets() -> dict[str, Any]:
    """The classes of the facets by name: the port imports them for type checkers alone."""
    found = (module.name for module in pkgutil.iter_modules(crm_tui.store.__path__) if not module.ispkg)
    modules = [importlib.import_module(f"crm_tui.store.{name}") for name in found]
    return {name: each for module in modules for name, each in vars(module).items() if isinstance(each, type)}


def methods() -> Iterator[str]:
    """Every method that the port has, of each facet and of the store itself, and its properties that are no facets."""
    facets = _facets()
    for name, member in vars(Store).items():
        if name.startswith("_"):
            continue
        facet = typing.get_type_hints(member.fget, localns=facets)["return"] if isinstance(member, property) else None
        if getattr(facet, "_is_protocol", False):
            yield from (f"{name}.{m}" for m, f in vars(facet).items() if callable(f) and not m.startswith("_"))
        else:
            yield f"store.{name}"


def bound(store: Store, method: str) -> Callable[..., Any]:
    """The method on a store; a plain property as a function without arguments."""
    facet, name = method.split(".")
    found = getattr(store if facet == "store" else getattr(store, facet), name)
    return found if callable(found) else lambda: found


def answer(store: Store, call: Call) -> str:
    """All that comes back from a call, be it a failure."""
    try:
        return text_of(bound(store, call.method)(*call.args, **call.kwargs))
    except CrmError as error:
        return failure(error)


def failure(error: CrmError) -> str:
    """All that a failure tells."""
    details = {name: getattr(error, name) for name in _DETAILS if hasattr(error, name)}
    return f"{type(error).__name__}: {error} {text_of(details)}"


def text_of(value: Any) -> str:
    """A value whole, as JSON; files and generators are read to their end."""
    if hasattr(value, "read"):
        with value:
            return bytes(value.read()).decode(errors="replace")
    if isinstance(value, Generator):
        value = list(value)
    return msgspec.json.encode(value, order="deterministic", enc_hook=str).decode()
