"""E-mail addresses: enough of a check to catch what was mistyped, without refusing what works."""

from __future__ import annotations

from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

_LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_EXAMPLE = "for example eeva.lahti@kallavesi.example"


def check_email(field: str, text: str) -> str:
    """The address without blanks around it; raises Invalid for what can't be one."""
    address = text.strip()
    check_text(field, address)
    if " " in address or not address.isprintable():  # no other blank is printable
        raise Invalid(field, f"an e-mail address has no blanks or control characters, {_EXAMPLE}")
    local, at, domain = address.partition("@")
    if not at or "@" in domain:
        raise Invalid(field, f"an e-mail address has one @, {_EXAMPLE}")
    if not local or not domain:
        raise Invalid(field, f"an e-mail address has a name before the @ and a domain after it, {_EXAMPLE}")
    if any(not label for label in domain.split(".")):
        raise Invalid(field, f"the part after the @ has dots only between its names, {_EXAMPLE}")
    if len(address) > _LONGEST:
        raise Invalid(field, f"an e-mail address has at most {_LONGEST} characters, this one {len(address)}")
    return address
