"""A store that is open for somebody's screen, and how another one is chosen from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from crm_tui.drafting import DraftKeeper
from crm_tui.store.locate import Place
from crm_tui.store.port import Store


class Opened(NamedTuple):
    """``notices`` are what the user should know about the place where drafts are kept. Whoever has it closes both."""

    store: Store
    place: Place
    drafts: DraftKeeper
    notices: tuple[str, ...] = ()

    def close(self) -> None:
        """Write drafts that are not written yet, and let both go."""
        try:
            self.drafts.close()
        finally:
            self.store.close()


class Stores(Protocol):
    """The stores that one may choose from. Both calls read files, and wait for machines: not for the UI thread."""

    def known(self) -> Sequence[Place]:
        """The one of the start, those of the settings and of the user's own folder. Raises ConfigError, Unavailable."""
        ...

    def open(self, place: Place) -> Opened:
        """One of them, as the user of this program. Raises what opening a store does."""
        ...
