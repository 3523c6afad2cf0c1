"""``crm-tui`` without a command: the customers on the screen."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from crm_tui import paths
from crm_tui.cli import USAGE
from crm_tui.cli.opening import open_named
from crm_tui.cli.settings_file import read_settings
from crm_tui.drafting import DraftKeeper
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.store import SqlStore
from crm_tui.terminal import depth
from crm_tui.terminal.checks import refusal
from crm_tui.terminal.colours import colours

if TYPE_CHECKING:
    from crm_tui.registers.port import Registers


def run(arguments: argparse.Namespace) -> int:
    """Open the store and its screen."""
    refused = refusal(os.environ)
    if refused is not None:
        print(refused.line, file=sys.stderr)
        return refused.code
    return show(open_named(arguments), arguments)


def show(store: SqlStore, arguments: argparse.Namespace, registers: Registers | None = None) -> int:
    """Run the screen on a store until the user leaves; closes the store. ``registers``: others than the settings
    say. Raises ConfigError, NoHome."""
    with closing(store):
        return _show(store, arguments, registers)


def _show(store: SqlStore, arguments: argparse.Namespace, registers: Registers | None) -> int:
    settings, state, confines = read_settings(), paths.state_dir(), arguments.confines
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
        print(f"crm-tui: there is no theme “{theme}”; choose one of {', '.join(theme_names())}", file=sys.stderr)
        return USAGE
    drafts = open_drafts(state / "drafts.db", store=str(store.path), actor=store.users.me().user.login)
    keeper = DraftKeeper(drafts)
    try:
        app = CrmApp(
            store,
            settings,
            theme=theme,
            crash_folder=state / "crashes",
            drafts=keeper,
            documents=state / "documents",
            files=confines.files if confines is not None else None,
            withheld=confines.withheld if confines is not None else frozenset(),
            registers=registers or BusinessRegisters(settings.registers),
            notices=drafts.notices,
            motion=chosen.motion,
            wire=arguments.wire,
            standing=arguments.standing,
        )
        return app.run_in_terminal()
    finally:
        keeper.close()
