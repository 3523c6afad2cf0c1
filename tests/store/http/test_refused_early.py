"""What a server refuses before it has read all of it: the answer arrives whatever was still on its way."""

from __future__ import annotations

from itertools import islice, repeat
from pathlib import Path

import pytest
from tests.store.conftest import Clock, new_store_in_sqlite
from tests.store.over_http import store_server

from crm_tui.domain.errors import Invalid


def test_a_load_that_is_refused_at_once_is_told_as_refused(tmp_path: Path, clock: Clock) -> None:
    store = new_store_in_sqlite(tmp_path, clock)
    organization = next(iter(store.portable.dump()))
    with store_server() as server:
        remote = server.open(store, clock=clock)
        for _ in range(10):
            with pytest.raises(Invalid, match="not empty"):
                remote.portable.load(islice(repeat(organization), 10_000))
        remote.close()
