"""``crm-tui transfer``: files into the transfer folder of a restricted user and out of it, through the session."""

from __future__ import annotations

import argparse
import shutil
import sys
from datetime import datetime

from crm_tui.cli import DONE, NOTHING_FOUND, USAGE, complain
from crm_tui.cli.tables import tab_separated, table
from crm_tui.interchange.transfer_folder import TransferFolder
from crm_tui.text import clean

_HEADER = ("name", "bytes", "changed")


def run(arguments: argparse.Namespace) -> int:
    """List, fetch, bring or remove files."""
    if arguments.confines is None:
        complain("transfer is for sessions with --restricted; here files are where you put them.")
        return USAGE
    files: TransferFolder = arguments.confines.files
    if arguments.transfer == "list":
        return _list(files)
    if arguments.name is None:
        complain(f"name the file: transfer {arguments.transfer} NAME")
        return USAGE
    if arguments.transfer == "get":
        return _get(files, arguments.name)
    if arguments.transfer == "put":
        return _put(files, arguments.name, overwrite=arguments.force)
    files.remove(arguments.name)
    print(f"{clean(arguments.name)} is removed.")
    return DONE


def _list(files: TransferFolder) -> int:
    rows = [
        (clean(held.name), str(held.size), f"{datetime.fromtimestamp(held.changed).astimezone():%Y-%m-%d %H:%M}")
        for held in files.files()
    ]
    if not rows:
        complain("your transfer folder is empty.")
        return NOTHING_FOUND
    is_tty = sys.stdout.isatty()
    for line in table(_HEADER, rows, numbers=frozenset(("bytes",))) if is_tty else tab_separated(_HEADER, rows):
        print(line)
    return DONE


def _get(files: TransferFolder, name: str) -> int:
    if sys.stdout.isatty():
        complain(f"a file is not for the screen: ssh HOST transfer get {clean(name)} > {clean(name)}")
        return USAGE
    with files.reading(name) as content:
        shutil.copyfileobj(content, sys.stdout.buffer)
    sys.stdout.flush()
    return DONE


def _put(files: TransferFolder, name: str, *, overwrite: bool) -> int:
    if sys.stdin.isatty():
        complain(f"the file is read from standard input: ssh HOST transfer put {clean(name)} < {clean(name)}")
        return USAGE
    size = files.write(name, sys.stdin.buffer, overwrite=overwrite)
    print(f"{clean(name)} is in your transfer folder, {size} bytes.", file=sys.stderr)
    return DONE
