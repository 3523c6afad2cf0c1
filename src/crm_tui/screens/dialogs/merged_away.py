"""Forms about a customer or a contact that somebody merged into another one: where it went is said, something new is
saved there if one wants that, and drafts go on with the one that stays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace
from textual.message_pump import MessagePump

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.names import contact_name
from crm_tui.screens.asking import Asking
from crm_tui.store.drafts import Draft
from crm_tui.store.port import Store
from crm_tui.widgets.confirm import ConfirmDialog

if TYPE_CHECKING:
    from textual.screen import Screen

    from crm_tui.screens.dialogs.form_dialog import About
    from crm_tui.screens.session import Session

    class _Base(Asking, Screen[Any]):
        """What the mixin is mixed into."""

else:
    _Base = MessagePump

#: forms that edit what can be merged
_EDITED = {"customer": Kind.CUSTOMER, "contact": Kind.CONTACT}


class Heir(NamedTuple):
    """The one that somebody who is gone is part of; ``customer`` is the card it is on."""

    id: int
    name: str
    customer: int


def heir(store: Store, kind: Kind, gone: int) -> Heir | None:
    """Where a customer or a contact went; None where it is there, or was deleted."""
    into = store.merging.went_into(kind, gone)
    if into is None:
        return None
    if kind is Kind.CUSTOMER:
        return Heir(into, store.customers.get(into).name, into)
    contact = store.contacts.get(into)
    return Heir(into, contact_name(contact.first_name, contact.last_name), contact.customer)


def brought_on(store: Store, draft: Draft) -> Draft:
    """The draft, about the ones that stay of those that it is about."""
    kind = _EDITED.get(draft.form)
    if kind is not None and draft.entity is not None and (found := heir(store, kind, draft.entity)) is not None:
        draft = replace(draft, entity=found.id, customer=found.customer)
    if draft.customer is not None and (found := heir(store, Kind.CUSTOMER, draft.customer)) is not None:
        draft = replace(draft, customer=found.id)
    return draft


class MergedAway(_Base):
    """Mixin for forms."""

    if TYPE_CHECKING:
        session: Session
        about: About
        _say: Callable[..., None]
        keep: Callable[[], None]
        do_form_save: Callable[[], None]

    def follows(self, error: NotFound) -> bool:
        """Whether what a save did not find may have gone into another one; if so, where to is asked and told."""
        kind = next((each for each in _EDITED.values() if each.value == error.kind), None)
        if kind is None or not isinstance(error.key, int):
            return False
        gone = error.key
        self.ask(
            self.session.store, "heir", lambda store: heir(store, kind, gone), partial(self._tell_heir, kind, gone)
        )
        return True

    def _tell_heir(self, kind: Kind, gone: int, found: Heir | None) -> None:
        if found is None:
            self._say(f"! This {kind.value} was deleted. What you typed is kept.", "bad")
        elif self.about.entity is None and kind is Kind.CUSTOMER and gone == self.about.customer:
            sentence = f"This customer is part of {found.name} now."
            dialog = ConfirmDialog("Merged meanwhile", [sentence], self.session.keys, label="Save there")
            self.app.push_screen(dialog, partial(self._move_on, found.id))
        else:
            draft = ": its draft goes on there" if gone == self.about.entity else ""
            self._say(f"! This {kind.value} is part of {found.name} now. What you typed is kept{draft}.", "bad")

    def _move_on(self, customer: int, wanted: bool | None) -> None:
        if wanted:
            self.about = self.about._replace(customer=customer)
            self.keep()
            self.do_form_save()
