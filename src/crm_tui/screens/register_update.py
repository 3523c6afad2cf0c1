"""How a customer is updated from the business register of its country: when that can be done, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crm_tui.domain.errors import CrmError
from crm_tui.domain.register_update import OnCard
from crm_tui.domain.vat import RegisterChoice, RegisterNumber, register_country
from crm_tui.store.customers import CustomerCard
from crm_tui.store.on_card import Cards
from crm_tui.store.port import Store
from crm_tui.widgets.command_target import Availability

if TYPE_CHECKING:
    from datetime import datetime

    from crm_tui.screens.base import CrmScreen

NO_REGISTERS = "no business register can be asked here"


class NumberChanged(CrmError):
    """The VAT number is another company's by now than the one that was asked for. ``number`` is what can be asked for
    instead; where there is none, ``reason`` says why."""

    def __init__(self, choice: RegisterChoice) -> None:
        self.number, self.reason = _number(choice), choice.reason or ""
        super().__init__(f"The VAT number was changed meanwhile: {self.reason or 'ask again'}.")


class Whom(NamedTuple):
    """Who changed a customer or its headquarters last, and when."""

    name: str
    at: datetime


def can_ask(registers: object | None, card: CustomerCard) -> Availability:
    """Whether a register knows this customer, or why none can be asked (rule 14)."""
    if registers is None:
        return NO_REGISTERS
    choice = register_country(card.customer.vat_number, _country(card))
    return choice.reason or True


def open_update(screen: CrmScreen, card: CustomerCard) -> None:
    """Ask the register and open the dialog with its answer; what was taken is said and can be taken back."""
    from crm_tui.screens.dialogs.update_details import UpdateDetailsDialog

    registers = screen.session.registers
    number = _number(register_country(card.customer.vat_number, _country(card)))
    if registers is None or number is None:
        return

    def closed(done: str | None) -> None:
        if done is not None:
            screen.changed(done)

    screen.app.push_screen(UpdateDetailsDialog(screen.session, registers, card.customer.id, number), closed)


def read_on_card(store: Store, customer: int, asked: RegisterNumber) -> OnCard:
    """What a register's answer is compared with, as it is stored now. Raises NumberChanged."""
    card = Cards(store).of(store.customers.get(customer))
    choice = register_country(card.customer.vat_number, card.headquarters.country if card.headquarters else None)
    if _number(choice) != asked:
        raise NumberChanged(choice)
    return card


def read_again(store: Store, before: OnCard, asked: RegisterNumber) -> tuple[OnCard, Whom]:
    """The same after somebody changed it, and who did."""
    now = read_on_card(store, before.customer.id, asked)
    changed = [(now.customer.updated_at, now.customer.updated_by)]
    place, was = now.headquarters, before.headquarters
    if place is not None and (was is None or (place.id, place.revision) != (was.id, was.revision)):
        of_place = (place.updated_at, place.updated_by)
        same_customer = now.customer.revision == before.customer.revision
        changed = [of_place] if same_customer else [*changed, of_place]
    at, by = max(changed, key=lambda each: each[0])
    names = {user.id: user.name for user in store.users.list(inactive=True)}
    return now, Whom(names.get(by, "somebody") if by is not None else "somebody", at)


def _number(choice: RegisterChoice) -> RegisterNumber | None:
    if choice.country is None or choice.business_id is None:
        return None
    return RegisterNumber(choice.country, choice.business_id)


def _country(card: CustomerCard) -> str | None:
    """Where the headquarters is, if that is known."""
    return next((each.country for each in card.addresses if each.id == card.customer.headquarters), None)
