"""What shares a connection of HTTP/2 does not suffer from what else is on it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tests.store.http.conftest import until
from tests.store.http.http2_double import Connection, Http2Double
from tests.store.serving import Certificate

from crm_tui.store.http.address import address_of
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.line import Line
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.sending import Sender
from crm_tui.store.http.wire import Request
from crm_tui.waiting.clock import SystemClock
from crm_tui.waiting.limits import OutOfTime, TimeLimit

#: what a connection lets the server send before it is read
_SHARE = 2**24


@pytest.fixture
def double(authority: tuple[Certificate, Path]) -> Iterator[Http2Double]:
    """A server that answers each request with its path."""
    with Http2Double(authority[0], lambda connection, stream, path: connection.answer(stream, path.encode())) as made:
        yield made


@pytest.fixture
def line(double: Http2Double, authority: tuple[Certificate, Path]) -> Iterator[Line]:
    """The way to it."""
    settings = RemoteSettings(ca_file=authority[1])
    made = Line(address_of(f"https://localhost:{double.port}"), "token", settings)
    yield made
    made.close()


def limit(seconds: float = 20) -> TimeLimit:
    return TimeLimit(seconds, SystemClock())


def ask(line: Line, path: str, within: TimeLimit | None = None) -> str:
    return line.ask(Request("GET", path, {}, None), within or limit()).body.decode()


def begun(double: Http2Double, line: Line, path: str) -> tuple[Future[str], TimeLimit]:
    """A question that the server has heard, on its way in a thread of its own."""
    within, asked = limit(), Future[str]()

    def wait() -> None:
        try:
            asked.set_result(ask(line, path, within))
        except (NoReply, OutOfTime) as error:
            asked.set_exception(error)

    threading.Thread(target=wait).start()
    until(lambda: any(each == path for _, each in double.asked))
    return asked, within


def but(path: str, answer: Callable[[Connection, int], None]) -> Callable[[Connection, int, str], None]:
    """Another answer to one path."""

    def answered(connection: Connection, stream: int, asked: str) -> None:
        if asked == path:
            answer(connection, stream)
        else:
            connection.answer(stream, asked.encode())

    return answered


def test_many_threads_share_one_connection(double: Http2Double, line: Line) -> None:
    paths = [f"/{number}" for number in range(300)]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda path: ask(line, path), paths)) == paths
    assert {number for number, _ in double.asked} == {1}


def test_what_nobody_waits_for_is_given_up_alone(double: Http2Double, line: Line) -> None:
    double.answer = but("/slow", lambda connection, stream: None)
    slow, within = begun(double, line, "/slow")
    within.end()
    assert isinstance(slow.exception(10), OutOfTime)
    until(lambda: double.given_up == [(1, 1)])
    assert ask(line, "/quick") == "/quick"
    assert double.asked[-1] == (1, "/quick")


def test_what_was_given_up_leaves_its_room_to_others(double: Http2Double, line: Line) -> None:
    sent: list[int] = []

    def flood(connection: Connection, stream: int) -> None:
        sent.append(connection.room(stream))
        connection.answer(stream, bytes(sent[-1]), ends=False)

    double.answer = but("/flood", flood)
    while sum(sent) < 2 * _SHARE:
        with line.streaming(Request("GET", "/flood", {}, None)) as answer:
            assert next(answer.chunks())
        assert sent[-1] > 0
    assert ask(line, "/quick") == "/quick"
    assert {number for number, _ in double.asked} == {1}


def test_a_server_that_leaves_ends_what_it_began(double: Http2Double, line: Line) -> None:
    held: list[tuple[Connection, int]] = []
    double.answer = but("/first", lambda connection, stream: held.append((connection, stream)))
    first, _ = begun(double, line, "/first")

    def leave(connection: Connection, stream: int) -> None:
        if connection.number > 1:
            connection.answer(stream, b"later")
        else:
            connection.leave(last=held[0][1])

    first_answer = double.answer
    double.answer = lambda connection, stream, path: (
        leave(connection, stream) if path == "/second" else first_answer(connection, stream, path)
    )
    assert ask(line, "/second") == "later"  # the first connection did not take it
    assert double.asked[-2:] == [(1, "/second"), (2, "/second")]
    held[0][0].answer(held[0][1], b"in the end")
    assert first.result(10) == "in the end"


def test_what_a_server_refuses_was_not_sent(double: Http2Double, line: Line) -> None:
    double.answer = but("/", lambda connection, stream: connection.refuse(stream))
    with pytest.raises(NoReply) as caught:
        ask(line, "/")
    assert not caught.value.was_sent


def test_an_answer_that_needs_no_more_of_its_request_is_whole(double: Http2Double, line: Line) -> None:
    def early(connection: Connection, stream: int) -> None:
        connection.answer(stream, b"too much")
        connection.want_no_more(stream)

    def parts() -> Iterator[bytes]:
        yield bytes(2**16)
        until(lambda: bool(double.asked))
        for _ in range(100):  # more than there is room for
            yield bytes(2**16)

    double.answer = but("/long", early)
    with line.streaming(Request("POST", "/long", {}, None), content=parts()) as answer:
        assert ask(line, "/quick") == "/quick"
        assert b"".join(answer.chunks()) == b"too much"
    assert {number for number, _ in double.asked} == {1}


def test_a_request_that_failed_is_not_made_to_its_end(double: Http2Double, line: Line) -> None:
    made: list[bytes] = []

    def parts() -> Iterator[bytes]:
        for _ in range(1000):
            made.append(bytes(2**16))
            yield made[-1]

    double.answer = but("/long", lambda connection, stream: connection.refuse(stream))
    with pytest.raises(NoReply), line.streaming(Request("POST", "/long", {}, None), content=parts()):
        pass
    assert len(made) < 100


def test_a_connection_that_nothing_passes_is_left(
    double: Http2Double, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_tui.store.http.http2.SIGN_OF_LIFE", 0.05)
    assert ask(line, "/before") == "/before"
    double.is_deaf = lambda connection: connection.number == 1
    with pytest.raises(OutOfTime):
        ask(line, "/lost", limit(0.05))

    def is_heard() -> bool:
        try:
            return ask(line, "/after", limit(1)) == "/after"
        except (NoReply, OutOfTime):
            return False

    until(is_heard)
    assert double.asked[-1] == (2, "/after")


def test_closing_ends_what_waits(double: Http2Double, line: Line) -> None:
    double.answer = but("/slow", lambda connection, stream: None)
    slow, _ = begun(double, line, "/slow")
    line.close()
    assert isinstance(slow.exception(10), NoReply)
    until(lambda: double.gone == [1])
    with pytest.raises(NoReply):
        ask(line, "/quick")


def test_what_never_got_through_was_not_sent(authority: tuple[Certificate, Path]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # it takes connections, and never says a word
        line = Line(address_of(f"https://localhost:{mute.getsockname()[1]}"), "", RemoteSettings(ca_file=authority[1]))
        with closing(line), pytest.raises(NoReply, match=r"did not answer within 0\.2 seconds") as caught:
            Sender(line, 0.2).send(Request("POST", "/", {}, b"{}"), again=True)
        assert not caught.value.was_sent


def test_what_nobody_waits_for_is_not_sent_once_there_is_a_connection(double: Http2Double, line: Line) -> None:
    came, opened = threading.Event(), threading.Event()

    def greet() -> None:
        came.set()
        opened.wait(10)

    double.greet = greet
    sender, told = Sender(line, 20), Future[NoReply]()

    def send() -> None:
        try:
            sender.send(Request("POST", "/lost", {}, b"{}"), again=True)
        except NoReply as error:
            told.set_result(error)

    threading.Thread(target=send).start()
    assert came.wait(10)
    sender.close()
    assert not told.result(10).was_sent
    opened.set()
    assert ask(line, "/quick") == "/quick"
    assert double.asked == [(1, "/quick")]


def test_what_got_through_may_have_been_carried_out(double: Http2Double, line: Line) -> None:
    double.answer = lambda connection, stream, path: None
    with pytest.raises(NoReply, match=r"did not answer within 0\.2 seconds") as caught:
        Sender(line, 0.2).send(Request("POST", "/", {}, b"{}"), again=True)
    assert caught.value.was_sent
