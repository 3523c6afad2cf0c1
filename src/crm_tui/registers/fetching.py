"""One question to a register over HTTP: what is asked again, what is followed, and how much is read.

httpx is a tenth of a second to import: this module is imported by the thread that asks.
"""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, NamedTuple

import httpx

from crm_tui.domain.errors import RegisterFailed
from crm_tui.registers import failures
from crm_tui.registers.connecting import Way, failure_of
from crm_tui.registers.pace import Pace
from crm_tui.waiting.limits import TimeLimit

#: bytes of an answer that are read, unpacked; a page of a hundred companies has less than one million
MOST_BYTES = 2_000_000
#: redirects on one machine that are followed
_MOST_REDIRECTS = 3
#: seconds before a question is put again, if the register does not say how many
_BEFORE_RETRY = 0.5


class Question(NamedTuple):
    """What is asked of a register: an address, with a checked number at most, and a query with what was typed."""

    address: str
    accept: str
    query: dict[str, str] | None = None


class Answer(NamedTuple):
    """What it answered: with 200 a body, with 404 and 410 none that would matter."""

    status: int
    body: bytes


def fetch(question: Question, way: Way, limit: TimeLimit, again: set[str], pace: Pace | None = None) -> Answer:
    """Ask, once more after 429 and after 5xx, and read the answer. ``again`` has why it was asked again, for all
    questions of a look-up. Raises RegisterFailed and OutOfTime."""
    try:
        with way.client() as client:
            while True:
                response, answer = _ask(client, question, way.asked, limit, pace)
                if answer is not None:
                    return answer
                kind = "busy" if response.status_code == 429 else "out of order"
                wanted = _wanted_wait(response, limit.clock.now())
                wait = _BEFORE_RETRY if wanted is None else wanted
                if kind in again or wait >= limit.left:
                    raise _given_up(way.asked, response.status_code, wanted)
                again.add(kind)
                limit.pause(wait)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise failure_of(error, way.asked) from error


def _ask(
    client: httpx.Client, question: Question, asked: failures.Asked, limit: TimeLimit, pace: Pace | None
) -> tuple[httpx.Response, Answer | None]:
    """Ask and follow redirects; no answer means: it may be asked again."""
    url = httpx.URL(question.address, params=question.query)
    headers = {"Accept": question.accept, "Accept-Encoding": "gzip", "User-Agent": "crm-tui"}
    for _ in range(_MOST_REDIRECTS + 1):
        if pace is not None:
            pace.wait(limit.over)
        left = limit.left
        # a name may have several addresses, and each of them is tried as long as this
        timeout = httpx.Timeout(left, connect=left / 2)
        extensions = {"trace": _guarded(limit)}
        with client.stream("GET", url, headers=headers, timeout=timeout, extensions=extensions) as response:
            if not response.has_redirect_location:
                return response, _read(response, asked)
            target = _target(response, asked)
            if (target.scheme, target.raw_host, target.port) != (url.scheme, url.raw_host, url.port):
                to = f"{target.scheme}://{target.netloc.decode('ascii')}"[:80]
                raise failures.sent_away(asked, response.status_code, to)
            url = target
    raise failures.unreadable(asked, response.status_code, "it leads in a circle")


def _guarded(limit: TimeLimit) -> Callable[[str, Mapping[str, Any]], None]:
    """Told of each connection that is made: it is shut down once nobody waits any more. Time-outs end no server that
    sends a byte now and then, nor one that never comes to the point."""

    def trace(event: str, told: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            limit.at_end(partial(_shut_down, told["return_value"].get_extra_info("socket")))

    return trace


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        # that of an encrypted one would pull away what the thread reads with
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _target(response: httpx.Response, asked: failures.Asked) -> httpx.URL:
    try:
        return response.url.join(response.headers["Location"])
    except (httpx.InvalidURL, ValueError):
        raise failures.unreadable(asked, response.status_code, "it leads to no valid address") from None


def _read(response: httpx.Response, asked: failures.Asked) -> Answer | None:
    status = response.status_code
    if status == 429 or status >= 500:
        return None
    if status == 410:
        return Answer(status, b"")
    if status not in (200, 404):
        raise (failures.unreadable if status < 400 else failures.refused)(asked, status)
    return Answer(status, _body(response, asked))


def _body(response: httpx.Response, asked: failures.Asked) -> bytes:
    """The whole body, unpacked by ourselves: httpx would unpack a little to a gigabyte before it gives it to us."""
    status = response.status_code
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise failures.unreadable(asked, status, "it is packed in a way that was not asked for")
    unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body = bytearray()
    try:
        for chunk in response.iter_raw():
            body += unpack.decompress(chunk, MOST_BYTES + 1 - len(body)) if unpack else chunk
            if len(body) > MOST_BYTES:
                raise failures.unreadable(asked, status, f"it is longer than {MOST_BYTES // 1_000_000} MB")
            if unpack is not None and unpack.eof:
                break  # whatever comes behind
    except zlib.error:
        raise failures.unreadable(asked, status, "it can't be unpacked") from None
    if unpack is not None and body and not unpack.eof:
        raise failures.unreadable(asked, status, "it ends too early")
    return bytes(body)


def _wanted_wait(response: httpx.Response, now: datetime) -> float | None:
    """Seconds that the register wants to be left alone, by Retry-After: a number of them, or a moment."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):  # what is no date, and what is none by far
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _given_up(asked: failures.Asked, status: int, wanted: float | None) -> RegisterFailed:
    return failures.busy(asked, wanted) if status == 429 else failures.out_of_order(asked, status, wanted)
