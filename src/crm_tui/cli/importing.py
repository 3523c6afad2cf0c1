"""``crm-tui import``: files into the store, an import taken back, and templates of files."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from crm_tui.cli import DONE, ERROR, USAGE, complain, exit_code, templates
from crm_tui.cli.databases import open_database
from crm_tui.cli.opening import clock, files_of, in_no_file, login_of, open_existing, open_named, place_of
from crm_tui.cli.progress import Progress, grouped
from crm_tui.cli.reporting import say, say_mapping, say_report, write_refused
from crm_tui.domain.errors import CrmError, Invalid
from crm_tui.interchange import importer, plan, portable_json
from crm_tui.interchange.encoding import Unreadable
from crm_tui.interchange.formats import parse_override
from crm_tui.store.locate import FILE, SERVER, Place
from crm_tui.store.port import Store
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.store import SqlStore, is_empty

_STOPPED = 130


def run(arguments: argparse.Namespace) -> int:
    """Read files, take a run back, or write templates."""
    wrong = _usage(arguments)
    if wrong:
        complain(wrong)
        return USAGE
    if arguments.template is not None:
        templates.write(arguments.template, Path(*arguments.files))
        return DONE
    if arguments.undo is not None:
        return _undo(arguments)
    paths = [Path(name) for name in arguments.files]
    exports = [path for path in paths if portable_json.is_export(path)]
    if not exports:
        return _import(arguments, paths)
    if len(paths) > 1:
        complain(f"{exports[0]} is JSON, which is a whole store: import it alone, into an empty store")
        return USAGE
    return _load(arguments, exports[0])


def _usage(arguments: argparse.Namespace) -> str | None:
    """What is wrong with the options as they were given."""
    if arguments.template is not None:
        wrong = len(arguments.files) > 1 or arguments.undo is not None
        return "--template takes a folder at most: crm-tui import --template finance FOLDER" if wrong else None
    if arguments.undo is not None:
        return "--undo takes back a run and reads no files: leave one of them out" if arguments.files else None
    if not arguments.files:
        return "name the files to import, or the run to take back: crm-tui import FILE..., crm-tui import --undo ID"
    code = arguments.currency
    if code is not None and not (len(code) == 3 and code.isascii() and code.isalpha()):
        return f"--currency {code}: three letters, for example EUR"
    try:
        for text in arguments.map:
            parse_override(text)
    except Unreadable as error:
        return f"--map: {error}"
    return None


def _import(arguments: argparse.Namespace, paths: Sequence[Path]) -> int:
    with ExitStack() as stack:
        store = stack.enter_context(_store(arguments))
        currency = store.users.organization().currency
        options = _options(arguments, currency)
        plans = importer.in_order(stack.enter_context(_read(path, options)) for path in paths)
        for one in plans:
            say_mapping(one)
        act = importer.check if arguments.dry_run else importer.write
        try:
            with Progress("Checking" if arguments.dry_run else "Importing") as progress:
                report = act(store.imports, plans, currency=currency, progress=progress.step)
        except importer.TakenBack as error:
            complain(str(error))
            return exit_code(error.__cause__) if isinstance(error.__cause__, CrmError) else _STOPPED
    say_report(report)
    if arguments.refused:
        write_refused(report, Path(arguments.refused), files_of(arguments).check_room)
    is_all_refused = not any(file.taken for file in report.files) and any(file.refused.count for file in report.files)
    return ERROR if is_all_refused else DONE


def _options(arguments: argparse.Namespace, currency: str) -> plan.ReadOptions:
    return plan.ReadOptions(
        currency=(arguments.currency or "").upper(),
        default_currency=currency,
        kind=arguments.kind,
        columns=dict(map(parse_override, arguments.map)),
        date_order=arguments.date_order,
        decimal_mark=arguments.decimal_mark,
    )


def _read(path: Path, options: plan.ReadOptions) -> plan.ImportPlan:
    """The plan of a file; what makes it unreadable is said with its name."""
    with Progress(f"Reading {path.name}, per cent") as progress:
        try:
            return plan.read(path, options, lambda done: progress.step(int(done * 100), 100))
        except Unreadable as error:
            raise error if str(path) in str(error) else Unreadable(f"{path}: {error}") from error


@contextmanager
def _store(arguments: argparse.Namespace) -> Iterator[Store]:
    """The store that is named. Where there is none yet, trying makes one that is thrown away."""
    with ExitStack() as stack:
        found = place_of(arguments)
        if arguments.dry_run and found.kind == FILE and not os.path.exists(found.where):
            folder = stack.enter_context(TemporaryDirectory(prefix="crm-tui-"))
            arguments.store = os.path.join(folder, "tried.db")
            say("There is no store yet: this is tried in an empty one, which is thrown away.")
        yield stack.enter_context(closing(open_named(arguments)))


def _undo(arguments: argparse.Namespace) -> int:
    with closing(open_existing(arguments)) as store:
        undone = store.imports.undo(arguments.undo)
    say(
        f"Import {arguments.undo} is taken back: {grouped(undone.removed)} records removed,"
        f" {grouped(undone.restored)} put back as before."
    )
    if undone.kept:
        say("Kept, because of what happened since:")
        for kept in undone.kept:
            say(f"  {kept}")
    return DONE


def _load(arguments: argparse.Namespace, path: Path) -> int:
    """A whole store from what ``crm-tui export --all`` wrote."""
    with ExitStack() as stack:
        target = place_of(arguments)
        if target.kind == SERVER:
            raise in_no_file(target, "the whole store of a server is loaded where the server runs")
        if arguments.dry_run:
            _require_empty(target)
            folder = stack.enter_context(TemporaryDirectory(prefix="crm-tui-"))
            tried = Place("tried", FILE, os.path.join(folder, "tried.db"))
        database = stack.enter_context(closing(open_database(tried if arguments.dry_run else target, must_exist=False)))
        if not is_empty(database):
            raise _not_empty(target)
        with Progress("Loading") as progress, closing(portable_json.read(path)) as records:
            store = SqlStore(Binding(database, login_of(arguments), clock))
            rows = store.portable.load(records, progress.step_of)
        said = "would be loaded into" if arguments.dry_run else "are loaded into"
        say(f"{grouped(rows)} records of {path} {said} {target.where if target.kind == FILE else target.name}.")
    return DONE


def _require_empty(target: Place) -> None:
    if target.kind != FILE or os.path.exists(target.where):
        with closing(open_database(target, must_exist=True)) as database:
            if not is_empty(database):
                raise _not_empty(target)


def _not_empty(target: Place) -> Invalid:
    what = target.where if target.kind == FILE else target.name
    return Invalid("store", f"{what} is not empty, and a whole store goes into a new one: name one with --store")
