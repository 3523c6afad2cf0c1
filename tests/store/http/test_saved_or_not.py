"""What is told of a write of which nobody knows whether it was carried out: what it wrote, where that can be had."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.http.conftest import Open
from tests.store.http.faulty_proxy import Fault, FaultyProxy
from tests.store.http.test_on_a_bad_network import in_turn, names

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import AlreadySaved, MaybeSaved, Offline, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.http.problems import Refused
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.files import SqlFiles
from crm_tui.store.sql.imports import SqlImports
from crm_tui.store.sql.store import SqlStore


def unheard(method: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    """The method of a store whose database is gone when it should say that it has saved."""
    left = itertools.count(1)

    def carry_out(*args: Any, **kwargs: Any) -> Any:
        value = method(*args, **kwargs)
        if next(left) <= times:
            raise MaybeSaved("The connection to crm broke while it was saving.")
        return value

    return carry_out


def test_what_the_store_does_not_know_is_looked_up(
    open_: Open, behind: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_()
    monkeypatch.setattr(SqlCustomers, "create", unheard(SqlCustomers.create))
    made = store.customers.create(NewCustomer(name="Aalto"))
    assert made == behind.customers.get(made.id)
    assert names(behind) == ["Aalto"]


def test_what_leaves_no_key_is_not_sent_again(open_: Open, behind: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_()
    monkeypatch.setattr(SqlImports, "begin", unheard(SqlImports.begin))
    with pytest.raises(MaybeSaved, match="broke while it was saving"):
        store.imports.begin("x.csv")
    assert len(behind.imports.list()) == 1


def test_a_store_that_goes_after_it_has_saved_does_not_unsay_it(
    open_: Open, behind: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(store: SqlStore) -> int:
        raise Unavailable("crm can't be reached.")

    store = open_()
    customer = given.customer(behind)
    with monkeypatch.context() as patched:
        patched.setattr(SqlStore, "pulse", gone)
        made = store.customers.create(NewCustomer(name="Berg"))
        file = store.files.create(
            NewFile(customer=customer.id, name="a.txt", kind=FileKind.FILE), io.BytesIO(b"content")
        )
    assert behind.customers.get(made.id) == made
    assert behind.files.get(file.id) == file


def test_a_file_whose_answer_was_lost_with_the_server_may_have_been_saved(
    network: FaultyProxy, open_: Open, behind: SqlStore
) -> None:
    store, customer = open_(), given.customer(behind)

    def faults() -> Iterator[Fault]:
        network.stop_listening()
        yield Fault.LOSE_ANSWER

    coming = faults()
    network.faults = lambda: next(coming, Fault.NONE)
    with pytest.raises(MaybeSaved, match="may have been saved"):
        store.files.create(NewFile(customer=customer.id, name="a.txt", kind=FileKind.FILE), io.BytesIO(b"content"))
    assert len(behind.files.of_customer(customer.id, PageRequest()).rows) == 1


def test_what_was_saved_is_not_told_as_unsaved_where_it_can_not_be_read(
    network: FaultyProxy, open_: Open, behind: SqlStore
) -> None:
    store = open_()
    in_turn(network, Fault.LOSE_ANSWER, Fault.NONE, *itertools.repeat(Fault.REFUSE, 9))
    with pytest.raises(AlreadySaved):
        store.customers.create(NewCustomer(name="Aalto"))
    assert names(behind) == ["Aalto"]


def test_a_file_that_does_not_arrive_is_sent_again_and_told_as_not_saved(
    network: FaultyProxy, open_: Open, behind: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, customer = open_(), given.customer(behind)
    new = NewFile(customer=customer.id, name="a.txt", kind=FileKind.FILE)

    def late(times: int) -> Callable[..., Any]:
        left = itertools.count(1)
        method = SqlFiles.create

        def carry_out(*args: Any, **kwargs: Any) -> Any:
            if next(left) <= times:
                raise Refused(408, "Nothing more of the body came for 20 seconds.")
            return method(*args, **kwargs)

        return carry_out

    with monkeypatch.context() as patched:
        patched.setattr(SqlFiles, "create", late(2))
        with pytest.raises(Offline, match=r"Not all of what was sent reached 127.*Nothing was saved"):
            store.files.create(new, io.BytesIO(b"content"))
    monkeypatch.setattr(SqlFiles, "create", late(1))
    assert store.files.create(new, io.BytesIO(b"content")).name == "a.txt"
    assert behind.files.count(customer.id).number == 1
