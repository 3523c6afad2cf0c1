"""A to-do in one line: what to do, and at its end when. ``@2104`` or ``@name`` puts it on that case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.errors import Invalid
from crm_tui.domain.natural_dates import When, split_when
from crm_tui.domain.normalise import fold


class NamedCase(NamedTuple):
    """A case that a line may name; its ``name`` begins with its number."""

    id: int
    name: str
    is_project: bool

    @property
    def number(self) -> str:
        """The number that the name begins with."""
        return self.name.partition(" ")[0]


class MeantTodo(NamedTuple):
    """What a line says. On a project it is a task; on a sales case it stays a to-do."""

    name: str
    when: When | None
    case: NamedCase | None

    @property
    def kind(self) -> ActivityKind:
        """A task where it is done for a project."""
        return ActivityKind.TASK if self.case is not None and self.case.is_project else ActivityKind.TODO

    def due(self, today: date) -> date:
        """The day; today unless another was said."""
        return self.when.day if self.when is not None else today

    def starts_at(self, zone: tzinfo) -> datetime | None:
        """The instant, if a time was said, which is one of ``zone``."""
        if self.when is None or self.when.time is None:
            return None
        return datetime.combine(self.when.day, self.when.time, zone).astimezone(UTC)

    def new(self, customer: int | None, today: date, zone: tzinfo) -> NewActivity:
        """The activity that it makes."""
        return NewActivity(
            kind=self.kind,
            name=self.name,
            customer=customer,
            case=self.case.id if self.case is not None else None,
            due=self.due(today),
            starts_at=self.starts_at(zone),
        )


def meant(typed: str, cases: Sequence[NamedCase], today: date, *, on_project: bool = False) -> MeantTodo:
    """What was typed; ``cases`` are those that can be named. ``on_project``: it has to be on one of them, and is on
    the only one there is without being told. Raises Invalid for a date or a case that is none."""
    words: list[str] = []
    mentions: list[str] = []
    for word in typed.split():
        (mentions if word.startswith("@") and len(word) > 1 else words).append(word)
    if len(mentions) > 1:
        raise Invalid("line", "it belongs to one case: name one with @")
    name, when = split_when(" ".join(words), today=today)
    if mentions:
        case: NamedCase | None = _mentioned(mentions[0][1:], cases, on_project=on_project)
    else:
        case = _only(cases) if on_project else None
    return MeantTodo(name, when, case)


def check_said(todo: MeantTodo) -> None:
    """Raise Invalid where nothing is to be done."""
    if not todo.name:
        raise Invalid("line", "say what is to be done, too")


def _only(cases: Sequence[NamedCase]) -> NamedCase:
    if len(cases) != 1:
        raise Invalid("line", "name its project: @ and the number, or how its name begins")
    return cases[0]


def _mentioned(mention: str, cases: Sequence[NamedCase], *, on_project: bool) -> NamedCase:
    """The case that is meant by a number, or by the beginning of a word of its name."""
    wanted = fold(mention)
    found = [case for case in cases if any(word.startswith(wanted) for word in fold(case.name).split())]
    exact = [case for case in found if case.number == mention]
    if exact or len(found) == 1:
        return (exact or found)[0]
    if found:
        names = ", ".join(case.name for case in found[:3])
        raise Invalid("line", f"@{mention} may be one of {names}: write its number")
    kind = "project" if on_project else "case"
    raise Invalid("line", f"no open {kind} of this customer begins with “{mention}”")
