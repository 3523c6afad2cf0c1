"""Which addresses of servers are taken, and what is kept of what they answered."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.store.http import disk_cache
from crm_tui.store.http.address import address_of
from crm_tui.store.http.cache import Cache, Entry, MemoryCache
from crm_tui.store.http.disk_cache import open_disk_cache

URL = "https://crm.example:8443/team"
AT = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)


def entry(body: bytes) -> Entry:
    return Entry('"1"', body, AT, "run 0 7")


@pytest.mark.parametrize(
    ("url", "base", "host"),
    [
        ("https://crm.example", "https://crm.example", "crm.example"),
        ("https://crm.example:8443/team/", "https://crm.example:8443/team", "crm.example:8443"),
        ("http://localhost:8000", "http://localhost:8000", "localhost:8000"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_server_has_an_address_and_a_host_to_name(url: str, base: str, host: str) -> None:
    address = address_of(url)
    assert (address.base, address.host) == (base, host)
    assert address.is_secure == url.startswith("https")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://crm.example", "https is needed"),
        ("http://192.0.2.7", "https is needed"),
        ("http://localhost.example", "https is needed"),
        ("ftp://crm.example", "begins with https"),
        ("crm.example", "begins with https"),
        ("https://", "begins with https"),
        ("https://vera:secret@crm.example", "no password"),
        ("https://crm.example/?token=secret", "ends behind the path"),
        ("https://crm.example:99999", "no address"),
        ("https://[::1", "no address"),
        ("https://crm..example", "no address"),
        (f"https://{64 * 'c'}.example", "no address"),
    ],
)
def test_other_addresses_are_refused_without_being_repeated(url: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        address_of(url)
    assert "secret" not in str(caught.value)


@pytest.fixture(params=["memory", "disk"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Cache:
    return MemoryCache(1150) if request.param == "memory" else open_disk_cache(tmp_path, URL, "token", 1400)


def test_an_answer_is_found_until_it_is_dropped(cache: Cache) -> None:
    assert cache.find("/a?x=1") is None
    cache.keep("/a?x=1", entry(b"one\ntwo"))
    cache.keep("/b", entry(b"other"))
    assert cache.find("/a?x=1") == entry(b"one\ntwo")
    cache.keep("/a?x=1", entry(b"three"))
    assert cache.find("/a?x=1") == entry(b"three")
    cache.drop("/a?x=1")
    assert (cache.find("/a?x=1"), cache.find("/b")) == (None, entry(b"other"))
    cache.empty()
    assert cache.find("/b") is None


def test_what_was_used_longest_ago_goes_first(cache: Cache) -> None:
    for name in "abc":
        cache.keep(name, entry(bytes(300)))
    assert cache.find("a") is not None
    cache.keep("d", entry(bytes(300)))
    assert [name for name in "abcd" if cache.find(name)] == ["a", "c", "d"]
    cache.keep("e", entry(bytes(2000)))
    assert not any(cache.find(name) for name in "abcde")


def test_on_disk_it_is_there_at_the_next_start_for_the_same_token_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        open_disk_cache(tmp_path / "cache", URL, "token", 1000).keep("/a", entry(b"Aalto"))
    finally:
        os.umask(before)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert [oct(path.stat().st_mode)[-3:] for path in files] == ["600"]
    assert {oct(path.stat().st_mode)[-3:] for path in folders} == {"700"}
    assert not [path for path in tmp_path.rglob("*") if "token" in str(path) or "crm.example" in str(path)]
    assert open_disk_cache(tmp_path / "cache", URL, "token", 1000).find("/a") == entry(b"Aalto")
    assert open_disk_cache(tmp_path / "cache", URL, "another", 1000).find("/a") is None
    assert open_disk_cache(tmp_path / "cache", "https://other.example", "token", 1000).find("/a") is None


def test_on_disk_nothing_is_left_after_emptying_and_signing_out(tmp_path: Path) -> None:
    mine, other = (open_disk_cache(tmp_path, URL, token, 1000) for token in ("mine", "other"))
    elsewhere = open_disk_cache(tmp_path, "https://other.example", "mine", 1000)
    for cache in (mine, other, elsewhere):
        cache.keep("/a", entry(b"Aalto"))
    mine.empty()
    assert (mine.find("/a"), other.find("/a")) == (None, entry(b"Aalto"))
    disk_cache.forget(tmp_path, URL)
    assert (other.find("/a"), elsewhere.find("/a")) == (None, entry(b"Aalto"))
    other.keep("/b", entry(b"late"))  # by a program that still runs
    assert other.find("/b") is None
    disk_cache.forget(tmp_path, URL)


def test_on_disk_what_is_a_week_old_goes_and_damage_is_read_anew(tmp_path: Path) -> None:
    cache = open_disk_cache(tmp_path, URL, "token", 1000)
    for name in "ab":
        cache.keep(name, entry(b"Aalto"))
    old, damaged = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    os.utime(old, (0, 0))
    damaged.write_bytes(b"{")
    again = open_disk_cache(tmp_path, URL, "token", 1000)
    assert not old.exists()
    assert (again.find("a"), again.find("b")) == (None, None)


def test_on_disk_what_was_read_with_an_earlier_token_goes_after_a_week_too(tmp_path: Path) -> None:
    for url, token in ((URL, "earlier"), (URL, "token"), ("https://other.example", "token")):
        open_disk_cache(tmp_path, url, token, 1000).keep("/a", entry(b"Aalto"))
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        os.utime(path, (0, 0))
    open_disk_cache(tmp_path, URL, "token", 1000)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_on_disk_an_answer_that_lost_its_end_is_read_anew(tmp_path: Path) -> None:
    cache = open_disk_cache(tmp_path, URL, "token", 1000)
    cache.keep("a", entry(b"Aalto"))
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    whole = file.read_bytes()
    for content in (whole[:-1], whole[:-5], whole[:20], b"", b"\xff\n"):
        file.write_bytes(content)
        assert cache.find("a") is None
    file.write_bytes(whole)
    assert cache.find("a") == entry(b"Aalto")


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"")
    with pytest.raises(Unavailable, match="set cache to memory"):
        open_disk_cache(tmp_path / "cache", URL, "token", 1000)
