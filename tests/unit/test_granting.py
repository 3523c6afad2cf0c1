"""Rule 18 over the whole organization: by no way does an administrator give what they don't have, or take what they
could not give back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.permissions import (
    ANOTHER_ADMINISTRATOR,
    CaseFacts,
    CustomerLevel,
    Profile,
    ProjectLevel,
    Reach,
    Refusal,
    Standing,
    may_hand_over,
    may_reach,
    reaches,
    refusal,
    sees_case,
    sees_case_money,
    subordinates_of,
)

C = CustomerLevel
P = ProjectLevel
ME, ANN, BO, CAROL, NEW = 1, 2, 3, 4, 9
UNIT, OTHER = 100, 200
Users = dict[int, Standing]


def level(projects: P, customers: C = C.ALL, *, admin: bool = False) -> Profile:
    return Profile(name=projects.value, customers=customers, projects=projects, admin=admin)


def at(projects: P, business_unit: int | None = None, superior: int | None = None) -> Standing:
    return Standing(level(projects), business_unit, superior)


def me(projects: P, business_unit: int | None = None, superior: int | None = None) -> Standing:
    return Standing(level(projects, admin=True), business_unit, superior)


# --- the truth table: what I am, how somebody stands, how they are to stand

GRANTED, MONEY = None, "projects: all"


@pytest.mark.parametrize(
    ("i_am", "was", "becomes", "missing"),
    [
        (me(P.UNIT, UNIT), at(P.MEMBER, OTHER), at(P.MEMBER, UNIT), GRANTED),
        (me(P.UNIT, UNIT), at(P.MEMBER, UNIT), at(P.UNIT, UNIT), GRANTED),
        (me(P.UNIT, UNIT), at(P.UNIT, UNIT), at(P.UNIT), GRANTED),
        (me(P.UNIT, UNIT), at(P.MEMBER, OTHER), at(P.UNIT, OTHER), MONEY),
        (me(P.UNIT, UNIT), at(P.UNIT, UNIT), at(P.UNIT, OTHER), MONEY),
        (me(P.UNIT, UNIT), at(P.UNIT, OTHER), at(P.UNIT), MONEY),
        (me(P.UNIT, UNIT), at(P.UNIT, OTHER), at(P.MEMBER, OTHER), MONEY),
        (me(P.UNIT), at(P.UNIT), at(P.UNIT, UNIT), MONEY),
        (me(P.MANAGER), at(P.MEMBER), at(P.MANAGER), GRANTED),
        (me(P.MANAGER), at(P.MEMBER), at(P.UNIT), "projects: unit"),
        (me(P.MANAGER), at(P.ALL), at(P.MEMBER), MONEY),
        (me(P.ALL), at(P.UNIT, OTHER), at(P.ALL), GRANTED),
        (me(P.NONE), at(P.NONE), at(P.NONE, UNIT, ME), GRANTED),
    ],
)
def test_one_user(i_am: Standing, was: Standing, becomes: Standing, missing: str | None) -> None:
    refused = refusal(ME, {ME: i_am, ANN: was}, {ME: i_am, ANN: becomes})
    assert (refused.missing if refused else None) == missing
    back = refusal(ME, {ME: i_am, ANN: becomes}, {ME: i_am, ANN: was})
    assert (back is None) == (refused is None)


@pytest.mark.parametrize(
    ("i_am", "above", "missing"),
    [
        # Bo is put below Ann, who is below me or is not
        (me(P.MANAGER), at(P.MEMBER), None),
        (me(P.MANAGER), at(P.MANAGER_WITHOUT_MONEY), None),
        (me(P.MANAGER), at(P.MANAGER), Refusal(ANN, MONEY, had=False)),
        (me(P.ALL), at(P.MANAGER), None),
        (me(P.MANAGER), at(P.ALL), None),  # sees all anyway
        (me(P.UNIT, UNIT), at(P.UNIT, OTHER), Refusal(ANN, MONEY, had=True)),
        (me(P.MANAGER), at(P.MEMBER, superior=ME), Refusal(ME, ANOTHER_ADMINISTRATOR, had=True)),
        (me(P.MEMBER), at(P.MEMBER, superior=ME), None),  # who sees no money of those below
        (me(P.ALL), at(P.MANAGER, superior=ME), None),
    ],
)
def test_somebody_is_put_below_another(i_am: Standing, above: Standing, missing: Refusal | None) -> None:
    before = {ME: i_am, ANN: above, BO: at(P.NONE)}
    assert refusal(ME, before, before | {BO: at(P.NONE, superior=ANN)}) == missing


def test_within_my_own_people_i_move_them() -> None:
    before = {
        ME: me(P.MANAGER),
        ANN: at(P.MANAGER, superior=ME),
        BO: at(P.MANAGER, superior=ME),
        CAROL: at(P.MEMBER, superior=ANN),
    }
    assert refusal(ME, before, before | {CAROL: at(P.MEMBER, superior=BO)}) is None
    gone = refusal(ME, before, before | {CAROL: at(P.MEMBER)})
    assert gone == Refusal(ME, ANOTHER_ADMINISTRATOR, had=True)


def test_my_own_superior_gets_no_sight_of_my_money_that_i_lack() -> None:
    before = {ME: me(P.MANAGER_WITHOUT_MONEY), ANN: at(P.MANAGER)}
    below = me(P.MANAGER_WITHOUT_MONEY, superior=ANN)
    assert refusal(ME, before, before | {ME: below}) == Refusal(ANN, "projects: manager", had=True)
    before = {ME: me(P.MANAGER), ANN: at(P.MANAGER)}
    assert refusal(ME, before, before | {ME: me(P.MANAGER, superior=ANN)}) is None


def test_who_has_more_is_changed_in_nothing() -> None:
    before = {ME: Standing(level(P.NONE, C.READ, admin=True)), ANN: at(P.NONE), BO: Standing(level(P.NONE, C.READ))}
    assert refusal(ME, before, before, {ANN}) == Refusal(ANN, "customers: all", had=True)
    assert refusal(ME, before, before, {BO}) is None
    assert refusal(ME, before, before, {ME}) is None


def test_a_login_goes_to_nobody_who_sees_less() -> None:
    """Two of the same unit and profile are named on different cases."""
    mine = Reach(ME, level(P.UNIT, admin=True), frozenset({UNIT}))
    for theirs, allowed in (
        (Reach(ANN, level(P.UNIT), frozenset({UNIT})), False),
        (Reach(ANN, level(P.MEMBER)), False),
        (Reach(ANN, level(P.MEMBER, C.NONE)), True),
        (Reach(ANN, level(P.NONE)), True),
    ):
        assert bool(may_hand_over(mine, theirs)) is allowed
        assert may_hand_over(Reach(ME, level(P.ALL, admin=True)), theirs)


# --- no sequence of allowed writes gets around it


PROFILES = [level(projects, customers) for projects in P for customers in (C.NONE, C.READ, C.ALL)]
STANDINGS = st.builds(
    Standing,
    st.sampled_from(PROFILES),
    st.sampled_from([None, UNIT, OTHER]),
    st.sampled_from([None, ME, ANN, BO, CAROL]),
)
PEOPLE = [ME, ANN, BO, CAROL, NEW]
SOMEBODY = st.sampled_from([None, *PEOPLE])
CASES = st.builds(
    CaseFacts,
    owner_id=SOMEBODY,
    sales_person_id=SOMEBODY,
    member_ids=st.frozensets(st.sampled_from(PEOPLE)),
    business_unit_id=st.sampled_from([None, UNIT, OTHER]),
)


class _At(NamedTuple):
    id: int
    business_unit: int | None


class Write(NamedTuple):
    """A user is given a place, or a profile that several may have is changed into another."""

    user: int
    standing: Standing
    old: Profile | None


WRITES = st.builds(
    Write, st.sampled_from(PEOPLE), STANDINGS, st.one_of(st.none(), st.none(), st.sampled_from(PROFILES))
)


def carried_out(users: Mapping[int, Standing], write: Write) -> Users:
    if write.old is None:
        return {**users, write.user: write.standing}
    new = write.standing.profile
    return {u: s._replace(profile=new) if s.profile == write.old else s for u, s in users.items()}


def sight(users: Mapping[int, Standing], user: int, case: CaseFacts, of: int | None = None) -> tuple[bool, bool]:
    """Whether a user sees a case, and its money; with ``of``, what somebody else would see in the user's stead."""
    standing = users[user if of is None else of]
    actor = _At(user if of is None else of, standing.business_unit)
    below = subordinates_of(actor.id, {u: s.superior for u, s in users.items()})
    if of is not None:
        case = CaseFacts(
            of if case.owner_id == user else case.owner_id,
            of if case.sales_person_id == user else case.sales_person_id,
            [of if member == user else member for member in case.member_ids] + ([of] if of in case.member_ids else []),
            case.business_unit_id,
        )
    seen = sees_case(standing.profile, actor, case)
    return seen, sees_case_money(standing.profile, actor, case, below)


WORLDS = st.fixed_dictionaries(
    {ME: STANDINGS.map(lambda s: Standing(level(s.profile.projects, C.ALL, admin=True), s.business_unit, s.superior))}
    | {user: STANDINGS for user in (ANN, BO, CAROL)}
)


@given(WORLDS, st.lists(WRITES, max_size=6), st.lists(CASES, min_size=3, max_size=6))
def test_nobody_comes_to_see_what_the_administrator_would_not_see_in_their_stead(
    world: Users, writes: list[Write], cases: list[CaseFacts]
) -> None:
    """Neither in one write nor in several, whatever their order. What somebody sees of cases on which they are named
    is what the administrator would see if they were named there."""
    users = dict(world)
    for write in writes:
        after = carried_out(users, write)
        if refusal(ME, users, after) is None:
            assert refusal(ME, after, users) is None  # they can take it back
            users = after
    for case in cases:
        assert sight(users, ME, case) == sight(world, ME, case)
        for user in users.keys() - {ME}:
            before = sight(world, user, case) if user in world else (False, False)
            for had, has, mine in zip(before, sight(users, user, case), sight(users, user, case, of=ME), strict=True):
                assert has <= (had or mine)


@given(WORLDS, st.lists(CASES, min_size=3, max_size=6))
def test_whose_login_one_may_take_sees_nothing_else(world: Users, cases: list[CaseFacts]) -> None:
    reach = reaches(world)
    for user in (ANN, BO, CAROL):
        if may_hand_over(reach[ME], reach[user]):
            for case in cases:
                seen, mine = sight(world, user, case), sight(world, ME, case)
                assert all(theirs <= own for theirs, own in zip(seen, mine, strict=True))


@given(WORLDS, STANDINGS, st.sampled_from([ANN, BO, CAROL, NEW]))
def test_who_has_everything_may_do_all_but_change_themselves(world: Users, standing: Standing, user: int) -> None:
    everything = Profile(name="all", customers=C.ALL, delete_customers=True, projects=P.ALL, admin=True)
    users = world | {ME: Standing(everything)}
    assert refusal(ME, users, users | {user: standing}) is None
    assert refusal(ME, users, users | {ME: Standing(level(P.ALL, admin=True))}) is not None


def test_what_a_profile_and_a_place_give() -> None:
    users = {ME: me(P.UNIT, UNIT), ANN: at(P.MANAGER, OTHER, ME), BO: at(P.ALL, UNIT, ANN), CAROL: at(P.MEMBER, UNIT)}
    found = {user: (reach.units, reach.people) for user, reach in reaches(users).items()}
    nothing: frozenset[int] = frozenset()
    assert found == {
        ME: ({UNIT}, {ANN, BO}),
        ANN: (nothing, {BO}),
        BO: (nothing, nothing),
        CAROL: (nothing, nothing),
    }
    assert may_reach(reaches(users)[ME], reaches(users)[ANN])
