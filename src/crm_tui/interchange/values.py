"""Cells to dates and numbers. What could mean two things is refused, not guessed.

``03/04/2009`` is a day in March or in April, ``1,234`` a little or a lot. One cell can't tell, its column
can: ``Habits`` collects what the unmistakable cells of a column show, and decides the others by it.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{2,6}(?:Z|[+-]\d{2,4})?)?")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){_TIME}")
_EITHER = re.compile(rf"(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_YEARLESS = re.compile(r"--\d{2}-?\d{2}|\d{4}-\d{2}|\d{4}")

_NUMBER = re.compile(r"[+-]?\d+(?:[.,'’\u00a0\u202f\u2009 ]\d+)*(?:[eE][+-]?\d{1,2})?")
_WHOLE = re.compile(r"\d+|\d{1,3}([.,'’\u00a0\u202f\u2009 ])(?:\d{2,3}\1)*\d{3}")
_CODE = re.compile(r"^([A-Z]{3})\s*|\s*([A-Z]{3})$")
_SIGNS = {"€": "EUR", "£": "GBP", "zł": "PLN", "₹": "INR", "₽": "RUB"}
_UNCLEAR_SIGNS = ("$", "kr", "¥")

_LONGEST = 100  # characters of a date or number


class BadValue(Exception):
    """A cell that can't be taken; the message says why and what would help."""


class Partial(Exception):
    """A date of which a part is missing, as in a birthday without a year."""


class Habits:
    """How one column writes its dates or numbers."""

    def __init__(self, *, date_order: str | None = None, decimal_mark: str | None = None) -> None:
        self._date_orders = {date_order} if date_order else set()
        self._decimal_marks = {decimal_mark} if decimal_mark else set()
        self._told_date_order = date_order is not None
        self._told_decimal_mark = decimal_mark is not None

    def learn_date(self, cell: str) -> None:
        """Take note of a cell that shows whether the day or the month comes first."""
        if self._told_date_order or len(cell) > _LONGEST:
            return
        if match := _EITHER.fullmatch(cell.strip()):
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                self._date_orders.add("dmy")
            elif second > 12 >= first:
                self._date_orders.add("mdy")

    def learn_number(self, cell: str) -> None:
        """Take note of a cell that shows which mark separates the decimals."""
        if self._told_decimal_mark or len(cell) > _LONGEST:
            return
        if mark := _certain_decimal_mark(_bare_number(cell)[0]):
            self._decimal_marks.add(mark)

    @property
    def date_order(self) -> str | None:
        """``dmy``, ``mdy``, or None where the column shows neither or both."""
        return next(iter(self._date_orders)) if len(self._date_orders) == 1 else None

    @property
    def decimal_mark(self) -> str | None:
        """``.``, ``,``, or None where the column shows neither or both."""
        return next(iter(self._decimal_marks)) if len(self._decimal_marks) == 1 else None


def parse_date(cell: str, habits: Habits) -> dt.date | None:
    """The day as it is written (a time and zone after it are checked and left out), None for a blank cell.

    Raises Partial for a date without year or day, BadValue for what is no date or could be two.
    """
    text = cell.strip()
    if not text:
        return None
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(text, match[1], match[3], match[4])
    if match := _DAY_FIRST.fullmatch(text):
        return _day(text, match[3], match[2], match[1])
    if match := _COMPACT.fullmatch(text):
        return _day(text, match[1], match[2], match[3])
    if match := _EITHER.fullmatch(text):
        order = _order_of(match[1], match[3]) or habits.date_order
        if order is None:
            raise BadValue(f"“{text}” can be day/month or month/day: say which with --date-order dmy or mdy")
        day, month = (match[1], match[3]) if order == "dmy" else (match[3], match[1])
        return _day(text, match[4], month, day)
    if _YEARLESS.fullmatch(text):
        raise Partial(f"“{text}” is not a whole date")
    raise BadValue(f"“{text[:40]}” is not a date: write it as 2026-12-31")


def _order_of(first: str, second: str) -> str | None:
    if int(second) > 12:
        return "mdy"
    if int(first) > 12 or int(first) == int(second):
        return "dmy"
    return None


def _day(text: str, year: str, month: str, day: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise BadValue(f"“{text[:40]}” is not a day that exists") from None


def parse_number(cell: str, habits: Habits) -> tuple[Decimal, str] | None:
    """(number, currency code or ``""`` or an unclear sign such as ``$``), None for a blank cell.

    Knows ``1 234,50``, ``1.234,50``, ``1,234.50``, ``6.0E7``, ``(12.00)``, ``EUR 5``, ``5 €``.
    """
    text, currency = _bare_number(cell)
    if not text:
        if currency:
            raise BadValue(f"“{cell.strip()[:40]}” is not a number")
        return None
    if not _NUMBER.fullmatch(text):
        raise BadValue(f"“{cell.strip()[:40]}” is not a number")
    marks = [c for c in text if c in ".,"]
    mark = _certain_decimal_mark(text)
    if mark is None and len(marks) == 1:
        mark = habits.decimal_mark
        if mark is None:
            raise BadValue(f"“{cell.strip()[:40]}” can be thousands or decimals: say which with --decimal-mark . or ,")
    whole, point, rest = text.lstrip("+-").partition(mark) if mark else (text.lstrip("+-"), "", "")
    digits, exponent_mark, exponent = whole.replace("E", "e").partition("e")
    if not _WHOLE.fullmatch(digits):
        raise BadValue(f"“{cell.strip()[:40]}” is not a number")
    plain = "".join(c for c in digits if c.isdigit()) + exponent_mark + exponent
    number = Decimal(f"{'-' if text.startswith('-') else ''}{plain}{'.' if point else ''}{rest}")
    if abs(number) >= 10**15:  # also keeps the arithmetic with it exact
        raise BadValue(f"“{cell.strip()[:40]}” is too large")
    return number, currency


def _bare_number(cell: str) -> tuple[str, str]:
    """The number's own characters, and what names its currency."""
    text = cell.strip()
    currency = ""
    if match := _CODE.search(text):
        currency = match[1] or match[2]
        text = text[: match.start()] + text[match.end() :]
    for sign in (*_SIGNS, *_UNCLEAR_SIGNS):
        if sign in text:
            currency = currency or _SIGNS.get(sign, sign)
            text = text.replace(sign, "").strip()
    text = text.removesuffix("%").strip()
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1].strip()}"
    return text.replace("−", "-").strip(), currency


def _certain_decimal_mark(text: str) -> str | None:
    """The decimal mark where the number itself leaves no doubt; None for whole numbers and for doubt."""
    text = text.lstrip("+-")
    points, commas = text.count("."), text.count(",")
    if points and commas:
        mark = "." if text.rindex(".") > text.rindex(",") else ","
        return mark if text.count(mark) == 1 else None
    if points + commas != 1:
        return None
    mark = "." if points else ","
    whole, _, rest = text.partition(mark)
    could_be_thousands = len(rest) == 3 and rest.isdigit() and whole.isdigit() and 1 <= len(whole) <= 3 and whole != "0"
    return None if could_be_thousands else mark
