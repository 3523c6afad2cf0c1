"""Every trap of the two registers: what a made-up answer with it tells."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.registers.expected import FETCHED

from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState
from crm_tui.registers import brreg, prh


def finnish(fields: dict[str, object]) -> RegisterEntry:
    """What is told of a company of these fields."""
    company = {"businessId": {"value": "0112038-9"}, **fields}
    (entry,), _ = prh.entries(json.dumps({"totalResults": 1, "companies": [company]}).encode(), FETCHED)
    return entry


def norwegian(fields: dict[str, object], is_subunit: bool = False) -> RegisterEntry:
    """What is told of a unit of these fields."""
    content = json.dumps({"organisasjonsnummer": "923609016", **fields}).encode()
    return brreg.entry(content, FETCHED, subunit=is_subunit)


def place(*lines: str, code: str | None = "00100", city: str | None = None, country: str | None = "FI") -> object:
    return RegisterAddress(lines=lines, postal_code=code, city=city, country=country)


def at(**fields: object) -> list[object]:
    return [{"type": 1, "postCode": "00100", **fields}]


def name(text: str, kind: object = "1", since: str | None = "2000-01-01", until: str | None = None) -> object:
    return {"name": text, "type": kind, "registrationDate": since, "endDate": until}


def in_languages(**texts: str | None) -> list[object]:
    codes = {"fi": "1", "sv": "2", "en": "3"}
    return [{"languageCode": codes[key], "description": text} for key, text in texts.items()]


def cities(**texts: str) -> list[object]:
    codes = {"fi": "1", "sv": "2", "en": "3"}
    return [{"languageCode": codes[key], "city": text} for key, text in texts.items()]


def in_register(register: object, kind: object = "1", since: str = "2001-02-03", until: str | None = None) -> object:
    return {"register": register, "type": kind, "registrationDate": since, "endDate": until}


LATEST = [
    name("Old Oy", since="1990-01-01", until="1999-12-31"),
    name("Last Oy", since="2000-01-01", until="2005-12-19"),
]
FINNISH: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    # names
    "newest main name": ({"names": [name("A", since="2001-01-01"), name("B", since="2002-01-01")]}, {"name": "B"}),
    "a name that ended is none": (
        {"names": [name("A"), name("B", since="2020-01-01", until="2021-01-01")]},
        {"name": "A"},
    ),
    "a name of the ceased": ({"names": LATEST, "endDate": "2005-12-19"}, {"name": "Last Oy", "other_names": ()}),
    "the order does not matter": ({"names": LATEST[::-1], "tradeRegisterStatus": "4"}, {"name": "Last Oy"}),
    "a parallel name is never the name": (
        {"names": [name("A", "2"), name("B", "3")]},
        {"name": None, "other_names": ("A", "B")},
    ),
    "an auxiliary name of a kind unknown": ({"names": [name("A"), name("B", "9")]}, {"name": "A", "other_names": ()}),
    "kinds as numbers": ({"names": [name("A", 1), name("B", "3"), name("C", 2)]}, {"other_names": ("C", "B")}),
    "a name twice": (
        {"names": [name("A"), name("A", "3"), name("B", "3"), name("B", "2")]},
        {"name": "A", "other_names": ("B",)},
    ),
    "a name without a date": ({"names": [name("A", since=None), name("B", since="1990-01-01")]}, {"name": "B"}),
    "a date that is none": ({"names": [name("A", since="soon"), name("B", since="1990-01-01")]}, {"name": "B"}),
    "an end that is no date": (
        {"names": [name("A", until="2001-01-01"), name("B", until="once")]},
        {"name": "A", "other_names": ()},
    ),
    "another name is blank": ({"names": [name("A"), name(" ", "3")]}, {"name": "A", "other_names": ()}),
    "no names": ({"names": None}, {"name": None, "other_names": ()}),
    # addresses
    "a street in all its parts": (
        {
            "addresses": at(
                street="Mannerheimintie",
                buildingNumber="5-7",
                entrance="B",
                apartmentNumber="52",
                apartmentIdSuffix="a",
            )
        },
        {"visiting": place("Mannerheimintie 5-7 B 52a")},
    ),
    "a street alone": ({"addresses": at(street="Tori", entrance=None, buildingNumber="")}, {"visiting": place("Tori")}),
    "a flat without an entrance": (
        {"addresses": at(street="Katu", buildingNumber=3, apartmentNumber=12)},
        {"visiting": place("Katu 3 12")},
    ),
    "a box": ({"addresses": at(postOfficeBox="226", street="")}, {"visiting": place("PL 226")}),
    "a box as a number": ({"addresses": at(postOfficeBox=226)}, {"visiting": place("PL 226")}),
    "care of someone": ({"addresses": at(co="Matti", street="Katu")}, {"visiting": place("c/o Matti", "Katu")}),
    "care of, written out": (
        {"addresses": at(co="C/O Matti", street="Katu")},
        {"visiting": place("C/O Matti", "Katu")},
    ),
    "care of, and a box": ({"addresses": at(co="Matti", postOfficeBox="1")}, {"visiting": place("c/o Matti", "PL 1")}),
    "a free line": (
        {"addresses": at(freeAddressLine="Norgårdsvägen_3 _ SE-451_75 Uddevalla", postCode=None, country="SE")},
        {"visiting": place("Norgårdsvägen 3 SE-451 75 Uddevalla", code=None, country="SE")},
    ),
    "a street is better than a free line": (
        {"addresses": at(street="Katu", freeAddressLine="other_line")},
        {"visiting": place("Katu")},
    ),
    "city in Finnish": (
        {"addresses": at(postOffices=cities(sv="ESBO", fi="ESPOO"))},
        {"visiting": place(city="ESPOO")},
    ),
    "city in Swedish": ({"addresses": at(postOffices=cities(en="X", sv="ESBO"))}, {"visiting": place(city="ESBO")}),
    "city as it is": ({"addresses": at(postOffices=[{"city": "X"}, {"city": "Y"}])}, {"visiting": place(city="X")}),
    "Finnish city blank": ({"addresses": at(postOffices=cities(fi=" ", sv="ESBO"))}, {"visiting": place(city="ESBO")}),
    "city languages as numbers": (
        {"addresses": at(postOffices=[{"city": "ESBO", "languageCode": 2}, {"city": "ESPOO", "languageCode": 1}])},
        {"visiting": place(city="ESPOO")},
    ),
    "only a city": (
        {"addresses": [{"type": 1, "postOffices": cities(fi="ESPOO")}]},
        {"visiting": place(code=None, city="ESPOO")},
    ),
    "country in small letters": ({"addresses": at(country="se")}, {"visiting": place(country="SE")}),
    "country that is no code": ({"addresses": at(country="Suomi")}, {"visiting": place(country=None)}),
    "kind as text": (
        {"addresses": [{"type": "2", "street": "Katu"}]},
        {"visiting": None, "postal": place("Katu", code=None)},
    ),
    "the newest of a kind": (
        {
            "addresses": [
                *at(street="Old", registrationDate="2001-01-01"),
                *at(street="New", registrationDate="2024-01-01"),
                *at(street="Undated"),
                {"type": 1, "registrationDate": "2025-01-01"},
            ]
        },
        {"visiting": place("New")},
    ),
    "postal code as a number": ({"addresses": at(street="Katu", postCode=100)}, {"visiting": place("Katu")}),
    "country that is no more": ({"addresses": at(country="YU")}, {"visiting": place(country=None)}),
    "only a kind": ({"addresses": [{"type": 1, "country": "FI", "street": " "}]}, {"visiting": None}),
    "the first that says where": ({"addresses": [{"type": 1}, *at(street="Katu")]}, {"visiting": place("Katu")}),
    "another kind": ({"addresses": [{"type": 3, "street": "Katu"}]}, {"visiting": None, "postal": None}),
    "nulls for addresses": ({"addresses": [None]}, {"visiting": None, "postal": None}),
    # website, industry
    "blank website": ({"website": {"url": " "}}, {"website": None}),
    "null website": ({"website": None}, {"website": None}),
    "industry in Finnish": (
        {"mainBusinessLine": {"type": "1", "descriptions": in_languages(sv="b", fi="a")}},
        {"industry": "a"},
    ),
    "industry in Swedish": (
        {"mainBusinessLine": {"type": "1", "descriptions": in_languages(sv="b", en=None)}},
        {"industry": "b"},
    ),
    "industry in no known language": (
        {"mainBusinessLine": {"type": "1", "descriptions": [{"languageCode": "4", "description": "x"}]}},
        {"industry": None},
    ),
    "industry without words": ({"mainBusinessLine": {"type": "62010"}}, {"industry_code": "62010", "industry": None}),
    "industry as a number": ({"mainBusinessLine": {"type": 62010}}, {"industry_code": "62010"}),
    # VAT
    "registered for VAT": ({"registeredEntries": [in_register("6", "80")]}, {"vat_registered": True}),
    "was registered for VAT": (
        {"registeredEntries": [in_register("6", until="2020-01-01")]},
        {"vat_registered": False},
    ),
    "registered again": (
        {"registeredEntries": [in_register("6", until="2020-01-01"), in_register(6)]},
        {"vat_registered": True},
    ),
    "registered elsewhere": ({"registeredEntries": [in_register("5")]}, {"vat_registered": False}),
    "no registers": ({"registeredEntries": []}, {"vat_registered": False}),
    "registers not told": ({"registeredEntries": None}, {"vat_registered": None}),
    # state
    "ceased": ({"endDate": "2020-05-06"}, {"state": RegisterState.CEASED, "since": date(2020, 5, 6)}),
    "ceased without a date": ({"tradeRegisterStatus": "4"}, {"state": RegisterState.CEASED, "since": None}),
    "ceased, as a number": ({"tradeRegisterStatus": 4, "endDate": None}, {"state": RegisterState.CEASED}),
    "ceased in the trade register": (
        {"tradeRegisterStatus": "4", "registeredEntries": [in_register("1", "4")]},
        {"state": RegisterState.CEASED, "since": date(2001, 2, 3)},
    ),
    "the status is left out": (
        {"registeredEntries": [in_register("1", "4")]},
        {"state": RegisterState.CEASED, "since": date(2001, 2, 3)},
    ),
    "the status is left out, numbers": (
        {"registeredEntries": [in_register(1, 4)]},
        {"state": RegisterState.CEASED, "since": date(2001, 2, 3)},
    ),
    "ceased, all in numbers": (
        {"tradeRegisterStatus": 4, "registeredEntries": [in_register(1, 4)]},
        {"state": RegisterState.CEASED, "since": date(2001, 2, 3)},
    ),
    "was ceased once": (
        {"registeredEntries": [in_register("1", "4", until="2002-01-01"), in_register("1", "1")]},
        {"state": RegisterState.ACTIVE, "since": None},
    ),
    "ceased, and registered again": (
        {"registeredEntries": [in_register("1", "4"), in_register("1", "1", since="2015-05-05")]},
        {"state": RegisterState.ACTIVE, "since": None},
    ),
    "registered, and ceased on the same day or later": (
        {"registeredEntries": [in_register("1"), in_register("1", "4"), in_register("1", "1", since="1990-05-05")]},
        {"state": RegisterState.CEASED, "since": date(2001, 2, 3)},
    ),
    "registered elsewhere after it ceased": (
        {"registeredEntries": [in_register("1", "4"), in_register("6", "1", since="2015-05-05")]},
        {"state": RegisterState.CEASED, "since": date(2001, 2, 3)},
    ),
    "ceased, says the status": (
        {
            "tradeRegisterStatus": "4",
            "registeredEntries": [in_register("1", "4"), in_register("1", "1", since="2015-05-05")],
        },
        {"state": RegisterState.CEASED, "since": date(2001, 2, 3)},
    ),
    "active, as a number": (
        {"tradeRegisterStatus": 1, "registeredEntries": [in_register("1", "4")]},
        {"state": RegisterState.ACTIVE},
    ),
    "an entry that the status denies": (
        {"tradeRegisterStatus": "1", "registeredEntries": [in_register("1", "4")]},
        {"state": RegisterState.ACTIVE, "since": None},
    ),
    "ceased in another register": ({"registeredEntries": [in_register("4", "4")]}, {"state": RegisterState.ACTIVE}),
    "status says nothing": ({"status": "2", "tradeRegisterStatus": "1"}, {"state": RegisterState.ACTIVE}),
    "bankrupt": (
        {
            "companySituations": [
                {"type": "SANE", "registrationDate": "2019-01-01"},
                {"type": "KONK", "registrationDate": "2020-01-02"},
            ]
        },
        {"state": RegisterState.BANKRUPT, "since": date(2020, 1, 2)},
    ),
    "bankrupt no more": (
        {"companySituations": [{"type": "KONK", "registrationDate": "2020-01-02", "endDate": "2021-01-01"}]},
        {"state": RegisterState.ACTIVE, "since": None},
    ),
    "liquidation": ({"companySituations": [{"type": "SELTILA"}]}, {"state": RegisterState.LIQUIDATION, "since": None}),
    "restructuring": ({"companySituations": [{"type": "SANE"}]}, {"state": RegisterState.RESTRUCTURING}),
    "another situation": ({"companySituations": [{"type": "X"}]}, {"state": RegisterState.ACTIVE}),
    "ceased after a bankruptcy": (
        {"endDate": "2021-03-04", "companySituations": [{"type": "KONK", "registrationDate": "2020-01-02"}]},
        {"state": RegisterState.CEASED, "since": date(2021, 3, 4)},
    ),
    # text
    "controls and marks": (
        {"names": [name("Ev\x00il\x1b[31m\u202e\u200b\r\nOy\u00ad\ufeff")]},
        {"name": "Evil[31m Oy"},
    ),
    "runs of blanks": ({"names": [name("\u00a0 A\t\t B\u2003C \u3000")]}, {"name": "A B C"}),
    "a name that nobody sees": (
        {"names": [name("\u3164\u200d\ufe0f\U000e0101"), name("A", since="1990-01-01")]},
        {"name": "A"},
    ),
    "letters in two parts": ({"names": [name("A\u0308ssa\u0308")]}, {"name": "Ässä"}),
    "markup stays text": ({"names": [name("[b]A & B[/b]")]}, {"name": "[b]A & B[/b]"}),
}


@pytest.mark.parametrize(("fields", "expected"), FINNISH.values(), ids=FINNISH)
def test_traps_of_the_finnish_register(fields: dict[str, object], expected: dict[str, object]) -> None:
    entry = finnish(fields)
    assert {key: getattr(entry, key) for key in expected} == expected


NORWEGIAN: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "nulls and blanks in lines": (
        {"forretningsadresse": {"adresse": [None, "Gata 1", "", " ", None], "postnummer": "0101", "landkode": "NO"}},
        {"visiting": place("Gata 1", code="0101", country="NO")},
    ),
    "an address abroad": (
        {"forretningsadresse": {"adresse": ["Storgatan 1"], "poststed": "111 22 STOCKHOLM", "landkode": "SE"}},
        {"visiting": place("Storgatan 1", code=None, city="111 22 STOCKHOLM", country="SE")},
    ),
    "lines null": (
        {"postadresse": {"adresse": None, "postnummer": "0101", "poststed": "OSLO"}},
        {"postal": place(code="0101", city="OSLO", country=None)},
    ),
    "only a country": ({"postadresse": {"adresse": [""], "landkode": "NO"}}, {"postal": None}),
    "only a postal code": ({"postadresse": {"postnummer": "0101"}}, {"postal": place(code="0101", country=None)}),
    "only a city": ({"postadresse": {"poststed": "OSLO"}}, {"postal": place(code=None, city="OSLO", country=None)}),
    "postal code as a number": (
        {"postadresse": {"postnummer": 101, "landkode": "yu"}},
        {"postal": place(code="0101", country=None)},
    ),
    "c/o and box are lines": (
        {"postadresse": {"adresse": ["c/o Kari", "Postboks 1"], "postnummer": "0101"}},
        {"postal": place("c/o Kari", "Postboks 1", code="0101", country=None)},
    ),
    "a place of business is for sub-units": ({"beliggenhetsadresse": {"adresse": ["Gata 1"]}}, {"visiting": None}),
    "both phones": ({"mobil": "900 00 000", "telefon": "22 00 00 00"}, {"phones": ("22 00 00 00", "900 00 000")}),
    "one phone twice": ({"mobil": "22 00 00 00", "telefon": "22 00 00 00"}, {"phones": ("22 00 00 00",)}),
    "only a mobile": ({"mobil": "900 00 000", "telefon": ""}, {"phones": ("900 00 000",)}),
    "nothing but a number": (
        {},
        {"name": None, "email": None, "phones": (), "website": None, "vat_registered": None, "industry": None},
    ),
    "everything null": (
        {
            "navn": None,
            "konkurs": None,
            "forretningsadresse": None,
            "naeringskode1": None,
            "registrertIMvaregisteret": None,
        },
        {"name": None, "visiting": None, "state": RegisterState.ACTIVE, "vat_registered": None},
    ),
    "not registered for VAT": ({"registrertIMvaregisteret": False}, {"vat_registered": False}),
    "deleted before all": (
        {"slettedato": "2024-11-26", "konkurs": True, "konkursdato": "2023-01-01", "underAvvikling": True},
        {"state": RegisterState.DELETED, "since": date(2024, 11, 26)},
    ),
    "bankrupt before liquidation": (
        {
            "konkurs": True,
            "konkursdato": "2023-01-01",
            "underTvangsavviklingEllerTvangsopplosning": True,
            "underAvvikling": True,
        },
        {"state": RegisterState.BANKRUPT, "since": date(2023, 1, 1)},
    ),
    "bankrupt, date blank": ({"konkurs": True, "konkursdato": ""}, {"state": RegisterState.BANKRUPT, "since": None}),
    "no bankruptcy, blank date": (
        {"konkurs": False, "konkursdato": ""},
        {"state": RegisterState.ACTIVE, "since": None},
    ),
    "liquidation by force": (
        {"underTvangsavviklingEllerTvangsopplosning": True, "underAvvikling": True, "underAvviklingDato": "2022-02-02"},
        {"state": RegisterState.LIQUIDATION, "since": None},
    ),
    "liquidation": (
        {"underAvvikling": True, "underAvviklingDato": "2022-02-02"},
        {"state": RegisterState.LIQUIDATION, "since": date(2022, 2, 2)},
    ),
    "controls in lines": (
        {"postadresse": {"adresse": ["Ga\x1bta\n1"]}},
        {"postal": place("Gata 1", code=None, country=None)},
    ),
    "number as a number": ({"organisasjonsnummer": 923609016}, {"number": "923609016"}),
}


@pytest.mark.parametrize(("fields", "expected"), NORWEGIAN.values(), ids=NORWEGIAN)
def test_traps_of_the_norwegian_register(fields: dict[str, object], expected: dict[str, object]) -> None:
    entry = norwegian(fields)
    assert {key: getattr(entry, key) for key in expected} == expected


def test_a_sub_unit_is_where_it_does_business_and_may_be_closed() -> None:
    entry = norwegian(
        {
            "beliggenhetsadresse": {"adresse": ["Kaia 1"], "postnummer": "8900"},
            "forretningsadresse": {"adresse": ["Elsewhere 1"]},
            "nedleggelsesdato": "2024-06-30",
        },
        is_subunit=True,
    )
    assert entry.is_subunit
    assert entry.visiting == place("Kaia 1", code="8900", country=None)
    assert (entry.state, entry.since) == (RegisterState.CEASED, date(2024, 6, 30))
