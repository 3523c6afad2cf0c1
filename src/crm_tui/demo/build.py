"""The demo company as records of a store, and as a store file."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from crm_tui.demo.activities import add_activities, add_private_life
from crm_tui.demo.bulk import Bulk
from crm_tui.demo.cases import add_cases
from crm_tui.demo.companies import add_companies
from crm_tui.demo.files import add_files
from crm_tui.demo.invoices import add_invoices
from crm_tui.demo.kallavesi import add_kallavesi
from crm_tui.demo.organization import add_organization, add_registries, add_users
from crm_tui.demo.people import add_people
from crm_tui.demo.twins import add_twins
from crm_tui.demo.world import ZONE, World
from crm_tui.store.history import Progress
from crm_tui.store.sql import filesystem, loading
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.portable import SqlPortable
from crm_tui.store.sql.tables import instant

#: customers that are made one by one; more of them are made in bulk
BY_HAND = 300
_LOGIN = "sanna"


def records(
    seed: int, today: dt.date, customers: int, now: dt.datetime | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The records of a whole store (as Portable.load takes them), the same for every equal seed and day.

    ``customers`` is how many there are; 1 becomes 2. Only the first BY_HAND are held in memory. Nothing that is past
    in them lies after ``now``, if that is told."""
    world = _world(World(seed, today, now), min(customers, BY_HAND))
    bulk = Bulk(world, seed, customers - BY_HAND)
    add_organization(world, *bulk.next_numbers())
    for table in loading.ORDER:
        name = loading.name_of(table)
        yield from ((name, row) for row in world.plain(name))
        yield from ((name, row) for row in bulk.rows(name))
        if name == "file":
            yield from (("content", row) for row in world.plain("content"))


def _world(world: World, customers: int) -> World:
    add_registries(world)
    add_users(world)
    companies = add_companies(world, max(2, customers) - 1)
    add_private_life(world, companies[0])
    for company in companies:
        contacts = add_people(world, company)
        cases = add_cases(world, company, contacts, companies[1:4])
        add_activities(world, company, contacts, cases)
        for case in cases:
            add_invoices(world, case)
        add_files(world, company, cases)
    add_kallavesi(world, {company.name: company for company in companies})
    add_twins(world, companies)
    _habits(world)
    return world


def _habits(world: World) -> None:
    """Favourites and recently opened cards."""
    last = len(world.rows["customer"])
    favourites = {(1, last), (1, 2), (1, 9), (2, 12), (3, 4)}
    for user, customer in sorted(favourites):
        if customer <= last:
            world.put("favourite", user_id=user, customer_id=customer)
    for minutes, customer in enumerate(dict.fromkeys((last, 2, 5))):
        if customer <= last:
            at = world.this_morning(7, 50 - minutes)
            world.put("recent", user_id=1, customer_id=customer, at=instant(at))


def build(
    path: Path,
    *,
    seed: int,
    today: dt.date,
    customers: int,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Make the demo store at ``path``, in the place of one that is there; ``now`` is as for `records`. It is built
    beside the target and put in its place when whole: a build that fails or is cancelled (by an exception of
    ``progress``) leaves nothing.

    Raises Unavailable while the store there is open anywhere."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():  # better said before the long work than after it
        with filesystem.alone(str(path)):
            pass
    folder = Path(mkdtemp(prefix=".demo-", dir=path.parent))
    eight = dt.datetime.combine(today, dt.time(8), ZONE).astimezone(dt.UTC)
    loaded = min(eight, now) if now else eight
    try:
        database = Database.open(folder / path.name)
        try:
            SqlPortable(Binding(database, _LOGIN, lambda: loaded)).load(records(seed, today, customers, now), progress)
            contents = database.files_folder()
        finally:
            database.close()
        with filesystem.alone(str(path)):
            _replace(folder / path.name, contents, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _replace(built: Path, contents: Path, path: Path) -> None:
    """Put the new store and its contents where the old ones were."""
    target = path.parent / contents.name
    for old in (path, *(path.with_name(path.name + ending) for ending in filesystem.JOURNALS)):
        old.unlink(missing_ok=True)
    if target.exists():
        shutil.rmtree(target)
    if contents.exists():
        contents.rename(target)
    built.rename(path)
