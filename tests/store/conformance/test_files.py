"""Files and links (rule 17)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import AsUser, Clock

from crm_tui.domain.errors import Conflict, Corrupt, Denied, Invalid, NotFound, Unavailable
from crm_tui.domain.files import File, FileChange, FileKind, NewFile
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store


def link(store: Store, customer: int, name: str = "Website", **fields: Any) -> File:
    return store.files.create(NewFile(customer=customer, name=name, url="https://aalto.example", **fields))


def file(store: Store, customer: int, content: bytes, name: str = "offer.pdf", **fields: Any) -> File:
    new = NewFile(customer=customer, name=name, kind=FileKind.FILE, content_type="application/pdf", **fields)
    return store.files.create(new, io.BytesIO(content))


class Endless(io.BytesIO):
    """More than a store takes."""

    def read(self, size: int | None = -1) -> bytes:
        return bytes(size or 1)


class Broken(io.BytesIO):
    """A source that fails in the middle."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        if self.reads > 1:
            raise OSError(5, "Input/output error")
        return b"x" * 1000


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 700_000], ids=["empty", "of several chunks"])
def test_content_comes_back_to_the_byte(store: Store, content: bytes) -> None:
    made = file(store, given.customer(store).id, content)

    assert (made.size, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    with store.files.open(made.id) as stream:
        assert stream.read() == content


def test_a_link_has_an_address_and_no_content(store: Store) -> None:
    customer = given.customer(store)
    made = link(store, customer.id)
    assert (made.kind, made.url, made.content_key) == (FileKind.LINK, "https://aalto.example", None)
    with pytest.raises(Invalid):
        store.files.open(made.id)
    with pytest.raises(Invalid):
        store.files.create(NewFile(customer=customer.id, name="no address"))
    with pytest.raises(Invalid):
        store.files.create(NewFile(customer=customer.id, name="x", url="https://x.example"), io.BytesIO(b"x"))
    with pytest.raises(Invalid):
        store.files.create(NewFile(customer=customer.id, name="x", kind=FileKind.FILE))


def test_newest_first_of_the_customer_and_its_cases(store: Store, clock: Clock) -> None:
    customer = given.customer(store)
    case = given.case(store, customer)
    for number in range(4):
        clock.advance(minutes=1)
        link(store, customer.id, f"link {number}", case=case.id if number == 2 else None)
    link(store, given.customer(store, "Other Oy").id)

    page = store.files.of_customer(customer.id, PageRequest(limit=3))
    rest = store.files.of_customer(customer.id, PageRequest(limit=3, after=page.cursors[-1]))

    assert [row.file.name for row in page.rows + rest.rows] == ["link 3", "link 2", "link 1", "link 0"]
    assert [row.case_number for row in page.rows] == [None, case.number, None]
    assert store.files.count(customer.id) == Count(4)


def test_files_of_cases_that_the_actor_does_not_see(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    reader = as_user("rita", customers=CustomerLevel.READ, projects=ProjectLevel.NONE)
    secret = file(store, customer.id, b"secret", case=given.case(store, customer).id)
    seen = file(store, customer.id, b"seen")

    assert [row.file for row in reader.files.of_customer(customer.id, ALL).rows] == [seen]
    assert reader.files.count(customer.id) == Count(1)
    with pytest.raises(NotFound):
        reader.files.open(secret.id)
    with reader.files.open(seen.id) as stream:
        assert stream.read() == b"seen"


def test_readers_view_and_editors_add(store: Store, as_user: AsUser, tmp_path: Path) -> None:
    customer = given.customer(store)
    reader = as_user("rita", customers=CustomerLevel.READ)
    made = file(store, customer.id, b"x")
    before = contents(tmp_path)
    for attempt in (
        lambda: file(reader, customer.id, b"mine"),
        lambda: reader.files.update(made.id, 1, FileChange(name="mine")),
        lambda: reader.files.delete(made.id, 1),
    ):
        with pytest.raises(Denied) as refused:
            attempt()
        assert refused.value.permission == "customers: edit"
    assert contents(tmp_path) == before
    assert link(as_user("eeva", customers=CustomerLevel.EDIT), customer.id).name == "Website"


def test_changing(store: Store) -> None:
    customer, other = given.customer(store), given.customer(store, "Other Oy")
    made = link(store, customer.id)
    case = given.case(store, customer)
    changed = store.files.update(made.id, 1, FileChange(name="Home page", case=case.id, description="old"))
    assert (changed.name, changed.case, changed.description, changed.revision) == ("Home page", case.id, "old", 2)
    with pytest.raises(Conflict):
        store.files.update(made.id, 1, FileChange(name="stale"))
    for change in (FileChange(name=" "), FileChange(url=None), FileChange(case=given.case(store, other).id)):
        with pytest.raises(Invalid):
            store.files.update(made.id, 2, change)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
class TestKeeping:
    """What is on the disk, where contents lie in a folder (what any store keeps: tests/store/test_contents.py)."""

    def test_under_a_random_key_for_this_user_alone(self, store: Store, tmp_path: Path) -> None:
        made = file(store, given.customer(store).id, b"x", name="../../etc/passwd")
        (path,) = contents(tmp_path)
        assert path.name == made.content_key
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert "passwd" not in str(path)

    def test_a_removed_file_stays_to_come_back(self, store: Store, tmp_path: Path) -> None:
        made = file(store, given.customer(store).id, b"x")
        store.files.delete(made.id, made.revision)
        with pytest.raises(NotFound):
            store.files.open(made.id)
        assert len(contents(tmp_path)) == 1

    def test_what_is_too_large_leaves_nothing(self, store: Store, tmp_path: Path) -> None:
        customer = given.customer(store)
        new = NewFile(customer=customer.id, name="endless", kind=FileKind.FILE)
        with pytest.raises(Invalid, match="100 MB"):
            store.files.create(new, Endless())
        assert contents(tmp_path) == []
        assert store.files.count(customer.id) == Count(0)

    def test_a_source_that_fails_leaves_nothing(self, store: Store, tmp_path: Path) -> None:
        customer = given.customer(store)
        new = NewFile(customer=customer.id, name="broken", kind=FileKind.FILE)
        with pytest.raises(Unavailable, match="Input/output error"):
            store.files.create(new, Broken())
        assert contents(tmp_path) == []
        assert store.files.count(customer.id) == Count(0)

    @pytest.mark.parametrize("damage", ["changed", "shorter", "missing", "link", "folder"])
    def test_what_was_tampered_with_is_not_opened(self, store: Store, tmp_path: Path, damage: str) -> None:
        made = file(store, given.customer(store).id, b"content")
        (path,) = contents(tmp_path)
        outside = tmp_path / "outside"
        outside.write_bytes(b"content")
        match damage:
            case "changed":
                path.write_bytes(b"CONTENT")
            case "shorter":
                path.write_bytes(b"conten")
            case "missing":
                path.unlink()
            case "link":
                path.unlink()
                path.symlink_to(outside)
            case "folder":
                path.unlink()
                path.mkdir()
        with pytest.raises(Corrupt, match=r"offer\.pdf|link"):
            store.files.open(made.id)


def contents(folder: Path) -> list[Path]:
    """The contents that a store in this folder keeps."""
    return sorted(path for path in folder.glob("**/*.files/**/*") if path.is_file())
