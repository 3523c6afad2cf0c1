"""Tab 2: all sales cases and all projects of a customer, and the case under the cursor."""

from __future__ import annotations

from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.case_panel import CaseDetailsPanel, CasePanel
from crm_tui.store.cases import CaseLife
from crm_tui.widgets.panel_columns import PanelColumns, Slot, side, stack


class SalesProjectsTab(CardTab):
    """The two lives of cases one below the other."""

    def panels(self) -> PanelColumns:
        self._details = CaseDetailsPanel(self.session)
        self._followed: CasePanel | None = None
        sales, projects = (
            Slot("sales", fit=True, least=6, most=14),
            Slot("project", fit=True, least=6, most=14),
        )
        return PanelColumns(
            CasePanel(self.session, CaseLife.SALES),
            CasePanel(self.session, CaseLife.PROJECT),
            self._details,
            two=stack(sales, projects, Slot("case", least=6)),
            three=side(stack(Slot("sales"), Slot("project"), share=3), Slot("case", size=56)),
        )

    def on_case_panel_case_moved(self, event: CasePanel.CaseMoved) -> None:
        """The details follow the cursor of the list that has, or last had, the focus; while that is empty, the
        other list's."""
        event.stop()
        self.columns.rearrange()
        if isinstance(self.columns.opened, CasePanel):
            self._followed = self.columns.opened
        if event.row is not None and (event.panel is self._followed or self._details.is_empty):
            self._details.show_case(event.row)
