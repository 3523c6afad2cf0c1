"""Find anything: one line over names, phones, e-mails and all kinds of numbers; Enter goes where it is."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.domain.entities import Kind
from crm_tui.domain.normalise import fold_char, typed_words
from crm_tui.screens.asking import Asking
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.store.search import Hit, Hits
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("kind", width=8, style="muted"),
    Column("label", width=22, flex=2, match=True),
    Column("detail", width=18, flex=2, match=True, style="muted"),
    Column("customer", width=12, flex=1, style="muted", drop=1),
)
_WORDS = {Kind.CASE: "case", Kind.REGISTRY: "value"}
_HINT = "Type any part of it: words in any order, numbers in any form."
#: hits that are read; more are said to be there
_MOST = 50


class FindDialog(Asking, Dialog[Hit]):
    """Gives the hit that was chosen."""

    COMMAND_IDS = ("dialog.up", "dialog.down", "dialog.choose")
    DEFAULT_CSS = """
    FindDialog VirtualTable { height: 16; max-height: 60vh; }
    """
    WIDTH = 100
    title_text = "Find anything"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._input = LineInput(placeholder="name, phone, e-mail, VAT, customer, case or invoice number")
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True, fold=fold_char)
        self._hits: dict[str, Hit] = {}
        self._hits_for = ""  # the text that the hits are for
        self._opens_first = False  # Enter was pressed before there were hits for the text

    def content(self) -> ComposeResult:
        yield self._input
        yield self._table

    def on_mount(self) -> None:
        self._table.can_focus = False
        self._input.focus()
        self._say(_HINT)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        text = event.value
        self._opens_first = False
        self._table.set_match(typed_words(text))

        def find(store: Store) -> Hits:
            """What is inactive or closed is found too, but only where nothing else is."""
            hits = store.search.anything(text, limit=_MOST)
            return hits if hits.hits else store.search.anything(text, limit=_MOST, inactive=True)

        self.ask(self._session.store, "find", find, partial(self._show, text))

    def _show(self, text: str, hits: Hits) -> None:
        self._hits_for = text
        self._hits = {f"{hit.kind.value} {hit.id}": hit for hit in hits.hits}
        self._table.set_rows([_row(key, hit) for key, hit in self._hits.items()])
        self._table.move_to(0)
        self._say("Nothing is called so, and no number begins so." if text.strip() else _HINT)
        shown = f"the first {len(hits.hits)}" if hits.capped else str(len(hits.hits)) if hits.hits else ""
        self.set_foot(cell((shown, "muted")))
        if self._opens_first:
            self._choose()

    def _say(self, sentence: str) -> None:
        self._table.set_empty(cell((sentence, "muted")))

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._hits, self._opens_first = {}, False
        self._table.set_rows(())
        self._table.set_empty(cell((str(event.error), "bad")))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        hit = self._hits.get(event.row.id)
        if hit is not None:
            self.dismiss(hit)

    def do_dialog_up(self) -> None:
        self._table.do_move_up()

    def do_dialog_down(self) -> None:
        self._table.do_move_down()

    def do_dialog_choose(self) -> None:
        self._choose()

    def _choose(self) -> None:
        """Open the hit under the cursor; with newer text the first one, once its hits are there."""
        self._opens_first = self._hits_for != self._input.value
        if not self._opens_first:
            self._table.do_move_open()


def _row(key: str, hit: Hit) -> Row:
    customer = "" if hit.kind is Kind.CUSTOMER else hit.customer_name
    cells = (_WORDS.get(hit.kind, hit.kind.value), hit.label, hit.detail, customer)
    return Row(key, tuple(map(cell, cells)), style="" if hit.is_active else "muted")
