"""``crm-tui update-customers``: all active customers of a country beside its business register, as a report.

It changes nothing: what is taken is looked at by a person, on the card or with ``crm-tui update-customer``. A register
is asked at most four times a second; what it answered is kept for a day, so that a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from crm_tui import paths
from crm_tui.cli import DONE, NOTHING_FOUND, REMOTE_UNAVAILABLE, USAGE, complain
from crm_tui.cli.imports import open_existing
from crm_tui.cli.kept_answers import KeptAnswers
from crm_tui.cli.open import read_settings
from crm_tui.cli.opening import clock
from crm_tui.cli.progress import Progress, grouped
from crm_tui.cli.registers import business_registers
from crm_tui.cli.update_report import Report
from crm_tui.cli.update_run import MOST_FAILURES, Run
from crm_tui.config import ConfigError
from crm_tui.domain.countries import country_name
from crm_tui.domain.errors import RegisterFailed
from crm_tui.domain.register_entry import SOURCES
from crm_tui.interchange.files import new_file
from crm_tui.registers.settings import RegisterSettings
from crm_tui.store.sql.store import SqlStore
from crm_tui.text import clean

#: requests to a register, second tries included
PER_SECOND = 4.0
_STOPPED = 130


def run(arguments: argparse.Namespace) -> int:
    """Ask, compare and report."""
    if not arguments.dry_run:
        complain(
            "there is a report only, as what is taken should be looked at by a person: add --dry-run for it, and take"
            " over with crm-tui update-customer NUMBER, or on the card"
        )
        return USAGE
    try:
        settings = read_settings().registers
    except ConfigError as error:
        complain(str(error))
        return USAGE
    with closing(open_existing(arguments)) as store, closing(_kept(store, settings, arguments)) as kept:
        going = Run(store, business_registers(settings, PER_SECOND), arguments.of_country, kept, clock)
        try:
            with Progress(f"Comparing with {SOURCES[going.country].value}") as progress:
                report = going.through(progress.step)
        except KeyboardInterrupt:
            complain(f"Stopped at {_how_to_go_on(going)}")
            return _STOPPED
        except RegisterFailed as error:
            complain(f"{error} Stopped after {MOST_FAILURES} failures in a row, at {_how_to_go_on(going)}")
            return REMOTE_UNAVAILABLE
    return _tell(report, going, arguments)


def _kept(store: SqlStore, settings: RegisterSettings, arguments: argparse.Namespace) -> KeptAnswers:
    """Answers to this actor about customers of this store, from the registers that are set."""
    country = arguments.of_country
    base = settings.prh if country == "FI" else settings.brreg
    about = (str(store.path), store.users.me().user.login, country, base)
    return KeptAnswers(paths.state_dir() / "register-answers", about, clock(), restart=arguments.restart)


def _how_to_go_on(going: Run) -> str:
    return (
        f"{grouped(going.done)} of {grouped(going.total)} customers. Answers are kept for a day:"
        " the same command goes on from there."
    )


def _tell(report: Report, going: Run, arguments: argparse.Namespace) -> int:
    form = _form(arguments)
    to_terminal = arguments.output is None and sys.stdout.isatty()
    lines = report.written(form, is_terminal=to_terminal)
    if arguments.output is not None:
        with new_file(Path(arguments.output), overwrite=arguments.force) as file:
            file.writelines(f"{line}\n".encode("utf-8", "replace") for line in lines)
    else:
        for line in lines:
            print(line)
    target = f"; written to {clean(arguments.output)}" if arguments.output is not None else ""
    if not (going.total or report.findings):
        complain(f"no active customer has a VAT number or business id of {country_name(going.country)}.")
        return NOTHING_FOUND
    complain(f"{report.summary()}{target}. {SOURCES[going.country].attribution}.")
    if report.missing and going.country == "FI":
        complain("Not in the register means its open data: sole traders and some bodies are left out there.")
    if report.failed:
        complain("Run the same command again for those that were not answered for: the other answers are kept.")
        return REMOTE_UNAVAILABLE
    return DONE


def _form(arguments: argparse.Namespace) -> str:
    """As asked for, or as the ending of the file says."""
    if arguments.json or arguments.tsv:
        return "json" if arguments.json else "tsv"
    ending = Path(arguments.output or "").suffix.lower().removeprefix(".")
    return ending if ending in ("json", "tsv") else "table"
