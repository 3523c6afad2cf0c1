"""Registries as rows: the kinds with how many values each has, and the values of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from crm_tui.domain.entities import Kind
from crm_tui.domain.normalise import fold
from crm_tui.domain.registries import CODED, IRREPLACEABLE, RegistryKind, RegistryValue
from crm_tui.screens.present import spaced
from crm_tui.store.settings import RegistryUse
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.rows import BLANK, Row, heading

#: the kinds in the order in which they are listed, by what people call them
KINDS: Mapping[RegistryKind, str] = {
    RegistryKind.INDUSTRY: "Industries",
    RegistryKind.SEGMENT_GROUP: "Segment groups",
    RegistryKind.SEGMENT: "Segments",
    RegistryKind.CONTACT_ROLE: "Roles",
    RegistryKind.KEYWORD: "Keywords",
    RegistryKind.ACTIVITY_TYPE: "Activity types",
    RegistryKind.TASK_STATUS: "Task statuses",
    RegistryKind.SALES_STATUS: "Sales statuses",
    RegistryKind.PROJECT_STATUS: "Project statuses",
    RegistryKind.INVOICE_STATUS: "Invoice statuses",
    RegistryKind.BUSINESS_UNIT: "Business units",
    RegistryKind.CURRENCY: "Currencies",
    RegistryKind.LANGUAGE: "Languages",
    RegistryKind.COUNTRY: "Countries",
}
_PLURALS = {Kind.ACTIVITY: "activities", Kind.REGISTRY: "segments"}
_SINGULARS = {Kind.REGISTRY: "segment", Kind.ORGANIZATION: "the organization"}

Values = Mapping[RegistryKind, Sequence[RegistryValue]]


def kind_rows(values: Values) -> list[Row]:
    """One row for each kind."""
    return [Row(kind.value, (name, str(len(values[kind])), _disabled(values[kind]))) for kind, name in KINDS.items()]


def _disabled(values: Sequence[RegistryValue]) -> Cell:
    number = sum(not value.is_active for value in values)
    return cell((f"{number} disabled", "muted")) if number else EMPTY


def value_rows(kind: RegistryKind, values: Values, text: str) -> list[Row]:
    """The values of a kind in their order, segments under their groups; only those that contain a text."""
    words = fold(text).split()
    found = [each for each in values[kind] if all(word in fold(f"{each.name} {each.code or ''}") for word in words)]
    if kind is not RegistryKind.SEGMENT:
        return [_value_row(each) for each in found]
    rows: list[Row] = []
    for group in values[RegistryKind.SEGMENT_GROUP]:
        of_group = [each for each in found if each.group == group.id]
        if of_group:
            off = EMPTY if group.is_active else cell(("  disabled", "italic muted"))
            rows += [*([BLANK] if rows else []), heading(cell((group.name, "name"), off))]
            rows += [_value_row(each) for each in of_group]
    return rows


def _value_row(value: RegistryValue) -> Row:
    code = value.code if value.kind in CODED and value.code != value.name else None
    state = EMPTY if value.is_active else cell(("○ disabled", "italic"))
    return Row(str(value.id), (value.name, join([cell(code or ""), _about(value)]), state), _style(value))


def _style(value: RegistryValue) -> str:
    return "" if value.is_active else "muted"


def _about(value: RegistryValue) -> Cell:
    """What is special about a value: that it is the default, means done or won, and its probability."""
    chance = f"{value.probability} %" if value.probability is not None else ""
    state = value.sales_state.value if value.sales_state is not None else ""
    words = (state, chance, "default" if value.is_default else "", "done" if value.is_done else "")
    return cell((" · ".join(word for word in words if word), "muted"))


def uses_in_words(uses: Sequence[RegistryUse]) -> str:
    """``2 contacts and 1 case``; empty where nothing uses it."""
    parts = [_use_in_words(use) for use in uses]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _use_in_words(use: RegistryUse) -> str:
    many = _PLURALS.get(use.kind, f"{use.kind.value}s")
    if use.kind is Kind.ORGANIZATION:
        return _SINGULARS[use.kind]
    if use.number is None:
        return f"{many} that your permissions hide"
    one = _SINGULARS.get(use.kind, use.kind.value)
    return f"{spaced(use.number)} {one if use.number == 1 else many}"


def replacements(value: RegistryValue, values: Values) -> list[RegistryValue]:
    """What can take the place of a value without meaning something else; the store has the last word."""
    return [
        each
        for each in values[value.kind]
        if each.id != value.id
        and each.is_active
        and (each.sales_state, each.is_done) == (value.sales_state, value.is_done)
        and value.kind not in IRREPLACEABLE
    ]


def place_in(value: RegistryValue, values: Collection[RegistryValue]) -> int:
    """The place of a value in its list, or in its segment group."""
    return [each.id for each in values if each.group == value.group].index(value.id)
