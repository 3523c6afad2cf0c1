"""What is said of a case: its status with a mark, why it needs attention, and all its facts for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from msgspec import UNSET

from crm_tui.domain.cases import Case, SalesState
from crm_tui.domain.money import Money, weighted
from crm_tui.domain.names import DELETED_CONTACT, contact_name
from crm_tui.domain.registries import RegistryKind
from crm_tui.screens.present import HIDDEN, NOTHING, Clock, money, past_when, planned_when, spaced, text
from crm_tui.store.activities import FeedRow
from crm_tui.store.case_states import needs, status_word
from crm_tui.store.cases import CaseBelow, CaseDetails, CaseRow
from crm_tui.store.port import Store
from crm_tui.when import absolute_date
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.facts import Fact, heading, whole


class CaseInFull(NamedTuple):
    """A case with the names of all that it points to."""

    details: CaseDetails
    below: CaseBelow
    members: tuple[str, ...]
    business_unit: str
    keywords: tuple[str, ...]
    further_contacts: tuple[str, ...]

    @classmethod
    def read(cls, store: Store, case: int, today: date) -> CaseInFull:
        """Read all of a case; runs in a thread."""
        details = store.cases.details(case, today)
        found = details.row.case
        users = {user.id: user.name for user in store.users.list(inactive=True)}
        words = {
            value.id: value.name
            for kind in (RegistryKind.KEYWORD, RegistryKind.BUSINESS_UNIT)
            for value in store.registries.list(kind)
        }
        return cls(
            details,
            store.cases.below(case),
            tuple(users[key] for key in found.members if key in users),
            words.get(found.business_unit or 0, ""),
            tuple(words[key] for key in found.keywords if key in words),
            tuple(_contact(store, key) for key in found.further_contacts),
        )


def _contact(store: Store, key: int) -> str:
    contact = store.contacts.get(key)
    return DELETED_CONTACT if contact.is_deleted else contact_name(contact.first_name, contact.last_name)


# -- states -----------------------------------------------------------------------------------------------------------


def status(row: CaseRow, *, late: bool = False) -> Cell:
    """The status with its mark; ``late`` says so in its place."""
    case, word = row.case, status_word(row, late=late)
    if case.sales_state is SalesState.LOST:
        return cell(("✗ ", "bad"), word)
    if not case.is_project:
        return cell(("◐ ", "accent"), word) if case.closed is None else cell(("○ ", "muted"), word)
    if case.closed is not None:
        return cell(("✓ ", "good"), word)
    if late:
        return cell((f"! {word}", "bad"))
    return cell(("‖ ", "warn"), word) if word == "On hold" else cell(("▸ ", "accent"), word)


def by_chance(case: Case) -> Cell:
    """The value weighted by the probability."""
    if case.expected_value is UNSET:
        return HIDDEN
    if case.expected_value is None or case.probability is None:
        return NOTHING
    return money(weighted(Money(case.expected_value, case.currency), case.probability).amount, case.currency)


# -- facts ------------------------------------------------------------------------------------------------------------


def row_facts(row: CaseRow, clock: Clock) -> list[Fact]:
    """What stands beside the list of the case under the cursor."""
    case = row.case
    found = [
        Fact("Status", join([status(row), _percent(case)], ", ")),
        *_warnings(row, clock.today),
        *_values(case),
        *_dates(case, clock.day),
        *_people(row),
        Fact("Billed to", text(row.billing_customer_name or "this customer")),
        *_references(case),
    ]
    return [fact for fact in found if fact.value]


def all_facts(found: CaseInFull, clock: Clock) -> list[Fact]:
    """All of a case, for reading; dates whole."""
    row = found.details.row
    case = row.case
    facts = [
        Fact("Status", join([status(row), _percent(case)], ", ")),
        *_warnings(row, clock.today),
        Fact("Sales status", row.status_name if case.is_project else ""),
        *_values(case),
        *_dates(case, absolute_date),
        *_people(row),
        Fact("Members", ", ".join(found.members), True),
        Fact("Business unit", found.business_unit),
        Fact("Also contacts", ", ".join(found.further_contacts), True),
        Fact("Keywords", ", ".join(found.keywords), True),
        Fact("Billed to", text(row.billing_customer_name or "this customer")),
        *_references(case),
        Fact("There are", _counts(found.below), True),
    ]
    return [fact for fact in facts if fact.value]


def _percent(case: Case) -> Cell:
    percent = case.completion if case.is_project else case.probability
    return cell(f"{percent} %", " done" if case.is_project else "") if percent is not None else EMPTY


def _warnings(row: CaseRow, today: date) -> list[Fact]:
    why = ", ".join(needs(row, today))
    found = [Fact("", cell((f"! {why}", "warn")))] if why else []
    lost = row.case.lost_reason if row.case.sales_state is SalesState.LOST else None  # a case that is won keeps it
    return [*found, Fact("Lost because", lost, True)] if lost else found


def _values(case: Case) -> list[Fact]:
    value = Fact("Value", money(case.expected_value, case.currency))
    return [value] if case.is_project else [value, Fact("Weighted", by_chance(case))]


def _dates(case: Case, shown: Callable[[date], str]) -> Iterable[Fact]:
    for label, day in (
        ("Order date", case.expected_order_date),
        ("Start", case.start),
        ("Deadline", case.deadline),
        ("Closed", case.closed),
    ):
        yield Fact(label, shown(day) if day is not None else "")


def _people(row: CaseRow) -> Iterable[Fact]:
    yield Fact("Owner", text(row.owner_name))
    yield Fact("Sales person", row.sales_person_name or "")
    yield Fact("Contact", text(row.contact_name))


def _references(case: Case) -> Iterable[Fact]:
    yield Fact("Our reference", case.our_reference or "")
    yield Fact("Your reference", case.your_reference or "")
    yield Fact("Order number", case.order_number or "")
    yield Fact("Description", case.description or "", True)


def counted(number: int, word: str) -> str:
    """``3 notes``, ``1 note``."""
    plural = f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"
    return f"{spaced(number)} {word if number == 1 else plural}"


def _counts(below: CaseBelow) -> str:
    counts = (
        (below.activities, "activity"), (below.notes, "note"), (below.files, "file"),
        (below.forecasts, "month of forecast"), (below.actuals, "month of actuals"), (below.invoices, "invoice"),
    )  # fmt: skip
    return ", ".join(_months(number, word) for number, word in counts if number)


def _months(number: int, word: str) -> str:
    return counted(number, "month") + word.removeprefix("month") if word.startswith("month") else counted(number, word)


def event_facts(details: CaseDetails, clock: Clock) -> list[Fact]:
    """What is planned on a case next, and its last note."""
    lines: list[Fact] = []
    if details.next_activities:
        lines.append(heading("Next"))
        lines += [whole(_event(row, clock)) for row in details.next_activities]
    if details.last_note is not None:
        note = details.last_note
        when = clock.ago(note.note.created_at)
        lines.append(heading("Last note", (f"  {when}{', ' + note.author_name if note.author_name else ''}", "muted")))
        lines.append(whole(cell(note.note.text), wrap=True))
    return lines


def _event(row: FeedRow, clock: Clock) -> Cell:
    shown = past_when(row, clock) if row.is_done else planned_when(row, clock)
    return cell(shown.fit(12), " ", row.name)
