"""Statements of ours in PostgreSQL's words."""

from __future__ import annotations

import pytest

from crm_tui.store.sql.postgres_text import Statement, translated


@pytest.mark.parametrize(
    ("statement", "text", "names"),
    [
        ("SELECT a FROM t WHERE b = ? AND c = ?", "SELECT a FROM t WHERE b = $1 AND c = $2", None),
        ("WHERE b = :now AND c = :now", "WHERE b = $1 AND c = $2", ("now", "now")),
        ("SELECT '?:a''?', \"?\", x::text, a % 2", "SELECT '?:a''?', \"?\", x::text, a % 2", None),
        ("FROM t INDEXED BY t_by_a WHERE a = 1", "FROM t WHERE a = 1", None),
        ("FROM t CROSS JOIN u ON u.id = t.id", "FROM t JOIN u ON u.id = t.id", None),
        ("id IN (SELECT value FROM json_each(?))", "id = ANY (numbers($1))", None),
        ("id NOT IN (SELECT value FROM json_each(:ids))", "id <> ALL (numbers($1))", ("ids",)),
        ("n IN (SELECT CAST(value AS TEXT) FROM json_each(?))", "n = ANY (texts($1))", None),
        ("FROM json_each(?) k JOIN t ON t.id = k.value", "FROM each_number($1) k JOIN t ON t.id = k.value", None),
        ("SELECT json_group_array(v) FROM t", "SELECT coalesce(json_agg(v)::text, '[]') FROM t", None),
        (
            "IN (SELECT value FROM json_each(coalesce(x, '[]')))",
            "= ANY (numbers(coalesce(x, '[]')))",
            None,
        ),
    ],
)
def test_a_statement_is_translated(statement: str, text: str, names: tuple[str, ...] | None) -> None:
    assert translated(statement) == Statement(text, names)
