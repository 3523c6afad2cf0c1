"""The command line. Each command's module is imported only when that command runs, so that starting costs little.

Exit codes: 0 done, 1 error, 2 usage, 3 nothing found, 4 conflict, 5 not permitted, 6 remote unavailable.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crm_tui.terminal.standing import Standing

DONE, ERROR, USAGE, NOTHING_FOUND, CONFLICT, NOT_PERMITTED, REMOTE_UNAVAILABLE = range(7)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv`` (without the program's name); returns the exit code."""
    from crm_tui.domain import errors

    # Whatever is created from here on (database, its -wal and -shm, exports, reports) is the user's alone.
    os.umask(0o077)
    if argv is None:
        sys.excepthook = _unhandled
    try:
        if None in (sys.stdin, sys.stdout, sys.stderr):
            _stand_in_for_closed()
        if argv is None:
            _let_all_letters_out()
        return _run(sys.argv[1:] if argv is None else argv, is_process=argv is None)
    except errors.CrmError as error:
        complain(str(error))
        return exit_code(error)
    except KeyboardInterrupt:
        complain("Stopped.")
        return 130
    except BrokenPipeError:
        # The reader of our output went away (a pager that was closed): that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
        return ERROR


def _run(argv: Sequence[str], *, is_process: bool) -> int:
    """A look-up is answered without reading all that can be typed. Where it is all that the process does, collecting
    garbage and taking the interpreter apart at the end would be a fifth of its time."""
    answer = _quick(argv)
    if answer is not None and is_process:
        import gc

        gc.disable()
        code = answer()
        sys.stdout.flush()
        os._exit(code)
    if answer is not None:
        return answer()
    if not is_process:
        return _carry_out(argv, None, is_process=False)
    from crm_tui.cli import first_page

    standing = first_page.shown(argv)
    try:
        return _carry_out(argv, standing, is_process=True)
    finally:
        if standing is not None:
            standing.give_back()


def _quick(argv: Sequence[str]) -> Callable[[], int] | None:
    """What answers a look-up, or the question of a shell that completes a word; None for everything else."""
    if argv and argv[0] == "complete":
        from crm_tui.cli import completing

        return lambda: completing.answer(argv[1:])
    if "find" in argv:
        from crm_tui.cli import find

        options = find.understood(argv)
        return None if options is None else lambda: find.answer(options)
    return None


def _carry_out(argv: Sequence[str], standing: Standing | None, *, is_process: bool) -> int:
    """Do what was asked for; ``standing`` is what the terminal shows of it already."""
    from crm_tui.cli import parser

    arguments = parser.parse(argv)
    arguments.standing = standing
    arguments.is_process = is_process
    if arguments.restricted:
        from crm_tui.cli import restricted

        return restricted.run(arguments, is_process=is_process)
    return parser.command(arguments)(arguments)


def _stand_in_for_closed() -> None:
    """Standard streams that were closed (``>&-``): nothing comes from there, errors are silent, and output is refused
    before anything is done, since it would be lost. Their places are taken, lest a file of ours be opened there."""
    from crm_tui.domain.errors import Unavailable

    for place in range(3):
        try:
            os.fstat(place)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stderr = sys.stderr or os.fdopen(2, "w")
    if sys.stdout is None:
        raise Unavailable("Standard output is closed; send it to /dev/null if it is not wanted.")


def _let_all_letters_out() -> None:
    """Names are in all alphabets: UTF-8 in pipes and files, and a ``?`` for what a terminal lacks."""
    from io import TextIOWrapper

    if isinstance(sys.stdout, TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")


def _unhandled(kind: type[BaseException], error: BaseException, trace: object) -> None:
    """An error of ours: one line and a report without data, instead of a traceback that shows some."""
    from tempfile import gettempdir

    from crm_tui import paths
    from crm_tui.terminal import crash

    try:
        folder = paths.state_dir() / "crashes"
    except paths.NoHome:
        from pathlib import Path

        folder = Path(gettempdir())
    crash.say(crash.last_words(error, folder))


def complain(message: str) -> None:
    """One line on standard error, as long as somebody is there to read it."""
    from crm_tui.plain import one_line

    try:
        print(f"crm-tui: {one_line(message)}", file=sys.stderr)
    except OSError:  # the terminal is gone, which ends the program; the exit code tells the rest
        return


def exit_code(error: Exception) -> int:
    """What a failure is to the shell."""
    from crm_tui.config import ConfigError
    from crm_tui.domain import errors

    match error:
        case ConfigError():
            return USAGE
        case errors.NotFound():
            return NOTHING_FOUND
        case errors.Conflict():
            return CONFLICT
        case errors.Denied() | errors.NotSignedIn():
            return NOT_PERMITTED
        case errors.RegisterFailed() | errors.Offline():
            return REMOTE_UNAVAILABLE
        case _:
            return ERROR
