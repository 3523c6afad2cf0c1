"""The contacts of all customers: found by name, keyword and role, grouped for mailing lists (rule 9)."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from crm_tui.commands import in_scope
from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.interchange.mailing_list import Format
from crm_tui.places import Scope
from crm_tui.screens import contact_facts
from crm_tui.screens.dialogs.form_dialog import About, Saved
from crm_tui.screens.dialogs.pick_customer import PickCustomerDialog, Picked
from crm_tui.screens.dialogs.views import BuiltIn, ViewStore
from crm_tui.screens.filters import STATE, Filter
from crm_tui.screens.merging import pick_and_merge
from crm_tui.screens.narrowed import NarrowedList
from crm_tui.screens.present import person, state
from crm_tui.screens.session import CardRequest, Session
from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.facts import Fact, Facts, heading
from crm_tui.widgets.footed_panel import FootedPanel
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", "Name", width=18, flex=3, match=True),
    Column("customer", "Customer", width=16, flex=3, match=True),
    Column("role", "Role", width=14, flex=1, drop=3),
    Column("phone", "Phone", width=17),
    Column("email", "E-mail", width=24, flex=2, drop=2),
    Column("keywords", "Keywords", width=16, flex=2, style="muted", drop=1),
)
_ON_ONE = ("list.edit", "list.activate", "list.history", "list.copy", "list.link", "contacts.merge")


class ContactsScreen(NarrowedList[ContactQuery, PersonRow]):
    """Enter goes to the card of the customer, with the cursor on the contact."""

    PLACE = "contacts"
    OF = Kind.CONTACT
    NOUNS = ("contact", "contacts")
    CHIPS = {
        "keyword": Filter("Keyword", None, None),
        "role": Filter("Role", None, None),
        "owner": Filter("Owner", None, None),
        "industry": Filter("Industry", None, None),
        "segment": Filter("Segment", None, None),
        "active": STATE,
    }
    COMMAND_IDS = (*in_scope(Scope.CONTACTS), "list.add", "list.export", *_ON_ONE)

    def __init__(self, session: Session) -> None:
        self._foot = Facts(focusable=False, label_width=10)
        super().__init__(session, ContactQuery(), _COLUMNS, placeholder="name, e-mail, phone, customer", side="Contact")

    def make_panel(self, title: str) -> Panel:
        self._footed = FootedPanel(title, self.table, self._foot, id="list")
        return self._footed

    # -- the list -------------------------------------------------------------------------------------------------

    def read_page(self, store: Store, query: ContactQuery, request: PageRequest) -> Page[PersonRow]:
        return store.contacts.across(query, request)

    def read_count(self, store: Store, query: ContactQuery, *, exact: bool) -> Count:
        return store.contacts.count_across(query, exact=exact)

    def as_row(self, item: PersonRow) -> Row:
        contact = item.contact
        phones = [phone.number for phone in contact.phones if not phone.do_not_use]
        emails = [email.address for email in contact.emails if not email.do_not_use]
        nothing = cell(("–", "faint"))
        is_listed = contact.is_active and item.customer_is_active
        cells = (
            cell(person(contact), ("" if contact.is_active else "  ○ inactive", "muted")),
            cell(item.customer_name, ("" if item.customer_is_active else "  ○ inactive", "muted")),
            item.role_name or contact.title or "",
            phones[0] if phones else nothing,
            emails[0] if emails else nothing,
            ", ".join(item.keyword_names),
        )
        return Row(str(contact.id), cells, style="" if is_listed else "muted italic")

    def plain(self) -> ContactQuery:
        return ContactQuery()

    def with_changes(self, **changes: Any) -> ContactQuery:
        return replace(self.query_now, **changes)

    def nothing(self) -> str:
        sees = self.session.may(Action.SEE, Kind.CONTACT)
        if sees is not True:
            return f"No contacts are shown: {sees}."
        if self.query_now == ContactQuery():
            adds = f" {self.key('list.add')} adds one; many at once: crm-tui import FILE"
            return f"No contacts yet.{adds if self.availability('list.add') is True else ''}"
        also = f"{self.key('list.inactive')} shows inactive ones too, " if self.query_now.active else ""
        return f"Nobody is like that. {also}Esc clears the filters."

    def views(self) -> ViewStore[ContactQuery]:
        actor = self.session.actor
        return ViewStore(
            lambda store: store.views.contacts(),
            lambda store, name, query: store.views.save_contacts(name, query),
            [BuiltIn("Of my customers", ContactQuery(owner=actor.user.id))] if actor is not None else [],
        )

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        if (item := self.current) is not None:
            contact = item.contact
            self.session.open_card(CardRequest(contact.customer, 1, kind=Kind.CONTACT, entity=contact.id))

    # -- the one under the cursor -------------------------------------------------------------------------------------

    def show_current(self, item: PersonRow | None) -> None:
        self.refresh_bindings()
        facts = _facts(item) if item is not None else []
        self._footed.set_foot_shown(bool(facts) and not self.side.display)
        self._foot.set_facts(facts)
        self.facts.set_facts([heading(person(item.contact).plain), *facts] if item is not None else [])

    def read_current(self, item: PersonRow) -> None:
        """All that is shown came with the row."""

    def side_shown(self) -> None:
        self.show_current(self.current)

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.session.may(Action.ADD, Kind.CONTACT)
        if command_id in _ON_ONE and self.current is None:
            return "there is no contact under the cursor"
        if command_id in ("list.export", "contacts.addresses") and self.table.cursor_row is None:
            return "there is no contact in the list"
        if command_id in ("list.edit", "list.activate", "contacts.merge"):
            return self.session.may(Action.EDIT, Kind.CONTACT)
        return super().availability(command_id)

    def do_list_add(self) -> None:
        """A contact is one of a customer: which, is asked first."""

        def picked(customer: Picked | None) -> None:
            if customer is not None and customer.id is not None:
                self.open_form("contact", About(customer.id), self._saved)

        self.app.push_screen(PickCustomerDialog(self.session, "Add a contact of", nothing=""), picked)

    def do_list_edit(self) -> None:
        if (item := self.current) is not None:
            self.open_form("contact", About(item.contact.customer, item.contact.id), self._saved)

    def _saved(self, saved: Saved) -> None:
        self.reread()

    def do_list_activate(self) -> None:
        if (item := self.current) is None:
            return
        contact, active = item.contact, not item.contact.is_active
        word = "active again" if active else f"inactive; {self.key('list.inactive')} shows inactive ones"
        self.change(
            lambda store: store.contacts.update(contact.id, contact.revision, ContactChange(is_active=active)),
            f"{person(contact).plain} is {word}",
        )

    def do_contacts_merge(self) -> None:
        if (item := self.current) is not None:
            contact = item.contact
            pick_and_merge(self, Kind.CONTACT, contact.id, person(contact).plain, lambda _: self.reread())

    def do_list_history(self) -> None:
        from crm_tui.screens.dialogs.history import HistoryDialog

        if (item := self.current) is not None:
            name = person(item.contact).plain
            self.app.push_screen(HistoryDialog(self.session, name, Kind.CONTACT, item.contact.id))

    def do_list_copy(self) -> None:
        if (item := self.current) is not None:
            self.offer_copy(contact_facts.copies(item.contact))

    def do_list_link(self) -> None:
        if (item := self.current) is not None:
            self.offer_links(contact_facts.links(item.contact))

    def do_list_export(self) -> None:
        self._make_list(Format.CSV)

    def do_contacts_addresses(self) -> None:
        self._make_list(None)

    def _make_list(self, form: Format | None) -> None:
        from crm_tui.screens.dialogs.mailing import MailingDialog

        self.app.push_screen(MailingDialog(self.session, self.query_now, form))


def _facts(item: PersonRow) -> list[Fact]:
    contact = item.contact
    inactive = [Fact("State", state(False))] if not contact.is_active else []
    role = [Fact("Role", item.role_name)] if item.role_name else []
    of_it = cell(item.customer_name, (f"  {item.customer_number}", "muted"))
    customer = of_it if item.customer_is_active else cell(of_it, "  ", state(False))
    details = contact_facts.details(contact, item.keyword_names, item.language_name)
    return [*inactive, Fact("Customer", customer, True), *role, *details]
