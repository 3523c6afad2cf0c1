"""Users and profiles: who works here, and what they may do. All may look; administrators change it (rule 18)."""

from __future__ import annotations

from crm_tui.domain.entities import Kind
from crm_tui.domain.normalise import fold, fold_char
from crm_tui.domain.permissions import ANOTHER_ADMINISTRATOR, Action, Decision, may_change_profile
from crm_tui.domain.users import StoredProfile, User, UserChange
from crm_tui.screens.dialogs.form_dialog import About, Saved
from crm_tui.screens.managing import ManagedPanel, ManagingScreen
from crm_tui.screens.session import Session
from crm_tui.screens.user_rows import People, about_profile, about_user, profile_rows, user_rows
from crm_tui.store.settings import Actor
from crm_tui.text import clean
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Facts
from crm_tui.widgets.filter_line import FilterLine
from crm_tui.widgets.header_line import HeaderLine
from crm_tui.widgets.panel_columns import PanelColumns, Slot, side
from crm_tui.widgets.virtual_table import VirtualTable

_USERS = (
    Column("name", "Name", width=12, most=24, flex=1, match=True),
    Column("login", "Login", width=6, most=12, match=True),
    Column("profile", "Profile", width=13, most=16, match=True),
    Column("superior", "Superior", width=8, most=24, drop=2, style="muted", match=True),
    Column("unit", "Business unit", width=13, most=32, flex=1, drop=1, style="muted", match=True),
    Column("state", width=3, most=10, style="muted"),
)
_PROFILES = (
    Column("name", "Profile", width=8, most=20, flex=2),
    Column("customers", "Customers", width=11),
    Column("projects", "Projects", width=8, most=21, flex=1),
    Column("admin", "Admin", width=5, style="muted"),
    Column("users", "Users", width=5, align="right"),
)
#: rows of a list that stay in sight above what is said of one
_LEAST_ROWS = 5


class _AboutPanel(ManagedPanel):
    """Says much of what is under the cursor, and leaves some rows of the table in sight."""

    def on_resize(self) -> None:
        self.said.styles.max_height = max(1, self.outer_size.height - 4 - _LEAST_ROWS)


class UsersScreen(ManagingScreen):
    """Users on the left, profiles on the right."""

    COMMAND_IDS = (
        "list.add",
        "list.edit",
        "list.activate",
        "list.delete",
        "list.history",
        "list.reload",
        "list.inactive",
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._people = People()
        self._inactive = False
        self._wanted = ""
        self._header = HeaderLine()
        self._filter = FilterLine("name, login, profile or unit", key=self.key("list.filter"))
        self._users = VirtualTable(_USERS, fold=fold_char, cursor_always=True, empty=cell(("Loading…", "muted")))
        self._profiles = VirtualTable(_PROFILES, cursor_always=True, empty=cell(("Loading…", "muted")))
        self._user_panel = self._filtered = _AboutPanel("Users", self._users, _about(), self._filter, id="users")
        self._profile_panel = _AboutPanel("Profiles", self._profiles, _about(), id="profiles")
        self._columns = PanelColumns(
            self._user_panel, self._profile_panel, two=side(Slot("users", share=6), Slot("profiles", share=5))
        )

    def on_mount(self) -> None:
        self._header.show_place("Users & profiles", cell(("who works here, and what they may do", "muted")))
        self._columns.focus_panel(self._user_panel)
        self.reread()

    # -- showing ---------------------------------------------------------------------------------------------------

    def reread(self) -> None:
        self.remember_pulse()
        self.ask(self.store, "people", People.read, self._got)

    def _got(self, people: People) -> None:
        self._people = people
        self._show()

    def _got_actor(self, actor: Actor) -> None:
        super()._got_actor(actor)
        self._show()

    def _show(self) -> None:
        people, me = self._people, self.session.actor
        gone = sum(not user.is_active for user in people.users)
        self._users.set_match(fold(self._filter.text).split())
        rows = user_rows(people, me.user.id if me else None, self._filter.text, inactive=self._inactive)
        self._users.set_empty(cell(("Nobody is called so." if people.users else "Loading…", "muted")))
        self._users.set_rows(rows)
        self._profiles.set_rows(profile_rows(people))
        self._move_to_wanted()
        number = len(people.users) - (0 if self._inactive else gone)
        self._filter.set_count(cell((f"of {number}", "muted")))
        self._user_panel.set_title(count=number or "")
        self._profile_panel.set_title(count=len(people.profiles) or "")
        hidden = cell((self.key("list.inactive"), "key"), (f" {gone} inactive hidden", "muted"))
        self._user_panel.set_foot(join([self._keys("list.activate"), EMPTY if self._inactive or not gone else hidden]))
        self._profile_panel.set_foot(self._keys("list.delete"))
        self._show_about()

    def _keys(self, command_id: str) -> Cell:
        """The key of what the footer has no room for, for who may."""
        if self.session.may(Action.EDIT, Kind.USER) is not True:
            return EMPTY
        word = {"list.activate": "in/activate", "list.delete": "delete"}[command_id]
        return cell((self.key(command_id), "key"), (f" {word}", "muted"))

    def _move_to_wanted(self) -> None:
        table = self._users if self._in_users else self._profiles
        if self._wanted and table.move_to_id(self._wanted):
            self._wanted = ""

    def _show_about(self) -> None:
        user, profile = self._user_under, self._profile_under
        self._user_panel.said.set_facts(about_user(self._people, user) if user else [])
        self._profile_panel.said.set_facts(about_profile(self._people, profile) if profile else [])
        self.refresh_bindings()

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self._show_about()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.call_later(self.run_command, "list.edit")

    @property
    def _in_users(self) -> bool:
        return self._columns.opened is self._user_panel

    @property
    def _user_under(self) -> User | None:
        row = self._users.cursor_row
        return self._people.user(int(row.id)) if row is not None else None

    @property
    def _profile_under(self) -> StoredProfile | None:
        row = self._profiles.cursor_row
        return self._people.profile(int(row.id)) if row is not None else None

    # -- moving ----------------------------------------------------------------------------------------------------

    def do_app_back(self) -> None:
        self.leave()

    def do_app_users(self) -> None:
        """They are open."""

    def do_list_reload(self) -> None:
        self.read_actor()
        self.reread()

    def do_list_inactive(self) -> None:
        self._inactive = not self._inactive
        self._show()

    def show_filtered(self) -> None:
        self._show()

    # -- what can be done ------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "app.users":
            return "they are open"
        if command_id == "list.add":
            return self.session.may(Action.ADD, Kind.USER if self._in_users else Kind.PROFILE)
        if command_id == "list.inactive" and not self._in_users:
            return "profiles are never inactive"
        if command_id in ("list.edit", "list.activate", "list.delete", "list.history"):
            return self._of_user(command_id) if self._in_users else self._of_profile(command_id)
        return super().availability(command_id)

    def _of_user(self, command_id: str) -> Availability:
        user, me = self._user_under, self.session.actor
        if user is None:
            return "there is nobody under the cursor"
        if command_id == "list.history":
            return True
        if command_id == "list.delete":
            return f"users stay, since their names stand on what they did; {self.key('list.activate')} makes inactive"
        allowed = self.session.may(Action.EDIT, Kind.USER)
        if allowed is not True or me is None:
            return allowed
        if user.id == me.user.id:
            return command_id == "list.edit" or _in_words(Decision(ANOTHER_ADMINISTRATOR))
        return self._people.may_change(me.user.id, user)

    def _of_profile(self, command_id: str) -> Availability:
        stored, me = self._profile_under, self.session.actor
        if stored is None:
            return "there is no profile under the cursor"
        if command_id == "list.history":
            return True
        if command_id == "list.activate":
            return f"profiles are never inactive; {self.key('list.delete')} deletes one that nobody has"
        allowed = self.session.may(Action.EDIT, Kind.PROFILE)
        if allowed is not True or me is None:
            return allowed
        able = _in_words(may_change_profile(me.profile, stored.profile, stored.profile))
        having = len(self._people.having(stored.id))
        if able is True and command_id == "list.delete" and having:
            return f"{having} {'user has' if having == 1 else 'users have'} it: give them another one first"
        return able

    # -- doing it --------------------------------------------------------------------------------------------------

    def do_list_add(self) -> None:
        self._open(None)

    def do_list_edit(self) -> None:
        under = self._user_under if self._in_users else self._profile_under
        if under is not None:
            self._open(under.id)

    def _open(self, key: int | None) -> None:
        self.open_form("user" if self._in_users else "profile", About(None, key), self._saved)

    def _saved(self, saved: Saved) -> None:
        self._wanted = str(saved.entity)
        self.read_actor()
        self.reread()

    def do_list_activate(self) -> None:
        user = self._user_under
        if user is not None:
            active = not user.is_active
            word = "is active again" if active else "is inactive: what they did stays, and they do no more"
            self.change(
                lambda store: store.users.update(user.id, user.revision, UserChange(is_active=active)),
                f"{user.name} {word}",
                undoable=False,
            )

    def do_list_delete(self) -> None:
        stored = self._profile_under
        if stored is None:
            return
        name = stored.profile.name

        def answered(delete: bool | None) -> None:
            if delete:
                self.change(
                    lambda store: store.users.delete_profile(stored.id, stored.revision),
                    f"The profile {name} is deleted",
                    undoable=False,
                )

        sentences = [f"The profile {clean(name)} will be deleted.", "Nobody has it.", "This can't be taken back."]
        self.app.push_screen(ConfirmDialog("Delete profile", sentences, self.session.keys, label="Delete"), answered)

    def do_list_history(self) -> None:
        from crm_tui.screens.dialogs.history import HistoryDialog

        user, stored = self._user_under, self._profile_under
        if self._in_users and user is not None:
            self.app.push_screen(HistoryDialog(self.session, user.name, Kind.USER, user.id))
        elif not self._in_users and stored is not None:
            self.app.push_screen(HistoryDialog(self.session, stored.profile.name, Kind.PROFILE, stored.id))


def _in_words(decision: Decision) -> Availability:
    """Rule 18 as the reason of a disabled command."""
    if decision.missing == ANOTHER_ADMINISTRATOR:
        return "nobody changes their own permissions; another administrator can"
    return True if decision else f"it allows more than you have: you lack “{decision.missing}”"


def _about() -> Facts:
    return Facts(focusable=False, label_width=15)
