"""What was closed is gone: after rounds of cards, tabs, forms and dialogs there are no more widgets than before, and
nothing is left of what was drawn of them."""

from __future__ import annotations

import gc
from collections import Counter

from tests.driver import Crm
from tests.screens.conftest import Start
from textual._styles_cache import StylesCache
from textual.widget import Widget

#: more widgets than a dialog has, and far less than a round
A_DIALOG = 40


def _alive() -> Counter[str]:
    gc.collect()
    return Counter(type(thing).__name__ for thing in gc.get_objects() if isinstance(thing, Widget | StylesCache))


async def _round(crm: Crm) -> None:
    await _press_and_look(crm, "enter", "2", "3", "5", "1")  # the card and its tabs
    await _press_and_look(crm, "e", "escape", "n", "escape", "t", "escape")  # forms
    await _press_and_look(crm, "question_mark", "escape", "colon", "escape", "f", "escape", "m", "escape")  # dialogs
    await _press_and_look(crm, "J", "escape", "F", "escape", "s", "escape")


async def _press_and_look(crm: Crm, *keys: str) -> None:
    for key in keys:
        await crm.press(key)
        crm.text()  # lets it be drawn, whose lines are kept


async def test_what_was_closed_is_gone(start: Start) -> None:
    async with start() as crm:
        await _round(crm)
        before = _alive()
        for _ in range(3):  # what was closed last may be held by something under way; what is kept grows
            await _round(crm)
            more = _alive() - before
            if more.pop("StylesCache", 0) < A_DIALOG and not more:
                break
        assert more == Counter()
