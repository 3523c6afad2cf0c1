"""What each of the shared answers tells, read by a person from the file and the rules of the registers.

By the name of the file. All values are written out, also those that are the default, where the file says something on
purpose; nothing here comes from what a parser printed.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import crm_tui.registers
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState

ANSWERS = Path(crm_tui.registers.__file__).parent / "answers"
#: when all of these were fetched
FETCHED = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def body(name: str) -> bytes:
    """A shared answer as its register sends it: the record of the file of all companies gets the frame of an answer."""
    content = (ANSWERS / name).read_bytes()
    if name == "fi/bulk_shape_nulls_co.json":
        return json.dumps({"totalResults": 1, "companies": [json.loads(content)]}).encode()
    return content


NOKIA = RegisterEntry(
    country="FI",
    number="0112038-9",
    name="Nokia Oyj",  # and not Oy Nokia Ab, which ended in 1997
    other_names=(
        "Nokia Abp",
        "Nokia Corporation",
        "Nokia Networks",
        "Nokia Matkapuhelimet",
        "Nokia Telecommunications",
        "Telenokia",
        "Nokia Mobile Phones",
        "Nokia Mobira",
        "TCC Nokia",
        "NMP Trading",
        "Nokia Home Communications",
        "Nokia Internet Communications",
        "Vertu",
    ),
    visiting=RegisterAddress(lines=("Karakaari 7",), postal_code="02610", city="ESPOO", country="FI"),
    postal=RegisterAddress(lines=("PL 226",), postal_code="00045", city="NOKIA GROUP", country="FI"),
    email=None,
    phones=(),
    website="www.nokia.com",
    industry_code="70100",
    industry="Activities of head offices",
    vat_registered=True,
    state=RegisterState.ACTIVE,
    since=None,
    fetched_at=FETCHED,
)

WOLT = RegisterEntry(
    country="FI",
    number="2646674-9",
    name="Wolt Oy",
    other_names=(),  # Wolt Enterprises Oy ended
    visiting=RegisterAddress(lines=("Pohjoinen Rautatiekatu 21",), postal_code="00100", city="HELSINKI", country="FI"),
    postal=None,
    website=None,
    industry_code="96999",
    industry="Other miscellaneous personal service activities n.e.c.",
    vat_registered=None,  # the entries of the registers were left out of this file
    fetched_at=FETCHED,
)

COMPATER = RegisterEntry(
    country="FI",
    number="2283132-3",
    name="Compater Oy",
    visiting=None,
    postal=RegisterAddress(lines=("Hyljetie 18 A",), postal_code="02260", city="ESPOO", country="FI"),
    vat_registered=False,
    state=RegisterState.ACTIVE,
    fetched_at=FETCHED,
)

METALLI = RegisterEntry(
    country="FI",
    number="0100002-9",
    name="Artjarven Metalli Oy",  # its last name, which ended when it ceased
    vat_registered=False,
    state=RegisterState.CEASED,
    since=date(2005, 12, 19),
    fetched_at=FETCHED,
)

PATANA = RegisterEntry(
    country="FI",
    number="3466646-8",
    name="Anttoni Patana Oy",
    visiting=None,
    postal=RegisterAddress(
        lines=("c/o Anttoni Patana", "Mechelininkatu 18 B 52"), postal_code="00100", city="HELSINKI", country="FI"
    ),
    website=None,
    industry_code="70220",
    industry="Business and other management consultancy activities",
    vat_registered=True,
    state=RegisterState.ACTIVE,
    fetched_at=FETCHED,
)

EQUINOR = RegisterEntry(
    country="NO",
    number="923609016",
    name="EQUINOR ASA",
    visiting=RegisterAddress(lines=("Forusbeen 50",), postal_code="4035", city="STAVANGER", country="NO"),
    postal=RegisterAddress(lines=("Postboks 8500",), postal_code="4035", city="STAVANGER", country="NO"),
    email=None,
    phones=("51 99 00 00",),
    website="www.equinor.com",
    industry_code="06.100",
    industry="Utvinning av råolje",
    vat_registered=True,
    state=RegisterState.ACTIVE,
    since=None,
    fetched_at=FETCHED,
)

DIGDIR = RegisterEntry(
    country="NO",
    number="991825827",
    name="DIGITALISERINGSDIREKTORATET",
    visiting=RegisterAddress(lines=("Lørenfaret 1C",), postal_code="0585", city="OSLO", country="NO"),
    postal=RegisterAddress(lines=("Postboks 1382 Vika",), postal_code="0114", city="OSLO", country="NO"),
    email="postmottak@digdir.no",
    phones=("22 45 10 00",),
    website="www.digdir.no",
    industry_code="84.110",
    industry="Generell offentlig administrasjon",
    vat_registered=False,
    fetched_at=FETCHED,
)

DIGDIR_BRONNOYSUND = RegisterEntry(
    country="NO",
    number="924203617",
    name="DIGITALISERINGSDIREKTORATET AVD BRØNNØYSUND",
    visiting=RegisterAddress(lines=("Havnegata 48",), postal_code="8900", city="BRØNNØYSUND", country="NO"),
    postal=None,
    email="postmottak@digdir.no",
    phones=(),
    website="www.digdir.no",
    industry_code="84.110",
    industry="Generell offentlig administrasjon",
    vat_registered=False,
    is_subunit=True,
    fetched_at=FETCHED,
)

SESAM = RegisterEntry(
    country="NO",
    number="112233445",
    name="SESAM STASJON",
    visiting=RegisterAddress(lines=("Tyvholmen 1",), postal_code="0101", city="OSLO", country="NO"),
    postal=RegisterAddress(
        lines=("c/o reder K. Rusing", "Postboks 1752 Vika"), postal_code="0122", city="OSLO", country="NO"
    ),
    website=None,
    industry_code="52.292",
    industry="Skipsmegling",
    vat_registered=True,
    fetched_at=FETCHED,
)

VESTFOLD = RegisterEntry(
    country="NO",
    number="821227062",
    name="VESTFOLD OG TELEMARK FYLKESKOMMUNE UNDER SLETTING FRA 01.01.2024",
    vat_registered=None,
    state=RegisterState.DELETED,
    since=date(2024, 11, 26),
    fetched_at=FETCHED,
)

#: of a unit that was removed on legal grounds nothing may be kept
REMOVED = RegisterEntry(country="NO", number="433695968", state=RegisterState.REMOVED, fetched_at=FETCHED)

#: file name -> the companies in it, and how many it says there are
FOUND: dict[str, tuple[tuple[RegisterEntry, ...], int]] = {
    "fi/nokia_0112038-9.json": ((NOKIA,), 1),
    "fi/wolt_2646674-9_renamed_trimmed.json": ((WOLT,), 1),
    "fi/active_and_ceased_trimmed.json": ((COMPATER, METALLI), 822379),
    "fi/bulk_shape_nulls_co.json": ((PATANA,), 1),
    "fi/not_found.json": ((), 0),
    "no/search_hits.json": ((SESAM,), 1),
    "no/search_empty.json": ((), 0),
}
#: file name -> the unit in it
UNITS: dict[str, RegisterEntry] = {
    "no/equinor_923609016.json": EQUINOR,
    "no/enhet_991825827_email_phone_pobox.json": DIGDIR,
    "no/underenhet_924203617.json": DIGDIR_BRONNOYSUND,
    "no/enhet_null_address_lines.json": SESAM,
    "no/enhet_slettet_821227062_http200.json": VESTFOLD,
    "no/removed_http410.json": REMOVED,
}
