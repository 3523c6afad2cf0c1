"""``crm-tui login`` and ``logout``: a token of a server for this device, kept where nobody else reads it, and ended."""

from __future__ import annotations

import argparse
import platform
from typing import TYPE_CHECKING

from crm_tui import paths
from crm_tui.cli import DONE, NOTHING_FOUND, REMOTE_UNAVAILABLE, asking, complain
from crm_tui.cli.opening import place_of
from crm_tui.cli.remote import remote_settings
from crm_tui.cli.whose import login as own_login
from crm_tui.domain.errors import CrmError, Invalid, NotSignedIn, Offline, Unavailable
from crm_tui.secrets.secret import Secret
from crm_tui.secrets.system_keyring import KeyringFailed
from crm_tui.secrets.tokens import Tokens
from crm_tui.store.locate import SERVER, Place
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.store.http.visiting import SignedIn


def run(arguments: argparse.Namespace) -> int:
    """Sign in or out."""
    return _sign_in(arguments) if arguments.command == "login" else _sign_out(arguments)


def _sign_in(arguments: argparse.Namespace) -> int:
    place, tokens = _server(arguments), Tokens()
    _require_own_place(place, tokens)
    signed_in = _signed_in(place, arguments)
    token = Secret(signed_in.token)
    try:
        earlier = _earlier(place, tokens)
        where = _keep(place, tokens, token, in_file=arguments.store_token_in_file)
    except BaseException:  # ctrl+c, too: a token that is kept nowhere must not stay valid
        _revoke(place, token)
        raise
    if earlier is not None:
        _revoke(place, earlier)
        _forget_answers(place)
    until = f" until {signed_in.expires_at.astimezone():%Y-%m-%d}" if signed_in.expires_at else ""
    print(f"Signed in at {clean(place.name)} as {clean(signed_in.login)}{until}; the token is in {where}.")
    print(f"crm-tui --store {clean(place.name if place.settings else place.where)} opens it.")
    if not place.settings:
        print(f"With a name it is among your stores: [stores.NAME] with its url, in {clean(str(paths.config_file()))}.")
    return DONE


def _sign_out(arguments: argparse.Namespace) -> int:
    """The server is told first; where it can't be, nothing is left here at least."""
    place, tokens = _server(arguments), Tokens()
    token = tokens.kept(place.where)
    trouble = _revoke(place, token) if token is not None else None
    tokens.forget(place.where)
    _forget_answers(place)
    if token is None:
        complain(f"you are not signed in at {place.name}, as far as crm-tui keeps the token")
        return NOTHING_FOUND
    if trouble is not None:
        complain(
            f"{trouble} The token is forgotten here, but the server would still take it: end it there with crm-tui"
            " devices revoke, or ask an administrator."
        )
        return REMOTE_UNAVAILABLE
    print(f"Signed out at {clean(place.name)}; nothing of it is kept here.")
    return DONE


def _server(arguments: argparse.Namespace) -> Place:
    """The server that is named, or the one of the store that is meant otherwise."""
    if arguments.server is not None:
        arguments.store = arguments.server
    place = place_of(arguments)
    if place.kind != SERVER:
        raise Invalid("store", f"{place.name} is no server; name one, such as https://crm.example.com")
    return place


def _require_own_place(place: Place, tokens: Tokens) -> None:
    """A token that comes from elsewhere would be used instead of the new one."""
    elsewhere = tokens.named_by(place.settings.token_command if place.settings else ())
    if elsewhere is not None:
        raise Invalid("token", f"{elsewhere} says where the token for {place.name} is; take that out to sign in here")


def _signed_in(place: Place, arguments: argparse.Namespace) -> SignedIn:
    from crm_tui.store.http.sign_in import look, sign_in
    from crm_tui.store.http.visiting import SignIn

    look(place.where, remote_settings(place))
    login = arguments.login
    if login is None:
        login = asking.line(f"Login at {place.name}", own_login(None)) if asking.is_terminal() else own_login(None)
    password = asking.hidden(f"Password of {login} at {place.name}")
    if not password.reveal():
        raise Invalid("password", "is needed")
    device = arguments.device or platform.node() or "unnamed device"
    who = SignIn(login=login, password=password.reveal(), device=device)
    return sign_in(place.where, who, remote_settings(place))


def _earlier(place: Place, tokens: Tokens) -> Secret | None:
    """The token that this device had, if that can be read: it is not needed any more."""
    try:
        return tokens.kept(place.where)
    except Unavailable:
        return None


def _keep(place: Place, tokens: Tokens, token: Secret, *, in_file: bool) -> str:
    """Keep the token; returns where it is. A file is only for those who asked for it."""
    if not in_file:
        try:
            tokens.keep_in_keyring(place.where, token)
        except KeyringFailed as error:
            path = tokens.file_of(place.where)
            complain(str(error))
            if not asking.yes(f"Keep the token in the file {path} instead, which you alone may read?"):
                raise Unavailable(
                    "The token could not be kept, so you are not signed in. --store-token-in-file keeps it in a file of"
                    " yours; token_command in the settings fetches one from where you keep passwords."
                ) from None
        else:
            return "the keyring of this system"
    return f"{clean(str(tokens.keep_in_file(place.where, token)))}, which you alone may read"


def _revoke(place: Place, token: Secret) -> CrmError | None:
    """End a token at the server; returns why that could not be done."""
    from crm_tui.store.http.sign_in import sign_out

    try:
        sign_out(place.where, token.reveal(), remote_settings(place))
    except NotSignedIn:  # it has ended already
        return None
    except (Offline, Unavailable) as error:
        return error
    return None


def _forget_answers(place: Place) -> None:
    from crm_tui.store.http.disk_cache import forget

    forget(paths.cache_dir() / "servers", place.where)
