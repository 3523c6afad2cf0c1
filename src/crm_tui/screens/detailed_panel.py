"""A panel of the card that shows the row under the cursor in full at its foot, where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.widget import Widget

from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.session import Session
from crm_tui.widgets.facts import Fact, Facts
from crm_tui.widgets.line import Separator


class DetailedPanel(CardPanel):
    """The foot is there from ROOMY rows on, and only with something under the cursor."""

    ROOMY: ClassVar[int] = 12
    LABELS: ClassVar[int] = 10
    LEAST_ROWS: ClassVar[int] = 5
    DEFAULT_CSS = """
    DetailedPanel {
        & .about { display: none; height: auto; }
        &.-roomy .about { display: block; }
        &.-closed .about { display: none; }
    }
    """

    def __init__(self, session: Session, title: str, *children: Widget, id: str) -> None:  # noqa: A002 - Textual's name
        self._about = Facts(focusable=False, label_width=self.LABELS, classes="about")
        super().__init__(session, title, *children, Separator(classes="about"), self._about, id=id)
        self._facts: Sequence[Fact] = ()

    def show_about(self, facts: Sequence[Fact]) -> None:
        """Show what is under the cursor; nothing takes the foot away."""
        self._facts = facts
        self._about.set_facts(facts)
        self._make_room()
        self.refresh_bindings()

    def has_room(self) -> bool:
        """Whether there is room for the foot."""
        return self.outer_size.height >= self.ROOMY

    def on_resize(self) -> None:
        self._make_room()

    def _make_room(self) -> None:
        # borders, the rule, and a few rows of the list are there whatever is under the cursor
        self._about.styles.max_height = max(1, min(9, self.outer_size.height - 3 - self.LEAST_ROWS))
        self.set_class(bool(self._facts) and self.has_room(), "-roomy")
