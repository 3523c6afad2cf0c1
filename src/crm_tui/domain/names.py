"""How people are called: initials, short names, first and last name, and what stands where a person was erased."""

from __future__ import annotations

#: stands wherever something pointed to a contact who was deleted (rule 8)
DELETED_CONTACT = "Deleted Contact"

#: words that belong to the last name after them
_PARTICLES = frozenset(
    (
        "af",
        "al",
        "av",
        "bin",
        "da",
        "dal",
        "de",
        "degli",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "la",
        "las",
        "le",
        "lo",
        "los",
        "ten",
        "ter",
        "van",
        "vom",
        "von",
        "zu",
        "zum",
        "zur",
    )
)


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


def squeezed(name: str) -> str:
    """A name without blanks around it, and with single ones inside."""
    return " ".join(name.split())


def split_name(full: str) -> tuple[str, str]:
    """(first, last) of a full name: the last word with the particles before it is the last name.

    ``Doe, John`` is read as last name first. A single word is the first name, and the last is blank.
    """
    last, comma, first = (part.strip() for part in full.partition(","))
    if comma and first and last and "," not in first:
        return first, last
    words = full.split()
    if len(words) < 2:
        return full.strip(), ""
    begin = len(words) - 1
    while begin > 1 and words[begin - 1].casefold() in _PARTICLES:
        begin -= 1
    return " ".join(words[:begin]), " ".join(words[begin:])


def _initial(part: str) -> str:
    first = next((c for c in part if c.isalnum()), "")
    return first.upper() if len(first.upper()) == 1 else first
