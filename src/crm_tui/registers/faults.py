"""The wrong answers of the local double: what registers, and networks on the way to them, do on bad days."""

from __future__ import annotations

import zlib
from email.utils import formatdate
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple


class Fault(StrEnum):
    """What goes wrong, in words."""

    NOT_FOUND = "404 with nothing in it"
    GONE = "410"
    BUSY = "429"
    BUSY_SECOND = "429, Retry-After 1 second"
    BUSY_HOUR = "429, Retry-After 1 hour"
    BUSY_DATE = "429, Retry-After a date"
    BUSY_NONSENSE = "429, Retry-After what is no time"
    BROKEN = "500"
    OVERLOADED = "503"
    OVERLOADED_HOUR = "503, Retry-After 1 hour"
    FORBIDDEN = "403"
    PAGE = "a web page with 200"
    NO_PAGE = "a web page with 404"
    CUT_OFF = "cut-off JSON"
    OTHER_JSON = "other JSON"
    OTHER_COMPANY = "another company than the one that was asked for"
    BAD_TEXT = "invalid UTF-8"
    DEEP = "deeply nested JSON"
    HUGE = "50 MB"
    BOMB = "64 MB packed to 64 kB"
    BAD_PACKING = "packed, but not really"
    AWAY = "a redirect to another host"
    MOVED = "a redirect on the same host, and the answer there"
    CIRCLE = "a redirect to itself"
    SILENCE = "30 s of silence"
    DRIPPING = "one byte a second"
    DRIPPING_HEAD = "a head that never ends, one byte a second"
    CONTINUE = "100 Continue without an end"
    BEHIND = "packed, and bytes without an end behind it"
    CLOSED = "a closed connection"
    CLOSED_INSIDE = "a connection that is closed inside of the answer"
    NO_HTTP = "another protocol than HTTP"


#: business ids (Finland) and organization numbers (Norway) whose answers are always wrong: no real companies
BY_NUMBER: dict[str, Fault] = {
    "9900001-8": Fault.NOT_FOUND,
    "999990010": Fault.NOT_FOUND,
    "9900002-6": Fault.GONE,
    "999990029": Fault.GONE,
    "9900003-4": Fault.BUSY,
    "999990037": Fault.BUSY,
    "9900004-2": Fault.BUSY_SECOND,
    "999990045": Fault.BUSY_SECOND,
    "9900005-0": Fault.BUSY_HOUR,
    "999990053": Fault.BUSY_HOUR,
    "9900006-9": Fault.BUSY_DATE,
    "999990061": Fault.BUSY_DATE,
    "9900007-7": Fault.BROKEN,
    "999990088": Fault.BROKEN,
    "9900008-5": Fault.OVERLOADED,
    "999990096": Fault.OVERLOADED,
    "9900009-3": Fault.FORBIDDEN,
    "999990118": Fault.FORBIDDEN,
    "9900010-6": Fault.PAGE,
    "999990126": Fault.PAGE,
    "9900011-4": Fault.NO_PAGE,
    "999990134": Fault.NO_PAGE,
    "9900012-2": Fault.CUT_OFF,
    "999990142": Fault.CUT_OFF,
    "9900013-0": Fault.OTHER_JSON,
    "999990150": Fault.OTHER_JSON,
    "9900014-9": Fault.OTHER_COMPANY,
    "999990169": Fault.OTHER_COMPANY,
    "9900015-7": Fault.BAD_TEXT,
    "999990177": Fault.BAD_TEXT,
    "9900016-5": Fault.DEEP,
    "999990185": Fault.DEEP,
    "9900017-3": Fault.HUGE,
    "999990193": Fault.HUGE,
    "9900018-1": Fault.BOMB,
    "999990207": Fault.BOMB,
    "9900020-2": Fault.BAD_PACKING,
    "999990215": Fault.BAD_PACKING,
    "9900021-0": Fault.AWAY,
    "999990223": Fault.AWAY,
    "9900022-9": Fault.MOVED,
    "999990231": Fault.MOVED,
    "9900023-7": Fault.CIRCLE,
    "999990258": Fault.CIRCLE,
    "9900024-5": Fault.SILENCE,
    "999990266": Fault.SILENCE,
    "9900025-3": Fault.DRIPPING,
    "999990274": Fault.DRIPPING,
    "9900026-1": Fault.CLOSED,
    "999990282": Fault.CLOSED,
    "9900028-8": Fault.CLOSED_INSIDE,
    "999990290": Fault.CLOSED_INSIDE,
    "9900029-6": Fault.NO_HTTP,
    "999990304": Fault.NO_HTTP,
    "9900030-9": Fault.BUSY_NONSENSE,
    "999990312": Fault.BUSY_NONSENSE,
    "9900031-7": Fault.OVERLOADED_HOUR,
    "999990320": Fault.OVERLOADED_HOUR,
    "9900032-5": Fault.DRIPPING_HEAD,
    "999990339": Fault.DRIPPING_HEAD,
    "9900033-3": Fault.CONTINUE,
    "999990347": Fault.CONTINUE,
    "9900034-1": Fault.BEHIND,
    "999990355": Fault.BEHIND,
}


def company(number: str) -> dict[str, Any] | None:
    """What the register would say of such a number, if its answer were right."""
    if number not in BY_NUMBER:
        return None
    if "-" in number:
        name = {"name": "Koeyhtiö Oy", "type": "1", "registrationDate": "2001-02-03"}
        return {"businessId": {"value": number, "registrationDate": "2001-02-03"}, "names": [name]}
    return {"organisasjonsnummer": number, "navn": "PRØVESELSKAPET AS", "registrertIMvaregisteret": True}


class Response(NamedTuple):
    """A whole answer over HTTP."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"


class Asked(NamedTuple):
    """What the wrong answers differ by: the path with its query, the answer that would be right, the address of another
    machine, and the present second."""

    path: str
    good: bytes
    elsewhere: str
    now: float


#: where MOVED leads to, before the path that was asked
MOVED_TO = "/moved"
_PAGE = b"<!DOCTYPE html><html><title>Welcome</title><body>Log in to the network of the hotel</body></html>"
_ERROR = b'{"timestamp": "2024-01-01 00:00:00", "message": "made up", "errorcode": 1005}'


def response_of(fault: Fault, asked: Asked) -> Response | None:
    """The wrong answer, None for one that is wrong by when or how it comes."""
    match fault:
        case Fault.NOT_FOUND:
            return Response(404)
        case Fault.GONE:
            return Response(410, _ERROR)
        case Fault.BROKEN:
            return Response(500, _ERROR)
        case Fault.OVERLOADED:
            return Response(503, _ERROR)
        case Fault.OVERLOADED_HOUR:
            return Response(503, _ERROR, (("Retry-After", "3600"),))
        case Fault.FORBIDDEN:
            return Response(403, _PAGE, content_type="text/html")
        case Fault.BUSY | Fault.BUSY_SECOND | Fault.BUSY_HOUR | Fault.BUSY_DATE | Fault.BUSY_NONSENSE:
            return _busy(fault, asked.now)
        case Fault.AWAY:
            return Response(302, headers=(("Location", asked.elsewhere + asked.path),))
        case Fault.MOVED:
            return Response(307, headers=(("Location", MOVED_TO + asked.path),))
        case Fault.CIRCLE:
            return Response(301, headers=(("Location", asked.path),))
        case Fault.BOMB:
            return Response(200, _bomb(), headers=(("Content-Encoding", "gzip"),))
        case Fault.BAD_PACKING:
            return Response(200, asked.good, headers=(("Content-Encoding", "gzip"),))
        case _:
            return _content(fault, asked.good)


def _busy(fault: Fault, now: float) -> Response:
    after = {
        Fault.BUSY_SECOND: "1",
        Fault.BUSY_HOUR: "3600",
        Fault.BUSY_DATE: formatdate(now + 2, usegmt=True),  # written in whole seconds: 1 to 2 from now
        Fault.BUSY_NONSENSE: "1 Jan 1 00:00:00 -99999999999",
    }.get(fault)
    headers = (("Retry-After", after),) if after is not None else ()
    return Response(429, b"Too many requests", headers, "text/plain")


def _content(fault: Fault, good: bytes) -> Response | None:
    """An answer that looks right until it is read."""
    match fault:
        case Fault.PAGE:
            return Response(200, _PAGE, content_type="text/html")
        case Fault.NO_PAGE:
            return Response(404, _PAGE, content_type="text/html")
        case Fault.CUT_OFF:
            return Response(200, good[: len(good) // 2])
        case Fault.OTHER_JSON:
            return Response(200, b'{"hello": ["world", 1, null]}')
        case Fault.BAD_TEXT:
            return Response(200, good.replace(b'": "', b'": "\xff\xfe'))
        case Fault.DEEP:
            return Response(200, b"[" * 200_000 + b"]" * 200_000)
        case _:
            return None


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(64)) + packer.flush()
