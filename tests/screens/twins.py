"""What is entered twice: a second Kallavesi Marine Engineering, with somebody who is there already."""

from __future__ import annotations

from typing import NamedTuple

from tests.screens.kallavesi import ALL, NUMBER

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.contacts import Contact, Email, EmailKind, NewContact, Phone, PhoneKind
from crm_tui.domain.customers import Customer, NewCustomer
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.port import Store

AGAIN = "Kallavesi Marine Engineering Ab"


class Twins(NamedTuple):
    """The ones that were there first, and those that were entered again."""

    first: Customer
    second: Customer
    person: Contact
    again: Contact


def enter_twice(store: Store) -> Twins:
    """Enter the customer again, a little differently, and one of its people with another spelling."""
    first = store.customers.by_number(NUMBER)
    person = next(
        row.contact for row in store.contacts.of_customer(first.id, ALL).rows if row.contact.first_name == "Eeva"
    )
    second = store.customers.create(
        NewCustomer(
            name=AGAIN, phone=first.phone, email=first.email, website="https://kallavesi.example", employees=95,
            description="Entered at the fair in Turku.", vat_number=first.vat_number,
        )
    )  # fmt: skip
    store.addresses.create(
        NewAddress(customer=second.id, line1="Satamakatu 14", postal_code="70100", city="Kuopio", country="FI")
    )
    keywords = [value.id for value in store.registries.list(RegistryKind.KEYWORD, disabled=False)]
    fresh = next(each for each in keywords if each not in person.keywords)
    again = store.contacts.create(
        NewContact(
            customer=second.id,
            first_name="Eva",
            last_name=person.last_name,
            emails=(
                Email(person.emails[0].address.upper()),
                Email("eva@lahtinen-home.example", EmailKind.PRIVATE, do_not_use=True),
            ),
            phones=(Phone(person.phones[0].number.replace(" ", ""), PhoneKind.MOBILE),),
            keywords=(fresh,),
            description="Prefers to be called in the morning.",
            email_allowed=False,
        )
    )
    return Twins(first, store.customers.get(second.id), person, again)  # it has a headquarters now
