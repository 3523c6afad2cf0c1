"""Commands of the tests over HTTP: the store that one means is at a server of the test's own, and its user has a token.

Commands that are about files of stores, or about stores and tokens themselves, stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from tests.at_server import server_of
from tests.store.over_http import token_of

from crm_tui.cli import opening
from crm_tui.domain.users import NewOrganization
from crm_tui.secrets.tokens import TOKEN_FILE
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.serving import Served
from crm_tui.store.sql.setup import set_up

#: tests that are left out, by why
_LEFT_OUT = {
    "there is no store yet, and no server before there is one": (
        *("test_json_goes_alone", "test_without_a_store_there_is_nothing_to_export", "test_runs_are_listed"),
        *("test_a_missing_file_makes_no_store", "test_usage_errors", "test_undo_of_what_is_not_there"),
        *("test_wrong_uses_of_templates", "test_a_trial_changes_nothing"),
        "test_a_company_is_looked_up_without_any_store",
        "test_a_first_start_without_a_terminal_takes_defaults_and_says_so",
    ),
    "a whole store is loaded where the server runs": (
        *("test_text_is_kept_to_the_letter", "test_a_store_that_is_not_empty_takes_none"),
        *("test_a_trial_loads_nothing", "test_a_spoiled_file_leaves_nothing"),
    ),
    "nobody has a token of a user whom the server does not know": (
        *("test_importing_takes_permissions", "test_what_goes_wrong_is_said_as_elsewhere"),
    ),
    "its settings name a file": ("test_a_name_of_the_settings_is_a_store_for_every_command",),
    "half a copy is served by nobody": ("test_stopping_says_how_to_go_on",),
    "its first run is a process of its own, on the file": ("test_a_run_that_was_killed_goes_on_where_it_was",),
}
_OF_FILES = ("backup", "restore", "demo", "stores", "serve", "login", "logout", "config", "keys", "complete")
#: what an organization is called that nobody named, where the locale of the tests is
_ORGANIZATION = NewOrganization(
    name="My organization", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki"
)


class Servers:
    """The servers of one test: one for each store."""

    def __init__(self, home: Path, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._default = home / "default.db"
        self._token = folder / "token"
        self._patch = patch
        self._urls: dict[Path, str] = {}
        self._open = ExitStack()

    def sent(self, arguments: Sequence[str], login: str) -> list[str]:
        """The arguments of a command for the store at its server, where ``login`` is signed in."""
        given = list(arguments)
        if not set(_OF_FILES).isdisjoint(given):
            return given
        place = given.index("--store") + 1 if "--store" in given else None
        named = given[place] if place is not None else os.environ.get("CRM_TUI_STORE")
        path = Path(named) if named else self._default
        if named and not path.exists():
            return given
        self._token.write_text(token_of(login))
        self._token.chmod(0o600)
        self._patch.setenv(TOKEN_FILE, str(self._token))
        if place is not None:
            given[place] = self._url(path, login)
            return given
        return ["--store", self._url(path, login), *given]

    def close(self) -> None:
        """End all servers."""
        self._open.close()

    def _url(self, path: Path, login: str) -> str:
        if path not in self._urls:
            if not path.exists():
                _make(path, login)
            served = Served(Database.open(path), lambda: opening.clock(), path.stem)
            self._urls[path] = self._open.enter_context(server_of(self._open.enter_context(closing(served)).store))
        return self._urls[path]


def why_not(test: str) -> str | None:
    """Why a test is none for a server, if so."""
    return next((reason for reason, tests in _LEFT_OUT.items() if test in tests), None)


def _make(path: Path, login: str) -> None:
    """A store as the first command would have set it up."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(Database.open(path)) as database:
        set_up(database, FirstStart(organization=_ORGANIZATION, login=login, user_name=login), opening.clock)
