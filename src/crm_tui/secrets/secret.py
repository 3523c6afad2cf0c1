"""A text that is not to be seen: what shows values by chance shows nothing of it."""

from __future__ import annotations

from typing import NoReturn

#: longer than every token and password of ours
_LONGEST = 1_000


class Secret:
    """A token or a password. Whoever really needs the text says so."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


def is_token(text: str) -> bool:
    """Whether a text can be a token, which goes into the head of a request: letters that can be seen, in one line."""
    return 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() and " " not in text
