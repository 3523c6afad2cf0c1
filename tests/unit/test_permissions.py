"""Permission decisions: the truth tables of rules 15, 16 and 18 spelled out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.permissions import (
    Action,
    CaseFacts,
    CustomerLevel,
    Decision,
    Profile,
    ProjectLevel,
    check_profile,
    may,
    may_change_profile,
    may_grant,
    sees_case,
    sees_case_money,
    sees_invoice_money,
    sees_list_money,
    subordinates_of,
)

C = CustomerLevel
P = ProjectLevel
ADD, EDIT, SEE, DELETE = Action.ADD, Action.EDIT, Action.SEE, Action.DELETE


class Someone(NamedTuple):
    id: int
    business_unit: int | None


ME, REPORT, INDIRECT_REPORT, STRANGER = 1, 2, 3, 9
MY_UNIT, OTHER_UNIT = 100, 200
ACTOR = Someone(ME, MY_UNIT)
SUBORDINATES = frozenset({REPORT, INDIRECT_REPORT})

ADMIN = Profile(name="admin", customers=C.ALL, delete_customers=True, projects=P.ALL, admin=True)


def profile(customers: C = C.READ, projects: P = P.NONE, *, delete: bool = False, admin: bool = False) -> Profile:
    return Profile(name="p", customers=customers, delete_customers=delete, projects=projects, admin=admin)


PROFILES = st.builds(
    Profile,
    name=st.just("p"),
    customers=st.sampled_from(C),
    delete_customers=st.booleans(),
    projects=st.sampled_from(P),
    admin=st.booleans(),
)


# --- rule 15 and 17: customers and what is below them


@pytest.mark.parametrize(
    ("level", "customer", "below", "talk"),
    [
        # who may do what: to customers; to addresses, contacts, settings, files; to activities and notes
        (C.NONE, "", "", ""),
        (C.READ, "see", "see", "see add edit delete"),
        (C.EDIT, "see add edit", "see add edit delete", "see add edit delete"),
        (C.ALL, "see add edit", "see add edit delete", "see add edit delete"),
    ],
)
def test_customer_levels(level: C, customer: str, below: str, talk: str) -> None:
    expected = {
        Kind.CUSTOMER: customer,
        Kind.ADDRESS: below,
        Kind.CONTACT: below,
        Kind.BILLING: below,
        Kind.FILE: below,
        Kind.ACTIVITY: talk,
        Kind.NOTE: talk,
    }
    for kind, actions in expected.items():
        granted = [action for action in Action if may(profile(level), action, kind)]
        assert granted == actions.split(), (level, kind)


@pytest.mark.parametrize(
    ("level", "tick", "missing"),
    [
        (C.NONE, True, "customers: edit"),
        (C.READ, True, "customers: edit"),
        (C.EDIT, False, "delete customers"),
        (C.ALL, False, "delete customers"),
        (C.EDIT, True, None),
        (C.ALL, True, None),
    ],
)
def test_deleting_customers_is_a_separate_tick(level: C, tick: bool, missing: str | None) -> None:
    assert may(profile(level, delete=tick), DELETE, Kind.CUSTOMER) == Decision(missing)


@pytest.mark.parametrize(("level", "sees"), [(C.NONE, False), (C.READ, False), (C.EDIT, False), (C.ALL, True)])
def test_money_in_the_list(level: C, sees: bool) -> None:
    assert sees_list_money(profile(level, P.ALL)) is sees


@pytest.mark.parametrize(
    ("level", "cases", "figures"),
    [
        (P.NONE, "", ""),
        (P.MEMBER, "see", "see"),
        (P.MANAGER_WITHOUT_MONEY, "see add edit delete", "see"),
        (P.MANAGER, "see add edit delete", "see add edit delete"),
        (P.UNIT, "see add edit delete", "see add edit delete"),
        (P.ALL, "see add edit delete", "see add edit delete"),
    ],
)
def test_project_levels(level: P, cases: str, figures: str) -> None:
    expected = {Kind.CASE: cases, Kind.FORECAST: figures, Kind.ACTUAL: figures, Kind.INVOICE: figures}
    for kind, actions in expected.items():
        assert [a for a in Action if may(profile(C.READ, level), a, kind)] == actions.split(), (level, kind)
        assert not any(may(profile(C.NONE, level), a, kind) for a in Action)


@pytest.mark.parametrize("kind", [Kind.USER, Kind.PROFILE, Kind.REGISTRY, Kind.ORGANIZATION])
def test_administrators_manage(kind: Kind) -> None:
    for action in (ADD, EDIT, DELETE):
        assert may(profile(C.NONE, admin=True), action, kind)
        assert may(profile(C.ALL, P.ALL), action, kind) == Decision("administrator")
    assert may(profile(C.NONE), SEE, kind)


def test_a_refusal_names_what_is_missing() -> None:
    assert may(profile(C.READ), EDIT, Kind.CONTACT).missing == "customers: edit"
    assert may(profile(C.READ, P.MEMBER), ADD, Kind.CASE).missing == "projects: manager without money"


@given(PROFILES, st.sampled_from(Action), st.sampled_from(Kind))
def test_every_question_has_an_answer(anyone: Profile, action: Action, kind: Kind) -> None:
    decision = may(anyone, action, kind)
    assert bool(decision) == (decision.missing is None)
    assert may(ADMIN, action, kind)


# --- rule 16: which cases, and whose money


def case(
    owner: int | None = STRANGER,
    sales: int | None = STRANGER,
    members: tuple[int, ...] = (),
    unit: int | None = OTHER_UNIT,
) -> CaseFacts:
    return CaseFacts(owner, sales, members, unit)


CASES: Mapping[str, CaseFacts] = {
    "nobody's": case(None, None, (), None),
    "stranger's": case(),
    "member": case(members=(5, ME)),
    "mine": case(owner=ME),
    "sold by me": case(sales=ME),
    "in my unit": case(unit=MY_UNIT),
    "report's": case(owner=REPORT),
    "report's, I am a member": case(owner=REPORT, members=(ME,)),
    "indirect report's, sold by me": case(owner=INDIRECT_REPORT, sales=ME),
    "report's, in my unit": case(owner=REPORT, unit=MY_UNIT),
}

# - unseen, s seen without money, m seen with its money
TRUTH = """
                                none  member  manager without money  manager  unit  all
nobody's                        -     -       -                      -        -     m
stranger's                      -     -       -                      -        -     m
member                          -     s       s                      s        s     m
mine                            -     -       s                      m        m     m
sold by me                      -     -       s                      s        s     m
in my unit                      -     -       -                      -        m     m
report's                        -     -       -                      -        -     m
report's, I am a member         -     s       s                      m        m     m
indirect report's, sold by me   -     -       s                      m        m     m
report's, in my unit            -     -       -                      -        m     m
"""
ROWS = {line[:32].strip(): line[32:].split() for line in TRUTH.strip("\n").splitlines()[1:]}


@pytest.mark.parametrize("name", CASES)
def test_cases_and_money(name: str) -> None:
    assert ROWS.keys() == CASES.keys()
    for level, expected in zip(P, ROWS[name], strict=True):
        holder = profile(C.READ, level)
        sees = sees_case(holder, ACTOR, CASES[name])
        money = sees_case_money(holder, ACTOR, CASES[name], SUBORDINATES)
        assert (sees, money) == {"-": (False, False), "s": (True, False), "m": (True, True)}[expected], level


@pytest.mark.parametrize("name", CASES)
def test_without_customers_there_are_no_cases(name: str) -> None:
    for level in P:
        assert not sees_case(profile(C.NONE, level), ACTOR, CASES[name])
        assert not sees_case_money(profile(C.NONE, level), ACTOR, CASES[name], SUBORDINATES)


def test_no_unit_is_not_a_unit() -> None:
    nowhere = Someone(ME, None)
    assert not sees_case(profile(C.READ, P.UNIT), nowhere, case(unit=None))
    assert not sees_case(profile(C.READ, P.UNIT), nowhere, case(unit=MY_UNIT))


PEOPLE = st.sampled_from([None, ME, REPORT, INDIRECT_REPORT, STRANGER])
FACTS = st.builds(
    CaseFacts,
    PEOPLE,
    PEOPLE,
    st.frozensets(st.sampled_from([ME, REPORT, STRANGER])),
    st.sampled_from([None, MY_UNIT, OTHER_UNIT]),
)


@given(st.sampled_from(C), FACTS, st.sampled_from([ACTOR, Someone(ME, None)]))
def test_a_higher_level_never_sees_less(customers: C, facts: CaseFacts, actor: Someone) -> None:
    seen = [sees_case(profile(customers, level), actor, facts) for level in P]
    money = [sees_case_money(profile(customers, level), actor, facts, SUBORDINATES) for level in P]
    assert seen == sorted(seen)
    assert money == sorted(money)
    assert all(sees or not pays for sees, pays in zip(seen, money, strict=True))


@given(PROFILES, st.lists(FACTS, min_size=1))
def test_an_invoice_is_seen_whole_only_with_all_its_cases(holder: Profile, cases: list[CaseFacts]) -> None:
    each = [sees_case_money(holder, ACTOR, facts, SUBORDINATES) for facts in cases]
    assert sees_invoice_money(holder, ACTOR, cases, SUBORDINATES) == all(each)


def test_an_invoice_without_cases_is_for_those_who_see_all() -> None:
    assert sees_invoice_money(profile(C.READ, P.ALL), ACTOR, [], SUBORDINATES)
    assert not sees_invoice_money(profile(C.READ, P.UNIT), ACTOR, [], SUBORDINATES)
    assert not sees_invoice_money(profile(C.NONE, P.ALL), ACTOR, [], SUBORDINATES)


def test_subordinates_are_transitive() -> None:
    superiors = {ME: None, REPORT: ME, INDIRECT_REPORT: REPORT, STRANGER: None}
    assert subordinates_of(ME, superiors) == SUBORDINATES
    assert subordinates_of(REPORT, superiors) == {INDIRECT_REPORT}
    assert subordinates_of(STRANGER, superiors) == frozenset()


@given(st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 8))), st.integers(1, 8))
def test_a_circle_of_superiors_ends(superiors: dict[int, int | None], user: int) -> None:
    below = subordinates_of(user, superiors)
    assert user not in below
    assert {person for person, superior in superiors.items() if superior == user} - {user} <= below


# --- rule 18 and the profiles themselves


def test_delete_customers_goes_only_with_edit_or_all() -> None:
    for level, valid in ((C.NONE, False), (C.READ, False), (C.EDIT, True), (C.ALL, True)):
        check_profile(profile(level))
        if valid:
            check_profile(profile(level, delete=True))
        else:
            with pytest.raises(Invalid, match="edit or all"):
                check_profile(profile(level, delete=True))
    with pytest.raises(Invalid, match="name"):
        check_profile(Profile(name=" "))


@pytest.mark.parametrize("name", ["", " ", "unitadmin ", " x", "a\0b", "a\ud800b", "a\nb", "a\x1b[31m", "a\u200bb"])
def test_the_name_of_a_profile_is_seen_as_it_is(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_profile(Profile(name=name))
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("granter", "granted", "missing"),
    [
        (profile(C.ALL, P.ALL, delete=True), profile(C.NONE), "administrator"),
        (profile(C.EDIT, P.UNIT, admin=True), profile(C.EDIT, P.UNIT, admin=True), None),
        (profile(C.EDIT, P.UNIT, admin=True), profile(C.NONE), None),
        (profile(C.EDIT, P.UNIT, admin=True), profile(C.ALL), "customers: all"),
        (profile(C.EDIT, P.UNIT, admin=True), profile(C.EDIT, delete=True), "delete customers"),
        (profile(C.EDIT, P.UNIT, admin=True), profile(C.EDIT, P.ALL), "projects: all"),
        (ADMIN, ADMIN, None),
    ],
)
def test_nobody_grants_more_than_they_have(granter: Profile, granted: Profile, missing: str | None) -> None:
    assert may_grant(granter, granted) == Decision(missing)


@given(PROFILES, PROFILES, st.sampled_from(Action), st.sampled_from(Kind))
def test_what_is_granted_can_do_no_more(granter: Profile, granted: Profile, action: Action, kind: Kind) -> None:
    if may_grant(granter, granted) and may(granted, action, kind):
        assert may(granter, action, kind)


def test_nobody_changes_their_own_permissions() -> None:
    lower = profile(C.READ)
    assert may_change_profile(ADMIN, lower, profile(C.EDIT))
    assert not may_change_profile(ADMIN, ADMIN, lower)
    assert not may_change_profile(profile(C.READ, admin=True), Profile(name="other"), profile(C.EDIT))
