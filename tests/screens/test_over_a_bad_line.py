"""The program over a line that is slow, breaks and loses answers: it answers the keys at once, says that the server is
out of reach, keeps what is typed, and saves it once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, repeat
from pathlib import Path

from tests.driver import Crm, arrives, crm_app, running
from tests.screens.test_over_http import Way, until, way  # noqa: F401 - a fixture
from tests.screens.test_two_programs import ingrid, look
from tests.store.http.faulty_proxy import Fault

from crm_tui.store.reach import HERE
from crm_tui.store.sql.store import SqlStore


async def down(crm: Crm) -> None:
    """The cursor moves, whatever else is waited for."""
    before = crm.row
    arrives(crm.pilot, "down")
    await until(crm, lambda: crm.row != before)


async def test_keys_are_answered_while_the_line_is_silent(way: Way, tmp_path: Path) -> None:  # noqa: F811
    network, store = way
    async with running(crm_app(store, tmp_path)) as crm:
        await until(crm, lambda: store._server.watch.is_alive)
        network.answering.clear()  # whatever is asked from now on is not answered
        for _ in range(3):
            await down(crm)
        asked = len(network.seen)
        await until(crm, lambda: len(network.seen) > asked)  # the preview, which is waited for
        moved = crm.row
        network.answering.set()
        await crm.settle()
        assert crm.row == moved


async def test_a_form_outlives_the_line_and_is_saved_once(
    way: Way,  # noqa: F811
    open_sample: Callable[[str], SqlStore],
    tmp_path: Path,
) -> None:
    network, store = way
    behind = open_sample("sanna")
    before = ingrid(behind)
    async with running(crm_app(store, tmp_path)) as crm:
        await until(crm, lambda: store._server.watch.is_alive)
        await crm.open("kallavesi")
        await crm.panel("contacts")
        network.close()
        await until(crm, lambda: store.reach() != HERE)
        await look(crm)
        await crm.see("offline since")
        await crm.press("home")
        first = crm.row
        await crm.press("down")
        assert crm.row != first
        network.open()
        await until(crm, lambda: store.reach() == HERE)
        await look(crm)
        crm.see_no("offline since")

        await crm.press("home", "e")
        await crm.fill(title="Director of everything")
        network.close()
        await until(crm, lambda: store.reach() != HERE)
        await crm.press("ctrl+s")
        await crm.see("nothing was sent or saved", "What you typed is kept.")
        await crm.see("Director of everything")

        lost = chain([Fault.LOSE_ANSWER, Fault.HALVE_ANSWER], repeat(Fault.NONE))
        network.open()
        await until(crm, lambda: store.reach() == HERE)
        await crm.settle()
        network.faults = lambda: next(lost)
        await crm.save()
        await crm.see("Director of everything")
    after = ingrid(behind)
    assert (after.title, after.revision) == ("Director of everything", before.revision + 1)
