"""The contents of files, in a folder and in tables: the same whichever keeps them."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from crm_tui.domain.errors import Corrupt, Invalid
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import MOST_BYTES, Content, Contents, FolderContents
from crm_tui.store.sql.sqlite import SqliteConnection
from crm_tui.store.sql.table_contents import PART, TableContents

_TABLES = """
CREATE TABLE content (key TEXT PRIMARY KEY, written_at TEXT NOT NULL DEFAULT '2026-11-22T09:00:00Z');
CREATE TABLE content_part (
  key TEXT NOT NULL REFERENCES content (key) ON DELETE CASCADE, part INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (key, part));
"""


def in_tables(folder: Path) -> TableContents:
    name = str(folder / "contents.db")

    @contextmanager
    def aside() -> Iterator[Connection]:
        with closing(SqliteConnection(name)) as con:
            con.pragma("foreign_keys", 1)
            with con:
                yield con

    with closing(SqliteConnection(name)) as con:
        con.execute(_TABLES)
    return TableContents(aside)


def in_folder(folder: Path) -> FolderContents:
    inside = folder / "files"
    return FolderContents(inside, lambda: inside.mkdir(exist_ok=True))


@pytest.fixture(params=["folder", "tables"])
def contents(request: pytest.FixtureRequest, tmp_path: Path) -> Contents:
    return in_folder(tmp_path) if request.param == "folder" else in_tables(tmp_path)


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 3 * PART + 17])
def test_what_is_kept_comes_back(contents: Contents, size: int) -> None:
    data = os.urandom(size)
    kept = contents.keep(io.BytesIO(data))
    assert kept == Content(kept.key, size, hashlib.sha256(data).hexdigest())
    with contents.open_checked(kept, "a.bin") as stream:
        assert stream.read(10) == data[:10]
        assert stream.read() == data[10:]
    with contents.open_checked(kept, "a.bin") as stream:
        assert b"".join(iter(lambda: stream.read(1000), b"")) == data


def test_what_is_not_what_was_kept_is_not_given_away(contents: Contents) -> None:
    kept = contents.keep(io.BytesIO(b"ours"))
    for other in (kept._replace(size=5), kept._replace(sha256="0" * 64)):
        with pytest.raises(Corrupt, match="not what was stored"):
            contents.open_checked(other, "a.txt")
    with pytest.raises(Corrupt, match="is missing"):
        contents.open_checked(kept._replace(key="f" * 32), "a.txt")


def test_too_large_a_content_leaves_nothing(contents: Contents) -> None:
    chunk = bytes(2**20)
    with pytest.raises(Invalid, match="at most 100 MB"):
        contents.keep_as("large", iter([chunk] * (MOST_BYTES // len(chunk)) + [b"x"]))
    assert contents.kept() == {}


def test_a_source_that_fails_leaves_nothing(contents: Contents) -> None:
    def failing() -> Iterator[bytes]:
        yield bytes(PART)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is the one above
        contents.keep_as("a", failing())
    assert contents.kept() == {}


@pytest.mark.parametrize("key", ["", "../outside", "a/b", "a b", "x" * 65, "."])
def test_a_key_is_letters_and_digits(contents: Contents, key: str) -> None:
    with pytest.raises(Invalid):
        contents.keep_as(key, [b"x"])


def test_what_is_discarded_is_gone_and_the_rest_stays(contents: Contents) -> None:
    assert not contents.any_kept()
    one, two = contents.keep(io.BytesIO(b"one")), contents.keep(io.BytesIO(b"two"))
    assert contents.any_kept()
    assert contents.kept().keys() == {one.key, two.key}
    contents.discard([one.key, "gone"])
    assert contents.kept().keys() == {two.key}
    with contents.open_checked(two, "two") as stream:
        assert stream.read() == b"two"
