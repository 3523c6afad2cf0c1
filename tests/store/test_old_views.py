"""Saved views of other versions: what is unknown is passed over, what lacks has its default, the rest is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.conftest import FIRST_START, Clock

from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store


def opened(path: Path, *views: tuple[str, str, str]) -> SqlStore:
    """A store with these rows (list, name, query) among the views of its administrator."""
    database = Database.open(path)
    set_up(database, FIRST_START, Clock())
    with database.writing() as con:
        con.executemany("INSERT INTO saved_view (user_id, list, name, query) VALUES (1, ?, ?, ?)", views)
    database.close()
    return open_store(path, login="admin", clock=Clock())


def test_fields_that_are_unknown_or_lacking_do_no_harm(tmp_path: Path) -> None:
    store = opened(
        tmp_path / "crm.db",
        ("contacts", "newer", '{"keyword":3,"mood":"good","text":"x"}'),
        ("contacts", "older", "{}"),
        ("customers", "newer", '{"sort":"city","columns":["a"]}'),
    )
    assert [view.query for view in store.views.contacts()] == [ContactQuery(keyword=3, text="x"), ContactQuery()]
    assert [view.query for view in store.views.customers()] == [CustomerQuery(sort=CustomerSort.CITY)]
    store.close()


@pytest.mark.parametrize("query", ["", "no JSON", "[]", "null", '{"keyword":"three"}', '{"active":7}'])
def test_one_that_can_not_be_read_is_left_out_and_its_name_is_free(tmp_path: Path, query: str) -> None:
    store = opened(tmp_path / "crm.db", ("contacts", "broken", query), ("customers", "broken", '{"sort":"mood"}'))
    assert (store.views.contacts(), store.views.customers()) == ((), ())
    view = store.views.save_contacts("whole", ContactQuery(text="x"))
    store.views.rename(view.id, "Broken")
    assert [(view.name, view.query.text) for view in store.views.contacts()] == [("Broken", "x")]
    saved = store.views.save_customers("BROKEN", CustomerQuery())
    assert store.views.customers() == (saved,)
    store.close()
