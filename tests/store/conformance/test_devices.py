"""Tokens of devices, and passwords: one's own, and those of others (rule 18)."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.store.conftest import NOW, AsUser, Clock

from crm_tui.domain.errors import AlreadySaved, Denied, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.users import UserChange
from crm_tui.store.devices import NewDevice
from crm_tui.store.port import Store


def test_a_token_is_told_once(store: Store, clock: Clock) -> None:
    made = store.devices.create(NewDevice(name="Laptop of Aino", days=30))
    assert made.token.startswith("crm_")
    assert len(made.token) == 4 + 64
    assert made.token not in repr(made)
    clock.advance(hours=1)
    other = store.devices.create(NewDevice(name="Desk", days=None))
    assert other.token != made.token
    listed = store.devices.own()
    assert [device.name for device in listed] == ["Desk", "Laptop of Aino"]
    assert listed == (other.device, made.device)
    me = store.users.me().user.id
    assert (made.device.user, made.device.created_by, made.device.created_at) == (me, me, NOW)
    assert (made.device.expires_at, other.device.expires_at) == (NOW + dt.timedelta(days=30), None)
    assert made.device.last_used_at is made.device.revoked_at is None


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewDevice(name=" "), "name"),
        (NewDevice(name="x" * 101), "name"),
        (NewDevice(name="a\x1b[31m"), "name"),
        (NewDevice(name="a\ud800"), "name"),
        (NewDevice(name="Desk", days=0), "days"),
        (NewDevice(name="Desk", days=99_999), "days"),
    ],
)
def test_a_device_has_a_name_and_an_end(store: Store, new: NewDevice, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        store.devices.create(new)
    assert refused.value.field == field
    assert store.devices.own() == ()


def test_one_s_own_devices_are_one_s_own_business(store: Store, as_user: AsUser) -> None:
    vera, bo = as_user("vera"), as_user("bo")
    store.devices.set_password(vera.users.me().user.id, "a password of vera")
    desk = vera.devices.create(NewDevice(name="Desk", current="a password of vera")).device
    with pytest.raises(NotFound):
        bo.devices.revoke(desk.id)
    with pytest.raises(NotFound):
        vera.devices.revoke(999)
    for forbidden in (
        lambda: bo.devices.of_everybody(),
        lambda: bo.devices.create(NewDevice(name="Mine", user=desk.user)),
        lambda: bo.devices.revoke_all(desk.user),
        lambda: bo.devices.set_password(desk.user, "a password of bo"),
    ):
        with pytest.raises(Denied):
            forbidden()
    assert bo.devices.own() == ()
    assert [device.user for device in store.devices.of_everybody()] == [desk.user]
    vera.devices.revoke(desk.id)
    (ended,) = vera.devices.own()
    assert ended.revoked_at == NOW


def test_a_token_that_has_ended_stays_so(store: Store, clock: Clock) -> None:
    devices = store.devices
    first, second = (devices.create(NewDevice(name=name)).device for name in ("one", "two"))
    devices.revoke(first.id)
    clock.advance(days=1)
    devices.revoke(first.id)
    assert devices.revoke_all(first.user) == 1
    assert devices.revoke_all(first.user) == 0
    ends = {device.id: device.revoked_at for device in devices.own()}
    assert ends == {first.id: NOW, second.id: clock.now}
    clock.advance(days=91)
    newest = devices.create(NewDevice(name="three")).device
    assert devices.own() == (newest,)


def test_an_administrator_makes_no_token_for_who_may_do_or_see_more(store: Store, as_user: AsUser) -> None:
    clerk = as_user("clerk", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER, admin=True)
    admin = store.users.me().user
    less = as_user("less", customers=CustomerLevel.READ, projects=ProjectLevel.NONE).users.me().user
    member = as_user("member", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER).users.me().user
    token = store.devices.create(NewDevice(name="Desk")).device
    for forbidden in (
        lambda: clerk.devices.create(NewDevice(name="x", user=admin.id)),
        lambda: clerk.devices.set_password(admin.id, "a password of clerk"),
        lambda: clerk.devices.revoke(token.id),
        lambda: clerk.devices.revoke_all(admin.id),
        # as much as they may do themselves, but on other cases
        lambda: clerk.devices.create(NewDevice(name="x", user=member.id)),
        lambda: clerk.devices.set_password(member.id, "a password of clerk"),
    ):
        with pytest.raises(Denied):
            forbidden()
    made = clerk.devices.create(NewDevice(name="x", user=less.id))
    assert (made.device.user, made.device.created_by) == (less.id, clerk.users.me().user.id)
    clerk.devices.set_password(less.id, "a password of clerk")
    assert clerk.devices.revoke_all(less.id) == 1
    assert clerk.devices.revoke_all(member.id) == 0
    with pytest.raises(NotFound):
        store.devices.create(NewDevice(name="x", user=999))


def test_who_goes_leaves_no_token_and_none_comes_back(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    user = vera.users.me().user
    store.devices.create(NewDevice(name="Desk", user=user.id))
    gone = store.users.update(user.id, user.revision, UserChange(is_active=False))
    with pytest.raises(Invalid, match="not active"):
        store.devices.create(NewDevice(name="x", user=user.id))
    store.users.update(user.id, gone.revision, UserChange(is_active=True))
    (ended,) = vera.devices.own()
    assert ended.revoked_at == gone.updated_at


def test_one_s_own_password_takes_the_current_one(store: Store, as_user: AsUser, clock: Clock) -> None:
    vera = as_user("vera")
    me = vera.users.me().user.id
    store.devices.set_password(me, "the first password")
    for current in (None, "another password"):
        with pytest.raises(Invalid) as refused:
            vera.devices.set_password(me, "the second password", current)
        assert refused.value.field == "current"
        with pytest.raises(Invalid) as refused:
            vera.devices.create(NewDevice(name="Desk", current=current))
        assert refused.value.field == "current"
    vera.devices.set_password(me, "the second password", "the first password")
    store.devices.set_password(me, "one by an administrator")
    for _ in range(5):
        with pytest.raises(Invalid, match="not the one that you have now"):
            vera.devices.set_password(me, "the third password", "the second password")
    with pytest.raises(Invalid, match="too often; try again in 1 s"):
        vera.devices.set_password(me, "the third password", "one by an administrator")
    clock.advance(seconds=1)
    vera.devices.set_password(me, "the third password", "one by an administrator")


def test_a_token_makes_no_way_in_that_outlives_it(store: Store, as_user: AsUser) -> None:
    """Whoever got hold of the token of somebody who has no password makes neither a password nor another token."""
    vera = as_user("vera")
    for forbidden in (
        lambda: vera.devices.create(NewDevice(name="Mine", days=None)),
        lambda: vera.devices.set_password(vera.users.me().user.id, "a password of a thief"),
    ):
        with pytest.raises(Denied, match="administrator"):
            forbidden()
    assert "secret" not in repr(NewDevice(name="Mine", current="secret"))


@pytest.mark.parametrize("new", ["", "eleven char", "x" * 1001, "a\0 long password", "half \ud800 a character"])
def test_a_password_is_long_and_otherwise_as_one_likes(store: Store, new: str) -> None:
    me = store.users.me().user.id
    with pytest.raises(Invalid) as refused:
        store.devices.set_password(me, new)
    assert refused.value.field == "password"
    store.devices.set_password(me, "å e i o u y!")


def test_what_is_done_under_a_key_is_done_once(store: Store) -> None:
    me = store.users.me().user.id
    store.once("a").devices.create(NewDevice(name="Desk"))
    with pytest.raises(AlreadySaved):
        store.once("a").devices.create(NewDevice(name="Desk"))
    store.once("b").devices.set_password(me, "the first password")
    with pytest.raises(AlreadySaved):
        store.once("b").devices.set_password(me, "the first password")
    assert len(store.devices.own()) == 1
    with pytest.raises(Invalid):
        store.once("c").devices.create(NewDevice(name=""))
    assert not store.was_saved("c")


def test_tokens_and_passwords_are_neither_logged_nor_exported(store: Store) -> None:
    pulse = store.pulse()
    made = store.devices.create(NewDevice(name="Laptop of nobody"))
    store.devices.set_password(made.device.user, "canary password")
    assert store.pulse() == pulse
    whole = repr(list(store.portable.dump()))
    for canary in (made.token, "canary password", "argon2", "Laptop of nobody"):
        assert canary not in whole
