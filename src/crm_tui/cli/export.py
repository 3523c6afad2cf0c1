"""``crm-tui export --all``: the whole store as JSON lines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from crm_tui.cli import DONE
from crm_tui.cli.opening import files_of, open_existing
from crm_tui.cli.progress import Progress
from crm_tui.cli.reporting import say
from crm_tui.interchange import portable_json
from crm_tui.interchange.files import new_file
from crm_tui.store.history import Portable
from crm_tui.text import harmless


def run(arguments: argparse.Namespace) -> int:
    """Write it to the file that is named, or to standard output."""
    with closing(open_existing(arguments)) as store:
        if arguments.path is None:
            _print(store.portable)
        else:
            path, room = Path(arguments.path), files_of(arguments).check_room
            _write(store.portable, path, overwrite=arguments.force, check_room=room)
            say(f"The whole store was written to {arguments.path}; crm-tui import reads it into an empty one.")
    return DONE


def _write(portable: Portable, path: Path, *, overwrite: bool, check_room: Callable[[], None]) -> None:
    with (
        closing(portable.dump()) as records,
        Progress("Exporting, records") as progress,
        new_file(path, overwrite=overwrite, check_room=check_room) as stream,
    ):
        for number, line in enumerate(portable_json.lines(records)):
            progress.step(number)
            stream.write(line)


def _print(portable: Portable) -> None:
    """To the letter for a pipe or a file; a terminal gets it without what could steer it."""
    is_tty = sys.stdout.isatty()
    with closing(portable.dump()) as records:
        for line in portable_json.lines(records):
            if is_tty:
                print(harmless(line.decode()), end="")
            else:
                sys.stdout.buffer.write(line)
    sys.stdout.flush()
