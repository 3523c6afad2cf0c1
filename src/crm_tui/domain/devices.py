"""What may be said of a device that has a token, and of a password."""

from __future__ import annotations

from crm_tui.domain.customers import require
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

#: for how many days a token is valid unless somebody says otherwise
USUAL_DAYS = 90
_MOST_DAYS = 3650
_LONGEST_NAME = 100
SHORTEST_PASSWORD, _LONGEST_PASSWORD = 12, 1000


def check_device(name: str, days: int | None = USUAL_DAYS) -> None:
    """Raise Invalid for a device without a name that can be read, or for a time that is none. ``days`` None: until it
    is revoked."""
    require(name, "name")
    check_text("name", name)
    if not name.isprintable():
        raise Invalid("name", "must not contain characters that can't be seen")
    if len(name) > _LONGEST_NAME:
        raise Invalid("name", f"must not be longer than {_LONGEST_NAME} characters")
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise Invalid("days", f"a whole number from 1 to {_MOST_DAYS}")


def check_password(new: str) -> None:
    """Raise Invalid for a password that is too short to be safe, or too long to be one. What it is made of is nobody's
    business: rules about that make passwords that are easier to guess."""
    check_text("password", new)
    if len(new) < SHORTEST_PASSWORD:
        raise Invalid("password", f"use {SHORTEST_PASSWORD} characters at least; a few words in a row are good")
    if len(new) > _LONGEST_PASSWORD:
        raise Invalid("password", f"must not be longer than {_LONGEST_PASSWORD} characters")
