"""Activities of every kind, past and planned, and notes with replies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crm_tui.demo.cases import Case
from crm_tui.demo.companies import Company
from crm_tui.demo.names import MEETING_PLACES, MEETING_SUBJECTS, NOTE_TEXTS, REPLIES, TASK_SUBJECTS, TODO_SUBJECTS
from crm_tui.demo.world import World
from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.cases import SalesState
from crm_tui.domain.registries import RegistryKind as Kind

_STEPS = ("Not started", "In progress", "In review", "Done")


def add_activities(world: World, company: Company, contacts: Sequence[int], cases: Sequence[Case]) -> None:
    """To-dos, meetings, tasks and notes of a customer and of its cases."""
    random = world.random
    amount = (0, 3, random.randint(6, 16), 260)[company.size]
    for _ in range(amount):
        case = random.choice(cases) if cases and world.chance(0.4) else None
        offset = random.choice((-3, -1, 0, 2, 5, 9, 20)) if world.chance(0.25) else -random.randint(1, 500)
        owner = random.choice((company.owner, company.owner, world.by["mikael"], world.by["tuva"]))
        if world.chance(0.5):
            add_meeting(world, company, random.choice(MEETING_SUBJECTS), offset, owner, case=case, people=contacts)
        else:
            done = offset < 0 and not world.chance(0.04)
            add_todo(world, company, random.choice(TODO_SUBJECTS), offset, owner, done=done, case=case)
    for case in cases:
        if case.state is SalesState.WON:
            _tasks(world, case)
    for _ in range(amount // 3):
        case = random.choice(cases) if cases and world.chance(0.6) else None
        _thread(world, company, case)


def _tasks(world: World, case: Case) -> None:
    random = world.random
    done = case.project_status == "Done"
    for _ in range(40 if case.company.size == 3 else random.randint(4, 9)):
        status = "Done" if done else random.choice(_STEPS)
        name = random.choice(TASK_SUBJECTS).format(number=random.randint(1, 12), letter=random.choice("ABC"))
        past = -random.randint(1, 25) if status == "Done" else random.choice((-11, -1, 0, 3, 8, 15, 30, 60))
        add_task(world, case, name, status, past, random.choice(case.members))


def _thread(world: World, company: Company, case: Case | None) -> None:
    random = world.random
    offset = -random.randint(0, 400)
    author = random.choice((company.owner, world.by["tuva"], world.by["mikael"]))
    note = add_note(world, company, random.choice(NOTE_TEXTS), offset, author, case=case, pinned=world.chance(0.07))
    if world.chance(0.25):
        add_note(world, company, random.choice(REPLIES), min(0, offset + 1), company.owner, case=case, parent=note)


def add_todo(
    world: World,
    company: Company,
    name: str,
    offset: int,
    owner: int,
    *,
    done: bool,
    case: Case | None = None,
    **fields: Any,
) -> int:
    """A to-do due on that day; a done one was ticked then."""
    due = world.workday(offset)
    made = world.some_time(due - dt.timedelta(days=world.random.randint(1, 20)))
    return world.add(
        "activity", made=min(made, world.this_morning(7)), by=owner, kind=ActivityKind.TODO, name=name,
        customer=company.id, case=case.id if case else None, owner=owner, due=due, is_done=done,
        done_at=world.some_time(min(due, world.today)) if done else None, **fields,
    )  # fmt: skip


def add_task(world: World, case: Case, name: str, status: str, offset: int, assignee: int, *, due: bool = True) -> int:
    """A project task on the board; a done one was finished on that day."""
    done = status == "Done"
    day = world.workday(offset)
    made = world.some_time(min(day, world.today) - dt.timedelta(days=world.random.randint(3, 40)))
    return world.add(
        "activity", made=made, by=case.owner, kind=ActivityKind.TASK, name=name, customer=case.company.id, case=case.id,
        owner=case.owner, assignee=assignee, due=day if due else None, is_done=done,
        done_at=world.some_time(min(day, world.today)) if done else None,
        task_status=world.find(Kind.TASK_STATUS, status),
    )  # fmt: skip


def add_meeting(
    world: World,
    company: Company,
    name: str,
    offset: int,
    owner: int,
    *,
    case: Case | None = None,
    people: Sequence[int] = (),
    hour: int | None = None,
    minutes: int = 60,
    type_name: str | None = None,
) -> int:
    """A calendar entry with participants of both sides."""
    random = world.random
    start = world.at(world.workday(offset), hour if hour is not None else random.randint(8, 15), 0)
    kind = type_name or ("Call" if "call" in name.lower() else "Visit" if "visit" in name.lower() else "Meeting")
    return world.add(
        "activity", made=min(start, world.this_morning(7)) - dt.timedelta(days=random.randint(2, 15)), by=owner,
        kind=ActivityKind.CALENDAR, name=name, customer=company.id, case=case.id if case else None, owner=owner,
        user_participants=tuple(sorted({owner, random.choice(list(world.by.values()))})),
        contact_participants=tuple(random.sample(people, min(len(people), random.choice((1, 1, 2, 3))))),
        starts_at=start, ends_at=start + dt.timedelta(minutes=minutes), type=world.find(Kind.ACTIVITY_TYPE, kind),
        location=random.choice(MEETING_PLACES) if kind != "Call" else None,
    )  # fmt: skip


def add_note(
    world: World, company: Company, text: str, offset: int, author: int, *, case: Case | None = None,
    made: dt.datetime | None = None, pinned: bool = False, parent: int | None = None,
) -> int:  # fmt: skip
    """A note on a customer or on one of its cases."""
    made = made or world.some_time(world.workday(offset))
    return world.add(
        "note", made=made, by=author, customer=company.id, case=case.id if case else None, text=text, author=author,
        pinned=pinned, parent=parent,
    )  # fmt: skip


def add_private_life(world: World, own: Company) -> None:
    """Absences and personal entries of the staff, which others see as one word."""
    for n, (login, user) in enumerate(world.by.items()):
        for offset, days, name in (
            (-140 + n, 20, "Summer holiday"),
            (13 + 3 * n, 4, "Winter holiday"),
            (-30 - n, 0, "Sick"),
        ):
            add_absence(world, user, name, offset, days, customer=own.id)
        for offset, name in ((-6, "Dentist"), (1 + n, "School meeting"), (8, "Car to the garage")):
            start = world.at(world.workday(offset), 14)
            world.add(
                "activity", by=user, kind=ActivityKind.PERSONAL, name=f"{name} ({login})", owner=user, starts_at=start,
                ends_at=start + dt.timedelta(hours=1),
            )  # fmt: skip


def add_absence(world: World, user: int, name: str, offset: int, days: int, customer: int | None = None) -> None:
    """An absence of some days."""
    first = world.day(offset)
    world.add(
        "activity", by=user, kind=ActivityKind.ABSENCE, name=name, owner=user, customer=customer, all_day=True,
        starts_on=first, due=first + dt.timedelta(days=days),
    )  # fmt: skip
