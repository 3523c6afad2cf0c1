"""The addresses of a customer, headquarters first."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.addresses import Address, one_line
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import address_lines, text
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("mark", width=4),
    Column("street", width=12, flex=2),
    Column("place", width=12, most=24),
    Column("use", width=5, most=20, style="muted", drop=1),
)


class AddressPanel(CardPanel):
    """Read from the card alone."""

    COMMAND_IDS = ("list.add", "list.edit", "list.delete", "list.history")

    def __init__(self, session: Session) -> None:
        missing = "No addresses yet, so no headquarters: finance needs one."
        self._table = VirtualTable(
            _COLUMNS,
            header=False,
            empty=cell((f"{missing} ", "warn"), (session.keys.shown("list.add"), "key"), " adds it."),
        )
        super().__init__(session, "Addresses", self._table, id="addresses")

    def read(self, card: CustomerCard, *, again: bool) -> None:
        headquarters = card.customer.headquarters
        self._table.set_rows([_row(address, headquarters) for address in card.addresses])
        first = one_line(card.addresses[0]) if card.addresses else ""
        self.set_title(
            count=len(card.addresses) or "",
            fact=cell(("◆ ", "accent"), (first, "muted")) if first else cell(("no headquarters", "warn")),
            warning="" if card.addresses else "no headquarters",
        )
        self.set_foot(self.key("card.headquarters", "change headquarters") if len(card.addresses) > 1 else "")

    @property
    def address_id(self) -> str:
        """The id of the address under the cursor, as text; empty without one."""
        return str(self._current.id) if self._current is not None else ""

    @property
    def _current(self) -> Address | None:
        row = self._table.cursor_row
        if self.card is None or row is None:
            return None
        return next((address for address in self.card.addresses if str(address.id) == row.id), None)

    def open_row(self, row_id: str) -> None:
        address = self._current
        if address is None or self.card is None:
            return
        uses = (("visiting", address.is_visiting), ("postal", address.is_postal), ("billing", address.is_billing))
        facts = [
            Fact("Address", address_lines(address)),
            Fact("Region", text(address.region)),
            Fact("Phone", text(address.phone)),
            Fact("Used for", text(", ".join(word for word, on in uses if on))),
        ]
        title = "Headquarters" if address.id == self.card.customer.headquarters else "Address"
        self.read_in_full(title, lambda store: address, lambda _: facts, Kind.ADDRESS)

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.may(Action.ADD, Kind.ADDRESS)
        if command_id in ("list.edit", "list.delete", "list.history") and self._current is None:
            return "there is no address"
        if command_id == "list.edit":
            return self.may(Action.EDIT, Kind.ADDRESS)
        if command_id == "list.delete":
            return self.may(Action.DELETE, Kind.ADDRESS)
        return super().availability(command_id)

    def do_list_add(self) -> None:
        self.want_form("address", Kind.ADDRESS)

    def do_list_edit(self) -> None:
        if self._current is not None:
            self.want_form("address", Kind.ADDRESS, self._current.id)

    def do_list_history(self) -> None:
        if self._current is not None:
            self.show_history(one_line(self._current), Kind.ADDRESS, self._current.id)

    def do_list_delete(self) -> None:
        """The headquarters goes last (rule 4): with others there, another has to be picked first."""
        address = self._current
        if address is None or self.card is None:
            return
        others = len(self.card.addresses) > 1
        if others and address.id == self.card.customer.headquarters:
            key = self.session.keys.shown("card.headquarters")
            self.notify(f"This is the headquarters. Pick another with {key} first.", severity="warning", markup=False)
            return
        sentences = [f"{one_line(address) or 'This address'} will be deleted."]
        if not others:
            sentences.append("It is the last one: the customer is left without headquarters, which finance needs.")

        def answered(delete: bool | None) -> None:
            if delete:
                self.want_change(lambda store: store.addresses.delete(address.id, address.revision), "Address deleted")

        self.app.push_screen(ConfirmDialog("Delete address", sentences, self.session.keys, label="Delete"), answered)

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        return kind is Kind.ADDRESS and self._table.move_to_id(str(entity))

    def copies(self) -> Sequence[Copy]:
        address = self._current
        if address is None:
            return ()
        lines = "\n".join(line.plain for line in address_lines(address))
        found = (("Address", lines), ("One line", one_line(address)), ("Phone", address.phone))
        return [Copy(label, value) for label, value in found if value]

    def links(self) -> Sequence[Copy]:
        address = self._current
        return [Copy("Call", f"tel:{address.phone}")] if address is not None and address.phone else ()


def _row(address: Address, headquarters: int | None) -> Row:
    mark = cell(("◆ HQ", "accent")) if address.id == headquarters else cell("")
    street = ", ".join(part for part in (address.line1, address.line2) if part)
    place = " ".join(part for part in (address.postal_code, address.city, address.country) if part)
    uses = (("visit", address.is_visiting), ("post", address.is_postal), ("billing", address.is_billing))
    use = ", ".join(word for word, on in uses if on)
    return Row(str(address.id), (mark, street or "–", place, use))
