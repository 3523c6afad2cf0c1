"""A local double of both registers over real HTTP, for tests, demonstrations and work without a network.

It serves the real answers that come with the program and those that it is given besides, and every wrong answer that a
client has to stand (faults.Fault): for the next requests, or always for a few numbers of its own (faults.BY_NUMBER).
"""

from __future__ import annotations

import gzip
import json
import ssl
import time
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from crm_tui.registers import faults
from crm_tui.registers.faults import Fault, Response
from crm_tui.registers.settings import RegisterSettings
from crm_tui.registers.shared_answers import (
    Company,
    MoreAnswers,
    NoMore,
    is_called,
    is_subunit,
    shared_answers,
)

_PRH = "/opendata-ytj-api/v3"
_BRREG = "/enhetsregisteret/api"
#: companies on a page of PRH
_PAGE = 100
#: beyond so many, Norway gives no page
_LAST = 10_000
_SILENCE = 30.0
#: bytes from which on an answer is packed
_WORTH_PACKING = 1000
#: where AWAY leads to, unless a test says otherwise
_ELSEWHERE = "http://elsewhere.example"


class Seen(NamedTuple):
    """A request that came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]


class RegistersDouble:
    """Both registers on this machine, from ``with`` to its end. ``tls``: over https, with this certificate."""

    def __init__(self, more: MoreAnswers | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self.failures: list[BaseException] = []  # of the double itself
        self.elsewhere = _ELSEWHERE
        self.drip = 1.0  # seconds between two bytes
        self._more = more or NoMore()
        self._shared = shared_answers()
        self._lock = Lock()
        self._next: deque[Fault | None] = deque()
        self._always: Fault | None = None
        self._closing = Event()
        self._server = _Server(self)
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="registers-double", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def settings(self) -> RegisterSettings:
        """Settings that lead to it."""
        return RegisterSettings(prh=self.address + _PRH, brreg=self.address + _BRREG)

    # -- what goes wrong ------------------------------------------------------------------------------------------

    def fail_next(self, *wrong: Fault | None) -> None:
        """Answer the next requests so; None is a right answer in between."""
        with self._lock:
            self._next.extend(wrong)

    def fail_always(self, fault: Fault | None) -> None:
        """Answer every request so, from now on."""
        with self._lock:
            self._always = fault

    def mend(self) -> None:
        """Answer rightly again, and forget what was asked."""
        with self._lock:
            self._next.clear()
            self._always = None
            self.elsewhere = _ELSEWHERE
            self.seen.clear()

    def fault_of(self, path: str, query: dict[str, list[str]]) -> Fault | None:
        """What goes wrong with this request."""
        with self._lock:
            if self._next:
                return self._next.popleft()
            if self._always is not None:
                return self._always
        if path.startswith(faults.MOVED_TO):
            return None
        return faults.BY_NUMBER.get(query.get("businessId", [path.rpartition("/")[2]])[0])

    # -- what is answered -----------------------------------------------------------------------------------------

    def answer(self, path: str, query: dict[str, list[str]]) -> Response:
        """The right answer."""
        path = path.removeprefix(faults.MOVED_TO)
        if path == f"{_PRH}/companies":
            return self._companies(query)
        if path == f"{_BRREG}/enheter":
            return self._units(query)
        kind, _, number = path.removeprefix(f"{_BRREG}/").partition("/")
        if path.startswith(_BRREG) and kind in ("enheter", "underenheter"):
            return self._unit(number, is_subunit=kind == "underenheter")
        return Response(404, b"<html><body>Not found</body></html>", content_type="text/html")

    def other_company(self, path: str) -> bytes:
        """A right answer to another question."""
        if _PRH in path:
            number = "2646674-9" if "0112038-9" in path else "0112038-9"
            return _json({"totalResults": 1, "companies": [self._shared.finnish[number]]})
        return _json(self._shared.units["991825827" if "923609016" in path else "923609016"])

    def _known(self, number: str, known: dict[str, Company]) -> Company | None:
        return known.get(number) or faults.company(number) or self._more.find(number)

    def _companies(self, query: dict[str, list[str]]) -> Response:
        number, name = _one(query, "businessId"), _one(query, "name")
        if not number and not name:
            return Response(400, _json({"timestamp": "", "message": "no parameter", "errorcode": 1005}))
        if number:
            company = self._known(number, self._shared.finnish)
            found = [company] if company is not None and "businessId" in company else []
        else:
            found = [each for each in self._shared.finnish.values() if is_called(each, name)]
            found += self._more.search("FI", name)
        page = _whole(query, "page", 1)
        first = (page - 1) * _PAGE if 0 < page <= -(-len(found) // _PAGE) else 0
        return Response(200, _json({"totalResults": len(found), "companies": found[first : first + _PAGE]}))

    def _unit(self, number: str, *, is_subunit: bool) -> Response:
        if len(number) != 9 or not number.isdecimal():
            return Response(400, _json({"status": 400, "feilmelding": "Feil i organisasjonsnummer"}))
        removed = self._shared.removed.get(number)
        if removed is not None and _is_of(removed, is_subunit):
            return Response(410, _json(removed))
        unit = self._known(number, self._shared.subunits if is_subunit else self._shared.units)
        if unit is None or "organisasjonsnummer" not in unit or not _is_of(unit, is_subunit):
            return Response(404)
        return Response(200, _json(unit))

    def _units(self, query: dict[str, list[str]]) -> Response:
        name, size, page = _one(query, "navn"), _whole(query, "size", 20), _whole(query, "page", 0)
        if size < 1 or page < 0 or (page + 1) * size > _LAST:
            return Response(400, _json({"status": 400, "feilmelding": "Side utenfor 10 000 treff"}))
        found = [each for each in self._shared.units.values() if is_called(each, name)]
        found += self._more.search("NO", name)
        told: dict[str, Any] = {
            "_links": {"self": {"href": f"{self.address}{_BRREG}/enheter"}},
            "page": {
                "size": size,
                "totalElements": len(found),
                "totalPages": -(-len(found) // size),
                "number": page,
            },
        }
        shown = found[page * size : (page + 1) * size]
        return Response(200, _json({"_embedded": {"enheter": shown}} | told if shown else told))

    # -- how it is sent -------------------------------------------------------------------------------------------

    def serve(self, http: BaseHTTPRequestHandler) -> None:
        """Answer a request, rightly or wrongly."""
        parts = urlsplit(http.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        self.seen.append(Seen(http.command, parts.path, query, dict(http.headers)))
        fault = self.fault_of(parts.path, query)
        if fault is Fault.OTHER_COMPANY:
            _send(http, Response(200, self.other_company(http.path)))
        elif fault is None:
            _send(http, self.answer(parts.path, query))
        else:
            self._fail(fault, http, self.answer(parts.path, query).body or self.other_company(http.path))

    def _fail(self, fault: Fault, http: BaseHTTPRequestHandler, good: bytes) -> None:
        asked = faults.Asked(http.path, good, self.elsewhere, time.time())
        response = faults.response_of(fault, asked)
        if response is not None:
            _send(http, response)
            return
        match fault:
            case Fault.SILENCE:
                self._closing.wait(_SILENCE)
            case Fault.DRIPPING:
                _head(http, Response(200), len(good))
                for byte in good:
                    http.wfile.write(bytes([byte]))
                    if self._closing.wait(self.drip):
                        break
            case Fault.DRIPPING_HEAD:
                http.wfile.write(b"HTTP/1.1 200 OK\r\nX-Dripping: ")
                while not self._closing.wait(self.drip):
                    http.wfile.write(b"x")
            case Fault.CONTINUE:
                while not self._closing.is_set():
                    http.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
            case Fault.BEHIND:
                _head(http, Response(200, headers=(("Content-Encoding", "gzip"),)), None)
                http.wfile.write(gzip.compress(good))
                while not self._closing.is_set():
                    http.wfile.write(bytes(1_000_000))
            case Fault.HUGE:
                _head(http, Response(200), None)
                for _ in range(50):
                    http.wfile.write(b" " * 1_000_000)
            case Fault.CLOSED_INSIDE:
                _head(http, Response(200), len(good))
                http.wfile.write(good[: len(good) // 2])
            case Fault.NO_HTTP:
                http.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
            case _:  # CLOSED: a connection is closed after its answer, and so after none
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, double: RegistersDouble) -> None:
        self._double = double

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                double.serve(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base
                """Nothing is written: the screen may belong to the program."""

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is nothing strange; all else is for the test to see."""
        import sys

        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self._double.failures.append(error)


def _send(http: BaseHTTPRequestHandler, response: Response) -> None:
    """Send a whole answer, packed where it pays, as the registers do."""
    may_pack = "gzip" in http.headers.get("Accept-Encoding", "") and not response.headers
    if may_pack and len(response.body) > _WORTH_PACKING:
        packed = gzip.compress(response.body, 1)
        response = response._replace(body=packed, headers=(("Content-Encoding", "gzip"),))
    _head(http, response, len(response.body))
    http.wfile.write(response.body)


def _head(http: BaseHTTPRequestHandler, response: Response, length: int | None) -> None:
    http.send_response(response.status)
    http.send_header("Content-Type", response.content_type)
    for name, value in response.headers:
        http.send_header(name, value)
    if length is not None:
        http.send_header("Content-Length", str(length))
    http.end_headers()


def _is_of(unit: Company, wanted: bool) -> bool:
    return is_subunit(unit) is wanted


def _one(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0].strip()


def _whole(query: dict[str, list[str]], name: str, usual: int) -> int:
    text = _one(query, name)
    return int(text[:9]) if text.isascii() and text.isdecimal() else usual


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
