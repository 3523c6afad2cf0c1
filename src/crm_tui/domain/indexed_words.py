"""What the index holds of a row: under which words a text, a phone number and an identifier are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crm_tui.domain.normalise import (
    GLUE,
    LONGEST_WORD,
    VAT_CODES,
    fold,
    runs,
    typed_words,
    without_00,
    words,
)
from crm_tui.domain.phone_shapes import plain_digits

#: distinct words of a row that are indexed
MOST_WORDS = 400


def _words_and_numbers(text: str) -> Iterator[str]:
    for run in runs(text):
        for word in run.words:
            yield from without_00(word)
        for start in range(len(run.groups)):
            yield from run.spellings(start, run.tail)


def indexed_words(text: str) -> Iterator[str]:
    """The words under which a text is found: whatever part of it one types from the start of a word on,
    ``typed_words`` of that part all begin one of these. Not distinct."""
    folded = fold(text)
    plain = words(folded)
    if "".join(plain).isalpha():  # no digit, so no number
        for word in plain:
            yield word[:LONGEST_WORD]
    else:
        yield from _words_and_numbers(text)
    if GLUE.isdisjoint(folded):
        return
    for chunk in folded.split():
        if not GLUE.isdisjoint(chunk) and "@" not in chunk:
            pieces = words(chunk)
            if 2 <= len(pieces) <= 4:
                yield "".join(pieces)[:LONGEST_WORD]


def search_words(*fields: str | Iterable[str] | None) -> str:
    """What the index holds of a row: the distinct words of its fields joined by a blank, at most MOST_WORDS.

    A field is text, words that are ready (``phone_words``, ``identifier_words``), or None. Put what is read
    together (street, postal code, city) into one text: numbers join only inside a text.
    """
    distinct: dict[str, None] = {}
    for field in fields:
        for word in indexed_words(field) if isinstance(field, str) else field or ():
            distinct[word] = None
            if len(distinct) == MOST_WORDS:
                return " ".join(distinct)
    return " ".join(distinct)


def phone_words(raw: str, region: str | None) -> list[str]:
    """The digits of a phone number as they are typed: ``358405550143``, ``0405550143``, ``405550143``.

    ``raw`` is as typed or E.164; ``region`` (ISO 3166-1 alpha-2) says where a national number is from. What
    is no phone number is found by the digits and words it has.
    """
    from crm_tui.domain.phones import digit_forms  # with all that phones are checked by: not for every start

    plain = plain_digits(raw)
    typed = [plain[1]] if plain is not None and not plain[1].startswith("00") else typed_words(raw)
    return list(dict.fromkeys([*digit_forms(raw, region), *typed]))


def identifier_words(text: str, country: str | None = None) -> list[str]:
    """A VAT number or business id without separators, with and without country and ``MVA``.

    ``0112038-9`` of a Finnish customer → ``01120389``, ``fi01120389``.
    """
    compact = "".join(words(text))
    if not compact:
        return []
    code, bare = compact[:2], compact[2:]
    if code not in VAT_CODES:
        code, bare = (country or "").lower(), compact
    code = "el" if code == "gr" else code  # Greece's own VAT prefix
    forms = [compact, bare, code + bare]
    if bare.endswith("mva"):
        forms += [bare[:-3], code + bare[:-3]]
    forms += typed_words(text)
    return list(dict.fromkeys(form[:LONGEST_WORD] for form in forms if form))
