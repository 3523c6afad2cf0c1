"""Signing in at a server and out again: before there is a store, and after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec

from crm_tui.domain.errors import CrmError
from crm_tui.store.http import answers, failures
from crm_tui.store.http.address import Address, address_of
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.line import Line, Reply
from crm_tui.store.http.problems import from_problem
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.sending import Sender
from crm_tui.store.http.visiting import IS_READY, READY, SIGN_IN, SIGN_OUT, SignedIn, SignIn
from crm_tui.store.http.wire import Request

if TYPE_CHECKING:
    import httpx


def look(url: str, settings: RemoteSettings | None = None, transport: httpx.AsyncBaseTransport | None = None) -> None:
    """See that a server is there that reaches its store, before somebody is asked for a password. Raises Offline,
    Unavailable, and Corrupt for what is no such server."""
    with _asking(url, "", settings, transport) as (address, sender):
        reply = _reply(sender, Request("GET", READY, {}, None), is_patient=False)
        if reply.status == 404:
            raise failures.no_server(address.base)
        if reply.status != 200:
            raise answers.problem(reply, address)
        if reply.body != IS_READY:
            raise failures.unreadable(address.host, "it is not in the form that is expected")


def sign_in(
    url: str, who: SignIn, settings: RemoteSettings | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> SignedIn:
    """A token for a device of whom the password belongs to. Raises NotSignedIn for a wrong one, Invalid, Offline, and
    Corrupt for what is no such server."""
    body = msgspec.json.encode(who)
    with _asking(url, "", settings, transport) as (address, sender):
        reply = _reply(sender, Request("POST", SIGN_IN, {"Content-Type": "application/json"}, body))
        if reply.status not in (200, 201):
            raise _refusal(reply, address)
        try:
            return msgspec.json.decode(reply.body, type=SignedIn)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise failures.unreadable(address.host, "it is not in the form that is expected") from None


def sign_out(
    url: str, token: str, settings: RemoteSettings | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> None:
    """Revoke a token. Raises NotSignedIn where it was not valid any more, and Offline."""
    with _asking(url, token, settings, transport) as (address, sender):
        reply = _reply(sender, Request("POST", SIGN_OUT, {}, None))
        if reply.status not in (200, 204):
            raise answers.problem(reply, address)


@contextmanager
def _asking(
    url: str, token: str, settings: RemoteSettings | None, transport: httpx.AsyncBaseTransport | None
) -> Iterator[tuple[Address, Sender]]:
    address, settings = address_of(url), settings or RemoteSettings()
    with closing(Line(address, token, settings, transport)) as line:
        yield address, Sender(line, settings.timeout)


def _reply(sender: Sender, request: Request, *, is_patient: bool = True) -> Reply:
    """An answer; nothing is sent twice that may have been carried out."""
    try:
        return sender.send(request, again=False, is_patient=is_patient).reply
    except NoReply as failed:
        raise failed.error from None  # what led to it has the request


def _refusal(reply: Reply, address: Address) -> CrmError:
    """Why there is no token; a wrong password is told in the server's words, since it may say how long to wait."""
    if reply.status != 401:
        return answers.problem(reply, address)
    try:
        return from_problem(reply.status, msgspec.json.decode(reply.body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return failures.unreadable(address.host, "it is not in the form that is expected")
