"""How screens merge two: what it takes is read, the dialog opens, and what was done is said and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.session import Session
from crm_tui.widgets.command_target import Availability

if TYPE_CHECKING:
    from crm_tui.screens.dialogs.merge import Done
    from crm_tui.screens.two_alike import MergeCheck


def may_merge(session: Session, kind: Kind) -> Availability:
    """Whether the user may merge two of a kind at all, or why not."""
    for action in (Action.EDIT, *([Action.DELETE] if kind is Kind.CUSTOMER else [])):
        allowed = session.may(action, kind)
        if allowed is not True:
            return allowed
    return True


def pick_and_merge(screen: CrmScreen, kind: Kind, one: int, name: str, then: Callable[[Done], None]) -> None:
    """Ask which other one to merge with, then open the dialog; the one that was there first stays, if not swapped."""
    from crm_tui.screens.dialogs.pick_other import PickOtherDialog

    def picked(other: int | None) -> None:
        if other is not None:
            open_merge(screen, kind, one, other, then)

    screen.app.push_screen(PickOtherDialog(screen.session, kind, one, name), picked)


def open_merge(screen: CrmScreen, kind: Kind, stays: int, goes: int, then: Callable[[Done], None]) -> None:
    """Read what a merge would meet and open its dialog; ``then`` is called after they were merged."""
    from crm_tui.screens.dialogs.merge import MergeDialog
    from crm_tui.screens.two_alike import read_merge

    def show(check: MergeCheck) -> None:
        screen.app.push_screen(MergeDialog(screen.session, check), closed)

    def closed(done: Done | None) -> None:
        if done is not None:
            said = f"{done.two.right_called} is part of {done.two.left_called} now"
            screen.changed(said, lambda: then(done))

    screen.ask_to_open(screen.store, "merge", lambda store: read_merge(store, kind, stays, goes), show)
