"""Losing a sales case: why, if that is to be kept, and when. Losing closes it (rule 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from crm_tui.domain.cases import Case, CaseChange, SalesState
from crm_tui.domain.registries import RegistryValue
from crm_tui.screens.case_changes import sales_statuses
from crm_tui.screens.dialogs.choices import user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, value_options
from crm_tui.screens.dialogs.form_help import DATES
from crm_tui.screens.dialogs.typed_dates import day_of, shown_day
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.widgets.field import AreaField, TextField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField


class _More(NamedTuple):
    """The case as it is when the form opens, and the statuses that mean lost."""

    case: Case
    statuses: list[RegistryValue]


class LostForm(FormDialog[Case]):
    """``about.given["case"]`` says which case. It has nothing that must be typed."""

    FORM = "lost"
    UNDERSTANDS = DATES

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        case = store.cases.get(about.given["case"])
        return Materials(None, user_names(store), _More(case, sales_statuses(store, SalesState.LOST)))

    def rows(self) -> Iterable[FormRow]:
        more: _More = self.materials.more
        yield FormRow(AreaField("lost_reason", "Lost because", lines=3, placeholder="may stay empty"))
        yield FormRow(TextField("closed", "Closed", required=True, check=self._shown))
        if len(more.statuses) > 1:
            yield FormRow(PickField("sales_status", "Status", value_options(more.statuses), required=True))

    def heading(self) -> str:
        case: Case = self.materials.more.case
        return f"Lost: {case.number} {case.name}"

    def fresh(self) -> dict[str, Any]:
        more: _More = self.materials.more
        return {"closed": "today", "lost_reason": more.case.lost_reason, "sales_status": more.statuses[0].id}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Case:
        more: _More = self.materials.more
        change = CaseChange(
            sales_status=values.get("sales_status", more.statuses[0].id),
            lost_reason=values["lost_reason"],
            closed=day_of("closed", values["closed"], self.session.today),
        )
        return store.cases.update(more.case.id, more.case.revision, change)

    def _shown(self, typed: str) -> str:
        return shown_day("closed", typed, self.session.today)
