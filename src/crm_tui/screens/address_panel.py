"""The addresses of a customer, headquarters first."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.addresses import Address, one_line
from crm_tui.domain.entities import Kind
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import address_lines, text
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("mark", width=4),
    Column("street", width=12, flex=2),
    Column("place", width=12, most=24),
    Column("use", width=5, most=20, style="muted", drop=1),
)
_EMPTY = "No addresses yet, and so no headquarters: finance integrations need one."


class AddressPanel(CardPanel):
    """Read from the card alone."""

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(_COLUMNS, header=False, empty=cell((_EMPTY, "warn")))
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
        self.read_in_full(title, lambda store: address, lambda _: facts)

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
