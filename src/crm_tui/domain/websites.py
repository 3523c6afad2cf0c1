"""Websites: kept as they were typed, with or without a scheme, but never a link that could be something else."""

from __future__ import annotations

from urllib.parse import urlsplit

from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

_LONGEST = 2048  # characters; browsers and servers differ above
_EXAMPLE = "for example www.kallavesi.example"


def check_website(field: str, text: str) -> str:
    """The address without blanks around it; raises Invalid for what can't be one."""
    website = text.strip()
    check_text(field, website)
    if any(c.isspace() or not c.isprintable() for c in website):
        raise Invalid(field, f"a website has no blanks or control characters, {_EXAMPLE}")
    if len(website) > _LONGEST:
        raise Invalid(field, f"a website has at most {_LONGEST} characters, this one {len(website)}")
    try:
        parts = urlsplit(website if _has_scheme(website) else f"https://{website}")
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:  # a port that is no number, half a bracket
        raise Invalid(field, f"a website is a name, and after it a port or a page at most, {_EXAMPLE}") from error
    if parts.scheme not in ("http", "https"):
        raise Invalid(field, f"a website begins with https:// or http://, or with its name, {_EXAMPLE}")
    if parts.username is not None:
        raise Invalid(field, f"a website has no user name or password before its name, {_EXAMPLE}")
    if not _is_host(host):
        raise Invalid(field, f"a website has a name with a dot in it, {_EXAMPLE}")
    return website


def _has_scheme(website: str) -> bool:
    """Whether the part before a colon is a scheme: ``mailto:eeva``, not a name with its port."""
    before, colon, after = website.partition(":")
    port = after.partition("/")[0]
    return bool(colon) and not (port.isdecimal() or any(c in before for c in "/?#@")) and "." not in before


def _is_host(host: str) -> bool:
    if ":" in host:  # urlsplit lets a colon in only inside the brackets of IPv6
        return True
    labels = host.removesuffix(".").split(".")
    names = all(label and not label.startswith("-") and _is_name(label) for label in labels)
    return names and (len(labels) > 1 or host == "localhost")


def _is_name(label: str) -> bool:
    return all(c.isalnum() or c in "-_" or not c.isascii() for c in label)
