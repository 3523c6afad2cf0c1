"""Rules 11 and 15 to 19 over HTTP: what the port refuses the server refuses with the same error, what it shows the
server shows to the letter, and what others have is theirs; for every route, and for profiles of every sight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from msgspec import Struct
from msgspec.structs import fields, replace
from tests.server.desk import Desk, named, to_send
from tests.store.permissions.people import ACTOR
from tests.store.permissions.profiles import EVERY, SIGHTS, Permissions, of_sight, some_of_sight
from tests.store.permissions.reads import ALSO, READS
from tests.store.permissions.scope import Scope
from tests.store.permissions.sight import Sight
from tests.store.permissions.trial import STALE, Trial
from tests.store.permissions.world import World, build
from tests.store.permissions.writes import WRITES

from crm_tui.store.http.parameters import Place, signature
from crm_tui.store.http.routes import PREFIX, ROUTES, Route

#: what a client does by itself
_LOCAL = {f"store.{name}" for name in ("acting_as", "latest", "once", "close", "name", "notices", "reach")}
#: each profile asks a route so often, each with other arguments
_READS, _WRITES = 2, 3
#: ids that no store has given
_NEVER = (0, -1, 2**62)
_EVERYTHING = EVERY[-1]
#: fields that hold the id of something else
_REFERENCES = {
    "customer", "case", "contact", "owner", "assignee", "sales_person", "business_unit", "superior", "profile",
    "parent", "user", "invoice", "visiting", "headquarters", "industry", "keyword", "role",
}  # fmt: skip
_NAMES = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk"), world)
    yield desk
    desk.close()


class Questions:
    """What a profile asks each route with: of what the permission tests ask, those whose turn it is."""

    def __init__(self, desk: Desk, world: World, permissions: Permissions) -> None:
        desk.assume(permissions)
        self._scope = Scope(desk.raw, world.canaries, 2)
        sight = Sight(desk.raw, ACTOR, permissions.customers, permissions.projects)
        self._trial = Trial(desk.raw, sight, permissions)

    def of(self, route: Route) -> list[Mapping[str, Any]]:
        """All of them."""
        method = _entered(route)
        if method in READS:
            also = ({}, *ALSO.get(method, ()))
            return [named(route, args, more) for args in READS[method](self._scope) for more in also]
        return [named(route, each.args, each.kwargs) for each in WRITES[method](self._trial)]

    def some(self, route: Route, turn: int) -> list[Mapping[str, Any]]:
        """A few, others at each turn."""
        listed = self.of(route)
        step = max(1, len(listed) // (_READS if route.reads else _WRITES))
        return listed[turn % step :: step]


def _entered(route: Route) -> str:
    return route.method if "." in route.method else f"store.{route.method}"


def test_every_route_is_tried() -> None:
    assert sorted(map(_entered, ROUTES)) == sorted((READS.keys() | WRITES.keys()) - _LOCAL)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_server_answers_as_the_port_does(sight: str, desk: Desk, world: World) -> None:
    profiles = some_of_sight(sight)
    _compare(profiles[SIGHTS.index(sight) % len(profiles)], desk, world, SIGHTS.index(sight))


@pytest.mark.soak
@pytest.mark.parametrize("sight", SIGHTS)
def test_the_server_answers_every_profile_as_the_port_does(sight: str, desk: Desk, world: World) -> None:
    for turn, permissions in enumerate(of_sight(sight)):
        _compare(permissions, desk, world, turn)


def _compare(permissions: Permissions, desk: Desk, world: World, turn: int) -> None:
    questions, seen = Questions(desk, world, permissions), Counter[int]()
    for route in ROUTES:
        for given in questions.some(route, turn):
            seen[_compared(desk, route, given)] += 1
    expected = {200, 204, 403, 404, 409, 412, 422}
    assert seen.keys() <= expected
    assert expected - {409, 412, 204} <= seen.keys()


def _compared(desk: Desk, route: Route, given: Mapping[str, Any], login: str = ACTOR) -> int:
    """The status of the answer, which is the port's."""
    told, asked = desk.both(route, given, login)
    assert (asked, route.method, given) == (told, route.method, given)
    return asked.status


def test_each_sees_and_does_what_is_theirs(desk: Desk, world: World) -> None:
    """The ids, keys and views are those of the actor, the tokens those of others."""
    questions = Questions(desk, world, _EVERYTHING)
    for turn, login in enumerate(("stranger", "boss", "below", "mate")):
        for route in ROUTES:
            for given in questions.some(route, turn)[:1]:
                _compared(desk, route, given, login)


@pytest.mark.parametrize("permissions", [_EVERYTHING, EVERY[0]], ids=["everything", "nothing"])
def test_ids_that_never_were(permissions: Permissions, desk: Desk, world: World) -> None:
    questions = Questions(desk, world, permissions)
    tried = 0
    for route in ROUTES:
        for given in questions.of(route)[:1]:
            for number in _NEVER:
                for other in _with_ids(route, given, number):
                    tried += 1
                    assert _compared(desk, route, other) < 500
    assert tried > 400


def _with_ids(route: Route, given: Mapping[str, Any], number: int) -> Iterator[Mapping[str, Any]]:
    """The arguments with one id each that is another one: in the path, and in what is sent."""
    for each in signature(route).parameters:
        value = given.get(each.name)
        if each.place is Place.PATH and isinstance(value, int):
            yield {**given, each.name: number}
        elif isinstance(value, Struct):
            for field in fields(value):
                if field.name in _REFERENCES and int in (field.type, *get_args(field.type)):
                    yield {**given, each.name: replace(value, **{field.name: number})}


@pytest.mark.parametrize("permissions", [_EVERYTHING, EVERY[0]], ids=["everything", "nothing"])
def test_who_changes_something_says_what_they_saw(permissions: Permissions, desk: Desk, world: World) -> None:
    questions = Questions(desk, world, permissions)
    with_revision = [route for route in ROUTES if signature(route).at(Place.REVISION)]
    assert len(with_revision) > 25
    for route in with_revision:
        given = questions.of(route)[0]
        assert _compared(desk, route, {**given, "revision": STALE}) in (403, 404, 412, 422)
        request = to_send(route, given)
        sent = {"headers": {"Content-Type": "application/json"}, "content": request["content"]}
        for tag, status in ((None, 428), ("", 422), ("1", None), ("W/x", 422), ('"-1"', 422), ('"1", "2"', 422)):
            headers = sent["headers"] if tag is None else sent["headers"] | {"If-Match": tag}
            with desk.nothing_written() if status else desk.database.taken_back():
                answer = desk.send(route.verb, request["path"], desk.tokens[ACTOR], **sent | {"headers": headers})
            assert status in (None, answer.status_code), (route.method, tag, answer.text)
            assert answer.status_code < 500


def test_nobody_is_somebody_else_by_saying_so(desk: Desk) -> None:
    """Neither headers that other servers heed, nor parameters."""
    headers = {
        name: "boss"
        for name in ("X-User", "X-Forwarded-User", "X-Remote-User", "Remote-User", "From", "X-As", "Actor", "Cookie")
    }
    me = desk.send("GET", f"{PREFIX}/users/me", desk.tokens[ACTOR], headers=headers)
    assert me.json()["user"]["login"] == ACTOR
    overridden = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}
    assert desk.send("GET", f"{PREFIX}/customers/1", desk.tokens[ACTOR], headers=overridden).status_code in (200, 403)
    for route in ROUTES:
        path = PREFIX + _NAMES.sub("1", route.path)
        with desk.nothing_written():
            answer = desk.send(route.verb, f"{path}?acting_as=boss", desk.tokens[ACTOR], headers={"If-Match": '"1"'})
        assert answer.status_code in (400, 415, 422), (route.method, answer.text)
