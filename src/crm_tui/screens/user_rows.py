"""Users and profiles as rows, and the one under the cursor in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crm_tui.domain.normalise import fold
from crm_tui.domain.permission_words import Holder, in_sentences
from crm_tui.domain.permissions import Profile, Reach, may_reach, reaches, subordinates_of
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import StoredProfile, User, standings
from crm_tui.store.port import Store
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.facts import Fact, whole
from crm_tui.widgets.rows import Row

#: names that a sentence lists; of more it says how many
_MOST_NAMED = 4


class People(NamedTuple):
    """All users, profiles and the names of the units, as they are stored, and what each user may do and see."""

    users: Sequence[User] = ()
    profiles: Sequence[StoredProfile] = ()
    units: Mapping[int, str] = {}
    reach: Mapping[int, Reach] = {}

    @classmethod
    def read(cls, store: Store) -> People:
        """Read them; inactive users, too."""
        units = store.registries.list(RegistryKind.BUSINESS_UNIT)
        users, profiles = store.users.list(inactive=True), store.users.profiles()
        return cls(users, profiles, {unit.id: unit.name for unit in units}, reaches(standings(users, profiles)))

    def user(self, key: int | None) -> User | None:
        """One of the users."""
        return next((each for each in self.users if each.id == key), None)

    def profile(self, key: int) -> StoredProfile | None:
        """One of the profiles."""
        return next((each for each in self.profiles if each.id == key), None)

    def may_change(self, me: int, user: User) -> Availability:
        """Whether I may change somebody: not who has more than I have, by their profile or their place."""
        if me not in self.reach or user.id not in self.reach:
            return True  # they are being read
        missing = may_reach(self.reach[me], self.reach[user.id]).missing
        return missing is None or f"{user.name} may do or see more than you: you lack “{missing}”"

    def having(self, profile: int) -> list[User]:
        """Who has a profile."""
        return [each for each in self.users if each.profile == profile]


def user_rows(people: People, me: int | None, text: str, *, inactive: bool) -> list[Row]:
    """The users by name, without inactive ones unless wanted; only those of whom a text tells something."""
    words = fold(text).split()
    by_id = {user.id: user for user in people.users}
    rows = []
    for user in people.users:
        if not (user.is_active or inactive):
            continue
        profile, superior = people.profile(user.profile), by_id.get(user.superior or 0)
        unit = people.units.get(user.business_unit, "") if user.business_unit is not None else ""
        shown = (
            user.name,
            user.login,
            profile.profile.name if profile else "",
            superior.name if superior else "",
            unit,
        )
        if all(word in fold(f"{' '.join(shown)} {user.email or ''}") for word in words):
            rows.append(Row(str(user.id), (*shown, _state(user, me)), "" if user.is_active else "muted"))
    return rows


def _state(user: User, me: int | None) -> Cell:
    if not user.is_active:
        return cell(("○ inactive", "italic"))
    return cell(("you", "muted")) if user.id == me else EMPTY


def profile_rows(people: People) -> list[Row]:
    """The profiles in the order they were added, with how many users have each."""
    numbers = Counter(user.profile for user in people.users)
    return [Row(str(each.id), _profile_cells(each.profile, numbers[each.id])) for each in people.profiles]


def _profile_cells(profile: Profile, users: int) -> tuple[Cell | str, ...]:
    deletes = cell((", delete", "muted")) if profile.delete_customers else EMPTY
    admin = cell("yes") if profile.admin else EMPTY
    number = str(users) if users else cell(("–", "faint"))
    return profile.name, cell(profile.customers.value, deletes), profile.projects.value, admin, number


def about_user(people: People, user: User) -> list[Fact]:
    """What a user may do, with the names of their unit and of those below them."""
    profile = people.profile(user.profile)
    if profile is None:
        return []
    subordinates = subordinates_of(user.id, {each.id: each.superior for each in people.users})
    below = [each.name for each in people.users if each.id in subordinates]
    if len(below) > _MOST_NAMED:
        below = [*below[: _MOST_NAMED - 1], f"{len(below) - _MOST_NAMED + 1} more below"]
    unit = people.units.get(user.business_unit) if user.business_unit is not None else None
    state = EMPTY if user.is_active else cell("  ", ("○ inactive, works with nothing", "italic"))
    head = cell((user.name, "name"), "  ", (user.email or "", "muted"), state)
    superior = people.user(user.superior)
    place = " · ".join(filter(None, (unit, f"below {superior.name}" if superior else "")))
    placed = [Fact("Stands", place or cell(("in no unit, below nobody", "muted")), wrap=True)]
    return [whole(head), *placed, *_sentences(profile.profile, Holder(user.name, unit, below))]


def about_profile(people: People, profile: StoredProfile) -> list[Fact]:
    """What a profile allows, and who has it."""
    names = [user.name for user in people.having(profile.id)]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    who = f"{', '.join(names[:_MOST_NAMED])}{more}" if names else "nobody"
    head = cell((profile.profile.name, "name"), "  ", (f"of {who}", "muted"))
    return [whole(head), *_sentences(profile.profile, Holder())]


def _sentences(profile: Profile, holder: Holder) -> list[Fact]:
    return [Fact(each.subject, each.words, wrap=True) for each in in_sentences(profile, holder)]
