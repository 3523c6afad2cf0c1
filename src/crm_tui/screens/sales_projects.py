"""Tab 2: all sales cases and all projects of a customer, and the case under the cursor."""

from __future__ import annotations

from typing import Any

from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.case_details_panel import CaseDetailsPanel
from crm_tui.screens.case_panel import CasePanel
from crm_tui.widgets.panel_columns import PanelColumns, Slot, side, stack


class SalesProjectsTab(CardTab):
    """The table, with the case under its cursor below or beside it."""

    def panels(self) -> PanelColumns:
        self._details = CaseDetailsPanel(self.session)
        self._cases = CasePanel(self.session)
        return PanelColumns(
            self._cases,
            self._details,
            two=stack(Slot("cases", fit=True, least=12, most=26), Slot("case", least=10)),
            three=side(Slot("cases"), Slot("case", size=46)),
        )

    def given(self, form: str) -> dict[str, Any]:
        """A quick note or to-do is on the case under the cursor."""
        return {"case": self._cases.case} if self._cases.case is not None else {}

    def on_case_panel_case_moved(self, event: CasePanel.CaseMoved) -> None:
        event.stop()
        self._details.show_case(event.row)
