"""The preview beside the list: a customer's phone, address, people, open sales and latest events. Pure."""

from __future__ import annotations

from msgspec import UNSET

from crm_tui.screens.copying import Copy
from crm_tui.screens.present import (
    Clock,
    address_lines,
    count,
    past_when,
    planned_when,
    state,
    sums,
    text,
)
from crm_tui.store.customers import CustomerPreview
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.facts import Fact, heading, whole


def facts(preview: CustomerPreview, clock: Clock) -> list[Fact]:
    """Everything the preview shows, the phone number first."""
    customer = preview.customer
    phone = cell((customer.phone, "name")) if customer.phone else text(None)
    return [
        heading(customer.name),
        whole(cell(state(customer.is_active), (f"  {customer.number}", "muted"))),
        whole(""),
        Fact("Phone", phone),
        Fact("E-mail", text(customer.email)),
        Fact("Address", address_lines(preview.headquarters) if preview.headquarters else text(None)),
        Fact("VAT", text(customer.vat_number)),
        Fact("Owner", text(preview.owner_name)),
        *_people(preview),
        *_sales(preview),
        *_feed(preview, clock),
    ]


def _people(preview: CustomerPreview) -> list[Fact]:
    if not preview.contact_count.number:
        return []
    lines = [heading("Contacts", (f" {count(preview.contact_count)}", "muted"))]
    for contact in preview.contacts:
        lines.append(whole(_two(cell(contact.name), cell(contact.phone or ""))))
    more = preview.contact_count.number - len(preview.contacts)
    if more > 0:
        lines.append(whole(cell((f"{more} more", "muted"))))
    return lines


def _two(left: Cell, right: Cell) -> Cell:
    return cell(left.fit(19), " ", right)


def _sales(preview: CustomerPreview) -> list[Fact]:
    if preview.open_value is UNSET:
        return [heading("Open sales", ("  hidden", "italic muted"))]
    if not preview.open_cases.number:
        return []
    lines = [heading("Open sales", (f" {count(preview.open_cases)}", "muted"))]
    for value, weighted in zip(sums(preview.open_value), sums(preview.weighted_value), strict=False):
        lines.append(whole(cell(value, ("   weighted ", "muted"), weighted)))
    return lines


def _feed(preview: CustomerPreview, clock: Clock) -> list[Fact]:
    lines: list[Fact] = []
    if preview.planned:
        late = preview.late_count.number
        lines.append(
            heading(
                "Planned",
                (f" {count(preview.planned_count)}", "muted"),
                (f"  ! {late} late" if late else "", "bad"),
            )
        )
        lines += [whole(cell(planned_when(row, clock).fit(11), " ", row.name)) for row in preview.planned]
    if preview.past:
        lines.append(heading("Last"))
        lines += [whole(cell(past_when(row, clock).fit(11), " ", row.name)) for row in preview.past]
    return lines


def copies(preview: CustomerPreview) -> list[Copy]:
    """What of the customer can be copied."""
    customer, place = preview.customer, preview.headquarters
    address = "\n".join(line.plain for line in address_lines(place)) if place else None
    found = (
        ("Phone", customer.phone),
        ("E-mail", customer.email),
        ("Name", customer.name),
        ("Address", address),
        ("Number", str(customer.number)),
        ("VAT number", customer.vat_number),
        ("Website", customer.website),
        *((contact.name, contact.phone) for contact in preview.contacts),
    )
    return [Copy(label, value) for label, value in found if value]


def links(preview: CustomerPreview) -> list[Copy]:
    """What of the customer can be opened: numbers to call, addresses to write to, the website."""
    customer = preview.customer
    found = (
        ("Call", f"tel:{customer.phone}" if customer.phone else None),
        ("Write", f"mailto:{customer.email}" if customer.email else None),
        ("Website", customer.website),
        *((f"Call {contact.name}", f"tel:{contact.phone}" if contact.phone else None) for contact in preview.contacts),
    )
    return [Copy(label, value) for label, value in found if value]
