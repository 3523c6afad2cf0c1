"""What can be copied or opened from where the cursor is."""

from __future__ import annotations

from typing import NamedTuple


class Copy(NamedTuple):
    """A value with the word it is offered under."""

    label: str
    value: str
