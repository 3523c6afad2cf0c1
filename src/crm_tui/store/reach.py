"""Whether a store can be reached now, and how old is what was read of it last."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Reach(Struct, frozen=True, kw_only=True):
    """``offline_since``: from when on the store did not answer, None where it does. ``as_of``: when what is shown
    meanwhile was read at the earliest, None where nothing is. ``only_database``: its server answers, but can't reach
    its database."""

    offline_since: datetime | None = None
    as_of: datetime | None = None
    only_database: bool = False


#: a store on this machine is always there
HERE = Reach()
