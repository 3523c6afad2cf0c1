"""What streams over a line that tears comes whole, or is told as failed; half of it is never taken for all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conftest import Clock
from tests.store.http.conftest import until
from tests.store.http.test_torn_line import once
from tests.store.http.torn_line import NEVER, End, Tear, TornLine
from tests.store.over_http import token_of
from tests.store.serving import served

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Corrupt, Invalid, MaybeSaved, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.history import ImportItem
from crm_tui.store.http.problems import Refused
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.store import SqlStore

_CONTENT = bytes(range(256)) * 1200
_ENDS = [End.CLOSED, End.RESET]


@pytest.fixture
def line(app: Any) -> Iterator[TornLine]:
    """The line to the server; whole until it is told otherwise."""
    with served(app) as port, TornLine(port) as made:
        yield made


@pytest.fixture
def store(line: TornLine, clock: Clock) -> Iterator[RemoteStore]:
    """The store at its end."""
    opened = open_remote(f"http://127.0.0.1:{line.port}", token_of("admin"), clock=clock, watches=False)
    yield opened
    opened.close()


def torn(line: TornLine, tear: Tear, ask: Callable[[], Any]) -> Any:
    """What comes over a new connection that tears; None where it is told that it failed."""
    line.tears = once(tear)
    line.cut_all()
    try:
        return ask()
    except (Unavailable, Corrupt, Refused):  # refused: the server has not noticed yet that others are gone
        return None


@pytest.mark.parametrize("end", _ENDS)
def test_the_content_of_a_file_comes_whole(line: TornLine, store: RemoteStore, behind: SqlStore, end: End) -> None:
    new = NewFile(customer=given.customer(behind).id, kind=FileKind.FILE, name="plan.pdf")
    file = behind.files.create(new, io.BytesIO(_CONTENT))

    def read() -> bytes:
        with store.files.open(file.id) as content:
            return content.read()

    places = [0, 1, 100, 300, 900, 65_000, len(_CONTENT) // 2, len(_CONTENT), len(_CONTENT) + 200]
    came = [torn(line, Tear(end, after, is_up=False), read) for after in places]
    assert set(came) <= {None, _CONTENT}
    assert None in came
    assert read() == _CONTENT


@pytest.mark.parametrize("end", _ENDS)
def test_a_dump_comes_whole(line: TornLine, store: RemoteStore, behind: SqlStore, end: End) -> None:
    for number in range(150):
        given.customer(behind, f"Aalto {number}")

    def read() -> list[Any]:
        return list(store.portable.dump())

    whole = read()
    assert len(whole) > 150
    came = [torn(line, Tear(end, after, is_up=False), read) for after in range(0, 120_000, 7_919)]
    assert all(each in (None, whole) for each in came)
    assert None in came
    until(lambda: torn(line, NEVER, read) == whole)


@pytest.mark.parametrize("end", _ENDS)
def test_a_file_is_kept_whole_and_once(line: TornLine, store: RemoteStore, behind: SqlStore, end: End) -> None:
    customer = given.customer(behind).id
    for number, after in enumerate((0, 200, 700, 40_000, 200_000, len(_CONTENT), len(_CONTENT) + 500)):
        new = NewFile(customer=customer, kind=FileKind.FILE, name=f"plan {number}")
        for is_up in (True, False):
            line.tears = once(Tear(end, after if is_up else number * 40, is_up))
            line.cut_all()
            file = store.files.create(new, io.BytesIO(_CONTENT))  # sent once more, under its key
            with behind.files.open(file.id) as content:
                assert content.read() == _CONTENT
    assert len(behind.files.of_customer(customer, PageRequest()).rows) == 14


@pytest.mark.parametrize("end", _ENDS)
def test_what_an_import_would_do_comes_whole(line: TornLine, store: RemoteStore, end: End) -> None:
    items = [
        ImportItem(kind=Kind.CUSTOMER, external_ref=f"x:{number}", fields={"name": f"Aalto {number}"}, line=number)
        for number in range(400)
    ]

    def check() -> int:
        return len(list(store.imports.check(items)))

    came = [torn(line, Tear(end, after, is_up), check) for after in range(0, 60_000, 15_013) for is_up in (True, False)]
    assert set(came) <= {None, 400}
    assert None in came
    assert check() == 400


@pytest.mark.parametrize("end", _ENDS)
def test_a_load_that_tears_is_told_as_open(line: TornLine, store: RemoteStore, behind: SqlStore, end: End) -> None:
    """And what came of it is nothing, since its end never came."""
    records = list(behind.portable.dump())
    before = len(records)
    for after in (500, 3_000, 6_000):
        line.tears = once(Tear(end, after, is_up=True))
        line.cut_all()
        with pytest.raises((MaybeSaved, Unavailable, Invalid)) as told:
            store.portable.load(iter(records * 20))
        # the server may have had the time to say that its store is not empty
        assert isinstance(told.value, Invalid) or "127.0.0.1" in str(told.value)
        assert len(list(behind.portable.dump())) == before
