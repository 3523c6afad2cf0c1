"""Money: a whole number of minor units and a currency. Two currencies are never added up.

Rounding is half up on the magnitude (decimal's ROUND_HALF_UP: 0.5 → 1, -0.5 → -1), so that a credit mirrors
what it credits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.errors import Invalid

#: ISO 4217: currencies whose number of minor-unit digits is not 2
_BY_MINOR_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_MINOR_DIGITS = {code: digits for digits, codes in _BY_MINOR_DIGITS.items() for code in codes.split()}
#: largest amount in minor units that is taken: sums of thousands of them still fit the store's 64 bits, and
#: each is exact in JSON readers that know floating point only
LIMIT = 10**15 - 1

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "SEK": "kr", "NOK": "kr", "DKK": "kr"}
_MINUS = "−"
_MINUSES = ("-", "−", "–")
_BLANKS = dict.fromkeys(map(ord, " \t\u00a0\u2007\u2009\u202f'’"))


class Money(Struct, frozen=True):
    """``amount`` in minor units (cents) of ``currency`` (ISO 4217). Arithmetic and order raise ValueError
    across currencies."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        code = self.currency
        if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
            raise ValueError(f"currency must be an ISO 4217 code such as EUR, not {code!r}")

    def _other(self, other: Money) -> int:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be added up or compared")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._other(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._other(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._other(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._other(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._other(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._other(other)


class Totals(Struct, frozen=True):
    """Sums per currency, in the order of their codes; ``left_out`` figures were hidden by permissions."""

    amounts: tuple[Money, ...] = ()
    left_out: int = 0

    def of(self, currency: str) -> Money:
        """The sum in one currency, zero if there is none."""
        return next((m for m in self.amounts if m.currency == currency), Money(0, currency))


def minor_digits(currency: str) -> int:
    """How many digits the minor unit of a currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _MINOR_DIGITS.get(currency, 2)


def parse(text: str, currency: str, *, field: str = "amount", decimal: Literal[".", ","] | None = None) -> Money:
    """Read an amount as people and files write it: ``1 234,50``, ``1,234.50``, ``-12``, ``€ 99``, ``99 EUR``.

    ``decimal`` is the decimal mark where it is known. Otherwise what could be read in two ways (``1,234``) is
    refused rather than guessed, and so is a fraction that the currency does not have. Raises Invalid.
    """
    digits = minor_digits(currency)
    bare = text.strip()
    for mark in (currency, _SYMBOLS.get(currency, currency)):
        bare = bare.removeprefix(mark).removesuffix(mark).strip()
    negative = bare.startswith(_MINUSES)
    bare = bare[negative:].strip() if negative else bare.removeprefix("+").strip()
    bare = bare.removeprefix(_SYMBOLS.get(currency, currency)).translate(_BLANKS)
    whole, fraction = _split(bare, digits, decimal, field)
    if not (whole + fraction).isdigit() or not (whole + fraction).isascii():
        raise Invalid(field, f"is not an amount: {text.strip()[:40]!r}; write it like {_example(digits)}")
    kept = fraction.rstrip("0") if len(fraction) > digits else fraction
    if len(kept) > digits:
        raise Invalid(field, f"{currency} has {_count(digits)}, {text.strip()[:40]!r} has {len(fraction)}")
    number = (whole or "0").lstrip("0") + kept.ljust(digits, "0")
    if len(number) > len(str(LIMIT)):
        raise Invalid(field, f"is too large; at most {format_money(Money(LIMIT, currency))}")
    amount = int(number or "0")
    return Money(-amount if negative else amount, currency)


def _split(bare: str, digits: int, decimal: str | None, field: str) -> tuple[str, str]:
    """Whole part and fraction of an amount without sign and blanks."""
    if decimal is None:
        last = max(bare.rfind("."), bare.rfind(","))
        if last < 0:
            return bare, ""
        mark = bare[last]
        if bare.count(mark) > 1:
            return _ungroup(bare, mark), ""  # 1.234.567: a decimal mark stands once
        decimal = mark
        single = "," not in bare or "." not in bare
        if single and digits != 3 and len(bare) - last == 4 and 1 <= last <= 3 and bare[:last] != "0":
            plain = bare.replace(mark, "")
            raise Invalid(field, f"{bare} could mean two amounts: write {plain}, or all decimals with a mark")
    whole, _, fraction = bare.partition(decimal)
    return _ungroup(whole, "." if decimal == "," else ","), fraction


def _ungroup(whole: str, mark: str) -> str:
    """Take thousands marks out if they stand where they belong; otherwise leave them, to be refused."""
    first, *rest = whole.split(mark)
    if rest and (not 1 <= len(first) <= 3 or any(len(group) != 3 for group in rest)):
        return whole
    return first + "".join(rest)


def _example(digits: int) -> str:
    return f"1 234,{'50'.ljust(digits, '0')[:digits]}" if digits else "1 234"


def _count(digits: int) -> str:
    return f"{digits} decimals" if digits else "no decimals"


def check_amount(field: str, amount: int) -> None:
    """Raise Invalid for an amount in minor units beyond LIMIT."""
    if abs(amount) > LIMIT:
        raise Invalid(field, f"is too large; at most {LIMIT} minor units")


def format_money(money: Money, with_cents: bool | Literal["auto"] = "auto", *, blank: str = " ") -> str:
    """``184 200 EUR``, ``−1 234.50 EUR``. Minor units always, never (rounded), or only where there are some.

    ``blank`` separates thousands and currency: pass a no-break one inside running text."""
    return f"{format_amount(money, with_cents, blank=blank)}{blank}{money.currency}"


def format_amount(money: Money, with_cents: bool | Literal["auto"] = "auto", *, blank: str = " ") -> str:
    """The figure of ``format_money`` without its currency, for columns that name it in their head."""
    digits = minor_digits(money.currency)
    unit = 10**digits
    whole, cents = divmod(abs(money.amount), unit)
    if with_cents is False and digits:
        whole, cents = whole + (2 * cents >= unit), 0
    shown = digits > 0 and (with_cents is True or cents > 0)
    sign = _MINUS if money.amount < 0 and (whole or cents) else ""
    return f"{sign}{whole:,}".replace(",", blank) + (f".{cents:0{digits}}" if shown else "")


def sum_by_currency(figures: Iterable[Money | UnsetType | None]) -> Totals:
    """Add up per currency. None is an empty figure; UNSET is a hidden one, left out and counted."""
    sums: dict[str, int] = {}
    left_out = 0
    for figure in figures:
        if figure is UNSET:
            left_out += 1
        elif isinstance(figure, Money):
            sums[figure.currency] = sums.get(figure.currency, 0) + figure.amount
    return Totals(tuple(Money(sums[code], code) for code in sorted(sums)), left_out)


def weighted(money: Money, percent: int) -> Money:
    """``money`` by a probability in whole percent, rounded half up on the minor unit."""
    if not 0 <= percent <= 100:
        raise Invalid("probability", "a whole percent from 0 to 100")
    share = (2 * abs(money.amount) * percent + 100) // 200
    return Money(-share if money.amount < 0 else share, money.currency)


def margin(
    revenue: Money | UnsetType | None, labor: Money | UnsetType | None, other: Money | UnsetType | None
) -> Money | UnsetType | None:
    """Revenue - labor - other. UNSET if one of them is hidden, None if all are empty; empty ones count 0."""
    if revenue is UNSET or labor is UNSET or other is UNSET:
        return UNSET
    result: Money | None = None
    for figure, sign in ((revenue, 1), (labor, -1), (other, -1)):
        if isinstance(figure, Money):
            signed = figure if sign > 0 else -figure
            result = signed if result is None else result + signed
    return result


def margin_percent(margin: Money, revenue: Money) -> int | None:
    """The margin in whole percent of revenue, half away from zero; None unless revenue is above zero."""
    if margin.currency != revenue.currency:
        raise ValueError(f"{margin.currency} and {revenue.currency} can't be compared")
    if revenue.amount <= 0:
        return None
    percent = (2 * abs(margin.amount) * 100 + revenue.amount) // (2 * revenue.amount)
    return -percent if margin.amount < 0 else percent
