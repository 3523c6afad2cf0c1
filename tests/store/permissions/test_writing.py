"""Rules 15 to 19: every write under every profile is done or refused as the rules say; a refusal names the permission,
or says that what is hidden is not there, holds nothing hidden, and leaves everything as it was."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.store.permissions.conftest import Figures
from tests.store.permissions.pair import Pair
from tests.store.permissions.profiles import (
    CUSTOMERS,
    PROJECTS,
    SIGHTS,
    Permissions,
    elsewhere,
    of_sight,
    some_of_sight,
)
from tests.store.permissions.trial import ANY, CONFLICT, DENIED, DONE, INVALID, NO_CHOICE, Attempt, Trial
from tests.store.permissions.walker import bound, failure, text_of
from tests.store.permissions.world import World
from tests.store.permissions.writes import WRITES

from crm_tui.domain.errors import CrmError, Denied
from crm_tui.store.port import Store

#: what they answer has the id that is next, or is a store
_GIVE_IDS = {
    "cases.create", "activities.create", "notes.create", "files.create", "finance.create_invoice",
    "finance.put_forecast", "finance.put_actual", "store.latest", "store.once", "devices.create",
}  # fmt: skip
#: the id of a change in an answer
_CHANGE = re.compile(r'"change":\d+')
#: so many attempts are made under each profile
_FEW = 12
#: in PostgreSQL a few profiles make one of so many attempts alike; every profile tries in the soak
_ONE_OF = 30
#: what a refusal may name
_NAMED = {
    *(f"customers: {level}" for level in CUSTOMERS[1:]),
    *(f"projects: {level}" for level in PROJECTS[1:]),
    "delete customers",
    "administrator",
    "another administrator",
    "owner of the activity",
    "owner or participant of the activity",
    "their own token",  # at a server a token is one user's
}


class Tried:
    """What became of attempts."""

    def __init__(self, pair: Pair, world: World) -> None:
        self._pair = pair
        self._canaries = world.canaries
        self.outcomes: Counter[str] = Counter()
        self.wrong: dict[str, str] = {}

    def make(self, trial: Trial, method: str, attempt: Attempt) -> None:
        """One attempt: to see what becomes of it in both worlds, and once more if it is refused, to see that then
        nothing is written. That, too, in both: PostgreSQL does not give an id again, whatever becomes of the row."""
        where = f"{method}{attempt.args} {attempt.kwargs or ''} {trial.permissions}"
        (outcome, text), (other, other_text) = (
            self._tried(store, place, method, attempt)
            for place, store in enumerate((self._pair.first, self._pair.second))
        )
        self.outcomes[outcome if outcome in (DONE, CONFLICT) else "refused"] += 1
        if not _is_expected(outcome, text, attempt.outcome):
            self.wrong[where] = f"{outcome} instead of {attempt.outcome}: {text}"
        if _are_apart(method, (outcome, text), (other, other_text)):
            self.wrong[f"{where} in two worlds"] = f"{text} AND {other_text}"
        told = self._canaries.found_in(text) - self._canaries.found_in(str(attempt.args))  # what is typed may come back
        leaked = {self._canaries.classes[each] for each in told & self._pair.hidden}
        if leaked:
            self.wrong[f"{where} tells"] = f"{leaked}: {text}"
        if outcome != DONE and other != DONE:
            for store, database in zip((self._pair.first, self._pair.second), self._pair.databases, strict=True):
                before = database.data_version()
                with pytest.raises(CrmError):
                    bound(store, method)(*attempt.args, **attempt.kwargs)
                if database.data_version() != before:
                    self.wrong[f"{where} wrote"] = text

    def _tried(self, store: Store, place: int, method: str, attempt: Attempt) -> tuple[str, str]:
        outcome, text = DONE, ""
        with self._pair.databases[place].taken_back():
            try:
                text = text_of(bound(store, method)(*attempt.args, **attempt.kwargs))
            except Denied as error:
                outcome, text = error.permission, failure(error)
                if outcome not in _NAMED:
                    self.wrong[f"{method}{attempt.args}"] = f"{outcome} is no permission: {text}"
            except CrmError as error:
                outcome, text = type(error).__name__, failure(error)
        return outcome, text


def _are_apart(method: str, one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether a refusal is another one in the other world. A number that is taken is taken, whoever has it: so much
    may be learned of what is hidden, but nothing more. Ids that PostgreSQL has given are never given again, so which is
    next tells what was refused before."""
    takes_number = method in ("cases.create", "finance.create_invoice") and one[0] == INVALID
    if takes_number and re.search(r"already used by another case|there is an invoice \w+ already", one[1]):
        return False
    if one[0] == DONE and method in _GIVE_IDS:
        return other[0] != DONE
    return [_CHANGE.sub("", text) for text in one] != [_CHANGE.sub("", text) for text in other]


def _is_expected(outcome: str, text: str, expected: str) -> bool:
    if expected == NO_CHOICE:
        return outcome == INVALID and NO_CHOICE in text
    if expected == DENIED:
        return outcome in _NAMED
    return expected in (outcome, ANY)


@pytest.mark.parametrize(("sight", "pair"), [(sight, sight) for sight in SIGHTS], indirect=["pair"], ids=SIGHTS)
def test_every_write_is_done_or_refused_and_a_refusal_changes_and_tells_nothing(
    sight: str, pair: Pair, world: World, figures: Figures
) -> None:
    figures.append(_tell(sight, _try(of_sight(sight), pair, world, turns=len(of_sight(sight)))))


@pytest.mark.soak
@pytest.mark.parametrize(("sight", "pair"), [(sight, sight) for sight in SIGHTS], indirect=["pair"], ids=SIGHTS)
def test_every_profile_tries_every_write(sight: str, pair: Pair, world: World, figures: Figures) -> None:
    figures.append(_tell(sight, _try(of_sight(sight), pair, world, turns=1)))


@elsewhere("postgres_pair")
def test_every_write_is_done_or_refused_in_postgres(sight: str, postgres_pair: Pair, world: World) -> None:
    _try(some_of_sight(sight), postgres_pair, world, turns=_ONE_OF, few=0)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("sight", "postgres_pair"), [(sight, sight) for sight in SIGHTS], indirect=["postgres_pair"], ids=SIGHTS
)
def test_every_write_is_tried_in_postgres(sight: str, postgres_pair: Pair, world: World, figures: Figures) -> None:
    figures.append(_tell(sight, _try(of_sight(sight), postgres_pair, world, turns=len(of_sight(sight)))))


@elsewhere("http_pair")
def test_every_write_is_done_or_refused_over_http(sight: str, http_pair: Pair, world: World) -> None:
    _try(some_of_sight(sight), http_pair, world, turns=_ONE_OF, few=0)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("sight", "http_pair"), [(sight, sight) for sight in SIGHTS], indirect=["http_pair"], ids=SIGHTS
)
def test_every_write_is_tried_over_http(sight: str, http_pair: Pair, world: World, figures: Figures) -> None:
    figures.append(_tell(sight, _try(of_sight(sight), http_pair, world, turns=len(of_sight(sight)))))


def _try(profiles: list[Permissions], pair: Pair, world: World, *, turns: int, few: int = _FEW) -> Tried:
    tried, before = Tried(pair, world), pair.databases[0].content()
    for turn, permissions in enumerate(profiles):
        _try_all(pair, permissions, tried, turn, turns, few)
    assert not tried.wrong
    after = pair.databases[0].content()
    assert {name for name, rows in after.items() if rows != before[name]} <= {"profile"}
    return tried


def _tell(sight: str, tried: Tried) -> str:
    return f"sight {sight}: {len(WRITES)} writing methods x {len(of_sight(sight))} profiles, {dict(tried.outcomes)}"


def _try_all(pair: Pair, permissions: Permissions, tried: Tried, turn: int, turns: int, few: int) -> None:
    """All writes; of those that are tried on many things alike, the ones whose turn it is."""
    pair.assume(permissions)
    trial = Trial(pair.raw, pair.sight, permissions)
    for method, attempts in WRITES.items():
        listed = list(attempts(trial))
        turn_of = turn % min(turns, len(listed)) if listed else 0
        for attempt in listed[turn_of::turns] if len(listed) > few else listed:
            tried.make(trial, method, attempt)
