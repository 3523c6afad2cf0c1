"""The first page of the customers, on the terminal before the program is there.

Textual takes ten times as long to import as all that is needed to read a page of the list and to write it. So that page
is painted first, where it is certain to be what the program will show; everywhere else the start is as it would be
without. It imports nothing that costs time.
"""

from __future__ import annotations

import os

from crm_tui.cli import whose
from crm_tui.domain.errors import CrmError
from crm_tui.terminal import depth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.terminal.standing import Standing

_VALUES = {"--store": "store", "--as": "login", "--theme": "theme"}


class _Options:
    """What may be said on the command line of the plain list."""

    __slots__ = ("is_plain", "login", "store", "theme")

    def __init__(self) -> None:
        self.store: str | None = None
        self.login: str | None = None
        self.theme: str | None = None
        self.is_plain = False


def shown(argv: Sequence[str]) -> Standing | None:
    """Paint it; None where anything else may come first, or anything is unusual."""
    options = _understood(argv)
    if options is None or not _is_usual_terminal():
        return None
    try:
        path = whose.file_of_store(options.store)
        if path is None or not os.path.lexists(path) or not _settings_are_usual(options):
            return None
    except (CrmError, OSError, UnicodeDecodeError):
        return None  # the program itself says what is wrong
    return _painted(path, options)


def _painted(path: str, options: _Options) -> Standing | None:
    import termios

    import apsw

    from crm_tui.screens import first_page
    from crm_tui.store.sql import first_rows
    from crm_tui.terminal.standing import stand

    system = "standard" if options.is_plain else depth.system(os.environ)
    theme = options.theme or depth.theme(system, dark=depth.is_dark(os.environ))
    try:
        width, height = os.get_terminal_size(1)
        if not first_page.fits(width, height):
            return None
        colours = first_page.Colours(theme, system)
        found = first_rows.read(path, whose.login(options.login), height - first_page.OTHER_LINES)
        if found is None or not found.rows:
            return None
        sheet = first_page.drawn(found, colours, width, height)
        return stand(sheet, erases=depth.erases_in_colour(os.environ))
    except (CrmError, apsw.Error, OSError, termios.error, KeyError):
        return None  # the program itself says what is wrong


def _understood(argv: Sequence[str]) -> _Options | None:
    options = _Options()
    rest = iter(argv)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name in _VALUES:
            given = value if equals else next(rest, None)
            if given is None or given.startswith("-"):
                return None
            setattr(options, _VALUES[name], given)
        elif argument == "--plain-colors":
            options.is_plain = True
        else:
            return None
    return options


def _is_usual_terminal() -> bool:
    """Whether a full screen is shown there, in the colours that the themes have."""
    environ = os.environ
    if "NO_COLOR" in environ or any(name.startswith("TEXTUAL") for name in environ):
        return False
    if environ.get("TERM", "").lower() in ("", "dumb", "unknown"):
        return False
    return os.isatty(0) and os.isatty(1)


def _settings_are_usual(options: _Options) -> bool:
    """Whether the settings change nothing that is shown but the theme. Raises ConfigError and what reading does."""
    folder = whose.settings_folder()
    if folder is None:
        return False
    path = os.path.join(folder, "config.toml")
    if not os.path.lexists(path):
        return True
    from crm_tui import config  # only for those who have such a file

    with open(path, encoding="utf-8") as file:
        settings = config.parse(file.read(), path)
    options.theme = options.theme or settings.theme
    return settings.wire == "diff" and not settings.keys.changes()
