"""Tab 1: details, addresses, contacts, the activity feed, files and links of a customer."""

from __future__ import annotations

from crm_tui.screens.activity_panel import ActivityPanel
from crm_tui.screens.address_panel import AddressPanel
from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.contact_panel import ContactPanel
from crm_tui.screens.details_panel import DetailsPanel
from crm_tui.screens.file_panel import FilePanel
from crm_tui.widgets.panel_columns import PanelColumns, Slot, side, stack


class ContactInformationTab(CardTab):
    """Everything about who they are and what happens with them."""

    def panels(self) -> PanelColumns:
        details = Slot("details", fit=True, most=9)
        addresses = Slot("addresses", fit=True, most=8)
        return PanelColumns(
            DetailsPanel(self.session),
            AddressPanel(self.session),
            ContactPanel(self.session),
            ActivityPanel(self.session),
            FilePanel(self.session),
            two=side(
                stack(
                    details,
                    addresses,
                    Slot("contacts", least=6),
                    Slot("files", fit=True, least=4, most=7),
                    size=62,
                ),
                Slot("activities"),
            ),
            three=side(
                stack(Slot("details", fit=True, most=14), addresses, Slot("files"), share=4),
                Slot("contacts", share=5),
                Slot("activities", share=5),
            ),
            opened="contacts",
        )
