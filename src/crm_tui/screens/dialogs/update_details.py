"""Update customer details: what the business register says beside what is on the card, and what of it is taken.

It opens at once and asks then; nothing is written before Update, and that as one change.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.timer import Timer

from crm_tui.commands import in_scope
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import Conflict, CrmError, Invalid, NotFound, NotInRegister, RegisterFailed, Unavailable
from crm_tui.domain.register_entry import SOURCES, RegisterEntry
from crm_tui.domain.register_update import Compared, OnCard, Take, Which, address_of, compare, first_shown, update_of
from crm_tui.domain.vat import RegisterNumber
from crm_tui.places import Scope
from crm_tui.registers.port import Registers
from crm_tui.screens.asking import Asking
from crm_tui.screens.present import Clock
from crm_tui.screens.register_answer import Comparing, RegisterAnswer
from crm_tui.screens.register_conflict import Changed, changed_since, question_of
from crm_tui.screens.register_update import NumberChanged, Whom, read_again, read_on_card
from crm_tui.screens.register_words import asking_line, in_view, label_of, names_of
from crm_tui.screens.session import Session
from crm_tui.text import clean
from crm_tui.waiting.stop import Stop
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Fact, Facts, whole
from crm_tui.widgets.line import Line
from crm_tui.widgets.tall_rows import TallRows

#: borders, the blank line above the buttons, and the buttons
_AROUND = 4


class UpdateDetailsDialog(Asking, Dialog[str]):
    """Gives a sentence of what was taken; None for Esc, which also stops the question."""

    COMMAND_IDS = (*in_scope(Scope.REGISTER), "dialog.choose")
    COMMAND_WORDS = {"dialog.choose": "Tick"}
    DEFAULT_CSS = """
    UpdateDetailsDialog > Vertical Facts { height: auto; }
    """
    WIDTH = 110
    title_text = "Update customer details"

    def __init__(self, session: Session, registers: Registers, customer: int, number: RegisterNumber) -> None:
        super().__init__()
        self.session = session
        self._registers, self._customer, self._number = registers, customer, number
        self._stop = Stop()
        self._began = session.now()
        self._ticking: Timer | None = None
        self._card: OnCard | None = None
        self._entry: RegisterEntry | None = None
        self._failure: CrmError | None = None
        self._is_saving = False
        self._in_view = ""
        self._which = Which.VISITING
        self._rows: tuple[Compared, ...] = ()
        self._ticked: frozenset[Take] = frozenset()
        self._left: dict[Which, bool] = {}  # whether an address was ticked when the other one was shown
        self._gap, self._asking = Line(), Line()
        self._said = Facts(focusable=False)
        self._answer = RegisterAnswer(session.keys)
        ids = ("register.save", "register.again", "dialog.close")
        labels = {"dialog.close": "Cancel"}
        self._buttons = ButtonBar(self, session.keys, ids, primary="register.save", labels=labels)

    def content(self) -> ComposeResult:
        yield self._gap
        yield self._asking
        yield self._said
        yield self._answer
        yield Line()
        yield self._buttons

    def on_mount(self) -> None:
        self._ask()

    def on_unmount(self) -> None:
        self._stop.set()

    # -- asking ---------------------------------------------------------------------------------------------------

    @property
    def _is_asking(self) -> bool:
        return self._failure is None and (self._entry is None or self._card is None)

    def _ask(self) -> None:
        """Ask the register, and meanwhile read what it is compared with."""
        self._failure, self._entry, self._card = None, None, None
        self._left = {}
        self._stop, self._began = Stop(), self.session.now()
        look_up = partial(self._registers.look_up, self._number.id, self._number.country, stop=self._stop)
        self.look("register", look_up, self._got_entry)
        read = partial(read_on_card, customer=self._customer, asked=self._number)
        self.ask(self.session.store, "card", read, self._got_card)
        self._ticking = self.set_interval(1.0, self._show_asking)
        self._show()

    def _got_entry(self, entry: RegisterEntry) -> None:
        self._entry, self._which = entry, first_shown(entry)
        self._answered()

    def _got_card(self, card: OnCard) -> None:
        self._card = card
        self._answered()

    def _answered(self) -> None:
        if self._entry is not None and self._card is not None:
            self._stop_ticking()
            self._compare()
            self._ticked = frozenset(row.take for row in self._rows if row.is_proposed)
            self._show()
            if (first := next((row for row in self._rows if row.is_proposed), None)) is not None:
                self._answer.rows.move_to_id(first.take.value)
            self._answer.rows.focus()

    def _stop_ticking(self) -> None:
        if self._ticking is not None:
            self._ticking.stop()

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        error = event.error
        if self._is_saving and not isinstance(error, NumberChanged):
            self._not_saved(error)
        elif isinstance(error, NotFound) and not isinstance(error, NotInRegister):
            self.dismiss(None)  # the card behind says what became of its customer
        else:
            self._stop.set()
            self._stop_ticking()
            self._failure, self._is_saving = error, False
            self._show()

    def do_register_again(self) -> None:
        if isinstance(self._failure, NumberChanged) and self._failure.number is not None:
            self._number = self._failure.number
        self._ask()

    # -- what is taken --------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "register.again":
            return _can_ask_again(self._failure)
        if command_id == "dialog.close":
            return not self._is_saving or "it is being written"
        if command_id in self.COMMAND_IDS:
            if self._failure is not None:
                return False
            if self._is_asking:
                return "the register has not answered yet"
            return "it is being written" if self._is_saving else self._can(command_id)
        return super().availability(command_id)

    def _can(self, command_id: str) -> Availability:
        """Whether something can be done with the answer."""
        row = self._row
        if command_id == "register.save" and not self._ticked:
            return "nothing is ticked" if self._takeable else "there is nothing to take"
        if command_id == "register.all" and not self._takeable:
            return "there is nothing to take"
        if command_id in ("register.tick", "dialog.choose") and row is not None and not row.can_be_taken:
            name = label_of(row.take)
            return row.refusal or (f"{name} is the same" if row.theirs else f"{name} is not published: ours is kept")
        if command_id == "register.which" and self._entry and address_of(self._entry, self._which.other) is None:
            return f"the register has no {self._which.other} address"
        return True

    @property
    def _takeable(self) -> frozenset[Take]:
        return frozenset(row.take for row in self._rows if row.can_be_taken)

    @property
    def _row(self) -> Compared | None:
        """The row under the cursor."""
        at = self._answer.rows.cursor_row
        return next((row for row in self._rows if at is not None and row.take.value == at.id), None)

    def do_register_tick(self) -> None:
        if (row := self._row) is not None:
            self._tick(self._ticked ^ {row.take})

    def do_dialog_choose(self) -> None:
        self.do_register_tick()

    def do_register_all(self) -> None:
        self._tick(frozenset() if self._ticked >= self._takeable else self._takeable)

    def do_register_which(self) -> None:
        """The other address: it was asked for, so it is taken if that would change something. One that was shown
        before is ticked as it was left."""
        self._left[self._which] = Take.ADDRESS in self._ticked
        self._which = self._which.other
        self._compare()
        row = next(row for row in self._rows if row.take is Take.ADDRESS)
        is_ticked = row.can_be_taken and self._left.get(self._which, row.is_proposed)
        self._tick(self._ticked - {Take.ADDRESS} | ({Take.ADDRESS} if is_ticked else set()))

    async def on_tall_rows_row_clicked(self, event: TallRows.RowClicked) -> None:
        event.stop()
        await self.run_command("register.tick")

    def on_tall_rows_view_changed(self, event: TallRows.ViewChanged) -> None:
        event.stop()
        self._in_view = in_view(event.view)
        self._show_foot()

    def _tick(self, ticked: frozenset[Take]) -> None:
        self._ticked = ticked
        self._show()

    def _compare(self) -> None:
        if self._card is not None and self._entry is not None:
            self._rows = compare(self._card, self._entry, self._which)

    # -- writing it -----------------------------------------------------------------------------------------------

    def do_register_save(self) -> None:
        """Write what is ticked, as one change."""
        if self._card is None or self._entry is None:
            return
        update = update_of(self._card, self._entry, self._which, self._ticked)
        done = f"Updated from {self._entry.source.value}: {names_of(self._ticked)}"
        self._set_saving(True)
        store = self.session.store
        self.tell(lambda: store.customers.take_from_register(update), partial(self._saved, done))

    def _saved(self, done: str, _: Customer) -> None:
        self.dismiss(done)

    def _set_saving(self, is_saving: bool) -> None:
        self._is_saving = is_saving
        self._show()

    def _not_saved(self, error: CrmError) -> None:
        """What is ticked stays ticked, whatever stood against it."""
        card = self._card
        is_of_another = isinstance(error, Invalid) and error.field == "vat_number"
        if card is not None and (isinstance(error, Conflict) or is_of_another):
            read = partial(read_again, before=card, asked=self._number)
            self.ask(self.session.store, "card", read, self._changed_meanwhile)
            return
        self._set_saving(False)
        if isinstance(error, NotFound):
            self.dismiss(None)
        else:
            self.notify(clean(str(error)), severity="warning", markup=False)

    def _changed_meanwhile(self, read: tuple[OnCard, Whom]) -> None:
        """Somebody changed the customer: what was ticked and is another now is asked about, the rest goes on."""
        now, who = read
        before = self._rows
        self._is_saving = False
        self._card = now
        self._compare()
        changed = changed_since(before, self._rows, self._ticked)
        self._ticked &= self._takeable
        self._show()
        if changed:
            self._settle(changed, who)
        elif self._ticked:
            self.do_register_save()
        else:
            self.notify(f"{clean(who.name)} changed it meanwhile: there is nothing left to take.", markup=False)

    def _settle(self, changed: Collection[Changed], who: Whom) -> None:
        from crm_tui.screens.dialogs.conflict import ConflictDialog

        def chosen(mine: dict[str, bool] | None) -> None:
            if mine is not None:
                self._tick(self._ticked - {each.take for each in changed if not mine[each.take.value]})
                if self._ticked:
                    self.do_register_save()

        self.app.push_screen(
            ConflictDialog(question_of(changed, who, self._clock, self._number), self.session.keys), chosen
        )

    # -- how it looks ---------------------------------------------------------------------------------------------

    @property
    def _clock(self) -> Clock:
        return Clock(self.session.now(), self.session.zone, self.session.settings)

    @property
    def _inner(self) -> int:
        """Cells between the borders."""
        return max(1, min(self.WIDTH, self.app.size.width - 2) - 2)

    def on_resize(self, event: events.Resize) -> None:
        self._show()

    def _show(self) -> None:
        asking, failure = self._is_asking, self._failure
        self._asking.display = asking
        self._said.display = failure is not None
        self._answer.display = not asking and failure is None
        self._gap.display = not self._answer.display
        if failure is not None:
            self._said.set_facts(_failed(failure))
        self._show_asking()
        self._show_answer()
        self._show_foot()
        self._show_buttons()

    def _show_asking(self) -> None:
        if self._is_asking:
            passed = int((self.session.now() - self._began).total_seconds())
            most = self.session.settings.registers.seconds
            self._asking.show(asking_line(SOURCES[self._number.country], self._number, passed, most))

    def _show_answer(self) -> None:
        if self._card is None or self._entry is None or self._failure is not None:
            return
        comparing = Comparing(self._entry, self._card, self._which, self._rows, self._ticked)
        self._answer.show(comparing, self._clock, self._inner, self.app.size.height - _AROUND)

    def _show_foot(self) -> None:
        self.set_dialog_title(self.title_text, cell(("writing…", "warn")) if self._is_saving else EMPTY)
        if self._entry is None or self._is_asking or self._failure is not None:
            self.set_foot(EMPTY)
            return
        words = {"register.tick": "tick", "register.all": "all"}
        if self._can("register.which") is True:
            words["register.which"] = str(self._which.other)
        keys = [self._key(command_id, word) for command_id, word in words.items()]
        source, seen = self._entry.attribution, cell((self._in_view, "muted"))
        short = cell((source, "muted"))  # the licence asks for it: it is never cut
        forms = [join([seen, *keys, cell(("Source: ", "muted"), short)])]
        forms += [join([seen, *keys[:many], short]) for many in range(len(keys), -1, -1)]
        self.set_foot(next((form for form in forms if form.width <= self._inner - 4), short))

    def _key(self, command_id: str, word: str) -> Cell:
        return cell((self.session.keys.shown(command_id), "key"), (f" {word}", "muted"))

    def _show_buttons(self) -> None:
        number = len(self._ticked)
        fields = f" {number} field{'' if number == 1 else 's'}" if number else ""
        close = "Cancel" if self._failure is None else "Close"
        primary = "register.again" if self._failure is not None else "register.save"
        self._buttons.set_words({"register.save": f"Update{fields}", "dialog.close": close}, primary=primary)


def _can_ask_again(failure: CrmError | None) -> Availability:
    """Whether the same question may be answered now, or another one can be asked."""
    if isinstance(failure, NumberChanged):
        return failure.number is not None or failure.reason
    if isinstance(failure, RegisterFailed):
        return failure.can_retry
    return isinstance(failure, Unavailable)


def _failed(error: CrmError) -> list[Fact]:
    style = "bad" if isinstance(error, RegisterFailed) else "warn"
    return [
        whole(cell((f"! {error}", style)), wrap=True),
        whole(cell(("The customer stays as it is.", "muted"))),
    ]
