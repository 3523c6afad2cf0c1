"""What is said when somebody comes in and goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from crm_tui.store.http.routes import PREFIX

#: whether the server reaches its store, and the answer where it does
READY = "/ready"
IS_READY = b'{"status":"ready"}'
SIGN_IN = f"{PREFIX}/sign-in"
SIGN_OUT = f"{PREFIX}/sign-out"
ME = f"{PREFIX}/me"
EVENTS = f"{PREFIX}/events"


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of sign-in; ``device`` is a name by which its user will know it."""

    login: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Annotated[str, Meta(min_length=1, max_length=1000)]
    device: Annotated[str, Meta(min_length=1, max_length=200)]

    def __repr__(self) -> str:
        return f"SignIn({self.login!r})"


class SignedIn(Struct, frozen=True, kw_only=True):
    """Its answer. The token is told this once; ``expires_at`` None: until it is revoked."""

    token: str
    login: str
    expires_at: datetime | None

    def __repr__(self) -> str:
        return f"SignedIn({self.login!r})"


class Me(Struct, frozen=True, kw_only=True):
    """Whose token it is, and where: the ``version`` of the server, and what people call its ``store``."""

    login: str
    device: int
    version: str
    store: str
