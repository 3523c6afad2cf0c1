"""An answer of the server as a value of the port, or as the error that the server met."""

from __future__ import annotations

from typing import Any

import msgspec

from crm_tui.domain.errors import Away, CrmError, NotSignedIn
from crm_tui.store.http import failures
from crm_tui.store.http.address import Address
from crm_tui.store.http.line import Reply
from crm_tui.store.http.problems import MEDIA_TYPE, from_problem
from crm_tui.store.http.routes import Route
from crm_tui.store.http.wire import PULSE, read_answer


def value(route: Route, body: bytes, address: Address) -> Any:
    """What the method gave. Raises Corrupt for what is no answer to this route."""
    try:
        return read_answer(route, body)
    except (msgspec.DecodeError, UnicodeDecodeError):  # msgspec.ValidationError is one
        raise failures.unreadable(address.host, "it is not in the form that is expected") from None


def problem(reply: Reply, address: Address) -> CrmError:
    """Why there is no value."""
    if 300 <= reply.status < 400:
        return failures.sent_away(address.host, reply.status)
    if reply.status == 401:
        return failures.not_signed_in(address.base, address.host)
    if not reply.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return failures.unreadable(address.host, f"it is no answer of such a server (HTTP {reply.status})")
    if is_away(reply):
        return failures.no_database(address.host)
    return told(reply) or failures.unreadable(address.host, "it is not in the form that is expected")


def told(reply: Reply) -> CrmError | None:
    """The error of a problem; None for what is no JSON."""
    try:
        return from_problem(reply.status, msgspec.json.decode(reply.body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def is_away(reply: Reply) -> bool:
    """Whether the server answers that its database does not."""
    return reply.status == 503 and isinstance(told(reply), Away)


def is_of_proxy(reply: Reply) -> bool:
    """Whether a proxy answered that the server does not."""
    return reply.status in (502, 503, 504) and not reply.headers.get("Content-Type", "").startswith(MEDIA_TYPE)


def is_signed_out(error: CrmError) -> bool:
    """Whether the token is not known (any more)."""
    return isinstance(error, NotSignedIn)


def pulse(reply: Reply) -> int | None:
    """The pulse that came with an answer."""
    text: str = reply.headers.get(PULSE, "")
    return int(text[:18]) if text.isascii() and text.isdecimal() else None
