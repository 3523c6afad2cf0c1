"""Stores at a server: what the settings say of the way there, and the token that opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui import paths
from crm_tui.secrets.tokens import Tokens
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.locate import Place

if TYPE_CHECKING:
    from crm_tui.store.http.store import RemoteStore


def open_server(place: Place) -> RemoteStore:
    """The store at a server, of whom the token is. Raises NotSignedIn with what to do, and the errors of the domain."""
    from crm_tui.store.http.store import open_remote  # with httpx, for those who have a server

    command = place.settings.token_command if place.settings else ()
    token = Tokens().find(place.where, command)
    return open_remote(place.where, token.reveal() if token else "", remote_settings(place))


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
