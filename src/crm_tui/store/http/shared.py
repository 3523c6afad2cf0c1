"""What reading and writing have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crm_tui.store.http.address import Address
from crm_tui.store.http.cache import Cache
from crm_tui.store.http.reachable import Reachable
from crm_tui.store.http.routes import Route
from crm_tui.store.http.sending import Sender
from crm_tui.store.http.watch import Watch


class Shared(NamedTuple):
    """What all calls of one user at one server share."""

    address: Address
    sender: Sender
    cache: Cache
    watch: Watch
    reachable: Reachable
    by_method: Mapping[str, Route]
