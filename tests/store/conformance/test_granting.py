"""Rule 18: an administrator of lesser sight gives nobody, by no way, what they don't see, and takes from nobody what
they could not give back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import UNSET
from msgspec.structs import replace
from tests.store.conftest import AsUser, Value

from crm_tui.domain.cases import NewCase
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, NotFound, OwnPermissions
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser, User, UserChange
from crm_tui.store.history import ImportItem, Outcome
from crm_tui.store.port import Store

P = ProjectLevel
UNIT = RegistryKind.BUSINESS_UNIT


def user_of(store: Store) -> User:
    return store.users.me().user


def changed(store: Store, user: User, change: UserChange) -> User:
    return store.users.update(user.id, store.users.get(user.id).revision, change)


def row(user: User, superior: str | None = None) -> ImportItem:
    """A user as a file has them, known to it by their login."""
    refs: dict[str, str | tuple[str, ...]] = {"superior": superior} if superior else {}
    fields = {"name": user.name, "login": user.login}
    return ImportItem(kind=Kind.USER, external_ref=user.login, fields=fields, refs=refs, line=1)


@pytest.fixture
def secret(store: Store) -> Callable[..., int]:
    """``secret(owner=…, members=…)``: a case with money in it."""
    customer = store.customers.create(NewCustomer(name="Acme")).id

    def make(**fields: object) -> int:
        new = NewCase(customer=customer, name="Secret", expected_value=123_456)
        return store.cases.create(replace(new, **fields)).id

    return make


def test_a_profile_is_not_raised_over_who_stands_elsewhere(
    store: Store, as_user: AsUser, value: Value, secret: Callable[..., int]
) -> None:
    own, other = value(UNIT, "Marine"), value(UNIT, "Energy")
    case = secret(business_unit=other)
    lesser = as_user("lesser", projects=P.UNIT, admin=True, business_unit=own)
    low = lesser.users.create_profile(Profile(name="X", customers=CustomerLevel.ALL, projects=P.MEMBER))
    lesser.users.create(NewUser(name="Mallory", login="mallory", profile=low.id, business_unit=other))
    with pytest.raises(Denied, match=r"let Mallory see what you don't see.*projects: all"):
        lesser.users.update_profile(low.id, low.revision, replace(low.profile, projects=P.UNIT))
    with pytest.raises(NotFound):
        store.acting_as("mallory").cases.get(case)
    raised = lesser.users.update_profile(low.id, low.revision, replace(low.profile, projects=P.MANAGER))
    assert raised.profile.projects is P.MANAGER


def test_nor_over_who_has_others_below_them(store: Store, as_user: AsUser) -> None:
    lesser = as_user("lesser", projects=P.MANAGER, admin=True)
    low = lesser.users.create_profile(Profile(name="X", customers=CustomerLevel.ALL, projects=P.MEMBER))
    carol = lesser.users.create(NewUser(name="Carol", login="carol", profile=low.id))
    victim = user_of(as_user("victim", projects=P.MEMBER))
    changed(lesser, victim, UserChange(superior=carol.id))
    with pytest.raises(Denied, match="let Carol see"):
        lesser.users.update_profile(low.id, low.revision, replace(low.profile, projects=P.MANAGER))


def test_a_level_that_comes_after_the_subordinates_is_refused(
    store: Store, as_user: AsUser, secret: Callable[..., int]
) -> None:
    lesser = as_user("lesser", projects=P.MANAGER, admin=True)
    carol, victim = (user_of(as_user(login, projects=P.MEMBER)) for login in ("carol", "victim"))
    case = secret(owner=victim.id, members=(carol.id,))
    manager = lesser.users.create_profile(Profile(name="M", customers=CustomerLevel.ALL, projects=P.MANAGER))
    changed(lesser, victim, UserChange(superior=carol.id))
    with pytest.raises(Denied, match=r"let Carol see what you don't see.*projects: all"):
        changed(lesser, carol, UserChange(profile=manager.id))
    assert store.acting_as("carol").cases.get(case).expected_value is UNSET
    changed(lesser, victim, UserChange(superior=None))
    assert changed(lesser, carol, UserChange(profile=manager.id)).profile == manager.id


def test_nobody_takes_over_the_login_of_who_sees_other_cases(store: Store, as_user: AsUser, value: Value) -> None:
    """Not of a peer in another unit, and not of one in the same: they are named on cases of their own."""
    own, other = value(UNIT, "Marine"), value(UNIT, "Energy")
    lesser = as_user("lesser", projects=P.UNIT, admin=True, business_unit=own)
    there, here = (
        user_of(as_user(login, projects=P.UNIT, business_unit=unit))
        for login, unit in (("there", other), ("here", own))
    )
    none = user_of(as_user("none", projects=P.NONE))
    changed(lesser, user_of(lesser), UserChange(login="lesser2"))
    lesser = store.acting_as("lesser2")
    with pytest.raises(Denied, match=r"change There, who may do or see more than you.*projects: all"):
        changed(lesser, there, UserChange(login="lesser"))
    with pytest.raises(Denied, match=r"change the login of Here, who may see cases that you don't.*projects: all"):
        changed(lesser, here, UserChange(login="lesser"))
    assert changed(lesser, here, UserChange(name="Here H", email="here@example.org")).name == "Here H"
    assert changed(lesser, none, UserChange(login="lesser")).login == "lesser"
    assert changed(store, there, UserChange(login="elsewhere")).login == "elsewhere"


def test_nobody_shows_their_superior_what_they_don_t_see(
    store: Store, as_user: AsUser, secret: Callable[..., int]
) -> None:
    lesser = as_user("lesser", projects=P.MANAGER_WITHOUT_MONEY, admin=True)
    friend = as_user("friend", projects=P.MANAGER)
    case = secret(owner=user_of(lesser).id, members=(user_of(friend).id,))
    with pytest.raises(Denied, match=r"projects: manager”"):
        changed(lesser, user_of(lesser), UserChange(superior=user_of(friend).id))
    assert friend.cases.get(case).expected_value is UNSET
    manager = as_user("manager", projects=P.MANAGER, admin=True)
    below = changed(manager, user_of(manager), UserChange(superior=user_of(friend).id))
    assert below.superior == user_of(friend).id


def test_nobody_lets_go_of_who_is_below_them(store: Store, as_user: AsUser) -> None:
    """It would change what they see themselves."""
    lesser = as_user("lesser", projects=P.MANAGER, admin=True)
    below = user_of(as_user("below", projects=P.MEMBER, superior=user_of(lesser).id))
    with pytest.raises(OwnPermissions, match="change what you may see: nobody changes their own permissions"):
        changed(lesser, below, UserChange(superior=None))
    assert changed(store, below, UserChange(superior=None)).superior is None


def test_from_who_sees_more_nothing_is_taken(store: Store, as_user: AsUser, value: Value) -> None:
    marine = value(UNIT, "Marine")
    low = as_user("low", customers=CustomerLevel.READ, projects=P.NONE, admin=True)
    boss = user_of(as_user("boss", projects=P.UNIT, business_unit=marine))
    below = user_of(as_user("below", customers=CustomerLevel.READ, projects=P.NONE, superior=boss.id))
    for change in (
        UserChange(business_unit=None),
        UserChange(superior=low.users.me().user.id),
        UserChange(name="Hacked"),
        UserChange(email="evil@example.org"),
        UserChange(is_active=False),
    ):
        with pytest.raises(Denied, match="change Boss, who may do or see more than you"):
            changed(low, boss, change)
    with pytest.raises(Denied, match="change what Boss, who may do or see more than you, sees"):
        changed(low, below, UserChange(superior=None))
    assert store.users.get(boss.id) == boss
    admin = user_of(store)
    with pytest.raises(Denied, match="customers: all"):
        changed(low, admin, UserChange(name="Hacked"))
    assert changed(low, below, UserChange(name="Below B", email="b@example.org")).name == "Below B"


def test_a_profile_of_who_stands_elsewhere_is_not_lowered(store: Store, as_user: AsUser, value: Value) -> None:
    own, other = value(UNIT, "Marine"), value(UNIT, "Energy")
    lesser = as_user("lesser", projects=P.UNIT, admin=True, business_unit=own)
    as_user("there", projects=P.UNIT, business_unit=other)
    theirs = next(p for p in store.users.profiles() if p.profile.name == "profile of there")
    with pytest.raises(Denied, match="change what There, who may do or see more than you, sees"):
        lesser.users.update_profile(theirs.id, theirs.revision, replace(theirs.profile, projects=P.MEMBER))


def test_a_unit_s_cases_are_moved_only_by_who_sees_all(
    store: Store, as_user: AsUser, value: Value, secret: Callable[..., int]
) -> None:
    """Others of the unit that they go to would see them, and those of the one that they leave no more."""
    own, other, third = (value(UNIT, name) for name in ("Marine", "Energy", "Rail"))
    case = secret(business_unit=other)
    friend = as_user("friend", projects=P.UNIT, business_unit=third)
    lesser = as_user("lesser", projects=P.UNIT, admin=True, business_unit=own)
    with pytest.raises(Denied, match=r"move the users and cases of Energy.*projects: all"):
        lesser.registries.delete(other, 1, third)
    with pytest.raises(NotFound):
        friend.cases.get(case)
    store.registries.delete(other, 1, third)
    assert friend.cases.get(case).expected_value == 123_456


@pytest.fixture
def imported(store: Store) -> Callable[..., User]:
    """``imported("victim", P.MEMBER)``: a user from a file, who was given a level then."""

    def make(login: str, projects: P) -> User:
        run = store.imports.begin("people.csv")
        new = ImportItem(kind=Kind.USER, external_ref=login, fields={"name": login.title(), "login": login}, line=1)
        store.imports.write(run, [new])
        store.imports.finish(run)
        user = next(each for each in store.users.list() if each.login == login)
        name, customers = f"profile of {login}", CustomerLevel.ALL
        profile = store.users.create_profile(Profile(name=name, customers=customers, projects=projects))
        return changed(store, user, UserChange(profile=profile.id))

    return make


def test_an_import_gives_nothing_either(store: Store, as_user: AsUser, imported: Callable[..., User]) -> None:
    lesser = as_user("lesser", projects=P.MANAGER, admin=True)
    imported("friend", P.MANAGER)
    victim = imported("victim", P.MEMBER)
    refused, *_ = lesser.imports.write(lesser.imports.begin("people.csv"), [row(victim, "friend")])
    assert refused.outcome is Outcome.REFUSED
    assert "let Friend see what you don't see" in refused.reason
    assert store.users.get(victim.id).superior is None


def test_an_import_of_users_is_taken_back_under_the_same_rule(
    store: Store, as_user: AsUser, imported: Callable[..., User]
) -> None:
    """What a fuller administrator took from somebody, a lesser one does not give back by undoing that import."""
    imported("friend", P.MANAGER)
    other, victim = imported("other", P.MEMBER), imported("victim", P.MEMBER)
    before, after = (store.imports.begin("people.csv") for _ in range(2))
    store.imports.write(before, [row(victim, "friend")])
    store.imports.finish(before)
    store.imports.write(after, [row(victim, "other"), row(replace(other, name="Another"))])
    store.imports.finish(after)
    lesser = as_user("lesser", projects=P.MANAGER, admin=True)
    report = lesser.imports.undo(after)
    assert report.restored == 1
    assert any("Victim" in kept and "let Friend see" in kept for kept in report.kept)
    assert store.users.get(victim.id).superior == other.id
    assert store.users.get(other.id).name == "Other"


def test_an_undo_moves_nobody_to_where_the_actor_sees_nothing(store: Store, as_user: AsUser, value: Value) -> None:
    """A unit was replaced by somebody who saw all then."""
    own, other, third = (value(UNIT, name) for name in ("Marine", "Energy", "Rail"))
    friend = user_of(as_user("friend", projects=P.UNIT, business_unit=other))
    lesser = as_user("lesser", projects=P.ALL, admin=True, business_unit=own)
    lesser.registries.delete(other, 1, third)
    profile = next(p for p in store.users.profiles() if p.profile.name == "profile of lesser")
    store.users.update_profile(profile.id, profile.revision, replace(profile.profile, projects=P.UNIT))
    with pytest.raises(Denied, match=r"projects: all"):
        lesser.history.undo()
    assert store.users.get(friend.id).business_unit == third
