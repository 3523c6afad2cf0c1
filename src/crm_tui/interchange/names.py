"""Names of people and companies: taken apart, compared, made into logins and stable references."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from crm_tui.domain import names
from crm_tui.domain.normalise import fold

#: stands for the half of a name that a file does not give, since a contact needs both
UNKNOWN = "?"


def split_name(full: str) -> tuple[str, str]:
    """(first, last) of a full name, see ``names.split_name``. Of a single word the last name is UNKNOWN."""
    first, last = names.split_name(full)
    return first, last or UNKNOWN


def name_of_email(address: str) -> tuple[str, str]:
    """(first, last) that an address like ``john.doe@example.org`` suggests."""
    words = [word for word in re.split(r"[._+-]", address.partition("@")[0]) if word]
    if len(words) == 2 and all(word.isalpha() for word in words):
        return words[0].capitalize(), words[1].capitalize()
    return address.partition("@")[0] or address, UNKNOWN


def fold_header(text: str) -> str:
    """A column name as it is compared: letters and digits only, without case and accents."""
    return "".join(c for c in fold(text) if c.isalnum())


def organization_ref(name: str) -> str:
    """The external reference of a customer that files know by its name only."""
    return f"organization:{digest_if_long(' '.join(unicodedata.normalize('NFKC', name).casefold().split()))}"


def digest(*parts: str) -> str:
    """A short name for texts that is the same in every run."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def digest_if_long(text: str) -> str:
    """The text itself, or its digest where it would make an unwieldy reference."""
    return text if len(text) <= 200 else digest(text)


def login_of(first: str, last: str) -> str:
    """A login such as ``nancy.davolio``: plain small letters, digits and dots."""
    parts = (fold_header(first), fold_header(last))
    return ".".join("".join(c for c in part if c.isascii()) for part in parts).strip(".") or "user"


def salesforce_id(text: str) -> str:
    """The 18-character form of a record id; reports give the 15-character one, in which case matters.

    Each of the three further characters tells which of five characters are capitals.
    """
    if len(text) != 15 or not text.isascii() or not text.isalnum():
        return text
    checks = (sum(text[i + k].isupper() << k for k in range(5)) for i in (0, 5, 10))
    return text + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[check] for check in checks)
