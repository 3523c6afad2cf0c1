"""Writing CSV: nothing in it is a formula, and what was written is read back as it was."""

from __future__ import annotations

import csv
import errno
import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.errors import Unavailable
from crm_tui.interchange.csv_file import CsvFile, Row
from crm_tui.interchange.csv_out import csv_lines, escape_cell, phone_cell, unescape_cell
from crm_tui.interchange.files import Taken, new_file

#: what a spreadsheet would take for a formula, or once it has cut off what stands before
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "   @x",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\u3000＝1",
    "'=1",
    "''=1",
    "' =1",
]
HARMLESS = ["", "a", "1", "0401234567", "a=b", "x@y.fi", "'a", "'", "ä-ö", "1-2", "(+358) 40 123"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_disarmed(text: str) -> None:
    assert escape_cell(text) == f"'{text}"
    assert unescape_cell(escape_cell(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert escape_cell(text) == unescape_cell(text) == text


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        ("+358401234567", "(+358) 40 1234567"),
        ("+47 22 12 34 56", "(+47) 22 12 34 56"),
        ("0401234567", "040 1234567"),
        ("040 1234567", "040 1234567"),
        ("(5) 555-4729", "(5) 555-4729"),
        ("112", "112"),
        ("+", "'+"),
        ("=cmd", "'=cmd"),
        ("", ""),
    ],
)
def test_phone_numbers_survive_a_spreadsheet(number: str, cell: str) -> None:
    assert phone_cell(number) == cell
    assert not cell or not cell.isdigit() or len(cell) <= 3


def test_raw_leaves_everything_alone() -> None:
    rows = [["=1", "+358401234567"]]
    assert list(csv_lines(["=a", "Phone"], rows, raw=True)) == ["=a,Phone\r\n", "=1,+358401234567\r\n"]
    assert list(csv_lines(["=a", "Phone"], rows, phone_columns=frozenset(["Phone"]))) == [
        "'=a,Phone\r\n",
        "'=1,(+358) 40 1234567\r\n",
    ]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8))
def test_what_was_written_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    written = "".join(csv_lines(["a", "b", "c"], rows)).encode()
    read = [tuple(row.values.values()) for row in CsvFile(io.BytesIO(written)).rows() if isinstance(row, Row)]
    assert read == [row for row in rows if any(cell.strip() for cell in row)]


@given(st.lists(st.tuples(TEXT, TEXT), max_size=8))
def test_no_cell_of_a_written_file_begins_like_a_formula(rows: list[tuple[str, str]]) -> None:
    written = "".join(csv_lines(["a", "b"], rows))
    for cells in csv.reader(io.StringIO(written, newline="")):
        assert not any(cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in cells)


def test_a_new_file_is_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with new_file(path) as stream:
        stream.write(b"content")
        assert not path.exists()
    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["out.csv"]


def write_half(path: Path) -> None:
    with new_file(path) as stream:
        stream.write(b"half")
        raise ZeroDivisionError


def test_a_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        write_half(tmp_path / "out.csv")
    assert os.listdir(tmp_path) == []


def test_an_existing_file_is_overwritten_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(Taken, match="already there"), new_file(path):
        pass
    assert path.read_text() == "old"
    with new_file(path, overwrite=True) as stream:
        stream.write(b"new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_name_taken_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(Taken), new_file(path):
        path.write_text("somebody else's")
    assert path.read_text() == "somebody else's"
    assert os.listdir(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_disk_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "out.csv"
    with new_file(path) as stream:
        stream.write(b"content")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"content", ["out.csv"])
    other = tmp_path / "other.csv"
    with pytest.raises(Taken), new_file(other):
        other.write_text("somebody else's")
    assert other.read_text() == "somebody else's"


def test_other_trouble_with_the_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(Unavailable), new_file(tmp_path / "out.csv"):
        pass
    assert os.listdir(tmp_path) == []


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("kept")
    link.symlink_to(target)
    with pytest.raises(Taken), new_file(link):
        pass
    with new_file(link, overwrite=True) as stream:
        stream.write(b"new")
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("kept", "new", False)


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file"), new_file(tmp_path / "no" / "out.csv"):
        pass
