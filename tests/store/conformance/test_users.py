"""Users, profiles, the organization and whose behalf a store acts on (rules 18, 19)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.store.conftest import AsUser, Value

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Conflict, Denied, Invalid, NotFound, OwnPermissions
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser, OrganizationChange, StoredProfile, UserChange
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store


def profile_named(store: Store, name: str) -> StoredProfile:
    return next(p for p in store.users.profiles() if p.profile.name == name)


def test_the_actor_knows_themselves(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER)
    me = vera.users.me()
    assert me.user.login == "vera"
    assert me.profile.customers is CustomerLevel.READ
    assert store.users.me().user.login == "admin"


def test_only_active_users_act(store: Store, as_user: AsUser) -> None:
    with pytest.raises(NotFound):
        store.acting_as("nobody")
    vera = as_user("vera")
    user = vera.users.me().user
    store.users.update(user.id, user.revision, UserChange(is_active=False))
    with pytest.raises(NotFound):
        store.acting_as("vera")
    with pytest.raises(NotFound):
        vera.customers.count(CustomerQuery())


def test_users_are_listed_by_name(store: Store, as_user: AsUser) -> None:
    for login in ("östen", "vera", "bo"):
        as_user(login)
    gone = as_user("gone").users.me().user
    store.users.update(gone.id, gone.revision, UserChange(is_active=False))
    assert [u.login for u in store.users.list()] == ["admin", "bo", "östen", "vera"]
    assert "gone" in [u.login for u in store.users.list(inactive=True)]
    assert store.acting_as("vera").users.get(gone.id).login == "gone"


def test_a_login_is_given_once_and_has_no_blanks(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera").users.me().user
    for login in ("admin", "a b", " "):
        with pytest.raises(Invalid) as refused:
            store.users.create(NewUser(name="New", login=login, profile=vera.profile))
        assert refused.value.field == "login"
        with pytest.raises(Invalid):
            store.users.update(vera.id, vera.revision, UserChange(login=login))


def test_nobody_is_called_almost_like_another(store: Store, as_user: AsUser) -> None:
    """A login or a profile in other letters, or in letters that only look the same, is taken for the other."""
    vera = as_user("straße").users.me().user
    for login in ("ADMIN", "Admin", "\uff41dmin", "STRASSE"):
        with pytest.raises(Invalid) as refused:
            store.users.create(NewUser(name="New", login=login, profile=vera.profile))
        assert refused.value.field == "login"
    upper = store.users.update(vera.id, vera.revision, UserChange(login="STRASSE"))
    assert store.users.update(vera.id, upper.revision, UserChange(name="Vera")).login == "STRASSE"
    for name in ("ADMINISTRATOR", "\uff21dministrator"):
        with pytest.raises(Invalid, match="there is a profile Administrator already"):
            store.users.create_profile(Profile(name=name))


def test_who_is_known_no_more_learns_why(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    user = vera.users.me().user
    store.users.update(user.id, user.revision, UserChange(login="vv"))
    with pytest.raises(NotFound, match=r"no active user vera \(any more\).*another login.*--as LOGIN"):
        vera.users.me()


@pytest.mark.parametrize("field", ["profile", "business_unit", "superior"])
def test_references_of_users_must_exist(store: Store, field: str) -> None:
    known = store.users.profiles()[0].id
    with pytest.raises(Invalid) as refused:
        store.users.create(replace(NewUser(name="New", login="new", profile=known), **{field: 999}))
    assert refused.value.field == field


def test_superiors_don_t_go_in_circles(store: Store, as_user: AsUser) -> None:
    admin = store.users.me().user
    boss = as_user("boss").users.me().user
    worker = as_user("worker", superior=boss.id).users.me().user
    for superior in (boss.id, worker.id):
        with pytest.raises(Invalid) as refused:
            store.users.update(boss.id, boss.revision, UserChange(superior=superior))
        assert refused.value.field == "superior"
    assert store.users.update(boss.id, boss.revision, UserChange(superior=admin.id)).superior == admin.id


def test_nobody_changes_their_own_permissions(store: Store, value: Value) -> None:
    me = store.users.me().user
    unit = value(RegistryKind.BUSINESS_UNIT, "Marine")
    other = profile_named(store, "Member")
    for change in (UserChange(profile=other.id), UserChange(is_active=False), UserChange(business_unit=unit)):
        with pytest.raises(Denied):
            store.users.update(me.id, me.revision, change)
    own = profile_named(store, "Administrator")
    with pytest.raises(Denied):
        store.users.update_profile(own.id, own.revision, replace(own.profile, admin=False))
    renamed = store.users.update(me.id, me.revision, UserChange(name="Aino A.", email="aino@example.org"))
    assert renamed.name == "Aino A."
    assert store.users.me().profile == own.profile


def test_nobody_grants_more_than_they_have(store: Store, as_user: AsUser) -> None:
    clerk = as_user("clerk", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER, admin=True)
    everything = profile_named(store, "Administrator")
    for more in (
        Profile(name="x", customers=CustomerLevel.EDIT),
        Profile(name="x", projects=ProjectLevel.MANAGER_WITHOUT_MONEY),
        Profile(name="x", customers=CustomerLevel.EDIT, delete_customers=True),
    ):
        with pytest.raises(Denied):
            clerk.users.create_profile(more)
    with pytest.raises(Denied):
        clerk.users.create(NewUser(name="New", login="new", profile=everything.id))
    less = clerk.users.create_profile(Profile(name="Reader", customers=CustomerLevel.READ, admin=True))
    new = clerk.users.create(NewUser(name="New", login="new", profile=less.id))
    with pytest.raises(Denied):
        clerk.users.update(new.id, new.revision, UserChange(profile=everything.id))
    with pytest.raises(Denied):
        clerk.users.update_profile(less.id, less.revision, replace(less.profile, projects=ProjectLevel.ALL))


def test_the_login_of_who_may_do_more_can_t_be_taken_over(store: Store, as_user: AsUser) -> None:
    clerk = as_user("clerk", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER, admin=True)
    admin = store.users.me().user
    with pytest.raises(Denied):
        clerk.users.update(admin.id, admin.revision, UserChange(login="mine"))
    with pytest.raises(Denied):
        clerk.users.update(admin.id, admin.revision, UserChange(is_active=False))
    assert store.users.get(admin.id) == admin


def test_nobody_puts_others_below_themselves_to_see_their_money(store: Store, as_user: AsUser) -> None:
    clerk = as_user("clerk", projects=ProjectLevel.MANAGER, admin=True)
    worker = as_user("worker", projects=ProjectLevel.MEMBER).users.me().user
    mine = clerk.users.me().user.id
    with pytest.raises(Denied):
        clerk.users.update(worker.id, worker.revision, UserChange(superior=mine))
    assert store.users.update(worker.id, worker.revision, UserChange(superior=mine)).superior == mine


def test_only_administrators_write(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    user, profile = vera.users.me().user, store.users.profiles()[-1]
    organization = vera.users.organization()
    for call in (
        lambda: vera.users.create(NewUser(name="New", login="new", profile=profile.id)),
        lambda: vera.users.update(user.id, user.revision, UserChange(name="Other")),
        lambda: vera.users.create_profile(Profile(name="New")),
        lambda: vera.users.update_profile(profile.id, profile.revision, Profile(name="New")),
        lambda: vera.users.update_organization(organization.revision, OrganizationChange(name="New")),
    ):
        with pytest.raises(Denied, match="administrator"):
            call()
    assert vera.users.organization() == organization


def test_a_changed_profile_holds_at_once(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.READ)
    with pytest.raises(Denied):
        vera.customers.create(NewCustomer(name="Acme"))
    stored = profile_named(store, "profile of vera")
    changed = store.users.update_profile(
        stored.id, stored.revision, replace(stored.profile, customers=CustomerLevel.EDIT)
    )
    assert changed.revision == stored.revision + 1
    assert vera.customers.create(NewCustomer(name="Acme")).name == "Acme"
    with pytest.raises(Conflict):
        store.users.update_profile(stored.id, stored.revision, replace(stored.profile, name="Other"))
    with pytest.raises(Invalid, match="already"):
        store.users.create_profile(Profile(name="ADMINISTRATOR"))
    with pytest.raises(Invalid):
        store.users.create_profile(Profile(name="Odd", delete_customers=True))


def test_a_new_name_reaches_the_customers_list(store: Store, as_user: AsUser) -> None:
    vera, bo = (as_user(login).users.me().user for login in ("vera", "bo"))
    for name, owner in (("One", vera.id), ("Two", bo.id)):
        store.customers.create(NewCustomer(name=name, owner=owner))
    by_owner = CustomerQuery(sort=CustomerSort.OWNER)
    assert [r.name for r in store.customers.page(by_owner, PageRequest()).rows] == ["Two", "One"]
    store.users.update(vera.id, vera.revision, UserChange(name="Aada"))
    rows = store.customers.page(by_owner, PageRequest()).rows
    assert [(r.name, r.owner_name) for r in rows] == [("One", "Aada"), ("Two", "Bo")]


def test_the_organization(store: Store) -> None:
    before = store.users.organization()
    after = store.users.update_organization(before.revision, OrganizationChange(name="Kallio Oyj", currency="NOK"))
    assert (after.name, after.currency, after.country) == ("Kallio Oyj", "NOK", "FI")
    assert store.users.organization() == after
    with pytest.raises(Conflict):
        store.users.update_organization(before.revision, OrganizationChange(name="Stale"))
    for field, wrong in (
        ("name", " "),
        ("country", "Finland"),
        ("country", "XX"),
        ("currency", "XXX"),
        ("time_zone", "Nowhere/Else"),
        ("time_zone", "../../etc/passwd"),
        ("next_customer_number", 0),
    ):
        with pytest.raises(Invalid) as refused:
            store.users.update_organization(after.revision, OrganizationChange(**{field: wrong}))  # type: ignore[arg-type]
        assert refused.value.field == field


def test_only_a_profile_that_nobody_has_is_deleted(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    user = vera.users.me().user
    store.users.update(user.id, user.revision, UserChange(is_active=False))
    used, own = profile_named(store, "profile of vera"), profile_named(store, "Administrator")
    with pytest.raises(Blocked, match="The profile profile of vera can't be deleted because of Vera"):
        store.users.delete_profile(used.id, used.revision)
    with pytest.raises(OwnPermissions, match="another administrator can"):
        store.users.delete_profile(own.id, own.revision)
    unused = store.users.create_profile(Profile(name="Unused"))
    changed = store.users.update_profile(unused.id, unused.revision, replace(unused.profile, name="Nobody's"))
    with pytest.raises(Conflict):
        store.users.delete_profile(unused.id, unused.revision)
    with pytest.raises(Denied, match="administrator"):
        as_user("bo").users.delete_profile(changed.id, changed.revision)
    store.users.delete_profile(changed.id, changed.revision)
    assert "Nobody's" not in [each.profile.name for each in store.users.profiles()]
    with pytest.raises(NotFound):
        store.users.delete_profile(changed.id, changed.revision)
    gone, *_ = store.history.of_entity(Kind.PROFILE, changed.id, PageRequest()).rows
    assert (gone.field, gone.entity_label, gone.old_label, gone.new) == ("", "Nobody's", "Nobody's", None)


def test_everybody_reads_who_changed_which_permissions(store: Store, as_user: AsUser) -> None:
    vera, bo = as_user("vera"), as_user("bo", customers=CustomerLevel.NONE)
    user, profile = vera.users.me().user, profile_named(store, "Manager")
    store.users.update(user.id, user.revision, UserChange(profile=profile.id))
    line, *_ = bo.history.of_entity(Kind.USER, user.id, PageRequest()).rows
    assert (line.field, line.old_label, line.new_label) == ("profile", "profile of vera", "Manager")


def test_who_may_do_more_is_out_of_reach(store: Store, as_user: AsUser) -> None:
    """A lesser administrator could take from others what nobody could then give back."""
    clerk = as_user("clerk", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER, admin=True)
    boss = as_user("boss", customers=CustomerLevel.ALL, projects=ProjectLevel.ALL, admin=True).users.me().user
    support, theirs = profile_named(store, "Support"), profile_named(store, "profile of boss")
    for refused in (
        lambda: clerk.users.update(boss.id, boss.revision, UserChange(profile=support.id)),
        lambda: clerk.users.update_profile(theirs.id, theirs.revision, replace(theirs.profile, admin=False)),
        lambda: clerk.users.delete_profile(theirs.id, theirs.revision),
    ):
        with pytest.raises(Denied):
            refused()
    assert store.users.get(boss.id) == boss


def test_a_place_in_the_organization_gives_no_more_than_the_giver_has(
    store: Store, as_user: AsUser, value: Value
) -> None:
    own, other = value(RegistryKind.BUSINESS_UNIT, "Marine"), value(RegistryKind.BUSINESS_UNIT, "Energy")
    level = ProjectLevel.UNIT
    clerk = as_user("clerk", customers=CustomerLevel.READ, projects=level, admin=True, business_unit=own)
    lead = as_user("lead", customers=CustomerLevel.READ, projects=level).users.me().user
    worker = as_user("worker", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER).users.me().user
    with pytest.raises(Denied, match="see what you don't see"):
        clerk.users.update(lead.id, lead.revision, UserChange(business_unit=other))
    with pytest.raises(Denied, match="see what you don't see"):
        clerk.users.create(NewUser(name="New", login="new", profile=lead.profile, business_unit=other))
    with pytest.raises(Denied, match="let Lead see what you don't see"):
        clerk.users.update(worker.id, worker.revision, UserChange(superior=lead.id))
    lead = clerk.users.update(lead.id, lead.revision, UserChange(business_unit=own))
    worker = clerk.users.update(worker.id, worker.revision, UserChange(business_unit=other))
    assert (lead.business_unit, worker.business_unit) == (own, other)
    assert store.users.update(worker.id, worker.revision, UserChange(superior=lead.id)).superior == lead.id
    with pytest.raises(Denied, match="see what you don't see"):
        clerk.users.update(worker.id, worker.revision + 1, UserChange(profile=lead.profile))


def test_one_administrator_is_always_left(store: Store, as_user: AsUser) -> None:
    """Whoever takes it from the others keeps it, and can't take it from themselves."""
    boss = as_user("boss", customers=CustomerLevel.ALL, projects=ProjectLevel.ALL, delete_customers=True, admin=True)
    admin, me = store.users.me().user, boss.users.me().user
    boss.users.update(admin.id, admin.revision, UserChange(is_active=False))
    own = profile_named(boss, "profile of boss")
    for refused in (
        lambda: boss.users.update(me.id, me.revision, UserChange(is_active=False)),
        lambda: boss.users.update(me.id, me.revision, UserChange(profile=admin.profile)),
        lambda: boss.users.update_profile(own.id, own.revision, replace(own.profile, admin=False)),
    ):
        with pytest.raises(OwnPermissions, match="nobody changes their own permissions"):
            refused()
    with pytest.raises(NotFound):
        store.users.me()
