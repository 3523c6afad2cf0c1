"""Rule 15: money in the customers list, its preview and totals is for the level *all*, whatever the cases show; and
what is exported of a list is what the list shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.permissions.pair import Pair, contents, in_files
from tests.store.permissions.profiles import EVERY, SIGHTS, of_sight
from tests.store.permissions.reads import ALSO, READS
from tests.store.permissions.sight import Sight, Verdict
from tests.store.permissions.walker import Call, answer
from tests.store.permissions.world import World

from crm_tui.domain.errors import Denied
from crm_tui.interchange.customer_export import write_customers
from crm_tui.interchange.mailing_list import collect
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.port import Store

_LISTS = ("customers.page", "customers.count", "customers.open_value", "customers.neighbours", "customers.preview")
_MONEY = ("case value", "imported case value")
_EXPORTED = (
    CustomerQuery(active=None),
    CustomerQuery(sort=CustomerSort.OPEN_VALUE, descending=True, active=None),
    CustomerQuery(text="mixed"),
)


def money_hidden(sight: Sight, world: World) -> dict[str, Verdict]:
    """As in the list below *all*: of those who see all cases, what these are worth."""
    verdicts = sight.verdicts(world.canaries, contents(world))
    for canary, field_class in world.canaries.classes.items():
        if field_class in _MONEY:
            verdicts[canary] = Verdict.HIDDEN
    return verdicts


@pytest.fixture
def worth(tmp_path: Path, world: World) -> Iterator[Pair]:
    """Two worlds in which cases are worth something else."""
    pair = Pair(world, "all", in_files(tmp_path), money_hidden)
    yield pair
    pair.close()


def test_the_list_has_no_money_below_all(worth: Pair) -> None:
    lesser = [each for each in EVERY if each.customers in ("read", "edit")]
    scope, differing = worth.scope(1), []
    for turn, permissions in enumerate(lesser):
        worth.assume(permissions)
        for method in _LISTS:
            listed = list(READS[method](scope))
            for args in listed[turn % 8 :: 8]:
                call = Call(method, args, *ALSO.get(method, ())[:1])
                text = answer(worth.first, call)
                if text != answer(worth.second, call) or "amounts" in text:
                    differing.append((permissions, call))
    assert not differing
    worth.assume(of_sight("all")[-1])
    by_value = Call("customers.page", next(iter(READS["customers.page"](scope))))
    assert answer(worth.first, by_value) != answer(worth.second, by_value)


@pytest.mark.parametrize(("sight", "pair"), [(sight, sight) for sight in SIGHTS], indirect=["pair"], ids=SIGHTS)
def test_an_export_is_the_same_in_both_worlds(sight: str, pair: Pair, world: World, tmp_path: Path) -> None:
    shown: set[str] = set()
    for permissions in of_sight(sight):
        pair.assume(permissions)
        first, second = (
            "".join(_exported(store, tmp_path / f"{name}-{permissions}"))
            for name, store in (("first", pair.first), ("second", pair.second))
        )
        assert first == second
        shown |= world.canaries.found_in(first)
    assert not shown & pair.hidden
    classes = {world.canaries.classes[canary] for canary in shown & world.canaries.classes.keys()}
    assert {"customer name", "contact name", "contact e-mail"} <= classes or sight == "nothing"


def _exported(store: Store, folder: Path) -> Iterator[str]:
    """The customers list as files, and the mailing list of everybody."""
    folder.mkdir()
    for place, query in enumerate(_EXPORTED):
        for ending in ("csv", "json"):
            path = folder / f"{place}.{ending}"
            try:
                write_customers(store, query, path)
            except Denied as error:
                yield str(error)
            else:
                yield path.read_text()
    try:
        yield str(collect(store, ContactQuery(active=None)))
    except Denied as error:
        yield str(error)
