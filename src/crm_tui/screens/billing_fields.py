"""How the fields of the billing defaults are typed and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from crm_tui.domain.billing_fields import ADDRESS, FIELDS, BillingField
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.settings import BillingSettings, check_einvoice_address
from crm_tui.screens.present import NOTHING, text
from crm_tui.store.port import Store
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.pick_field import Option


class BillingChoices(NamedTuple):
    """What can be chosen: registries, and the time zones that the system knows."""

    values: Mapping[RegistryKind, tuple[RegistryValue, ...]]
    zones: tuple[str, ...]

    @classmethod
    def read(cls, store: Store) -> BillingChoices:
        """Read them; takes a while the first time, so in a thread."""
        kinds = (field.registry for field in FIELDS if field.registry is not None)
        return cls({kind: store.registries.list(kind) for kind in kinds}, _zones())

    def options(self, field: BillingField) -> list[Option]:
        """The choices for a field, by their codes."""
        if field.registry is None:
            return [Option(zone, zone) for zone in self.zones]
        return [
            Option(value.code, value.name, value.code, value.is_active)
            for value in self.values[field.registry]
            if value.code
        ]

    def name(self, field: BillingField, code: str | None) -> str | None:
        """What a code is called; a currency by its code, as everywhere."""
        if field.registry is None or field.registry is RegistryKind.CURRENCY or code is None:
            return code
        return next((value.name for value in self.values[field.registry] if value.code == code), code)


def _zones() -> tuple[str, ...]:
    """The places of the IANA database, and UTC; not its many old names."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


# -- typed and shown ------------------------------------------------------------------------------------------------


def typed_value(field: BillingField, typed: str | None) -> Any:
    """What was typed, as the domain has it; blank is None. Raises Invalid in words about what would be right."""
    line = (typed or "").strip()
    if not line:
        return None
    return _READ.get(field.name, _READ_KIND.get(field.kind, _text))(field.name, line)


def as_typed(field: BillingField, value: Any) -> Any:
    """A value as one would type it; a tick as it is."""
    if value is None or isinstance(value, bool):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def shown(field: BillingField, settings: BillingSettings, choices: BillingChoices) -> Cell:
    """What stands in the row of a field."""
    value = getattr(settings, field.name)
    if field.kind == "tick":
        return cell(("[x] ", "accent"), "Yes") if value else cell(("[ ] ", "muted"), "No")
    if value is None:
        return NOTHING
    if field.kind == "days":
        return cell(str(value), (" day" if value == 1 else " days", "muted"))
    if field.kind == "percent":
        return cell(f"{value:f}", (" %", "muted"))
    if field.kind == "choice":
        return cell(choices.name(field, value) or "", (" ▾", "muted"))
    return text(value)


def in_words(field: BillingField, settings: BillingSettings, choices: BillingChoices) -> str:
    """The value in a sentence."""
    value = getattr(settings, field.name)
    if value is None:
        return "nothing"
    return shown(field, settings, choices).plain.removesuffix(" ▾").replace("[x] ", "").replace("[ ] ", "")


def _text(name: str, line: str) -> str:
    check_text(name, line)
    return line


def _address(name: str, line: str) -> str:
    check_einvoice_address(line)
    return _text(name, line)


def _days(name: str, line: str) -> int:
    digits = line.lower().removesuffix("days").removesuffix("day").strip()
    if not (digits.isascii() and digits.isdigit()) or not 0 <= int(digits[:9]) <= 365:
        raise Invalid(name, "whole days, 0 to 365, for example 30")
    return int(digits)


def _percent(name: str, line: str) -> Decimal:
    number = line.removesuffix("%").strip().replace(",", ".")
    try:
        value = Decimal(number)
    except InvalidOperation:
        value = Decimal(-1)
    plain = number.isascii() and number.replace(".", "", 1).isdigit()
    if not plain or not 0 <= value <= 100 or len(number.partition(".")[2]) > 4:
        raise Invalid(name, "a percentage from 0 to 100, for example 25.5")
    return value


_READ_KIND: Mapping[str, Callable[[str, str], Any]] = {"days": _days, "percent": _percent}
_READ: Mapping[str, Callable[[str, str], Any]] = {ADDRESS: _address}
