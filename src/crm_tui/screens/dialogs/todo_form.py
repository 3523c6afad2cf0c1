"""A to-do in one line: what to do, and at its end when. ``@2104`` or ``@name`` makes it a task of that project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from crm_tui.domain.activities import Activity, ActivityChange, ActivityKind, NewActivity
from crm_tui.domain.errors import Invalid
from crm_tui.domain.natural_dates import When, split_when
from crm_tui.domain.normalise import fold
from crm_tui.screens.dialogs.choices import PROJECT, cases_of, user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials
from crm_tui.screens.dialogs.form_help import DATES, Understood
from crm_tui.screens.session import Session
from crm_tui.store.cases import CaseLife
from crm_tui.store.port import Store
from crm_tui.when import describe
from crm_tui.widgets.cells import cell
from crm_tui.widgets.field import Field, TextField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.line import Line
from crm_tui.widgets.pick_field import Option


class _Meant(NamedTuple):
    """What a line says. On a project it is a task; on a sales case it stays a to-do."""

    name: str
    when: When | None
    case: Option | None

    @property
    def is_task(self) -> bool:
        """Whether it is done for a project."""
        return self.case is not None and self.case.note == PROJECT


class TodoForm(FormDialog[Activity]):
    """Enter saves; the line below says how it is understood. ``about.given`` says whether it has to be ``on_project``,
    and which ``case`` the line begins with."""

    FORM = "to-do"
    UNDERSTANDS = (
        Understood("Call Eeva fri 14:00", "a date at the end, or at the beginning, is when it is due"),
        Understood("Check welds @2104", "a task of the project of that number, or of a name that begins so"),
        Understood("Send offer @2240", "a to-do about the sales case of that number"),
        *DATES,
    )
    DEFAULT_CSS = """
    TodoForm .understood { margin: 0 0 0 15; }
    """

    def __init__(self, session: Session, about: About, materials: Materials, draft: Any = None) -> None:
        self._understood = Line(classes="understood")
        super().__init__(session, about, materials, draft)

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        lives = (CaseLife.PROJECT,) if about.given.get("on_project") else tuple(CaseLife)
        found = cases_of(store, about.customer, session.today, lives=lives) if about.customer is not None else []
        entity = store.activities.get(about.entity) if about.entity is not None else None
        return Materials(entity, user_names(store), found)

    def rows(self) -> Iterable[FormRow]:
        yield FormRow(TextField("line", "To do", required=True, placeholder="Call Eeva about the cranes fri 14:00"))

    def fresh(self) -> dict[str, Any]:
        case = self.about.given.get("case")
        number = next((_number(each) for each in self.materials.more if each.id == case), "")
        return {"line": f"@{number} "} if number else {}

    def on_mount(self) -> None:
        self.form.mount(self._understood)
        self._say_what()

    def thing(self) -> str:
        return "project task" if self.about.given.get("on_project") else super().thing()

    def name_of(self) -> str:
        return self.entity.name if self.entity is not None else ""

    def values_of(self, entity: Activity) -> dict[str, Any]:
        return {"line": entity.name}

    def typed(self, field: Field) -> None:
        self._say_what()

    def _say_what(self) -> None:
        typed = self.form.values()["line"]
        if not typed:
            hint = "a date at the end is its due date, @ and a number its case; without a date it is due today"
            self._understood.show(cell((hint, "muted")))
            return
        try:
            meant = self._meant(typed)
        except Invalid:
            self._understood.show(cell(""))
            return
        kind = "task" if meant.is_task else "to-do"
        of = f" of {meant.case.name}" if meant.case else ""
        due = describe(meant.when, self.session.today) if meant.when else "today"
        self._understood.show(cell((f"{kind}{of}, due ", "muted"), due))

    def _meant(self, typed: str) -> _Meant:
        words: list[str] = []
        mentions: list[str] = []
        for word in typed.split():
            (mentions if word.startswith("@") and len(word) > 1 else words).append(word)
        if len(mentions) > 1:
            raise Invalid("line", "it belongs to one case: name one with @")
        name, when = split_when(" ".join(words), today=self.session.today)
        return _Meant(name, when, self._case(mentions[0][1:]) if mentions else self._only_project())

    def _only_project(self) -> Option | None:
        """Where it has to be on a project and there is one, it is on that one."""
        if not self.about.given.get("on_project"):
            return None
        if len(self.materials.more) != 1:
            raise Invalid("line", "name its project: @ and the number, or how its name begins")
        found: Option = self.materials.more[0]
        return found

    def _case(self, mention: str) -> Option:
        """The case that is meant by a number, or by the beginning of a word of its name."""
        wanted = fold(mention)
        found = [
            option
            for option in self.materials.more
            if any(word.startswith(wanted) for word in fold(option.name).split())
        ]
        exact = [option for option in found if _number(option) == mention]
        if exact or len(found) == 1:
            meant: Option = (exact or found)[0]
            return meant
        if found:
            names = ", ".join(option.name for option in found[:3])
            raise Invalid("line", f"@{mention} may be one of {names}: write its number")
        kind = "project" if self.about.given.get("on_project") else "case"
        raise Invalid("line", f"no open {kind} of this customer begins with “{mention}”")

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Activity:
        meant = self._meant(values["line"])
        if not meant.name:
            raise Invalid("line", "say what is to be done, too")
        when = meant.when
        at = None
        if when is not None and when.time is not None:
            at = datetime.combine(when.day, when.time, self.session.zone).astimezone(UTC)
        kind = ActivityKind.TASK if meant.is_task else ActivityKind.TODO
        case = meant.case.id if meant.case else None
        due = when.day if when else self.session.today
        if self.entity is None:
            return store.activities.create(
                NewActivity(kind=kind, name=meant.name, customer=self.about.customer, case=case, due=due, starts_at=at)
            )
        if case is None and self.entity.kind is ActivityKind.TASK:
            case = self.entity.case  # a task stays on its project
        elif kind is not self.entity.kind:
            raise Invalid(
                "line", f"it is saved as a {self.entity.kind.value} and stays one: name another case, or none"
            )
        change = ActivityChange(name=meant.name, case=case, due=due, starts_at=at, starts_on=None)
        return store.activities.update(self.entity.id, self.revision, change)


def _number(case: Option) -> str:
    """The number that the name of a case begins with."""
    return case.name.partition(" ")[0]
