"""Registries: the lists of values that fields choose from. A disabled value stays where it is used."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.cases import SalesState
from crm_tui.domain.countries import country_name
from crm_tui.domain.customers import require
from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.errors import Invalid


class RegistryKind(StrEnum):
    """Which list a value belongs to."""

    INDUSTRY = "industry"
    CONTACT_ROLE = "contact role"
    KEYWORD = "keyword"
    SEGMENT_GROUP = "segment group"
    SEGMENT = "segment"
    ACTIVITY_TYPE = "activity type"
    TASK_STATUS = "task status"
    SALES_STATUS = "sales status"
    PROJECT_STATUS = "project status"
    INVOICE_STATUS = "invoice status"
    BUSINESS_UNIT = "business unit"
    CURRENCY = "currency"
    LANGUAGE = "language"
    COUNTRY = "country"


#: kinds whose values stand for a code, which stays
CODED = (RegistryKind.CURRENCY, RegistryKind.LANGUAGE, RegistryKind.COUNTRY, RegistryKind.INVOICE_STATUS)
#: kinds that know a default, and whether something is done
STEPS = (RegistryKind.TASK_STATUS, RegistryKind.PROJECT_STATUS)

#: kinds of which no value takes another's place, and what would become of those that have it
IRREPLACEABLE = {
    RegistryKind.CURRENCY: "amounts would be in another currency",
    RegistryKind.COUNTRY: "addresses would be in another country",
}


class RegistryFields(Struct, frozen=True, kw_only=True):
    """``code`` is the ISO code of currencies, languages and countries; ``group`` the segment group of a
    segment; ``is_default``/``is_done`` belong to task and project statuses, ``sales_state`` and
    ``probability`` (the default, percent) to sales statuses. ``position`` orders the list."""

    kind: RegistryKind
    name: str
    is_active: bool = True
    position: int = 0
    code: str | None = None
    group: int | None = None
    is_default: bool = False
    is_done: bool = False
    sales_state: SalesState | None = None
    probability: int | None = None


class NewRegistryValue(RegistryFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value to be added."""


class RegistryValue(RegistryFields, Imported, frozen=True, kw_only=True):
    """A stored value."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None


class RegistryChange(Change, frozen=True, kw_only=True):
    """Changed fields of a registry value."""

    name: str | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    code: str | None | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
    is_done: bool | UnsetType = UNSET
    probability: int | None | UnsetType = UNSET


def check_registry_value(value: RegistryFields) -> None:
    """Raise Invalid for a value without a name, or without what its kind needs."""
    require(value.name, "name")
    if value.kind is RegistryKind.SEGMENT and value.group is None:
        raise Invalid("group", "a segment belongs to a segment group")
    if value.kind is RegistryKind.SALES_STATUS and value.sales_state is None:
        raise Invalid("sales_state", "a sales status is in progress, won or lost")
    if value.probability is not None and not 0 <= value.probability <= 100:
        raise Invalid("probability", "whole percent, 0 to 100, for example 40")


def check_new_value(value: RegistryFields) -> None:
    """Raise Invalid for a value that can't be added, or whose code means nothing."""
    match value.kind:
        case RegistryKind.INVOICE_STATUS:
            raise Invalid("kind", "invoice statuses belong to the program; rename, order or disable them")
        case RegistryKind.CURRENCY:
            if not _is_code(value.code, 3, 3) or value.code != (value.code or "").upper():
                raise Invalid("code", "three capital letters, as in ISO 4217: EUR")
        case RegistryKind.LANGUAGE:
            if not _is_code(value.code, 2, 3) or value.code != (value.code or "").lower():
                raise Invalid("code", "two or three small letters, as in ISO 639: fi")
        case RegistryKind.COUNTRY:
            if country_name(value.code or "") == (value.code or ""):
                raise Invalid("code", "two capital letters of a country, as in ISO 3166: FI")
        case _:
            if value.code is not None:
                raise Invalid("code", f"a {value.kind.value} has none")


def _is_code(code: str | None, least: int, most: int) -> bool:
    return code is not None and code.isascii() and code.isalpha() and least <= len(code) <= most


def check_replacement(value: RegistryValue, replacement: RegistryValue) -> None:
    """Raise Invalid unless what uses ``value`` can use ``replacement`` without meaning something else."""
    if reason := IRREPLACEABLE.get(value.kind):
        raise Invalid("replacement", f"{reason}; disable it instead")
    if replacement.id == value.id:
        raise Invalid("replacement", "choose another one")
    check_choice(replacement, value.kind, "replacement", kept=False)
    if replacement.sales_state is not value.sales_state:
        raise Invalid("replacement", f"choose one that means “{value.sales_state}”, too: cases stay what they are")
    if replacement.is_done is not value.is_done:
        word = "done, too" if value.is_done else "not done either"
        raise Invalid("replacement", f"choose one that is {word}: what has it stays so")


def check_choice(value: RegistryValue, kind: RegistryKind, field: str, *, kept: bool) -> None:
    """Raise Invalid unless ``value`` may be chosen: of the right kind and active, or kept from before (rule 6)."""
    if value.kind is not kind:
        raise Invalid(field, f"{value.name} is not a {kind.value}")
    if not (value.is_active or kept):
        raise Invalid(field, f"{value.name} is disabled and can't be chosen anew")
