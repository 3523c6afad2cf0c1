"""What is SQLite's own: its connection as the facets see it. Imports nothing that costs time."""

from __future__ import annotations

import apsw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class SqliteDialect:
    """How SQLite wants to be asked."""

    broken = apsw.ConstraintError

    def leaves_dangling(self, con: Any) -> bool:
        """Whether the transaction has written references to what is not there."""
        return bool(con.status(apsw.SQLITE_DBSTATUS_DEFERRED_FKS)[0])


_DIALECT = SqliteDialect()


class SqliteConnection(apsw.Connection):
    """apsw's connection, which says what it speaks."""

    dialect = _DIALECT
