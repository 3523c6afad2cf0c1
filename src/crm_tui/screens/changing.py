"""How screens change things: forms are opened with what they need, direct changes are made and told, and all of it
can be taken back. Also notices what others change on the same store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.message_pump import MessagePump
from textual.timer import Timer

from crm_tui.domain.errors import UndoConflict
from crm_tui.screens.asking import Asking
from crm_tui.screens.forms import form_class
from crm_tui.screens.present import offline
from crm_tui.store.drafts import Draft
from crm_tui.store.port import Store
from crm_tui.store.reach import HERE, Reach
from crm_tui.store.undo import FieldConflict, Settled, UndoStep
from crm_tui.terminal.type_ahead import hold_keys
from crm_tui.text import clean
from crm_tui.when import ago
from crm_tui.widgets.header_line import HeaderLine

if TYPE_CHECKING:
    from textual.screen import Screen

    from crm_tui.screens.dialogs.form_dialog import About, Materials, Saved
    from crm_tui.screens.session import Session

    class _Base(Asking, Screen[Any]):
        """What the mixin is mixed into."""

else:
    _Base = MessagePump

#: seconds between two looks at whether others changed something
LOOK_EVERY = 1.0
#: steps that the list of own changes shows
_MOST_STEPS = 200


class Changing(_Base):
    """Mixin for screens. ``reread`` shows everything again as it is now, without moving the cursor."""

    if TYPE_CHECKING:
        session: Session

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pulse: int | None = None
        self._watches = True
        self._reach: Reach = HERE
        self._looking: Timer | None = None
        self._release_keys: Callable[[], None] = lambda: None

    def reread(self) -> None:
        """Read again what is shown; the cursor stays."""

    def read_actor(self) -> None:
        """Read again what the user may do."""

    # -- forms -----------------------------------------------------------------------------------------------------

    def open_form(
        self, name: str, about: About, then: Callable[[Saved], None] | None = None, *, draft: Draft | None = None
    ) -> None:
        """Read what a form needs and open it; keys that are typed meanwhile are for the form."""
        form, session = form_class(name), self.session
        self._release_keys()  # a form that was still being read does not come any more
        self._release_keys = release = hold_keys(self)

        def show(materials: Materials) -> None:
            if release.is_given_up:
                return
            dialog = form(session, about, materials, draft)
            self.app.push_screen(dialog, saved)
            release.call_when_drawn(dialog)

        def saved(result: Saved | None) -> None:
            if result is not None:
                self._say_anew()
                undo = f"  {session.keys.shown('app.undo')} takes it back." if form.UNDOABLE else ""
                source = f", with details from {result.source}" if result.source else ""
                self.notify(f"Saved{source}.{undo}", timeout=3, markup=False)
                (then or (lambda _: self.reread()))(result)

        self.ask(session.store, "form", lambda store: form.load(store, session, about), show, failed=release)

    def change(
        self,
        call: Callable[[Store], object],
        done: str = "",
        then: Callable[[], None] | None = None,
        *,
        undoable: bool = True,
    ) -> None:
        """Carry out a change that needs no form, say so, and show everything as it is then."""
        self.tell(partial(call, self.session.store), lambda _: self.changed(done, then, undoable=undoable))

    def changed(self, done: str = "", then: Callable[[], None] | None = None, *, undoable: bool = True) -> None:
        """Something was changed: say so, and show everything as it is now."""
        self._say_anew()
        if done:
            undo = f"  {self.session.keys.shown('app.undo')} takes it back." if undoable else ""
            self.notify(f"{clean(done)}.{undo}", timeout=4, markup=False)
        (then or self.reread)()

    def _say_anew(self) -> None:
        """Something was changed: what was said of earlier changes goes."""
        self.session.erased = ""
        self.app.clear_notifications()

    # -- undo ------------------------------------------------------------------------------------------------------

    def do_app_undo(self) -> None:
        if self.session.erased:
            who, self.session.erased = self.session.erased, ""
            key = self.session.keys.shown("app.undo")
            again = f"{key} again takes back what you changed before."
            self.notify(f"{clean(who)} was erased; that can't be taken back. {again}", severity="warning", markup=False)
            return
        self._take_back(redo=False)

    def do_app_redo(self) -> None:
        self._take_back(redo=True)

    def do_app_undo_list(self) -> None:
        from crm_tui.screens.dialogs.undo_list import UndoLine, UndoListDialog
        from crm_tui.store.paging import PageRequest

        now, zone, dates = self.session.now(), self.session.zone, self.session.settings.dates

        def show(steps: Sequence[UndoStep]) -> None:
            lines = [
                UndoLine(step.change, ago(step.at, now, zone, dates), step.label, step.customer_name, step.is_undone)
                for step in steps
            ]
            self.app.push_screen(UndoListDialog(lines, self.session.keys), chosen)

        def chosen(answer: tuple[int, bool] | None) -> None:
            if answer is not None:
                change, redo = answer
                self._take_back(change, redo=redo)

        self.ask(
            self.session.store, "steps", lambda store: store.history.steps(PageRequest(limit=_MOST_STEPS)).rows, show
        )

    def _take_back(self, change: int | None = None, *, redo: bool, settled: Sequence[Settled] = ()) -> None:
        history = self.session.store.history
        self.tell(
            partial(history.redo if redo else history.undo, change, settled=settled), partial(self._taken_back, redo)
        )

    def _taken_back(self, redo: bool, step: UndoStep) -> None:
        self._say_anew()
        keys, word = self.session.keys, "Done again" if redo else "Taken back"
        other = f"{keys.shown('app.undo')} takes it back" if redo else f"{keys.shown('app.redo')} does it again"
        self.notify(f"{word}: {clean(step.label)}.  {other}.", timeout=4, markup=False)
        self.reread()
        if step.kept:
            from crm_tui.screens.dialogs.kept import kept_dialog

            self.app.push_screen(kept_dialog(step, keys, redo=redo))

    def settle_undo(self, error: UndoConflict) -> None:
        """Ask what becomes of fields that changed since."""
        from crm_tui.screens.dialogs.conflict import ConflictDialog, ConflictQuestion, ConflictRow

        conflicts = [each for each in error.conflicts if isinstance(each, FieldConflict)]
        session = self.session
        by = conflicts[0]
        when = ago(by.theirs_at, session.now(), session.zone, session.settings.dates)
        question = ConflictQuestion(
            title="Changed since",
            sentence=f"{by.theirs_by} changed {by.label} {when}, after you did. Nothing has been overwritten.",
            theirs_by=f"{by.theirs_by}, {when}",
            rows=[
                ConflictRow(str(place), each.field.replace("_", " ").capitalize(), each.before, each.theirs, each.mine)
                for place, each in enumerate(conflicts)
            ],
            one_sided=[],
            mine_word="as it would be",
        )

        def chosen(answer: dict[str, bool] | None) -> None:
            if answer is not None:
                settled = [
                    Settled(
                        kind=each.kind,
                        entity=each.entity,
                        field=each.field,
                        revision=each.revision,
                        restore=answer.get(str(place), False),
                    )
                    for place, each in enumerate(conflicts)
                ]
                self._take_back(error.change, redo=error.redo, settled=settled)

        self.app.push_screen(ConflictDialog(question, session.keys), chosen)

    # -- what others do --------------------------------------------------------------------------------------------

    def watch_store(self) -> None:
        """Begin to look for what others change, as long as this is the screen in front. A timer that ran on behind
        another screen would have Textual paint that one anew each time."""
        self._looking = self.set_interval(LOOK_EVERY, self.look_for_changes)
        self._look_at_reach()

    def on_screen_suspend(self) -> None:
        if self._looking is not None:
            self._looking.pause()

    def on_screen_resume(self) -> None:
        if self._looking is not None:
            self._looking.resume()
            self.look_for_changes()

    def look_for_changes(self) -> None:
        """See whether the store can be reached, and whether anybody changed something since the last look."""
        if self.app.screen is not self:
            return
        self._look_at_reach()
        if self._watches:
            self.ask(self.session.store, "pulse", lambda store: store.pulse(), self._got_pulse, failed=self._stop)

    def _look_at_reach(self) -> None:
        """Say in the header since when the store does not answer; once it does, what is shown is read again."""
        before, self._reach = self._reach, self.session.store.reach()
        if before == self._reach:
            return
        for header in self.query(HeaderLine):
            header.show_reach(*offline(self._reach, self.session.now(), self.session.zone))
        if self._reach.offline_since is None:
            self.reread()

    def _got_pulse(self, pulse: int) -> None:
        before, self._pulse = self._pulse, pulse
        if before is not None and pulse != before:
            self.reread()

    def _stop(self) -> None:
        """A store that can't be read is said once, not every second; reading again begins anew."""
        self._watches = False
        self._pulse = None

    def remember_pulse(self) -> None:
        """What is read now is as new as can be, and so is what the user may do."""
        self._watches = True
        self.read_actor()

        def remember(pulse: int) -> None:
            self._pulse = pulse

        self.ask(self.session.store, "pulse", lambda store: store.pulse(), remember, failed=self._stop)
