"""What people choose by its name, where several may be called the same: segments of different groups, users."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crm_tui.domain.registries import RegistryValue
from crm_tui.domain.users import User


class Named(NamedTuple):
    """Something with a name; ``full`` tells it from others that are called so."""

    id: int
    name: str
    full: str


def named_values(values: Iterable[RegistryValue], groups: Iterable[RegistryValue] = ()) -> tuple[Named, ...]:
    """Values of a registry in their order; segments with their ``groups``, ``Size / Large``."""
    group_names = {group.id: group.name for group in groups}
    return tuple(
        Named(value.id, value.name, " / ".join((group_names[value.group], value.name)))
        if value.group in group_names
        else Named(value.id, value.name, value.name)
        for value in values
    )


def named_users(users: Iterable[User]) -> tuple[Named, ...]:
    """Users in their order; logins are unique."""
    return tuple(Named(user.id, user.name, user.login) for user in users)
