"""Phone numbers: kept as they were typed, understood where they can be.

A number that no numbering plan knows is flagged and never lost. Validity comes from phonenumbers (Google's
libphonenumber), which is imported when the first number is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from crm_tui.domain.contacts import PhoneKind
from crm_tui.domain.phone_shapes import forms_by_shape

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as Parsed

_LONGEST = 100  # characters; libphonenumber itself reads no more than 250


class PhoneNumber(Struct, frozen=True, kw_only=True):
    """A phone number. ``raw`` is to the letter what was typed; ``e164`` (``+358405550143``) is None where the
    number is not valid; ``display`` is the international form, or else ``raw``; ``extension`` its digits."""

    raw: str
    e164: str | None
    display: str
    extension: str | None = None

    @property
    def is_valid(self) -> bool:
        """Whether a numbering plan knows the number."""
        return self.e164 is not None


def normalise(raw: str, region: str | None) -> PhoneNumber:
    """Understand a number as typed in ``region`` (ISO 3166-1 alpha-2; None: only with ``+`` or ``00``)."""
    from phonenumbers import PhoneNumberFormat, format_number, is_valid_number

    parsed = _parse(raw, region)
    if parsed is None or not is_valid_number(parsed):
        return PhoneNumber(raw=raw, e164=None, display=raw.strip())
    return PhoneNumber(
        raw=raw,
        e164=format_number(parsed, PhoneNumberFormat.E164),
        display=format_number(parsed, PhoneNumberFormat.INTERNATIONAL),
        extension=parsed.extension or None,
    )


def phone_display(raw: str, region: str | None) -> tuple[str, str | None]:
    """A number as a form shows and stores it, in international form, and a sentence for the user where no
    numbering plan knows it. Nothing typed is nothing to warn of."""
    number = normalise(raw, region)
    if number.is_valid or not number.display:
        return number.display, None
    return number.display, "No numbering plan knows this number; it is kept as typed."


def phone_kind(raw: str, region: str | None) -> PhoneKind | None:
    """What kind of number it probably is: mobile, or work for landlines and numbers of companies. None where its plan
    does not tell: it is unknown, toll-free, or may be either."""
    from phonenumbers import PhoneNumberType, number_type

    parsed = _parse(raw, region)
    if parsed is None:
        return None
    match number_type(parsed):
        case PhoneNumberType.MOBILE:
            return PhoneKind.MOBILE
        case PhoneNumberType.FIXED_LINE | PhoneNumberType.UAN:
            return PhoneKind.WORK
        case _:
            return None


def digit_forms(raw: str, region: str | None) -> tuple[str, ...]:
    """The digits of a number with its country code, as dialled at home, and without the trunk prefix; the
    extension last. Empty for what can't be a number. An invalid number of a possible length counts, too."""
    forms = forms_by_shape(raw.strip(), region, parsed_forms)
    return parsed_forms(raw, region) if forms is None else forms


def parsed_forms(raw: str, region: str | None) -> tuple[str, ...]:
    """What ``digit_forms`` gives, by the rules of libphonenumber."""
    from phonenumbers import (
        PhoneNumberFormat,
        format_number,
        is_possible_number,
        national_significant_number,
        ndd_prefix_for_region,
        region_code_for_country_code,
    )

    parsed = _parse(raw, region)
    if parsed is None or not is_possible_number(parsed):
        return ()
    extension = (parsed.extension,) if parsed.extension else ()
    parsed.extension = None
    national = national_significant_number(parsed)
    home = region_code_for_country_code(parsed.country_code or 0)
    trunk = ndd_prefix_for_region(home, True) or ""  # libphonenumber formats valid numbers only with it
    forms = (
        _digits(format_number(parsed, PhoneNumberFormat.E164)),
        _digits(format_number(parsed, PhoneNumberFormat.NATIONAL)),
        trunk + national,
        national,
    )
    return (*dict.fromkeys(forms), *extension)


def _parse(raw: str, region: str | None) -> Parsed | None:
    from phonenumbers import NumberParseException, parse

    text = raw.strip()[:_LONGEST]
    if text.startswith("00"):  # libphonenumber knows it only as the prefix of the region, if that has it
        text = "+" + text[2:].lstrip(" -")
    try:
        return parse(text, region.upper() if region else None)
    except NumberParseException:
        return None


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
