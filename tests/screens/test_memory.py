"""What was closed is gone: after rounds of cards, tabs, forms and dialogs there are no more widgets than before."""

from __future__ import annotations

import gc
from collections import Counter

from tests.driver import Crm
from tests.screens.conftest import Start
from textual.widget import Widget


def _alive() -> Counter[str]:
    gc.collect()
    return Counter(type(thing).__name__ for thing in gc.get_objects() if isinstance(thing, Widget))


async def _round(crm: Crm) -> None:
    await crm.press("enter", "2", "3", "5", "1")  # the card and its tabs
    await crm.press("e", "escape", "n", "escape", "t", "escape")  # forms
    await crm.press("question_mark", "escape", "colon", "escape", "f", "escape", "m", "escape")  # dialogs
    await crm.press("J", "escape", "F", "escape", "s", "escape")


async def test_what_was_closed_is_gone(start: Start) -> None:
    async with start() as crm:
        await _round(crm)
        before = _alive()
        await _round(crm)
        assert _alive() - before == Counter()
