"""Whether a full-screen program can run here at all; asked before any of Textual is imported."""

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

INSTEAD = "What works without a screen (import, export, backup, ...) is listed by crm-tui --help."


class Refusal(NamedTuple):
    """Why not, as one line for standard error, and the exit code."""

    line: str
    code: int = 2


def refusal(environ: Mapping[str, str]) -> Refusal | None:
    """None if the screen can start on this process' standard input and output."""
    for stream, name in ((sys.__stdin__, "input"), (sys.__stdout__, "output")):
        if stream is None or stream.closed or not os.isatty(stream.fileno()):
            return Refusal(f"crm-tui: standard {name} is not a terminal. {INSTEAD}")
    term = environ.get("TERM", "")
    if not term or term.lower() in {"dumb", "unknown"}:
        named = f"TERM is “{term}”" if term else "TERM is not set"
        return Refusal(f"crm-tui: this terminal can't show a full screen ({named}). {INSTEAD}")
    return None
