"""An error of ours as the log tells it: what kind it is and where it happened. What it says may be somebody's data, and
is left out."""

from __future__ import annotations

import traceback

from litestar.exceptions import LitestarException

#: where the path of a file of ours begins to tell something
_OURS = "/crm_tui/"


def described(error: BaseException) -> dict[str, str]:
    """Fields of a line of the log."""
    cause = _cause(error)
    return {"error": type(cause).__name__, "where": _where(cause)}


def _cause(error: BaseException) -> BaseException:
    """What was wrapped: by tasks that work together, and by the framework once an answer has begun."""
    while True:
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        elif isinstance(error, LitestarException) and error.__cause__ is not None:
            error = error.__cause__
        else:
            return error


def _where(error: BaseException) -> str:
    """The last place in our own code; where it came through none, the last of all."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "?"
    frame = next((each for each in reversed(frames) if _OURS in each.filename), frames[-1])
    is_ours = _OURS in frame.filename
    return f"{frame.filename.rpartition(_OURS if is_ours else '/')[2]}:{frame.lineno}"
