"""What a long run keeps: answers for a day, one run at a time at a register, and a report of any length."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_tui.cli.kept_answers import Kept, KeptAnswers
from crm_tui.cli.one_at_a_time import alone
from crm_tui.cli.tables import as_json
from crm_tui.cli.update_report import HEADER, Finding, Report, Section
from crm_tui.domain.errors import Unavailable
from crm_tui.domain.register_entry import RegisterEntry

_NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
_ABOUT = ("crm.db", "ann", "NO", "http://127.0.0.1")


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """A disk on which no file can be longer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_answers_are_kept_for_a_day(tmp_path: Path) -> None:
    with closing(KeptAnswers(tmp_path, _ABOUT, _NOW)) as kept:
        for hours, number in ((0, "1"), (1, "2"), (2, "1")):
            kept.keep(Kept(id=number, at=_NOW + timedelta(hours=hours)))
        assert kept.get("2") == Kept(id="2", at=_NOW + timedelta(hours=1))
    with closing(KeptAnswers(tmp_path, _ABOUT, _NOW + timedelta(hours=25, minutes=30))) as later:
        assert later.get("1") == Kept(id="1", at=_NOW + timedelta(hours=2))
        assert later.get("2") is None
    left = tmp_path / ".left.jsonl.0123.part"
    left.write_bytes(b"x")
    (of_ann,) = tmp_path.glob("*.jsonl")
    for old in (left, of_ann):
        os.utime(old, (_NOW.timestamp(), _NOW.timestamp()))
    KeptAnswers(tmp_path, ("other.db", *_ABOUT[1:]), _NOW + timedelta(days=1)).close()
    assert not left.exists()
    assert not of_ann.exists()


def test_lines_that_would_not_be_written_so_are_left_out(tmp_path: Path) -> None:
    entry = RegisterEntry(country="NO", number="1", name="Equinor ASA", fetched_at=_NOW)
    with closing(KeptAnswers(tmp_path, _ABOUT, _NOW)) as kept:
        kept.keep(Kept(id="1", at=_NOW, entry=entry))
    (file,) = tmp_path.glob("*.jsonl")
    good = file.read_bytes()
    wrong = (
        good.replace(b'"at":"2026-11-18T12:00:00Z"', b'"at":"2026-11-18T12:00:00"'),
        good.replace(b'"fetched_at":"2026-11-18T12:00:00Z"', b'"fetched_at":"2026-11-18T12:00:00"'),
        good.replace(b'"at":"2026-11-18T12:00:00Z"', b'"at":"2026-11-18T12:00:01Z"'),  # in the future
        good.replace(b'"at":"2026-11-18T12:00:00Z"', b'"at":"2026-11-17T12:00:00Z"'),
        good.replace(b'"email"', b'"e_mail"'),  # as another version calls it
        good.replace(b'"email":null,', b""),
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\0\n",
        good[:-20] + b"\n",
        good[:-1],
    )
    for line in wrong:
        assert line != good
        file.write_bytes(line.replace(b'"id":"1"', b'"id":"9"') + b"\n" * (not line.endswith(b"\n")) + good)
        if line == good[:-1]:  # cut off by a kill, after which nothing follows
            file.write_bytes(good + line.replace(b'"id":"1"', b'"id":"9"'))
        with closing(KeptAnswers(tmp_path, _ABOUT, _NOW)) as kept:
            assert kept.get("1") == Kept(id="1", at=_NOW, entry=entry)
            assert "9" not in kept, line[:200]


def test_a_disk_that_is_full_is_told_with_the_folder(tmp_path: Path) -> None:
    kept = KeptAnswers(tmp_path, _ABOUT, _NOW)
    with small_files(100), closing(kept):
        kept.keep(Kept(id="1", at=_NOW))
        with pytest.raises(Unavailable, match=rf"can't be kept in {tmp_path}: File too large\.$"):
            kept.keep(Kept(id="2", at=_NOW))
        assert "2" not in kept
    with closing(KeptAnswers(tmp_path, _ABOUT, _NOW)) as again:
        assert "1" in again
    report = Report()
    long = Finding(Section.DIFFERS, 1, "x" * 2_000_000, "1", "name", "", "", "new")
    with small_files(100), closing(report), pytest.raises(Unavailable, match=r"report can't be kept in .* TMPDIR"):
        report.add(long)


def test_one_run_at_a_time_has_a_register_and_says_who(tmp_path: Path) -> None:
    with alone(tmp_path, "http://127.0.0.1", "ann for a.db (process 12)"):
        with pytest.raises(Unavailable, match=r"already, by ann for a.db \(process 12\), and .* twice as fast"):
            alone(tmp_path, "http://127.0.0.1", "vera for b.db (process 13)").__enter__()
        with alone(tmp_path, "http://127.0.0.2", "vera"):
            pass
    with alone(tmp_path, "http://127.0.0.1", "vera"):
        pass
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="can't be kept in"):
        alone(tmp_path / "file", "http://127.0.0.1", "ann").__enter__()


def test_a_report_lists_sections_and_holds_no_more_than_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.cli.update_report._IN_MEMORY", 300)  # some of it is on disk then
    with closing(Report()) as report:
        assert list(report.written("json", is_terminal=False)) == ["[]"]
        assert list(report.written("table", is_terminal=False)) == []
        for number in (1, 2, 3):
            for what in ("name", "address"):
                report.add(Finding(Section.DIFFERS, number, f"A\tb {number}", "9", what, "", "ÅŠ\n", "new"))
            report.add(Finding(Section.STATE, number, f"A\tb {number}", "9", "state", "", "bankrupt", "not active"))
        report.looked_up = 3
        assert report.summary() == "3 customers looked up: 3 differ in 6 fields, 3 not active"
        objects = [dict(zip(HEADER, finding[1:], strict=True)) | {"ours": None} for finding in report]
        assert [each["what"] for each in objects] == ["state"] * 3 + ["name", "address"] * 3
        text = "\n".join(report.written("json", is_terminal=False))
        assert json.loads(text) == objects
        assert text == as_json(objects, is_terminal=False)
        assert list(report.written("tsv", is_terminal=False))[-1] == "3\tA b 3\t9\taddress\t\tÅŠ \tnew"
        table = list(report.written("table", is_terminal=False))
        assert table[0] == "customer  name   id  what     ours  theirs    verdict"
        assert table[-1] == "       3  A b 3  9   address        ÅŠ        new"
