"""A card as text: its header, and the tabs about people, cases and work. Money and settings are in card_money."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui import feed_words
from crm_tui.cli.card_read import HIDDEN, Asked, CollaborationTab, ContactTab, SalesTab
from crm_tui.cli.progress import grouped
from crm_tui.cli.text_blocks import columns, facts, heading, sentence
from crm_tui.domain.addresses import Address
from crm_tui.domain.cases import SalesState
from crm_tui.domain.contacts import Contact, EmailKind
from crm_tui.domain.files import FileKind, size_words
from crm_tui.domain.money import Money, Totals, format_money, weighted
from crm_tui.domain.names import contact_name, initials
from crm_tui.domain.permission_words import left_out, limited_by
from crm_tui.store.activities import DONE_DAYS, MOST_TASKS, BoardColumn, FeedRow, NoteRow, TaskCard
from crm_tui.store.case_states import is_late, main_date, needs, status_word
from crm_tui.store.cases import CaseChoice, CaseFigures, CaseRow, CaseSum
from crm_tui.store.contacts import ContactRow
from crm_tui.store.customers import CustomerCard
from crm_tui.store.files import FileRow
from crm_tui.store.paging import Count
from crm_tui.text import clean, width
from crm_tui.when import absolute, absolute_date, ago, due

NOTHING = "–"


def header(card: CustomerCard, limit: str, wide: int) -> list[str]:
    """Name, number, state and owner; below it the permission that may leave out something."""
    customer = card.customer
    name, number = clean(customer.name), str(customer.number)
    state = "Active" if customer.is_active else "Inactive"
    owner = f"owner {card.owner_name}" if card.owner_name else "no owner"
    parts = (state, owner, "own company" if customer.is_internal else "", "favourite" if card.is_favourite else "")
    line = [f"{name}  {number}"] if width(name) + len(number) + 2 <= wide else [name, number]
    return [*line, clean(" · ".join(part for part in parts if part)), *([limited_by(limit)] if limit else [])]


def count(counted: Count) -> str:
    """``1 318``, or ``10 000+`` where counting stopped; empty for none."""
    return grouped(counted.number) + ("+" if counted.capped else "") if counted.number else ""


def more(shown: int, counted: Count, wide: int) -> list[str]:
    """How many lines a list does not show."""
    rest = counted.number - shown
    words = f"… and {grouped(rest)}{'+' if counted.capped else ''} more: --limit N shows N of them"
    return sentence(words, wide) if rest > 0 else []


def money(amount: object, currency: str) -> str:
    """An amount in whole units with its currency, ``hidden`` or nothing."""
    if amount is None:
        return NOTHING
    return format_money(Money(amount, currency), False) if isinstance(amount, int) else HIDDEN


def sums(total: object) -> str:
    """A sum per currency; a star where figures are left out."""
    if not isinstance(total, Totals):
        return HIDDEN
    star = "*" if total.left_out else ""
    if not total.amounts:
        return f"{HIDDEN}{star}" if total.left_out else NOTHING
    return ", ".join(format_money(each, False) + star for each in total.amounts)


# -- contact information ----------------------------------------------------------------------------------------------


def contact_lines(card: CustomerCard, tab: ContactTab, asked: Asked, wide: int) -> list[str]:
    """Tab 1: details, addresses, contacts, activities, files."""
    return [
        *_details(card, asked, wide),
        *_addresses(card, wide),
        *_contacts(tab, asked, wide),
        *_activities(tab, asked, wide),
        *_files(tab, asked, wide),
    ]


def _details(card: CustomerCard, asked: Asked, wide: int) -> list[str]:
    customer = card.customer
    found = (
        ("VAT number", customer.vat_number),
        ("Business id", "" if customer.vat_number else customer.business_id),
        ("Industry", card.industry_name),
        ("Segments", ", ".join(card.segment_names)),
        ("E-mail", customer.email),
        ("Phone", customer.phone),
        ("Website", customer.website),
        ("Description", customer.description),
        ("Employees", grouped(customer.employees) if customer.employees else ""),
        ("Created", f"{absolute(customer.created_at, asked.zone, asked.dates)}{_by(card.created_by_name)}"),
        ("Updated", f"{absolute(customer.updated_at, asked.zone, asked.dates)}{_by(card.updated_by_name)}"),
    )
    return [*heading("Details"), *facts([(label, value or "") for label, value in found], wide)]


def _by(name: str | None) -> str:
    return f", {name}" if name else ""


def _addresses(card: CustomerCard, wide: int) -> list[str]:
    nothing = "No addresses yet, so no headquarters: finance needs one."
    rows = [_address(address, card.customer.headquarters) for address in card.addresses]
    lines = columns(("", "street", "place", "phone", "used for"), rows, wide) or sentence(nothing, wide)
    return [*heading("Addresses", str(len(rows) or "")), *lines]


def _address(address: Address, headquarters: int | None) -> tuple[str, ...]:
    street = ", ".join(part for part in (address.line1, address.line2) if part)
    place = " ".join(part for part in (address.postal_code, address.city, address.region, address.country) if part)
    uses = (("visiting", address.is_visiting), ("postal", address.is_postal), ("billing", address.is_billing))
    used = ", ".join(word for word, on in uses if on)
    return ("HQ" if address.id == headquarters else "", street or NOTHING, place, address.phone or "", used)


def _contacts(tab: ContactTab, asked: Asked, wide: int) -> list[str]:
    inactive = tab.inactive_contacts
    words = "shown" if asked.everything else "hidden: --all shows them"
    note = f"{count(inactive)} inactive {words}" if inactive.number else ""
    rows = [_contact(row) for row in tab.contacts]
    listed = tab.active_contacts
    if asked.everything:
        listed = Count(listed.number + inactive.number, listed.capped or inactive.capped)
    nothing = "No active contacts." if inactive.number else "No contacts yet."
    lines = columns(("name", "role", "phone, e-mail"), rows, wide) or sentence(nothing, wide)
    return [*heading("Contacts", count(tab.active_contacts), note), *lines, *more(len(rows), listed, wide)]


def _contact(row: ContactRow) -> tuple[str, ...]:
    contact = row.contact
    name = contact_name(contact.first_name, contact.last_name)
    states = ("" if contact.is_active else "inactive", "" if contact.email_allowed else "no e-mail allowed")
    about = [row.role_name or contact.title or "", ", ".join(row.keyword_names)]
    return (
        "\n".join([name, *(f"({state})" for state in states if state)]),
        "\n".join(part for part in about if part),
        "\n".join(_channels(contact)),
    )


def _channels(contact: Contact) -> list[str]:
    """Phones and e-mails with their kind (unless an e-mail is for work), and what is not to be used."""
    found = [f"{phone.number} ({_kind(phone.kind.value, phone.do_not_use)})" for phone in contact.phones]
    for mail in contact.emails:
        plain = mail.kind is EmailKind.WORK and not mail.do_not_use
        found.append(mail.address if plain else f"{mail.address} ({_kind(mail.kind.value, mail.do_not_use)})")
    return found


def _kind(kind: str, do_not_use: bool) -> str:
    return f"{kind}, do not use" if do_not_use else kind


def _activities(tab: ContactTab, asked: Asked, wide: int) -> list[str]:
    counts = tab.activity_counts
    late = f"{count(counts.late)} late" if counts.late.number else ""
    head = ("when", "kind", "what", "case", "who")
    clock = (asked.now, asked.zone, asked.dates)
    planned = [_activity(row, feed_words.planned(row, *clock)) for row in tab.planned]
    past = [_activity(row, feed_words.past(row, *clock)) for row in tab.past]
    return [
        *heading("Next activities", count(counts.planned), late),
        *(columns(head, planned, wide) or sentence("Nothing planned.", wide)),
        *more(len(planned), counts.planned, wide),
        *heading("Last activities and notes", count(counts.past)),
        *(columns(head, past, wide) or sentence("Nothing done yet.", wide)),
        *more(len(past), counts.past, wide),
    ]


def _activity(row: FeedRow, when: str) -> tuple[str, ...]:
    number = str(row.case_number) if row.case_number is not None else ""
    return (when or NOTHING, feed_words.kind(row), feed_words.what(row), number, row.owner_name or "")


def _files(tab: ContactTab, asked: Asked, wide: int) -> list[str]:
    rows = [_file(row, asked) for row in tab.files]
    lines = columns(("name", "kind", "size", "added", "case"), rows, wide, numbers=("size",))
    return [
        *heading("Files & links", count(tab.file_count)),
        *(lines or sentence("No files or links yet.", wide)),
        *more(len(rows), tab.file_count, wide),
    ]


def _file(row: FileRow, asked: Asked) -> tuple[str, ...]:
    file = row.file
    name = "\n".join(part for part in (file.name, file.url if file.kind is FileKind.LINK else "") if part)
    added = asked.day(file.created_at.astimezone(asked.zone).date())
    size = size_words(file.size) if file.size is not None else ""
    return (name, file.kind.value, size, added, str(row.case_number) if row.case_number is not None else "")


# -- sales and projects -----------------------------------------------------------------------------------------------


def sales_lines(tab: SalesTab, asked: Asked, wide: int) -> list[str]:
    """Tab 2: key figures, then sales cases and projects with their sums."""
    figures = tab.figures
    number, of = figures.counts[tab.choice], figures.counts[CaseChoice.ALL]
    hidden = f"{of - number} closed hidden: --all shows them" if number < of else ""
    lines = [*heading("Cases", str(of) if number == of else f"{number} of {of}", hidden), *_key_figures(figures, wide)]
    for is_project in (False, True):
        rows = [row for row in tab.cases if row.case.is_project == is_project]
        parts = [part for part in tab.sums if (part.state is SalesState.WON) == is_project]
        if parts:
            lines += _section(is_project, rows, parts, asked, wide)
    return [*lines, *([] if of else sentence("No cases yet.", wide))]


def _key_figures(figures: CaseFigures, wide: int) -> list[str]:
    if not figures.counts[CaseChoice.ALL]:
        return []
    decided = figures.won + figures.lost
    rate = f"{figures.hit_rate} % ({figures.won} of {decided})" if figures.hit_rate is not None else NOTHING
    found = (
        ("Open value", sums(figures.value)),
        ("Weighted", sums(figures.weighted)),
        (f"{figures.won_number} won in {figures.year}", sums(figures.won_value)),
        ("Hit rate", rate),
        ("Need attention", str(figures.counts[CaseChoice.ATTENTION] or "none")),
    )
    return [
        *facts(found, wide),
        *sentence(left_out(figures.value.left_out + figures.won_value.left_out, "value"), wide),
    ]


def _section(is_project: bool, rows: Sequence[CaseRow], parts: Sequence[CaseSum], asked: Asked, wide: int) -> list[str]:
    of_all = sum(part.number for part in parts)
    if is_project:
        head = ("no.", "name", "status\ndone", "value", "deadline", "who")
    else:
        head = ("no.", "name", "status\nchance", "value\nweighted", "order", "who")
    cells = [_case(row, asked) for row in rows]
    totals = [
        (f"{grouped(part.number)} {_state(part)}", _of_sum(part.value, part) + ("" if is_project else _weighted(part)))
        for part in parts
    ]
    return [
        *heading("Projects" if is_project else "Sales cases", grouped(of_all)),
        *columns(head, cells, wide, numbers=("value", "value\nweighted")),
        *more(len(rows), Count(of_all), wide),
        *facts(totals, wide),
        *sentence(left_out(sum(part.left_out for part in parts), "value"), wide),
    ]


def _case(row: CaseRow, asked: Asked) -> tuple[str, ...]:
    case = row.case
    percent = case.completion if case.is_project else case.probability
    day = main_date(case)
    name = [case.name, *(f"! {why}" for why in needs(row, asked.today))]
    late = is_late(case, asked.today) and case.is_project
    billed = [f"billed to {row.billing_customer_name}"] if row.billing_customer_name else []
    value = money(case.expected_value, case.currency)
    return (
        str(case.number),
        "\n".join([*name, *billed]),
        "\n".join([status_word(row, late=late), *([f"{percent} %"] if percent is not None else [])]),
        value if case.is_project else f"{value}\n{_by_chance(row)}",
        asked.day(day) if day is not None else NOTHING,
        initials(row.owner_name) if row.owner_name else "",
    )


def _by_chance(row: CaseRow) -> str:
    value, percent = row.case.expected_value, row.case.probability
    if not isinstance(value, int) or percent is None:
        return money(value, row.case.currency) if value is not None and percent is not None else NOTHING
    return money(weighted(Money(value, row.case.currency), percent).amount, row.case.currency)


def _state(part: CaseSum) -> str:
    return ("lost" if part.state is SalesState.LOST else "closed") if part.is_over else "open"


def _of_sum(amount: int | None, part: CaseSum) -> str:
    words = HIDDEN if part.left_out == part.number else money(amount, part.currency)
    return f"{words}{'*' if part.left_out else ''}"


def _weighted(part: CaseSum) -> str:
    return f", weighted {_of_sum(part.weighted, part)}"


# -- collaboration ----------------------------------------------------------------------------------------------------


def collaboration_lines(tab: CollaborationTab, asked: Asked, wide: int) -> list[str]:
    """Tab 3: the tasks by status, and the notes of projects."""
    lines: list[str] = []
    for column in tab.board:
        late = f"{count(column.late)} late" if column.late.number else ""
        shown = column.tasks[: asked.limit]
        rows = [_task(task, asked) for task in shown]
        lines += heading(f"Tasks: {column.name}", count(column.count) or "none", late)
        lines += columns(("due", "what", "project", "who"), rows, wide)
        lines += _not_shown(column, len(rows), wide)
    notes = [line for row in tab.notes for line in _note(row, asked, wide)]
    lines += heading("Collaboration notes", count(tab.note_count))
    lines += notes or sentence("No collaboration notes on the projects yet.", wide)
    return [*lines, *more(len(tab.notes), tab.note_count, wide)]


def _not_shown(column: BoardColumn, shown: int, wide: int) -> list[str]:
    """There are no more than on the board: of done tasks the last ones only, and of all others the first."""
    if shown < len(column.tasks):
        return more(shown, column.count, wide)
    rest = column.count.number - shown
    older = f"done more than {DONE_DAYS} days ago" if column.is_done and shown < MOST_TASKS else "more"
    return sentence(f"… and {grouped(rest)}{'+' if column.count.capped else ''} {older}", wide) if rest > 0 else []


def _task(task: TaskCard, asked: Asked) -> tuple[str, ...]:
    if task.is_done:
        day = f"done {absolute_date(task.done_on, asked.dates)}" if task.done_on else "done"
    else:
        day = due(task.due, asked.today, asked.dates) if task.due else NOTHING
    return (day, task.name, f"{task.case_number} {task.case_name}", task.assignee_name or "nobody")


def _note(row: NoteRow, asked: Asked, wide: int) -> list[str]:
    """Who said what when about which project; a reply stands further in."""
    note = row.note
    inward = "  " * min(row.depth, 5)
    who = (
        ago(note.created_at, asked.now, asked.zone, asked.dates),
        row.author_name,
        f"{row.case_number} {row.case_name}",
    )
    mark = "pinned · " if note.pinned else ""
    room = wide - len(inward)
    first = sentence(mark + " · ".join(part for part in who if part), room)
    text = [f"  {line}" for part in note.text.splitlines() for line in sentence(part, room - 2)]
    return [f"{inward}{line}" for line in (*first, *text)]
