"""``crm-tui import --template``: files whose first row names the columns, ready to be filled in and imported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from crm_tui.cli.reporting import say
from crm_tui.domain.errors import Invalid
from crm_tui.interchange.csv_out import csv_lines
from crm_tui.interchange.files import new_file
from crm_tui.interchange.format_tables import SYNONYMS


class Template(Struct, frozen=True):
    """A file of one kind: its columns by field, and what is to be known about its rows."""

    name: str
    kind: str
    fields: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The first name that each column has."""
        return tuple(SYNONYMS[self.kind][field][0] for field in self.fields)


_MONEY = "Amounts are in the currency of the case; another one is refused. What is blank stays as it is."

TEMPLATES: dict[str, tuple[Template, ...]] = {
    "finance": (
        Template(
            "forecasts.csv",
            "forecast",
            (
                "case", "month", "billing", "revenue", "labor_expense", "other_expense", "currency",
                "billing_note", "revenue_note", "labor_note", "other_note",
            ),
            ("A row for each case and month: what is there for them already is replaced.", _MONEY),
        ),
        Template(
            "actuals.csv",
            "actual",
            ("case", "month", "billed", "labor_cost", "other_cost", "currency"),
            ("A row for each case and month: what is there for them already is replaced.", _MONEY),
        ),
        Template(
            "invoices.csv",
            "invoice",
            (
                "number", "customer", "billing_customer", "cases", "status", "date", "due", "paid", "total", "vat",
                "currency", "receiver_name", "receiver_contact", "receiver_line1", "receiver_line2",
                "receiver_postal_code", "receiver_city", "receiver_region", "receiver_country",
            ),
            (
                "A row for each invoice: one whose number is there already is changed, but for its receiver.",
                "Customers are named by their number, cases too, several with blanks between. Total includes VAT.",
                "Status is draft, sent, waiting, paid or credited.",
            ),
        ),
    )
}  # fmt: skip

_FORMS = (
    "Cases are named by their number, months like 2026-11, 11/2026 or Nov 2026, days like 2026-11-30;"
    " amounts like 1 234,50 or 1,234.50."
)


def write(name: str, folder: Path) -> None:
    """Write the templates of this name into a folder and say how they are filled in. Raises Invalid for a folder
    that is not there, and for one that holds such a file already: nothing is written then."""
    templates = TEMPLATES[name]
    if not folder.is_dir():
        raise Invalid("folder", f"there is no folder {folder}")
    for path in (folder / template.name for template in templates):
        if path.exists():
            raise Invalid("template", f"{path} is there already: fill it in, or name another folder")
    for template in templates:
        _write(template, folder / template.name)
    say(f"{_FORMS} Import them with: crm-tui import {_listed(templates, folder)}")


def _write(template: Template, path: Path) -> None:
    with new_file(path) as stream:
        for line in csv_lines(template.header, ()):
            stream.write(line.encode())
    say(f"{path}: {', '.join(template.header)}")
    for hint in template.hints:
        say(f"  {hint}")


def _listed(templates: Sequence[Template], folder: Path) -> str:
    return " ".join(str(folder / template.name) for template in templates)
