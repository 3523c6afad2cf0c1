"""Rows of orders, opportunities and other cases, made into cases and invoices."""

from __future__ import annotations

from crm_tui.domain.cases import SalesState
from crm_tui.domain.finance import InvoiceStatus, Receiver
from crm_tui.interchange.cells import MAX_DESCRIPTION, Cells, Currencies, Notices, Place
from crm_tui.interchange.formats import Mapping
from crm_tui.interchange.names import digest, organization_ref
from crm_tui.interchange.records import CaseRecord, CustomerRecord, InvoiceRecord, Record
from crm_tui.interchange.rows import MAX_NAME
from crm_tui.interchange.values import BadValue

_WON = frozenset(("won", "closed won", "closedwon", "voitettu", "vunnet", "vunnen", "gewonnen"))
_LOST = frozenset(("lost", "closed lost", "closedlost", "hävitty", "tapt", "förlorad", "verloren"))


class CaseRows:
    """A sales case a row, won, lost or open."""

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._mapping = mapping
        self._currencies = currencies

    def records(self, cells: Cells) -> list[Record]:
        name = cells.text("name", most=MAX_NAME)
        if not name:
            raise BadValue("the case has no name")
        if cells.flag("is_deleted"):
            raise BadValue("marked as deleted in the file")
        customer_ref, customer = self._customer(cells)
        own_ref = f"{self._mapping.source}:{digest(customer_ref, name)}"
        case = self._case(cells, cells.ref("id", self._mapping.source) or own_ref, customer_ref, name)
        return [customer, case] if customer else [case]

    def _customer(self, cells: Cells) -> tuple[str, CustomerRecord | None]:
        if ref := cells.ref("customer", self._mapping.customers):
            return ref, None
        name = cells.text("customer_name", most=MAX_NAME)
        if not name:
            raise BadValue("the case names no customer")
        ref = organization_ref(name)
        return ref, CustomerRecord(line=cells.line, external_ref=ref, name=name, by_name=True)

    def _case(self, cells: Cells, ref: str, customer_ref: str, name: str) -> CaseRecord:
        state = _state(cells)
        close_date = cells.date("close_date")
        start, deadline = cells.date("start"), cells.date("deadline")
        if start and deadline and deadline < start:
            raise BadValue("the deadline is before the start")
        return CaseRecord(
            line=cells.line,
            external_ref=ref,
            customer_ref=customer_ref,
            name=name,
            number=cells.count("number"),
            state=state,
            stage=cells.text("stage"),
            value=cells.money("value", self._currencies),
            probability=_percent(cells),
            owner_ref=cells.ref("owner", self._mapping.owners) if self._mapping.owners else "",
            description=cells.text("description", most=MAX_DESCRIPTION),
            order_number=cells.text("order_number"),
            expected_order_date=close_date,
            start=start,
            deadline=deadline,
            closed=close_date if state is SalesState.LOST else None,
        )


class OrderRows:
    """An order a row: a project that was won with it, and one invoice.

    The invoice is dated with the order, since goods are shipped late and an invoice can't be due before its
    date. It is sent when the goods are shipped, and a draft until then.
    """

    def __init__(self, mapping: Mapping, notices: Notices, currencies: Currencies) -> None:
        self._mapping = mapping
        self._currencies = currencies

    def records(self, cells: Cells) -> list[Record]:
        number = cells.text("id", most=100)
        customer_ref = cells.ref("customer", self._mapping.customers)
        ordered, total = cells.date("date"), cells.money("total", self._currencies)
        if not number or not customer_ref:
            raise BadValue(f"the order has no {'customer' if number else 'number'}")
        if ordered is None or total is None:
            raise BadValue(f"the order has no {'date' if ordered is None else 'total'}")
        due, shipped = cells.date("due"), cells.date("shipped")
        if due and due < ordered:
            cells.note("required before it was ordered: the due date is left out")
            due = None
        ref = f"{self._mapping.source}:{number}"
        case = CaseRecord(
            line=cells.line,
            external_ref=ref,
            customer_ref=customer_ref,
            name=f"Order {number}",
            state=SalesState.WON,
            value=total,
            probability=100,
            owner_ref=cells.ref("owner", self._mapping.owners),
            order_number=number,
            expected_order_date=ordered,
            start=ordered,
            deadline=due,
            closed=shipped,
        )
        invoice = InvoiceRecord(
            line=cells.line,
            external_ref=f"{ref}:invoice",
            customer_ref=customer_ref,
            case_ref=ref,
            number=number,
            status=InvoiceStatus.SENT if shipped else InvoiceStatus.DRAFT,
            date=ordered,
            due=due,
            total=total,
            receiver=_receiver(cells),
        )
        return [case, invoice]


def _receiver(cells: Cells) -> Receiver:
    name = cells.text("ship_name", most=MAX_NAME)
    if not name:
        raise BadValue("the order has no receiver")
    place = cells.place("ship") or Place()
    return Receiver(
        name=name,
        line1=place.line1 or None,
        line2=place.line2 or None,
        postal_code=place.postal_code or None,
        city=place.city or None,
        region=place.region or None,
        country=place.country or None,
    )


def _state(cells: Cells) -> SalesState:
    stage = cells.text("stage").casefold()
    if cells.flag("is_won") or stage in _WON:
        return SalesState.WON
    if cells.flag("is_closed") or stage in _LOST:
        return SalesState.LOST
    return SalesState.OPEN


def _percent(cells: Cells) -> int | None:
    text = cells.text("probability")
    found = cells.number("probability")
    if found is None:
        return None
    percent = found[0]
    if not 0 <= percent <= 100 or 0 < percent < 1:
        raise BadValue(f"probability “{text[:20]}” is not a percentage from 0 to 100")
    return round(percent)
