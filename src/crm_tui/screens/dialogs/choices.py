"""What several forms choose from, read in the form's thread."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from crm_tui.domain.contacts import Contact
from crm_tui.domain.names import contact_name
from crm_tui.store.cases import CaseLife
from crm_tui.store.open_cases import MOST, open_cases
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.widgets.pick_field import Option

#: the word beside a case that was won; other open cases are sales cases
PROJECT = "project"


def user_names(store: Store) -> dict[int, str]:
    """The names of all users, also of those who are gone."""
    return {user.id: user.name for user in store.users.list(inactive=True)}


def takes_more(store: Store, customer: int | None) -> bool:
    """Whether addresses and contacts can be added to this customer: not to the own company, which is read-only."""
    return customer is not None and not store.customers.get(customer).is_internal


def cases_of(
    store: Store,
    customer: int,
    today: date,
    *,
    lives: tuple[CaseLife, ...] = tuple(CaseLife),
    chosen: int | None = None,
) -> list[Option]:
    """The open cases of a customer that the actor sees, by number and name; none without the permission. The one
    that is ``chosen`` already has its name, too, if it is closed by now."""
    found = [
        Option(case.id, case.name, PROJECT if case.is_project else "sales case")
        for case in open_cases(store, customer, today, lives=lives)
    ]
    if chosen is not None and all(option.id != chosen for option in found):
        case = store.cases.get(chosen)
        found.append(Option(chosen, f"{case.number} {case.name}", "closed", enabled=False))
    return found


def contacts_of(store: Store, customer: int, chosen: Collection[int] = ()) -> list[Option]:
    """The active contacts of a customer. Those who are ``chosen`` already have their names, too, if they are
    inactive or erased by now."""
    page = store.contacts.of_customer(customer, PageRequest(limit=MOST))
    found = [Option(row.contact.id, _name(row.contact), row.role_name or "") for row in page.rows]
    known = {option.id for option in found}
    found += [Option(key, _name(store.contacts.get(key)), enabled=False) for key in chosen if key not in known]
    return found


def _name(contact: Contact) -> str:
    return contact_name(contact.first_name, contact.last_name)
