"""``crm-tui update-customers``: all active customers of a country beside its business register, as a report.

It changes nothing: what is taken is looked at by a person, on the card or with ``crm-tui update-customer``. A register
is asked at most four times a second; what it answered is kept for a day, so that a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import tzinfo
from pathlib import Path

from crm_tui import paths
from crm_tui.cli import DONE, NOTHING_FOUND, REMOTE_UNAVAILABLE, USAGE, complain, exit_code
from crm_tui.cli.kept_answers import KeptAnswers
from crm_tui.cli.one_at_a_time import alone
from crm_tui.cli.opening import files_of, key_of, open_existing, place_of
from crm_tui.cli.progress import Progress, grouped
from crm_tui.cli.registers import business_registers
from crm_tui.cli.settings_file import read_settings
from crm_tui.cli.update_report import Report
from crm_tui.cli.update_run import Run
from crm_tui.domain.countries import country_name
from crm_tui.domain.errors import Unavailable
from crm_tui.domain.register_entry import SOURCES
from crm_tui.interchange.files import Taken, check_new_file, new_file
from crm_tui.registers.settings import RegisterSettings
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.waiting.clock import SystemClock
from crm_tui.waiting.stop import Stop
from crm_tui.zones import zone_of

#: requests to a register, second tries included
PER_SECOND = 4.0
_STOPPED = 130
_FOLDER = "register-answers"
_KEPT = "Answers are kept for a day: the same command goes on from there"


def run(arguments: argparse.Namespace) -> int:
    """Ask, compare and report."""
    if not arguments.dry_run:
        complain(
            "there is a report only, as what is taken should be looked at by a person: add --dry-run for it, and take"
            " over with crm-tui update-customer NUMBER, or on the card"
        )
        return USAGE
    settings = read_settings()
    if arguments.output is not None:
        check_new_file(Path(arguments.output), overwrite=arguments.force)
    with closing(open_existing(arguments)) as store, _kept(store, settings.registers, arguments) as kept:
        registers = business_registers(settings.registers, PER_SECOND)
        with closing(Report()) as report:
            going = Run(store, registers, arguments.of_country, kept, report, SystemClock())
            return _report(going, arguments, zone_of(settings.time_zone))


@contextmanager
def _kept(store: Store, settings: RegisterSettings, arguments: argparse.Namespace) -> Iterator[KeptAnswers]:
    """Answers to this actor about customers of this store, from the registers that are set, which no other run asks
    meanwhile."""
    folder, country = paths.state_dir() / _FOLDER, arguments.of_country
    shared = folder if arguments.confines is None else arguments.confines.shared / _FOLDER
    base, login = settings.prh if country == "FI" else settings.brreg, store.users.me().user.login
    key = key_of(store, place_of(arguments))
    about = (key, login, country, base)
    who = f"{login} for {key} (process {os.getpid()})"
    with (
        alone(shared, base, who),
        closing(KeptAnswers(folder, about, SystemClock().now(), restart=arguments.restart)) as kept,
    ):
        yield kept


def _report(going: Run, arguments: argparse.Namespace, zone: tzinfo) -> int:
    """Go through all of them, and report what was found, also where something stood in the way."""
    stop = Stop()
    try:
        with Progress(f"Comparing with {SOURCES[going.country].value}", stop.set) as progress:
            going.through(progress, stop)
    except KeyboardInterrupt:
        complain(f"Stopped {_how_far(going)} {_KEPT}.")
        return _STOPPED
    except Unavailable as error:
        _tell(going, arguments)
        complain(f"{error} Stopped {_how_far(going)} {_how_to_go_on(going, arguments, zone)}.")
        return exit_code(error)
    if not (going.total or len(going.report)):
        _write(going.report, arguments)
        complain(f"no active customer has a VAT number or business id of {country_name(going.country)}.")
        return NOTHING_FOUND
    _tell(going, arguments)
    if going.report.failed:
        complain("Run the same command again for those that were not answered for: the other answers are kept.")
        return REMOTE_UNAVAILABLE
    return DONE


def _how_far(going: Run) -> str:
    why = f"{going.why}, " if going.why else ""
    return f"{why}at {grouped(going.done)} of {grouped(going.total)} customers."


def _how_to_go_on(going: Run, arguments: argparse.Namespace, zone: tzinfo) -> str:
    at = f" after {going.resume_at.astimezone(zone):%Y-%m-%d %H:%M}" if going.resume_at else ""
    force = "" if arguments.output is None or arguments.force else ", with --force for the report that is there now"
    return f"{_KEPT}{at}{force}"


def _tell(going: Run, arguments: argparse.Namespace) -> None:
    """The report, and what is in it in a sentence."""
    report = going.report
    _write(report, arguments)
    target = f"; written to {clean(arguments.output)}" if arguments.output is not None else ""
    complain(f"{report.summary()}{target}. {SOURCES[going.country].attribution}.")
    if report.missing and going.country == "FI":
        complain("Not in the register means its open data: sole traders and some bodies are left out there.")


def _write(report: Report, arguments: argparse.Namespace) -> None:
    to_terminal = arguments.output is None and sys.stdout.isatty()
    lines = report.written(_form(arguments), is_terminal=to_terminal)
    if arguments.output is None:
        for line in lines:
            print(line)
        return
    try:
        room = files_of(arguments).check_room
        with new_file(Path(arguments.output), overwrite=arguments.force, check_room=room) as file:
            file.writelines(f"{line}\n".encode("utf-8", "replace") for line in lines)
    except (Taken, Unavailable) as error:
        raise Unavailable(f"{error} {_KEPT}.") from error


def _form(arguments: argparse.Namespace) -> str:
    """As asked for, or as the ending of the file says."""
    if arguments.json or arguments.tsv:
        return "json" if arguments.json else "tsv"
    ending = Path(arguments.output or "").suffix.lower().removeprefix(".")
    return ending if ending in ("json", "tsv") else "table"
