"""``crm-tui backup`` and ``crm-tui restore``."""

from __future__ import annotations

import argparse
from pathlib import Path

from crm_tui.cli import DONE
from crm_tui.cli.databases import tell_of_update
from crm_tui.cli.opening import path_of
from crm_tui.store.sql import backup
from crm_tui.store.sql.connections import Database

_ELSEWHERE = "one in PostgreSQL is saved with pg_dump and brought back with pg_restore, one of a server where it runs"


def run(arguments: argparse.Namespace) -> int:
    """Do the one or the other."""
    if arguments.command == "backup":
        return _backup(arguments)
    return _restore(arguments)


def _backup(arguments: argparse.Namespace) -> int:
    path = path_of(arguments, instead=_ELSEWHERE)
    tell_of_update(str(path))
    database = Database.open(path, must_exist=True)
    try:
        manifest = backup.backup(database, Path(arguments.path), replace=arguments.force)
    finally:
        database.close()
    number = len(manifest.files)
    print(f"{database.path} and {number} file{'s' * (number != 1)} saved to {arguments.path}, verified.")
    return DONE


def _restore(arguments: argparse.Namespace) -> int:
    path = path_of(arguments, instead=_ELSEWHERE)
    restored = backup.restore(Path(arguments.path), path)
    print(f"{path} restored from {arguments.path}.")
    if restored.kept is not None:
        print(f"What was there is kept as {restored.kept}.")
    return DONE
