"""A line of the activity feed in words: the whole activity or note to read, and who may change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from crm_tui.domain.activities import TICKED, Activity, ActivityKind, Note
from crm_tui.screens.present import person, text
from crm_tui.store.activities import FeedRow, TaskCard
from crm_tui.store.port import Store
from crm_tui.text import clean_lines
from crm_tui.when import absolute, absolute_date
from crm_tui.widgets.cells import cell, join
from crm_tui.widgets.facts import Fact, whole


def entry_facts(row: FeedRow, entry: Activity, about: Sequence[Fact], zone: tzinfo) -> list[Fact]:
    """An activity in full; ``about`` are its facts from ``around``."""
    times = (("Starts", entry.starts_at), ("Ends", entry.ends_at), ("Done", entry.done_at))
    days = (("From", entry.starts_on), ("Due" if row.kind in TICKED else "Until", entry.due))
    return [
        whole(cell((entry.name, "name")), wrap=True),
        whole(""),
        Fact("Kind", row.type_name or row.kind),
        *(Fact(word, absolute(moment, zone)) for word, moment in times if moment),
        *(Fact(word, absolute_date(day)) for word, day in days if day),
        Fact("Owner", text(row.owner_name)),
        *about,
        *([Fact("Place", entry.location, True)] if entry.location else []),
        *(whole(cell(line), wrap=True) for line in (clean_lines(entry.notes) if entry.notes else ())),
    ]


def around(store: Store, entry: Activity) -> list[Fact]:
    """What it is about and who takes part, by name."""
    users = {user.id: user.name for user in store.users.list(inactive=True)}
    people = [person(store.contacts.get(key)) for key in entry.contact_participants]
    people += [cell(users.get(key, "")) for key in entry.user_participants]
    found = [Fact("With", join(people, ", "), True)] if people else []
    if entry.case is not None:
        case = store.cases.get(entry.case)
        found.insert(0, Fact("Case", cell(str(case.number), (f"  {case.name}", "muted"))))
    return found


def note_facts(note: Note) -> list[Fact]:
    """The text of a note, line by line."""
    return [whole(cell(line), wrap=True) for line in clean_lines(note.text)]


def whose(row: FeedRow | TaskCard, *, deletes: bool) -> str:
    """Who may change or delete an activity (rule 11), for somebody who may not."""
    is_task = isinstance(row, TaskCard) or row.kind == ActivityKind.TASK.value
    owner = f"its owner {row.owner_name}"
    if row.owner_is_gone:
        owner = "who has the permission “customers: edit”"
    taking_part = ["its assignee", "its participants"] if is_task else ["its participants"]
    who = [owner, *([] if deletes else taking_part), *(["who runs the project"] if is_task else [])]
    named = " and ".join(filter(None, [", ".join(who[:-1]), who[-1]]))
    return f"only {named} can {'delete' if deletes else 'change'} it"
