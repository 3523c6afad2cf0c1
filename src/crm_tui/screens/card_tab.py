"""What the five tabs of the card share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, cast

from textual.app import ComposeResult
from textual.widget import Widget

from crm_tui.domain.entities import Kind
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.widgets.command_target import Availability, CommandTarget
from crm_tui.widgets.panel_columns import PanelColumns


class Target(NamedTuple):
    """A row that the cursor is to be put on."""

    kind: Kind
    id: int


class CardTab(CommandTarget, Widget):
    """A tab: panels that show one customer. It is mounted when it is first shown."""

    COMMAND_IDS: ClassVar[tuple[str, ...]] = ("list.copy", "list.link", "card.next_panel", "card.previous_panel")
    DEFAULT_CSS = """
    CardTab { width: 1fr; height: 1fr; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.card: CustomerCard | None = None
        self._target: Target | None = None
        self.columns = self.panels()

    def panels(self) -> PanelColumns:
        """The panels of the tab, each a CardPanel."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        yield self.columns

    def on_mount(self) -> None:
        if self.card is not None:
            self.show(self.card)
        self.focus_first()
        if self._target is not None:
            self.put_cursor_on(self._target)

    def show(self, card: CustomerCard) -> None:
        """Show a customer, or the same one read again."""
        self.card = card
        if self.is_attached:
            for panel in self._panels:
                panel.show(card)
            self.columns.rearrange()

    def put_cursor_on(self, target: Target) -> None:
        """Focus the panel that holds the row, and put the cursor on it once it is there."""
        self._target = None if self._panels else target  # a tab that is still being made does it when it is whole
        for panel in self._panels:
            if panel.put_cursor_on(target.kind, target.id):
                self.columns.focus_panel(panel)
                return

    def given(self, form: str) -> dict[str, Any]:
        """The values that a quick note or to-do begins with on this tab."""
        return {}

    def has_open(self, kind: Kind) -> bool:
        """Whether the focus is in the panel that lists things of this kind."""
        return self._opened is not None and kind in self._opened.KINDS

    def focus_first(self) -> None:
        """Give the focus to the panel that had it last. A tab that is still being made does it when it is whole,
        unless another one is shown by then."""
        if self.display and self.columns.panels:
            self.columns.focus_panel(self.columns.opened)

    @property
    def _panels(self) -> list[CardPanel]:
        return [panel for panel in self.columns.panels if isinstance(panel, CardPanel)]

    @property
    def _opened(self) -> CardPanel | None:
        opened = self.columns.opened
        return opened if isinstance(opened, CardPanel) else None

    def _copies(self) -> Sequence[Copy]:
        return self._opened.copies() if self._opened else ()

    def _links(self) -> Sequence[Copy]:
        return self._opened.links() if self._opened else ()

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.copy" and not self._copies():
            return "there is nothing to copy where the cursor is"
        if command_id == "list.link" and not self._links():
            return "there is no link, e-mail or phone number where the cursor is"
        return super().availability(command_id)

    def do_card_next_panel(self) -> None:
        self.columns.focus_next()

    def do_card_previous_panel(self) -> None:
        self.columns.focus_next(-1)

    def do_list_copy(self) -> None:
        cast(CrmScreen, self.screen).offer_copy(self._copies())

    def do_list_link(self) -> None:
        cast(CrmScreen, self.screen).offer_links(self._links())
