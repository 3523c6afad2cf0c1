"""What two that are the same have together: e-mails, phones and other lists, each thing once.

The first one's come first and stay as they were typed. What one of the two says must not be used must not be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

from msgspec.structs import replace

from crm_tui.domain.contacts import Email, Phone
from crm_tui.domain.phones import normalise

Channel = TypeVar("Channel", Email, Phone)


def joined_emails(one: Iterable[Email], other: Iterable[Email]) -> tuple[Email, ...]:
    """Capitals and blanks at the ends make no other address."""
    return _joined(one, other, lambda email: email.address.strip().casefold())


def joined_phones(one: Iterable[Phone], other: Iterable[Phone], region: str | None) -> tuple[Phone, ...]:
    """The same number in another form is one; national forms are read as in ``region``."""

    def key(phone: Phone) -> str:
        number = normalise(phone.number, region)
        return f"{number.e164 or number.display.casefold()} {number.extension or ''}"

    return _joined(one, other, key)


def joined_ids(one: Iterable[int], other: Iterable[int]) -> tuple[int, ...]:
    """All of them, each once."""
    return tuple(dict.fromkeys((*one, *other)))


def joined_text(one: str, other: str) -> str:
    """Both, one below the other; a text that is part of the other adds nothing."""
    if other.strip() in one:
        return one
    if one.strip() in other:
        return other
    return f"{one.rstrip()}\n\n{other.lstrip()}"


def _joined(one: Iterable[Channel], other: Iterable[Channel], key: Callable[[Channel], str]) -> tuple[Channel, ...]:
    found: dict[str, Channel] = {}
    for channel in chain(one, other):
        known = found.get(key(channel), channel)
        found[key(channel)] = replace(known, do_not_use=known.do_not_use or channel.do_not_use)
    return tuple(found.values())
