"""Stores in the tests' PostgreSQL that one test uses after the other. To make a database takes longer than most tests;
to take out of it what a test has put into it does not.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any

import psycopg
from tests import postgres

#: keeps what each table has in a table of the schema "first", and makes a function that has all as it was: what did not
#: change is left alone, since every row that goes and comes is held against those that refer to it
_REMEMBER = b"""
CREATE SCHEMA first;
DO $$
DECLARE
  t record; steps text := '';
BEGIN
  FOR t IN
    SELECT quote_ident(c.relname) AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attgenerated = ''
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 1
  LOOP
    EXECUTE format('CREATE TABLE first.%s AS SELECT %s FROM public.%1$s', t.name, t.columns);
    steps := steps
      || format('DELETE FROM public.%s t WHERE ROW(%s)::text NOT IN (SELECT f::text FROM first.%1$s f);',
        t.name, 't.' || replace(t.columns, ', ', ', t.'))
      || format('INSERT INTO public.%s (%s) SELECT %2$s FROM first.%1$s f'
        ' WHERE f::text NOT IN (SELECT ROW(%2$s)::text FROM public.%1$s);', t.name, t.columns);
  END LOOP;
  FOR t IN
    SELECT quote_literal('public.' || quote_ident(sequencename)) AS name, coalesce(last_value, 1) AS last,
      last_value IS NOT NULL AS is_used FROM pg_sequences WHERE schemaname = 'public'
  LOOP
    steps := steps || format('PERFORM setval(%s, %s, %L);', t.name, t.last, t.is_used);
  END LOOP;
  EXECUTE format('CREATE FUNCTION first.again() RETURNS void LANGUAGE plpgsql AS %L',
    'BEGIN SET CONSTRAINTS ALL DEFERRED; ' || steps || ' END');
END $$
"""
#: whoever a test has left behind would keep its rows
_ALONE = (
    b"SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
    b" WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class KeptStores:
    """Databases that ``make`` has made stores, each used by one test at a time."""

    def __init__(self, name: str, make: Callable[[str], None]) -> None:
        self._name = name
        self._make = make
        self._free: list[str] = []
        self._lines: dict[str, psycopg.Connection[Any]] = {}
        atexit.register(self._close)

    def take(self) -> str:
        """The address of a store as ``make`` leaves it."""
        if self._free:
            return self._free.pop()
        address = postgres.new_database(postgres.template(self._name, self._made))
        self._lines[address] = psycopg.connect(address, autocommit=True)
        return address

    def ask(self, address: str, statement: str) -> list[Any]:
        """Look into a store that was taken."""
        return self._lines[address].execute(statement.encode()).fetchall()

    def give_back(self, address: str) -> None:
        """Have a store as it was, for the next."""
        line = self._lines[address]
        line.execute(_ALONE)
        line.execute(b"SELECT first.again()")
        self._free.append(address)

    def _close(self) -> None:
        for line in self._lines.values():
            line.close()

    def _made(self, address: str) -> None:
        self._make(address)
        with psycopg.connect(address, autocommit=True) as con:
            con.execute(_REMEMBER)
