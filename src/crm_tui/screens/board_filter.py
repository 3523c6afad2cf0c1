"""Which tasks the board shows: of a project, of a person, those that are late; what is set, in words and as choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from crm_tui.store.activities import EVERY_TASK, BoardFilter
from crm_tui.widgets.choose import Choice
from crm_tui.widgets.filter_line import Chip
from crm_tui.widgets.pick_field import Option

_EVERYTHING, _MINE, _NOBODY, _LATE = "everything", "mine", "nobody", "late"
_PROJECT, _USER = "project ", "user "


class Known(NamedTuple):
    """What one can choose from; who the user is, by id."""

    me: int | None = None
    users: tuple[Option, ...] = ()
    projects: tuple[Option, ...] = ()


class Shown(NamedTuple):
    """The filter of the board, and how what it names is called: a project by its number, a user by the name."""

    only: BoardFilter = EVERY_TASK
    project: str = ""
    assignee: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return self.only != EVERY_TASK

    def chips(self) -> list[Chip]:
        """What is set."""
        chips = (
            Chip(_PROJECT, "Project", self.project),
            Chip(_USER, "Assignee", self.assignee),
            Chip(_LATE, "Due", "overdue" if self.only.late else ""),
        )
        return [chip for chip in chips if chip.value]

    def without(self, key: str) -> Shown:
        """Without what one of the chips says."""
        if key == _PROJECT:
            return Shown(replace(self.only, case=None), "", self.assignee)
        if key == _USER:
            return Shown(replace(self.only, assignee=None, unassigned=False), self.project)
        return Shown(replace(self.only, late=False), self.project, self.assignee)

    def turned(self, choice: str, known: Known) -> Shown:
        """With a choice set, or no more if it was."""
        if choice == _EVERYTHING:
            return Shown()
        if self._has(choice, known):
            return self.without(choice if choice == _LATE else _PROJECT if choice.startswith(_PROJECT) else _USER)
        if choice == _LATE:
            return Shown(replace(self.only, late=True), self.project, self.assignee)
        if choice.startswith(_PROJECT):
            project = next(each for each in known.projects if f"{_PROJECT}{each.id}" == choice)
            number = project.name.partition(" ")[0]
            return Shown(replace(self.only, case=project.id), number, self.assignee)
        if choice == _NOBODY:
            return Shown(replace(self.only, assignee=None, unassigned=True), self.project, "nobody")
        user = known.me if choice == _MINE else int(choice.removeprefix(_USER))
        name = next((each.name for each in known.users if each.id == user), "")
        return Shown(replace(self.only, assignee=user, unassigned=False), self.project, name)

    def choices(self, known: Known) -> list[Choice]:
        """All that can be set, ticked where it is."""
        mine = [(_MINE, "mine", "assigned to you")] if known.me is not None else []
        found = [
            *mine,
            (_NOBODY, "nobody's", "assigned to nobody"),
            (_LATE, "overdue", "not done, and due before today"),
            *((f"{_PROJECT}{each.id}", each.name, each.note) for each in known.projects),
            *((f"{_USER}{each.id}", each.name, "assignee") for each in known.users if each.id != known.me),
        ]
        everything = [Choice(_EVERYTHING, "everything", "takes the filter away")] if self.is_set else []
        ticked = [
            Choice(key, f"[{'x' if self._has(key, known) else ' '}] {name}", note, name=name)
            for key, name, note in found
        ]
        return [*everything, *ticked]

    def _has(self, choice: str, known: Known) -> bool:
        only = self.only
        if choice.startswith(_PROJECT):
            return choice == f"{_PROJECT}{only.case}"
        if choice == _MINE:
            return known.me is not None and only.assignee == known.me
        return {_NOBODY: only.unassigned, _LATE: only.late}.get(choice, choice == f"{_USER}{only.assignee}")


def elsewhere(shown: Shown) -> Shown:
    """What stays of a filter on the card of another customer, who has other projects."""
    return shown.without(_PROJECT)


def assignees(users: Sequence[Option], members: Sequence[int], me: int | None) -> list[Choice]:
    """Who a task can be assigned to: nobody, oneself, those in the project, all others."""
    people = sorted(users, key=lambda user: (user.id != me, user.id not in members))
    notes = {user.id: "you" if user.id == me else "in the project" if user.id in members else "" for user in users}
    return [Choice(_NOBODY, "nobody"), *(Choice(f"{_USER}{user.id}", user.name, notes[user.id]) for user in people)]


def assignee(choice: str) -> int | None:
    """The user that a choice of ``assignees`` names."""
    return None if choice == _NOBODY else int(choice.removeprefix(_USER))
