"""Calls whose values are streams: contents of files, and rows by the thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast, get_args

import msgspec

from crm_tui.domain.errors import Corrupt, Invalid, Unavailable
from crm_tui.store.http import answers, rows
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.flow import Answer
from crm_tui.store.http.line import Line
from crm_tui.store.http.parameters import signature
from crm_tui.store.http.routes import Route, Shape
from crm_tui.store.http.sending import INCOMPLETE, Sent
from crm_tui.store.http.wire import Request, to_request
from crm_tui.store.http.writing import Writer

#: contents up to this size are held in memory, larger ones in a file that has no name
_IN_MEMORY = 2**20
_CHUNK = 2**16
#: a file has at most so many bytes
_MOST_CONTENT = 100 * 2**20
_BOUNDARY_TYPE = "application/octet-stream"


class Streams:
    """Carries out the calls with streams of one user. They have no time limit: only silence ends them."""

    def __init__(self, line: Line, writer: Writer) -> None:
        self._line = line
        self._writer = writer

    def carry_out(self, route: Route, given: dict[str, Any], key: str | None) -> Any:
        """What the method gives with these arguments."""
        match route.shape:
            case Shape.BYTES:
                return self._content(route, given)
            case Shape.FORM:
                return self._add_file(route, given, key)
            case Shape.ROWS_OUT:
                return self._rows(to_request(route, given), _row_of(signature(route).returns))
            case Shape.ROWS:
                return self._checked(route, given)
            case _:
                return self._load(route, given, key)

    def _content(self, route: Route, given: Mapping[str, Any]) -> BinaryIO:
        request, size = to_request(route, given), 0
        content = _unnamed()
        with self._read_failures(), self._line.streaming(request) as response:
            self._need_ok(response)
            for chunk in response.chunks():
                content.write(chunk)
                size += len(chunk)
        announced = response.headers.get("Content-Length")
        if announced is not None and announced != str(size):
            raise Corrupt(f"The content came from {self._line.address.host} in part only; try again.")
        content.seek(0)
        return cast(BinaryIO, content)

    def _add_file(self, route: Route, given: Mapping[str, Any], key: str | None) -> Any:
        """The content is read to its end first, so that it can be sent again, and one that fails sends nothing."""
        source = given.get("content")
        with _unnamed() as content:
            if source is not None:
                _copy(source, content)
            request = Request(route.verb, to_request(route, {}).path, {}, None)
            document = msgspec.json.encode(given["new"])

            def send(headers: dict[str, str]) -> Sent:
                parts: dict[str, Any] = {"new": (None, document, "application/json")}
                if source is not None:
                    content.seek(0)
                    parts["content"] = ("content", content, _BOUNDARY_TYPE)
                return self._sent(request._replace(headers=headers), files=parts)

            return self._writer.carry_out(route, key, _twice(send))

    def _load(self, route: Route, given: Mapping[str, Any], key: str | None) -> Any:
        progress = given.get("progress")
        records = _told_of(given["records"], progress) if progress else given["records"]
        request = Request(route.verb, to_request(route, {}).path, {"Content-Type": rows.MEDIA_TYPE}, None)
        return self._writer.carry_out(
            route,
            key,
            lambda headers: self._sent(
                request._replace(headers=request.headers | headers), content=rows.written(records)
            ),
        )

    def _checked(self, route: Route, given: Mapping[str, Any]) -> tuple[Any, ...]:
        request = Request(route.verb, to_request(route, {}).path, {"Content-Type": rows.MEDIA_TYPE}, None)
        kind = _row_of(signature(route).returns)
        return tuple(self._rows(request, kind, content=rows.written(given["items"])))

    def _rows(self, request: Request, kind: Any, **body: Any) -> Iterator[Any]:
        with self._read_failures(), self._line.streaming(request, **body) as response:
            self._need_ok(response)
            yield from rows.read(response.chunks(), kind)

    def _sent(self, request: Request, **body: Any) -> Sent:
        with self._line.streaming(request, **body) as response:
            return Sent(self._line.read(response), before=False)

    def _need_ok(self, response: Answer) -> None:
        if response.status != 200:
            raise answers.problem(self._line.read(response), self._line.address)

    @contextmanager
    def _read_failures(self) -> Iterator[None]:
        try:
            yield
        except NoReply as failed:
            raise failed.error from failed


def _twice(send: Callable[[dict[str, str]], Sent]) -> Callable[[dict[str, str]], Sent]:
    """Sent once more where no answer came, or not all of it arrived: it is under a key."""

    def sending(headers: dict[str, str]) -> Sent:
        was_sent = False
        try:
            sent = send(headers)
        except NoReply as failed:
            was_sent = failed.was_sent
        else:
            if sent.reply.status != INCOMPLETE:
                return sent
        try:
            return Sent(send(headers).reply, before=was_sent)
        except NoReply as failed:
            raise NoReply(failed.error, was_sent=was_sent or failed.was_sent) from failed

    return sending


def _unnamed() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


def _copy(source: IO[bytes], to: IO[bytes]) -> None:
    size = 0
    try:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > _MOST_CONTENT:
                most = _MOST_CONTENT // 2**20
                raise Invalid("content", f"a file has at most {most} MB; add a link to a larger one")
            to.write(chunk)
    except OSError as error:
        raise Unavailable(f"What is to be kept can't be read ({error.strerror}); nothing was added.") from error


def _told_of(records: Iterable[tuple[str, dict[str, Any]]], progress: Callable[[str, int], None]) -> Iterator[Any]:
    """The records, with what is sent told as it goes: the table, and how many rows of it."""
    table, number = "", 0
    for record in records:
        number = number + 1 if record[0] == table else 1
        table = record[0]
        progress(table, number)
        yield record


def _row_of(returns: Any) -> Any:
    """The type of one row of a tuple or a generator of them."""
    return get_args(returns)[0]
