"""A profile: its name, and what it allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from crm_tui.domain.errors import NotFound
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import StoredProfile
from crm_tui.screens.dialogs.choices import user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials
from crm_tui.screens.dialogs.granting import check_granted
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.widgets.field import TextField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import Option, PickField

_CUSTOMERS = {
    CustomerLevel.NONE: "sees none",
    CustomerLevel.READ: "sees them, adds activities and notes",
    CustomerLevel.EDIT: "changes them, adds files",
    CustomerLevel.ALL: "the same, with money in the list",
}
_PROJECTS = {
    ProjectLevel.NONE: "sees none",
    ProjectLevel.MEMBER: "as a member, no money",
    ProjectLevel.MANAGER_WITHOUT_MONEY: "as member, owner, sales person, no money",
    ProjectLevel.MANAGER: "the same, with money of own ones",
    ProjectLevel.UNIT: "the same, and all of the unit",
    ProjectLevel.ALL: "all, with all money",
}


class ProfileForm(FormDialog[StoredProfile]):
    """`more` of its materials is the profile of who edits it."""

    FORM = "profile"
    UNDOABLE = False

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        entity = None
        if about.entity is not None:
            entity = next((each for each in store.users.profiles() if each.id == about.entity), None)
            if entity is None:
                raise NotFound("profile", about.entity)
        return Materials(entity, user_names(store), store.users.me().profile)

    def rows(self) -> Iterable[FormRow]:
        customers = [Option(level.value, level.value, words) for level, words in _CUSTOMERS.items()]
        projects = [Option(level.value, level.value, words) for level, words in _PROJECTS.items()]
        yield FormRow(TextField("name", "Name", required=True))
        yield FormRow(PickField("customers", "Customers", customers, required=True))
        yield FormRow(TickField("delete_customers", "Delete customers"), label="")
        yield FormRow(PickField("projects", "Projects", projects, required=True, hint="sales cases, too"))
        yield FormRow(TickField("admin", "Manages users, profiles and registries"), label="Administrator")

    def name_of(self) -> str:
        return self.entity.profile.name if self.entity is not None else ""

    def fresh(self) -> dict[str, Any]:
        return {"customers": CustomerLevel.READ.value, "projects": ProjectLevel.NONE.value}

    def values_of(self, entity: StoredProfile) -> dict[str, Any]:
        values: dict[str, Any] = msgspec.to_builtins(entity.profile)
        return values

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> StoredProfile:
        profile = msgspec.convert(values, Profile)
        check_granted(self.materials.more, profile)
        if self.entity is None:
            return store.users.create_profile(profile)
        return store.users.update_profile(self.entity.id, self.revision, profile)
