"""The parsers: the shared answers as a person reads them, and whatever else may come."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.registers.expected import ANSWERS, FETCHED, FOUND, REMOVED, UNITS, body

from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry
from crm_tui.registers import brreg, prh
from crm_tui.registers.reading import Unreadable


def test_every_shared_answer_is_expected() -> None:
    assert {f"{path.parent.name}/{path.name}" for path in ANSWERS.glob("*/*.json")} == {*FOUND, *UNITS}


@pytest.mark.parametrize("name", FOUND)
def test_companies_of_shared_answers(name: str) -> None:
    parse = prh.entries if name.startswith("fi/") else brreg.hits
    assert parse(body(name), FETCHED) == FOUND[name]


@pytest.mark.parametrize("name", UNITS)
def test_units_of_shared_answers(name: str) -> None:
    if UNITS[name] is REMOVED:  # a 410: its content is not even looked at
        assert brreg.removed(REMOVED.number, FETCHED) == REMOVED
    else:
        assert brreg.entry(body(name), FETCHED, subunit=name.startswith("no/underenhet")) == UNITS[name]


# -- answers that are none ------------------------------------------------------------------------------------------

NO_ANSWERS: dict[str, bytes] = {
    "nothing": b"",
    "a page": b"<!doctype html><title>Sign in</title>",
    "text": b"Too many requests",
    "cut off": body("fi/nokia_0112038-9.json")[:4000],
    "cut off in Norway": body("no/equinor_923609016.json")[:1000],
    "two answers": b'{"totalResults": 0} {"totalResults": 0}',
    "an array": b"[]",
    "null": b"null",
    "another object": b'{"status": "ok"}',
    "an error": b'{"timestamp": "2024-01-01 00:00:00", "message": "no", "errorcode": 1005}',
    "a wrong id": b'{"totalResults": 1, "companies": [{"businessId": {"value": "x"}}], "organisasjonsnummer": "x"}',
    "an id and more": b'{"totalResults": 1, "companies": [{"businessId": {"value": "0112038-99"}}], '
    b'"organisasjonsnummer": 9236090160, "page": {"totalElements": 1}, '
    b'"_embedded": {"enheter": [{"organisasjonsnummer": "923609016x"}]}}',
    "no id": b'{"totalResults": 1, "companies": [{"names": []}], "navn": "A", "organisasjonsnummer": ""}',
    "found and not told": b'{"totalResults": 3, "companies": []}',
    "how many is not a number": b'{"totalResults": "many", "page": {"totalElements": -1}}',
    "not UTF-8": b'{"totalResults": "\xff\xfe", "organisasjonsnummer": "923609016", "navn": "\xff\xfe"}',
    "half a character": b'{"totalResults": 0, "x": "\\ud800", "organisasjonsnummer": "923609016"}',
    "deep": b'{"totalResults": 0, "organisasjonsnummer": "923609016", "x": ' + b"[" * 100_000,
    "deep but whole": b'{"totalResults": 0, "organisasjonsnummer": "923609016", "x":' + b"[" * 990 + b"]" * 990 + b"}",
    "a long name": json.dumps(
        {
            "totalResults": 1,
            "companies": [{"businessId": {"value": "0112038-9"}, "names": [{"name": "x" * 1001}]}],
            "organisasjonsnummer": "923609016",
            "navn": "x" * 1001,
        }
    ).encode(),
}


@pytest.mark.parametrize("content", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_answer_is_unreadable(content: bytes) -> None:
    for parse in (prh.entries, brreg.entry, brreg.hits):
        with pytest.raises(Unreadable) as raised:
            parse(content, FETCHED)
        assert "xxx" not in str(raised.value)  # says what is wrong with it, not what stands in it


def unit(**fields: object) -> dict[str, object]:
    return {"organisasjonsnummer": "923609016", "navn": "A", **fields}


def test_what_takes_long_to_decode_is_stepped_over_or_unreadable() -> None:
    """Decoding it would hold the whole program: a run of marks is put in order for minutes, and floats are slow too."""
    marks = "a" + "\u0300\u0316" * 100_000
    began = time.process_time()
    for slow in (json.dumps(marks, ensure_ascii=False), "[" + "1e300," * 150_000 + "1]", "[" + "[]," * 300_000 + "1]"):
        aside, inside = (json.dumps(unit(**{key: "SLOW"})).replace('"SLOW"', slow) for key in ("aktivitet", "navn"))
        assert brreg.entry(aside.encode(), FETCHED).name == "A"
        with pytest.raises(Unreadable):
            brreg.entry(inside.encode(), FETCHED)
    assert time.process_time() - began < 2


def test_lists_and_lines_have_an_end() -> None:
    for lines, is_read in ((["x" * 255] * 10, True), (["x"] * 11, False), (["x" * 256], False)):
        content = json.dumps(unit(forretningsadresse={"adresse": [*lines, None, " "]})).encode()
        if is_read:
            assert brreg.entry(content, FETCHED).visiting == RegisterAddress(lines=tuple(lines))
        else:
            with pytest.raises(Unreadable):
                brreg.entry(content, FETCHED)
    names = [{"name": f"A {i}", "type": "3"} for i in range(501)]
    for told, is_read in ((names[:500], True), (names, False)):
        content = json.dumps({"totalResults": 1, "companies": [company(names=told)]}).encode()
        if is_read:
            assert len(prh.entries(content, FETCHED)[0][0].other_names) == 500
        else:
            with pytest.raises(Unreadable):
                prh.entries(content, FETCHED)

    registered = json.dumps({"totalResults": 1, "companies": [company(registeredEntries=[{}] * 1001)]})
    with pytest.raises(Unreadable):
        prh.entries(registered.encode(), FETCHED)


def company(**fields: object) -> dict[str, object]:
    return {"businessId": {"value": "0112038-9"}, **fields}


def test_a_bad_hit_does_not_spoil_the_others() -> None:
    bad_units = [unit(telefon="1" * 1001), {"navn": "A"}, "unit", unit(forretningsadresse=[1])]
    bad_companies = [company(website={"url": "x" * 1001}), {"businessId": None}, company(businessId={"value": "1"}), 1]
    for parse, good, bad in ((brreg.hits, unit(), bad_units), (prh.entries, company(), bad_companies)):
        for items, number in (([good, *bad, good], 2), (bad, 0)):
            content = {"_embedded": {"enheter": items}, "page": {"totalElements": 70}}
            answer = json.dumps(content | {"totalResults": 70, "companies": items}).encode()
            if number:
                found, total = parse(answer, FETCHED)
                assert (len(found), total) == (number, 70)
            else:  # these are no hits at all
                with pytest.raises(Unreadable):
                    parse(answer, FETCHED)


def test_a_total_that_is_less_than_what_came_is_what_came() -> None:
    companies = json.loads(body("fi/nokia_0112038-9.json")) | {"totalResults": "0"}
    assert prh.entries(json.dumps(companies).encode(), FETCHED)[1] == 1
    units = json.loads(body("no/search_hits.json")) | {"page": {"totalElements": 0}}
    assert brreg.hits(json.dumps(units).encode(), FETCHED)[1] == 1


# -- whatever may come ----------------------------------------------------------------------------------------------

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_JSON = st.recursive(_SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
_REAL = [json.loads(body(each)) for each in (*FOUND, *UNITS)]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in items for found in _paths(item, (*path, key)))]


@st.composite
def _mutated(draw: st.DrawFn) -> Any:
    """A real answer, with some of its values dropped or replaced by others."""
    answer = copy.deepcopy(draw(st.sampled_from(_REAL)))
    for _ in range(draw(st.integers(1, 5))):
        places = [path for path in _paths(answer) if path]
        if not places:
            break
        *way, key = draw(st.sampled_from(places))
        holder = answer
        for step in way:
            holder = holder[step]
        if draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = draw(
                st.sampled_from([None, "", " ", 0, -1, 2**70, 1.5, True, [], {}, [None], "x", "\x00"]) | _JSON
            )
    return answer


def _each_entry(content: bytes) -> list[RegisterEntry]:
    found: list[RegisterEntry] = []
    for parse in (prh.entries, brreg.hits):
        try:
            entries, total = parse(content, FETCHED)
        except Unreadable:
            continue
        assert total >= len(entries)
        found.extend(entries)
    for is_subunit in (False, True):
        try:
            found.append(brreg.entry(content, FETCHED, subunit=is_subunit))
        except Unreadable:
            continue
    return found


@given(_JSON | _mutated())
@example({"totalResults": 1, "companies": [{"businessId": {"value": "٠112038-9"}}], "organisasjonsnummer": 10**9})
def test_any_json_is_an_entry_or_unreadable(answer: object) -> None:
    for entry in _each_entry(json.dumps(answer).encode()):
        assert msgspec.convert(msgspec.to_builtins(entry), RegisterEntry) == entry  # of the types that it promises
        for text in _texts(msgspec.to_builtins(entry)):
            assert text
            assert text == " ".join(text.split())
            assert text.isprintable()


@given(
    st.binary()
    | st.sampled_from([body("fi/nokia_0112038-9.json")]).flatmap(lambda b: st.integers(0, len(b)).map(lambda n: b[:n]))
)
def test_any_bytes_are_an_entry_or_unreadable(content: bytes) -> None:
    _each_entry(content)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for item in items for text in _texts(item)]
