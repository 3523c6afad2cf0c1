"""Runs the tests' PostgreSQL until the run is over, and takes its folder away: ``postgres_keeper FOLDER PID``."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from tests import postgres


def main(folder: Path, run: int) -> None:
    """Start, say "ready", and stop when the process ``run`` is there no more."""
    try:
        postgres.make_cluster(folder)
        _keep(folder, run)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def _keep(folder: Path, run: int) -> None:
    process = postgres.start(folder)
    try:
        with psycopg.connect(postgres.address_in(folder, "postgres"), autocommit=True) as con:
            con.execute("CREATE ROLE crm LOGIN CREATEDB")  # what a store needs, and no superuser
        print("ready", flush=True)  # noqa: T201 - whoever started this waits for it
        while _is_there(run):
            try:
                process.wait(1)
            except subprocess.TimeoutExpired:
                continue
            break
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
