"""The contract with the Finnish register: its schema, its answers and what we read of them agree."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from tests.registers.contract import ERROR, LIST, ROOT, checkable, fields_of, fields_read, marked, schema, unmet
from tests.registers.expected import FETCHED, FOUND, body

from crm_tui.domain.register_entry import RegisterState
from crm_tui.registers import prh

_TRIMMED = {
    "'lastModified' is a required property",
    "'registeredEntries' is a required property",
    "'source' is a required property",
    "'tradeRegisterStatus' is a required property",
    "'version' is a required property",
    "'authority' is a required property",
}
#: where an answer departs from the schema, and why; all else would be news
KNOWN_SLIPS: dict[str, set[str]] = {
    # from these, fields were dropped when they were collected
    "fi/active_and_ceased_trimmed.json": _TRIMMED - {"'registeredEntries' is a required property"},
    "fi/wolt_2646674-9_renamed_trimmed.json": {"'registeredEntries' is a required property"},
    # the file of all companies has nulls that the schema knows nothing of
    "fi/bulk_shape_nulls_co.json": {"None is not of type 'object'"},
}


def slips(content: bytes, name: str = ROOT) -> set[str]:
    """What is wrong with an answer by the schema."""
    document = checkable(schema()) | {"$ref": f"#/components/schemas/{name}"}
    errors = Draft4Validator(document, format_checker=FormatChecker(["date"])).iter_errors(json.loads(content))
    return {error.message for error in errors}


@pytest.mark.parametrize("name", [name for name in FOUND if name.startswith("fi/")])
def test_answers_keep_to_the_schema_but_for_what_is_known(name: str) -> None:
    assert slips(body(name)) == KNOWN_SLIPS.get(name, set())


def test_the_slip_of_the_schema_itself() -> None:
    """It wants `code` of an error and describes `errorcode`: no error of the register can keep to it."""
    assert slips(ERROR.read_bytes(), "ErrorResponse") == {"'code' is a required property"}
    assert "errorcode" in fields_of(schema(), "ErrorResponse")


def test_the_schema_has_every_field_that_we_read() -> None:
    assert unmet(schema()) == []


def test_a_field_that_goes_or_changes_is_named() -> None:
    document = schema()
    for place in fields_read():
        if place.endswith("[]"):
            continue  # the items of an array, which have no name of their own
        owner, _, name = place.rpartition(".")
        for change in ("dropped", "of another type"):
            changed = copy.deepcopy(document)
            node = fields_of(changed)[owner] if owner else changed["components"]["schemas"][ROOT]
            if change == "dropped":
                del node["properties"][name]
            else:
                node["properties"][name] = {"type": "boolean"}
            assert any(line.startswith(f"{place}: ") for line in unmet(changed)), f"{place} {change}"


def test_a_text_that_may_become_longer_than_we_read_is_named() -> None:
    document = schema()
    fields_of(document)["companies[].website.url"]["maxLength"] = 2000
    assert unmet(document) == ["companies[].website.url: may have 2000 characters, we read 1000"]


def test_what_says_nothing_is_not_read() -> None:
    assert "companies[].status" in fields_of(schema())
    assert "companies[].status" not in fields_read()


def test_we_know_every_situation_of_the_schema() -> None:
    states = set()
    for code in fields_of(schema())["companies[].companySituations[].type"]["enum"]:
        company = {"businessId": {"value": "0112038-9"}, "companySituations": [{"type": code}]}
        (entry,), _ = prh.entries(json.dumps({"totalResults": 1, "companies": [company]}).encode(), FETCHED)
        states.add(entry.state)
    assert states == {RegisterState.BANKRUPT, RegisterState.LIQUIDATION, RegisterState.RESTRUCTURING}


def test_what_we_ask_by_is_in_the_schema() -> None:
    parameters: list[dict[str, Any]] = schema()["paths"]["/companies"]["get"]["parameters"]
    assert {"businessId", "name", "page"} <= {each["name"] for each in parameters}


def test_the_list_of_fields_is_up_to_date() -> None:
    assert LIST.read_text("utf-8") == marked(schema()), "write it anew: python -m tests.registers.contract > " + str(
        LIST
    )
