"""When a task is due, in one line: Enter saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from textual.widgets import Input

from crm_tui.domain.activities import Activity, ActivityChange
from crm_tui.domain.errors import Invalid
from crm_tui.domain.natural_dates import parse_when
from crm_tui.screens.dialogs.choices import user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials
from crm_tui.screens.dialogs.form_help import DATES
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.when import absolute, absolute_date, describe
from crm_tui.widgets.field import Field, TextField
from crm_tui.widgets.form import FormRow


class DueForm(FormDialog[Activity]):
    """Of one that is there; an empty line takes the date away."""

    FORM = "due date"
    UNDERSTANDS = DATES
    ENTERED_IN = {"starts_at": "due"}

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.entity is not None  # noqa: S101 - what is due is there
        return Materials(store.activities.get(about.entity), user_names(store))

    def rows(self) -> Iterable[FormRow]:
        yield FormRow(TextField("due", "Due", check=self._shown, placeholder="tomorrow, fri, +3d, 24.12."))

    def name_of(self) -> str:
        return self.entity.name if self.entity is not None else ""

    def values_of(self, entity: Activity) -> dict[str, Any]:
        if entity.starts_at is not None:
            return {"due": absolute(entity.starts_at, self.session.zone)}
        return {"due": absolute_date(entity.due) if entity.due is not None else None}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Activity:
        assert self.about.entity is not None  # noqa: S101 - see load
        due = parse_when(values["due"], today=self.session.today) if values["due"] else None
        at = None
        if due is not None and due.time is not None:
            at = datetime.combine(due.day, due.time, self.session.zone).astimezone(UTC)
        change = ActivityChange(due=due.day if due else None, starts_at=at, starts_on=None)
        return store.activities.update(self.about.entity, self.revision, change)

    def on_mount(self) -> None:
        # once it is filled: what is typed takes the place of the date that is there
        self.call_next(self.query_one(Input).action_select_all)

    def typed(self, field: Field) -> None:
        """Say at once which day is meant; what is wrong only when it is left."""
        if field.problem() is None:
            self.form.look_at(field)

    def _shown(self, typed: str) -> str:
        found = parse_when(typed, today=self.session.today)
        if found is None:
            raise Invalid("due", "a date such as tomorrow, fri, +3d or 24.12.")
        return describe(found, self.session.today)
