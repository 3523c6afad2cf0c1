"""VAT numbers, phone numbers and the like for invented companies: their checksums hold, but they stand in ranges
that no register gives out, so that they are nobody's."""

from __future__ import annotations

from collections.abc import Callable


def vat_number(country: str, n: int) -> str:
    """A VAT number of the ``n``-th invented company of a country (ISO code), with its country code."""
    body, suffix = _BODIES[country](n)
    return f"{country}{body}{suffix}"


def business_id(country: str, vat: str) -> str:
    """The national company number within a VAT number, as it is written at home."""
    digits = "".join(c for c in vat[2:] if c.isdigit())
    match country:
        case "FI":
            return f"{digits[:7]}-{digits[7]}"
        case "NO":
            return f"{digits[:3]} {digits[3:6]} {digits[6:9]}"
        case "SE":
            return f"{digits[:6]}-{digits[6:10]}"
        case _:
            return digits


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _mod_11(first: int, n: int, weights: tuple[int, ...]) -> str:
    """Digits from ``first + n`` on whose check digit exists (10 is none), with it."""
    candidate = first + 2 * n
    while (check := -_weighted(str(candidate), weights) % 11) == 10:
        candidate += 1
    return f"{candidate}{check}"


def _finnish(n: int) -> tuple[str, str]:
    return _mod_11(9_000_000, n, (7, 9, 10, 5, 8, 4, 2)), ""


def _norwegian(n: int) -> tuple[str, str]:
    return _mod_11(30_000_000, n, (3, 2, 7, 6, 5, 4, 3, 2)), "MVA"


def _swedish(n: int) -> tuple[str, str]:
    digits = f"5599{n % 100_000:05}"
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(digits))
    check = -sum(d // 10 + d % 10 for d in doubled) % 10
    return f"{digits}{check}", "01"


def _german(n: int) -> tuple[str, str]:
    digits = f"9999{n % 10_000:04}"
    product = 10
    for digit in digits:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return f"{digits}{(11 - product) % 10}", ""


def _estonian(n: int) -> tuple[str, str]:
    digits = f"9999{n % 10_000:04}"
    return f"{digits}{-_weighted(digits, (3, 7, 1, 3, 7, 1, 3, 7)) % 10}", ""


def _danish(n: int) -> tuple[str, str]:
    candidate = 9_900_000 + n % 10_000
    while (check := -_weighted(str(candidate), (2, 7, 6, 5, 4, 3, 2)) % 11) > 9:
        candidate += 10_000
    return f"{candidate}{check}", ""


_BODIES: dict[str, Callable[[int], tuple[str, str]]] = {
    "FI": _finnish, "NO": _norwegian, "SE": _swedish, "DE": _german, "EE": _estonian, "DK": _danish,
}  # fmt: skip


def mobile(country: str, n: int) -> str:
    """A mobile number in international form; Finnish and Norwegian ones have 555 in them, the Swedish ones are of
    the range that is kept for fiction."""
    n %= 10_000
    match country:
        case "NO":
            return f"+47 40{n // 1000} 55 {n % 1000:03}"
        case "SE":
            return f"+46 70 174 06 {n % 95 + 5:02}"
        case "DE":
            return f"+49 1555 555 {n:04}"
        case "EE":
            return f"+372 5555 {n:04}"
        case "DK":
            return f"+45 20 55 {n // 100:02} {n % 100:02}"
        case _:
            return f"+358 40 555 {n:04}"


def landline(country: str, n: int) -> str:
    """A switchboard's number in international form."""
    n %= 10_000
    match country:
        case "NO":
            return f"+47 55 55 {n // 100:02} {n % 100:02}"
        case "SE":
            return f"+46 8 465 004 {n % 100:02}"
        case "DE":
            return f"+49 40 555 {n:04}"
        case "EE":
            return f"+372 655 {n:04}"
        case "DK":
            return f"+45 33 55 {n // 100:02} {n % 100:02}"
        case _:
            return f"+358 17 555 {n:04}"
