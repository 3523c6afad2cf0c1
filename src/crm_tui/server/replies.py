"""Answers: JSON, problems, and how they are compressed."""

from __future__ import annotations

import gzip

import msgspec
from litestar.types import Receive, Scope, Send
from msgspec import Struct
from msgspec.structs import replace

from crm_tui.domain.errors import CrmError, NotSignedIn, Unavailable
from crm_tui.store.http import problems
from crm_tui.store.http.problems import Refused

JSON = "application/json"
#: seconds until it is worth while to ask again, where a store is busy or away
_SOON = 2
#: shorter answers fit one packet as they are
_WORTH_PACKING = 1_200
#: statuses without a body
_EMPTY = (204, 304)


class Reply(Struct, frozen=True):
    """An answer as bytes; sends itself."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = {}

    def with_headers(self, headers: dict[str, str]) -> Reply:
        """The same answer with more headers."""
        return replace(self, headers=self.headers | headers)

    def packed(self, accepted: str) -> Reply:
        """The same answer, as small as the ``Accept-Encoding`` allows."""
        headers = self.headers | {"Vary": "Accept-Encoding"}
        if len(self.body) < _WORTH_PACKING or "gzip" not in accepted:
            return replace(self, headers=headers)
        body = gzip.compress(self.body, compresslevel=5, mtime=0)
        return replace(self, body=body, headers=headers | {"Content-Encoding": "gzip"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, as an ASGI application does."""
        headers = dict(self.headers)
        if self.status not in _EMPTY:
            headers |= {"Content-Type": self.media_type, "Content-Length": str(len(self.body))}
        await send({"type": "http.response.start", "status": self.status, "headers": encoded(headers)})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]


def json_reply(value: object, status: int = 200) -> Reply:
    """A value as JSON."""
    return Reply(status, msgspec.json.encode(value))


def problem_reply(error: CrmError) -> Reply:
    """An error as problem+json, with the headers that belong to its status."""
    status, document = problems.to_problem(error)
    headers: dict[str, str] = {}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(_SOON)
    if isinstance(error, Refused) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Reply(status, msgspec.json.encode(document), problems.MEDIA_TYPE, headers)
