"""What a user is told who was let in by the gate, and is made inactive before the store is asked for them."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from tests.server.conftest import NOW

from crm_tui.server.calls import Asked, carry_out
from crm_tui.store.gate import Visitor
from crm_tui.store.http.routes import ROUTES
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.serving import Served


@pytest.mark.parametrize("method", ["customers.count", "customers.create", "users.me"])
def test_whoever_goes_meanwhile_is_signed_out(just_set_up: Path, tmp_path: Path, method: str) -> None:
    path = tmp_path / "crm.db"
    shutil.copy(just_set_up, path)
    (route,) = (route for route in ROUTES if route.method == method)
    body = b"" if route.reads else b'{"name": "Hydro Oy"}'
    with closing(Served(Database.open(path), lambda: NOW, "team")) as served:
        reply = carry_out(served.store, route, Visitor("gone", 1), Asked({}, [], {}, body))
        known = carry_out(served.store, route, Visitor("admin", 1), Asked({}, [], {}, body))
    assert reply.status == 401
    assert b"not-signed-in" in reply.body
    assert known.status in (200, 201)
