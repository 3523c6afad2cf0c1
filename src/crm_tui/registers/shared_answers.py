"""The real answers that come with the program, found by number and by name as the registers find them."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

from crm_tui.domain.vat import RegisterCountry

Company = dict[str, Any]


class MoreAnswers(Protocol):
    """Companies besides those that come with the program, in the shapes of the registers."""

    def find(self, number: str) -> Company | None:
        """The company with this id (``0112038-9``, ``923609016``)."""
        ...

    def search(self, country: RegisterCountry, name: str) -> list[Company]:
        """Those that are called so."""
        ...


class NoMore:
    """None."""

    def find(self, number: str) -> Company | None:
        return None

    def search(self, country: RegisterCountry, name: str) -> list[Company]:
        return []


class Shared(NamedTuple):
    """Companies by their id; ``removed`` are answered with 410, ``subunits`` have an address of their own."""

    finnish: dict[str, Company]
    units: dict[str, Company]
    subunits: dict[str, Company]
    removed: dict[str, Company]


def shared_answers() -> Shared:
    """Read them."""
    shared = Shared({}, {}, {}, {})
    for _, answer in _read("fi"):
        for company in answer.get("companies", (answer,)):
            if "businessId" in company:
                shared.finnish[company["businessId"]["value"]] = company
    for name, answer in _read("no"):
        units = answer.get("_embedded", {}).get("enheter", ()) if "page" in answer else (answer,)
        for unit in units:
            is_removed = name.endswith("410.json")
            of_kind = shared.subunits if is_subunit(unit) else shared.units
            (shared.removed if is_removed else of_kind).setdefault(unit["organisasjonsnummer"], unit)
    return shared


def is_subunit(unit: Company) -> bool:
    """Whether a Norwegian company is a sub-unit, by the address that it gives for itself."""
    return "/underenheter/" in unit.get("_links", {}).get("self", {}).get("href", "")


def is_called(company: Company, name: str) -> bool:
    """Whether any of its names has all words of ``name``."""
    names = [company.get("navn") or "", *(each.get("name") or "" for each in company.get("names") or ())]
    return any(all(word in each.casefold() for word in name.casefold().split()) for each in names)


def _read(country: str) -> list[tuple[str, Company]]:
    folder = files("crm_tui.registers") / "answers" / country
    read = [(file.name, json.loads(file.read_bytes())) for file in folder.iterdir() if file.name.endswith(".json")]
    # the whole answers before those that a search cuts short
    return sorted(read, key=lambda each: ("search" in each[0] or "trimmed" in each[0], each[0]))
