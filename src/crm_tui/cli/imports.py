"""``crm-tui imports``: the runs of ``crm-tui import``, the newest first."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from crm_tui.cli import DONE, NOTHING_FOUND, complain
from crm_tui.cli.opening import open_existing
from crm_tui.cli.tables import tab_separated, table
from crm_tui.domain.history import ImportRun
from crm_tui.text import clean, printable

_HEADER = ("id", "started", "by", "state", "created", "updated", "unchanged", "refused", "source")
_NUMBERS = frozenset(("id", "created", "updated", "unchanged", "refused"))


def run(arguments: argparse.Namespace) -> int:
    """List them."""
    with closing(open_existing(arguments)) as store:
        runs = store.imports.list()
    if arguments.json:
        import msgspec

        listed = msgspec.json.format(msgspec.json.encode(runs), indent=2).decode()
        print(printable(listed, sys.stdout.isatty()))
        return DONE if runs else NOTHING_FOUND
    if not runs:
        complain("nothing was imported yet; crm-tui import FILE... does it")
        return NOTHING_FOUND
    rows = [_row(run) for run in runs]
    lines = tab_separated(_HEADER, rows) if arguments.tsv else table(_HEADER, rows, numbers=_NUMBERS)
    for line in lines:
        print(line)
    return DONE


def _row(run: ImportRun) -> tuple[str, ...]:
    started = f"{run.started_at.astimezone():%Y-%m-%d %H:%M}"
    counts = map(str, (run.created, run.updated, run.unchanged, run.refused))
    return (str(run.id), started, clean(run.actor_name), run.state.value, *counts, clean(run.source))
