"""The whole way: the program, the real client, HTTP over loopback, and the double that knows the demo company."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import jsonschema
import pytest
from tests.driver import NOW, Crm
from tests.registers.contract import schema
from tests.registers.test_wrong_answers import WRONG
from tests.screens.conftest import Start
from tests.screens.kallavesi import customer_of, store_of

from crm_tui.demo.local_registers import LocalRegisters, local_double
from crm_tui.demo.register_answers import REAL, DemoRegisters
from crm_tui.domain.errors import NotInRegister
from crm_tui.domain.register_entry import RegisterState
from crm_tui.domain.vat import register_country
from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import Fault
from crm_tui.screens.dialogs.update_details import UpdateDetailsDialog
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]
#: what the busy and the broken ones are waited for, twice, and what no patience is needed for
QUICK = [wrong for wrong in WRONG if not wrong[0].name.startswith("BUSY_")]


@pytest.fixture
def double(open_sample: Open) -> Iterator[RegistersDouble]:
    with local_double(open_sample("sanna"), NOW.date()) as serving:
        serving.drip = 0.2
        yield serving
    assert not serving.failures


async def test_every_wrong_answer_is_told_and_leaves_card_and_program_alone(
    start: Start, double: RegistersDouble
) -> None:
    async with start(registers=BusinessRegisters(double.settings)) as crm:
        await crm.open("Kallavesi")
        before = _written(crm)
        for fault, _, sentence, _ in QUICK:
            double.mend()
            double.fail_always(fault)
            await crm.press("V")
            assert isinstance(crm.app.screen, UpdateDetailsDialog)
            assert sentence in _said(crm), f"{fault}: {crm.text()}"
            await crm.press("escape")
            assert not isinstance(crm.app.screen, UpdateDetailsDialog)
        assert _written(crm) == before
        double.mend()
        await crm.press("V")
        await crm.see("PRH, business id 9000964-9", "Update 2 fields")


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.DRIPPING])
async def test_a_register_that_keeps_silent_is_waited_for_and_no_longer(
    start: Start, double: RegistersDouble, fault: Fault
) -> None:
    registers = BusinessRegisters(double.settings._replace(seconds=1.0))
    async with start(registers=registers) as crm:
        await crm.open("Kallavesi")
        before = _written(crm)
        double.fail_always(fault)
        await crm.press("V")
        await crm.see("did not answer within 1 second", "try again")
        await crm.press("escape")
        assert _written(crm) == before


def test_the_registers_of_the_demo_know_its_customers_in_their_own_shapes(
    open_sample: Open, double: RegistersDouble
) -> None:
    store = open_sample("sanna")
    answers, registers = DemoRegisters(store, NOW.date()), BusinessRegisters(double.settings)
    document = schema()
    company = {**document["components"]["schemas"]["Company"], "components": document["components"]}
    states: set[RegisterState | None] = set()
    for row in store.customers.page(CustomerQuery(active=None), PageRequest(limit=200)).rows:
        customer = store.customers.get(row.id)
        known = register_country(customer.vat_number, None)
        if known.business_id is None or known.business_id in REAL:
            continue  # some have no number, the real ones have answers of their own
        answer = answers.find(known.business_id)
        if answer is None:
            with pytest.raises(NotInRegister):
                registers.look_up(known.business_id, known.country)
            states.add(None)
            continue
        if known.country == "FI":
            jsonschema.Draft4Validator(company).validate(answer)
        entry = registers.look_up(known.business_id, known.country)
        states.add(entry.state)
        assert entry.name is not None
        # a renamed one has another word before its form
        assert customer.name.split()[0].casefold() == entry.name.split()[0].casefold()
    assert states > {RegisterState.ACTIVE, RegisterState.CEASED, None}


def test_the_demo_serves_only_once_somebody_asks(open_sample: Open) -> None:
    registers = LocalRegisters(open_sample("sanna"), NOW.date())
    registers.close()  # nothing was served
    try:
        assert registers.look_up("FI01120389").name == "Nokia Oyj"
        hits = registers.search("FI", "kallavesi")
        assert [hit.number for hit in hits.entries] == ["9000964-9"]
        assert registers.search("NO", "no company is called so").total == 0
        hits = registers.search("NO", "equinor")  # a customer, but a real company: found once, and as it is
        assert [(hit.number, hit.state) for hit in hits.entries] == [("923609016", RegisterState.ACTIVE)]
    finally:
        registers.close()


def _said(crm: Crm) -> str:
    """What stands in the dialog, on one line."""
    box = crm.app.screen.query_one(".dialog-frame").region.shrink((1, 2, 1, 2))
    return " ".join(" ".join(line[box.x : box.right] for line in crm.lines()[box.y : box.bottom]).split())


def _written(crm: Crm) -> object:
    """All that is stored of the customer that is shown, and how often anybody wrote."""
    store, customer = store_of(crm), customer_of(crm)
    return customer, store.addresses.of_customer(customer.id), store.pulse()
