"""The local double answers as the registers do, also where the client never asks so."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.registers.asking import EQUINOR, NOKIA, registers_of

from crm_tui.domain.errors import RegisterFailed
from crm_tui.domain.vat import RegisterCountry
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import Fault


class Made:
    """Companies that are made up: 250 in Finland, 30 in Norway."""

    def find(self, number: str) -> dict[str, Any] | None:
        return {"organisasjonsnummer": number, "navn": "KYSTEN AS"} if number == "910000004" else None

    def search(self, country: RegisterCountry, name: str) -> list[dict[str, Any]]:
        if name != "many":
            return []
        if country == "NO":
            return [{"organisasjonsnummer": f"9100000{i:02}", "navn": f"MANY {i} AS"} for i in range(30)]
        names = [{"name": "Many Oy", "type": "1", "registrationDate": "2001-02-03"}]
        return [{"businessId": {"value": f"3000{i:03}-0"}, "names": names} for i in range(250)]


def get(double: RegistersDouble, base: str, path: str, **query: str) -> httpx.Response:
    return httpx.get(base + path, params=query, trust_env=False)


@pytest.fixture(scope="module")
def listening() -> Any:
    with RegistersDouble(Made()) as double:
        yield double
    assert not double.failures


def test_pages_of_finland(double: RegistersDouble) -> None:
    def numbers(**query: str) -> list[str]:
        answer = get(double, double.settings.prh, "/companies", **query).json()
        assert answer["totalResults"] == 250
        return [company["businessId"]["value"] for company in answer["companies"]]

    first, last = numbers(name="many"), numbers(name="many", page="3")
    assert (len(first), len(last)) == (100, 50)
    # a page that does not exist is the first one
    assert numbers(name="many", page="4") == numbers(name="many", page="0") == first


def test_finland_wants_the_hyphen_and_a_parameter(double: RegistersDouble) -> None:
    prh = double.settings.prh
    assert get(double, prh, "/companies", businessId=NOKIA).json()["totalResults"] == 1
    assert get(double, prh, "/companies", businessId="01120389").json() == {"totalResults": 0, "companies": []}
    assert get(double, prh, "/companies").json()["errorcode"] == 1005
    assert get(double, prh, f"/companies/{NOKIA}").status_code == 404


def test_pages_of_norway(double: RegistersDouble) -> None:
    brreg = double.settings.brreg
    answer = get(double, brreg, "/enheter", navn="many", size="20", page="1").json()
    assert len(answer["_embedded"]["enheter"]) == 10
    assert answer["page"] == {"size": 20, "totalElements": 30, "totalPages": 2, "number": 1}
    assert "_embedded" not in get(double, brreg, "/enheter", navn="jibberish").json()
    assert get(double, brreg, "/enheter", navn="many", size="20", page="499").status_code == 200
    assert get(double, brreg, "/enheter", navn="many", size="20", page="500").status_code == 400


def test_statuses_of_norway(double: RegistersDouble) -> None:
    def status(path: str) -> int:
        return get(double, double.settings.brreg, path).status_code

    assert [status(f"/enheter/{number}") for number in (EQUINOR, "821227062", "924203617", "1")] == [200, 200, 404, 400]
    assert [status(f"/underenheter/{number}") for number in ("924203617", "433695968", EQUINOR)] == [200, 410, 404]
    assert get(double, double.settings.brreg, "/enheter/924203617").content == b""


def test_other_companies_are_answered_too(double: RegistersDouble) -> None:
    registers = registers_of(double)
    assert registers.look_up("910000004").name == "KYSTEN AS"
    finnish, norwegian = registers.search("FI", "many"), registers.search("NO", "many")
    assert (len(finnish.entries), finnish.total) == (20, 250)
    assert (len(norwegian.entries), norwegian.total) == (20, 30)
    assert [hit.name for hit in registers.search("FI", "NOKIA oyj").entries] == ["Nokia Oyj"]


def test_faults_go_by_in_their_order(double: RegistersDouble) -> None:
    registers = registers_of(double)
    double.fail_next(Fault.CUT_OFF, None, Fault.PAGE)
    for is_wrong in (True, False, True, False):
        if is_wrong:
            with pytest.raises(RegisterFailed):
                registers.look_up(NOKIA)
        else:
            assert registers.look_up(NOKIA).number == NOKIA
