"""The contacts of a customer, with the one under the cursor in full below the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from crm_tui.domain.contacts import Contact, ContactChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens import contact_facts
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.present import count, person
from crm_tui.screens.session import Session
from crm_tui.store.contacts import ContactRow
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Count
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", "Name", width=16, flex=3),
    Column("role", "Role", width=14, flex=2, drop=2),
    Column("phone", "Phone", width=17),
    Column("keywords", "Keywords", width=16, flex=3, style="muted", drop=1),
)
#: commands that are about the contact under the cursor
_ON_ROW = ("list.edit", "list.activate", "list.delete", "list.history", "contacts.merge")


class ContactPanel(DetailedPanel):
    """Paged: a customer may have 10,000 of them."""

    @dataclass
    class EraseWanted(Message):
        """This person is to be erased, as was confirmed."""

        contact: Contact
        name: str

    @dataclass
    class MergeWanted(Message):
        """This contact and another one are to become one."""

        contact: Contact
        name: str

    COMMAND_IDS = ("list.inactive", "list.add", *_ON_ROW)

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(_COLUMNS, empty=cell(("No contacts yet.", "muted")))
        super().__init__(session, "Contacts", self._table, id="contacts")
        self._inactive = False
        self._switched = ""
        self._contacts: dict[str, ContactRow] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._contacts.clear()
        self._table.restart(keep_cursor=again)
        customer = card.customer.id
        self.ask(self.store, "count", lambda store: store.contacts.count(customer), self._got_count)

    def _got_count(self, counts: tuple[Count, Count]) -> None:
        active, inactive = counts
        self.set_title(count=count(active) if active.number else "")
        words = f"{count(inactive)} inactive {'shown' if self._inactive else 'hidden'}"
        self.set_foot(self.key("list.inactive", words) if inactive.number else "")
        nothing = "No active contacts." if inactive.number else "No contacts yet."
        adds = cell(" ", (self.session.keys.shown("list.add"), "key"), (" adds one.", "muted"))
        allowed = self.availability("list.add") is True
        self._table.set_empty(cell((nothing, "muted"), adds if allowed else ""))

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        if self.card is None:
            event.stop()
            return
        customer, inactive = self.card.customer.id, self._inactive
        self.answer(
            event,
            lambda store, request: store.contacts.of_customer(customer, request, inactive=inactive),
            _row,
            seen=self._contacts.__setitem__,
        )

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.find_wanted(event, self._contacts)
        contact = self._current
        self.show_about(self._details(contact) if contact else ())
        if event.index == 0 and contact is not None:
            phone = contact.contact.phones[0].number if contact.contact.phones else ""
            self.set_title(fact=cell(person(contact.contact), (f"  {phone}", "muted")))

    @property
    def _current(self) -> ContactRow | None:
        row = self._table.cursor_row
        return self._contacts.get(row.id) if row is not None else None

    def _details(self, row: ContactRow) -> list[Fact]:
        return contact_facts.details(row.contact, row.keyword_names, row.language_name)

    def open_row(self, row_id: str) -> None:
        row = self._current
        if row is not None:
            role = [Fact("Role", row.role_name)] if row.role_name else []
            states = [] if row.contact.is_active else [Fact("State", cell(("○ Inactive", "muted")))]
            facts = [*states, *role, *self._details(row)]
            self.read_in_full(person(row.contact).plain, lambda store: row.contact, lambda _: facts, Kind.CONTACT)

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.may(Action.ADD, Kind.CONTACT)
        row = self._current
        if command_id in _ON_ROW and row is None:
            return "there is no contact under the cursor"
        if command_id in ("list.edit", "list.activate", "contacts.merge"):
            return self.may(Action.EDIT, Kind.CONTACT)
        if command_id == "list.delete":
            return self.may(Action.DELETE, Kind.CONTACT)
        return super().availability(command_id)

    def do_list_add(self) -> None:
        self.want_form("contact", Kind.CONTACT)

    def do_list_edit(self) -> None:
        if self._current is not None:
            self.want_form("contact", Kind.CONTACT, self._current.contact.id)

    def do_list_activate(self) -> None:
        row = self._current
        if row is None:
            return
        contact, active = row.contact, not row.contact.is_active
        self._switched = str(contact.id)
        shows = f", and hidden: {self.session.keys.shown('list.inactive')} shows inactive ones"
        word = "active again" if active else f"inactive{'' if self._inactive else shows}"
        self.want_change(
            lambda store: store.contacts.update(contact.id, contact.revision, ContactChange(is_active=active)),
            f"{person(contact).plain} is {word}",
        )

    def do_contacts_merge(self) -> None:
        if self._current is not None:
            contact = self._current.contact
            self.post_message(self.MergeWanted(contact, person(contact).plain))

    def do_list_history(self) -> None:
        if self._current is not None:
            contact = self._current.contact
            self.show_history(person(contact).plain, Kind.CONTACT, contact.id)

    def do_list_delete(self) -> None:
        """Deleting a person can't be undone (rule 8): their name has to be typed."""
        from crm_tui.screens.dialogs.erase_person import ErasePersonDialog

        row = self._current
        if row is None:
            return
        contact = row.contact
        name = person(contact).plain

        def answered(erase: bool | None) -> None:
            if erase:
                self.post_message(self.EraseWanted(contact, name))

        self.app.push_screen(ErasePersonDialog(contact.first_name, contact.last_name, self.session.keys), answered)

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        if kind is not Kind.CONTACT:
            return False
        if not self.want_row(self._table, str(entity)):
            self.ask(self.store, "wanted", lambda store: store.contacts.get(entity), self._got_wanted)
        return True

    def _got_wanted(self, contact: Contact) -> None:
        """An inactive contact of this customer is wanted: show those too."""
        is_here = self.card is not None and contact.customer == self.card.customer.id
        if is_here and not contact.is_active and not self._inactive:
            self._wanted = str(contact.id)
            self.do_list_inactive()

    def do_list_inactive(self) -> None:
        self._inactive = not self._inactive
        if self.card is not None:
            self.read(self.card, again=True)
            if self._inactive and self._switched:  # who was made inactive just now is who one looks for
                self.want_row(self._table, self._switched)
            self._switched = ""

    def copies(self) -> Sequence[Copy]:
        return contact_facts.copies(self._current.contact) if self._current is not None else ()

    def links(self) -> Sequence[Copy]:
        return contact_facts.links(self._current.contact) if self._current is not None else ()


def _row(row: ContactRow) -> Row:
    contact = row.contact
    usable = [phone for phone in contact.phones if not phone.do_not_use]
    mark = cell("") if contact.is_active else cell(("  ○ inactive", "muted"))
    cells = (
        cell(person(contact), mark),
        row.role_name or contact.title or "",
        usable[0].number if usable else cell(("–", "faint")),
        ", ".join(row.keyword_names),
    )
    return Row(str(contact.id), cells, style="" if contact.is_active else "muted italic")
