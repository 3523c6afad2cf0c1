"""Invoices of every status, some of them late; each keeps its receiver as it was."""

from __future__ import annotations

from crm_tui.demo.cases import Case
from crm_tui.demo.world import World
from crm_tui.domain.cases import SalesState
from crm_tui.domain.finance import InvoiceStatus as Status

_VAT = {"FI": 25.5, "NO": 25.0}


def add_invoices(world: World, case: Case) -> None:
    """The invoices of a project, a month apart, the last one often not sent yet."""
    if case.state is not SalesState.WON:
        return
    random = world.random
    count = random.randint(1, 5)
    for n in range(count):
        age = 30 * (count - n) - random.randint(0, 25)
        status = _status(world, age)
        if n == count - 1 and world.chance(0.3):
            status, age = Status.DRAFT, 0
        net = round(case.value / count / 10_000) * 10_000
        add_invoice(world, [case], status, age=age, net=-net // 8 if status is Status.CREDITED else net)


def _status(world: World, age: int) -> Status:
    """New ones are open, old ones paid; some are late, a few were credited."""
    if age <= 14:
        return world.random.choice((Status.SENT, Status.WAITING))
    if world.chance(0.12 if age < 60 else 0.02):
        return Status.WAITING
    return Status.CREDITED if world.chance(0.03) else Status.PAID


def add_invoice(
    world: World, cases: list[Case], status: Status, *, age: int, net: int, term: int = 14, number: str | None = None
) -> int:
    """An invoice that is ``age`` days old; ``net`` in minor units without VAT. A draft has no due date."""
    case = cases[0]
    company = case.company
    date = world.day(-age)
    due = world.day(term - age) if status is not Status.DRAFT else None
    vat = round(net * _VAT.get(company.country.code, 0) / 100)
    paid = world.day(min(0, term - age - world.random.randint(0, 4))) if status is Status.PAID else None
    return world.add(
        "invoice",
        made=world.some_time(date),
        by=case.owner,
        customer=company.id,
        number=number or f"{date.year}-{world.next_id('invoice') + 1000:05}",
        status=status,
        billing_customer=world.rows["case"][case.id - 1].get("billing_customer"),
        cases=tuple(c.id for c in cases),
        date=date,
        due=due,
        paid=paid and max(paid, date),
        currency=case.currency,
        receiver=company.receiver,
        total=net + vat,
        vat=vat,
    )
