"""Files and links of customers and of their cases: viewed with customers *read*, written with *edit* (rule 17).

Content is taken in before the transaction that adds the file, so that a slow source does not keep others from
writing; it may have file_contents.MOST_BYTES."""

from __future__ import annotations

from contextlib import ExitStack
from typing import BinaryIO

from msgspec.structs import asdict, replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Corrupt, Invalid, NotFound
from crm_tui.domain.files import File, FileChange, FileKind, NewFile, check_file
from crm_tui.domain.permissions import Action
from crm_tui.store.files import FileRow
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.sql import checks, keyset, references
from crm_tui.store.sql.case_access import hides_case, on_seen_case, with_seen_cases
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.file_contents import Content
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import FILE, changed_fields, columns, decode, width
from crm_tui.store.sql.write import expect_revision, get


class SqlFiles(Facet):
    """The Files facet."""

    def of_customer(self, customer: int, request: PageRequest) -> Page[FileRow]:
        """Files of the customer and of its cases that the actor sees, the newest first."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.FILE)
            references.check_customer(con, customer)
            parameters = with_seen_cases(con, rights, customer)
            source = Source(of_customer(rights), ("f.created_at",), "f.id")
            found = keyset.find(con, [source], parameters, request, descending=True)
            return found.page({row.file.id: row for row in _rows(con, found.ids())})

    def count(self, customer: int) -> Count:
        """How many of these there are."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.FILE)
            references.check_customer(con, customer)
            return keyset.count(con, [of_customer(rights)], with_seen_cases(con, rights, customer))

    def get(self, file: int) -> File:
        """One file or link."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.FILE)
            return _seen(con, rights, file)

    def open(self, file: int) -> BinaryIO:
        """The content, to be closed by the caller; Invalid for a link."""
        found = self.get(file)
        if found.kind is FileKind.LINK:
            raise Invalid("kind", f"“{found.name}” is a link: it leads to {found.url}")
        if found.content_key is None or found.size is None or found.sha256 is None:
            raise Corrupt(f"The content of “{found.name}” is missing; restore it from a backup.")
        content = Content(found.content_key, found.size, found.sha256)
        return self._binding.database.contents.open_checked(content, found.name)

    def create(self, new: NewFile, content: BinaryIO | None = None) -> File:
        """Add a link, or a file with its content."""
        if (new.kind is FileKind.FILE) != (content is not None):
            raise Invalid("content", "a file has content, a link has none")
        with self._reading() as (con, rights):
            _check(con, rights, new)
        with ExitStack() as on_failure:
            kept: dict[str, str | int] = {}
            if content is not None:
                contents = self._binding.database.contents
                stored = contents.keep(content)
                on_failure.callback(contents.discard, (stored.key,))
                kept = {"content_key": stored.key, "size": stored.size, "sha256": stored.sha256}
            with self._writing("create file") as (work, rights):
                _check(work.con, rights, new)
                saved = work.insert(FILE, asdict(new) | kept)
            on_failure.pop_all()
        return saved

    def update(self, file: int, revision: int, change: FileChange) -> File:
        """Change name, address, case or description."""
        with self._writing("update file") as (work, rights):
            rights.need(Action.EDIT, Kind.FILE)
            before = _seen(work.con, rights, file)
            checks.open_customer(work.con, before.customer)
            expect_revision(Kind.FILE, before, revision, change)
            after = replace(before, **changed_fields(change))
            check_file(after)
            if after.case is not None and after.case != before.case:
                references.check_case(work.con, rights, after.case, after.customer)
            return work.update(FILE, before, change)

    def delete(self, file: int, revision: int) -> None:
        """Remove a file or link; content stays, so that it can come back."""
        with self._writing("delete file") as (work, rights):
            rights.need(Action.DELETE, Kind.FILE)
            before = _seen(work.con, rights, file)
            checks.open_customer(work.con, before.customer)
            expect_revision(Kind.FILE, before, revision, None)
            work.delete(FILE, before)


def _check(con: Connection, rights: Rights, new: NewFile) -> None:
    rights.need(Action.ADD, Kind.FILE)
    checks.open_customer(con, new.customer)
    check_file(new)
    if new.case is not None:
        references.check_case(con, rights, new.case, new.customer)


def of_customer(rights: Rights) -> str:
    """The files of :customer that the actor sees."""
    return f"file f WHERE f.customer_id = :customer AND {on_seen_case(rights, 'f')}"


def _rows(con: Connection, ids: str) -> list[FileRow]:
    rows = con.execute(
        f"SELECT {columns(FILE, 'f')}, c.number FROM file f LEFT JOIN crm_case c ON c.id = f.case_id"
        " WHERE f.id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return [FileRow(file=decode(FILE, row), case_number=row[width(FILE)]) for row in rows]


def _seen(con: Connection, rights: Rights, file: int) -> File:
    found = get(con, FILE, file)
    if hides_case(con, rights, found.case):
        raise NotFound(Kind.FILE.value, file)
    return found
