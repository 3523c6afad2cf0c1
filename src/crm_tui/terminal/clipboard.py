"""Copying text out of the terminal: by OSC 52, also through tmux and screen, or with a command."""

import subprocess
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from crm_tui.terminal.abilities import abilities
from crm_tui.text import harmless

# Bytes of text; as base64 they are 100,000, beyond which common terminals ignore the whole sequence.
LIMIT = 74_994
# GNU screen passes on strings of up to 768 bytes.
SCREEN_CHUNK = 700
PATIENCE = 5.0


class Copied(NamedTuple):
    """What became of a copy: `words` for a toast, and whether the text was given to somebody at all.

    No terminal confirms what it does with OSC 52, so the words promise no more than was done. The caller
    shows the text as well, to be marked and copied by hand.
    """

    sent: bool
    words: str


def copy(text: str, write: Callable[[str], object], environ: Mapping[str, str], command: Sequence[str] = ()) -> Copied:
    """Copy `text`, without control characters. Waits for programs: call it in a thread.

    `write` writes to the terminal (a driver's); `command` is the user's own program with arguments, which
    gets the text on its standard input instead.
    """
    text = harmless(text)
    if command:
        return _by_program(text, command)
    size = len(text.encode())
    if size > LIMIT:
        return Copied(False, f"Too long to copy through the terminal: {size // 1000} kB of at most {LIMIT // 1000}.")
    if environ.get("TMUX"):
        loaded = _by_program(text, ["tmux", "load-buffer", "-w", "-"])
        if loaded.sent:
            return Copied(True, "Sent to tmux and the terminal's clipboard.")
    if not abilities(environ).takes_copies:
        return Copied(False, "This terminal has no clipboard: copy by hand, or set copy_command.")
    write(osc52(text, environ))
    return Copied(True, "Sent to the terminal's clipboard.")


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """The sequence that asks the terminal to take `text`, wrapped for tmux or screen if one is in between."""
    sequence = f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07"
    if environ.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("STY"):
        parts = [sequence[i : i + SCREEN_CHUNK] for i in range(0, len(sequence), SCREEN_CHUNK)]
        return "".join(f"\x1bP{part}\x1b\\" for part in parts)
    return sequence


def _by_program(text: str, command: Sequence[str]) -> Copied:
    name = PurePath(command[0]).name
    quiet = subprocess.DEVNULL
    try:
        # A session of its own: such programs stay to serve the clipboard, and must not die or draw with us.
        done = subprocess.run(
            command,
            input=text.encode(),
            stdout=quiet,
            stderr=quiet,
            timeout=PATIENCE,
            start_new_session=True,
            check=False,
        )
    except FileNotFoundError:
        return Copied(False, f"Not copied: there is no program {name}.")
    except subprocess.TimeoutExpired:
        return Copied(False, f"Not copied: {name} did not take it within {PATIENCE:.0f} seconds.")
    except OSError as error:
        return Copied(False, f"Not copied: {name} can't be started ({error.strerror}).")
    if done.returncode:
        return Copied(False, f"Not copied: {name} failed (exit {done.returncode}).")
    return Copied(True, f"Copied with {name}.")
