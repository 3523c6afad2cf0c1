"""Whatever bytes come back, a look-up ends with an entry or with a failure that is foreseen."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registers.asking import EQUINOR, NOKIA, StillClock

from crm_tui.domain.errors import NotInRegister, RegisterFailed
from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.settings import RegisterSettings
from crm_tui.registers.shared_answers import shared_answers


class Parrot:
    """Answers every connection with the bytes that it was told."""

    def __init__(self) -> None:
        self.answer = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.thread = Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return  # closed
            with connection:
                connection.recv(65_536)
                if not self.answer:
                    return
                try:
                    connection.sendall(self.answer)
                except OSError:
                    continue  # the client has read enough

    def close(self) -> None:
        """End it: with nothing to say, it takes one more connection."""
        self.answer = b""
        with socket.create_connection(self._socket.getsockname()) as last:
            last.sendall(b"end")
            self.thread.join(20)
        self._socket.close()


@pytest.fixture(scope="module")
def parrot() -> Iterator[Parrot]:
    parrot = Parrot()
    parrot.thread.start()
    yield parrot
    parrot.close()


STATUSES = st.sampled_from([200, 200, 200, 204, 206, 301, 302, 304, 307, 404, 410, 429, 500, 503, 999])
NAMES = st.sampled_from(
    ["Location", "Retry-After", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Set-Cookie"]
)
VALUES = st.one_of(
    st.sampled_from(
        ["0", "5", "-1", "99999999999999999999", "gzip", "br", "chunked", "//", "/", "?", "http:", "data:,"]
    ),
    st.sampled_from(
        ["http://[::1", "http://x:99999/", "/\u00e4", "https://\u00e4.example/x", "21 Oct 99999 0:0:0 +9999"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=12),
)
BODIES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"", b"{}", b"[]", b"null", b'{"totalResults": 0}', b'{"totalResults": 1, "companies": [{}]}']),
    st.sampled_from([b'{"organisasjonsnummer": "923609016"}', b"5\r\n{}   \r\n0\r\n\r\n", b"\xef\xbb\xbf{}"]),
)
ANSWERS = st.one_of(
    st.binary(min_size=1, max_size=60),
    st.builds(
        lambda status, headers, body: (
            f"HTTP/1.1 {status} \r\n".encode()
            + b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in headers)
            + b"Connection: close\r\n\r\n"
            + body
        ),
        STATUSES,
        st.lists(st.tuples(NAMES, VALUES), max_size=3),
        BODIES,
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answer=ANSWERS, number=st.sampled_from([NOKIA, EQUINOR]))
def test_any_bytes_are_an_entry_or_a_failure(parrot: Parrot, answer: bytes, number: str) -> None:
    parrot.answer = answer
    registers = BusinessRegisters(
        RegisterSettings(prh=parrot.address, brreg=parrot.address, seconds=5), clock=StillClock()
    )
    try:
        entry = registers.look_up(number)
    except (RegisterFailed, NotInRegister) as error:
        told = str(error)
    else:
        told = "Nothing was changed" if entry.number == number else "another company"
    assert told.isprintable()
    assert "Nothing was changed" in told or "has no company" in told


def test_two_companies_are_no_answer_about_one(parrot: Parrot) -> None:
    companies = [shared_answers().finnish[number] for number in (NOKIA, "2646674-9")]
    body = json.dumps({"totalResults": 2, "companies": companies}).encode()
    parrot.answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body
    with pytest.raises(RegisterFailed, match="about another company"):
        BusinessRegisters(RegisterSettings(prh=parrot.address)).look_up(NOKIA)


def test_an_answer_in_pieces_is_put_together(parrot: Parrot) -> None:
    body = json.dumps(shared_answers().units[EQUINOR]).encode()
    pieces = [body[start : start + 100] for start in range(0, len(body), 100)]
    parrot.answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(
        b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""]
    )
    registers = BusinessRegisters(RegisterSettings(brreg=parrot.address))
    assert registers.look_up(EQUINOR).name == "EQUINOR ASA"
