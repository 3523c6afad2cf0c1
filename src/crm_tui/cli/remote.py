"""Stores at a server: what the settings say of the way there, and the token that opens them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from crm_tui import paths
from crm_tui.cli import complain
from crm_tui.domain.errors import NotSignedIn
from crm_tui.secrets.tokens import Tokens
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.locate import Place
from crm_tui.store.reach import Reach

if TYPE_CHECKING:
    from crm_tui.store.http.store import RemoteStore


def open_server(place: Place, *, is_named: bool = True, is_told: bool = False) -> RemoteStore:
    """The store at a server, of whom the token is. One that nobody named gets no token that the environment has for
    another; where it ``is_told``, standard error says in the end if what was read is of an earlier time. Raises
    NotSignedIn with what to do, and the errors of the domain."""
    command = place.settings.token_command if place.settings else ()
    tokens = Tokens() if is_named else Tokens(environ={})
    with ThreadPoolExecutor(1) as pool:
        finding = pool.submit(tokens.find, place.where, command)  # in a process of its own, which takes as long as:
        from crm_tui.store.http.store import open_remote  # with httpx, for those who have a server

        token = finding.result()
    at_end = partial(_tell, place.name) if is_told else None
    try:
        return open_remote(place.where, token.reveal() if token else "", remote_settings(place), at_end=at_end)
    except NotSignedIn as error:
        elsewhere = tokens.named_by(command)
        if elsewhere is None:
            raise
        raise _not_good(place, elsewhere) from error


def _not_good(place: Place, elsewhere: str) -> NotSignedIn:
    """What is said of a token that is ``elsewhere`` than login keeps it, where login alone would change nothing."""
    return NotSignedIn(
        f"The token of {elsewhere} is not good at {place.name} (any more): put another one there, which crm-tui devices"
        f" add makes, or take {elsewhere} out and sign in with crm-tui login {place.where}"
    )


def _tell(name: str, reach: Reach) -> None:
    """Say that a server does not answer, and how old is what was shown instead."""
    if reach.offline_since is not None and reach.as_of is not None:
        read = f"{reach.as_of.astimezone():%Y-%m-%d %H:%M}"
        who = f"the database of {name}" if reach.only_database else name
        complain(f"{who} does not answer; what is shown was read earlier, some of it at {read}.")


def remote_settings(place: Place) -> RemoteSettings:
    """How the server is reached, and whether what is read is kept between runs. Raises NoHome."""
    settings = place.settings
    if settings is None:
        return RemoteSettings()
    return RemoteSettings(
        ca_file=settings.ca_file,
        proxy=settings.proxy,
        timeout=settings.timeout,
        cache_folder=paths.cache_dir() / "servers" if settings.cache == "disk" else None,
    )
