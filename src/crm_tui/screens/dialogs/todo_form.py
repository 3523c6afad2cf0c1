"""A to-do in one line: what to do, and at its end when. ``@2104`` or ``@name`` makes it a task of that project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.activities import Activity, ActivityChange, ActivityKind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.todo_line import MeantTodo, NamedCase, check_said, meant
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
            todo = self._meant(typed)
        except Invalid:
            self._understood.show(cell(""))
            return
        of = f" of {todo.case.name}" if todo.case else ""
        due = describe(todo.when, self.session.today) if todo.when else "today"
        self._understood.show(cell((f"{todo.kind.value}{of}, due ", "muted"), due))

    def _meant(self, typed: str) -> MeantTodo:
        cases = [NamedCase(option.id, option.name, option.note == PROJECT) for option in self.materials.more]
        on_project = bool(self.about.given.get("on_project"))
        return meant(typed, cases, self.session.today, on_project=on_project)

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Activity:
        todo, today, zone = self._meant(values["line"]), self.session.today, self.session.zone
        check_said(todo)
        if self.entity is None:
            return store.activities.create(todo.new(self.about.customer, today, zone))
        case = todo.case.id if todo.case else None
        if case is None and self.entity.kind is ActivityKind.TASK:
            case = self.entity.case  # a task stays on its project
        elif todo.kind is not self.entity.kind:
            raise Invalid(
                "line", f"it is saved as a {self.entity.kind.value} and stays one: name another case, or none"
            )
        change = ActivityChange(
            name=todo.name, case=case, due=todo.due(today), starts_at=todo.starts_at(zone), starts_on=None
        )
        return store.activities.update(self.entity.id, self.revision, change)


def _number(case: Option) -> str:
    """The number that the name of a case begins with."""
    return case.name.partition(" ")[0]
