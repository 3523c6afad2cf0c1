"""The stores that are known: those of the settings, and the files of the user's own folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import NamedTuple

from crm_tui import paths
from crm_tui.cli.databases import version_of
from crm_tui.cli.opening import open_place
from crm_tui.cli.settings_file import read_store_names
from crm_tui.domain.errors import CrmError
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.locate import DEFAULT_NAME, FILE, SERVER, Place, of_settings

#: stores that are asked at the same time: one that does not answer keeps no other waiting
_AT_ONCE = 8


class Known(NamedTuple):
    """A store, and what it answered; ``trouble`` says why it did not. ``user`` is as whom it is opened."""

    place: Place
    is_default: bool
    trouble: str = ""
    user: str = ""
    customers: int | None = None
    version: str = ""


def places() -> list[tuple[Place, bool]]:
    """Where they are, each with whether it is the one that is opened unless another is named. Asks none of them.
    Raises ConfigError, NoHome."""
    names = read_store_names()
    found = [of_settings(name, settings) for name, settings in names.stores.items()]
    named = {each.name for each in found}
    files = sorted(paths.data_dir().glob("*.db"))
    found += [Place(path.stem, FILE, str(path)) for path in files if path.stem not in named]
    default = names.default or DEFAULT_NAME
    return [(each, default in (each.name, each.where)) for each in found]


def asked(login: str, named: Place) -> list[Known]:
    """All of them, and what they answer to this user; a server answers whose token it is. ``named`` is the one that is
    meant, of whose server alone the environment may have the token."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda each: _asked(each[0], each[1], login, each[0].where == named.where), places()))


def _asked(place: Place, is_default: bool, login: str, is_named: bool) -> Known:
    try:
        version = version_of(place) if place.kind != SERVER else ""
        with closing(open_place(place, login, is_named=is_named)) as store:
            me = store.users.me().user
            counted = store.customers.count(CustomerQuery(active=None), exact=True)
    except (CrmError, OSError) as error:
        return Known(place, is_default, str(error))
    return Known(place, is_default, "", me.login, counted.number, version)
