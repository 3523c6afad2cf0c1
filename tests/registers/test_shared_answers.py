"""Every shared answer through the real client over loopback: the entry that a person read from it comes out.

Twice: served byte for byte where the register has it, and by the double that demonstrations run.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from tests.registers import expected
from tests.registers.expected import FETCHED, FOUND, UNITS, body

from crm_tui.domain.errors import NotInRegister
from crm_tui.domain.register_entry import SOURCES, RegisterEntry, RegisterHits
from crm_tui.domain.vat import RegisterCountry
from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import Response
from crm_tui.waiting.clock import SystemClock

_FI, _NO = "/opendata-ytj-api/v3/companies", "/enhetsregisteret/api"
#: the number in this file has a wrong check digit, so nobody can ask for it: it is served under another one
_SESAM = "923609024"


class Kept(NamedTuple):
    """A file as its register serves it: at which path, after which question, with which status."""

    path: str
    question: str = ""
    status: int = 200


KEPT: dict[str, Kept] = {
    "fi/nokia_0112038-9.json": Kept(_FI, "businessId=0112038-9"),
    "fi/wolt_2646674-9_renamed_trimmed.json": Kept(_FI, "businessId=2646674-9"),
    "fi/bulk_shape_nulls_co.json": Kept(_FI, "businessId=3466646-8"),
    "fi/active_and_ceased_trimmed.json": Kept(_FI, "name=oy"),
    "fi/not_found.json": Kept(_FI, "businessId=0116297-6"),
    "no/equinor_923609016.json": Kept(f"{_NO}/enheter/923609016"),
    "no/enhet_991825827_email_phone_pobox.json": Kept(f"{_NO}/enheter/991825827"),
    "no/enhet_null_address_lines.json": Kept(f"{_NO}/enheter/{_SESAM}"),
    "no/enhet_slettet_821227062_http200.json": Kept(f"{_NO}/enheter/821227062"),
    "no/underenhet_924203617.json": Kept(f"{_NO}/underenheter/924203617"),
    "no/removed_http410.json": Kept(f"{_NO}/underenheter/433695968", status=410),
    "no/search_hits.json": Kept(f"{_NO}/enheter", "navn=sesam"),
    "no/search_empty.json": Kept(f"{_NO}/enheter", "navn=jibberish"),
}


class Verbatim(RegistersDouble):
    """Serves the files byte for byte, and 404 with nothing in it for all else."""

    def answer(self, path: str, query: dict[str, list[str]]) -> Response:
        asked = {f"{key}={value}" for key, values in query.items() for value in values}
        for name, kept in KEPT.items():
            if kept.path == path and (not kept.question or kept.question in asked):
                content = body(name)
                if name == "no/enhet_null_address_lines.json":
                    content = content.replace(b"112233445", _SESAM.encode())
                return Response(kept.status, content)
        return Response(404)


class Then(SystemClock):
    """The clock of the day on which the expected entries were fetched."""

    def now(self) -> datetime:
        return FETCHED


@pytest.fixture(scope="module")
def verbatim() -> Iterator[RegistersDouble]:
    with Verbatim() as double:
        yield double
        assert double.failures == []


@pytest.fixture(scope="module")
def double() -> Iterator[RegistersDouble]:
    with RegistersDouble() as double:
        yield double
        assert double.failures == []


def client(double: RegistersDouble) -> BusinessRegisters:
    return BusinessRegisters(double.settings, clock=Then())


#: what is asked, and what it is
LOOK_UPS: dict[str, tuple[str, RegisterEntry]] = {
    "fi/nokia_0112038-9.json": ("FI01120389", expected.NOKIA),
    "fi/wolt_2646674-9_renamed_trimmed.json": ("FI26466749", expected.WOLT),
    "fi/bulk_shape_nulls_co.json": ("3466646-8", expected.PATANA),
    "no/equinor_923609016.json": ("NO 923 609 016 MVA", expected.EQUINOR),
    "no/enhet_991825827_email_phone_pobox.json": ("991825827", expected.DIGDIR),
    "no/underenhet_924203617.json": ("924203617", expected.DIGDIR_BRONNOYSUND),
    "no/enhet_slettet_821227062_http200.json": ("821227062", expected.VESTFOLD),
    "no/removed_http410.json": ("433695968", expected.REMOVED),
}
SEARCHES: dict[str, tuple[RegisterCountry, str]] = {
    "fi/active_and_ceased_trimmed.json": ("FI", "oy"),
    "no/search_hits.json": ("NO", "sesam"),
    "no/search_empty.json": ("NO", "jibberish"),
}
OTHERWISE = {"fi/not_found.json", "no/enhet_null_address_lines.json"}  # below, on their own


def test_no_shared_answer_is_left_out() -> None:
    assert {*FOUND, *UNITS} == set(KEPT)
    assert {*LOOK_UPS, *SEARCHES, *OTHERWISE} == set(KEPT)


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_company_is_what_a_person_reads(name: str, verbatim: RegistersDouble, double: RegistersDouble) -> None:
    number, entry = LOOK_UPS[name]
    assert client(verbatim).look_up(number) == entry
    assert client(double).look_up(number) == entry


@pytest.mark.parametrize("name", SEARCHES)
def test_hits_are_what_a_person_reads(name: str, verbatim: RegistersDouble) -> None:
    country, wanted = SEARCHES[name]
    entries, total = FOUND[name]
    hits = RegisterHits(source=SOURCES[country], entries=entries, total=total)
    assert client(verbatim).search(country, wanted) == hits


def test_what_the_double_finds_by_name(double: RegistersDouble) -> None:
    registers = client(double)
    assert registers.search("FI", "nokia").entries == (expected.NOKIA,)
    assert registers.search("FI", "enterprises").entries == (expected.WOLT,)  # a name that it had
    assert registers.search("NO", "sesam").entries == (expected.SESAM,)
    assert registers.search("NO", "jibberish") == RegisterHits(source=SOURCES["NO"], entries=(), total=0)
    # the companies of a whole page of hits are companies that can be looked up, too
    assert registers.look_up("FI22831323") == expected.COMPATER
    assert registers.look_up("FI01000029") == expected.METALLI


def test_lines_that_are_null_come_out_of_no_client(verbatim: RegistersDouble) -> None:
    assert client(verbatim).look_up(_SESAM) == replace(expected.SESAM, number=_SESAM)


def test_a_company_that_is_not_in_the_open_data_is_not_called_wrong(
    verbatim: RegistersDouble, double: RegistersDouble
) -> None:
    for register in (verbatim, double):
        with pytest.raises(NotInRegister) as raised:
            client(register).look_up("FI01162976")
        assert "sole traders and some bodies are left out" in str(raised.value)
        assert "invalid" not in str(raised.value)


def test_a_sub_unit_is_asked_for_after_the_units(verbatim: RegistersDouble) -> None:
    before = len(verbatim.seen)
    client(verbatim).look_up("924203617")
    asked = verbatim.seen[before:]
    assert [seen.path.removeprefix(_NO) for seen in asked] == ["/enheter/924203617", "/underenheter/924203617"]
    accepted = [seen.headers["Accept"].rpartition("enhetsregisteret.")[2] for seen in asked]
    assert accepted == ["enhet.v2+json", "underenhet.v2+json"]
