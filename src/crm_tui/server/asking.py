"""What a request says: whose token, which parameters, and its body, within limits of size and time."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import anyio
from litestar import Request
from litestar.types import Receive

from crm_tui.domain.errors import NotSignedIn
from crm_tui.store.http.problems import Refused

AnyRequest = Request[Any, Any, Any]
_TOKEN = re.compile(r"[!-~]{8,200}")
_NAME = re.compile(r"[ -~]{1,100}")
_MOST_PARAMETERS = 200


def token_of(request: AnyRequest) -> str:
    """The token of a request; NotSignedIn without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token):
        raise NotSignedIn("The request has no token: sign in, and send it as a bearer token.")
    return token


def pairs_of(request: AnyRequest) -> list[tuple[str, str]]:
    """The query, decoded."""
    raw = request.scope["query_string"].decode("ascii", "replace")
    try:
        return parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise Refused(400, "The query is not valid UTF-8.") from None
    except ValueError:
        raise Refused(400, f"The query has more than {_MOST_PARAMETERS} parameters.") from None


def name_in(request: AnyRequest, header: str) -> str | None:
    """What a header names: up to a hundred plain characters."""
    value = request.headers.get(header)
    if value is not None and not _NAME.fullmatch(value):
        raise Refused(400, f"{header} has 1 to 100 characters of ASCII.")
    return value


async def body_of(request: AnyRequest, limit: int, seconds: float) -> bytes:
    """The whole body."""
    with anyio.move_on_after(seconds):
        return b"".join([chunk async for chunk in chunks_of(request, limit)])
    raise Refused(408, f"The body did not come within {seconds:g} seconds.")


async def chunks_of(request: AnyRequest, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes; Refused where it is larger than the limit, or ends before its end."""
    too_large = Refused(413, f"The body has more than {limit:,} bytes.")
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise too_large
    size, more = 0, True
    while more:
        event = await request.receive()
        if event["type"] != "http.request":
            raise Refused(400, "The request was cut off.")
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise too_large
        more = event.get("more_body", False)
        if chunk:
            yield chunk


async def cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    """Cancel once the client has gone; what is left of the body of its request is nobody's any more."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
