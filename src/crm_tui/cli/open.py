"""``crm-tui`` without a command: the customers on the screen."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from crm_tui import config, paths
from crm_tui.cli.known_stores import places
from crm_tui.cli.opening import key_of, login_of, open_named, open_place, place_of
from crm_tui.cli.settings_file import read_settings
from crm_tui.domain.errors import Unavailable
from crm_tui.drafting import DraftKeeper
from crm_tui.opened import Opened
from crm_tui.store.locate import Place, is_same
from crm_tui.store.port import Store
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.terminal import depth
from crm_tui.terminal.checks import refusal
from crm_tui.terminal.colours import colours

if TYPE_CHECKING:
    from crm_tui.app import CrmApp
    from crm_tui.registers.port import Registers


def run(arguments: argparse.Namespace) -> int:
    """Open the store and its screen."""
    refused = refusal(os.environ)
    if refused is not None:
        print(refused.line, file=sys.stderr)
        return refused.code
    return show(open_named(arguments), place_of(arguments), arguments)


def show(store: Store, place: Place, arguments: argparse.Namespace, registers: Registers | None = None) -> int:
    """Run the screen on a store until the user leaves; closes the store. ``registers``: others than the settings
    say, for this store alone. Raises ConfigError, NoHome."""
    with ExitStack() as stack:
        stack.callback(store.close)
        settings = read_settings()
        opened = with_drafts(store, place)
        stack.callback(opened.drafts.close)
        app = _app(opened, settings, arguments, registers)
        stack.pop_all()
    try:
        return app.run_in_terminal()
    finally:
        app.let_go()


def with_drafts(store: Store, place: Place) -> Opened:
    """A store with what was typed on it and not saved. Raises NoHome, and what asking the store does."""
    who = store.users.me().user.login
    drafts = open_drafts(paths.state_dir() / "drafts.db", store=key_of(store, place), actor=who)
    return Opened(store, place, DraftKeeper(drafts), drafts.notices)


def _app(
    opened: Opened, settings: config.Settings, arguments: argparse.Namespace, registers: Registers | None
) -> CrmApp:
    """The program on a store. Raises ConfigError for a theme that there is not."""
    state, confines = paths.state_dir(), arguments.confines
    if confines is not None:
        settings = confines.settings(settings)
    chosen = colours(os.environ, plain=arguments.plain_colors)
    # Textual reads these when it is imported, which is why it is imported below and not above.
    os.environ.update(chosen.environment())
    if arguments.is_process:
        gc.disable()  # nothing of what is imported is garbage, and looking for it is a tenth of the start
    from crm_tui.app import CrmApp
    from crm_tui.registers.clients import BusinessRegisters
    from crm_tui.screens import customers  # noqa: F401 - the first screen
    from crm_tui.themes import theme_names

    if arguments.is_process:
        gc.freeze()
        gc.enable()

    theme = arguments.theme or settings.theme or depth.theme(chosen.system, dark=chosen.dark)
    if theme not in theme_names():
        raise config.ConfigError(f"there is no theme “{theme}”; choose one of {', '.join(theme_names())}")
    is_free = confines is None and registers is None
    return CrmApp(
        opened.store,
        settings,
        theme=theme,
        crash_folder=state / "crashes",
        drafts=opened.drafts,
        documents=state / "documents",
        files=confines.files if confines is not None else None,
        withheld=confines.withheld if confines is not None else frozenset(),
        registers=registers or BusinessRegisters(settings.registers),
        notices=opened.notices,
        motion=chosen.motion,
        wire=arguments.wire,
        standing=arguments.standing,
        where=opened.place,
        stores=OtherStores(arguments) if is_free else None,
    )


class OtherStores:
    """The stores that one may go on to, as the same user where they are on no server."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments

    def known(self) -> Sequence[Place]:
        """See Stores."""
        named = place_of(self._arguments)
        try:
            found = [place for place, _ in places()]
        except paths.NoHome as error:
            raise Unavailable(str(error)) from error
        return found if any(is_same(each, named) for each in found) else [named, *found]

    def open(self, place: Place) -> Opened:
        """See Stores."""
        is_named = is_same(place, place_of(self._arguments))
        store = open_place(place, login_of(self._arguments), is_named=is_named)
        try:
            return with_drafts(store, place)
        except BaseException:  # whatever it is, nobody else has the store to close
            store.close()
            raise
