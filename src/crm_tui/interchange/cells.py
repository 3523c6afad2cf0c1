"""A row by its fields: texts, dates, numbers and addresses, and what there is to tell about them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from msgspec import Struct

from crm_tui.domain.countries import country_code
from crm_tui.domain.money import LIMIT, Money, minor_digits
from crm_tui.interchange.names import salesforce_id
from crm_tui.interchange.records import AddressRecord
from crm_tui.interchange.values import BadValue, Habits, Partial, parse_date, parse_number

MAX_TEXT = 2_000
MAX_DESCRIPTION = 100_000
_LISTED = 1_000
_YES = frozenset(("true", "1", "yes", "y", "x", "kyllä", "ja", "joo", "wahr"))


class Notice(Struct, frozen=True):
    """Something a person should know about a row that was taken nevertheless."""

    line: int
    text: str


class Notices:
    """Notices in the order of the rows: the first of them as they are, of the rest only how many."""

    def __init__(self) -> None:
        self.listed: list[Notice] = []
        self.count = 0

    def add(self, line: int, text: str) -> None:
        self.count += 1
        if len(self.listed) < _LISTED:
            self.listed.append(Notice(line, text))


class Currencies(Struct, frozen=True):
    """``given`` is what the person says the file's amounts are in, ``default`` what they are in otherwise."""

    given: str = ""
    default: str = ""

    def code(self, sign: str, column: str) -> str:
        """The currency that the row, else the person names; empty where neither does."""
        code = column.strip().upper() or (sign if sign.isalpha() and sign.isupper() else "")
        if not code and sign and not self.given:
            raise BadValue(f"“{sign}” does not say which currency: give it with --currency")
        code = code or self.given
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise BadValue(f"“{code[:20]}” is no currency code such as EUR")
        return code

    def money(self, number: Decimal, sign: str, column: str) -> Money:
        """The amount in the currency that the row, else the person, else the organisation names."""
        code = self.code(sign, column) or self.default
        if not code:
            raise BadValue("no currency is given")
        minor = number.scaleb(minor_digits(code))
        if minor != int(minor):
            raise BadValue(f"{number} {code} has more decimals than {code} has")
        if abs(minor) > LIMIT:
            raise BadValue(f"{number} {code} is too large")
        return Money(int(minor), code)


class Cells:
    """One row. A blank cell and a missing column are both empty text."""

    def __init__(
        self,
        line: int,
        values: dict[str, str],
        columns: dict[str, str],
        habits: dict[str, Habits],
        notices: Notices,
    ) -> None:
        self.line = line
        self._values = values
        self._columns = columns
        self._habits = habits
        self._notices = notices

    def note(self, text: str) -> None:
        """Tell something about this row."""
        self._notices.add(self.line, text)

    def text(self, field: str, *, most: int = MAX_TEXT) -> str:
        """The cell without surrounding blanks. BadValue beyond ``most`` characters."""
        column = self._columns.get(field)
        if column is None:
            return ""
        text = self._values[column].strip()
        if len(text) > most:
            raise BadValue(f"{column}: longer than {most:,} characters")
        return text

    def flag(self, field: str) -> bool:
        """Whether the cell says yes."""
        return self.text(field).casefold() in _YES

    def date(self, field: str) -> dt.date | None:
        """The day, None for a blank cell; an incomplete one is left out with a notice."""
        text = self.text(field)
        if not text or text.strip("0/.- ") == "":  # Outlook writes 0/0/00 for no date
            return None
        try:
            return parse_date(text, self._habits[field])
        except Partial as error:
            self.note(f"{self._columns[field]}: {error}, left out")
            return None
        except BadValue as error:
            raise BadValue(f"{self._columns[field]}: {error}") from None

    def number(self, field: str) -> tuple[Decimal, str] | None:
        """(number, currency or sign), None for a blank cell."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse_number(text, self._habits[field])
        except BadValue as error:
            raise BadValue(f"{self._columns[field]}: {error}") from None

    def money(self, field: str, currencies: Currencies) -> Money | None:
        """The amount, None for a blank cell."""
        found = self.number(field)
        return None if found is None else currencies.money(*found, self.text("currency"))

    def count(self, field: str) -> int | None:
        """A whole number, zero or more; anything else is left out with a notice."""
        text = self.text(field)
        try:
            found = self.number(field)
        except BadValue:
            found = None
        whole = found is not None and not found[1] and found[0] == int(found[0]) and 0 <= found[0] < 2**53
        if text and not whole:
            self.note(f"{self._columns[field]}: “{text[:40]}” is not a whole number, left out")
        return int(found[0]) if found is not None and whole else None

    def ref(self, field: str, source: str) -> str:
        """The external reference that an id in the row stands for, empty for a blank cell."""
        text = self.text(field, most=200)
        if not text:
            return ""
        return f"{source}:{salesforce_id(text) if source == 'salesforce' else text}"

    def place(self, prefix: str) -> Place | None:
        """The address whose fields begin with ``prefix``, None where all are blank."""
        parts = [self.text(f"{prefix}_{part}") for part in ("line1", "line2", "line3", "pobox")]
        street = [line.strip() for part in parts for line in part.splitlines() if line.strip()]
        city, region = self.text(f"{prefix}_city"), self.text(f"{prefix}_region")
        postal_code = self.text(f"{prefix}_postal_code")
        country = self.text(f"{prefix}_country_code") or self.text(f"{prefix}_country")
        if not (street or city or region or postal_code):
            formatted = self.text(f"{prefix}_formatted")
            street = [line.strip() for line in formatted.splitlines() if line.strip()]
        place, unknown = Place.of(street, postal_code, city, region, country)
        if unknown:
            self.note(f"country “{unknown}” is not known: kept as a line of the address")
        return place


class Place(Struct, frozen=True):
    """Where something is; ``country`` is a code or empty."""

    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""

    @staticmethod
    def of(street: list[str], postal_code: str, city: str, region: str, country: str) -> tuple[Place | None, str]:
        """(the place or None for nothing but blanks, the country's name where it is not known).

        Lines after the first share the second one, and so does a country without a code.
        """
        code = country_code(country) or ""
        unknown = country if country and not code else ""
        lines = [*street, unknown] if unknown else street
        place = Place(lines[0] if lines else "", ", ".join(lines[1:]), postal_code, city, region, code)
        return (None if place == Place() else place), unknown

    def key(self) -> str:
        """The same for two writings of one address."""
        parts = (self.line1, self.line2, self.postal_code, self.city, self.region, self.country)
        return re.sub(r"[\s,.]+", " ", "\x1f".join(parts).casefold())

    def record(
        self,
        line: int,
        ref: str,
        customer_ref: str,
        *,
        billing: bool = False,
        postal: bool = False,
        visiting: bool = False,
    ) -> AddressRecord:
        """As an address of a customer."""
        return AddressRecord(
            line=line,
            external_ref=ref,
            customer_ref=customer_ref,
            line1=self.line1,
            line2=self.line2,
            postal_code=self.postal_code,
            city=self.city,
            region=self.region,
            country=self.country,
            is_billing=billing,
            is_postal=postal,
            is_visiting=visiting,
        )
