"""``crm-tui demo``: a made-up company in a store of its own, to look around in."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from contextlib import closing, suppress
from pathlib import Path
from threading import Event

from crm_tui import paths
from crm_tui.cli import DONE, USAGE, complain
from crm_tui.cli.open import show
from crm_tui.cli.opening import open_as
from crm_tui.cli.progress import Progress, grouped
from crm_tui.demo.local_registers import LocalRegisters, local_double
from crm_tui.domain.errors import Unavailable
from crm_tui.store.locate import FILE, Place, store_path
from crm_tui.store.sql.store import SqlStore
from crm_tui.terminal.checks import refusal

_NAME = "demo"
_LOGIN = "sanna"


def run(arguments: argparse.Namespace) -> int:
    """Make the sample data once, and open it."""
    refused = None if arguments.build_only or arguments.serve_registers else refusal(os.environ)
    if refused is not None:
        print(refused.line, file=sys.stderr)
        return refused.code
    try:
        today = dt.date.fromisoformat(arguments.today) if arguments.today else None
    except ValueError:
        complain(f"--today {arguments.today}: write a date as 2026-11-22")
        return USAGE
    if arguments.customers is not None and arguments.customers < 1:
        complain(f"--customers {arguments.customers}: a whole number, 1 or more")
        return USAGE
    path = _path(arguments)
    if not _ready(path, arguments, today):
        return DONE
    if arguments.build_only:
        print(path)
        return DONE
    store, place = open_as(path, arguments.login or _LOGIN), Place(path.stem, FILE, str(path))
    today = today or dt.datetime.now().astimezone().date()
    if arguments.serve_registers:
        return _serve(store, today)
    if arguments.registers == "real":
        return show(store, place, arguments)
    registers = LocalRegisters(store, today)
    try:
        return show(store, place, arguments, registers)
    finally:
        registers.close()


def _serve(store: SqlStore, today: dt.date) -> int:
    """Serve the registers of the sample data for other programs, until it is interrupted."""
    from crm_tui.registers.faults import BY_NUMBER

    with closing(store), local_double(store, today) as double:
        print("# Registers of the sample data: put these lines into your settings. ctrl+c ends it.")
        print("[registers]")
        print(f'prh = "{double.settings.prh}"')
        print(f'brreg = "{double.settings.brreg}"')
        print("# Numbers whose answers are always wrong:")
        for number, fault in sorted(BY_NUMBER.items()):
            print(f"# {number:>9}  {fault}")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            Event().wait()
    return DONE


def _path(arguments: argparse.Namespace) -> Path:
    """The demo's own store; another only by an explicit --store."""
    try:
        return store_path(arguments.store or _NAME, paths.data_dir())
    except paths.NoHome as error:
        raise Unavailable(str(error)) from error


def _ready(path: Path, arguments: argparse.Namespace, today: dt.date | None) -> bool:
    """Whether the store is there to be opened, built now if need be."""
    wanted = {"seed": arguments.seed, "customers": arguments.customers, "today": today and today.isoformat()}
    if path.exists():
        made = _made(path)
        if made is None:
            raise Unavailable(f"{path} is there, and crm-tui demo did not make it: name another place with --store.")
        asked = {name: value for name, value in wanted.items() if value not in (None, made.get(name))}
        asked.pop("seed", None) if arguments.seed == 1 else None
        if not (arguments.rebuild or asked):
            return True
        if not (arguments.rebuild or _agreed(path)):
            complain("the sample data was left as it is.")
            return False
    now = dt.datetime.now().astimezone()  # today is the user's own day
    is_today = today in (None, now.date())
    _build(path, arguments.seed, today or now.date(), arguments.customers, now if is_today else None)
    _stamp(path).write_text(json.dumps(wanted), "utf-8")
    return True


def _agreed(path: Path) -> bool:
    """Ask before sample data is made anew: someone may have changed it."""
    if not sys.stdin.isatty():
        complain(f"{path} holds other sample data; --rebuild makes it anew.")
        return False
    print(
        f"Make the sample data in {path} anew? Changes in it are lost. [y/N] ",
        end="",
        file=sys.stderr,
        flush=True,
    )
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _build(path: Path, seed: int, today: dt.date, customers: int | None, now: dt.datetime | None) -> None:
    from crm_tui.demo.build import BY_HAND, build

    wanted = customers or BY_HAND
    with Progress("Making sample data") as progress:
        build(path, seed=seed, today=today, customers=wanted, now=now, progress=progress.step_of)
    print(f"crm-tui: sample data with {grouped(wanted)} customers made in {path}", file=sys.stderr)


def _stamp(path: Path) -> Path:
    """Beside the store: what it was made from, and that it may be made anew."""
    return path.with_name(f"{path.name}.demo")


def _made(path: Path) -> dict[str, object] | None:
    try:
        made: dict[str, object] = json.loads(_stamp(path).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return made
