"""What was typed and not saved, offered again: after a dropped line, a kill or a crash, and whenever asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from crm_tui.commands import COMMANDS
from crm_tui.screens.forms import is_known
from crm_tui.store.drafts import Draft
from crm_tui.store.port import Store
from crm_tui.terminal.type_ahead import has_typed_ahead
from crm_tui.when import ago
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.confirm import ConfirmDialog

if TYPE_CHECKING:
    from crm_tui.screens.base import CrmScreen

_LATER, _DISCARD = "later", "discard"


def offer_drafts(screen: CrmScreen, *, asked: bool = False) -> None:
    """Ask what becomes of drafts, if there are any. ``asked``: somebody wants to know, so it is said where there are
    none; otherwise who has begun with something else is not interrupted, and is told instead."""
    session = screen.session

    def read(store: Store) -> tuple[list[Draft], dict[int, str]]:
        """The drafts that were not saved after all, and the names of their customers."""
        drafts = session.drafts.all()
        if not drafts:
            return [], {}
        from crm_tui.screens.dialogs.merged_away import brought_on

        found = []
        for draft in drafts:
            if store.was_saved(draft.key) or not is_known(draft.form):
                if is_known(draft.form):
                    session.drafts.drop(draft.key)
            else:
                found.append(brought_on(store, draft))
        return found, _names(store, found)

    def show(answer: tuple[list[Draft], dict[int, str]]) -> None:
        drafts, names = answer
        if drafts and not asked and _is_busy(screen):
            things = "What you typed before is" if len(drafts) == 1 else f"{len(drafts)} things that you typed are"
            where = f"{COMMANDS['app.drafts'].label} in the commands ({screen.key('app.palette')})"
            screen.notify(f"{things} not saved yet, but kept. To go on: {where}.", timeout=15, markup=False)
        elif drafts:
            screen.app.push_screen(_dialog(screen, drafts, names), chosen)
        elif asked:
            screen.notify("There is nothing that you typed and did not save.", markup=False)
        by_key.update({draft.key: draft for draft in drafts})

    by_key: dict[str, Draft] = {}

    def chosen(choice: str | None) -> None:
        if choice is None or choice == _LATER:
            return
        if choice == _DISCARD:
            lost = [f"{draft.title} will be lost." for draft in by_key.values()]
            question = "Throw away all that you typed and did not save?"
            screen.app.push_screen(
                ConfirmDialog("Throw away", [question, *lost], session.keys, label="Throw away"), discard
            )
            return
        go_on(screen, by_key[choice])

    def discard(sure: bool | None) -> None:
        if sure:
            for key in by_key:
                session.drafts.drop(key)
            screen.notify("Thrown away.", markup=False)

    screen.ask(session.store, "drafts", read, show)


def go_on(screen: CrmScreen, draft: Draft) -> None:
    """Open the form of a draft again, with what was typed, on its customer's card."""
    from crm_tui.screens.dialogs.form_dialog import About

    about = About(draft.customer, draft.entity, draft.values)
    if draft.customer is not None:
        screen.session.open_card_then(draft.customer, lambda card: card.open_form(draft.form, about, draft=draft))
    else:
        screen.open_form(draft.form, about, draft=draft)


def _is_busy(screen: CrmScreen) -> bool:
    """Whether somebody is at something already: another screen is in front, or a text is being typed, if only ahead."""
    return screen.app.screen is not screen or isinstance(screen.focused, Input) or has_typed_ahead(screen.app)


def _dialog(screen: CrmScreen, drafts: list[Draft], names: dict[int, str]) -> ChooseDialog:
    session = screen.session
    choices = [
        Choice(
            draft.key,
            draft.title,
            ", ".join(
                filter(
                    None,
                    (
                        names.get(draft.customer or 0, ""),
                        ago(draft.at, session.now(), session.zone, session.settings.dates),
                    ),
                )
            ),
        )
        for draft in drafts
    ]
    choices += [
        Choice(_LATER, "Later", "it is kept, and offered again"),
        Choice(_DISCARD, "Throw away", "all that is listed here"),
    ]
    return ChooseDialog("Typed and not saved: go on?", choices)


def _names(store: Store, drafts: list[Draft]) -> dict[int, str]:
    from crm_tui.domain.errors import NotFound

    names = {}
    for customer in {draft.customer for draft in drafts if draft.customer is not None}:
        try:
            names[customer] = store.customers.get(customer).name
        except NotFound:
            names[customer] = "a customer that is gone"
    return names
