"""Losing a sales case: why, if that is to be kept, and when. Losing closes it (rule 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.cases import Case, CaseChange, SalesState
from crm_tui.screens.case_changes import sales_statuses
from crm_tui.screens.dialogs.choices import user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, value_options
from crm_tui.screens.dialogs.form_help import DATES
from crm_tui.screens.dialogs.typed_dates import day_of, shown_day
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.when import absolute_date
from crm_tui.widgets.field import AreaField, TextField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField


class LostForm(FormDialog[Case]):
    """``about.given["case"]`` says which case. It has nothing that must be typed. What it chooses from are the statuses
    that mean lost."""

    FORM = "lost"
    UNDERSTANDS = DATES
    DECIDES = True

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        case = about.entity if about.entity is not None else about.given["case"]
        return Materials(store.cases.get(case), user_names(store), sales_statuses(store, SalesState.LOST))

    def rows(self) -> Iterable[FormRow]:
        statuses = self.materials.more
        yield FormRow(AreaField("lost_reason", "Lost because", lines=3, placeholder="may stay empty"))
        yield FormRow(TextField("closed", "Closed", required=True, check=self._shown))
        if len(statuses) > 1:
            yield FormRow(PickField("sales_status", "Status", value_options(statuses), required=True))

    def heading(self) -> str:
        return f"Lost: {self.name_of()}"

    def thing(self) -> str:
        return "case"

    def name_of(self) -> str:
        return f"{self.entity.number} {self.entity.name}" if self.entity is not None else ""

    def values_of(self, entity: Case) -> dict[str, Any]:
        """What losing it begins with; where somebody else was faster, what they said."""
        closed = entity.closed if entity.sales_state is SalesState.LOST else None
        statuses = [status.id for status in self.materials.more]
        return {
            "lost_reason": entity.lost_reason,
            "closed": absolute_date(closed) if closed is not None else "today",
            "sales_status": entity.sales_status if entity.sales_status in statuses else statuses[0],
        }

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Case:
        assert self.entity is not None  # noqa: S101 - see load
        change = CaseChange(
            sales_status=values.get("sales_status", self.materials.more[0].id),
            lost_reason=values["lost_reason"],
            closed=day_of("closed", values["closed"], self.session.today),
        )
        return store.cases.update(self.entity.id, self.revision, change)

    def _shown(self, typed: str) -> str:
        return shown_day("closed", typed, self.session.today)
