"""Which documents are opened, with what, what is left of them, and how they are saved."""

import io
import os
import stat
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.errors import CrmError, Invalid, Unavailable
from crm_tui.interchange.files import Taken
from crm_tui.terminal.documents import KEPT, READ, open_document, remove_old_copies, save_document
from crm_tui.terminal.links import CantOpen

DESKTOP = {"DISPLAY": ":0"}
DO_NOTHING = [sys.executable, "-c", ""]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where copies are made; it is not there yet."""
    return tmp_path / "state" / "opened"


def opened(folder: Path, name: str = "offer.pdf", content: bytes = b"offer") -> Path:
    return open_document(io.BytesIO(content), name, folder, {}, command=DO_NOTHING)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_program_gets_a_private_copy_and_nothing_of_the_terminal(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    program = tmp_path / "xdg-open"
    program.write_text(
        "#!/bin/sh\nstreams=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2)\n"
        "read pid name state parent group session rest < /proc/$$/stat\n"
        f'echo "$streams" "$((session == pid)) $#" "$@" > "{told}"; cat "$1" >> "{told}"\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    copy = open_document(io.BytesIO(b"the offer"), "Offer 2026.PDF", folder, DESKTOP, "linux")

    assert copy.name == "Offer 2026.pdf"
    assert told.read_text().split() == ["/dev/null"] * 3 + ["1", "1", *str(copy).split(), "the", "offer"]
    assert (mode(folder), mode(copy.parent), mode(copy)) == (0o700, 0o700, 0o400)
    assert copy.parent.parent == folder


def test_two_of_a_name_do_not_meet(folder: Path) -> None:
    first, second = opened(folder, content=b"first"), opened(folder, content=b"second")
    assert (first.read_bytes(), second.read_bytes()) == (b"first", b"second")


@pytest.mark.parametrize(
    ("name", "copied_as"),
    [
        ("offer.pdf", "offer.pdf"),
        (" Tarjous (Åbo), 2 kpl.docx ", "Tarjous (Åbo), 2 kpl.docx"),
        ("../../etc/passwd.txt", "_etc_passwd.txt"),
        ("/etc/cron.d/x.txt", "_etc_cron_d_x.txt"),
        ("-rf.txt", "rf.txt"),
        (".pdf", "document.pdf"),
        ("invoice.exe.pdf", "invoice_exe.pdf"),
        ("fdp\u202eexe.txt", "fdp_exe.txt"),
        ("a\x1b[2J\nb.txt", "a_2J_b.txt"),
        ("$(id);`id`.csv", "_(id)_id_.csv"),
        ("漢" * 200 + ".pdf", "漢" * 60 + ".pdf"),
    ],
    ids=lambda name: ascii(name)[:20],
)
def test_a_copy_has_a_harmless_name(folder: Path, name: str, copied_as: str) -> None:
    assert opened(folder, name).name == copied_as


@pytest.mark.parametrize(
    "name",
    [
        "run.exe", "run.sh", "run", "x.desktop", "x.html", "x.svg", "x.docm", "x.doc", "x.js", "x.jar", "x.AppImage",
        "x.pdf.", "x.pdf\u200b", "x.\u0440df", "", ".", "pdf",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_might_be_run_is_not_opened(folder: Path, name: str) -> None:
    with pytest.raises(CantOpen, match="save it and open it yourself"):
        opened(folder, name)
    assert not folder.exists()


@given(st.text(st.characters(exclude_categories=[]), max_size=30), st.sampled_from(sorted(READ)))
def test_every_name_stays_in_its_folder(tmp_path_factory: pytest.TempPathFactory, stem: str, ending: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "names"
    copy = open_document(io.BytesIO(b""), f"{stem}.{ending}", folder, {}, command=["true"])
    assert copy.parent.parent == folder.absolute()
    assert copy.name.isprintable()
    assert copy.name[0] not in "-."


def test_without_a_desktop_it_says_to_save(folder: Path) -> None:
    for environ in ({}, DESKTOP | {"SSH_CONNECTION": "1 2 3 4"}):
        with pytest.raises(CantOpen, match="save it with S instead"):
            open_document(io.BytesIO(b""), "offer.pdf", folder, environ, "linux")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [([sys.executable, "-c", "raise SystemExit(4)"], "exit 4"), (["/nowhere/viewer"], "viewer can't be started")],
)
def test_a_program_that_fails_is_said_and_leaves_no_copy(folder: Path, command: list[str], reason: str) -> None:
    with pytest.raises(CantOpen, match=f"{reason}.*save it with S instead"):
        open_document(io.BytesIO(b"x"), "offer.pdf", folder, {}, command=command)
    assert list(folder.iterdir()) == []


def test_a_folder_open_to_others_is_closed_and_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    opened(folder)
    assert mode(folder) == 0o700

    link = tmp_path / "link"
    link.symlink_to(folder)
    before = sorted(folder.iterdir())
    with pytest.raises(Unavailable, match="can't be used"):
        opened(link)
    with pytest.raises(Unavailable, match="can't be used"):
        remove_old_copies(link, time.time() + 2 * KEPT)
    assert sorted(folder.iterdir()) == before


def test_copies_go_after_a_day_and_nothing_else_does(folder: Path, tmp_path: Path) -> None:
    now = time.time()
    remove_old_copies(folder, now)
    assert not folder.exists()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    old, young = opened(folder), opened(folder)
    (old.parent / "link").symlink_to(outside)
    (folder / ("a" * 16)).symlink_to(outside)
    (folder / "mine").mkdir()
    for path in (old.parent, folder / "mine"):
        os.utime(path, (now - KEPT, now - KEPT))

    remove_old_copies(folder, now)

    assert {path.name for path in folder.iterdir()} == {young.parent.name, "a" * 16, "mine"}
    assert (outside / "kept.txt").exists()


def test_saving_writes_a_private_file(tmp_path: Path) -> None:
    target = tmp_path / "offer.pdf"
    assert save_document(io.BytesIO(b"\x00offer" * 100_000), target) == target
    assert target.read_bytes() == b"\x00offer" * 100_000
    assert mode(target) == 0o600
    assert list(tmp_path.glob("*.part")) == []


def test_a_file_is_replaced_only_if_told(tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "offer.pdf", tmp_path / "elsewhere"
    elsewhere.write_bytes(b"theirs")
    target.symlink_to(elsewhere)
    with pytest.raises(Taken, match="already there"):
        save_document(io.BytesIO(b"ours"), target)
    assert save_document(io.BytesIO(b"ours"), target, overwrite=True) == target
    assert (target.read_bytes(), elsewhere.read_bytes()) == (b"ours", b"theirs")
    assert not target.is_symlink()


def test_a_source_that_breaks_leaves_what_was_there(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    target = tmp_path / "offer.pdf"
    target.write_bytes(b"before")
    with pytest.raises(Unavailable, match="Input/output error"):
        save_document(Broken(), target, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["offer.pdf"]
    assert target.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("nowhere/offer.pdf", Unavailable),
        ("", Invalid),
        ("a\0b", Invalid),
        ("\ud800", Invalid),
        ("x" * 300, Unavailable),
    ],
    ids=ascii,
)
def test_what_can_not_be_saved_is_said(tmp_path: Path, path: str, error: type[CrmError]) -> None:
    with pytest.raises(error):
        save_document(io.BytesIO(b"x"), tmp_path / path, overwrite=True)
    assert list(tmp_path.iterdir()) == []


def test_a_long_name_of_wide_letters_can_be_saved(tmp_path: Path) -> None:
    name = "漢" * 80 + ".pdf"
    assert save_document(io.BytesIO(b"x"), tmp_path / name).name == name
