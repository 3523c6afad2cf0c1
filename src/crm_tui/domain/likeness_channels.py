"""Phone numbers and e-mail addresses as evidence: in one form, and told apart by whether one has them or many."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from crm_tui.domain import phones
from crm_tui.domain.contacts import PhoneKind
from crm_tui.domain.normalise import fold

_ROLE_WORDS = (
    "info contact kontakti post posti postmottak mail email office toimisto kontor firmapost sales myynti salg"
    " support tuki asiakaspalvelu kundeservice service palvelu invoice invoices laskut laskutus faktura billing"
    " accounts admin hr jobs rekry press media noreply no-reply webmaster hello hei kirjaamo reception vastaanotto"
)
_FREE_DOMAINS = (
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com gmx.com"
    " gmx.de gmx.net web.de t-online.de proton.me protonmail.com aol.com mail.com zoho.com yandex.com mail.ru"
    " suomi24.fi luukku.com kolumbus.fi elisanet.fi pp.inet.fi saunalahti.fi welho.com hotmail.fi hotmail.se"
    " hotmail.no outlook.fi online.no broadpark.no telia.com bredband.net comhem.se hotmail.co.uk yahoo.co.uk"
    " btinternet.com"
)
#: the part before the @ of addresses that a company has, not a person
_ROLES = frozenset(_ROLE_WORDS.split())
#: domains where everybody can have an address
_FREE = frozenset(_FREE_DOMAINS.split())
#: digits at the end of a number that tell it from others, whatever stands before them
TAIL = 8
_SHORTEST = 6


def email(address: str) -> str:
    """An address in one form."""
    return fold(address).strip()


def is_role(address: str) -> bool:
    """Whether an address is a company's rather than a person's (info@…)."""
    return address.partition("@")[0] in _ROLES


def domain(address: str) -> str:
    """The domain of an address or a website, empty where everybody can have one there."""
    host = address.rpartition("@")[2] if "@" in address else _host(address)
    host = host.removeprefix("www.").strip(". ")
    return "" if host in _FREE or "." not in host else host


def _host(website: str) -> str:
    text = fold(website).strip()
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=50_000)
def phone(raw: str, region: str | None) -> str:
    """The digits of a number in one form, without its extension; empty for what has none."""
    forms = phones.digit_forms(raw, region)
    return forms[0] if forms else "".join(c for c in fold(raw) if c.isdigit())


@lru_cache(maxsize=50_000)
def is_mobile(raw: str, region: str | None) -> bool:
    """Whether this is a mobile phone, which one person has."""
    return phones.phone_kind(raw, region) is PhoneKind.MOBILE


def phone_tail(raw: str) -> str:
    """The last digits of a number as it was typed, to find candidates by; empty for one that is too short."""
    digits = "".join(c for c in raw.casefold().partition("x")[0].partition(";")[0] if c.isdigit())
    return digits[-TAIL:] if len(digits) >= _SHORTEST else ""
