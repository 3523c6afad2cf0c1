"""A user: who they are, what they may do, and where they stand in the organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from crm_tui.domain.emails import check_email
from crm_tui.domain.permissions import Reach, may_hand_over, reaches
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.users import NewUser, StoredProfile, User, UserChange, standings
from crm_tui.screens.dialogs.changeable import changeable
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, user_options, value_options
from crm_tui.screens.dialogs.granting import ANOTHERS, check_granted
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.store.settings import Actor
from crm_tui.widgets.cells import cell
from crm_tui.widgets.field import Field, TextField
from crm_tui.widgets.fixed_field import FixedField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import Option, PickField

#: the program that runs knows its user by the login
_IN_USE = "in use: crm-tui users change"


class _Around(NamedTuple):
    """What a user is chosen from, and who chooses. ``no_login`` says why they may not change the login."""

    me: Actor
    no_login: str
    users: Sequence[User]
    profiles: Mapping[int, StoredProfile]
    units: Sequence[RegistryValue]


class UserForm(FormDialog[User]):
    """What would change one's own permissions, or hand over what one does not see, is shown and fixed (rule 18)."""

    FORM = "user"
    UNDOABLE = False
    CREATES = {"business_unit": RegistryKind.BUSINESS_UNIT}

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        entity = store.users.get(about.entity) if about.entity is not None else None
        me, users, profiles = store.users.me(), store.users.list(inactive=True), store.users.profiles()
        around = _Around(
            me,
            _why_login_stays(entity, me, reaches(standings(users, profiles))),
            users,
            {each.id: each for each in profiles},
            store.registries.list(RegistryKind.BUSINESS_UNIT),
        )
        return Materials(entity, {user.id: user.name for user in users}, around)

    @property
    def around(self) -> _Around:
        """What the fields choose from."""
        found: _Around = self.materials.more
        return found

    def rows(self) -> Iterable[FormRow]:
        around, fixed = self.around, ANOTHERS if self._is_own() else ""
        yield FormRow(TextField("name", "Name", required=True))
        yield FormRow(self._login())
        yield FormRow(TextField("email", "E-mail", check=_checked_email))
        profiles = [Option(each.id, each.profile.name) for each in around.profiles.values()]
        units = value_options(around.units)
        yield FormRow(self._choice("profile", "Profile", profiles, fixed, required=True))
        yield FormRow(
            self._choice("business_unit", "Business unit", units, fixed, creates=self.creates("business_unit"))
        )
        others = [each for each in user_options(around.users) if self.entity is None or each.id != self.entity.id]
        yield FormRow(PickField("superior", "Superior", others))

    def _is_own(self) -> bool:
        return self.entity is not None and self.entity.id == self.around.me.user.id

    def _login(self) -> Field:
        if self.around.no_login and self.entity is not None:
            return FixedField("login", "Login", shown=cell(self.entity.login), hint=self.around.no_login)
        return TextField("login", "Login", required=True, hint="as the system knows them")

    def _choice(self, name: str, label: str, options: Sequence[Option], fixed: str, **more: Any) -> Field:
        if not fixed:
            return PickField(name, label, options, **more)
        chosen = getattr(self.entity, name)
        words = next((option.name for option in options if option.id == chosen), "–")
        return FixedField(name, label, shown=cell(words), hint=fixed)

    def name_of(self) -> str:
        return self.entity.name if self.entity is not None else ""

    def values_of(self, entity: User) -> dict[str, Any]:
        return {name: getattr(entity, name) for name in self.form.fields}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> User:
        if "profile" in changed:
            check_granted(self.around.me.profile, self.around.profiles[changed["profile"]].profile, "profile")
        if self.entity is not None:
            change = UserChange(**changeable(UserChange, changed))
            return store.users.update(self.entity.id, self.revision, change)
        return store.users.create(NewUser(**values))


def _why_login_stays(user: User | None, me: Actor, reach: Mapping[int, Reach]) -> str:
    """Why a login can't be changed here; empty if it can."""
    if user is None:
        return ""
    if user.id == me.user.id:
        return _IN_USE
    return "" if may_hand_over(reach[me.user.id], reach[user.id]) else "may see cases that you don't"


def _checked_email(typed: str) -> str:
    check_email("email", typed)
    return ""
