"""``crm-tui stores copy FROM TO``: a whole store into a new one, in a file or in PostgreSQL."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, closing
from pathlib import Path

from crm_tui.cli import CONFLICT, DONE, complain
from crm_tui.cli.databases import missing, password_of
from crm_tui.cli.opening import clock, login_of, open_place, place_of
from crm_tui.cli.progress import Progress, grouped
from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.store.locate import FILE, SERVER, Place
from crm_tui.store.port import Store
from crm_tui.store.sql.copy_ends import Source, Target
from crm_tui.store.sql.copy_records import Records
from crm_tui.store.sql.copy_rows import Rows
from crm_tui.store.sql.copy_to_sqlite import into_file
from crm_tui.store.sql.copying import Copied, copy
from crm_tui.store.sql.store import SqlStore


def run(arguments: argparse.Namespace) -> int:
    """Copy, and say what was copied."""
    source, target = (place_of(argparse.Namespace(store=named)) for named in (arguments.source, arguments.target))
    # as it is: a copy that was interrupted goes on only where nothing was written since
    with closing(open_place(source, login_of(arguments), is_told=True, is_settled=False)) as store:
        began = clock()
        before = store.pulse()
        copied = _copy(store, target)
        is_same = store.pulse() == before
    if copied.began_anew:
        complain(f"{source.name} was changed since the copy was interrupted, so it was begun anew.")
    print(
        f"{source.name} is copied to {target.name} and compared with it:"
        f" {grouped(copied.rows)} rows; customers: {grouped(copied.tables.get('customer', 0))}."
    )
    print("Passwords and tokens of devices stay where they are: who signs in at a server of the copy gets new ones.")
    if is_same:
        return DONE
    complain(
        f"{source.name} was changed while it was copied; what came after {began.astimezone():%H:%M:%S} is not in the"
        " copy. Copy again into a new store, while nobody works in it."
    )
    return CONFLICT


def _copy(store: Store, target: Place) -> Copied:
    is_begun = False
    try:
        with _into(target) as into, Progress("Copying") as progress:
            is_begun = True
            return copy(_source(store), into, clock(), progress.step_of)
    except Unavailable as error:
        if not is_begun:
            raise
        raise Unavailable(f"{error} What is copied stays: the same command goes on with it.") from error
    except KeyboardInterrupt:
        complain("The copy is not whole yet; the same command goes on with it.")
        raise


def _source(store: Store) -> Source:
    """From a database at hand tables are copied as they are; a server gives plain records."""
    return Rows(store.portable) if isinstance(store, SqlStore) else Records(store.portable.dump)


def _into(target: Place) -> AbstractContextManager[Target]:
    if target.kind == SERVER:
        raise Invalid("to", f"{target.name} is at a server: copy into its store where the server runs")
    if target.kind == FILE:
        return into_file(Path(target.where))
    try:
        from crm_tui.store.sql.copy_to_postgres import into_postgres
    except ModuleNotFoundError as error:
        raise missing("PostgreSQL", "postgres", error) from error
    return into_postgres(target.where, password_of(target))
