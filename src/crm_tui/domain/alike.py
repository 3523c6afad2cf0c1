"""Whether two texts mean the same, whoever wrote them: names, addresses, websites and phone numbers."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.normalise import identity, plain
from crm_tui.domain.phones import normalise


def plain_text(*texts: str | None) -> str:
    """The texts as one, without what is a matter of typing: capitals, kinds of dashes and quotation marks, what nobody
    sees; and blanks and commas as one blank. Accents count."""
    return " ".join(plain(" ".join(filter(None, texts))).replace(",", " ").split())


def same_site(ours: str, theirs: str) -> bool:
    """Whether two websites are one, however their addresses begin and end."""
    return _site(ours) == _site(theirs)


def same_phone(ours: str, theirs: str, regions: Sequence[str], their_region: str) -> bool:
    """Whether two numbers are one, ours typed in any of the regions; an extension is part of a number."""
    known = _number(theirs, their_region)
    return any(_number(ours, region) == known for region in regions)


def has_extension(phone: str, regions: Sequence[str]) -> bool:
    """Whether a number typed in any of the regions goes on behind a switchboard."""
    return any(normalise(phone, region).extension for region in regions)


def _site(website: str) -> str:
    bare = identity(website)
    for prefix in ("https://", "http://", "www."):
        bare = bare.removeprefix(prefix)
    return bare.rstrip("/")


def _number(phone: str, region: str) -> tuple[str, str | None]:
    found = normalise(phone, region)
    return found.e164 or "".join(c for c in phone if c.isdecimal()) or phone, found.extension
