"""Find anything: one line over names, phones, e-mails and all kinds of numbers; Enter goes where it is."""

from __future__ import annotations

from crm_tui.domain.entities import Kind
from crm_tui.screens.dialogs.searching import MOST, SearchDialog
from crm_tui.screens.present import limited
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.store.search import Hit, Hits
from crm_tui.widgets.cells import cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.rows import Row

_COLUMNS = (
    Column("kind", width=8, style="muted"),
    Column("label", width=22, flex=2, match=True),
    Column("detail", width=18, flex=2, match=True, style="muted"),
    Column("customer", width=12, flex=1, style="muted", drop=1),
)
_WORDS = {Kind.CASE: "case", Kind.REGISTRY: "value"}
_HINT = "Type any part of it: words in any order, numbers in any form."


class FindDialog(SearchDialog[Hit, Hits]):
    """Gives the hit that was chosen."""

    DEFAULT_CSS = """
    FindDialog VirtualTable { height: 16; max-height: 60vh; }
    """
    WIDTH = 100
    title_text = "Find anything"

    def __init__(self, session: Session) -> None:
        super().__init__(session, _COLUMNS, placeholder="name, phone, e-mail, VAT, customer, case or invoice number")
        self._hits: dict[str, Hit] = {}

    def on_mount(self) -> None:
        self._say(_HINT)

    def find(self, store: Store, text: str) -> Hits:
        """What is inactive or closed is found too, but only where nothing else is."""
        hits = store.search.anything(text, limit=MOST)
        return hits if hits.hits else store.search.anything(text, limit=MOST, inactive=True)

    def show(self, text: str, found: Hits) -> None:
        self._hits = {f"{hit.kind.value} {hit.id}": hit for hit in found.hits}
        self.table.set_rows([_row(key, hit) for key, hit in self._hits.items()])
        self._say("Nothing is called so, and no number begins so." if text.strip() else _HINT)
        shown = f"the first {len(found.hits)}" if found.capped else str(len(found.hits)) if found.hits else ""
        self.set_foot(join([limited(self.session.case_limit), cell((shown, "muted"))]))

    def take(self, row: Row) -> None:
        self.dismiss(self._hits[row.id])

    def _say(self, sentence: str) -> None:
        self.table.set_empty(cell((sentence, "muted")))


def _row(key: str, hit: Hit) -> Row:
    customer = "" if hit.kind is Kind.CUSTOMER else hit.customer_name
    cells = (_WORDS.get(hit.kind, hit.kind.value), hit.label, hit.detail, customer)
    return Row(key, tuple(map(cell, cells)), style="" if hit.is_active else "muted")
