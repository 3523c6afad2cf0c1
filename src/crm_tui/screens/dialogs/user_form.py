"""A user: who they are, what they may do, and where they stand in the organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from crm_tui.domain.permissions import may_grant
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.users import NewUser, StoredProfile, User, UserChange
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


class _Around(NamedTuple):
    """What a user is chosen from, and who chooses."""

    me: Actor
    users: Sequence[User]
    profiles: Mapping[int, StoredProfile]
    units: Sequence[RegistryValue]


class UserForm(FormDialog[User]):
    """What would change one's own permissions, or those of who may do more, is shown and fixed (rule 18)."""

    FORM = "user"
    UNDOABLE = False
    CREATES = {"business_unit": RegistryKind.BUSINESS_UNIT}

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        entity = store.users.get(about.entity) if about.entity is not None else None
        users = store.users.list(inactive=True)
        around = _Around(
            store.users.me(),
            users,
            {each.id: each for each in store.users.profiles()},
            store.registries.list(RegistryKind.BUSINESS_UNIT),
        )
        return Materials(entity, {user.id: user.name for user in users}, around)

    @property
    def around(self) -> _Around:
        """What the fields choose from."""
        found: _Around = self.materials.more
        return found

    def rows(self) -> Iterable[FormRow]:
        around, fixed = self.around, self._why_fixed()
        yield FormRow(TextField("name", "Name", required=True))
        yield FormRow(self._login(fixed))
        yield FormRow(TextField("email", "E-mail"))
        profiles = [Option(each.id, each.profile.name) for each in around.profiles.values()]
        units = value_options(around.units)
        yield FormRow(self._choice("profile", "Profile", profiles, fixed, required=True))
        yield FormRow(
            self._choice(
                "business_unit", "Business unit", units, fixed if self._is_own() else "",
                creates=self.creates("business_unit"),
            )
        )  # fmt: skip
        others = [each for each in user_options(around.users) if self.entity is None or each.id != self.entity.id]
        yield FormRow(PickField("superior", "Superior", others))

    def _is_own(self) -> bool:
        return self.entity is not None and self.entity.id == self.around.me.user.id

    def _why_fixed(self) -> str:
        """Why login and profile can't be changed; empty if they can."""
        if self.entity is None:
            return ""
        if self._is_own():
            return ANOTHERS
        had = self.around.profiles[self.entity.profile].profile
        return "" if may_grant(self.around.me.profile, had) else "may do more than you"

    def _login(self, fixed: str) -> Field:
        """The program that runs knows its user by the login."""
        if fixed and self.entity is not None:
            return FixedField("login", "Login", shown=cell(self.entity.login), hint=fixed)
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
