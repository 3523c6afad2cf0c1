"""How people are called in lists: initials, short names, and what stands where a person was erased."""

from __future__ import annotations

#: stands wherever something pointed to a contact who was deleted (rule 8)
DELETED_CONTACT = "Deleted Contact"


def initials(name: str) -> str:
    """First letters of the first and the last name: ``Sanna Virtanen`` → ``SV``; ``Sanna`` → ``S``."""
    letters = [_initial(part) for part in name.split()]
    letters = [letter for letter in letters if letter]
    return "".join(letters[:1] + letters[1:][-1:])


def short_name(name: str) -> str:
    """First name and initial, for narrow columns: ``Sanna Maria Virtanen`` → ``Sanna V.``"""
    parts = name.split()
    if len(parts) < 2:
        return "".join(parts)
    letter = _initial(parts[-1])
    return f"{parts[0]} {letter}." if letter else " ".join(parts)


def contact_name(first_name: str | None, last_name: str | None) -> str:
    """The name of a contact as shown; of a deleted one both names are blank."""
    return " ".join(f"{first_name or ''} {last_name or ''}".split()) or DELETED_CONTACT


def _initial(part: str) -> str:
    first = next((c for c in part if c.isalnum()), "")
    return first.upper() if len(first.upper()) == 1 else first
