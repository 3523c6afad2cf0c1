"""What is believed of an answer, and whom the token is shown to."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from granian.constants import HTTPModes
from tests.store.conftest import Clock
from tests.store.http.conftest import Impatient
from tests.store.over_http import token_of
from tests.store.serving import Certificate, served

from crm_tui.domain.errors import Corrupt, CrmError, Denied, Invalid, NotSignedIn, Offline, Unavailable
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.store import open_remote
from crm_tui.store.sql.store import SqlStore

TOKEN = token_of("admin")
Answer = Callable[[httpx.Request], httpx.Response]


def ask(answer: Answer, url: str = "https://crm.example") -> None:
    open_remote(url, TOKEN, transport=httpx.MockTransport(answer), waits=Impatient(), watches=False)


def test_over_tls_by_an_authority_of_ones_own(
    app: Any, behind: SqlStore, authority: tuple[Certificate, Path], clock: Clock
) -> None:
    certificate, file = authority
    with served(app, certificate) as port:
        url, settings = f"https://localhost:{port}", RemoteSettings(ca_file=file)
        store = open_remote(url, TOKEN, settings, clock=clock, watches=False)
        assert store.users.me() == behind.users.me()
        store.close()

        with pytest.raises(
            Offline, match=r"nobody that this computer trusts has issued it.*Nothing was sent"
        ) as caught:
            open_remote(url, TOKEN, clock=clock, waits=Impatient())
        assert caught.value.host == f"localhost:{port}"
        with pytest.raises(Offline, match="it is for a machine of another name"):
            open_remote(f"https://127.0.0.1:{port}", TOKEN, settings, clock=clock, waits=Impatient())
        with pytest.raises(Offline):
            open_remote(f"http://localhost:{port}", TOKEN, clock=clock, waits=Impatient())


@pytest.mark.parametrize(("offered", "version"), [(HTTPModes.auto, "2"), (HTTPModes.http1, "1.1")])
def test_http2_is_spoken_where_it_is_offered(
    app: Any, authority: tuple[Certificate, Path], clock: Clock, offered: HTTPModes, version: str
) -> None:
    certificate, file = authority
    spoken: list[str] = []

    async def noticed(scope: dict[str, Any], receive: Any, send: Any) -> None:
        spoken.append(scope.get("http_version", version))
        await app(scope, receive, send)

    with served(noticed, certificate, http=offered) as port:
        url, settings = f"https://localhost:{port}", RemoteSettings(ca_file=file)
        with closing(open_remote(url, TOKEN, settings, clock=clock, watches=False)) as store:
            assert store.customers.count(CustomerQuery()).number == 0
    assert set(spoken) == {version}


def test_a_file_of_authorities_that_is_none_is_told(tmp_path: Path) -> None:
    for content in (None, b"nobody"):
        file = tmp_path / "authority.pem"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(Invalid, match=r"authority\.pem can't be read as certificates"):
            open_remote("https://crm.example", TOKEN, RemoteSettings(ca_file=file))


@pytest.mark.parametrize("proxy", ["ftp://proxy.example", "proxy.example", "http://", "http://proxy.example:x"])
def test_a_proxy_that_is_none_is_told(proxy: str) -> None:
    with pytest.raises(Invalid, match=r"http://proxy\.example:3128"):
        open_remote("https://crm.example", TOKEN, RemoteSettings(proxy=proxy))


@pytest.mark.parametrize("token", ["", "with\nline", "smörgås"])
def test_a_token_that_is_none_is_not_sent(token: str) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("it was sent")

    with pytest.raises(NotSignedIn, match=r"crm-tui login https://crm\.example") as caught:
        open_remote("https://crm.example", token, transport=httpx.MockTransport(never))
    assert token == "" or token not in str(caught.value)


def test_another_address_is_not_followed() -> None:
    asked: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://elsewhere.example/"}, stream=httpx.ByteStream(b""))

    with pytest.raises(Unavailable, match=r"crm\.example wants to be asked at another address"):
        ask(elsewhere)
    assert asked == ["crm.example"]


def bomb() -> bytes:
    """A little that becomes much."""
    return gzip.compress(bytes(50_000_000), compresslevel=1)


UNREADABLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a bomb": ("gzip", bomb, "longer than 10 MB"),
    "too long": ("identity", lambda: bytes(10_000_001), "longer than 10 MB"),
    "followed by more": ("gzip", lambda: gzip.compress(b"{}") + bytes(10_000_001), "longer than 10 MB"),
    "cut off": ("gzip", lambda: bomb()[:1000], "ends too early"),
    "not packed": ("gzip", lambda: b"{}", "can't be unpacked"),
    "packed otherwise": ("br", lambda: b"{}", "packed in a way"),
    "a page": ("identity", lambda: b"<html>Log in to the guest network</html>", "not in the form"),
    "another document": ("identity", lambda: b'{"user": {}}', "not in the form"),
    "no text": ("identity", lambda: b"\xff", "not in the form"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_can_not_be_read_is_told(what: str) -> None:
    encoding, body, reason = UNREADABLE[what]
    headers, stream = {"Content-Encoding": encoding}, httpx.ByteStream(body())
    with pytest.raises(Corrupt, match=rf"crm\.example gave an answer that can't be read: .*{reason}"):
        ask(lambda request: httpx.Response(200, headers=headers, stream=stream))


@pytest.mark.parametrize(
    ("status", "kind"),
    [*((each, Corrupt) for each in (404, 429, 500)), (401, NotSignedIn), (502, Offline), (504, Offline)],
)
def test_who_is_no_such_server_is_told(status: int, kind: type[CrmError]) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, stream=httpx.ByteStream(b"Bad gateway"))

    with pytest.raises(kind, match=r"crm\.example") as caught:
        ask(answer)
    assert TOKEN not in str(caught.value)
    assert len(asked) == (4 if status in (429, 502, 504) else 1)


def test_a_busy_server_is_left_alone_as_long_as_it_wants(behind: SqlStore) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503, headers={"Retry-After": "3600"}, stream=httpx.ByteStream(b"Later"))

    with pytest.raises(Offline, match="HTTP 503"):
        ask(answer)
    assert len(asked) == 1


def test_nobody_acts_as_another(open_: Any) -> None:
    store = open_()
    assert store.acting_as("admin").customers.count(CustomerQuery()).number == 0
    with pytest.raises(Denied, match="sign in as vera with crm-tui login"):
        store.acting_as("vera")
