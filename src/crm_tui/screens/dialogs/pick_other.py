"""Which one to merge with: what looks like it stands there at once, any other is found by typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.names import contact_name
from crm_tui.screens.dialogs.searching import MOST, SearchDialog
from crm_tui.screens.session import Session
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.duplicates import Likely
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.rows import Row

_COLUMNS = (
    Column("name", width=22, flex=2, match=True),
    Column("detail", width=20, flex=2, match=True, style="muted"),
    Column("reasons", width=24, flex=2, style="muted", drop=1),
)


class Other(NamedTuple):
    """One that may be meant; ``reasons`` are there where it looks like the one that is to be merged."""

    id: int
    name: str
    detail: str
    is_active: bool
    reasons: str = ""


class PickOtherDialog(SearchDialog[int, Sequence[Other]]):
    """Gives the id of the other customer or contact; inactive ones are found, too."""

    DEFAULT_CSS = """
    PickOtherDialog VirtualTable { height: 12; max-height: 60vh; }
    """
    WIDTH = 100

    def __init__(self, session: Session, kind: Kind, own: int, name: str) -> None:
        word = "customer" if kind is Kind.CUSTOMER else "contact"
        super().__init__(session, _COLUMNS, placeholder=f"name, number, phone or e-mail of the other {word}")
        self.title_text = f"Merge {clean(name)} with"
        self._of, self._own, self._word = kind, own, word

    def on_mount(self) -> None:
        self.search("")

    def find(self, store: Store, text: str) -> Sequence[Other]:
        found = self._typed(store, text) if text.strip() else self._likely(store)
        return [each for each in found if each.id != self._own]

    def _likely(self, store: Store) -> list[Other]:
        if self._of is Kind.CUSTOMER:
            customer = store.customers.get(self._own)
            fields = {name: getattr(customer, name) for name in NewCustomer.__struct_fields__}
            likely = store.duplicates.like_customer(NewCustomer(**fields), self._own)
        else:
            contact = store.contacts.get(self._own)
            fields = {name: getattr(contact, name) for name in NewContact.__struct_fields__}
            likely = store.duplicates.like_contact(NewContact(**fields), self._own)
        return [Other(each.id, each.name, _detail(each), each.is_active, ", ".join(each.reasons)) for each in likely]

    def _typed(self, store: Store, text: str) -> list[Other]:
        request = PageRequest(limit=MOST)
        if self._of is Kind.CUSTOMER:
            rows = store.customers.page(CustomerQuery(text=text, active=None), request).rows
            return [
                Other(row.id, row.name, ", ".join(filter(None, (str(row.number), row.city))), row.is_active)
                for row in rows
                if not row.is_internal
            ]
        people = store.contacts.across(ContactQuery(text=text, active=None), request).rows
        return [
            Other(
                row.contact.id,
                contact_name(row.contact.first_name, row.contact.last_name),
                row.customer_name,
                row.contact.is_active,
            )
            for row in people
        ]

    def show(self, text: str, found: Sequence[Other]) -> None:
        self.table.set_rows([_row(each) for each in found])
        nothing = (
            f"No other {self._word} is called so."
            if text.strip()
            else f"No {self._word} looks like it. Type to find one."
        )
        self.table.set_empty(cell((nothing, "muted")))
        most = f"the first {len(found)}" if len(found) >= MOST else ""
        self.set_foot(
            cell((most if text.strip() else "these look like it; type to find others" if found else "", "muted"))
        )

    def take(self, row: Row) -> None:
        self.dismiss(int(row.id))


def _detail(likely: Likely) -> str:
    return likely.customer_name if likely.kind is Kind.CONTACT else likely.detail


def _row(other: Other) -> Row:
    return Row(str(other.id), (other.name, other.detail, other.reasons), style="" if other.is_active else "muted")
