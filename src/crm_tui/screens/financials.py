"""Tab 4: forecast and actual month by month, and the invoices of a customer."""

from __future__ import annotations

from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.finance_panel import FinancePanel
from crm_tui.screens.invoice_panel import InvoicePanel
from crm_tui.widgets.panel_columns import PanelColumns, Slot, stack


class FinancialsTab(CardTab):
    """The figures have the whole width: a wider screen shows more months."""

    def panels(self) -> PanelColumns:
        return PanelColumns(
            FinancePanel(self.session),
            InvoicePanel(self.session),
            two=stack(Slot("finance", fit=True, least=8, most=30), Slot("invoices", least=6)),
        )
