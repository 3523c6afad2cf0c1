"""Deleting a row looks for rows that point to it: in tables that grow large never by reading all of them."""

from __future__ import annotations

from pathlib import Path

from crm_tui.store.sql.connections import Database

#: nobody deletes from these but seldom, and one row at a time
_SELDOM_DELETED = {"registry_value", "crm_user", "profile", "import_run", "change"}
#: a handful of rows for each user
_SMALL = {"favourite", "recent", "saved_view", "user_setting"}


def test_rows_that_point_to_a_deleted_one_are_found_by_an_index(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "crm.db")
    read_whole = []
    try:
        with database.reading() as con:
            references = con.execute(
                'SELECT s.name, f."from", f."table" FROM sqlite_schema s, pragma_foreign_key_list(s.name) f'
                " WHERE s.type = 'table'"
            ).fetchall()
            for child, column, parent in references:
                if parent in _SELDOM_DELETED or child in _SMALL:
                    continue
                plan = con.execute(f'EXPLAIN QUERY PLAN SELECT 1 FROM {child} WHERE "{column}" = ?', (1,)).fetchall()
                if not any(str(step[3]).startswith("SEARCH") for step in plan):
                    read_whole.append(f"{child}.{column}")
    finally:
        database.close()
    assert len(references) > 30
    assert read_whole == []
