"""Pairs of customers, or of contacts, that may be the same: they are merged, or said to be no duplicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message

from crm_tui.commands import in_scope
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.permissions import Action
from crm_tui.places import Scope
from crm_tui.screens.asking import Asking
from crm_tui.screens.comparison import LEGEND, Comparison
from crm_tui.screens.dialogs.merge import Done
from crm_tui.screens.duplicate_look import Look, is_there
from crm_tui.screens.duplicate_rows import (
    DISMISSED_COLUMNS,
    LIKELY_COLUMNS,
    WORDS,
    dismissed_row,
    pair_id,
    pair_row,
    side_name,
    without,
)
from crm_tui.screens.lists import ListScreen
from crm_tui.screens.merging import may_merge, open_merge
from crm_tui.screens.present import Clock, spaced
from crm_tui.screens.session import CardRequest, Session
from crm_tui.screens.two_alike import TwoAlike, read_two
from crm_tui.store.duplicates import Dismissed, Pair, Pairs
from crm_tui.store.port import Store
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.line import Line, Separator
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.virtual_table import VirtualTable

#: from this width on the pair under the cursor stands beside the list; from this height on below it
SIDE_FROM, FOOT_FROM = 120, 16
#: seconds that the cursor rests on a pair before its fields are read: held keys read nothing
_REST = 0.06
#: pairs that are listed at most
_MOST = 500
_NO_PAIR = "there is no pair under the cursor"


class _PairTable(VirtualTable):
    """Enter merges; why it may not is said by the screen."""

    COMMAND_WORDS = {"move.open": "Merge"}

    def __init__(self, may_open: Callable[[], Availability]) -> None:
        super().__init__(LIKELY_COLUMNS, cursor_always=True)
        self._may_open = may_open

    def availability(self, command_id: str) -> Availability:
        return self._may_open() if command_id == "move.open" else super().availability(command_id)


class DuplicatesScreen(ListScreen):
    """What was found stays until one looks again; what is merged or dismissed meanwhile leaves it."""

    PLACE = "duplicates"
    COMMAND_IDS = (*in_scope(Scope.DUPLICATES), "list.reload")
    COMMAND_WORDS = {"list.reload": "Look again"}
    DEFAULT_CSS = """
    DuplicatesScreen {
        & #body { height: 1fr; width: 1fr; }
        & #pairs, & #two { width: 1fr; }
        & #two { max-width: 110; display: none; }
        & .foot { display: none; }
        & Comparison.foot { height: 10; }
        &.-wide #two { display: block; }
        &.-footed .foot { display: block; }
    }
    """

    @dataclass
    class LookedAt(Message):
        """So many of so many are compared."""

        look: Look
        done: int
        total: int

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._kind = Kind.CUSTOMER
        self._shows_dismissed = False
        self._looked: Pairs | None = None
        self._dismissed: Sequence[Dismissed] = ()
        self._gone: set[int] = set()
        self._look: Look | None = None
        self._stopped = ""
        self._looked_at = ""
        self._which = Line()
        self._table = _PairTable(self._may_merge)
        self._side, self._foot = Comparison(), Comparison()
        self._foot.add_class("foot")
        self._pairs = Panel("", self._table, Separator(classes="foot"), self._foot, id="pairs")
        self._two = Panel("Side by side", self._side, id="two")

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._which
        yield Horizontal(self._pairs, self._two, id="body")
        yield from self.compose_frame()

    def on_mount(self) -> None:
        self._two.set_foot(LEGEND)
        self._table.focus()
        self.list_again()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._foot.styles.height = max(5, min(14, event.size.height // 2 - 2))
        self._make_room(event.size)

    def _make_room(self, size: Size) -> None:
        """Nothing stands beside or below a list without pairs."""
        has_pairs = bool(self._listed)
        self.set_class(has_pairs and size.width >= SIDE_FROM, "-wide")
        self.set_class(has_pairs and size.width < SIDE_FROM and size.height >= FOOT_FROM, "-footed")

    # -- looking through ------------------------------------------------------------------------------------------

    def list_again(self) -> None:
        """Begin to compare all of the kind with each other."""
        self._stop_look()
        look = self._look = Look(lambda done, total: self._tell(look, done, total))
        self._stopped = ""
        kind = self._kind

        def read(store: Store) -> Pairs:
            return store.duplicates.pairs(kind, limit=_MOST, compared=look.compared)

        self.ask(self.store, "pairs", read, self._got, failed=self._stop_look)
        self._read_decided()
        self._show()

    def _tell(self, look: Look, done: int, total: int) -> None:
        self.post_message(self.LookedAt(look, done, total))

    def on_duplicates_screen_looked_at(self, event: LookedAt) -> None:
        event.stop()
        if event.look is self._look:
            self._show_title()

    def _got(self, pairs: Pairs) -> None:
        if self.is_hidden:
            return  # it was read before that
        self._looked = pairs
        self._look, self._gone = None, set()
        self._looked_at = f"{self.session.now().astimezone(self.session.zone):%H:%M}"
        self._show()

    def show_nothing(self) -> None:
        self._stop_look()
        self._looked, self._dismissed, self._looked_at, self._stopped = None, (), "", ""
        self._show()

    def _stop_look(self) -> None:
        if self._look is not None:
            self._look.is_stopped = True
            self._look = None

    def _cancel(self) -> None:
        """Leave off; what was found before stays listed."""
        look = self._look
        self._stop_look()
        if look is not None:
            self._stopped = f"Stopped after {spaced(look.done)} of {spaced(look.total)}"
        self._show()

    def reread(self) -> None:
        """Somebody changed something: what was merged or dismissed leaves the list, what was taken back returns."""
        self.remember_pulse()
        self._read_decided()

    def _read_decided(self) -> None:
        """Read what was decided of this kind; an answer for the other kind comes too late then."""
        kind, gone = self._kind, set(self._gone)

        def read(store: Store) -> tuple[tuple[Dismissed, ...], set[int]]:
            return store.duplicates.dismissed(kind), {each for each in gone if not is_there(store, kind, each)}

        self.ask(self.store, "decided", read, self._got_decided)

    def _got_decided(self, answer: tuple[tuple[Dismissed, ...], set[int]]) -> None:
        if self.is_hidden:
            return  # it was read before that
        self._dismissed, self._gone = answer
        self._show()

    # -- showing --------------------------------------------------------------------------------------------------

    @property
    def _likely(self) -> list[Pair]:
        return without(self._looked.pairs, self._dismissed, self._gone) if self._looked is not None else []

    @property
    def _listed(self) -> Sequence[Pair | Dismissed]:
        return self._dismissed if self._shows_dismissed else self._likely

    @property
    def _pair(self) -> Pair | Dismissed | None:
        """The pair under the cursor."""
        row = self._table.cursor_row
        return next((each for each in self._listed if row is not None and pair_id(each) == row.id), None)

    def _show(self) -> None:
        clock = Clock(self.session.now(), self.session.zone, self.session.settings)
        self._table.set_columns(DISMISSED_COLUMNS if self._shows_dismissed else LIKELY_COLUMNS)
        self._table.set_empty(cell((self._nothing(), "muted")))
        self._table.set_rows(
            [pair_row(each) if isinstance(each, Pair) else dismissed_row(each, clock) for each in self._listed]
        )
        self._make_room(self.app.size)
        self._show_which()
        self._show_title()
        self.refresh_bindings()

    def _show_which(self) -> None:
        """What is looked through, and which pairs are shown."""
        kinds = [(word.capitalize(), kind is self._kind) for kind, word in WORDS.items()]
        pairs = [("Likely", not self._shows_dismissed),
                 (f"Dismissed {len(self._dismissed) or ''}".rstrip(), self._shows_dismissed)]  # fmt: skip
        parts = [
            join([cell((self.key(command), "key")), *(cell((word, "name" if on else "muted")) for word, on in words)])
            for command, words in (("duplicates.kind", kinds), ("duplicates.dismissed", pairs))
        ]
        self._which.show(join(parts, "     "))

    def _show_title(self) -> None:
        words = WORDS[self._kind].capitalize()
        if self._shows_dismissed:
            self._pairs.set_title(f"{words} that are not the same", count=len(self._dismissed) or "", warning="")
            self._pairs.set_foot(LEGEND if self.has_class("-footed") else EMPTY)
            return
        look = self._look
        stopped = cell((self._stopped, "warn")) if self._stopped else ""
        number = len(self._likely)
        if look is not None:
            far = f"{spaced(look.done)} of {spaced(look.total)} compared" if look.total else "looking…"
            self._pairs.set_title(f"{words} that may be the same", count=cell((far, "accent")), warning="")
            self._pairs.set_foot(cell((self.key("app.back"), "key"), (" stops", "muted")))
            return
        self._pairs.set_title(f"{words} that may be the same", count=number or "", warning=stopped)
        self._pairs.set_foot(self._foot_words())

    def _foot_words(self) -> Cell:
        found = self._looked
        if found is None or not self._looked_at:
            return EMPTY
        most = f"the likeliest {len(found.pairs)} of {spaced(found.total)}  " if found.total > len(found.pairs) else ""
        told = cell((f"{most}{spaced(found.compared)} compared at {self._looked_at}", "muted"))
        return join([LEGEND if self.has_class("-footed") else EMPTY, told], "   ")

    def _nothing(self) -> str:
        """What an empty list says."""
        words, key = WORDS[self._kind], self.key("list.reload")
        sees = self.session.may(Action.SEE, self._kind)
        if self.session.actor is not None and sees is not True:
            return f"No {words} are shown: {sees}."
        if self._shows_dismissed:
            return f"No pair was said to be none yet. {self.key('duplicates.dismiss')} on a likely pair says so."
        if self._look is not None:
            return f"Comparing all {words}… {self.key('app.back')} stops."
        if self._stopped:
            return f"{self._stopped}, so nothing is listed. {key} looks again."
        other = "contacts" if self._kind is Kind.CUSTOMER else "customers"
        return f"No two {words} look the same. {self.key('duplicates.kind')} looks through {other}, {key} again."

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        if event.table is not self._table:
            return
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        self.refresh_bindings()
        if self._pair is None:
            self._show_two(None)
        else:
            self._rest = self.set_timer(_REST, self._read_two)

    def _read_two(self) -> None:
        pair = self._pair
        if pair is not None:
            kind, one, other = pair.kind, pair.first.id, pair.second.id
            self.ask(self.store, "two", lambda store: read_two(store, kind, one, other), self._show_two)

    def _show_two(self, two: TwoAlike | None) -> None:
        pair = self._pair if two is not None else None
        reasons = pair.reasons if isinstance(pair, Pair) else ()
        for comparison in (self._side, self._foot):
            comparison.show_why(reasons)
            comparison.show_two(two if pair is not None else None)

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """One that somebody deleted or merged meanwhile takes its pairs with it."""
        error = event.error
        if isinstance(error, NotFound) and error.kind == self._kind.value and isinstance(error.key, int):
            event.prevent_default().stop()
            self._gone.add(error.key)
            self.notify("One of the two was deleted or merged meanwhile.", severity="warning", markup=False)
            self._show()

    # -- commands -------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id in ("duplicates.dismiss", "duplicates.readmit"):
            if (command_id == "duplicates.readmit") is not self._shows_dismissed:
                return False
            return _NO_PAIR if self._pair is None else self.session.may(Action.EDIT, self._kind)
        if command_id == "duplicates.card" and self._pair is None:
            return _NO_PAIR
        return super().availability(command_id)

    def _may_merge(self) -> Availability:
        if self._pair is None:
            return _NO_PAIR
        if self._shows_dismissed:
            return f"they were said to be no duplicates; {self.key('duplicates.readmit')} takes that back"
        return may_merge(self.session, self._kind)

    def do_app_back(self) -> None:
        """Stop looking, then from the dismissed pairs to the likely ones."""
        if self._look is not None:
            self._cancel()
        elif self._shows_dismissed:
            self.do_duplicates_dismissed()

    def do_list_reload(self) -> None:
        self.remember_pulse()
        self.list_again()

    def do_duplicates_kind(self) -> None:
        self._kind = Kind.CONTACT if self._kind is Kind.CUSTOMER else Kind.CUSTOMER
        self._looked, self._dismissed, self._looked_at, self._gone = None, (), "", set()
        self.list_again()

    def do_duplicates_dismissed(self) -> None:
        self._shows_dismissed = not self._shows_dismissed
        self._show()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        if (pair := self._pair) is not None:
            open_merge(self, pair.kind, pair.first.id, pair.second.id, self._merged)

    def _merged(self, done: Done) -> None:
        self._gone.add(done.two.right.id)
        self.reread()

    def do_duplicates_dismiss(self) -> None:
        if (pair := self._pair) is not None:
            kind, one, other = pair.kind, pair.first, pair.second
            self.change(
                lambda store: store.duplicates.dismiss(kind, one.id, other.id),
                f"{one.name} and {other.name} are not the same",
            )

    def do_duplicates_readmit(self) -> None:
        if (pair := self._pair) is not None:
            kind, one, other = pair.kind, pair.first, pair.second
            self.change(
                lambda store: store.duplicates.readmit(kind, one.id, other.id),
                f"{one.name} and {other.name} may be the same again",
            )

    def do_duplicates_card(self) -> None:
        """Open the card of one of the two."""
        pair = self._pair
        if pair is None:
            return
        sides = {str(each.id): each for each in (pair.first, pair.second)}
        choices = [Choice(key, side_name(each, pair.kind)) for key, each in sides.items()]

        def chosen(key: str | None) -> None:
            if key is not None:
                kind = Kind.CONTACT if pair.kind is Kind.CONTACT else None
                self.session.open_card(CardRequest(sides[key].customer, kind=kind, entity=sides[key].id))

        self.app.push_screen(ChooseDialog("Open the card of", choices), chosen)
