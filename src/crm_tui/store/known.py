"""What the settings say of a store that has a name. Imports nothing of ours, as settings are read at
every start."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

#: seconds that one request to a server takes at most; whoever writes there may have to wait for others nearly as long
USUAL_TIMEOUT = 20.0


class StoreSettings(NamedTuple):
    """A table [stores.NAME]: either the ``url`` of a server or of a PostgreSQL database, or the ``path`` of a file.

    ``ca_file`` holds the certificates that a server is trusted by, instead of those of the system; ``proxy`` is an
    address such as ``http://proxy.example:3128``, None: none. ``token_command`` prints the token for a server,
    ``password_command`` the password of a database. ``cache`` is where what was read of a server is kept, ``timeout``
    the most seconds that one request takes.
    """

    url: str | None = None
    path: Path | None = None
    ca_file: Path | None = None
    proxy: str | None = None
    token_command: tuple[str, ...] = ()
    password_command: tuple[str, ...] = ()
    cache: Literal["memory", "disk"] = "memory"
    timeout: float = USUAL_TIMEOUT
