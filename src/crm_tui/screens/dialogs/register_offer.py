"""The place in a form that offers what a business register knows: a line, or a few where there is more to say.

A number is asked for by itself, once; about a name nothing leaves the machine before somebody asks for it. Whatever
becomes of a question is said here, and never in the way of typing."""

from __future__ import annotations

from functools import partial

from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from crm_tui import when
from crm_tui.domain.errors import CrmError, RegisterFailed
from crm_tui.domain.register_entry import SOURCES, RegisterEntry, RegisterState
from crm_tui.domain.register_fill import addresses_of, number_of
from crm_tui.domain.register_update import address_of, place_of
from crm_tui.domain.vat import RegisterNumber
from crm_tui.screens.asking import Asking, attempt
from crm_tui.screens.dialogs.register_field import NO_VAT, Taken, one_line
from crm_tui.screens.register_words import state_mark
from crm_tui.screens.session import Session
from crm_tui.waiting.stop import Stop
from crm_tui.widgets.cells import EMPTY, Cell, cell, in_lines, wrap
from crm_tui.widgets.form import sentence

#: lines that it takes at most
OFFER_LINES = 3
#: what is said, and what the key does
_Parts = tuple[Cell, Cell]


class RegisterOffer(Asking, Widget):
    """Says what there is to take over, for the ``number`` or the name that is in the form."""

    DEFAULT_CSS = """
    RegisterOffer { height: auto; width: 1fr; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._called = ""
        self._taken: Taken | None = None
        self._answer: RegisterEntry | CrmError | None = None
        self._stop: Stop | None = None
        self._parts: _Parts = (EMPTY, EMPTY)
        self.number: RegisterNumber | None = None

    @property
    def failure(self) -> CrmError | None:
        """Why it says nothing about the number."""
        return self._answer if isinstance(self._answer, CrmError) else None

    @property
    def entry(self) -> RegisterEntry | None:
        """What the register says about the number."""
        return self._answer if isinstance(self._answer, RegisterEntry) else None

    @property
    def is_asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._stop is not None

    def offer(self, number: RegisterNumber | None, name: str, taken: Taken | None) -> None:
        """This is in the form now; ``taken``: what it was filled with. A number that was not is asked for, unless it
        was the last one that was."""
        self._called, self._taken = name, taken
        if taken is not None and number in (None, number_of(taken.entry)):
            self.forget()
        elif number != self.number:
            self.forget()
            self.number = number
            self.ask_register()
        self._say()

    def ask_register(self) -> None:
        """Ask for the number, anew where it was asked for before."""
        self._stop_asking()
        registers, number = self._session.registers, self.number
        if registers is None or number is None:
            return
        self._answer, self._stop = None, (stop := Stop())
        look_up = partial(registers.look_up, number.id, number.country, stop=stop)
        self.look("register", partial(attempt, look_up), partial(self._got, stop))
        self._say()

    def forget(self) -> None:
        """There is nothing to offer any more; what is being asked is given up."""
        self._stop_asking()
        self.number = self._answer = None

    def on_unmount(self) -> None:
        self._stop_asking()

    def _stop_asking(self) -> None:
        if self._stop is not None:
            self._stop.set()
            self._stop = None

    def _got(self, stop: Stop, answer: RegisterEntry | CrmError) -> None:
        if stop is self._stop:
            self._answer, self._stop = answer, None
            self._say()

    # -- what it says ----------------------------------------------------------------------------------------------

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> RenderResult:
        return in_lines(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Cell]:
        """What is said in a width, with the key behind it at the right; it is what is said that gets cut."""
        room, (said, key) = max(1, width - 2), self._parts
        lines = wrap(said, room, OFFER_LINES)
        if key and lines[-1].width + 2 + key.width > room and len(lines) < OFFER_LINES:
            lines.append(EMPTY)
        if key:
            lines[-1] = cell(lines[-1].fit(max(0, room - 2 - key.width)), "  ", key.cut(room))
        return [cell(" ", line) for line in lines]

    def _say(self) -> None:
        parts = self._parts_now()
        if parts != self._parts:
            self._parts = parts
            self.refresh(layout=True)

    def _parts_now(self) -> _Parts:
        if self._taken is not None and self.number is None:
            return self._said_of_taken(self._taken)
        if self.number is not None:
            return self._said_of_number(self.number)
        if self._called:
            return cell(self._key(f" looks for “{self._called}” in the registers of Finland and Norway")), EMPTY
        words = "The register can fill it in: type a VAT number, a business id or a name."
        return cell((words, "muted")), EMPTY

    def _said_of_number(self, number: RegisterNumber) -> _Parts:
        match self._answer:
            case None:
                return cell((f"{SOURCES[number.country]}: asking for {number.id} …", "muted")), EMPTY
            case RegisterEntry(state=RegisterState.REMOVED) as entry:
                return cell(f"{entry.source}: ", self._state(entry), (", nothing may be copied", "muted")), EMPTY
            case RegisterEntry() as entry:
                return self._said_of_entry(entry), self._key(" takes it over")
            case RegisterFailed() as error:
                return cell((f"! {sentence(error.what)}: {error}", "muted")), self._key(" tells more")
            case error:
                return cell((str(error), "muted")), self._key(" tells more")

    def _said_of_entry(self, entry: RegisterEntry) -> Cell:
        """What the company is called and where it is; what became of it comes first, as the end may be cut."""
        state = self._state(entry)
        kind = ("a sub-unit" if entry.is_subunit else "", NO_VAT if entry.vat_registered is False else "")
        what = ", ".join(filter(None, kind))
        places = [place_of(found, which) for which in addresses_of(entry)[:1] if (found := address_of(entry, which))]
        where = "".join(f", {one_line(place, entry.country)}" for place in places)
        name = (entry.name or "–", "name")
        return cell(f"{entry.source}: ", state, ", " if state else "", name, f" ({what})" if what else "", where)

    def _said_of_taken(self, taken: Taken) -> _Parts:
        """What became of the company, and where it is from, as the licence wants."""
        state, entry = self._state(taken.entry), taken.entry
        read = when.absolute(entry.fetched_at, self._session.zone, self._session.settings.dates)
        said = cell(state, ", " if state else "", (f"{entry.attribution}, {read}", "muted"))
        return said, self._key(" looks for another")

    def _state(self, entry: RegisterEntry) -> Cell:
        return state_mark(entry, self._session.settings.dates)

    def _key(self, words: str) -> Cell:
        return cell((self._session.keys.shown("form.register"), "key"), (words, "muted"))
