"""Our widgets and screens must not use private names that Textual uses: `self._closed` would stop a widget for good."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache

from textual.message_pump import MessagePump

import crm_tui

#: set on purpose, to replace what Textual keeps there
MEANT = {"TerminalApp._clipboard"}


def own_classes() -> Iterator[type]:
    for found in pkgutil.walk_packages(crm_tui.__path__, "crm_tui."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for cls in vars(module).values():
            if isinstance(cls, type) and issubclass(cls, MessagePump) and cls.__module__ == found.name:
                yield cls


@cache
def private_names(cls: type) -> frozenset[str]:
    """The private attributes that the methods of a class set on its instances."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    return frozenset(
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and node.attr.startswith("_")
    )


def test_no_attribute_of_ours_is_one_of_textual() -> None:
    taken = {
        f"{cls.__name__}.{name}"
        for cls in own_classes()
        for base in cls.__mro__[1:]
        if base.__module__.startswith("textual")
        for name in private_names(cls) & private_names(base)
    }
    assert taken == MEANT
