"""What the word that is being typed may become where a look into a file can't say: stores that the settings name, in
PostgreSQL and at servers. Asked through the port, with little patience."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING

from crm_tui.cli.databases import version_of
from crm_tui.cli.opening import open_place, place_of
from crm_tui.cli.whose import login
from crm_tui.domain.normalise import fold
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.known import StoreSettings
from crm_tui.store.locate import FILE, POSTGRES, Place

if TYPE_CHECKING:
    from crm_tui.store.port import Store
    from crm_tui.store.sql.candidates import Candidate

#: seconds that who presses a key at a prompt may wait for another machine
_PATIENCE = 2
_MOST = 60
_REGISTRIES = {
    "keyword": RegistryKind.KEYWORD,
    "role": RegistryKind.CONTACT_ROLE,
    "industry": RegistryKind.INDUSTRY,
    "segment": RegistryKind.SEGMENT,
    "unit": RegistryKind.BUSINESS_UNIT,
}


def place(store: str | None) -> Place:
    """Where the store is. Raises the errors of the domain."""
    return place_of(argparse.Namespace(store=store))


def candidates(found: Place, kind: str, word: str, user: str | None) -> list[Candidate]:
    """Nothing for a store that is opened by what a program prints: none is started by a key. Raises the errors of the
    domain."""
    settings = found.settings or StoreSettings()
    if not word or found.kind == FILE or settings.token_command or settings.password_command:
        return []
    where = found.where
    if found.kind == POSTGRES:
        where += f"{'&' if '?' in where else '?'}connect_timeout={_PATIENCE}"
    asked = Place(found.name, found.kind, where, settings._replace(timeout=float(_PATIENCE)))
    if found.kind == POSTGRES:
        version_of(asked)  # one of another version is not brought to this one by a key
    with closing(open_place(asked, login(user))) as store:
        return _asked(store, kind, word)


def _asked(store: Store, kind: str, word: str) -> list[Candidate]:
    if kind == "user":
        return _beginning([(each.login, each.name) for each in store.users.list()], word)
    if kind == "profile":
        return _beginning([(each.profile.name, "") for each in store.users.profiles()], word)
    if kind in _REGISTRIES:
        return _beginning([(each.name, "") for each in store.registries.list(_REGISTRIES[kind], disabled=False)], word)
    if kind not in ("name", "number", "query"):
        return []
    lines = store.search.lookup(word, limit=_MOST).lines
    customers = list(dict.fromkeys((str(each.customer_number), each.customer_name) for each in lines))
    if kind == "number":
        return customers
    names = [(name, number) for number, name in customers]
    people = [(each.name, each.customer_name) for each in lines if each.name != each.customer_name]
    return _beginning(list(dict.fromkeys([*names, *people])), word) or customers


def _beginning(listed: list[Candidate], word: str) -> list[Candidate]:
    typed = fold(word)
    return [each for each in listed if fold(each[0]).startswith(typed)]
