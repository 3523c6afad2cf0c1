"""What remains of an unhandled exception: one line on standard error and a report that holds no data.

Messages of exceptions, local variables and arguments can hold customers' data or a secret; they are in
neither. A report says which exception it was, where in the program, and which versions ran.
"""

import errno
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

PACKAGES = ("crm-tui", "textual", "rich", "apsw", "msgspec", "httpx")


def report(error: BaseException) -> str:
    """The report on `error` and the exceptions behind it: types, modules, lines and functions only."""
    import platform  # 30 ms with the versions: only for those who need them

    lines = [
        "crm-tui was stopped by an internal error. This report holds no data: no values, no messages.",
        "",
        f"time: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"python: {platform.python_version()}",
        f"system: {platform.system()} {platform.release()} {platform.machine()}",
        *(f"{package}: {_version(package)}" for package in PACKAGES),
    ]
    for number, one in enumerate(_chain(error)):
        lines += ["", ("" if number == 0 else "behind it: ") + _kind(one)]
        lines += [f"  {module}:{line} {function}" for module, line, function in _places(one)]
    return "\n".join(lines) + "\n"


def write_report(error: BaseException, folder: Path) -> Path:
    """Write the report on `error` into a new file of `folder`, readable by its owner only; returns its path.

    The folder is made (0700) where it is missing. Raises OSError if the file can't be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"crash-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
    for number in count(1):
        path = folder / f"{stem}-{number}.txt"
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(report(error))
        return path
    raise AssertionError  # count() does not end


def last_words(error: BaseException, folder: Path, *, stopped: bool = True) -> str:
    """Write the report on `error`; returns the one line for standard error that says so.

    `stopped` is false for an error in the background that the program went on after.
    """
    places = list(_places(root(error))) or [("?", 0, "")]
    ours = [place for place in places if place[0].startswith("crm_tui")]
    module, line, _ = (ours or places)[-1]
    what = "stopped by an internal error" if stopped else "an internal error happened in the background"
    what = f"crm-tui: {what} ({_kind(root(error))} at {module}:{line}); what was saved is safe."
    try:
        path = write_report(error, folder)
    except OSError as failure:
        return f"{what} No report could be written to {folder}: {failure.strerror}."
    return f"{what} A report without your data, to send with a bug report: {path}"


def install(folder: Path) -> None:
    """From now on, what nobody handled ends the process with `last_words` and exit code 1."""

    def unhandled(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            say(last_words(error, folder))

    def unhandled_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            say(last_words(args.exc_value, folder, stopped=False))

    sys.excepthook = unhandled
    threading.excepthook = unhandled_in_thread


def root(error: BaseException) -> BaseException:
    """The exception that began it: Textual wraps those of workers."""
    return next((one for one in _chain(error) if type(one).__module__ != "textual.worker"), error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """`error` and what led to it, the last first, each once."""
    seen: set[int] = set()
    ahead = [error]
    while ahead:
        one = ahead.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        wrapped = getattr(one, "error", None)  # textual.worker.WorkerFailed
        parts = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        behind = (wrapped, one.__cause__, one.__context__, *parts)
        ahead += [each for each in behind if isinstance(each, BaseException)]


def _kind(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} {errno.errorcode.get(error.errno, error.errno)}"
    return name


def _places(error: BaseException) -> Iterator[tuple[str, int, str]]:
    """Module, line and function of each frame, the outermost first."""
    for frame, line in walk_tb(error.__traceback__):
        yield str(frame.f_globals.get("__name__", "?")), line, frame.f_code.co_qualname


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def say(line: str) -> None:
    """One line on standard error, if there is one and its terminal is not gone."""
    if sys.__stderr__ is not None:
        with suppress(OSError):
            sys.__stderr__.write(line + "\n")
            sys.__stderr__.flush()
