"""What leaves the machine: checked numbers and names that were typed, nothing else, and only when one is asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.fi import ytunnus
from stdnum.no import orgnr
from tests.registers.asking import EQUINOR, NOKIA, StillClock, registers_of

from crm_tui.domain.errors import Invalid, NotInRegister, RegisterFailed
from crm_tui.domain.vat import RegisterCountry
from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import Fault
from crm_tui.registers.pace import Pace

NONE_AT_ALL = [
    "../../x",
    "",
    " ",
    "\t\n\u00a0",
    "1" * 200,
    "FI" + "0" * 200,
    "FI00000000",
    "FI01120380",
    "000000000",
    "0112038-9\0",
    "FI01120389?x=1",
    "FI01120389&page=2",
    "FI01120389#x",
    "923609016/../x",
    "FI0112038\uff19",
    "\uff10\uff11\uff11\uff12\uff10\uff13\uff18\uff19",
    "\u0669\u0662\u0663\u0666\u0660\u0669\u0660\u0661\u0666",
    "\ud800",
    "SE556056625801",
    "EE100594102",
]


@pytest.mark.parametrize("text", NONE_AT_ALL)
@pytest.mark.parametrize("country", [None, "FI", "NO"])
def test_what_is_no_number_is_not_asked_for(double: RegistersDouble, text: str, country: str | None) -> None:
    with pytest.raises(Invalid):
        registers_of(double).look_up(text, country)
    assert not double.seen


NUMBERS = ["FI01120389", "0112038-9", "112038-9", "NO 923 609 016 MVA", "923609016", "924203617", "FI20774740"]
TYPED = st.one_of(
    st.text(st.characters(codec=None)),
    st.text(st.sampled_from("0123456789FINOMVA -./?&#%\0"), max_size=16),
    st.tuples(st.sampled_from(NUMBERS), st.text(st.sampled_from(" -.\n\tMVAFINO/?&#%0\uff19\0"), max_size=3)).map(
        "".join
    ),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=TYPED, country=st.sampled_from([None, "FI", "NO", "SE"]))
def test_a_request_holds_a_checked_number_alone(double: RegistersDouble, text: str, country: str | None) -> None:
    double.mend()
    double.fail_always(Fault.NOT_FOUND)
    try:
        registers_of(double, clock=StillClock()).look_up(text, country)
    except Invalid:
        assert not double.seen
        return
    except (NotInRegister, RegisterFailed):
        assert double.seen  # by 404, which Norway gives for what is unknown
    for seen in double.seen:
        if seen.path == "/opendata-ytj-api/v3/companies":
            (number,) = seen.query.pop("businessId")
            assert re.fullmatch("[0-9]{7}-[0-9]", number)
            assert ytunnus.is_valid(number)
        else:
            found = re.fullmatch("/enhetsregisteret/api/(?:under)?enheter/([0-9]{9})", seen.path)
            assert found is not None
            assert orgnr.is_valid(found[1])
        assert not seen.query


def test_the_question_is_as_the_registers_want_it(double: RegistersDouble) -> None:
    registers = registers_of(double)
    registers.look_up("FI01120389")
    registers.look_up("924203617")
    finnish, unit, subunit = double.seen
    assert (finnish.method, finnish.query) == ("GET", {"businessId": [NOKIA]})
    assert finnish.headers["Accept"] == "application/json"
    assert unit.headers["Accept"] == "application/vnd.brreg.enhetsregisteret.enhet.v2+json"
    assert subunit.path.endswith("/underenheter/924203617")
    assert subunit.headers["Accept"] == "application/vnd.brreg.enhetsregisteret.underenhet.v2+json"
    assert {seen.headers["User-Agent"] for seen in double.seen} == {"crm-tui"}


def test_a_name_is_a_parameter_whatever_it_holds(double: RegistersDouble) -> None:
    registers = registers_of(double)
    for name in ("../../x?page=2&businessId=1#y", "Åland & Co", "a" * 99 + " " + "b" * 5000, " two \n words ", "50 %"):
        double.mend()
        registers.search("FI", name)
        registers.search("NO", name)
        wanted = {"../../x?page=2&businessId=1#y": name, " two \n words ": "two words"}.get(name, name)[:100].strip()
        finnish, norwegian = double.seen
        assert (finnish.path, finnish.query) == ("/opendata-ytj-api/v3/companies", {"name": [wanted], "page": ["1"]})
        assert norwegian.path == "/enhetsregisteret/api/enheter"
        assert norwegian.query == {"navn": [wanted], "size": ["20"], "page": ["0"]}


@pytest.mark.parametrize("name", ["", "  \n", "***", "-", "a\0b", "\ud800"])
def test_no_name_is_not_looked_for(double: RegistersDouble, name: str) -> None:
    countries: tuple[RegisterCountry, ...] = ("FI", "NO")
    for country in countries:
        with pytest.raises(Invalid):
            registers_of(double).search(country, name)
    assert not double.seen


def test_many_questions_keep_their_pace(double: RegistersDouble) -> None:
    clock = StillClock()
    registers = BusinessRegisters(double.settings, clock=clock, pace=Pace(4, clock))
    for number in (NOKIA, "924203617", EQUINOR, NOKIA):
        registers.look_up(number)
    assert len(double.seen) == 5  # a sub-unit takes two
    assert clock.waits == [0.25] * 4


def test_who_is_slower_than_the_pace_does_not_wait() -> None:
    clock = StillClock()
    pace = Pace(4, clock)
    pace.wait()
    clock.waits.append(0.2)  # time that goes by elsewhere
    pace.wait()
    clock.waits.append(7)
    pace.wait()
    pace.wait()
    assert clock.waits == [0.2, pytest.approx(0.05), 7, 0.25]


def test_nothing_of_the_network_is_imported_before_it_is_needed() -> None:
    code = (
        "import json, sys; import crm_tui.registers.port, crm_tui.registers.settings, crm_tui.registers.clients;"
        "crm_tui.registers.clients.BusinessRegisters(); print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(json.loads(done.stdout))
    assert not {"httpx", "httpcore", "ssl", "urllib.request", "stdnum", "asyncio"} & loaded
    assert not {"crm_tui.registers.prh", "crm_tui.registers.brreg", "crm_tui.registers.fetching"} & loaded
