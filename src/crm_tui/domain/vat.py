"""VAT numbers and business ids: one canonical form for each, checked by their country's rules.

Finland and Norway are checked by what their registers need; other EU countries by python-stdnum; a number of
any other country is kept as it was typed.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

RegisterCountry = Literal["FI", "NO"]

_SEPARATORS = dict.fromkeys(map(ord, " \t\u00a0\u2009\u202f.-‐‑–−/"))
#: the forms of the European Commission's VIES, in words
_FORMS = {
    "AT": ("Austrian", "ATU and 8 digits"),
    "BE": ("Belgian", "BE and 10 digits"),
    "BG": ("Bulgarian", "BG and 9 or 10 digits"),
    "CY": ("Cypriot", "CY, 8 digits and a letter"),
    "CZ": ("Czech", "CZ and 8 to 10 digits"),
    "DE": ("German", "DE and 9 digits"),
    "DK": ("Danish", "DK and 8 digits"),
    "EE": ("Estonian", "EE and 9 digits"),
    "EL": ("Greek", "EL and 9 digits"),
    "ES": ("Spanish", "ES and 9 characters, the first or last a letter"),
    "FI": ("Finnish", "FI and 8 digits, as in FI01120389"),
    "FR": ("French", "FR, 2 characters and 9 digits"),
    "HR": ("Croatian", "HR and 11 digits"),
    "HU": ("Hungarian", "HU and 8 digits"),
    "IE": ("Irish", "IE, 7 digits and 1 or 2 letters"),
    "IT": ("Italian", "IT and 11 digits"),
    "LT": ("Lithuanian", "LT and 9 or 12 digits"),
    "LU": ("Luxembourg", "LU and 8 digits"),
    "LV": ("Latvian", "LV and 11 digits"),
    "MT": ("Maltese", "MT and 8 digits"),
    "NL": ("Dutch", "NL, 9 digits, B and 2 digits"),
    "NO": ("Norwegian", "9 digits and MVA, as in NO 923 609 016 MVA"),
    "PL": ("Polish", "PL and 10 digits"),
    "PT": ("Portuguese", "PT and 9 digits"),
    "RO": ("Romanian", "RO and 2 to 10 digits"),
    "SE": ("Swedish", "SE and 12 digits, the last two 01"),
    "SI": ("Slovenian", "SI and 8 digits"),
    "SK": ("Slovak", "SK and 10 digits"),
    "XI": ("Northern Irish", "XI and 9 or 12 digits"),
}


class VatNumber(Struct, frozen=True, kw_only=True):
    """A VAT number. ``country`` is ISO 3166-1 alpha-2 (Greece GR, Northern Ireland GB) or None if unknown;
    ``canonical`` has no separators (``FI01120389``, ``NO923609016MVA``); ``business_id`` is the register's
    own form (``0112038-9``, ``923609016``), None outside Finland and Norway; ``display`` is for people."""

    country: str | None
    canonical: str
    business_id: str | None
    display: str


class RegisterChoice(NamedTuple):
    """Which business register knows a customer: its country and checked id, or the reason why none does."""

    country: RegisterCountry | None
    business_id: str | None
    reason: str | None


def check_vat(text: str, customer_country: str | None) -> VatNumber:
    """Check a VAT number and give its canonical form. The country is that of its prefix or suffix, else the
    customer's (ISO 3166-1 alpha-2), else told by its length. Raises Invalid, saying the country's form."""
    check_text("vat_number", text)
    typed = text.strip()
    if not typed:
        raise Invalid("vat_number", "is empty")
    compact = typed.upper().translate(_SEPARATORS)
    code = _country_code(compact, customer_country)
    if code == "FI":
        return _finnish(compact.removeprefix("FI"))
    if code == "NO":
        return _norwegian(compact.removeprefix("NO").removesuffix("MVA"))
    if code in _FORMS:
        return _european(compact.removeprefix("GR" if code == "EL" else code).removeprefix(code), code)
    return VatNumber(country=code or None, canonical=typed, business_id=None, display=typed)


def get_ready() -> None:
    """Import what numbers are checked with: the first check would wait for it."""
    from stdnum.eu import vat  # noqa: F401 - imported to be there
    from stdnum.fi import alv  # noqa: F401 - imported to be there
    from stdnum.no import orgnr  # noqa: F401 - imported to be there


def vat_country(text: str, customer_country: str | None) -> str:
    """The country whose number this is or should be, before any digit is checked: ``EL`` for Greece, "" if unknown."""
    return _country_code(text.strip().upper().translate(_SEPARATORS), customer_country)


class RegisterNumber(NamedTuple):
    """A checked id of a company in the register of its country: ``0112038-9``, ``923609016``."""

    country: RegisterCountry
    id: str


def register_number(text: str, customer_country: str | None = None) -> RegisterNumber:
    """The id that a register can be asked for, of a VAT number or a business id. Raises Invalid for what is none of
    Finland or Norway: nothing else may leave the machine."""
    number = check_vat(text, customer_country)
    if number.country == "FI" and number.business_id is not None:
        return RegisterNumber("FI", number.business_id)
    if number.country == "NO" and number.business_id is not None:
        return RegisterNumber("NO", number.business_id)
    raise Invalid("vat_number", f"only Finnish and Norwegian numbers can be looked up, not {number.display[:40]}")


def register_country(vat: str | None, customer_country: str | None) -> RegisterChoice:
    """Which register can be asked about a customer with this VAT number (rule 14)."""
    if vat is None or not vat.strip():
        return RegisterChoice(None, None, "there is no VAT number; a Finnish or Norwegian one is needed")
    try:
        number = check_vat(vat, customer_country)
    except Invalid as error:
        return RegisterChoice(None, None, f"the VAT number {error.reason}")
    if number.country not in ("FI", "NO"):
        return RegisterChoice(None, None, "only Finnish and Norwegian numbers can be looked up")
    found = register_number(vat, customer_country)
    return RegisterChoice(found.country, found.id, None)


def _prefix(compact: str) -> str:
    """The two letters that a number begins with, if digits follow somewhere."""
    prefix = compact[:2]
    is_code = len(prefix) == 2 and prefix.isascii() and prefix.isalpha()
    return prefix if is_code and any(c.isdigit() for c in compact[2:]) else ""


def _country_code(compact: str, customer_country: str | None) -> str:
    """The VAT code (EL for Greece) of a number: by its prefix or suffix, its customer, or its length."""
    prefix = _prefix(compact)
    if compact.endswith("MVA") and prefix in ("", "NO"):
        return "NO"
    if compact.isdigit() and not customer_country:
        return {7: "FI", 8: "FI", 9: "NO"}.get(len(compact), "")  # old Finnish ids have 6+1 digits
    code = prefix or customer_country or ""
    return "EL" if code == "GR" else code


def _refused(code: str) -> Invalid:
    people, form = _FORMS[code]
    return Invalid("vat_number", f"is not a {people} VAT number: {form}; check the digits")


def _finnish(digits: str) -> VatNumber:
    from stdnum.fi import alv

    if len(digits) == 7:
        digits = "0" + digits  # old business ids have 6+1 digits
    # stdnum takes a prefix and blanks around it off once more; and zeros pass the checksum
    if not _is_digits(digits, 8) or not alv.is_valid(digits) or digits == "00000000":
        raise _refused("FI")
    canonical = f"FI{digits}"
    return VatNumber(country="FI", canonical=canonical, business_id=f"{digits[:7]}-{digits[7]}", display=canonical)


def _norwegian(digits: str) -> VatNumber:
    from stdnum.no import orgnr

    if not _is_digits(digits, 9) or not orgnr.is_valid(digits) or digits == "000000000":
        raise _refused("NO")
    grouped = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    return VatNumber(country="NO", canonical=f"NO{digits}MVA", business_id=digits, display=f"NO {grouped} MVA")


def _is_digits(text: str, number: int) -> bool:
    return len(text) == number and text.isascii() and text.isdigit()


def _european(number: str, code: str) -> VatNumber:
    from stdnum.eu import vat
    from stdnum.exceptions import ValidationError

    try:
        canonical = vat.validate(code + number)
    except ValidationError as error:
        raise _refused(code) from error
    country = {"EL": "GR", "XI": "GB"}.get(code, code)
    return VatNumber(country=country, canonical=canonical, business_id=None, display=canonical)
