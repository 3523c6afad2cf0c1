"""How a server is reached, and what is kept of its answers."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from crm_tui.store.known import USUAL_TIMEOUT


class RemoteSettings(Struct, frozen=True, kw_only=True):
    """``ca_file``: whom to trust instead of the usual authorities. ``proxy``: the one way out, if there is one; the
    environment is not asked. ``timeout``: seconds that a call may take in all. ``cache_folder``: where answers are kept
    between runs, None for memory alone; ``cache_bytes`` of them at most."""

    ca_file: Path | None = None
    proxy: str | None = None
    timeout: float = USUAL_TIMEOUT
    cache_folder: Path | None = None
    cache_bytes: int = 32_000_000
