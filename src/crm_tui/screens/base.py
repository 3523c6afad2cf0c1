"""What all screens share: the commands that work anywhere, the dialogs behind them, and how failures are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.screen import Screen

from crm_tui.commands import in_scope
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import (
    Away,
    Conflict,
    Corrupt,
    CrmError,
    Denied,
    MaybeSaved,
    NotSignedIn,
    Offline,
    Unavailable,
    UndoConflict,
)
from crm_tui.domain.permissions import Action
from crm_tui.keymap import Keys
from crm_tui.places import Scope
from crm_tui.screens.asking import Asking
from crm_tui.screens.changing import Changing
from crm_tui.screens.copying import Copy
from crm_tui.store.port import Store
from crm_tui.store.search import Hit
from crm_tui.store.settings import Actor
from crm_tui.terminal.app import TerminalApp
from crm_tui.text import clean
from crm_tui.widgets.choose import Choice, ChooseDialog, command_choices
from crm_tui.widgets.command_target import Availability, CommandState, CommandTarget, commands_here, explained_here
from crm_tui.widgets.key_footer import KeyFooter
from crm_tui.widgets.layout import ToldSizes
from crm_tui.widgets.line import TooSmall

if TYPE_CHECKING:
    from crm_tui.screens.session import Session


#: what a failure is called above its sentence
_TITLES: dict[type[CrmError], str] = {
    Denied: "Not permitted",
    Unavailable: "Not available",
    Away: "Not available",
    MaybeSaved: "Saved or not",
    Offline: "Offline",
    NotSignedIn: "Not signed in",
    Corrupt: "Damaged store",
}


#: seconds in which the same failure is said once
_MOMENT = 1.0


class _CommandDialog(ChooseDialog):
    """Wide enough for every sentence about a command."""

    WIDTH = 100


class CrmScreen(Changing, Asking, CommandTarget, ToldSizes, Screen[None]):
    """Base of the customers screen and the card."""

    AUTO_FOCUS = ""  # screens and their panels give the focus themselves
    COMMAND_IDS = in_scope(Scope.ANYWHERE)
    KEYLESS_IDS = in_scope(Scope.LISTS)
    DEFAULT_CSS = """
    CrmScreen { layers: default too-small; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._too_small = TooSmall()
        self._said = ("", 0.0)

    @property
    def store(self) -> Store:
        """The store, as the user of this session."""
        return self.session.store

    @property
    def keys(self) -> Keys:
        """The keys in force."""
        return self.session.keys

    def key(self, command_id: str) -> str:
        """The key of a command as it is shown."""
        return self.keys.shown(command_id)

    def compose_frame(self) -> tuple[KeyFooter, TooSmall]:
        """The footer and the cover for small terminals: every screen ends with these."""
        return KeyFooter(self.keys), self._too_small

    def on_mount(self) -> None:
        self.remember_pulse()
        self.watch_store()

    def on_resize(self, event: events.Resize) -> None:
        self._too_small.update_for(event.size)

    def _compositor_refresh(self) -> None:
        # Not public in Textual. A frame that nobody is to see takes as long to draw as any.
        if isinstance(self.app, TerminalApp) and self.app.is_page_standing:
            self._compositor._dirty_regions.add(self.size.region)  # the first that is seen is a whole one
            self._dirty_widgets.clear()
        else:
            super()._compositor_refresh()

    def read_actor(self) -> None:
        """Read what the user may do; commands are disabled by it."""
        self.ask(self.store, "actor", lambda store: store.users.me(), self._got_actor)

    def _got_actor(self, actor: Actor) -> None:
        self.session.actor = actor
        self.refresh_bindings()

    # -- failures and refusals ----------------------------------------------------------------------------------

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        if isinstance(event.error, UndoConflict):
            self.settle_undo(event.error)
            return
        if isinstance(event.error, Denied):
            self._denied(event.error)
            return
        self.show_failure(event.error)
        if isinstance(event.error, Conflict):
            self.reread()  # what somebody else made of it is to be seen

    def _denied(self, error: Denied) -> None:
        """What the user may do is another now than was thought: it is read before that is said. Several questions
        that are refused together are said once."""

        def got(actor: Actor) -> None:
            self._got_actor(actor)
            self.show_denied(error)

        self.ask(self.store, "denied", lambda store: store.users.me(), got)

    def show_denied(self, error: Denied) -> None:
        """Say that something is not permitted; what the user may do is known."""
        self.show_failure(error)

    def show_failure(self, error: CrmError) -> None:
        """Say what went wrong; the screen stays as it is."""
        if isinstance(error, Offline | Away | NotSignedIn) and self._is_said_just_now(str(error)):
            return
        title = _TITLES.get(type(error))
        severity = "error" if isinstance(error, Corrupt | Unavailable) else "warning"
        self.notify(clean(str(error)), title=title or "", severity=cast(Any, severity), markup=False)

    def _is_said_just_now(self, sentence: str) -> bool:
        """Whether the same was said a moment ago: what a card reads in several questions fails as often."""
        before, self._said = self._said, (sentence, monotonic())
        return before[0] == sentence and self._said[1] - before[1] < _MOMENT

    def on_command_target_command_refused(self, event: CommandTarget.CommandRefused) -> None:
        event.stop()
        self.notify(f"{event.command.label}: {clean(event.reason)}", markup=False)

    # -- copying and opening --------------------------------------------------------------------------------------

    def offer_copy(self, values: Sequence[Copy]) -> None:
        """Copy the value, or ask which of several."""
        self._offer_values("Copy", values, self.app.copy_to_clipboard)

    def offer_links(self, values: Sequence[Copy]) -> None:
        """Open the link, or ask which of several."""
        self._offer_values("Open", values, self.app.open_url)

    def _offer_values(self, title: str, values: Sequence[Copy], use: Callable[[str], None]) -> None:
        if not values:
            self.notify(f"There is nothing to {title.lower()} here.", markup=False)
        elif len(values) == 1:
            use(values[0].value)
        else:
            choices = [Choice(str(place), value.label, value.value) for place, value in enumerate(values)]

            def chosen(place: str | None) -> None:
                if place is not None:
                    use(values[int(place)].value)

            self.app.push_screen(ChooseDialog(title, choices), chosen)

    # -- commands that work anywhere ------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "app.last_view":
            return self.session.has_last_view or "no other view was open yet"
        if command_id == "app.registries":
            return self.session.may(Action.EDIT, Kind.REGISTRY)
        if command_id == "app.stores":
            return self.session.stores is not None or "this program was started for this store alone"
        return super().availability(command_id)

    def do_app_find(self) -> None:
        from crm_tui.screens.dialogs.find import FindDialog

        self.app.push_screen(FindDialog(self.session), self._found)

    def _found(self, hit: Hit | None) -> None:
        if hit is not None:
            self.session.open_hit(hit)

    def do_app_help(self) -> None:
        lines = explained_here(self)
        explained = [Choice(f"explained {place}", *line, group="Figures") for place, line in enumerate(lines)]
        limits = dict.fromkeys(filter(None, (self.session.case_limit, self.session.list_limit)))
        words = "Your permissions might limit the data shown: some of it may be left out."
        explained += [Choice(each, f"Limited by {each}", words, group="Your permissions") for each in limits]
        self._offer(_CommandDialog("Help", [*command_choices(self._states(), grouped=True), *explained]))

    def do_app_palette(self) -> None:
        choices = command_choices(self._states())
        self._offer(_CommandDialog("Commands", choices, search=True, placeholder="What to do"))

    def _states(self) -> list[CommandState]:
        return commands_here(self, self.keys)

    def offer_commands(self, title: str, states: Sequence[CommandState], words: Mapping[str, str]) -> None:
        """Offer some commands in a menu, disabled ones with the reason; ``words`` replace labels of the table."""
        choices = [choice._replace(label=words.get(choice.id, choice.label)) for choice in command_choices(states)]
        self._offer(_CommandDialog(title, choices))

    def _offer(self, dialog: ChooseDialog) -> None:
        states = {state.command.id: state for state in self._states()}

        async def chosen(command_id: str | None) -> None:
            if command_id in states:
                await states[command_id].run()

        self.app.push_screen(dialog, chosen)

    def do_app_drafts(self) -> None:
        from crm_tui.screens.dialogs.drafts import offer_drafts

        offer_drafts(self, asked=True)

    def do_app_registries(self) -> None:
        from crm_tui.screens.registries import RegistriesScreen

        self.app.push_screen(RegistriesScreen(self.session))

    def do_app_users(self) -> None:
        from crm_tui.screens.users import UsersScreen

        self.app.push_screen(UsersScreen(self.session))

    def do_app_theme(self) -> None:
        choices = [Choice(name, name, note) for name, note in self.session.themes()]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.app.theme = name

        self.app.push_screen(ChooseDialog("Theme", choices, current=self.app.theme), chosen)

    def do_app_stores(self) -> None:
        from crm_tui.screens.dialogs.stores import choose_store

        choose_store(self)

    def do_app_redraw(self) -> None:
        self.session.redraw()

    def do_go_customers(self) -> None:
        self.session.open_list("customers")

    def do_go_contacts(self) -> None:
        self.session.open_list("contacts")

    def do_go_mine(self) -> None:
        self.session.open_list("mine")

    def do_go_duplicates(self) -> None:
        self.session.open_list("duplicates")

    def do_app_back(self) -> None:
        """The first screen has nothing behind it; others override this."""

    def leave(self) -> None:
        """Show what it lies over. One that was left already stays so, and nothing else is."""
        if self.app.screen is self:
            self.app.pop_screen()

    def do_app_last_view(self) -> None:
        self.session.last_view()

    def do_app_quit(self) -> None:
        self.app.exit()
