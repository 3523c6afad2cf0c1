"""Which store is worked on: those that are known, and another one opened in the place of this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm_tui.store.locate import Place, is_same
from crm_tui.widgets.choose import Choice, ChooseDialog

if TYPE_CHECKING:
    from crm_tui.screens.base import CrmScreen


class _StoresDialog(ChooseDialog):
    """Wide enough for addresses."""

    WIDTH = 80


def choose_store(screen: CrmScreen) -> None:
    """List the stores that are known, and open the one that is chosen."""
    session = screen.session
    if session.stores is None:
        return
    known = session.stores.known

    def show(places: Sequence[Place]) -> None:
        choices = [
            Choice(str(number), each.name, f"{each.kind}: {each.where}", reason=_reason(each, session.where))
            for number, each in enumerate(places)
        ]

        def chosen(number: str | None) -> None:
            if number is not None:
                session.open_store(places[int(number)])

        screen.app.push_screen(_StoresDialog("Stores", choices), chosen)

    screen.ask_to_open(screen.store, "stores", lambda _: known(), show)


def _reason(place: Place, current: Place | None) -> str | None:
    """Why a store can't be chosen now."""
    is_open = current is not None and is_same(place, current)
    return f"it is open: {place.kind} {place.where}" if is_open else None
