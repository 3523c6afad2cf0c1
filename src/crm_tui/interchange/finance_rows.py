"""Rows of invoices, and of forecasts and actual figures by case and month.

Cases, customers and invoices are named by their numbers. What is not a number is a reference: as an earlier import
has it (``salesforce:006...``), or the id that the file of cases or customers had.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from crm_tui.domain.errors import Invalid
from crm_tui.domain.finance import InvoiceStatus, Receiver
from crm_tui.domain.periods import Month
from crm_tui.interchange.cells import MAX_DESCRIPTION, Cells, Currencies, Notices, Place
from crm_tui.interchange.finance_columns import ACTUAL_AMOUNTS, FORECAST_AMOUNTS
from crm_tui.interchange.formats import Mapping
from crm_tui.interchange.records import ActualRecord, ForecastRecord, NumberedInvoiceRecord, Record
from crm_tui.interchange.rows import MAX_NAME
from crm_tui.interchange.values import BadValue
from crm_tui.store.history import BY_NUMBER

#: the field of the note to a figure
_NOTES = {
    "billing": "billing_note",
    "revenue": "revenue_note",
    "labor_expense": "labor_note",
    "other_expense": "other_note",
}
_INVOICE = ("total", "vat")
#: fields of money whose currency is that of a case
AMOUNTS = frozenset((*FORECAST_AMOUNTS, *ACTUAL_AMOUNTS, *_INVOICE))

_STATUSES = {
    InvoiceStatus.DRAFT: "draft luonnos utkast entwurf",
    InvoiceStatus.SENT: "sent lähetetty sendt skickad gesendet versendet",
    InvoiceStatus.WAITING: "waiting open unpaid odottaa avoin venter ubetalt väntar obetald wartend offen",
    InvoiceStatus.PAID: "paid maksettu betalt betald bezahlt",
    InvoiceStatus.CREDITED: "credited hyvitetty kreditert krediterad gutgeschrieben",
}
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words.split()}


class ForecastRows:
    """What is expected of a case in a month."""

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._currencies = currencies

    def records(self, cells: Cells) -> list[Record]:
        case, month = _case_and_month(cells)
        amounts, currency = _amounts(cells, FORECAST_AMOUNTS, self._currencies)
        notes = {field: text for field in _NOTES.values() if (text := cells.text(field, most=MAX_DESCRIPTION))}
        if note := cells.text("note", most=MAX_DESCRIPTION):  # one for the whole row stands by its first figure
            notes.setdefault(_NOTES[next(iter(amounts), FORECAST_AMOUNTS[0])], note)
        if not amounts and not notes:
            raise BadValue("there is no figure in this row")
        forecast = ForecastRecord(
            line=cells.line,
            external_ref=f"forecast:{case}:{month}",
            case_ref=case,
            year=month.year,
            month=month.month,
            currency=currency,
            amounts=amounts,
            notes=notes,
        )
        return [forecast]


class ActualRows:
    """What happened in a case in a month."""

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._currencies = currencies

    def records(self, cells: Cells) -> list[Record]:
        case, month = _case_and_month(cells)
        amounts, currency = _amounts(cells, ACTUAL_AMOUNTS, self._currencies)
        if not amounts:
            raise BadValue("there is no figure in this row")
        actual = ActualRecord(
            line=cells.line,
            external_ref=f"actual:{case}:{month}",
            case_ref=case,
            year=month.year,
            month=month.month,
            currency=currency,
            amounts=amounts,
        )
        return [actual]


class InvoiceRows:
    """An invoice a row; of one that is there already, the cells that are not blank change it."""

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._currencies = currencies

    def records(self, cells: Cells) -> list[Record]:
        number = cells.text("number", most=100)
        if not number:
            raise BadValue("the invoice has no number")
        date, due, paid = cells.date("date"), cells.date("due"), cells.date("paid")
        if date and due and due < date:
            raise BadValue("it is due before its date")
        amounts, currency = _amounts(cells, _INVOICE, self._currencies)
        invoice = NumberedInvoiceRecord(
            line=cells.line,
            external_ref=f"{BY_NUMBER}{number}",
            number=number,
            customer_ref=_ref(cells.text("customer"), "csv:customer"),
            billing_customer_ref=_ref(cells.text("billing_customer"), "csv:customer"),
            case_refs=tuple(_ref(case, "csv:case") for case in re.split(r"[\s,;/]+", cells.text("cases")) if case),
            status=_status(cells) or (InvoiceStatus.PAID if paid else None),
            date=date,
            due=due,
            paid=paid,
            total=amounts.get("total"),
            vat=amounts.get("vat"),
            currency=currency,
            receiver=_receiver(cells),
        )
        return [invoice]


def _case_and_month(cells: Cells) -> tuple[str, Month]:
    case, text = _ref(cells.text("case"), "csv:case"), cells.text("month")
    if not case or not text:
        raise BadValue("the row names no case" if not case else "the row names no month")
    try:
        return case, Month.parse(text)
    except Invalid as error:
        raise BadValue(f"“{text[:20]}” is not a month: {error.reason}") from None


def _ref(text: str, source: str) -> str:
    """The reference that a cell means: a number, a whole reference, or an id of ``source``; empty for a blank one."""
    text = text.removeprefix("#").strip()
    if text.isascii() and text.isdigit():
        return f"{BY_NUMBER}{text.lstrip('0') or '0'}"
    return text if ":" in text or not text else f"{source}:{text}"


def _amounts(cells: Cells, fields: Iterable[str], currencies: Currencies) -> tuple[dict[str, Decimal], str]:
    """(the amounts by field, the currency that the row or the person names, if they do)."""
    amounts: dict[str, Decimal] = {}
    named = {cells.text("currency").upper()} - {""}
    for field in fields:
        found = cells.number(field)
        if found is not None:
            amounts[field], sign = found
            if code := currencies.code(sign, cells.text("currency")):
                named.add(code)
            if sign.isalpha() and sign.isupper():
                named.add(sign)
    if len(named) > 1:
        raise BadValue(f"the row has amounts in {' and '.join(sorted(named))}")
    return amounts, next(iter(named), "")


def _status(cells: Cells) -> InvoiceStatus | None:
    text = cells.text("status")
    if text and text.casefold() not in _STATUS_OF:
        raise BadValue(f"“{text[:20]}” is no status of an invoice: write {', '.join(InvoiceStatus)}")
    return _STATUS_OF.get(text.casefold())


def _receiver(cells: Cells) -> Receiver | None:
    name, contact = cells.text("receiver_name", most=MAX_NAME), cells.text("receiver_contact", most=MAX_NAME)
    place = cells.place("receiver")
    if not (name or contact or place):
        return None
    at = place or Place()
    return Receiver(
        name=name,
        contact_name=contact or None,
        line1=at.line1 or None,
        line2=at.line2 or None,
        postal_code=at.postal_code or None,
        city=at.city or None,
        region=at.region or None,
        country=at.country or None,
    )
