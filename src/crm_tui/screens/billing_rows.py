"""The rows of the billing defaults: headings, values, and what is said under the one that is typed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crm_tui.domain.billing_fields import ADDRESS, FIELDS, OPERATOR, REVERSE_TEXT, BillingField
from crm_tui.domain.settings import BillingSettings
from crm_tui.screens.billing_fields import BillingChoices, shown
from crm_tui.widgets.cells import EMPTY, Cell, cell, join, wrap
from crm_tui.widgets.rows import BLANK, Row, heading

#: cells before a value
LABELS = 20
_UNITS = {"days": "days", "percent": "%"}


class Typing(NamedTuple):
    """The field that is typed in, what is wrong with it, and all that was typed so far."""

    field: BillingField
    problem: str
    typed: Mapping[str, str]


def billing_rows(settings: BillingSettings, choices: BillingChoices, typing: Typing | None, room: int) -> list[Row]:
    """All rows; ``room`` is the width of the values, into which long ones are wrapped."""
    rows: list[Row] = []
    group = ""
    for field in FIELDS:
        if field.name == REVERSE_TEXT and not settings.reverse_charge:
            rows.append(_said(cell(("its text is asked for when it is on", "muted"))))
            continue
        if field.group != group:
            group = field.group
            rows += [*([BLANK] if rows else []), heading(cell((group, "name")))]
        rows += _field_rows(field, settings, choices, typing, room)
    return rows


def _field_rows(
    field: BillingField, settings: BillingSettings, choices: BillingChoices, typing: Typing | None, room: int
) -> list[Row]:
    if typing is not None and typing.field.name == field.name:
        unit = _UNITS.get(field.kind, "")
        value = cell(" " * 13, (unit, "muted")) if unit else EMPTY
        return [Row(field.name, (cell((field.label, "text")), value)), *_under(typing, room)]
    if typing is not None and field.name in typing.typed:
        return [Row(field.name, (field.label, cell(typing.typed[field.name], ("  • not saved yet", "warn"))))]
    lines = _lines(shown(field, settings, choices), room)
    return [Row(field.name, (field.label, lines[0])), *map(_said, lines[1:])]


def _under(typing: Typing, room: int) -> list[Row]:
    """What is wrong, or what is expected."""
    if typing.problem:
        return [_said(line) for line in _lines(cell((f"! {typing.problem}", "bad")), room)]
    if len(typing.typed) == 2:
        other = "operator" if typing.field.name == OPERATOR else "address"
        return [_said(line) for line in _lines(cell((f"its {other}, too: saved as a pair", "warn")), room)]
    if typing.field.name in (ADDRESS, OPERATOR):
        return [_said(cell(("empty removes address and operator", "muted")))]
    return []


def _lines(value: Cell, room: int) -> list[Cell]:
    return wrap(value, room) if room > 0 else [value]


def _said(text: Cell) -> Row:
    return Row("", ("", text), selectable=False)


def title_fact(settings: BillingSettings) -> Cell:
    """What is worth knowing while the panel is closed."""
    term = f"{settings.payment_term} days net" if settings.payment_term is not None else ""
    vat = f"VAT {settings.vat_percent:f} %" if settings.vat_percent is not None else ""
    parts = (term, settings.currency or "", vat)
    return join([cell((part, "muted")) for part in parts if part], ", ")
