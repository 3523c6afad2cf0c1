"""Tab 5: billing defaults and market segmentation of a customer, and what was changed about it."""

from __future__ import annotations

from textual.app import ComposeResult

from crm_tui.screens.billing_panel import BillingPanel
from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.changes_panel import ChangesPanel
from crm_tui.screens.segment_panel import SegmentPanel
from crm_tui.widgets.cells import cell
from crm_tui.widgets.line import Line
from crm_tui.widgets.panel_columns import PanelColumns, Slot, side, stack


class CustomerSettingsTab(CardTab):
    """Defaults for new cases, and the change log."""

    def panels(self) -> PanelColumns:
        return PanelColumns(
            BillingPanel(self.session),
            SegmentPanel(self.session),
            ChangesPanel(self.session),
            two=side(
                Slot("billing", share=6),
                stack(Slot("segments", fit=True, least=5, most=24), Slot("changes", least=6), share=5),
            ),
            three=side(Slot("billing", share=6), Slot("segments", share=4), Slot("changes", share=6)),
        )

    def compose(self) -> ComposeResult:
        yield Line(cell(("Defaults for new cases only: existing cases keep theirs. Saved at once.", "muted")))
        yield from super().compose()
