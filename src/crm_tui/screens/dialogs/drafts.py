"""What was typed and not saved, offered again: after a dropped line, a kill or a crash, and whenever asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.screens.dialogs.form_dialog import About
from crm_tui.screens.forms import is_known
from crm_tui.store.drafts import Draft
from crm_tui.store.port import Store
from crm_tui.when import ago
from crm_tui.widgets.choose import Choice, ChooseDialog

if TYPE_CHECKING:
    from crm_tui.screens.base import CrmScreen

_LATER, _DISCARD = "later", "discard"


def offer_drafts(screen: CrmScreen, *, asked: bool = False) -> None:
    """Ask what becomes of drafts, if there are any; ``asked`` says so where there are none."""
    session = screen.session

    def read(store: Store) -> tuple[list[Draft], dict[int, str]]:
        """The drafts that were not saved after all, and the names of their customers."""
        found = []
        for draft in session.drafts.all():
            if store.was_saved(draft.key) or not is_known(draft.form):
                if is_known(draft.form):
                    session.drafts.drop(draft.key)
            else:
                found.append(draft)
        return found, _names(store, found)

    def show(answer: tuple[list[Draft], dict[int, str]]) -> None:
        drafts, names = answer
        if drafts:
            screen.app.push_screen(_dialog(screen, drafts, names), chosen)
        elif asked:
            screen.notify("There is nothing that you typed and did not save.", markup=False)
        by_key.update({draft.key: draft for draft in drafts})

    by_key: dict[str, Draft] = {}

    def chosen(choice: str | None) -> None:
        if choice is None or choice == _LATER:
            return
        if choice == _DISCARD:
            for key in by_key:
                session.drafts.drop(key)
            screen.notify("Thrown away.", markup=False)
            return
        go_on(screen, by_key[choice])

    screen.ask(session.store, "drafts", read, show)


def go_on(screen: CrmScreen, draft: Draft) -> None:
    """Open the form of a draft again, with what was typed, on its customer's card."""
    about = About(draft.customer, draft.entity, draft.values)
    if draft.customer is not None:
        screen.session.open_card_then(draft.customer, lambda card: card.open_form(draft.form, about, draft=draft))
    else:
        screen.open_form(draft.form, about, draft=draft)


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
