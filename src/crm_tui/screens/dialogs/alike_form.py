"""Forms that say while one types that somebody like that is there already, and ask once before saving who very
likely is.

The line for it is above the buttons and always there, so that nothing moves. What is typed is looked for in the
background after a pause; an answer to what is no longer in the form is dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.timer import Timer

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import CrmError, Interrupted
from crm_tui.domain.likeness import SURE
from crm_tui.screens.dialogs.form_dialog import E, FormDialog
from crm_tui.screens.dialogs.looks_like import Answer, LooksLikeDialog
from crm_tui.screens.session import CardRequest, NoKeeper
from crm_tui.store.duplicates import Likely
from crm_tui.store.port import Store
from crm_tui.terminal.type_ahead import drop_keys
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.field import Field
from crm_tui.widgets.line import Line

#: seconds without a key before what is typed is looked for
_PAUSE = 0.35
#: around and between the two parts of the line
_BLANKS = 4


class _AlikeLine(Line):
    """Says who is there; the word behind the key goes where that gets cut."""

    def parts(self, width: int) -> tuple[Cell, Cell]:
        left, right = super().parts(width)
        if left and left.width + right.width + _BLANKS > width:
            return left, cell((right.plain.partition(" ")[0], "key"))
        return left, right


class AlikeForm(FormDialog[E]):
    """A form of somebody who may be there already."""

    COMMAND_IDS = ("form.alike",)
    #: fields by which somebody is told from others
    TELLING: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._alike = _AlikeLine()
        self._likely: tuple[Likely, ...] = ()
        self._rest: Timer | None = None
        self._asked: dict[str, Any] = {}
        self._accepted: frozenset[int] = frozenset()  # who is there already and was said to be another

    # -- what a form says of itself ------------------------------------------------------------------------------

    def alike(self, store: Store, values: Mapping[str, Any]) -> tuple[Likely, ...]:
        """Who is there already and looks like ``values``, half typed or not; runs in a thread."""
        raise NotImplementedError

    def rested(self) -> None:
        """What tells somebody was typed, and then nothing for a moment."""

    # -- typing --------------------------------------------------------------------------------------------------

    def above_buttons(self) -> ComposeResult:
        yield self._alike

    def filled(self) -> None:
        self._look()  # a name may be given, and a draft has more

    def typed(self, field: Field) -> None:
        if field.field_name in self.TELLING:
            self._stop_resting()
            self._rest = self.set_timer(_PAUSE, self._look)

    @property
    def is_resting(self) -> bool:
        """Whether it waits for a pause of typing."""
        return self._rest is not None

    def _stop_resting(self) -> None:
        if self._rest is not None:
            self._rest.stop()
            self._rest = None

    def _look(self) -> None:
        """Look for what is in the form, if that is not what was looked for, and in an edit not what was there."""
        self._rest = None
        self.rested()
        telling = self._telling(self.form.values())
        if telling == self._asked:
            return
        self._asked = telling
        if self.entity is not None and telling == self._telling(self._before):
            self._show_likely(telling, ())
            return
        self.ask(self.session.store, "alike", partial(self._found, telling), partial(self._show_likely, telling))

    def _telling(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values.get(name) for name in self.TELLING}

    def _found(self, values: Mapping[str, Any], store: Store) -> tuple[Likely, ...]:
        """Nothing where the store can't say: the form is as good without."""
        try:
            return self.alike(store, values)
        except Interrupted:
            raise
        except CrmError:
            return ()

    def _show_likely(self, telling: Mapping[str, Any], likely: tuple[Likely, ...]) -> None:
        if telling != self._telling(self.form.values()):
            return  # one typed on
        self._likely = likely
        if not likely:
            self._alike.show(EMPTY)
            return
        first, more = likely[0], len(likely) - 1
        others = f"; {more} more" if more else ""
        key = self.session.keys.shown("form.alike")
        self._alike.show(
            cell((f"Looks like {self._called(first)}: {next(iter(first.reasons), 'alike')}{others}", "warn")),
            cell((key, "key"), (" shows it", "muted")),
        )

    def _called(self, likely: Likely) -> str:
        """A name, and what tells it from others."""
        if likely.kind is Kind.CUSTOMER:
            return f"{likely.name} {likely.detail.partition(',')[0]}"
        elsewhere = likely.customer != self.about.customer
        return f"{likely.name} of {likely.customer_name}" if elsewhere else likely.name

    # -- looking at them, and going there ------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "form.alike" and not self._likely:
            return "nobody like that is there yet"
        return super().availability(command_id)

    def do_form_alike(self) -> None:
        self._show(self._likely, asks=False)

    def _show(self, likely: tuple[Likely, ...], *, asks: bool, then: Callable[[], None] = lambda: None) -> None:
        may_go: Availability = not isinstance(self.session.drafts, NoKeeper) or not self.is_changed
        why: Availability = True if may_go else "what you typed can't be kept as a draft here"
        dialog = LooksLikeDialog(likely, self.session.keys, asks=asks, may_go=why)
        self.app.push_screen(dialog, self._answered)
        dialog.call_after_refresh(then)

    def _answered(self, answer: Answer | None) -> None:
        if answer is None:
            return
        if answer.there is not None:
            self._go(answer.there)
            return
        self._accepted |= {each.id for each in self._likely}
        self.do_form_save()

    def _go(self, likely: Likely) -> None:
        """Leave this form, and those below it, for who is there; what is typed in them stays as drafts."""
        was_changed = self.is_changed
        self.keep()
        while isinstance(self.app.screen, Dialog):
            self.app.pop_screen()
        target = (likely.kind, likely.id) if likely.kind is Kind.CONTACT else (None, None)
        self.session.open_card(CardRequest(likely.customer, kind=target[0], entity=target[1]))
        if was_changed:
            self.app.notify("What you typed is kept: see Drafts among the commands.", timeout=5, markup=False)

    # -- saving --------------------------------------------------------------------------------------------------

    def send(self, typed: Mapping[str, Any], values: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
        self._stop_resting()
        if self.entity is not None:
            super().send(typed, values, changed)
            return
        look = partial(self._found, self._telling(values), self.session.store)
        self.tell(look, partial(self._send_or_ask, typed, values, changed))

    def _send_or_ask(
        self,
        typed: Mapping[str, Any],
        values: Mapping[str, Any],
        changed: Mapping[str, Any],
        likely: tuple[Likely, ...],
    ) -> None:
        sure = tuple(each for each in likely if each.score >= SURE and each.id not in self._accepted)
        if not sure:
            super().send(typed, values, changed)
            return
        release = self._release_keys
        self._asked, self._likely = self._telling(values), likely
        self._show_likely(self._asked, likely)
        self.not_saving()
        self._show(sure, asks=True, then=lambda: self._begin_anew(release))

    def _begin_anew(self, release: Callable[[], None]) -> None:
        """What was typed ahead does not answer a question that nobody has read."""
        drop_keys(self.app)
        release()
